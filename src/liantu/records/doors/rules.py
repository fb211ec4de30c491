"""The declared rules of the doors: limits, words, and what is said about cells.

``catalog/rules/doors.yaml``; an unknown key is an error.
"""

from __future__ import annotations

import unicodedata
from datetime import date
from functools import cache, lru_cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared

Severity = Literal["error", "warning"]


class Limits(Declared):
    """How much of a file is read, and how much of a cell is shown."""

    largest_mb: int
    json_mb: int
    columns: int
    rows: int
    cells: int
    sheet_cells: int
    sheet_parts: int
    geometry: int
    header_depth: int
    text: int
    shown: int
    several: int
    distinct: int
    earliest: date
    named_rows: int


class ProblemWords(Declared):
    """What is said of one kind of problem; ``{…}`` is filled from the declaration."""

    expected_zh: str
    expected_en: str
    fix_zh: str
    fix_en: str


class UnknownReference(Declared):
    """How a code is taken that its register does not know."""

    required: Severity
    optional: Severity


class Phrase(Declared):
    """Words in both languages."""

    zh: str
    en: str


class ResolutionWords(Declared):
    """What is said of rows whose code was looked for by name."""

    named: int
    """Candidates named in a message."""
    rules: Phrase
    """Who decided, where no person did."""
    nobody: Phrase
    """Where no candidate is near."""
    same: Phrase
    held: Phrase
    additions: Phrase
    """Of rows that wait for the city to admit them."""
    unknown: Phrase


class SyntheticMarks(Declared):
    """By what a file of synthetic data is known."""

    words: tuple[str, ...]
    note_zh: str
    note_en: str
    credit_codes: str
    """How credit codes of synthetic firms begin, and no others."""
    metadata: str
    """Key under which a parquet file says so."""

    @property
    def label(self) -> str:
        """What is written on everything made from synthetic data."""
        return self.words[0]


class DoorRules(Declared):
    """``catalog/rules/doors.yaml``."""

    id: str
    source: Source
    limits: Limits
    totals: tuple[str, ...]
    footnotes: tuple[str, ...]
    example: str
    notes_sheet: str
    lists_sheet: str
    row_header: str
    problem_header: str
    corrected_header: str
    absent: tuple[str, ...]
    error_words: tuple[str, ...]
    true_words: tuple[str, ...]
    false_words: tuple[str, ...]
    harmless: tuple[str, ...]
    other_figures: tuple[str, ...]
    unit_lines: tuple[str, ...]
    synthetic: SyntheticMarks
    unknown_reference: UnknownReference
    history_least: int
    resolution: ResolutionWords
    problems: dict[str, ProblemWords]

    @property
    def own_sheets(self) -> tuple[str, str]:
        """Sheets of our own workbooks that hold no rows."""
        return (self.notes_sheet, self.lists_sheet)

    @property
    def own_headers(self) -> tuple[str, str, str]:
        """Headers that our own files have beside those of the table."""
        return (self.row_header, self.problem_header, self.corrected_header)


@cache
def door_rules() -> DoorRules:
    """The rules, read once."""
    return read_declared(DoorRules, CATALOG / "rules" / "doors.yaml")


@cache
def harmless_words() -> frozenset[str]:
    """Words of a header that change nothing, folded."""
    return frozenset(fold(word) for word in door_rules().harmless)


@lru_cache(maxsize=1 << 16)
def fold(text: str) -> str:
    """A header or word for comparison: half-width, lower case, no blanks, no asterisk."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(folded.split()).strip("*:")
