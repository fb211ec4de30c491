"""When something is due: a declared rule, a period, a day that can be relied on or not."""

from __future__ import annotations

from datetime import timedelta
from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import Declared, Source
from liantu.systems.reporting.periods import Period
from liantu.systems.reporting.working_days import Counted, moved, nth_working_day

Moved = Literal["next", "previous", "none"]


class DueRule(Declared):
    """How the day is found, from the last day of the period on.

    Exactly one of ``working_day`` (the n-th working day after the period), ``day`` (that day of
    the month after, or its last day where it is shorter) and ``days`` (so many days after).
    The last two are moved off holidays by ``moved``.
    """

    working_day: int | None = Field(default=None, ge=1, le=250)
    day: int | None = Field(default=None, ge=1, le=31)
    days: int | None = Field(default=None, ge=0, le=400)
    moved: Moved = "next"
    source: Source

    @model_validator(mode="after")
    def _one(self) -> Self:
        said = [self.working_day, self.day, self.days]
        if sum(each is not None for each in said) != 1:
            raise ValueError("exactly one of working_day, day and days")
        return self

    def words(self) -> tuple[str, dict[str, object]]:
        """Key and figures of the sentence that says the rule."""
        if self.working_day is not None:
            return "cycles.due.working_day", {"count": self.working_day}
        if self.day is not None:
            return f"cycles.due.day.{self.moved}", {"count": self.day}
        return f"cycles.due.days.{self.moved}", {"count": self.days}


def due_on(rule: DueRule, period: Period) -> Counted:
    """The day by which the period is due, and whether announced working days bear it out."""
    if rule.working_day is not None:
        return nth_working_day(period.end, rule.working_day)
    if rule.days is not None:
        return moved(period.end + timedelta(days=rule.days), rule.moved)
    first = period.end + timedelta(days=1)
    last = (first.replace(day=1) + timedelta(days=31)).replace(day=1) - timedelta(days=1)
    return moved(first.replace(day=min(rule.day or 1, last.day)), rule.moved)
