"""Reads the dictionaries by which a plan's text is understood (``catalog/lexicon``)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.plan.package import IndustryGroup

LEXICON = CATALOG / "lexicon"


class OutlineWords(Declared):
    """Words that mark the parts of a text: preface, contents, boxes, captions, rows of tables."""

    source: Source
    preface: tuple[str, ...]
    contents: tuple[str, ...]
    box: tuple[str, ...]
    caption: tuple[str, ...]
    row_end: tuple[str, ...]


@cache
def outline_words() -> OutlineWords:
    """Words of a text's parts, from ``outline.yaml``."""
    return read_declared(OutlineWords, LEXICON / "outline.yaml")


class GroupWords(Declared):
    """An industry group and the words by which a heading names it."""

    zh: str
    words: tuple[str, ...]
    weak: tuple[str, ...] = ()


class IndustryWords(Declared):
    """Words that build the industry tree, name carriers and lay industries out."""

    source: Source
    groups: dict[IndustryGroup, GroupWords]
    group_follows: tuple[str, ...]
    aspects: tuple[str, ...]
    layout_aspects: tuple[str, ...]
    laid_out_relying: tuple[str, ...]
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
    carried_by_promotion: tuple[str, ...]
    promotion_ends: tuple[str, ...]
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
    """Words of the industry tree, from ``industries.yaml``."""
    return read_declared(IndustryWords, LEXICON / "industries.yaml")


def alternatives(words: Iterable[str]) -> str:
    """Words as the inside of a regular expression, the longest first."""
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


class ZoneWords(Declared):
    """Words by which zones, their functions and what they develop are read."""

    source: Source
    headings: tuple[str, ...]
    ends: tuple[str, ...]
    follows: tuple[str, ...]
    focus: tuple[str, ...]
    function: tuple[str, ...]
    not_names: tuple[str, ...]


@cache
def zone_words() -> ZoneWords:
    """Words of the spatial layout, from ``zones.yaml``."""
    return read_declared(ZoneWords, LEXICON / "zones.yaml")


class MeasureWords(Declared):
    """Verbs of action, who acts, where."""

    source: Source
    verbs: tuple[str, ...]
    agent_verbs: tuple[str, ...]
    adverbs: tuple[str, ...]
    looks_back: tuple[str, ...]
    sets_aims: tuple[str, ...]
    verbs_in_fields: tuple[str, ...]
    no_action: tuple[str, ...]
    levels: dict[str, tuple[str, ...]]
    places: tuple[str, ...]
    longest_object: int


@cache
def measure_words() -> MeasureWords:
    """Verbs and levels of action, from ``measures.yaml``."""
    return read_declared(MeasureWords, LEXICON / "measures.yaml")


class PlatformWords(Declared):
    """Ends of platforms' names by kind, and words that tell whether one stands already."""

    source: Source
    kinds: dict[str, str]
    to_build: tuple[str, ...]
    existing: tuple[str, ...]
    built_after: tuple[str, ...]
    unnamed: tuple[str, ...]
    unnamed_wholes: tuple[str, ...]


@cache
def platform_words() -> PlatformWords:
    """Ends of platforms' names, from ``platforms.yaml``."""
    return read_declared(PlatformWords, LEXICON / "platforms.yaml")


MechanismKind = Literal[
    "responsibility", "ledger", "cycle", "assessment", "fund", "grading", "other"
]


class MechanismRule(Declared):
    """One mechanism and the patterns that name it."""

    name: str
    kind: MechanismKind
    patterns: tuple[str, ...]
    part_pattern: str = ""


class MechanismWords(Declared):
    """Mechanisms by pattern, reporting cycles, and the N个一 family."""

    source: Source
    mechanisms: tuple[MechanismRule, ...]
    cycles: tuple[str, ...]
    several_ones: str
    one_part: str


@cache
def mechanism_words() -> MechanismWords:
    """Mechanisms by pattern, from ``mechanisms.yaml``."""
    return read_declared(MechanismWords, LEXICON / "mechanisms.yaml")


class MetaWords(Declared):
    """Words by which title and area of a plan are read."""

    source: Source
    titles: tuple[str, ...]
    areas: tuple[str, ...]
    not_areas: tuple[str, ...]
    least_mentions: int


@cache
def meta_words() -> MetaWords:
    """Words of titles and areas, from ``plan_meta.yaml``."""
    return read_declared(MetaWords, LEXICON / "plan_meta.yaml")
