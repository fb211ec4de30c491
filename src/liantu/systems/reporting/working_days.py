"""Working days and holidays (工作日、节假日), as the State Council's yearly notices say.

``catalog/rules/working_days.yaml`` holds the notices as data. A year that nobody has announced is
counted by plain weekends, and every answer that rests on such a year says so (``announced`` is
false), so that a due day computed for next spring is never taken for a sure one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache, lru_cache
from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import UsageError

Kind = Literal["work", "worked_weekend", "weekend", "holiday"]
_DAY = timedelta(days=1)
_FARTHEST = 4000
"""Working days that may be counted from one day: some fifteen years."""
_NEXT_NOTICE = 29
"""From this day of December on, the notice of the year to come may still change a day."""


class Off(Declared):
    """Days off in a row, both included."""

    zh: str
    en: str
    from_: date = Field(alias="from")
    to: date

    @property
    def days(self) -> tuple[date, ...]:
        """Every day of the span."""
        return tuple(self.from_ + n * _DAY for n in range((self.to - self.from_).days + 1))


class Year(Declared):
    """One year's notice; the span of New Year may begin in the December before."""

    year: int
    document: str
    issued: date
    holidays: tuple[Off, ...] = Field(min_length=1)
    worked: tuple[date, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        first, last = date(self.year - 1, 12, 25), date(self.year, 12, 31)
        days = [day for span in self.holidays for day in span.days]
        wrong = [day for day in (*days, *self.worked) if not first <= day <= last]
        if wrong:
            raise ValueError(f"days outside {self.year}: {', '.join(map(str, wrong))}")
        if len(set(days)) < len(days) or set(days) & set(self.worked):
            raise ValueError("spans overlap, or a day is both off and worked")
        idle = [day for day in self.worked if day.isoweekday() < 6]
        if idle:
            raise ValueError(f"worked anyway: {', '.join(map(str, idle))}")
        return self


class WorkingDays(Declared):
    """``catalog/rules/working_days.yaml``."""

    id: str
    source: Source
    weekend: tuple[int, ...]
    years: tuple[Year, ...]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = [each.year for each in self.years]
        if named != sorted(set(named)):
            raise ValueError("years rise, each written once")
        return self


@dataclass(frozen=True)
class Day:
    """What a day is: ``announced`` is false where its year has no notice and weekends decided."""

    day: date
    kind: Kind
    zh: str
    en: str
    announced: bool

    @property
    def works(self) -> bool:
        """Is it a working day?"""
        return self.kind in ("work", "worked_weekend")


@dataclass(frozen=True)
class Counted:
    """A day found by counting; ``announced`` is false if any day on the way rests on weekends."""

    day: date
    announced: bool


@cache
def working_days() -> WorkingDays:
    """The notices, read once."""
    return read_declared(WorkingDays, CATALOG / "rules" / "working_days.yaml")


@cache
def _notices() -> tuple[dict[date, Off], frozenset[date], frozenset[int]]:
    years = working_days().years
    off = {day: span for year in years for span in year.holidays for day in span.days}
    worked = frozenset(day for year in years for day in year.worked)
    return off, worked, frozenset(year.year for year in years)


def day_of(day: date) -> Day:
    """What a day is, and by which notice."""
    off, worked, years = _notices()
    announced = day.year in years
    if day.month == 12 and day.day >= _NEXT_NOTICE:
        announced &= day.year + 1 in years
    span = off.get(day)
    if span is not None:
        # A span that begins in the December before is announced with the year that it is of.
        return Day(day, "holiday", span.zh, span.en, announced=True)
    if day in worked:
        return Day(day, "worked_weekend", "调休上班", "worked weekend", announced)
    if day.isoweekday() in working_days().weekend:
        return Day(day, "weekend", "休息日", "weekend", announced)
    return Day(day, "work", "工作日", "working day", announced)


def is_working(day: date) -> bool:
    """Is the day worked?"""
    return day_of(day).works


def nth_working_day(after: date, count: int) -> Counted:
    """The ``count``-th working day after a day (which itself does not count).

    Raises:
        UsageError: ``count`` is less than one, or further than anybody plans.
    """
    if not 1 <= count <= _FARTHEST:
        raise UsageError(
            f"第 {count} 个工作日无法计算：应为 1 至 {_FARTHEST}。请改正时限规则。",
            f"Working day {count} cannot be counted: expected 1 to {_FARTHEST}. Mend the rule.",
        )
    day, announced = after, True
    while count:
        day += _DAY
        found = day_of(day)
        announced &= found.announced
        count -= found.works
    return Counted(day, announced)


def moved(day: date, to: Literal["next", "previous", "none"]) -> Counted:
    """The day itself where it is worked, else the nearest working day in that direction."""
    announced = day_of(day).announced
    if to == "none" or is_working(day):
        return Counted(day, announced)
    step = _DAY if to == "next" else -_DAY
    while not is_working(day):
        day += step
        announced &= day_of(day).announced
    return Counted(day, announced)


@lru_cache(maxsize=4096)
def working_days_between(first: date, last: date) -> int:
    """Working days after ``first`` up to and with ``last``; 0 where ``last`` is not later."""
    days = (last - first).days
    return sum(is_working(first + n * _DAY) for n in range(1, days + 1)) if days > 0 else 0
