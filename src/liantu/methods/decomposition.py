"""Index decomposition (LMDI): what changed a total, factor by factor, without remainder.

A total is a sum over cells (sectors, regions, fuels, or any combination), each cell a product of
factors: emissions = Σ activity × structure × intensity × emission factor. Between two years the
change of the total is split into one effect a factor, weighted by logarithmic means.

Source: Ang (2005), "The LMDI approach to decomposition analysis: a practical guide", Energy
Policy 33; zeros by analytical limits as in Ang & Liu (2007), "Handling zero values in the
logarithmic mean Divisia index decomposition approach", Energy Policy 35.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Method = Literal["I", "II"]
_NEAR = 1e-3
"""Ratios nearer to 1 than this are expanded in a series: the difference of logs loses digits."""


@dataclass(frozen=True)
class Decomposition:
    """Effects of the factors on a total between two moments."""

    effects: Array
    """(factor,) additive: parts of the change, in its unit. [unit of the total]"""
    indices: Array
    """(factor,) multiplicative: factors of the ratio end/start. [1]"""
    by_cell: Array
    """(factor, cell) additive effects of every cell, which sum to ``effects``."""
    start: float
    end: float

    def by_group(self, group: ArrayLike) -> Array:
        """(factor, group) additive effects, summed by the number of each cell's group."""
        number = np.asarray(group, dtype=np.int64)
        if number.shape != self.by_cell.shape[1:] or (number < 0).any():
            raise ValueError(
                f"group must give each of {self.by_cell.shape[1]} cells a number of at least 0,"
                f" got shape {number.shape}"
            )
        return np.stack([np.bincount(number, effect) for effect in self.by_cell])


def log_mean(a: ArrayLike, b: ArrayLike) -> Array:
    """Logarithmic mean L(a, b) = (a − b) / (ln a − ln b), with L(a, a) = a and L(a, 0) = 0.

    Args:
        a, b: numbers of at least 0, of shapes that broadcast.
    Raises:
        ValueError: a negative number or none.
    """
    one, other = np.broadcast_arrays(np.asarray(a, np.float64), np.asarray(b, np.float64))
    if not (np.isfinite(one) & np.isfinite(other) & (one >= 0) & (other >= 0)).all():
        raise ValueError("a logarithmic mean needs finite numbers of at least 0")
    low, high = np.minimum(one, other), np.maximum(one, other)
    some = low > 0
    gap = np.divide(high - low, low, out=np.zeros(one.shape), where=some)
    # L = low · gap / ln(1 + gap); near 1 by its series 1 + g/2 − g²/12 + g³/24 − 19 g⁴/720.
    near = gap < _NEAR
    gap = np.where(near, gap, 0.0)
    series = 1 + gap / 2 - gap**2 / 12 + gap**3 / 24 - 19 * gap**4 / 720
    log = np.log(high, out=np.ones(one.shape), where=some) - np.log(
        low, out=np.zeros(one.shape), where=some
    )
    wide = np.divide(high - low, log, out=np.zeros(one.shape), where=some & ~near)
    return np.where(some, np.where(near, low * series, wide), 0.0)


def lmdi(start: ArrayLike, end: ArrayLike, *, method: Method = "I") -> Decomposition:
    """Decompose the change of a total between two moments.

    Args:
        start: (factor, cell) factors at the first moment, ≥ 0; their product is the cell.
        end: (factor, cell) at the second.
        method: LMDI-I weighs by L of the cells; LMDI-II by L of the cells' shares, made to sum
            to 1, so that its multiplicative form is consistent in shares.
    Returns:
        Effects that sum to the change and indices whose product is the ratio, without remainder.
        Where the total is 0 at one moment it has no ratio: the indices are NaN then.
    Raises:
        ValueError: shapes that differ, negative or missing factors.
    Source: Ang (2005), table 2; zeros: a factor that is 0 at one moment takes the whole change of
        its cell, several of them share it equally (the limit of equally small values).
    """
    first, last = _factors(start), _factors(end)
    if first.shape != last.shape:
        raise ValueError(f"both moments must have one shape, got {first.shape} and {last.shape}")
    cells0, cells1 = first.prod(axis=0), last.prod(axis=0)
    total0, total1 = float(cells0.sum()), float(cells1.sum())
    if method == "I":
        by_cell = _terms(first, last, cells0, cells1)
    elif method == "II":
        by_cell = _terms_of_shares(first, last, cells0, cells1)
    else:
        raise ValueError(f"method must be 'I' or 'II', got {method!r}")
    effects = by_cell.sum(axis=1)
    weight = float(log_mean(total1, total0))
    # Two effects may cancel that are each beyond what a float can hold as a ratio.
    with np.errstate(over="ignore"):
        indices = np.exp(effects / weight) if weight > 0 else np.full(len(effects), np.nan)
    return Decomposition(effects, indices, by_cell, total0, total1)


