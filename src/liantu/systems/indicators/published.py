"""Published figures of the indicator that a measure computes, beside its own."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from liantu.errors import InvalidQuantity
from liantu.indicators.declared import Measure
from liantu.indicators.time import Span
from liantu.quantity.bound import Bound
from liantu.quantity.period import Period
from liantu.quantity.unit import parse_unit
from liantu.records.figures.areas import load_areas
from liantu.records.figures.observation import Observation, Resolved
from liantu.records.figures.resolve import reference_period, resolve

SETTLED = ("final", "preliminary")
"""Statuses of figures that were measured; plans and forecasts stand beside nothing."""


@dataclass(frozen=True)
class Published:
    """The figure chosen of a period, in the measure's unit."""

    observation: Observation
    value: Bound
    others: int
    conflict: bool


@dataclass(frozen=True)
class Beside:
    """A computed value beside the published one."""

    published: Published
    difference: float | None
    """Computed less published, in the measure's unit; None where either is missing or open."""
    share: float | None
    """Of the published figure [1]; None for growth and shares, which differ in points."""


@lru_cache(maxsize=4)
def _resolved(observations: tuple[Observation, ...]) -> tuple[Resolved, ...]:
    measured = [one for one in observations if one.status in SETTLED and not one.not_comparable]
    return tuple(resolve(measured))


def published(
    measure: Measure, area: str, observations: tuple[Observation, ...]
) -> dict[str, Published]:
    """Period code → what was published of the measure's indicator for the area."""
    if not measure.indicator:
        return {}
    found: dict[str, Published] = {}
    areas = _names_of(area)
    for one in _resolved(observations):
        chosen = one.chosen
        if chosen.indicator != measure.indicator or chosen.area not in areas:
            continue
        code = code_of(reference_period(chosen.period))
        value = in_unit(chosen.measured, measure.unit)
        if code and value is not None:
            found[code] = Published(chosen, value, len(one.others), one.conflict)
    return found


def in_unit(base: Bound, unit: str) -> Bound | None:
    """A bound in base units, in another unit; None where the unit cannot be read."""
    try:
        found = parse_unit(unit) if unit else None
    except InvalidQuantity:
        return None
    if found is None:
        return base
    low, high = (end if math.isinf(end) else found.from_base(end) for end in (base.low, base.high))
    return replace(base, low=low, high=high)


def _names_of(area: str) -> frozenset[str]:
    """An area by all the names under which figures of it are reported."""
    for known in load_areas().values():
        if area == known.name or area in known.aliases:
            return frozenset((known.name, *known.aliases))
    return frozenset((area,))


def code_of(period: Period) -> str:
    """The period's code as measures write it; empty where they have no such period."""
    year, month = period.end.year, period.end.month
    if period.kind == "moment":
        return f"{year}-{month:02d}"
    kinds = {
        "year": f"{year}", "quarter": f"{year}Q{month // 3}", "month": f"{year}-{month:02d}",
        "ytd": f"{year}-{month:02d}T", "half": f"{year}-06T" if month == 6 else "",
    }  # fmt: skip
    return kinds.get(period.kind, "")


def beside(measure: Measure, value: float | None, said: Published | None) -> Beside | None:
    """The two figures and their difference; None where nothing was published."""
    if said is None:
        return None
    exact = said.value.low == said.value.high
    if value is None or not exact:
        return Beside(said, None, None)
    difference = value - said.value.low
    in_points = measure.kind in ("growth", "share")
    share = None if in_points or not said.value.low else difference / abs(said.value.low)
    return Beside(said, difference, share)


def of_span(found: dict[str, Published], at: Span) -> Published | None:
    """The figure of a period; that of all twelve months is the year's."""
    codes: Sequence[str] = (at.code,)
    if at.kind == "ytd" and at.number == 12:
        codes = (at.code, f"{at.year}")
    return next((found[code] for code in codes if code in found), None)
