"""Economic complexity and relatedness: what places can make, and what lies near to it.

X is a table of places × activities (countries × products, districts × industries): exports,
employment, output. M is 1 where a place has revealed comparative advantage.

Source: Hidalgo & Hausmann (2009), PNAS 106; Hausmann, Hidalgo et al. (2014), The Atlas of
Economic Complexity; Tacchella et al. (2012), Scientific Reports 2 (fitness); van Eck & Waltman
(2009) and Steijn (2021) for relatedness.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import scipy.sparse as sp
from numpy.typing import ArrayLike, NDArray
from scipy.sparse.csgraph import connected_components

Array = NDArray[np.float64]
Measure = Literal["association", "cosine", "jaccard", "conditional"]


@dataclass(frozen=True)
class Complexity:
    """Complexity of places and activities; NaN where nothing can be said."""

    eci: Array
    """(place,) economic complexity, mean 0 and deviation 1. [1]"""
    pci: Array
    """(activity,) on the scale of ``eci``: the mean over a place's activities is its ECI. [1]"""
    eci_raw: Array
    """(place,) before standardising: mean of ``pci_raw`` over the place's activities."""
    pci_raw: Array
    """(activity,) second eigenvector, of length 1."""
    diversity: Array
    """(place,) activities with advantage."""
    ubiquity: Array
    """(activity,) places with advantage."""
    gap: float
    """Second eigenvalue less the third: near 0 the order of places is not determined. [1]"""
    sign: float
    """Correlation of ECI with diversity, by which its sign was chosen; near 0 it is a guess."""


