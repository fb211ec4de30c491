"""What is known of an indicator on a date, on the axis and in the unit of a target.

Observations of the plan's area are put on one time axis (2025.0 is the end of 2025), conflicts
are resolved by the declared rule, and every figure that must not be used (another scope, a part
of a year, a forecast, after a change of definition) is set aside with the reason.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from liantu.errors import InvalidQuantity, Message
from liantu.quantity.bound import Bound
from liantu.quantity.period import Period
from liantu.quantity.unit import COUNT, Unit, parse_unit
from liantu.records.figures.areas import load_areas
from liantu.records.figures.indicator import Indicator
from liantu.records.figures.observation import Observation
from liantu.records.figures.resolve import agree, resolve
from liantu.systems.targets.binding import Unusable
from liantu.systems.targets.state import Input, SeriesPoint, Step
from liantu.systems.targets.wording import amount, say

NOT_ACTUAL = ("forecast", "plan", "target")


@dataclass(frozen=True)
class Figure:
    """One figure fit for use, in the target's unit."""

    value: Bound
    at: float
    """Position on the time axis: 2025.0 is the end of 2025."""
    year: int
    months: int
    """Months of its year that it covers: 12 for a whole year or a state at year-end."""
    period: str
    label: str
    unit: str
    observation: Observation | None = None
    clause: str = ""
    steps: tuple[Step, ...] = ()
    """How it was computed, where it is not published as such."""
    parts: tuple[Input, ...] = ()
    """Figures it was computed from."""

    @property
    def period_en(self) -> str:
        return self.observation.period.label_en if self.observation else str(self.year)

    @property
    def inputs(self) -> tuple[Input, ...]:
        if self.parts:
            return self.parts
        return (
            Input(self.label, self.value, self.unit, self.period, self.observation, self.clause),
        )

    def capped(self, share: float) -> Bound:
        """The figure with the open upper end of “over X” closed at X × (1 + share)."""
        at_least = self.observation is not None and self.observation.qualifier == "at_least"
        if not at_least or not math.isinf(self.value.high) or self.value.low <= 0:
            return self.value
        return replace(self.value, high=self.value.low * (1 + share))


@dataclass(frozen=True)
class Evidence:
    """All that is known of one indicator: figures fit for use, and those set aside."""

    indicator: Indicator
    unit: str
    figures: tuple[Figure, ...] = ()
    aside: tuple[SeriesPoint, ...] = ()
    conflicts: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def whole(self, year: int) -> Figure | None:
        """The figure of a whole year, or of its end."""
        found = [one for one in self.figures if one.year == year and one.months == 12]
        return found[-1] if found else None

    def part(self, year: int) -> Figure | None:
        """The cumulative figure that covers most of a year."""
        found = [one for one in self.figures if one.year == year and one.months < 12]
        return max(found, key=lambda one: one.months, default=None)

    def after(self, at: float) -> tuple[Figure, ...]:
        """Figures later than ``at``, ascending."""
        return tuple(one for one in self.figures if one.at > at + 1e-9)


class Observed:
    """Observations about one area, of periods that had ended on a date."""

    def __init__(self, observations: Iterable[Observation], area: str, as_of: date) -> None:
        names = names_of(area)
        self._by_indicator: dict[str, list[Observation]] = defaultdict(list)
        self._by_name: dict[str, list[Observation]] = defaultdict(list)
        for one in observations:
            if one.area in names and one.period.end <= as_of:
                self._by_indicator[one.indicator].append(one)
                self._by_name[one.name].append(one)

    def of(self, indicator_id: str) -> list[Observation]:
        return self._by_indicator.get(indicator_id, [])

    def named(self, name: str) -> list[Observation]:
        return self._by_name.get(name, [])


def names_of(area: str) -> frozenset[str]:
    """An area by all the names under which figures of it are reported."""
    for known in load_areas().values():
        if area == known.name or area in known.aliases:
            return frozenset((known.name, *known.aliases))
    return frozenset((area,)) if area else frozenset()


def time_of(day: date) -> float:
    """Position of a day on the time axis: the last day of 2025 is 2025.0."""
    length = (date(day.year, 12, 31) - date(day.year - 1, 12, 31)).days
    return day.year - 1 + day.timetuple().tm_yday / length


def in_unit(bound: Bound, unit: Unit) -> Bound:
    """A bound in base units, in a written unit."""
    low, high = (
        value if math.isinf(value) else unit.from_base(value) for value in (bound.low, bound.high)
    )
    return replace(bound, low=low, high=high)


def observed_amount(one: Observation) -> Message:
    """An observation as published: in its own unit, with its qualifier."""
    return amount(in_unit(one.measured, parse_unit(one.unit)), one.unit)


