"""The freshness light: is the latest figure as recent as the indicator's rhythm asks for?"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, timedelta

from liantu.errors import Message
from liantu.records.figures.indicator import Indicator
from liantu.systems.targets.forms.case import Clock
from liantu.systems.targets.rules import FreshnessRules, Rhythm
from liantu.systems.targets.state import Freshness
from liantu.systems.targets.wording import say


@dataclass(frozen=True)
class Fresh:
    """Freshness with its sentence and rule."""

    freshness: Freshness
    reason: Message
    rule: str


def period_end(day: date, months: int) -> date:
    """Last day of the last period of ``months`` that had ended on ``day``."""
    ended = day + timedelta(days=1)  # a period that ends today has ended
    month = (ended.month - 1) // months * months
    if month == 0:
        return date(ended.year - 1, 12, 31)
    return date(ended.year, month, calendar.monthrange(ended.year, month)[1])


def next_end(day: date, months: int) -> date:
    """Last day of the first period of ``months`` that ends after ``day``."""
    month = day.month // months * months + months
    year, month = (day.year, month) if month <= 12 else (day.year + 1, months)
    return date(year, month, calendar.monthrange(year, month)[1])


def freshness_of(
    indicator: Indicator | None, latest: date | None, clock: Clock, rules: FreshnessRules
) -> Fresh:
    """Judge the latest figure by the rhythm of its indicator.

    Args:
        latest: end of the latest period with a figure fit for use, after the baseline.
    """
    if indicator is None:
        return Fresh("never", say("fresh.no_indicator"), "")
    rhythm = rules.rhythm_for(indicator.id, indicator.kind)
    start = date(clock.start - 1, 12, 31)
    first = next_end(latest or start, rhythm.months)
    due = first + timedelta(days=rhythm.lag_days)
    figures = {"due": due.isoformat(), "end": first.isoformat()}
    if latest is not None:
        figures["latest"] = latest.isoformat()
    if clock.as_of < due or (latest is not None and latest >= date(clock.end, 12, 31)):
        key: Freshness = "fresh" if latest else "not_due"
        return Fresh(key, _said(key, rhythm, figures), rhythm.id)
    late = (clock.as_of - due).days
    if latest is None and late > rhythm.grace_days:
        return Fresh("never", _said("never", rhythm, figures), rhythm.id)
    key = "due" if late <= rhythm.grace_days else "overdue"
    suffix = "" if latest else "_first"
    return Fresh(key, _said(f"{key}{suffix}", rhythm, figures, days=late), rhythm.id)


def _said(key: str, rhythm: Rhythm, figures: dict[str, str], **more: object) -> Message:
    return say(f"fresh.{key}", rhythm=Message(rhythm.zh, rhythm.en), **figures, **more)
