"""The equations written down as they stand, on dense matrices: slow, and easy to believe."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def dense_scores(
    sold: Array, sector: NDArray[np.int64], classes: Array, psi: Array, *,
    market: NDArray[np.int64] | None = None, substitution: bool = True, epsilon: float = 0.01,
    stop: str = "change", revenue: Array | None = None, cost: Array | None = None,
) -> tuple[float, float, float, int]:  # fmt: skip
    """ESRI, downstream, upstream and rounds of one shock.

    Args:
        sold: (firm, firm) W; sector: (firm,); classes: (sectors, sectors); psi: (firm,).
    """
    n = len(sold)
    s_out, s_in = sold.sum(1), sold.sum(0)
    sectors = len(classes)
    of = classes[np.ix_(sector, sector)]
    by_sector = np.array([sold[sector == k].sum(0) for k in range(sectors)])
    down = np.zeros((n, n))
    for i in range(n):
        for j in range(n):
            if sold[i, j] > 0 and of[i, j] == 2:
                down[i, j] = sold[i, j] / by_sector[sector[i], j]
            elif sold[i, j] > 0 and of[i, j] == 1:
                down[i, j] = sold[i, j] / s_in[j]
    base = s_out if revenue is None else np.where(revenue > 0, revenue, s_out)
    up = np.divide(sold, base[:, None], out=np.zeros((n, n)), where=base[:, None] > 0)
    if cost is not None:
        down = down * np.where(cost > 0, s_in / np.where(cost > 0, cost, 1), 1)[None, :]
    where = sector if market is None else market
    hd, hu = 1 - psi, 1 - psi
    weight = s_out / s_out.sum()
    score = float(weight @ psi)
    for rounds in range(1, 100_000):  # noqa: B007 - the last one is returned
        sigma = np.ones(n)
        if substitution:
            left = np.array([(hd * s_out)[where == where[i]].sum() for i in range(n)])
            sigma = np.minimum(1, s_out / np.where(left <= 1e-10, 1, left))
        lost = sigma[:, None] * down * (1 - hd)[:, None]
        essential = np.zeros(n)
        other = np.where(of == 1, lost, 0).sum(0)
        for k in range(sectors):
            essential = np.maximum(essential, np.where(of == 2, lost, 0)[sector == k].sum(0))
        new_d = np.maximum(0, np.minimum(1 - psi, np.minimum(1 - essential, 1 - other)))
        new_u = np.maximum(0, np.minimum(1 - psi, 1 - up @ (1 - hu)))
        change = max((hd - new_d).max(), (hu - new_u).max())
        hd, hu = new_d, new_u
        before, score = score, float(weight @ (1 - np.minimum(hd, hu)))
        if (change <= epsilon) if stop == "change" else not score > before * (1 + epsilon):
            break
    return score, float(weight @ (1 - hd)), float(weight @ (1 - hu)), rounds
