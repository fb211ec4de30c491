"""A spark line: where the points of one state fall in a small picture. Coordinates only."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from liantu.plan.package import Target
from liantu.systems.targets.state import SeriesPoint, TargetState
from liantu.systems.targets.trend import joined

WIDTH, HEIGHT, MARGIN = 92.0, 19.0, 3.0
"""Size of the picture in CSS pixels."""


@dataclass(frozen=True)
class Spark:
    """Ready to draw: point lists as SVG writes them, circles as (x, y)."""

    width: float
    height: float
    line: str
    path: str
    dots: tuple[tuple[float, float], ...]
    ranges: tuple[tuple[float, float, float], ...]
    """x, y of the low end, y of the high end, for figures that are intervals."""
    goal: tuple[float, float] | None
    last: tuple[float, float] | None


def spark(target: Target, state: TargetState) -> Spark | None:
    """The comparable series with path and goal; None where there is no figure to draw."""
    points = [point for point in state.series if point.comparable and joined(point)]
    if not points:
        return None
    goal = _goal(target)
    x, y = _scales(points, state, target, goal)
    shown = [(x(point.year), y(point.value.mid)) for point in points]
    return Spark(
        width=WIDTH,
        height=HEIGHT,
        line=_joined(shown),
        path=_joined([(x(p.year), y((p.low + p.high) / 2)) for p in state.path]),
        dots=tuple(shown[:-1]),
        ranges=tuple(_range(point, x, y) for point in points if _is_wide(point)),
        goal=(x(target.year), y(goal)) if goal is not None else None,
        last=shown[-1],
    )


def _goal(target: Target) -> float | None:
    ends = [end for end in (target.low, target.high) if end is not None]
    return sum(ends) / len(ends) if ends else None


def _is_wide(point: SeriesPoint) -> bool:
    value = point.value
    return not value.is_exact and math.isfinite(value.low) and math.isfinite(value.high)


def _range(
    point: SeriesPoint, x: Callable[[float], float], y: Callable[[float], float]
) -> tuple[float, float, float]:
    return x(point.year), y(point.value.low), y(point.value.high)


def _scales(
    points: Sequence[SeriesPoint], state: TargetState, target: Target, goal: float | None
) -> tuple[Callable[[float], float], Callable[[float], float]]:
    years = [*(p.year for p in points), *(float(p.year) for p in state.path), float(target.year)]
    values = [
        *(p.value.mid for p in points),
        *(p.low for p in state.path),
        *(p.high for p in state.path),
        *(end for p in points if _is_wide(p) for end in (p.value.low, p.value.high)),
        *([goal] if goal is not None else []),
    ]
    return (
        _scale(min(years), max(years), MARGIN, WIDTH - MARGIN),
        _scale(min(values), max(values), HEIGHT - MARGIN, MARGIN),
    )


def _scale(first: float, last: float, start: float, end: float) -> Callable[[float], float]:
    if first == last:
        return lambda value: (start + end) / 2
    return lambda value: round(start + (value - first) / (last - first) * (end - start), 1)


def _joined(points: Sequence[tuple[float, float]]) -> str:
    return " ".join(f"{x:g},{y:g}" for x, y in points)
