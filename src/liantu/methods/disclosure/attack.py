"""The attacker: what published tables tell of the cells they do not show.

Written apart from the protection and from published figures alone, so that it can prove it
wrong. First sums with one unknown are subtracted, as any reader does; then two linear programs a
cell give the least and the greatest value that all published figures leave possible.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import sparse
from scipy.sparse.csgraph import connected_components

from liantu.methods.disclosure.programs import Program

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Recovered:
    """What the attacker knows; arrays are (cell,)."""

    low: Array
    high: Array
    """Ends of the feasible interval; equal to the value where it is published."""
    exact: Mask
    """Not published and yet known to the last digit."""


def attack(
    published: ArrayLike, links: sparse.csr_array, floor: ArrayLike,
    *, ceiling: ArrayLike | None = None, only: ArrayLike | None = None,
) -> Recovered:  # fmt: skip
    """Recover what is hidden.

    Args:
        published: (cell,) values; NaN where hidden. What an insider knows is put in as if it
            were published, or raises its floor.
        links: (link, cell) equations, links · value = 0, of published sums and ratios.
        floor: (cell,) least value possible: 0, −inf, or an insider's own contribution.
        ceiling: (cell,) greatest value possible, if any is known.
        only: positions of the hidden cells to recover; all by default.
    Raises:
        ValueError: lengths differ, or the published figures contradict each other.
    """
    value, low = np.array(published, dtype=np.float64), np.asarray(floor, dtype=np.float64)
    high = np.full(len(value), np.inf) if ceiling is None else np.asarray(ceiling, np.float64)
    if not len(value) == len(low) == len(high) == links.shape[1]:
        raise ValueError("published, floor, ceiling and links must speak of the same cells")
    value, hidden = _subtracted(value, links), np.isnan(published)
    exact = hidden & ~np.isnan(value)
    least, most = np.where(np.isnan(value), low, value), np.where(np.isnan(value), high, value)
    wanted = np.isnan(value)
    if only is not None:
        chosen = np.zeros(len(value), dtype=bool)
        chosen[np.asarray(only, dtype=np.int64)] = True
        wanted &= chosen
    for part in _components(value, links):
        if wanted[part].any():
            _narrow(part, wanted, value, links, low, high, least, most)
    scale = np.maximum(np.abs(least), np.abs(most))
    bounded = wanted & np.isfinite(scale)
    exact[bounded] |= (most - least)[bounded] <= _EXACT * scale[bounded]
    return Recovered(least, most, exact)


def _subtracted(value: Array, links: sparse.csr_array) -> Array:
    """Solve equations with one unknown until none is left."""
    value = value.copy()
    pattern = sparse.csr_array((np.ones_like(links.data), links.indices, links.indptr), links.shape)
    while True:
        unknown = np.isnan(value)
        single = np.flatnonzero(pattern @ unknown.astype(np.float64) == 1)
        if not len(single):
            return value
        sums = links @ np.where(unknown, 0.0, value)
        for row in single:
            span = slice(links.indptr[row], links.indptr[row + 1])
            at = links.indices[span][unknown[links.indices[span]]][0]
            if np.isnan(value[at]):
                coefficient = links.data[span][links.indices[span] == at][0]
                value[at] = -sums[row] / coefficient


def _components(value: Array, links: sparse.csr_array) -> list[NDArray[np.int_]]:
    """Unknown cells that share equations, group by group; each is a program of its own."""
    unknown = np.flatnonzero(np.isnan(value))
    if not len(unknown):
        return []
    among = sparse.csr_array(sparse.csc_array(links)[:, unknown])
    pattern = sparse.csr_array((np.ones_like(among.data), among.indices, among.indptr), among.shape)
    label = connected_components(pattern.T @ pattern, directed=False)[1]
    return [unknown[label == one] for one in range(label.max() + 1)]


def _narrow(
    part: NDArray[np.int_], wanted: Mask, value: Array, links: sparse.csr_array,
    low: Array, high: Array, least: Array, most: Array,
) -> None:  # fmt: skip
    """Write least and greatest values of the wanted cells of one group."""
    among = sparse.csr_array(sparse.csc_array(links)[:, part])
    rows = np.flatnonzero(np.diff(among.indptr))
    among = sparse.csr_array(among[rows])
    right = -(links[rows] @ np.nan_to_num(value))
    scale = float(np.max(np.abs(right), initial=0.0)) or 1.0
    program = Program(among, right / scale, low[part] / scale, high[part] / scale)
    for column, cell in enumerate(part):
        if not wanted[cell]:
            continue
        for sign, out in ((1.0, least), (-1.0, most)):
            program.cost(column, sign)
            found = program.solve()
            if found is None:
                raise ValueError("the published figures contradict each other")
            out[cell] = sign * -np.inf if isinstance(found, float) else found[column] * scale
        program.cost(column, 0.0)


_EXACT = 1e-6
