"""Concentration over distance (Duranton–Overman): are plants nearer to each other than chance?

Zones cut space at borders that mean nothing to firms; here the density of distances between the
plants of an industry is held against that of plants drawn at random from all sites.

Source: Duranton & Overman (2005), "Testing for localization using micro-geographic data", Review
of Economic Studies 72.
"""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray
from scipy.ndimage import gaussian_filter1d

Array = NDArray[np.float64]
_FINE = 16
"""Distances are counted in steps of a sixteenth of the bandwidth, then smoothed."""


@dataclass(frozen=True)
class Localization:
    """Density of distances and the bands of chance; arrays are (distance,)."""

    distance: Array
    """[unit of the coordinates]"""
    density: Array
    """K_d: density of the distances between pairs of plants. [1/unit]"""
    local_low: Array
    local_high: Array
    """Band that holds the given part of the simulations at each distance."""
    global_low: Array
    global_high: Array
    """Band that holds the given part of the simulations at all distances at once."""

    @property
    def localized(self) -> Array:
        """Γ: density above the global band. > 0 anywhere: localized at this confidence."""
        return np.maximum(self.density - self.global_high, 0)

    @property
    def dispersed(self) -> Array:
        """Ψ: density below the global band, where the industry is nowhere localized."""
        below = np.maximum(self.global_low - self.density, 0)
        return np.zeros_like(below) if self.localized.any() else below


def duranton_overman(
    x: ArrayLike, y: ArrayLike, plants: ArrayLike, *, distance: float | None = None,
    bandwidth: float | None = None, simulations: int = 1_000, level: float = 0.95, seed: int = 0,
    threads: int | None = None,
) -> Localization:  # fmt: skip
    """K-density of an industry's plants with envelopes from random draws of all sites.

    Args:
        x, y: (site,) plane coordinates of all sites that a plant could stand on.
        plants: positions of the industry's plants among the sites.
        distance: largest distance looked at; by default the median between all sites (of at
            most 2,000 of them drawn at random).
        bandwidth: of the Gaussian kernel; by default Silverman's rule on the plants' distances.
        simulations: random draws of as many sites, without replacement.
        level: part of the simulations inside a band. [1]
    Returns:
        Density at 128 distances from 0 to ``distance``. Mass beyond 0 is reflected.
    Raises:
        ValueError: fewer than 3 plants, a plant twice or outside the sites, missing coordinates,
            more plants than sites, all plants on one spot.
    """
    sites = _sites(x, y)
    chosen = _chosen(plants, len(sites))
    chance = np.random.default_rng(seed)
    far = float(distance) if distance is not None else _median(sites, chance)
    wide = float(bandwidth) if bandwidth is not None else _silverman(sites[chosen], chance)
    if not (far > 0 and wide > 0):
        raise ValueError(
            f"distance ({far}) and bandwidth ({wide}) must be above 0: do all plants share a spot?"
        )
    at = np.linspace(0, far, 128)
    draws = [
        np.ascontiguousarray(sites[chance.choice(len(sites), len(chosen), replace=False)])
        for _ in range(simulations)
    ]
    with ThreadPoolExecutor(threads or os.cpu_count() or 1) as pool:
        rows = list(pool.map(lambda points: _density(points, at, wide), draws))
    simulated = np.array(rows)
    return Localization(
        at, _density(np.ascontiguousarray(sites[chosen]), at, wide),
        *_local(simulated, level), *_global(simulated, level),
    )  # fmt: skip


