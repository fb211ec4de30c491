"""Systemic risk of single closures, one core, beside the equations on dense matrices.

The authors' own program is in R and is not run here; its scores are what the golden tests compare
with. The peer in this run is the plain form of the equations (numpy, dense), on a network small
enough for it; the large networks (模拟数据) show how the cost of a closure grows.
"""

from __future__ import annotations

import time

import numpy as np

from benchmarks.timing import Reading
from liantu.methods.network import SupplyNetwork, closures, supply_network, systemic_risk

SECTORS = 616


def network(firms: int, sectors: int, seed: int = 1) -> SupplyNetwork:
    """A synthetic network whose degrees, values and classes are spread like the golden one's.

    Degrees fall off as a power of 2.3 from 3 to 150 (mean about 7.5, independent at both ends),
    links pair at random, values run from 1 to 17, a sixth of the sector pairs is essential.
    """
    chance = np.random.default_rng(seed)
    out, into = (np.minimum(3 * chance.random(firms) ** (-1 / 1.3), 150) for _ in range(2))
    links = int(7.5 * firms)
    supplier = chance.choice(firms, links, p=out / out.sum())
    customer = chance.choice(firms, links, p=into / into.sum())
    apart = supplier != customer
    classes = chance.choice([0.0, 1.0, 2.0], (sectors, sectors), p=[0.71, 0.12, 0.17])
    return supply_network(
        supplier[apart],
        customer[apart],
        chance.integers(1, 18, links)[apart].astype(np.float64),
        chance.integers(0, sectors, firms),
        classes,
    )


def _dense(built: SupplyNetwork, firms: np.ndarray) -> float:
    """Seconds a closure in the plain form: every round multiplies whole matrices."""
    n = built.firms
    seller = np.repeat(np.arange(n), np.diff(built.out_start))
    down = np.zeros((n, n))
    down[seller, built.out_customer] = built.out_share
    kind = np.zeros((n, n), np.int8)
    kind[seller, built.out_customer] = np.where(built.out_slot >= 0, 2, 1)
    up = np.zeros((n, n))
    up[built.in_supplier, np.repeat(np.arange(n), np.diff(built.in_start))] = built.in_share
    member = np.zeros((n, int(built.sector.max()) + 1))
    member[np.arange(n), built.sector] = 1
    essential, other = np.where(kind == 2, down, 0), np.where(kind == 1, down, 0)
    start = time.perf_counter()
    for firm in firms:
        able = np.ones(n)
        able[firm] = 0
        hd, hu = able.copy(), able.copy()
        while True:
            left = member.T @ (hd * built.sold)
            sigma = np.minimum(1, built.sold / np.where(left > 1e-10, left, 1)[built.sector])
            lost = sigma * (1 - hd)
            reached = np.flatnonzero(lost)
            short = (member[reached] * lost[reached, None]).T @ essential[reached]
            new_d = np.maximum(0, np.minimum(able, np.minimum(1 - short.max(0), 1 - lost @ other)))
            new_u = np.maximum(0, np.minimum(able, 1 - up @ (1 - hu)))
            change = max((hd - new_d).max(), (hu - new_u).max())
            hd, hu = new_d, new_u
            if change <= 0.01:
                break
    return (time.perf_counter() - start) / len(firms)


def _ours(built: SupplyNetwork, firms: np.ndarray, threads: int) -> float:
    start = time.perf_counter()
    systemic_risk(built, closures(firms), threads=threads)
    return (time.perf_counter() - start) / len(firms)


def run() -> list[Reading]:
    """Milliseconds a closure: the plain form, then ours on growing networks and both cores."""
    small = network(2_000, 50)
    systemic_risk(small, closures(2))  # compiled before the clock starts
    some = np.arange(0, 2_000, 50)
    plain, ours = _dense(small, some), _ours(small, np.arange(2_000), 1)
    readings = [
        Reading("closure, 2,000 firms, plain equations", (plain,), f"{plain * 1e3:.2f} ms"),
        Reading("closure, 2,000 firms", (ours,), f"{ours * 1e3:.3f} ms, 1/{plain / ours:.0f}"),
    ]
    for firms, sample in ((10_000, 5_000), (100_000, 2_000)):
        built = network(firms, SECTORS)
        chosen = np.random.default_rng(0).choice(firms, sample, replace=False)
        one, both = _ours(built, chosen, 1), _ours(built, chosen, 2)
        note = f"{one * 1e3:.3f} ms on one core; two cores {one / both:.2f}× as fast"
        readings.append(Reading(f"closure, {firms:,} firms / {built.links:,} links", (one,), note))
    return readings


if __name__ == "__main__":
    for reading in run():
        print(reading.line())
