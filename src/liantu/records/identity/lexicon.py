"""Words by which firm names are read (``catalog/lexicon``): forms, industries, characters."""

from __future__ import annotations

from functools import cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared

FormKind = Literal[
    "shares",
    "limited",
    "company",
    "partnership",
    "sole",
    "cooperative",
    "works",
    "institute",
    "shop",
    "office",
    "centre",
    "association",
    "farm",
    "mine",
    "group",
]


class FirmNameWords(Declared):
    """``catalog/lexicon/firm_names.yaml``."""

    source: Source
    forms: dict[str, FormKind]
    whole_forms: tuple[str, ...]
    group: tuple[str, ...]
    branches: tuple[str, ...]
    former: tuple[str, ...]
    other_name: tuple[str, ...]
    not_places: tuple[str, ...]
    not_ends: tuple[str, ...]
    latin_forms: dict[str, FormKind]
    industry: tuple[tuple[str, ...], ...]
    generic: tuple[str, ...]


class TraditionalForms(Declared):
    """``catalog/lexicon/traditional.yaml``: two rows of characters, matching by position."""

    source: Source
    traditional: tuple[str, ...]
    simplified: tuple[str, ...]


@cache
def firm_name_words() -> FirmNameWords:
    """Forms, industries and other words of firm names."""
    return read_declared(FirmNameWords, CATALOG / "lexicon" / "firm_names.yaml")


@cache
def simplifying() -> dict[int, int]:
    """Table for ``str.translate``: traditional characters to simplified ones, one for one."""
    read = read_declared(TraditionalForms, CATALOG / "lexicon" / "traditional.yaml")
    pairs = zip("".join(read.traditional), "".join(read.simplified), strict=True)
    return {ord(one): ord(other) for one, other in pairs}