def gather(
    observed: Observed,
    indicator: Indicator,
    unit: str,
    *,
    since: float,
    unusable: Sequence[Unusable] = (),
) -> Evidence:
    """Everything known of ``indicator``, in ``unit``.

    Args:
        since: position of the baseline; a change of definition after it sets aside what
            follows, one before it sets aside what came before.
        unusable: declared figures that must not be used, with reasons.
    """
    rows = observed.of(indicator.id)
    written = _unit_for(unit, indicator)
    fit, aside = [], []
    breaks = [time_of(one.period.end) for one in rows if one.break_before]
    for one in rows:
        why = _why_not(one, indicator, since, breaks, unusable)
        if why:
            aside.append(_point(one, written, why))
        else:
            fit.append(one)
    resolved = resolve(fit)
    figures = sorted((_figure(one.chosen, indicator, written) for one in resolved), key=_order)
    conflicts = tuple(
        _conflict(one.chosen, other)
        for one in resolved
        if one.conflict
        for other in one.others
        if not agree(one.chosen, other)
    )
    rules = tuple({one.rule: None for one in resolved})
    return Evidence(indicator, unit, tuple(figures), tuple(aside), conflicts, rules)


def set_aside(observed: Observed, unusable: Unusable, unit: str) -> list[SeriesPoint]:
    """Figures of a name or indicator that only look like the target's own."""
    rows = observed.named(unusable.name) if unusable.name else observed.of(unusable.indicator)
    written = parse_unit(unit)
    return [
        _point(one, written, unusable.zh)
        for one in rows
        if one.status not in NOT_ACTUAL
        and unusable.when in (None, one.period)
        and _comparable_unit(one, written)
    ]


def series(evidence: Evidence) -> tuple[SeriesPoint, ...]:
    """The points to draw: figures fit for use and those set aside, in order of time."""
    fit = [
        SeriesPoint(one.period, one.at, one.value, one.observation, True)
        for one in evidence.figures
        if one.observation is not None
    ]
    return tuple(sorted([*fit, *evidence.aside], key=lambda point: (point.year, point.period)))


def _unit_for(unit: str, indicator: Indicator) -> Unit:
    try:
        return parse_unit(unit)
    except InvalidQuantity:
        return parse_unit(indicator.unit)


def _comparable_unit(one: Observation, unit: Unit) -> bool:
    try:
        dimension = parse_unit(one.unit).dimension
    except InvalidQuantity:
        return False
    return dimension == unit.dimension or {dimension, unit.dimension} == {"percent", "points"}


def _why_not(
    one: Observation,
    indicator: Indicator,
    since: float,
    breaks: Sequence[float],
    unusable: Sequence[Unusable],
) -> str:
    """Why a figure of the right indicator must not be used; empty where it may."""
    at = time_of(one.period.end)
    declared = next(
        (u for u in unusable if u.indicator == indicator.id and u.when in (None, one.period)), None
    )
    if declared:
        return declared.zh
    if one.not_comparable:
        return one.not_comparable
    if one.definition:
        return say("state.aside.older_definition", definition=one.definition).zh
    if one.status in NOT_ACTUAL and not (one.status == "plan" and at <= since + 1e-9):
        return say(f"state.aside.{one.status}").zh
    later = [b for b in breaks if b > since + 1e-9]
    earlier = [b for b in breaks if b <= since + 1e-9]
    if any(at >= b - 1e-9 for b in later):
        return one.break_before or say("state.aside.after_break").zh
    if any(at < b - 1e-9 for b in earlier):
        return say("state.aside.before_break").zh
    return _wrong_period(one.period, indicator)


def _wrong_period(period: Period, indicator: Indicator) -> str:
    """Why a figure of this period says nothing of a whole year of the indicator."""
    months = _months(period, indicator)
    if indicator.average_of:
        return "" if period.kind == "span" else say("state.aside.not_a_span").zh
    if indicator.additions_of or (
        indicator.kind == "flow" and parse_unit(indicator.unit).dimension == COUNT
    ):
        return ""  # entries: part of a year, or several years at once, are lower limits
    if indicator.kind in ("flow", "share", "ratio") and months != 12:
        return say("state.aside.part_year").zh
    if indicator.kind == "growth" and months == 0:
        return say("state.aside.single_month").zh
    return ""


def _months(period: Period, indicator: Indicator) -> int:
    """Months of its year that a figure covers; 0 where it says nothing of the year so far."""
    if indicator.at_moment or period.kind == "moment":
        return 12 if period.ends_year else period.end.month % 12
    if period.kind == "span" or period.start.month != 1:
        return 0
    return period.months


def _figure(one: Observation, indicator: Indicator, unit: Unit) -> Figure:
    return Figure(
        value=in_unit(one.measured, unit),
        at=time_of(one.period.end),
        year=one.period.year,
        months=_months(one.period, indicator),
        period=one.period.label,
        label=indicator.zh,
        unit=unit.written,
        observation=one,
    )


def _point(one: Observation, unit: Unit, why: str) -> SeriesPoint:
    value = in_unit(one.measured, unit)
    return SeriesPoint(one.period.label, time_of(one.period.end), value, one, False, why)


def _order(one: Figure) -> tuple[float, int]:
    return one.at, one.months


def _conflict(chosen: Observation, other: Observation) -> str:
    return say(
        "state.conflict",
        period=chosen.period.label,
        name=chosen.name,
        chosen=observed_amount(chosen),
        chosen_source=chosen.source.title,
        other=observed_amount(other),
        other_source=other.source.title,
    ).zh
