"""How large firms are: a heavy tail whose sum is given.

Firm sizes follow a lognormal body with a rank-size (Zipf) top (Axtell 2001; Gabaix 2009). The
parameters are solved for, so that the total comes out as published and nobody falls below the
threshold of the statistics.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from scipy.special import ndtr, ndtri

Array = NDArray[np.float64]
_STEPS = 200


def rank_size(count: int, largest: float, smallest: float) -> Array:
    """``count`` sizes on a straight rank-size line from ``largest`` down to ``smallest``."""
    if count < 2:
        return np.full(count, largest)
    ranks = np.arange(1, count + 1)
    slope = np.log(largest / smallest) / np.log(count)
    return np.asarray(largest * ranks**-slope)


def lognormal_with_sum(
    dice: np.random.Generator, count: int, total: float, spread: float, low: float, high: float
) -> Array:
    """Lognormal sizes between ``low`` and ``high`` that add to ``total``, in random order.

    Args:
        spread: standard deviation of the logarithm.

    Quantiles are stratified, so that small samples have their tail too. Where the total cannot
    be reached within the bounds, the bound nearest to it is what all firms get.
    """
    if count == 0:
        return np.empty(0)
    at = (dice.permutation(count) + dice.random(count)) / count
    if total <= low * count:
        return np.full(count, low)
    if total >= high * count:
        return np.full(count, high)

    def sizes(mean: float) -> Array:
        bottom, top = ndtr((np.log([low, high]) - mean) / spread)
        inner = np.clip(bottom + (top - bottom) * at, 1e-300, 1 - 1e-16)
        return np.asarray(np.clip(np.exp(mean + spread * ndtri(inner)), low, high))

    mean = _solve(lambda m: sizes(m).sum() - total, np.log(low) - 8, np.log(high) + 8)
    found = sizes(mean)
    return scaled_to(found, total, low)


def scaled_to(sizes: Array, total: float, low: float) -> Array:
    """Sizes brought to a total by one factor, none below ``low``."""
    if not sizes.size or total <= low * sizes.size:
        return np.full(sizes.size, low)
    factor = _solve(lambda f: np.maximum(sizes * np.exp(f), low).sum() - total, -12.0, 12.0)
    result = np.maximum(sizes * np.exp(factor), low)
    free = result > low
    if free.any():  # what the bisection leaves over
        result[free] += (total - result.sum()) * result[free] / result[free].sum()
    return np.asarray(np.maximum(result, low))


def apportioned(total: int, shares: Array) -> NDArray[np.int64]:
    """Whole numbers in proportion to ``shares`` that add to ``total`` (largest remainders)."""
    exact = shares / shares.sum() * total
    whole: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    rest = total - int(whole.sum())
    whole[np.argsort(-(exact - whole), kind="stable")[:rest]] += 1
    return whole


def _solve(over: Callable[[float], float], low: float, high: float) -> float:
    """Root of an increasing function by halving."""
    for _ in range(_STEPS):
        middle = (low + high) / 2
        if over(middle) > 0:
            high = middle
        else:
            low = middle
        if high - low < 1e-13 * max(1.0, abs(low)):
            break
    return (low + high) / 2
