"""Periods of measures: their codes, what they hold, and what they are compared with.

A code is ``2025``, ``2025Q3``, ``2025-07``, or ``2025-07T`` for January to July (ytd). It sorts
within one kind. A period coarser than a table's grain holds several of the table's periods; which
of them exist is up to the records.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from liantu.errors import UsageError
from liantu.indicators.declared import PeriodKind
from liantu.quantity.period import FIRST_YEAR, LAST_YEAR

_CODE = re.compile(r"(?P<y>\d{4})(?:Q(?P<q>[1-4])|-(?P<m>\d\d)(?P<t>T?))?")
KINDS: tuple[PeriodKind, ...] = ("month", "quarter", "year", "ytd")
_MOST = 1_200


@dataclass(frozen=True, order=True)
class Span:
    """One period: ``number`` is the month, the quarter, 1 for a year, or the last month of ytd."""

    year: int
    number: int
    kind: PeriodKind

    @property
    def code(self) -> str:
        """See the head of the module."""
        if self.kind == "year":
            return f"{self.year}"
        if self.kind == "quarter":
            return f"{self.year}Q{self.number}"
        return f"{self.year}-{self.number:02d}{'T' if self.kind == 'ytd' else ''}"

    @property
    def months(self) -> range:
        """Months of the year that it holds, 1–12."""
        if self.kind == "year":
            return range(1, 13)
        if self.kind == "quarter":
            return range(3 * self.number - 2, 3 * self.number + 1)
        return range(1 if self.kind == "ytd" else self.number, self.number + 1)

    @property
    def start(self) -> date:
        """Its first day."""
        return date(self.year, self.months[0], 1)

    @property
    def end(self) -> date:
        """Its last day."""
        last = self.months[-1]
        return date(self.year, last, calendar.monthrange(self.year, last)[1])

    @property
    def label(self) -> str:
        """Chinese."""
        if self.kind == "year":
            return f"{self.year}年"
        if self.kind == "quarter":
            return f"{self.year}年{'一二三四'[self.number - 1]}季度"
        return (
            f"{self.year}年{'1—' if self.kind == 'ytd' and self.number > 1 else ''}{self.number}月"
        )

    @property
    def label_en(self) -> str:
        """English."""
        if self.kind == "year":
            return str(self.year)
        if self.kind == "quarter":
            return f"{self.year} Q{self.number}"
        month = f"{calendar.month_abbr[self.number]} {self.year}"
        return f"Jan–{month}" if self.kind == "ytd" and self.number > 1 else month

    def back(self, years: int = 1) -> Span:
        """The same period some years before."""
        return Span(self.year - years, self.number, self.kind)

    def earlier(self, count: int) -> Span:
        """The period of its kind that lies some periods before; of ytd, of the months."""
        size = {"year": 1, "quarter": 4}.get(self.kind, 12)
        whole = self.year * size + self.number - 1 - count
        return Span(whole // size, whole % size + 1, self.kind)

    def members(self, grain: str) -> list[str]:
        """Codes of the table's periods that it holds; none where it is finer than the grain."""
        if grain == "month":
            return [f"{self.year}-{month:02d}" for month in self.months]
        if grain == "quarter" and len(self.months) % 3 == 0:
            return [f"{self.year}Q{month // 3}" for month in self.months if month % 3 == 0]
        return [f"{self.year}"] if grain == "year" and self.kind == "year" else []


@lru_cache(maxsize=10_000)
def span(code: str) -> Span:
    """Read a code.

    Raises:
        UsageError: it is none.
    """
    found = _CODE.fullmatch(code)
    number = int(found["q"] or found["m"] or 1) if found else 0
    if not found or not FIRST_YEAR <= int(found["y"]) <= LAST_YEAR or not 1 <= number <= 12:
        raise UsageError(
            f"期间“{code[:40]}”无法识别。应为 2025、2025Q3、2025-07，或 2025-07T（1—7月累计）。",
            f"Period {code[:40]!r} cannot be read. Write 2025, 2025Q3, 2025-07, or 2025-07T for"
            " January to July.",
        )
    kind: PeriodKind = "year"
    if found["q"]:
        kind = "quarter"
    elif found["m"]:
        kind = "ytd" if found["t"] else "month"
    return Span(int(found["y"]), number, kind)


def spans(text: str) -> list[Span]:
    """Periods as written for a command: ``2025Q3``, ``2021..2025``, ``2024,2025-07``.

    Raises:
        UsageError: a code that is none, a range of two kinds or backward, or far too many.
    """
    found: list[Span] = []
    for part in filter(None, (piece.strip() for piece in text.split(","))):
        first, dots, last = part.partition("..")
        found += between(span(first), span(last)) if dots else [span(first)]
        if len(found) > _MOST:
            raise UsageError(
                f"期间过多（最多 {_MOST} 个）。", f"Too many periods ({_MOST} at most)."
            )
    return sorted(set(found), key=lambda one: (KINDS.index(one.kind), one.year, one.number))


def between(first: Span, last: Span) -> list[Span]:
    """All periods from one to another of the same kind, both included."""
    if first.kind != last.kind or first > last:
        raise UsageError(
            f"期间范围 {first.code}..{last.code} 的起止应为同一种期间，且先起后止。",
            f"The range {first.code}..{last.code} must run forward between periods of one kind.",
        )
    return list(_run(first, last))


def _run(first: Span, last: Span) -> Iterator[Span]:
    at = first
    while at <= last:
        yield at
        at = at.earlier(-1)


def of_kind(kind: PeriodKind, months: Sequence[tuple[int, int]]) -> list[Span]:
    """Periods of a kind that some months (year, month) lie in; of ytd, those that end with them."""
    found = set()
    for year, month in months:
        number = {"year": 1, "quarter": (month + 2) // 3}.get(kind, month)
        found.add(Span(year, number, kind))
    return sorted(found)


def crosses(first: str, earlier: Span, later: Span) -> bool:
    """Does a series break, whose new series begins with the period coded ``first``, lie between?"""
    begins = span(first).start
    return earlier.start < begins <= later.end
