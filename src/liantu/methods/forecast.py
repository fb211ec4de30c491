"""Forecasts of short annual series, with intervals that are calibrated on pooled series.

A series is a pair of vectors: ``years`` (integers, ascending, gaps allowed) and ``values``. With
two to six points nothing can be estimated well from one series alone, so three things are
pooled: the damping of trends, the size of a usual yearly change, and the quantile of past
forecast errors that makes an interval cover what it says.

Use: transform (log for counts and money, identity for shares and rates), choose a method and its
damping by :func:`rolling_origin` on many series of one kind, take the scale and quantiles from the
same errors with :func:`calibrate`, then :func:`forecast` a single series.

Sources: damped trend (Gardner and McKenzie 1985); Theta as simple exponential smoothing with
half the drift (Assimakopoulos and Nikolopoulos 2000; Hyndman and Billah 2003); intervals from
empirical quantiles of scaled out-of-sample errors (split conformal prediction).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Method = Literal["last", "drift", "damped", "theta"]
METHODS: tuple[Method, ...] = ("last", "drift", "damped", "theta")

SMOOTHING = 0.7
"""Weight of the newest level in :func:`theta`: short annual series move with their last value."""


@dataclass(frozen=True)
class Calibration:
    """What pooled series of one kind teach about forecasting one of them.

    All on the transformed scale on which the errors were measured.
    """

    method: Method
    damping: float
    """Share of the trend kept from one year to the next, 0..1; used by ``damped``."""
    scale: float
    """Usual size of one yearly departure from trend, pooled. [transformed unit]"""
    prior_points: float
    """How many steps of its own a series needs to count as much as the pool. [1]"""
    quantiles: tuple[float, ...]
    """Quantile of |error| / scale at horizon 1, 2, …; the last serves longer horizons,
    widened with the root of the horizon. [1]"""
    coverage: float
    """Share of outcomes the interval is to hold."""


@dataclass(frozen=True)
class Interval:
    """A forecast with its interval, on the scale the series was given in."""

    mid: float
    low: float
    high: float


@dataclass(frozen=True)
class Errors:
    """Out-of-sample errors of one method over many series: one entry a forecast."""

    horizon: NDArray[np.int64]
    error: Array
    own_scale: Array
    own_steps: NDArray[np.int64]
    """Steps the own scale rests on (0: the series had too few points)."""


def _series(years: ArrayLike, values: ArrayLike) -> tuple[Array, Array]:
    x = np.asarray(years, dtype=np.float64)
    y = np.asarray(values, dtype=np.float64)
    if x.ndim != 1 or x.shape != y.shape or x.size < 2:
        raise ValueError(f"want two vectors of one length >= 2, got {x.shape} and {y.shape}")
    if not (np.diff(x) > 0).all() or not np.isfinite(y).all():
        raise ValueError("years must ascend and values be finite")
    return x, y


def trend(years: ArrayLike, values: ArrayLike) -> float:
    """Mean yearly change: slope through first and last point. [unit/year]"""
    x, y = _series(years, values)
    return float((y[-1] - y[0]) / (x[-1] - x[0]))


def point(
    years: ArrayLike, values: ArrayLike, horizon: int, method: Method, *, damping: float = 1.0
) -> float:
    """Value expected ``horizon`` years after the last point.

    Args:
        years: (n,) ascending, gaps allowed, n >= 2. [year]
        values: (n,) figures. [unit]
        horizon: years ahead, >= 0; 0 gives the last value.
        method: ``last`` (no change), ``drift`` (mean yearly change goes on), ``damped`` (it
            goes on, shrunk by ``damping`` each year), ``theta`` (smoothed level, half drift).
        damping: 0..1, for ``damped``.
    Returns:
        The forecast. Adding a constant to the series or multiplying it does the same to the
        forecast. [unit]
    Raises:
        ValueError: fewer than two points, years not ascending, horizon below 0, damping
            outside 0..1, unknown method.
    """
    x, y = _series(years, values)
    if horizon < 0 or not 0 <= damping <= 1:
        raise ValueError(f"want horizon >= 0 and damping 0..1, got {horizon}, {damping}")
    slope = trend(x, y)
    if horizon == 0 or method == "last":
        return float(y[-1])
    if method == "drift":
        return float(y[-1] + slope * horizon)
    if method == "damped":
        return float(y[-1] + slope * sum(damping**step for step in range(1, horizon + 1)))
    if method == "theta":
        return _level(x, y, slope) + slope / 2 * horizon
    raise ValueError(f"unknown method {method!r}, expected one of {METHODS}")


def _level(x: Array, y: Array, slope: float) -> float:
    """Exponentially smoothed level at the last year; gaps are bridged by half the drift."""
    level = y[0]
    for gap, value in zip(np.diff(x), y[1:], strict=True):
        carried = level + slope / 2 * gap
        weight = 1 - (1 - SMOOTHING) ** gap
        level = carried + weight * (value - carried)
    return float(level)


def own_scale(years: ArrayLike, values: ArrayLike) -> tuple[float, int]:
    """Spread of a series' yearly steps around its mean step.

    A step over a gap of g years counts as one observation of size ``(step − g × mean) / √g``.

    Returns:
        Root mean square departure [unit] and the steps it has left to rest on (n − 2, as the
        mean step is estimated too); ``(0, 0)`` for two points.
    """
    x, y = _series(years, values)
    gaps = np.diff(x)
    free = gaps.size - 1
    if free <= 0:
        return 0.0, 0
    departures = (np.diff(y) - gaps * trend(x, y)) / np.sqrt(gaps)
    return float(np.sqrt((departures**2).sum() / free)), int(free)


def shrunken_scale(own: ArrayLike, steps: ArrayLike, pooled: float, prior_points: float) -> Array:
    """Own and pooled scale mixed by how much each knows (variances, weights n and k).

    Args:
        own: (…,) own scales. [unit]
        steps: (…,) steps each rests on.
        pooled: pooled scale. [unit]
        prior_points: weight of the pool, in steps, > 0.
    Returns:
        (…,) ``sqrt((n·own² + k·pooled²) / (n + k))``. [unit]
    """
    count = np.asarray(steps, dtype=np.float64)
    square = np.asarray(own, dtype=np.float64) ** 2
    return np.sqrt((count * square + prior_points * pooled**2) / (count + prior_points))


def rolling_origin(
    series: Iterable[tuple[ArrayLike, ArrayLike]],
    method: Method,
    *,
    damping: float = 1.0,
    lengths: Sequence[int] = (2, 3, 4, 5),
    horizons: Sequence[int] = (1, 2, 3, 4, 5),
) -> Errors:
    """Forecast every series from every origin, as if only ``lengths`` points were known.

    Args:
        series: pairs of years and values, on the transformed scale.
        method, damping: as in :func:`point`.
        lengths: numbers of last points shown to the method.
        horizons: years ahead that are scored.
    Returns:
        Errors (outcome − forecast) with the own scale known at each origin.
    """
    rows: list[tuple[int, float, float, int]] = []
    for years, values in series:
        x, y = _series(years, values)
        at = {int(year): float(value) for year, value in zip(x, y, strict=True)}
        for length in lengths:
            for stop in range(length, x.size):
                seen_x, seen_y = x[stop - length : stop], y[stop - length : stop]
                scale, steps = own_scale(seen_x, seen_y)
                for horizon in horizons:
                    outcome = at.get(int(seen_x[-1]) + horizon)
                    if outcome is None:
                        continue
                    guess = point(seen_x, seen_y, horizon, method, damping=damping)
                    rows.append((horizon, outcome - guess, scale, steps))
    if not rows:
        raise ValueError("no series is long enough for one forecast")
    horizon_column, error, scales, step_column = zip(*rows, strict=True)
    return Errors(
        np.array(horizon_column), np.array(error), np.array(scales), np.array(step_column)
    )


def calibrate(
    errors: Errors,
    method: Method,
    *,
    damping: float,
    prior_points: float,
    coverage: float,
    horizons: Sequence[int] = (1, 2, 3, 4, 5),
) -> Calibration:
    """Scale and quantiles that make intervals cover ``coverage`` of the pooled outcomes.

    Args:
        errors: from :func:`rolling_origin`, with the same method and damping.
        prior_points: see :func:`shrunken_scale`.
        coverage: share of outcomes to hold, 0 < coverage < 1.
    Returns:
        A :class:`Calibration` for :func:`forecast`.
    Raises:
        ValueError: a horizon without errors, or coverage outside 0..1.
    """
    if not 0 < coverage < 1:
        raise ValueError(f"coverage must lie between 0 and 1, got {coverage}")
    first = np.abs(errors.error[errors.horizon == min(horizons)])
    # the median is robust to the few series that were redefined midway
    pooled = float(np.median(first)) / 0.6745
    scale = shrunken_scale(errors.own_scale, errors.own_steps, pooled, prior_points)
    quantiles = []
    for horizon in horizons:
        chosen = errors.horizon == horizon
        count = int(chosen.sum())
        if count == 0:
            raise ValueError(f"no error at horizon {horizon}")
        # the (n+1)/n correction keeps the promise for a finite pool
        level = min(1.0, coverage * (count + 1) / count)
        quantiles.append(float(np.quantile(np.abs(errors.error[chosen]) / scale[chosen], level)))
    return Calibration(method, damping, pooled, prior_points, tuple(quantiles), coverage)


def forecast(
    years: ArrayLike, values: ArrayLike, horizon: int, calibration: Calibration
) -> Interval:
    """Forecast one series with an interval, on the scale it is given in.

    Args:
        years: (n,) ascending, n >= 2. [year]
        values: (n,) figures on the calibration's transformed scale.
        horizon: years ahead, >= 1.
        calibration: of series of the same kind.
    Returns:
        Middle, lower and upper end.
    Raises:
        ValueError: as :func:`point`, or a horizon below 1.
    """
    if horizon < 1:
        raise ValueError(f"want a horizon of at least 1 year, got {horizon}")
    mid = point(years, values, horizon, calibration.method, damping=calibration.damping)
    scale, steps = own_scale(years, values)
    spread = float(shrunken_scale(scale, steps, calibration.scale, calibration.prior_points))
    known = len(calibration.quantiles)
    quantile = calibration.quantiles[min(horizon, known) - 1]
    if horizon > known:
        quantile *= float(np.sqrt(horizon / known))
    return Interval(mid, mid - quantile * spread, mid + quantile * spread)


def covered(errors: Errors, calibration: Calibration) -> dict[int, float]:
    """Share of outcomes inside the intervals, by horizon: the check of a calibration.

    Args:
        errors: of series that the calibration has not seen.
    Returns:
        horizon → share, 0..1.
    """
    scale = shrunken_scale(
        errors.own_scale, errors.own_steps, calibration.scale, calibration.prior_points
    )
    shares = {}
    for number, quantile in enumerate(calibration.quantiles, start=1):
        chosen = errors.horizon == number
        if chosen.any():
            inside = np.abs(errors.error[chosen]) <= quantile * scale[chosen]
            shares[number] = float(inside.mean())
    return shares
