"""Growth rates, compounded: annual averages, years known only in part, gaps to a reference.

Rates are percent a year (7 means 7%). Every quantity is a pair of arrays ``low``, ``high``: the
interval of values that the published figures leave open. An exact figure has both ends alike;
a year without any figure is ``(-100, inf)``.

Source: the compound form is the definition of 年均增速 (average annual growth) in Chinese
statistical practice: the geometric mean of the yearly indices, less one.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]

MONTHS = 12
"""Months in a year."""


def _index(rates_pct: ArrayLike) -> Array:
    """Yearly indices of growth rates, refusing a fall of more than everything."""
    rates = np.asarray(rates_pct, dtype=np.float64)
    if np.isnan(rates).any() or (rates < -100).any():
        raise ValueError(f"growth rates must be numbers of at least -100%, got {rates}")
    return 1 + rates / 100


def _product(indices: Array) -> float:
    """Product in which a nought beats an infinity: a thing gone cannot grow back by a rate."""
    if (indices == 0).any():
        return 0.0
    return float(np.prod(indices))


def compound_index(low_pct: ArrayLike, high_pct: ArrayLike) -> tuple[float, float]:
    """Index reached after years of growth, first year's base = 1.

    Args:
        low_pct: (year,) lower ends of the growth rates. [%]
        high_pct: (year,) upper ends. [%]
    Returns:
        Lower and upper end of the product of the yearly indices. [1]
    Raises:
        ValueError: a rate below −100% or not a number, or shapes that differ.
    """
    low, high = _index(low_pct), _index(high_pct)
    if low.shape != high.shape or low.ndim != 1:
        raise ValueError(f"want two vectors of one length, got {low.shape} and {high.shape}")
    if (low > high).any():
        raise ValueError("a lower end lies above its upper end")
    return _product(low), _product(high)


def average_growth(low_pct: ArrayLike, high_pct: ArrayLike) -> tuple[float, float]:
    """Geometric average of yearly growth rates (年均增速).

    Args:
        low_pct: (year,) lower ends. [%]
        high_pct: (year,) upper ends. [%]
    Returns:
        Lower and upper end of the average. [%/year]
    Raises:
        ValueError: no year at all, or as :func:`compound_index`.
    """
    years = np.size(np.asarray(low_pct))
    if years == 0:
        raise ValueError("an average of no years does not exist")
    low, high = compound_index(low_pct, high_pct)
    return average_of_index(low, years), average_of_index(high, years)


def average_of_index(index: float, years: float) -> float:
    """Average yearly growth that leads to ``index`` after ``years``. [1], [year] -> [%/year]"""
    if years <= 0 or index < 0:
        raise ValueError(f"want a positive span and an index >= 0, got {years} and {index}")
    if np.isinf(index):
        return float("inf")
    # expm1/log1p keep an index of exactly 1 + r exact where the power would lose digits
    return float(np.expm1(np.log(index) / years) * 100) if index > 0 else -100.0


def index_of_average(rate_pct: float, years: float) -> float:
    """Index reached by growing at ``rate_pct`` for ``years``. [%/year], [year] -> [1]"""
    return float(_index(rate_pct) ** years)


def growth_needed(
    low_index: float, high_index: float, rate_pct: float, years: int, remaining: int
) -> tuple[float, float]:
    """Average growth that ``remaining`` years must bring so that ``years`` average ``rate_pct``.

    Args:
        low_index: lower end of the index over the years known. [1]
        high_index: upper end. [1]
        rate_pct: average aimed at over all years. [%/year]
        years: number of years of the period.
        remaining: number of years without figure, 1..years.
    Returns:
        Lower and upper end of the average still needed; infinite where the known years
        may have left nothing to grow from. [%/year]
    Raises:
        ValueError: ``remaining`` outside 1..years.
    """
    if not 1 <= remaining <= years:
        raise ValueError(f"remaining years must be 1..{years}, got {remaining}")
    goal = index_of_average(rate_pct, years)

    def needed(index: float) -> float:
        if index <= 0:
            return float("inf")
        return average_of_index(goal / index, remaining)

    return needed(high_index), needed(low_index)


def full_year_from_to_date(
    low_pct: float, high_pct: float, months: int, *, spread_points: float
) -> tuple[float, float]:
    """Bound a year's growth by its cumulative growth over the first ``months``.

    The year is the base-weighted mean of the months published and the months missing; months
    weigh alike in the base. The growth of the missing months together is taken to lie within
    ``spread_points`` of the cumulative rate, so the year lies within
    ``spread_points × (12 − months) / 12`` of it.

    Args:
        low_pct: lower end of the cumulative growth. [%]
        high_pct: upper end. [%]
        months: months covered, 1..12 (12 gives the figure back).
        spread_points: declared limit of the difference. [percentage points]
    Returns:
        Lower and upper end of the year's growth, never below −100. [%]
    Raises:
        ValueError: ``months`` outside 1..12 or a negative spread.
    """
    if not 1 <= months <= MONTHS or spread_points < 0:
        raise ValueError(f"want 1..12 months and a spread >= 0, got {months}, {spread_points}")
    margin = spread_points * (MONTHS - months) / MONTHS
    return max(-100.0, low_pct - margin), high_pct + margin


def rest_of_year_growth(full_pct: float, to_date_pct: float, months: int) -> float:
    """Growth the missing months must have had for a year to come to ``full_pct``.

    Inverse of :func:`full_year_from_to_date`'s weighting.

    Args:
        full_pct: growth of the whole year. [%]
        to_date_pct: cumulative growth of the first ``months``. [%]
        months: months covered, 1..11.
    Returns:
        Growth of the remaining months together. [%]
    Raises:
        ValueError: ``months`` outside 1..11.
    """
    if not 1 <= months < MONTHS:
        raise ValueError(f"want 1..11 months, got {months}")
    return (full_pct * MONTHS - to_date_pct * months) / (MONTHS - months)


def yearly_gap(
    low_pct: ArrayLike, high_pct: ArrayLike, ref_low_pct: ArrayLike, ref_high_pct: ArrayLike
) -> tuple[Array, Array]:
    """Growth above a reference, year by year.

    Args:
        low_pct, high_pct: (year,) interval of the growth rates. [%]
        ref_low_pct, ref_high_pct: (year,) interval of the reference's growth. [%]
    Returns:
        (year,) lower and upper ends of the difference. [percentage points]
    """
    low = np.asarray(low_pct, dtype=np.float64) - np.asarray(ref_high_pct, dtype=np.float64)
    high = np.asarray(high_pct, dtype=np.float64) - np.asarray(ref_low_pct, dtype=np.float64)
    return low, high


def average_gap(
    low_pct: ArrayLike, high_pct: ArrayLike, ref_low_pct: ArrayLike, ref_high_pct: ArrayLike
) -> tuple[float, float]:
    """Average growth less the reference's average growth over the same years.

    Arguments as :func:`yearly_gap`.

    Returns:
        Lower and upper end of the difference of the two geometric averages.
        [percentage points]
    """
    low, high = average_growth(low_pct, high_pct)
    ref_low, ref_high = average_growth(ref_low_pct, ref_high_pct)
    return low - ref_high, high - ref_low
