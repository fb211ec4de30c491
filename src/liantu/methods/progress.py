"""Required paths, progress and pace of a figure on its way to a target.

Conventions: ``fraction`` is the share of the plan period that has passed, 0..1. Values are in any
one unit. Quantities that published figures leave open travel as a pair ``low``, ``high``.
Nothing here is cut off at nought: a figure that moved away from its target has negative
progress, and says so.

Sources: ratio of actual to required change after Statistics Canada / Open SDG (compound
growth rates, ``(v_t/v_0)^(1/t) − 1``) and its linear form for percentages, where a compound
rate of a rate has no meaning.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise, product
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Shape = Literal["linear", "geometric"]

STRADDLES = -1
"""Returned by :func:`classify` where an interval lies in more than one class."""


def required_path(start: float, end: float, fraction: ArrayLike, shape: Shape) -> Array:
    """Value required after ``fraction`` of the way.

    Args:
        start: baseline.
        end: target.
        fraction: (…,) share of the period passed; hits ``start`` at 0 and ``end`` at 1.
        shape: ``linear`` (equal steps) or ``geometric`` (equal growth rates).
    Returns:
        (…,) required values, in the unit of ``start``.
    Raises:
        ValueError: a geometric path between values that are not both positive.
    """
    part = np.asarray(fraction, dtype=np.float64)
    if shape == "linear":
        return start * (1 - part) + end * part
    if start <= 0 or end <= 0:
        raise ValueError(f"a geometric path needs positive ends, got {start} and {end}")
    return np.asarray(start ** (1 - part) * end**part, dtype=np.float64)


def progress_share(
    low: float, high: float, start: tuple[float, float], end: float
) -> tuple[float, float]:
    """Share of the way from baseline to target: 0 at the baseline, 1 at the target.

    Args:
        low, high: interval of the figure.
        start: interval of the baseline.
        end: target.
    Returns:
        Lower and upper end of ``(value − start) / (end − start)``; negative for regression.
    Raises:
        ValueError: the baseline may equal the target, so that there is no way to go.
    """
    return _corners(lambda value, base: (value - base) / (end - base), low, high, start, end)


def pace(
    low: float,
    high: float,
    start: tuple[float, float],
    end: float,
    *,
    elapsed: float,
    period: float,
    shape: Shape,
) -> tuple[float, float]:
    """Actual change over the change required by now: 1 is exactly on the path.

    ``linear``: ``(v − b) / ((elapsed / period) × (t − b))``. ``geometric``: yearly growth so
    far over the yearly growth that leads from baseline to target (Statistics Canada, Open SDG).

    Args:
        low, high: interval of the figure.
        start: interval of the baseline.
        end: target.
        elapsed: time from the baseline to the figure, > 0. [year]
        period: time from the baseline to the target. [year]
        shape: shape of the declared path.
    Returns:
        Lower and upper end of the ratio; negative for regression.
    Raises:
        ValueError: no time has passed, baseline at target, or a geometric path between
            values that are not positive.
    """
    if elapsed <= 0 or period <= 0:
        raise ValueError(f"pace needs time to have passed, got {elapsed} of {period}")
    if shape == "linear":
        share = progress_share(low, high, start, end)
        return share[0] * period / elapsed, share[1] * period / elapsed
    if min(start[0], end) <= 0 or low < 0:
        raise ValueError("a geometric pace needs a positive baseline and target, figure >= 0")

    def ratio(value: float, base: float) -> float:
        so_far = (value / base) ** (1 / elapsed) - 1
        required = (end / base) ** (1 / period) - 1
        return float(so_far / required)

    return _corners(ratio, low, high, start, end)


def run_rate(low: float, high: float, end: float, years: float, shape: Shape) -> Array:
    """Change a year from the figure to the target.

    Args:
        low, high: interval of the figure.
        end: target.
        years: time left, > 0. [year]
        shape: ``linear`` gives units a year, ``geometric`` growth. [unit/year] or [%/year]
    Returns:
        (2,) smallest and largest change a year that the interval leaves open.
    Raises:
        ValueError: no time left, or a geometric rate from or to a value that is not positive.
    """
    if years <= 0:
        raise ValueError(f"no time is left: {years}")
    if shape == "linear":
        rates = ((end - low) / years, (end - high) / years)
    elif low <= 0 or end <= 0:
        raise ValueError(f"a growth rate needs positive values, got {low} and {end}")
    else:
        rates = tuple(((end / value) ** (1 / years) - 1) * 100 for value in (low, high))
    return np.array(sorted(rates))


def classify(low: float, high: float, cuts: Sequence[float]) -> int:
    """Class of a ratio by descending cuts: 0 at or above the first, len(cuts) below all.

    Args:
        low, high: interval of the ratio.
        cuts: class limits, falling.
    Returns:
        The class where both ends agree, else :data:`STRADDLES`.
    Raises:
        ValueError: cuts that do not fall.
    """
    if any(a <= b for a, b in pairwise(cuts)):
        raise ValueError(f"cuts must fall, got {list(cuts)}")
    ends = {sum(value < cut for cut in cuts) for value in (low, high)}
    return ends.pop() if len(ends) == 1 else STRADDLES


def cumulative(low: ArrayLike, high: ArrayLike) -> tuple[float, float]:
    """Sum of yearly additions that are never negative.

    Args:
        low, high: (year,) interval of each year's additions, ``(0, inf)`` where unknown.
    Returns:
        Lower and upper end of the sum.
    Raises:
        ValueError: a negative addition.
    """
    lows = np.asarray(low, dtype=np.float64)
    highs = np.asarray(high, dtype=np.float64)
    if (lows < 0).any():
        raise ValueError("gross additions cannot be negative")
    return float(lows.sum()), float(highs.sum())


def ratio_bound(
    numerator: tuple[float, float], denominator: tuple[float, float]
) -> tuple[float, float]:
    """Ratio of two intervals, the denominator positive.

    Raises:
        ValueError: the denominator may be nought or negative.
    """
    if denominator[0] <= 0:
        raise ValueError(f"the denominator must be positive, got {denominator}")
    ends = [n / d for n, d in product(numerator, denominator)]
    return min(ends), max(ends)


def _corners(
    function: Callable[[float, float], float],
    low: float,
    high: float,
    start: tuple[float, float],
    end: float,
) -> tuple[float, float]:
    """Range of a function monotone in the figure and in the baseline: its corners."""
    if start[0] <= end <= start[1]:
        raise ValueError(f"the baseline {start} may equal the target {end}: no way to measure")
    values = [function(value, base) for value, base in product((low, high), start)]
    return min(values), max(values)