def rca(values: ArrayLike) -> Array:
    """Revealed comparative advantage (location quotient).

    Args:
        values: (place, activity) amounts ≥ 0.
    Returns:
        (place, activity) share in the place over share in all; NaN in rows and columns without
        any amount. [1]
    Raises:
        ValueError: no table, or negative or missing amounts.
    """
    table = _table(values)
    rows, columns = table.sum(axis=1, keepdims=True), table.sum(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.asarray(table / rows / (columns / table.sum()))


def advantage(values: ArrayLike, least: float = 1.0) -> Array:
    """(place, activity) 1 where :func:`rca` is at least ``least``, else 0."""
    return (np.nan_to_num(rca(values)) >= least).astype(np.float64)


def complexity(presence: ArrayLike, *, largest: bool = False) -> Complexity:
    """Economic and product complexity of a table of presences M.

    The eigenproblem is solved on the side of the places (or of the activities where these are
    fewer): the other side follows by one averaging.

    Args:
        presence: (place, activity) of 0 and 1.
        largest: where M falls into parts that share nothing, look at the largest part alone and
            return NaN elsewhere; refused otherwise, since the numbers of two parts cannot be
            compared.
    Raises:
        ValueError: values other than 0 and 1, parts without connection, or too little to order:
            fewer than three places or activities.
    """
    table = _table(presence)
    if not np.isin(table, (0, 1)).all():
        raise ValueError("presence must hold 0 and 1 only; see advantage()")
    diversity, ubiquity = table.sum(axis=1), table.sum(axis=0)
    places, activities = _connected(table, largest=largest)
    part = table[np.ix_(places, activities)]
    if min(part.shape) < 3:
        raise ValueError(
            f"{part.shape[0]} places and {part.shape[1]} activities with advantages: three of"
            " each are the least that can be ordered"
        )
    of_places, of_activities, gap, sign = _second(part)
    eci_raw, pci_raw = _spread(of_places, places), _spread(of_activities, activities)
    mean, deviation = of_places.mean(), of_places.std()
    return Complexity(
        eci=(eci_raw - mean) / deviation,
        pci=(pci_raw - mean) / deviation,
        eci_raw=eci_raw, pci_raw=pci_raw, diversity=diversity, ubiquity=ubiquity,
        gap=gap, sign=sign,
    )  # fmt: skip


def _second(part: Array) -> tuple[Array, Array, float, float]:
    """Second eigenvectors of both sides, gap and sign; the activities' vector has length 1."""
    root_k, root_u = np.sqrt(part.sum(axis=1)), np.sqrt(part.sum(axis=0))
    # Symmetric form: the eigenvalues of D^-1 M U^-1 M' are squared singular values of this.
    even = part / root_k[:, None] / root_u
    small = even @ even.T if part.shape[0] <= part.shape[1] else even.T @ even
    values, vectors = np.linalg.eigh(small)
    second = vectors[:, -2]
    if part.shape[0] <= part.shape[1]:
        of_activities = (part.T @ (second / root_k)) / root_u**2
    else:
        of_activities = second / root_u
    of_activities /= np.linalg.norm(of_activities)
    of_places = part @ of_activities / root_k**2
    sign = float(np.corrcoef(of_places, root_k**2)[0, 1]) if np.ptp(root_k) > 0 else 0.0
    turn = -1.0 if sign < 0 else 1.0
    return turn * of_places, turn * of_activities, float(values[-2] - values[-3]), abs(sign)


def _connected(table: Array, *, largest: bool) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Places and activities of the one part that M holds together."""
    places, activities = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    graph = sp.coo_array(table)
    rows, columns = graph.row, graph.col
    size = sum(table.shape)
    joined = sp.coo_array((np.ones(len(rows)), (rows, columns + len(table))), shape=(size, size))
    _, label = connected_components(joined, directed=False)
    present = np.r_[places, activities]
    parts = np.bincount(label[present])
    if (parts > 0).sum() > 1 and not largest:
        raise ValueError(
            f"the table falls into {(parts > 0).sum()} parts that share no activity; the largest"
            f" holds {parts.max()} of {present.sum()} places and activities. Ask for the largest"
            " part, or lower the threshold of advantage"
        )
    kept = present & (label == parts.argmax()) if parts.size else present
    return kept[: len(table)], kept[len(table) :]


def _spread(part: Array, where: NDArray[np.bool_]) -> Array:
    whole = np.full(len(where), np.nan)
    whole[where] = part
    return whole


def fitness(
    presence: ArrayLike, *, rounds: int = 1_000, tolerance: float = 1e-10
) -> tuple[Array, Array, int]:
    """Fitness of places and complexity of activities by the non-linear map, and rounds taken.

    F ← Σ M Q, Q ← 1 / Σ M / F, each made to mean 1 in every round. Some tables let the least
    fit fall to 0 for ever: then ``rounds`` is what came back, and their order still stands.

    Source: Tacchella et al. (2012).
    """
    table = _table(presence)
    places, activities = table.sum(axis=1) > 0, table.sum(axis=0) > 0
    part = table[np.ix_(places, activities)]
    fit, hard = np.ones(len(part)), np.ones(part.shape[1])
    took = rounds
    for turn in range(rounds):
        with np.errstate(divide="ignore"):
            new_fit, new_hard = part @ hard, 1 / (part.T @ (1 / np.maximum(fit, 1e-300)))
        new_fit, new_hard = new_fit / new_fit.mean(), new_hard / new_hard.mean()
        change = np.abs(new_fit - fit).max()
        fit, hard = new_fit, new_hard
        if change <= tolerance:
            took = turn + 1
            break
    return _spread(fit, places), _spread(hard, activities), took


def proximity(presence: ArrayLike) -> Array:
    """(activity, activity) φ = min of both conditional probabilities of being made together."""
    return relatedness(presence, "conditional")


def relatedness(values: ArrayLike, measure: Measure = "association") -> Array:
    """How often two activities are found in the same places, against chance.

    Args:
        values: (place, activity) presences, or amounts (co-occurrence is then weighted).
        measure: ``association`` observed over expected co-occurrence if pairs formed at random
            (Steijn 2021; the diagonal is 0), ``cosine``, ``jaccard`` (of presences),
            ``conditional`` the smaller conditional probability (of presences; diagonal 1).
    Returns:
        (activity, activity) symmetric, 0 where nothing is shared. [1]
    Raises:
        ValueError: no such measure, or values that are no table.
    """
    table = _table(values)
    together = table.T @ table
    with np.errstate(invalid="ignore", divide="ignore"):
        if measure == "association":
            found = _association(together)
        elif measure == "cosine":
            size = np.sqrt(np.diag(together))
            found = together / np.outer(size, size)
        elif measure == "jaccard":
            own = np.diag(together)
            found = together / (own[:, None] + own[None, :] - together)
        elif measure == "conditional":
            own = np.diag(together)
            found = together / np.maximum(own[:, None], own[None, :])
        else:
            raise ValueError(f"no measure of relatedness is called {measure!r}")
    return np.nan_to_num(found, nan=0.0, posinf=0.0)


def _association(together: Array) -> Array:
    pairs = together - np.diag(np.diag(together))
    of, total = pairs.sum(axis=1), pairs.sum()
    share = of / total
    # A pair is drawn as first and second: the second is drawn from what the first leaves over.
    expected = share[:, None] * (of / (total - of[:, None])) + share * (of[:, None] / (total - of))
    return np.asarray(pairs / (expected * total / 2))


def density(presence: ArrayLike, related: ArrayLike) -> Array:
    """(place, activity) share of what is related to an activity that the place already has. [1]

    Args:
        presence: (place, activity) 0 and 1; related: (activity, activity) ≥ 0.
    """
    table, near = _table(presence), _table(related)
    if near.shape != (table.shape[1], table.shape[1]):
        raise ValueError(f"related must be {table.shape[1]} × {table.shape[1]}, got {near.shape}")
    total = near.sum(axis=0)
    part: Array = np.divide(table @ near, total, out=np.full(table.shape, np.nan), where=total > 0)
    return part


def opportunity(
    presence: ArrayLike, related: ArrayLike, found: Complexity
) -> tuple[Array, Array, Array]:
    """Where each place can go next.

    Args:
        presence: (place, activity); related: (activity, activity); found: of the same table.
    Returns:
        (place,) opportunity value, standardised; (place, activity) gain in opportunity value
        from taking up an activity, in units of ECI, 0 where it is there already; (place,
        activity) distance = 1 − density.
    Source: The Atlas of Economic Complexity (2014), technical appendix.
    """
    table = _table(presence)
    near = density(table, related)
    phi = np.asarray(related, dtype=np.float64)
    pci = np.nan_to_num(found.pci_raw)
    absent = 1 - table
    value = (np.nan_to_num(near) * absent * pci).sum(axis=1)
    total = phi.sum(axis=1)
    weight = np.divide(pci, total, out=np.zeros_like(pci), where=total > 0)
    gain = absent * (absent @ (phi * weight[:, None])) / np.nanstd(found.eci_raw)
    return (value - value.mean()) / value.std(), gain, 1 - near


def _table(values: ArrayLike) -> Array:
    table = np.asarray(values, dtype=np.float64)
    if table.ndim != 2 or not table.size:
        raise ValueError(f"want a table of places × activities, got shape {table.shape}")
    if not (np.isfinite(table) & (table >= 0)).all():
        at = np.argwhere(~(np.isfinite(table) & (table >= 0)))[0]
        raise ValueError(
            f"cell {tuple(int(n) for n in at)} is {table[tuple(at)]}, expected a number ≥ 0"
        )
    if not table.sum() > 0:
        raise ValueError("the table is empty: every cell is 0")
    return table
