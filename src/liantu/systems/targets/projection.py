"""Value expected at the target year, with an interval of stated coverage.

Only whole-year figures of one definition are used; fewer than the declared minimum give no
projection, and say so. Projections inform; they never decide a verdict.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from liantu.errors import Message
from liantu.methods.forecast import forecast
from liantu.quantity.bound import Bound
from liantu.systems.targets.evidence import Figure
from liantu.systems.targets.forms.case import Case
from liantu.systems.targets.rules import ProjectionRule
from liantu.systems.targets.state import Projection
from liantu.systems.targets.wording import say

Scale = Callable[[float], float]


def project(case: Case) -> tuple[Projection | None, Message]:
    """The projection of a level, or why there is none."""
    rules = case.rules.projection
    if case.target.form != "level" or case.evidence is None:
        return None, say("projection.not_for_form")
    rule = case.rules.projection_for(case.kind)
    if rule is None:
        return None, say("projection.not_for_form")
    if case.evidence.whole(case.clock.end) is not None:
        return None, say("projection.known", year=case.clock.end)
    points = _points(case)
    if len(points) < rules.minimum_points:
        return None, say("projection.too_few", points=len(points), minimum=rules.minimum_points)
    forward, back = _scales(rule, case)
    try:
        values = [forward(value) for _, value in points]
    except ValueError:
        return None, say("projection.out_of_range")
    years = [year for year, _ in points]
    horizon = case.clock.end - years[-1]
    found = forecast(years, values, horizon, rule.calibration(rules.coverage))
    projection = Projection(
        year=case.clock.end,
        mid=back(found.mid),
        low=back(found.low),
        high=back(found.high),
        coverage=rules.coverage,
        method=rule.id,
        points=len(points),
    )
    return projection, Message("", "")


def _points(case: Case) -> list[tuple[int, float]]:
    """Year and value of the baseline and of every whole-year figure after it."""
    assert case.evidence is not None
    found: dict[int, Figure] = {}
    if case.baseline is not None:
        found[round(case.baseline.at)] = case.baseline
    for one in case.evidence.figures:
        if one.months == 12 and one.year <= case.clock.end:
            found.setdefault(one.year, one)
    # an open-ended figure (over 5,000) enters with the figure published
    return [(year, found[year].value.mid) for year in sorted(found) if _finite(found[year].value)]


def _finite(value: Bound) -> bool:
    return not math.isinf(value.mid)


def _scales(rule: ProjectionRule, case: Case) -> tuple[Scale, Scale]:
    """To and from the scale on which the rule was calibrated."""
    if rule.transform == "log":
        return math.log, math.exp
    whole = 100.0 if case.target.unit == "%" else 1.0

    def forward(value: float) -> float:
        part = value / whole
        if not 0 < part < 1:
            raise ValueError(f"a share must lie between 0 and 1, got {part}")
        return math.log(part / (1 - part))

    def back(value: float) -> float:
        return whole / (1 + math.exp(-value))

    return forward, back
