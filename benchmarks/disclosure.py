"""Cell suppression beside the least that could be hidden, and its time on tables of a city.

Small tables (6 × 5 with totals, 模拟数据) stand beside the optimum of an integer program over all
patterns; the tables of 23 places × 28 branches with totals are too large for it.
"""

from __future__ import annotations

import time

import numpy as np
import polars as pl
from tests.methods.disclosure.firms import Tables, tables
from tests.methods.disclosure.optimum import optimum

from benchmarks.timing import Reading
from liantu.methods.disclosure import Dimension, attack, protect

SHAPE = {"place": Dimension({}), "branch": Dimension({})}


def drawn(seed: int, places: int, branches: int, firms: int) -> Tables:
    """Firms with sizes spread like a power of 1.5, branches of very different sizes."""
    chance = np.random.default_rng(seed)
    place = chance.choice(places, firms, p=chance.dirichlet(np.full(places, 2.0)))
    branch = chance.choice(branches, firms, p=chance.dirichlet(np.full(branches, 0.7)))
    frame = pl.DataFrame({
        "place": [f"p{at}" for at in place], "branch": [f"b{at}" for at in branch],
        "x": (chance.pareto(1.5, firms) + 1) * 1e6,
    })  # fmt: skip
    return tables(frame, SHAPE, [["place", "branch"]])


def main() -> None:
    """Print information lost and times."""
    lost = best = ours = theirs = 0.0
    for seed in range(20):
        known = drawn(seed, 6, 5, 90)
        start = time.perf_counter()
        found = protect(known.cells, known.blur, insiders=False)
        ours += time.perf_counter() - start
        lost += float(known.cells.weight[found.secondary].sum())
        start = time.perf_counter()
        best += optimum(known.cells, known.blur)
        theirs += time.perf_counter() - start
    print(f"information lost over the optimum, 20 small tables  {lost / best:.2f}")
    print(f"time of the integer program over ours               {theirs / ours:.0f}")
    for insiders in (False, True):
        times = []
        for seed in range(5):
            known = drawn(seed, 23, 28, 5_000)
            start = time.perf_counter()
            found = protect(known.cells, known.blur, insiders=insiders)
            times.append(time.perf_counter() - start)
            start = time.perf_counter()
            hidden = np.where(found.hidden, np.nan, known.cells.value)
            attack(hidden, known.cells.links, known.cells.floor)
            attacked = time.perf_counter() - start
        name = "23 × 28 with totals, " + ("insiders too" if insiders else "outsiders")
        print(Reading(name, tuple(times)).line())
        print(
            f"  {len(known.blur)} cells, {int((known.blur > 0).sum())} sensitive,"
            f" {int(found.secondary.sum())} more hidden, attack {attacked:.2f} s"
        )


if __name__ == "__main__":
    main()
