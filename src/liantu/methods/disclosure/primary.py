"""Which cells tell of a single respondent by themselves, and how far their values must blur.

A cell is a sum over contributors. Whoever knows one contribution (its own) and reads the sum may
compute or narrow down another; the rules below say when that comes too near.

Source: Hundepool et al. (2012), Statistical Disclosure Control, Wiley, ch. 4 (magnitude tables:
threshold rule, (n,k) rule, p% rule and the protection levels that belong to them).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Rules:
    """Parameters of the primary rules; a rule whose parameter is None is not applied."""

    least_units: int
    """Cells with fewer contributors are sensitive."""
    percent: float | None
    """p% rule: nobody may estimate another's contribution nearer than this part of it. [1]"""
    dominance: float | None
    """(2,k) rule: the two largest together hold at most this part of a cell. [1]"""
    protection: float
    """How far a sensitive cell must blur in either direction, part of its size. [1]"""


@dataclass(frozen=True)
class Sensitivity:
    """What the rules find; arrays are (cell,)."""

    few: Mask
    """Fewer contributors than required, but at least one."""
    dominated: Mask
    """One or two contributors hold too much."""
    blur: Array
    """How far an outsider's interval must reach to either side of the value; 0 where not
    sensitive. [unit of the value]"""

    @property
    def sensitive(self) -> Mask:
        """(cell,) either reason."""
        return self.few | self.dominated


def sensitivity(
    size: ArrayLike, units: ArrayLike, first: ArrayLike, second: ArrayLike, rules: Rules
) -> Sensitivity:
    """Apply the primary rules.

    Args:
        size: (cell,) sum of the absolute contributions: the value itself where no contribution
            is negative. [unit of the value]
        units: (cell,) distinct contributors.
        first, second: (cell,) shares of the two largest absolute contributions in ``size``;
            NaN where nothing is known (averages, medians), and no dominance is judged. [1]
        rules: their parameters.
    Raises:
        ValueError: lengths differ, negative sizes or units, parameters outside their range.
    """
    whole, count, one, two = _arrays(size, units, first, second)
    _check(rules)
    few = (count > 0) & (count < rules.least_units)
    top, next_ = np.nan_to_num(one), np.nan_to_num(two)
    known = ~np.isnan(one) & (count > 0) & (whole > 0)
    dominated = np.zeros(len(whole), dtype=bool)
    blur = rules.protection * whole
    if rules.percent is not None:
        # the runner-up subtracts its own: what is left over the largest is all that hides it
        short = rules.percent * top - (1 - top - next_)
        dominated |= known & (short > _ROUNDING)
        blur = np.maximum(blur, short * whole)
    if rules.dominance is not None:
        held = top + next_
        dominated |= known & (held > rules.dominance + _ROUNDING)
        blur = np.maximum(blur, (held / rules.dominance - 1) * whole)
    sensitive = few | dominated
    smallest = np.min(whole[whole > 0], initial=np.inf)
    if np.isfinite(smallest):  # a sensitive zero must not be known to be zero either
        blur = np.maximum(blur, rules.protection * smallest)
    return Sensitivity(few, dominated, np.where(sensitive, blur, 0.0))


def _arrays(*given: ArrayLike) -> tuple[Array, Array, Array, Array]:
    size, units, first, second = (np.asarray(one, dtype=np.float64) for one in given)
    if len({one.shape for one in (size, units, first, second)}) != 1 or size.ndim != 1:
        raise ValueError("size, units, first and second must be lists of the same length")
    if (size < 0).any() or (units < 0).any():
        at = int(np.flatnonzero((size < 0) | (units < 0))[0])
        raise ValueError(f"cell {at}: size and units must not be negative")
    return size, units, first, second


def _check(rules: Rules) -> None:
    if rules.least_units < 1:
        raise ValueError(f"least_units must be at least 1, got {rules.least_units}")
    if rules.percent is not None and rules.percent < 0:
        raise ValueError(f"percent must not be negative, got {rules.percent}")
    if rules.dominance is not None and not 0 < rules.dominance <= 1:
        raise ValueError(f"dominance must lie in (0, 1], got {rules.dominance}")
    if rules.protection <= 0:
        raise ValueError(f"protection must be above 0, got {rules.protection}")


_ROUNDING = 1e-12
"""A share of exactly the limit is within it, whatever the last bit says."""