def lmdi_chain(
    factors: ArrayLike, *, method: Method = "I"
) -> tuple[tuple[Decomposition, ...], Array, Array]:
    """Decompose year by year, and chain: the path counts, not only both ends.

    Args:
        factors: (year, factor, cell), at least two years.
    Returns:
        The decomposition of each step; (year, factor) effects cumulated from 0; (year, factor)
        indices cumulated from 1.
    Raises:
        ValueError: as :func:`lmdi`, or a single year.
    """
    years = np.asarray(factors, dtype=np.float64)
    if years.ndim != 3 or len(years) < 2:
        raise ValueError(f"want year × factor × cell with two years at least, got {years.shape}")
    steps = tuple(lmdi(a, b, method=method) for a, b in pairwise(years))
    noughts, ones = np.zeros((1, years.shape[1])), np.ones((1, years.shape[1]))
    effects = np.vstack([noughts, np.cumsum([step.effects for step in steps], axis=0)])
    indices = np.vstack([ones, np.cumprod([step.indices for step in steps], axis=0)])
    return steps, effects, indices


def _factors(given: ArrayLike) -> Array:
    factors = np.asarray(given, dtype=np.float64)
    if factors.ndim != 2 or not factors.size:
        raise ValueError(f"want factor × cell, got shape {factors.shape}")
    bad = np.argwhere(~(np.isfinite(factors) & (factors >= 0)))
    if len(bad):
        factor, cell = bad[0]
        raise ValueError(
            f"factor {factor} of cell {cell} is {factors[factor, cell]} ({len(bad)} such):"
            " expected a number of at least 0"
        )
    return factors


def _terms(first: Array, last: Array, cells0: Array, cells1: Array) -> Array:
    """(factor, cell) L(cell) · ln(x₁/x₀), at zeros its limit."""
    known = (cells0 > 0) & (cells1 > 0)
    ratio = np.divide(last, first, out=np.ones(first.shape), where=known)
    terms: Array = log_mean(cells1, cells0) * np.log(ratio)
    for cells, other, factors, sign in ((cells0, cells1, first, 1), (cells1, cells0, last, -1)):
        # The cell is 0 at one moment only: its zero factors share what came or went.
        came = (cells == 0) & (other > 0)
        zero = (factors == 0) & came
        shared = sign * np.divide(other, zero.sum(axis=0), out=np.zeros(len(other)), where=came)
        terms = np.where(came, np.where(zero, shared, 0.0), terms)
    return terms


def _terms_of_shares(first: Array, last: Array, cells0: Array, cells1: Array) -> Array:
    total0, total1 = cells0.sum(), cells1.sum()
    if not (total0 > 0 and total1 > 0):
        return _terms(first, last, cells0, cells1)
    shares0, shares1 = cells0 / total0, cells1 / total1
    weight = log_mean(shares1, shares0)
    terms = _terms(first, last, cells0, cells1)
    if not weight.sum() > 0:
        # No cell is there at both moments: nothing to weigh by, and the limits say it all.
        return terms
    # L(cell) ln(x₁/x₀) with the cell's own weight replaced by the weight of its share.
    own = log_mean(cells1, cells0)
    known = own > 0
    terms = np.where(known, terms * np.divide(weight, own, out=np.zeros_like(own), where=known),
                     terms / np.where(cells0 > 0, total0, total1))  # fmt: skip
    return np.asarray(terms * (log_mean(total1, total0) / weight.sum()))
