"""The cascade itself: work that follows the firms a shock has reached, not the whole network.

A closure touches few firms at first. Every round therefore visits only the links of firms whose
state changed in the round before, and adds to the sums D and U of their partners what changed.
States fall and sums grow, so that the largest essential shortfall of a firm is kept without
looking at its other inputs again. One case is otherwise: when a market is gone altogether its
size counts as 1, and whoever sold less than 1 weighs less than before. Then sums fall, and the
shortfalls concerned are looked up anew.

Compiled with numba; one call works on many shocks with one workspace and without the
interpreter's lock, so that threads share the shocks between them.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numba import njit
from numpy.typing import NDArray

from liantu.methods.network.supply import Array, Index, SupplyNetwork, Whole

TINY = 1e-10
"""A market with no more than this left counts as 1, so that nothing is divided by nought."""
_NEARLY_EMPTY = 1e-4
"""Below this part of its size what is left of a market is summed anew: differences lose digits."""
CHANGE, GROWTH = 1, 2
"""Stopping rules: the largest change of a state; the growth of the index."""

Network = tuple[Any, ...]
Results = tuple[Array, Array, Array, Array, Whole]


def arrays_of(network: SupplyNetwork) -> Network:
    """What the kernel reads, in its order; market members grouped for exact sums."""
    members = np.argsort(network.market, kind="stable")
    counts = np.bincount(network.market[network.market >= 0], minlength=1)
    start = np.zeros(len(counts) + 1, np.int64)
    np.cumsum(counts, out=start[1:])
    start += int((network.market < 0).sum())
    size = np.bincount(
        network.market[network.market >= 0],
        network.sold[network.market >= 0],
        minlength=len(counts),
    )
    return (
        network.market, network.sold, size, start, members.astype(np.int32),
        network.out_start, network.out_customer.view(np.uint32), network.out_share,
        network.out_slot, network.in_start, network.in_supplier.view(np.uint32),
        network.in_share, network.slot_start,
    )  # fmt: skip


class Workspace:
    """States and sums of one thread; clean between shocks, since a shock resets what it touched."""

    def __init__(self, network: SupplyNetwork) -> None:
        n = network.firms
        ones, noughts = np.ones, np.zeros
        self.down, self.up = ones(n), ones(n)
        self.limit = ones(n)  # 1 − ψ
        self.pushed = noughts(n)  # σ (1 − hd) as the customers know it
        self.waiting = noughts(n)  # fall of hu that the suppliers do not know yet
        self.slot = noughts(max(network.slots, 1))  # D_jk of essential sectors
        self.worst, self.other = noughts(n), noughts(n)  # max D_jk, Σ D_jk of non-essential
        self.orders = noughts(n)  # U
        self.left = noughts(0)  # of each market; set by the kernel
        # Unsigned, so that an index needs no look at its sign; one place more, so that a place
        # can be written before it is known whether it counts.
        self.hit_down, self.hit_up = np.empty(n, np.uint32), np.empty(n, np.uint32)
        self.touched, self.changed = np.empty(n + 1, np.uint32), np.empty(n, np.uint32)
        self.mark = np.full(n, -1, np.int64)
        self.summed = np.empty(0, np.int64)  # round in which a market was summed; by the kernel
        self.reached_down, self.reached_up = noughts(n, np.bool_), noughts(n, np.bool_)

    def arrays(self, sizes: Array) -> tuple[Any, ...]:
        """In the kernel's order; ``sizes`` are the markets' as they stand before a shock."""
        if len(self.left) != len(sizes):
            self.left = sizes.copy()
            self.summed = np.full(len(sizes), -1, np.int64)
        return (
            self.down, self.up, self.limit, self.pushed, self.waiting, self.slot, self.worst,
            self.other, self.orders, self.left, self.hit_down, self.hit_up, self.touched,
            self.changed, self.mark, self.reached_down, self.reached_up, self.summed,
        )  # fmt: skip


@njit(cache=True, nogil=True)
def _failing(network: Any, space: Any, i: int) -> float:  # pragma: no cover - compiled
    """σ (1 − hd) of a supplier: what fails and nobody stands in for (step 5)."""
    market, sold, down, left = network[0], network[1], space[0], space[9]
    now: float = 1.0 - down[i]
    m = market[i]
    if m >= 0:
        there = left[m] if left[m] > 1e-10 else 1.0
        if sold[i] < there:
            now *= sold[i] / there
    return now


@njit(cache=True, nogil=True)
def _shortage_of(
    network: Any, space: Any, reached: int, stamp: int
) -> int:  # pragma: no cover - compiled
    """Customers learn what changed at their suppliers (step 6); how many were touched."""
    out_start, customer, share, slot_of = network[5], network[6], network[7], network[8]
    slot_start = network[12]
    pushed, slot, worst, other = space[3], space[5], space[6], space[7]
    hit, touched, mark = space[10], space[12], space[14]
    count = 0
    for at in range(reached):
        i = hit[at]
        more = _failing(network, space, i) - pushed[i]
        if -1e-13 <= more <= 0.0:
            continue
        pushed[i] += more
        for e in range(out_start[i], out_start[i + 1]):
            j = customer[e]
            s = slot_of[e]
            if s >= 0:
                slot[s] += more * share[e]
                if slot[s] > worst[j]:
                    worst[j] = slot[s]
                elif more < 0.0:
                    worst[j] = 0.0
                    for k in range(slot_start[j], slot_start[j + 1]):
                        worst[j] = max(worst[j], slot[k])
            else:
                other[j] += more * share[e]
            if mark[j] != stamp:
                mark[j] = stamp
                touched[count] = j
                count += 1
    return count


@njit(cache=True, nogil=True)
def _fall_down(
    network: Any, space: Any, weight: Array, reached: int, count: int, stamp: int
) -> tuple[int, float, float]:  # pragma: no cover - compiled
    """Producers lower their output to their scarcest input; reached firms, change, loss."""
    market, sold, size, start, members = network[0], network[1], network[2], network[3], network[4]
    down, up, limit, worst = space[0], space[1], space[2], space[6]
    other, left = space[7], space[9]
    hit, touched, seen = space[10], space[12], space[15]
    largest, lost = 0.0, 0.0
    for at in range(count):
        j = touched[at]
        able = min(limit[j], 1.0 - worst[j], 1.0 - other[j])
        if able < 0.0:
            able = 0.0
        fall = down[j] - able
        if fall == 0.0:
            continue
        lost += weight[j] * (min(down[j], up[j]) - min(able, up[j]))
        down[j] = able
        if fall > largest:
            largest = fall
        if not seen[j]:
            seen[j] = True
            hit[reached] = j
            reached += 1
        if market[j] >= 0:
            left[market[j]] -= fall * sold[j]
    summed = space[17]
    for at in range(count):
        m = market[touched[at]]
        if m >= 0 and left[m] < 1e-4 * size[m] and summed[m] != stamp:
            summed[m] = stamp
            total = 0.0
            for k in range(start[m], start[m + 1]):
                total += down[members[k]] * sold[members[k]]
            left[m] = total
    return reached, largest, lost


@njit(cache=True, nogil=True)
def _demand_of(network: Any, space: Any, changed: int, stamp: int) -> int:  # pragma: no cover
    """Suppliers learn what their customers no longer order (step 7); how many were touched."""
    start, supplier, share = network[9], network[10], network[11]
    waiting, orders, touched, who, mark = space[4], space[8], space[12], space[13], space[14]
    count = 0
    for at in range(changed):
        j = who[at]
        fall = waiting[j]
        waiting[j] = 0.0
        for e in range(start[j], start[j + 1]):
            i = supplier[e]
            orders[i] += fall * share[e]
            if mark[i] != stamp:
                mark[i] = stamp
                touched[count] = i
                count += 1
    return count


@njit(cache=True, nogil=True)
def _demand_of_many(network: Any, space: Any, changed: int) -> int:  # pragma: no cover
    """The same where so many changed that looking at every firm costs less than noting them."""
    start, supplier, share = network[9], network[10], network[11]
    waiting, orders, touched, who = space[4], space[8], space[12], space[13]
    for at in range(changed):
        j = who[at]
        fall = waiting[j]
        waiting[j] = 0.0
        for e in range(start[j], start[j + 1]):
            orders[supplier[e]] += fall * share[e]
    up = space[1]
    count = 0
    for i in range(len(orders)):
        touched[count] = i
        count += 1.0 - orders[i] < up[i]
    return count


@njit(cache=True, nogil=True)
def _fall_up(
    space: Any, weight: Array, reached: int, count: int
) -> tuple[int, int, float, float]:  # pragma: no cover - compiled
    """Suppliers lower their output to their orders; reached firms, changed ones, change, loss."""
    down, up, limit, waiting, orders = space[0], space[1], space[2], space[4], space[8]
    hit, touched, who, seen = space[11], space[12], space[13], space[16]
    largest, changed, lost = 0.0, 0, 0.0
    for at in range(count):
        i = touched[at]
        able = min(limit[i], 1.0 - orders[i])
        if able < 0.0:
            able = 0.0
        fall = up[i] - able
        if fall <= 0.0:
            continue
        lost += weight[i] * (min(down[i], up[i]) - min(down[i], able))
        up[i] = able
        waiting[i] = fall
        who[changed] = i
        changed += 1
        if fall > largest:
            largest = fall
        if not seen[i]:
            seen[i] = True
            hit[reached] = i
            reached += 1
    return reached, changed, largest, lost


@njit(cache=True, nogil=True)
def _begin(network: Any, space: Any, who: Index, depth: Array) -> int:  # pragma: no cover
    """States as the shock finds them: hd = hu = 1 − ψ."""
    market, sold = network[0], network[1]
    down, up, limit, waiting, left = space[0], space[1], space[2], space[4], space[9]
    hit_down, hit_up, changed = space[10], space[11], space[13]
    seen_down, seen_up = space[15], space[16]
    count = 0
    for at in range(len(who)):
        i = who[at]
        if depth[at] <= 0.0:
            continue
        able = 1.0 - depth[at]
        down[i], up[i], limit[i] = able, able, able
        waiting[i] = depth[at]
        seen_down[i], seen_up[i] = True, True
        hit_down[count], hit_up[count], changed[count] = i, i, i
        count += 1
        if market[i] >= 0:
            left[market[i]] -= depth[at] * sold[i]
    return count


@njit(cache=True, nogil=True)
def _score(space: Any, weight: Array, downs: int, ups: int) -> tuple[float, float, float]:
    """Weighted losses: of both, downstream alone, upstream alone."""  # pragma: no cover
    down, up, hit_down, hit_up, seen = space[0], space[1], space[10], space[11], space[15]
    both, lost_down, lost_up = 0.0, 0.0, 0.0
    for at in range(downs):
        i = hit_down[at]
        lost_down += weight[i] * (1.0 - down[i])
        both += weight[i] * (1.0 - min(down[i], up[i]))
    for at in range(ups):
        i = hit_up[at]
        lost_up += weight[i] * (1.0 - up[i])
        if not seen[i]:
            both += weight[i] * (1.0 - up[i])
    return both, lost_down, lost_up


@njit(cache=True, nogil=True)
def _reset(network: Any, space: Any, downs: int, ups: int) -> None:  # pragma: no cover - compiled
    """Back to the undisturbed network, touching only what the shock touched."""
    market, size, out_start, customer = network[0], network[2], network[5], network[6]
    slot_of, in_start, supplier = network[8], network[9], network[10]
    down, up, limit, pushed, waiting, slot = space[:6]
    worst, other, orders, left = space[6:10]
    hit_down, hit_up, seen_down, seen_up = space[10], space[11], space[15], space[16]
    for at in range(downs):
        i = hit_down[at]
        if pushed[i] > 0.0:
            for e in range(out_start[i], out_start[i + 1]):
                worst[customer[e]], other[customer[e]] = 0.0, 0.0
                if slot_of[e] >= 0:
                    slot[slot_of[e]] = 0.0
        down[i], limit[i], pushed[i], seen_down[i] = 1.0, 1.0, 0.0, False
        if market[i] >= 0:
            left[market[i]] = size[market[i]]
    wide = ups > len(up) // 64
    if wide:
        orders[:] = 0.0
    for at in range(ups):
        i = hit_up[at]
        if not wide:
            for e in range(in_start[i], in_start[i + 1]):
                orders[supplier[e]] = 0.0
        up[i], waiting[i], seen_up[i] = 1.0, 0.0, False


@njit(cache=True, nogil=True)
def cascade(
    network: Any, space: Any, who: Index, depth: Array, weight: Array,
    epsilon: float, rule: int, stamp: int, most: int,
) -> tuple[int, int, int, int, float]:  # fmt: skip  # pragma: no cover - compiled
    """One shock until it comes to rest; the states stay in ``space`` for reading.

    Returns reached firms downstream and upstream, rounds, the next free stamp, and the index
    one round before the last.
    """
    downs = _begin(network, space, who, depth)
    ups, changed = downs, downs
    now = _score(space, weight, downs, ups)[0]
    many_firms = len(space[0]) // 16
    rounds, before = 0, now
    while rounds < most:
        # Both steps read the states of the round before: neither reads what the other writes.
        stamp += 1
        count = _shortage_of(network, space, downs, stamp)
        downs, fell, lost = _fall_down(network, space, weight, downs, count, stamp)
        if changed > many_firms:
            count = _demand_of_many(network, space, changed)
        else:
            stamp += 1
            count = _demand_of(network, space, changed, stamp)
        ups, changed, sank, unsold = _fall_up(space, weight, ups, count)
        rounds += 1
        before = now
        now += lost + unsold
        if rule == 1:
            if max(fell, sank) <= epsilon:
                break
        elif not now > before * (1.0 + epsilon):
            break
    return downs, ups, rounds, stamp, before


@njit(cache=True, nogil=True)
def many(
    network: Any, space: Any, start: Whole, who: Index, depth: Array, weights: Array,
    epsilon: float, rule: int, most: int, first: int, step: int, results: Any,
) -> None:  # fmt: skip  # pragma: no cover - compiled
    """Shocks first, first + step, … one after the other; scores into ``results``."""
    both, lost_down, lost_up, previous, rounds = results
    stamp = 0
    space[14][:], space[17][:] = -1, -1
    for shock in range(first, len(start) - 1, step):
        begin, end = start[shock], start[shock + 1]
        downs, ups, took, stamp, before = cascade(
            network, space, who[begin:end], depth[begin:end], weights[0],
            epsilon, rule, stamp, most,
        )  # fmt: skip
        for column in range(len(weights)):
            scored = _score(space, weights[column], downs, ups)
            both[shock, column], lost_down[shock, column], lost_up[shock, column] = scored
        previous[shock], rounds[shock] = before, took
        _reset(network, space, downs, ups)


def states(space: Workspace) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Copies of hd and hu as the last :func:`cascade` left them."""
    return space.down.copy(), space.up.copy()
