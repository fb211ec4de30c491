"""Reads the dictionaries by which a plan's text is understood (``catalog/lexicon``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.plan.package import IndustryGroup

LEXICON = CATALOG / "lexicon"


class OutlineWords(Declared):
    """Words that mark the parts of a text: preface, contents, boxes, captions."""

    source: Source
    preface: tuple[str, ...]
    contents: tuple[str, ...]
    box: tuple[str, ...]
    caption: tuple[str, ...]


@cache
def outline_words() -> OutlineWords:
    return read_declared(OutlineWords, LEXICON / "outline.yaml")


class GroupWords(Declared):
    """An industry group and the words by which a heading names it."""

    zh: str
    words: tuple[str, ...]


class IndustryWords(Declared):
    """Words that build the industry tree, name carriers and lay industries out."""

    source: Source
    groups: dict[IndustryGroup, GroupWords]
    develop: tuple[str, ...]
    adverbs: tuple[str, ...]
    title_verbs: tuple[str, ...]
    industry_ends: tuple[str, ...]
    list_stops: tuple[str, ...]
    weak: tuple[str, ...]
    not_products: tuple[str, ...]
    name_heads: tuple[str, ...]
    absorbers: tuple[str, ...]
    bare_words: tuple[str, ...]
    generic: tuple[str, ...]
    not_segments: tuple[str, ...]
    carried: tuple[str, ...]
    carried_by_reliance: tuple[str, ...]
    reliance_ends: tuple[str, ...]
    list_tails: tuple[str, ...]
    institutes: tuple[str, ...]
    unnamed_bodies: tuple[str, ...]
    not_carriers: tuple[str, ...]
    not_carriers_except: tuple[str, ...]
    laid_out: tuple[str, ...]
    laid_out_upon: tuple[str, ...]
    layout_tails: tuple[str, ...]
    park_ends: tuple[str, ...]


@cache
def industry_words() -> IndustryWords:
    return read_declared(IndustryWords, LEXICON / "industries.yaml")


def alternatives(words: Iterable[str]) -> str:
    """Words as the inside of a regular expression, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))