@njit(cache=True, nogil=True, fastmath=True)
def _count(x: Array, y: Array, step: float, bins: int) -> Array:  # pragma: no cover - compiled
    """Pairs by the step nearest to their distance; those beyond the last are left out.

    Distances of one plant to all others are computed at a stretch, which the processor does
    several at a time, and counted in a second loop.
    """
    counts = np.zeros(bins + 2, np.int64)
    n = len(x)
    steps = np.empty(n, np.int32)
    most = np.float32(bins + 1)
    scale = np.float32(1.0 / step)
    for i in range(n):
        xi, yi = x[i], y[i]
        for j in range(i + 1, n):
            dx, dy = x[j] - xi, y[j] - yi
            place = np.sqrt(dx * dx + dy * dy) * scale + np.float32(0.5)
            steps[j] = np.int32(min(place, most))
        for j in range(i + 1, n):
            counts[steps[j]] += 1
    return counts[: bins + 1].astype(np.float64)


def _density(points: Array, at: Array, wide: float) -> Array:
    """Gaussian kernel density of the pair distances at ``at``, reflected at 0."""
    step = wide / _FINE
    bins = int(np.ceil((at[-1] + 4 * wide) / step))
    # Single precision is a ten-millionth of the spread, a step some thousandths of it.
    x, y = (points - points.mean(axis=0)).astype(np.float32).T
    counts = _count(np.ascontiguousarray(x), np.ascontiguousarray(y), step, bins)
    # Half-sample reflection would shift the origin by half a step; distance 0 is a point itself.
    counts[0] *= 2
    smooth = gaussian_filter1d(counts, _FINE, mode="mirror", truncate=5)
    pairs = len(points) * (len(points) - 1) / 2
    return np.interp(at, np.arange(len(smooth)) * step, smooth) / (pairs * step)


def _local(simulated: Array, level: float) -> tuple[Array, Array]:
    low, high = np.quantile(simulated, [(1 - level) / 2, (1 + level) / 2], axis=0)
    return low, high


def _global(simulated: Array, level: float) -> tuple[Array, Array]:
    """The narrowest pair of local quantiles that holds ``level`` of whole curves."""
    count = len(simulated)
    order = np.argsort(np.argsort(simulated, axis=0), axis=0)
    # How far each curve strays at its worst, counted in ranks from the nearer edge.
    edge = np.minimum(order, count - 1 - order).min(axis=1)
    inside = int(np.quantile(edge, 1 - level, method="lower"))
    ranked = np.sort(simulated, axis=0)
    return ranked[inside], ranked[count - 1 - inside]


def _sites(x: ArrayLike, y: ArrayLike) -> Array:
    sites = np.column_stack([np.asarray(x, np.float64), np.asarray(y, np.float64)])
    if not np.isfinite(sites).all():
        bad = int(np.flatnonzero(~np.isfinite(sites).all(axis=1))[0])
        raise ValueError(f"site {bad} has no coordinates; leave it out or locate it")
    return sites


def _chosen(plants: ArrayLike, sites: int) -> NDArray[np.int64]:
    chosen = np.asarray(plants, dtype=np.int64)
    if chosen.ndim != 1 or len(chosen) < 3:
        raise ValueError(f"{chosen.size} plants are too few: three at least")
    if (chosen < 0).any() or (chosen >= sites).any() or len(np.unique(chosen)) < len(chosen):
        raise ValueError(f"plants must be different sites of 0–{sites - 1}")
    return chosen


def _apart(points: Array, chance: np.random.Generator, most: int = 2_000) -> Array:
    if len(points) > most:
        points = points[chance.choice(len(points), most, replace=False)]
    first, second = np.triu_indices(len(points), 1)
    apart: Array = np.hypot(*(points[first] - points[second]).T)
    return apart


def _median(sites: Array, chance: np.random.Generator) -> float:
    return float(np.median(_apart(sites, chance)))


def _silverman(points: Array, chance: np.random.Generator) -> float:
    """Silverman's rule with the spread and the number of distances."""
    apart = _apart(points, chance)
    quarter, three = np.quantile(apart, [0.25, 0.75])
    spread = min(apart.std(), (three - quarter) / 1.34) or apart.std()
    return float(0.9 * spread * (len(points) * (len(points) - 1) / 2) ** -0.2)
