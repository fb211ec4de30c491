"""Reads the dictionaries by which a plan's text is understood (``catalog/lexicon``)."""

from __future__ import annotations

from functools import cache

from liantu.declarations import CATALOG, Declared, Source, read_declared

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
