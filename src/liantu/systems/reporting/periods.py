"""Periods of reporting: week, month, quarter, year, by their codes.

Months, quarters and years are those of the records (:mod:`liantu.records.quality.calendar`);
weeks run from Monday to Sunday and are numbered by ISO 8601: ``2026-W48``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from liantu.errors import InvalidPeriod
from liantu.records.quality import calendar
from liantu.records.tables.declared import Grain

Rhythm = Literal["week", "month", "quarter", "year"]
RHYTHMS: tuple[Rhythm, ...] = ("week", "month", "quarter", "year")
_FORMS: dict[Rhythm, str] = {
    "week": r"(\d{4})-W(\d{2})",
    "month": r"(\d{4})-(0[1-9]|1[0-2])",
    "quarter": r"(\d{4})Q([1-4])",
    "year": r"(\d{4})",
}
_EXAMPLES: dict[Rhythm, str] = {
    "week": "2026-W48", "month": "2026-11", "quarter": "2026Q4", "year": "2026",
}  # fmt: skip
_YEARS = range(1900, 9000)


@dataclass(frozen=True, order=True)
class Period:
    """One period; both days belong to it."""

    code: str
    rhythm: Rhythm
    start: date
    end: date

    def shifted(self, by: int) -> Period:
        """The period so many later (earlier where negative)."""
        if self.rhythm == "week":
            return _week(self.start + timedelta(weeks=by))
        grain: Grain = self.rhythm
        return _plain(calendar.number_of(self.code, grain) + by, grain)

    @property
    def a_year_before(self) -> Period:
        """The same period of the year before; of weeks the one 52 weeks earlier."""
        return self.shifted({"week": -52, "month": -12, "quarter": -4, "year": -1}[self.rhythm])

    def label(self, say: Callable[..., str]) -> str:
        """As people call it; ``say`` gives the words of a key in the reader's language."""
        year, tail = int(self.code[:4]), self.code[4:].lstrip("-QW")
        return say(f"cycles.period.{self.rhythm}", year=year, part=int(tail) if tail else year)


def period_of(code: str, rhythm: Rhythm | None = None) -> Period:
    """The period of a code.

    Raises:
        InvalidPeriod: no such period, or of another rhythm than asked.
    """
    text = code.strip().upper()
    for each in RHYTHMS if rhythm is None else (rhythm,):
        found = re.fullmatch(_FORMS[each], text)
        if found is None or int(found[1]) not in _YEARS:
            continue
        if each != "week":
            return _plain(calendar.number_of(text, each), each)
        try:
            return _week(date.fromisocalendar(int(found[1]), int(found[2]), 1))
        except ValueError:
            break
    shown = "、".join(_EXAMPLES.values()) if rhythm is None else _EXAMPLES[rhythm]
    raise InvalidPeriod(
        f"报告期“{code[:40]}”无法识别。应为 {shown} 之类的写法。",
        f"The period {code[:40]!r} is unknown. Expected such as {shown}.",
    )


def period_at(day: date, rhythm: Rhythm) -> Period:
    """The period that a day lies in."""
    if rhythm == "week":
        return _week(day)
    return _plain(calendar.number_at(day, rhythm), rhythm)


def _week(day: date) -> Period:
    year, week, _ = day.isocalendar()
    start = date.fromisocalendar(year, week, 1)
    return Period(f"{year}-W{week:02}", "week", start, start + timedelta(days=6))


def _plain(number: int, grain: Grain) -> Period:
    end = calendar.end_of(number, grain)
    start = calendar.end_of(number - 1, grain) + timedelta(days=1)
    return Period(calendar.code_of(number, grain), grain, start, end)
