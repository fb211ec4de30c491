"""The least that can be hidden, by an integer program over all patterns at once; small tables.

Written apart from the heuristic: every sensitive cell gets a shift up and a shift down of its
own, which only hidden cells may take part in (Fischetti & Salazar 2001, first model).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

from liantu.methods.disclosure import Cells


def optimum(cells: Cells, blur: NDArray[np.float64]) -> float:
    """Weight of the cells hidden besides the sensitive ones.

    Raises:
        ArithmeticError: no pattern protects all, or the solver gave up.
    """
    count, must = len(blur), blur > 0
    room = np.where(np.isfinite(cells.floor), cells.value - cells.floor, np.inf)
    far = 10 * float(np.abs(cells.value).max())
    targets = [(at, side) for at in np.flatnonzero(must) for side in (1, -1)]
    weight = np.where(must | cells.hidden, 0.0, cells.weight)
    size = count * (1 + len(targets))
    rows, low, high = [], [], []
    least, most = np.zeros(size), np.ones(size)
    least[:count][must | cells.hidden] = 1
    most[:count][~(must | cells.hidden | cells.free)] = 0
    for turn, (at, side) in enumerate(targets):
        start = count * (1 + turn)
        down, up = np.minimum(room, far), np.full(count, far)
        least[start : start + count], most[start : start + count] = -down, up
        asked = min(blur[at], room[at]) if side < 0 else blur[at]
        least[start + at] = most[start + at] = side * asked
        pad = sparse.csr_array((cells.links.shape[0], start))
        rest = sparse.csr_array((cells.links.shape[0], size - start - count))
        rows.append(sparse.hstack([pad, cells.links, rest]))
        low.append(np.zeros(cells.links.shape[0]))
        high.append(np.zeros(cells.links.shape[0]))
        eye, between = sparse.eye_array(count), sparse.csr_array((count, start - count))
        after = sparse.csr_array((count, size - start - count))
        rows.append(sparse.hstack([-sparse.diags_array(up), between, eye, after]))
        low.append(np.full(count, -np.inf))
        high.append(np.zeros(count))
        rows.append(sparse.hstack([sparse.diags_array(down), between, eye, after]))
        low.append(np.zeros(count))
        high.append(np.full(count, np.inf))
    found = milp(
        np.concatenate([weight, np.zeros(size - count)]),
        integrality=np.concatenate([np.ones(count), np.zeros(size - count)]),
        bounds=Bounds(least, most),
        constraints=LinearConstraint(
            sparse.csc_array(sparse.vstack(rows)), np.concatenate(low), np.concatenate(high)
        ),
    )
    if found.x is None:
        raise ArithmeticError(found.message)
    return float(found.fun)
