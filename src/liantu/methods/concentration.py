"""Specialisation of places and concentration of activities, with what chance alone would give.

Tables are places × activities; plants are lists with one entry a plant.

Source: Krugman (1991), Geography and Trade; Ellison & Glaeser (1997), Journal of Political
Economy 105; Ellison, Glaeser & Kerr (2010), American Economic Review 100.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from liantu.methods.complexity import rca

Array = NDArray[np.float64]


@dataclass(frozen=True)
class Quotients:
    """Location quotients with an interval."""

    value: Array
    """(place, activity) [1]"""
    low: Array
    high: Array
    """Ends of the interval; NaN where a cell is too thin for any."""


@dataclass(frozen=True)
class PlaceIndices:
    """How special each place is; arrays are (place,)."""

    herfindahl: Array
    """Σ s²: 1 is one activity alone. [1]"""
    entropy: Array
    """−Σ s log₂ s. [bit]"""
    krugman: Array
    """Σ |s − S| against all places together: 0 the same structure, 2 nothing shared. [1]"""
    hachman: Array
    """1 / Σ LQ · s: 1 the structure of all, → 0 unlike it. [1]"""


def location_quotients(
    place: ArrayLike, activity: ArrayLike, size: ArrayLike, *, places: int, activities: int,
    level: float = 0.9, replicates: int = 1_000, seed: int = 0, least: int = 5,
) -> Quotients:  # fmt: skip
    """Location quotients from plants, with a bootstrap interval over the plants.

    A quotient of a district with three plants says little; resampling the plants shows how
    little. Each replicate weighs every plant by a Poisson(1) count (the Poisson bootstrap).

    Args:
        place, activity: (plant,) positions from 0.
        size: (plant,) employees or output, ≥ 0.
        places, activities: how many of each.
        level: part of the replicates inside the interval. [1]
        least: cells with fewer plants get no interval.
    Raises:
        ValueError: lengths or positions that do not fit, negative sizes, a level outside 0–1.
    """
    where, what, weight = _plants(place, activity, size, places, activities)
    if not 0 < level < 1:
        raise ValueError(f"level must lie between 0 and 1, got {level}")
    cell = where * activities + what
    cells = places * activities
    total = np.bincount(cell, weight, cells).reshape(places, activities)
    chance = np.random.default_rng(seed)
    drawn = np.empty((replicates, cells))
    for turn in range(replicates):
        drawn[turn] = np.bincount(cell, weight * chance.poisson(1, len(cell)), cells)
    tables = drawn.reshape(replicates, places, activities)
    with np.errstate(invalid="ignore", divide="ignore"):
        rows, columns = tables.sum(axis=2, keepdims=True), tables.sum(axis=1, keepdims=True)
        quotients = tables / rows / (columns / tables.sum(axis=(1, 2), keepdims=True))
        low, high = np.nanquantile(quotients, [(1 - level) / 2, (1 + level) / 2], axis=0)
    thin = np.bincount(cell, minlength=cells).reshape(places, activities) < least
    low[thin], high[thin] = np.nan, np.nan
    return Quotients(rca(total), low, high)


def place_indices(values: ArrayLike) -> PlaceIndices:
    """Indices of specialisation of every place.

    Args:
        values: (place, activity) amounts ≥ 0, every place with some.
    Raises:
        ValueError: no table, negative amounts, or a place without any.
    """
    quotient = rca(values)
    table = np.asarray(values, dtype=np.float64)
    if (table.sum(axis=1) == 0).any():
        at = int(np.flatnonzero(table.sum(axis=1) == 0)[0])
        raise ValueError(f"place {at} has nothing: it has no structure; leave it out")
    share = table / table.sum(axis=1, keepdims=True)
    whole = table.sum(axis=0) / table.sum()
    log = np.log2(share, out=np.zeros_like(share), where=share > 0)
    return PlaceIndices(
        herfindahl=(share**2).sum(axis=1),
        entropy=-(share * log).sum(axis=1),
        krugman=np.abs(share - whole).sum(axis=1),
        hachman=1 / (np.nan_to_num(quotient) * share).sum(axis=1),
    )


def hoover_gini(values: ArrayLike) -> Array:
    """(activity,) Gini of each activity over places, against all activity (Lorenz by LQ). [1]

    0: spread like everything; → 1: in one small place. NaN where there is none of it.
    """
    table = np.asarray(values, dtype=np.float64)
    quotient = rca(table)
    reference = table.sum(axis=1) / table.sum()
    order = np.argsort(quotient, axis=0, kind="stable")
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.take_along_axis(table / table.sum(axis=0), order, axis=0)
    step = reference[order]
    top = np.cumsum(share, axis=0)
    return np.asarray(1 - (step * (2 * top - share)).sum(axis=0))


@dataclass(frozen=True)
class Agglomeration:
    """Ellison–Glaeser of every activity; arrays are (activity,)."""

    gamma: Array
    """Concentration beyond chance and beyond the size of its plants; > 0.05 is called strong."""
    raw: Array
    """G = Σ (s − x)²: concentration of employment. [1]"""
    plants: Array
    """Herfindahl of plant sizes: what a few large plants explain. [1]"""


def ellison_glaeser(
    place: ArrayLike, activity: ArrayLike, size: ArrayLike, *, places: int, activities: int
) -> Agglomeration:
    """Agglomeration of each activity, the effect of plant sizes taken out.

    γ = (G / (1 − Σx²) − H) / (1 − H), with s the activity's shares over places, x the shares of
    all activity, H the Herfindahl of its plants. Expected 0 if plants settle by chance in
    proportion to x.

    Args:
        place, activity, size: (plant,) as in :func:`location_quotients`.
    Returns:
        NaN for activities without plants or with a single one.
    Raises:
        ValueError: as :func:`location_quotients`; everything in one place.
    """
    where, what, weight = _plants(place, activity, size, places, activities)
    shares, x, room = _shares(where, what, weight, places, activities)
    total = np.bincount(what, weight, activities)
    with np.errstate(invalid="ignore", divide="ignore"):
        plants = np.bincount(what, weight**2, activities) / total**2
        raw = ((shares - x[:, None]) ** 2).sum(axis=0)
        gamma = (raw / room - plants) / (1 - plants)
    gamma[~(plants < 1)] = np.nan
    return Agglomeration(gamma, raw, plants)


def coagglomeration(
    place: ArrayLike, activity: ArrayLike, size: ArrayLike, *, places: int, activities: int
) -> Array:
    """(activity, activity) how far two activities settle in the same places, against chance.

    γᶜ_ij = Σ (s_i − x)(s_j − x) / (1 − Σx²); the diagonal is NaN: an activity with itself is
    :func:`ellison_glaeser`.

    Source: Ellison, Glaeser & Kerr (2010), equation 1.
    """
    where, what, weight = _plants(place, activity, size, places, activities)
    shares, x, room = _shares(where, what, weight, places, activities)
    apart = shares - x[:, None]
    found: Array = apart.T @ apart / room
    np.fill_diagonal(found, np.nan)
    return found


def group_coagglomeration(
    place: ArrayLike, activity: ArrayLike, size: ArrayLike, *, places: int, activities: int
) -> float:
    """Co-agglomeration of several activities as a group, their own agglomeration taken out.

    γᶜ = (G / (1 − Σx²) − H − Σ γ_j w_j² (1 − H_j)) / (1 − Σ w_j²), where w are the activities'
    shares in the group and G is of the group as one. x comes from the group's plants and all
    others given: activities from 0 to ``activities − 1`` are the group, −1 is all the rest.

    Source: Ellison & Glaeser (1997), equation 9.
    """
    number = np.asarray(activity, dtype=np.int64)
    every = np.where(number < 0, activities, number)
    where, what, weight = _plants(place, every, size, places, activities + 1)
    shares, x, room = _shares(where, what, weight, places, activities + 1)
    each = ellison_glaeser(where, what, weight, places=places, activities=activities + 1)
    total = np.bincount(what, weight, activities + 1)[:activities]
    if (total <= 0).any() or activities < 2:
        raise ValueError("a group needs two activities at least, each with plants")
    w = total / total.sum()
    gamma, plants = each.gamma[:activities], each.plants[:activities]
    group = (shares[:, :activities] * w).sum(axis=1)
    raw = ((group - x) ** 2).sum()
    own = np.nan_to_num(gamma) * w**2 * (1 - plants)
    return float((raw / room - (w**2 * plants).sum() - own.sum()) / (1 - (w**2).sum()))


def _shares(
    where: NDArray[np.int64], what: NDArray[np.int64], weight: Array, places: int, activities: int
) -> tuple[Array, Array, float]:
    """(place, activity) shares of each activity, (place,) shares of all, and 1 − Σx²."""
    table = np.bincount(where * activities + what, weight, places * activities)
    table = table.reshape(places, activities).astype(np.float64)
    x = table.sum(axis=1) / table.sum()
    room = float(1 - (x**2).sum())
    if room <= 0:
        raise ValueError("all activity is in one place: nothing can be said of concentration")
    total = table.sum(axis=0)
    shares = np.divide(table, total, out=np.full(table.shape, np.nan), where=total > 0)
    return shares, x, room


def _plants(
    place: ArrayLike, activity: ArrayLike, size: ArrayLike, places: int, activities: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], Array]:
    where, what = np.asarray(place, np.int64), np.asarray(activity, np.int64)
    weight = np.asarray(size, np.float64)
    if not where.shape == what.shape == weight.shape or where.ndim != 1:
        raise ValueError(
            f"place, activity and size must be of one length, got {where.shape}, {what.shape},"
            f" {weight.shape}"
        )
    if not (np.isfinite(weight) & (weight >= 0)).all() or not weight.sum() > 0:
        raise ValueError("sizes must be numbers of at least 0, some of them above")
    for name, ends, most in (("place", where, places), ("activity", what, activities)):
        beyond = np.flatnonzero((ends < 0) | (ends >= most))
        if len(beyond):
            raise ValueError(
                f"{name} of plant {beyond[0]} is {ends[beyond[0]]}, expected 0–{most - 1}"
            )
    return where, what, weight
