"""The calendar of reporting: what falls due in a span of days, and by which working days."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from liantu.errors import UsageError
from liantu.systems.reporting.due import due_on
from liantu.systems.reporting.periods import Period, period_at
from liantu.systems.reporting.rules import CycleRule, cycle_rules
from liantu.systems.reporting.working_days import Day, day_of

_LONGEST = 1100
"""Days that a calendar may span: three years."""


@dataclass(frozen=True)
class DueDay:
    """One return that falls due; ``announced`` is false where weekends alone were counted."""

    cycle: CycleRule
    period: Period
    due: date
    announced: bool


def agenda(first: date, last: date) -> list[DueDay]:
    """What falls due between two days, both included, by day.

    Raises:
        UsageError: the days are out of order, or too far apart.
    """
    check_span(first, last)
    found = []
    for cycle in cycle_rules().cycles:
        # A period is due after its end: go back from the one that the last day lies in.
        period = period_at(last, cycle.rhythm)
        while True:
            due = due_on(cycle.due, period)
            if first <= due.day <= last:
                found.append(DueDay(cycle, period, due.day, due.announced))
            if due.day < first:
                break
            period = period.shifted(-1)
    return sorted(found, key=lambda each: (each.due, each.cycle.id))


def days(first: date, last: date) -> list[Day]:
    """Every day of a span, and what it is.

    Raises:
        UsageError: the days are out of order, or too far apart.
    """
    check_span(first, last)
    return [day_of(first + timedelta(days=n)) for n in range((last - first).days + 1)]


def check_span(first: date, last: date) -> None:
    """Refuse spans that nobody reads.

    Raises:
        UsageError: the days are out of order, or too far apart.
    """
    if not 0 <= (last - first).days <= _LONGEST:
        raise UsageError(
            f"{first} 至 {last} 不能列出：起止颠倒，或超过 {_LONGEST} 天。请改正起止日期。",
            f"{first} to {last} cannot be listed: out of order, or more than {_LONGEST} days."
            " Mend the days.",
        )
