"""Economic systemic risk: what each failure costs, ranked, and through whom the loss runs."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray

from liantu.methods.network import cascade
from liantu.methods.network.supply import Array, Index, SupplyNetwork, Whole

Stop = Literal["change", "growth"]
_RULES: dict[Stop, int] = {"change": cascade.CHANGE, "growth": cascade.GROWTH}
_MOST_ROUNDS = 20_000
"""Far more than any network in print needs; beyond it a shock swings and never rests."""
_CHUNK = 10_000


@dataclass(frozen=True)
class Shocks:
    """Which firms lose how much of their capacity, shock by shock (rows of a sparse ψ)."""

    start: Whole
    """(shock + 1,) where the firms of each shock begin."""
    firm: Index
    depth: Array
    """ψ of each firm named: 1 closed, 0.4 at 60%. [1]"""

    def __len__(self) -> int:
        return len(self.start) - 1


@dataclass(frozen=True)
class SystemicRisk:
    """Scores of many shocks; one column a weight."""

    index: Array
    """(shock, weight) ESRI: weighted share of output lost. [1]"""
    downstream: Array
    """(shock, weight) the same if only supplies failed."""
    upstream: Array
    """(shock, weight) the same if only orders failed."""
    previous: Array
    """(shock,) the index under the first weight one round before the last."""
    rounds: Whole
    """(shock,) updates made; the last one counts."""


@dataclass(frozen=True)
class Losses:
    """What one shock does to every firm, and who passes it on."""

    downstream: Array
    """(firm,) 1 − hd: output lost for want of supplies. [1]"""
    upstream: Array
    """(firm,) 1 − hu: output lost for want of orders. [1]"""
    index: float
    rounds: int
    by_supplier: Index
    """(firm,) the supplier whose failure costs the firm most; −1: none, or the shock itself."""
    by_customer: Index
    """(firm,) the customer whose missing orders cost the firm most; −1: none, or the shock."""

    @property
    def total(self) -> Array:
        """(firm,) output lost: the worse of both. [1]"""
        return np.maximum(self.downstream, self.upstream)


def closures(firms: int | ArrayLike) -> Shocks:
    """One shock a firm: it closes and all others work. ``firms``: their positions, or how many."""
    who = np.arange(firms) if isinstance(firms, int) else np.atleast_1d(np.asarray(firms))
    return Shocks(np.arange(len(who) + 1, dtype=np.int64), who.astype(np.int32), np.ones(len(who)))


def group_shocks(group: ArrayLike, depth: float = 1.0) -> Shocks:
    """One shock a group (sector, district, corridor): all its firms at once.

    Args:
        group: (firm,) number of the group from 0; −1 belongs to none.
        depth: capacity lost by each. [1]
    """
    number = np.asarray(group, dtype=np.int64)
    named = np.flatnonzero(number >= 0)
    if not len(named):
        raise ValueError("no firm belongs to a group: there is nothing to shock")
    order = named[np.argsort(number[named], kind="stable")]
    start = np.zeros(int(number.max()) + 2, np.int64)
    np.cumsum(np.bincount(number[named]), out=start[1:])
    return Shocks(start, order.astype(np.int32), np.full(len(order), float(depth)))


def shocks_of(matrix: ArrayLike) -> Shocks:
    """Shocks from a dense ψ: (firm, shock), each between 0 and 1."""
    psi = np.asarray(matrix, dtype=np.float64)
    if psi.ndim != 2:
        raise ValueError(f"ψ must be firm × shock, got shape {psi.shape}")
    shock, firm = np.nonzero(psi.T)
    start = np.searchsorted(shock, np.arange(psi.shape[1] + 1)).astype(np.int64)
    return Shocks(start, firm.astype(np.int32), psi.T[shock, firm])


def systemic_risk(
    network: SupplyNetwork,
    shocks: Shocks | None = None,
    *,
    weights: ArrayLike | None = None,
    epsilon: float = 0.01,
    stop: Stop = "change",
    threads: int | None = None,
    allow_idle: bool = False,
) -> SystemicRisk:
    """Economic systemic risk index of every shock.

    Args:
        network: of :func:`~liantu.methods.network.supply.supply_network`.
        shocks: each firm closed alone, by default.
        weights: (firm,) or (weight, firm) what a loss of output counts; share in all sales by
            default. Taken as they are.
        epsilon: ε of the stopping rule.
        stop: ``change`` ends once no state moved by more than ε in a round, ``growth`` once the
            index grew by no more than the factor 1 + ε.
        threads: all cores by default.
        allow_idle: let shocks pass that touch no firm (ψ = 0 throughout); refused otherwise,
            since a shock without effect is mostly a slip.
    Returns:
        Scores in the order of the shocks.
    Raises:
        ValueError: depths outside 0–1, firms outside the network, a firm twice in one shock, a
            shock without effect, weights that do not fit, a shock that does not come to rest.
    Source: Diem, Borsos, Reisch, Kertész & Thurner (2022), Scientific Reports 12, equations 1–9.
    """
    shocks = closures(network.firms) if shocks is None else shocks
    _refuse(network, shocks, epsilon, stop, allow_idle=allow_idle)
    given = _weights(network, weights)
    count = len(shocks)
    results = (
        np.zeros((count, len(given))), np.zeros((count, len(given))),
        np.zeros((count, len(given))), np.zeros(count), np.zeros(count, np.int64),
    )  # fmt: skip
    arrays = cascade.arrays_of(network)
    workers = max(1, min(threads or os.cpu_count() or 1, count))

    def work(first: int) -> None:
        space = cascade.Workspace(network).arrays(arrays[2])
        cascade.many(
            arrays, space, shocks.start, shocks.firm, shocks.depth, given,
            epsilon, _RULES[stop], _MOST_ROUNDS, first, workers, results,
        )  # fmt: skip

    if workers == 1:
        work(0)
    else:
        with ThreadPoolExecutor(workers) as pool:
            list(pool.map(work, range(workers)))
    _refuse_restless(results[-1])
    return SystemicRisk(*results)


def write_systemic_risk(
    network: SupplyNetwork, folder: Path, shocks: Shocks | None = None, *,
    chunk: int = _CHUNK, weights: ArrayLike | None = None, epsilon: float = 0.01,
    stop: Stop = "change", threads: int | None = None,
) -> Iterator[Path]:  # fmt: skip
    """Score many shocks and stream them to Parquet, one file a chunk; memory does not grow.

    Yields each file once it is whole: columns ``shock``, ``index``, ``downstream``,
    ``upstream``, ``rounds`` (first weight). Files already there are kept and skipped, so that
    an interrupted run goes on where it stopped.
    """
    shocks = closures(network.firms) if shocks is None else shocks
    folder.mkdir(parents=True, exist_ok=True)
    for first in range(0, len(shocks), chunk):
        path = folder / f"{first:012d}.parquet"
        if not path.exists():
            part = _part(shocks, first, min(first + chunk, len(shocks)))
            scored = systemic_risk(
                network, part, weights=weights, epsilon=epsilon, stop=stop, threads=threads
            )
            temporary = path.with_suffix(".part")
            _frame(scored, first).write_parquet(temporary)
            temporary.replace(path)
        yield path


def _frame(scored: SystemicRisk, first: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "shock": np.arange(first, first + len(scored.index)),
            "index": scored.index[:, 0],
            "downstream": scored.downstream[:, 0],
            "upstream": scored.upstream[:, 0],
            "rounds": scored.rounds,
        }
    )


def _part(shocks: Shocks, first: int, last: int) -> Shocks:
    begin, end = int(shocks.start[first]), int(shocks.start[last])
    return Shocks(
        shocks.start[first : last + 1] - begin, shocks.firm[begin:end], shocks.depth[begin:end]
    )


def losses(
    network: SupplyNetwork, firms: ArrayLike | Sequence[int], depth: ArrayLike | float = 1.0, *,
    epsilon: float = 0.01, stop: Stop = "change",
) -> Losses:  # fmt: skip
    """What one shock does to each firm, and which partner passes the most of it on.

    Args:
        firms: positions of the firms shocked.
        depth: capacity that each loses. [1]
    Raises:
        ValueError: as :func:`systemic_risk`.
    """
    who = np.atleast_1d(np.asarray(firms)).astype(np.int32)
    psi = np.broadcast_to(np.asarray(depth, np.float64), who.shape).copy()
    shock = Shocks(np.array([0, len(who)]), who, psi)
    _refuse(network, shock, epsilon, stop, allow_idle=False)
    arrays, space = cascade.arrays_of(network), cascade.Workspace(network)
    weight = network.weights
    _, _, rounds, _, _ = cascade.cascade(
        arrays, space.arrays(arrays[2]), who, psi, weight, epsilon, _RULES[stop], 0, _MOST_ROUNDS
    )
    _refuse_restless(np.array([rounds]))
    down, up = cascade.states(space)
    lost = 1 - np.minimum(down, up)
    return Losses(
        1 - down, 1 - up, float(weight @ lost), int(rounds),
        *_carriers(network, space.pushed, 1 - up, np.isin(np.arange(network.firms), who)),
    )  # fmt: skip


def _refuse_restless(rounds: Whole) -> None:
    restless = np.flatnonzero(rounds >= _MOST_ROUNDS)
    if len(restless):
        raise ValueError(
            f"shock {restless[0]} does not come to rest in {_MOST_ROUNDS} rounds ({len(restless)}"
            " such shocks): a market that is gone counts as 1, which swings where firms sell less"
            " than 1; give the links in a smaller unit of money"
        )


def _carriers(
    network: SupplyNetwork, pushed: Array, lost_up: Array, shocked: NDArray[np.bool_]
) -> tuple[Index, Index]:
    """Partner with the largest part in each firm's shortfall, of supplies and of orders."""
    seller = np.repeat(np.arange(network.firms, dtype=np.int32), np.diff(network.out_start))
    short = _largest(
        network.firms, network.out_customer, seller, pushed[seller] * network.out_share
    )
    buyer = np.repeat(np.arange(network.firms, dtype=np.int32), np.diff(network.in_start))
    part = lost_up[buyer] * network.in_share
    unsold = _largest(network.firms, network.in_supplier, buyer, part)
    short[shocked], unsold[shocked] = -1, -1
    return short, unsold


def _largest(firms: int, of: Index, partner: Index, part: Array) -> Index:
    """For each firm in ``of`` the partner with the largest ``part`` above nought, else −1."""
    found = np.full(firms, -1, np.int32)
    order = np.argsort(part, kind="stable")
    order = order[part[order] > 0]
    found[of[order]] = partner[order]  # the last written is the largest
    return found


def _weights(network: SupplyNetwork, weights: ArrayLike | None) -> Array:
    given = network.weights if weights is None else np.asarray(weights, dtype=np.float64)
    given = np.ascontiguousarray(np.atleast_2d(given))
    if given.ndim != 2 or given.shape[1] != network.firms or not len(given):
        raise ValueError(f"weights must hold {network.firms} numbers a row, got {given.shape}")
    if not (np.isfinite(given) & (given >= 0)).all():
        raise ValueError("weights must be numbers of at least 0")
    return given


def _refuse(
    network: SupplyNetwork, shocks: Shocks, epsilon: float, stop: Stop, *, allow_idle: bool
) -> None:
    if not epsilon > 0:
        raise ValueError(f"epsilon must be above 0, got {epsilon}: the cascade would not end")
    if stop not in _RULES:
        raise ValueError(f"stop must be one of {', '.join(_RULES)}, got {stop!r}")
    if not len(shocks):
        raise ValueError("no shock is given")
    bad = np.flatnonzero(~((shocks.depth >= 0) & (shocks.depth <= 1)))
    if len(bad):
        raise ValueError(
            f"a shock takes between 0 and 1 of a firm's capacity, firm {shocks.firm[bad[0]]}"
            f" loses {shocks.depth[bad[0]]}"
        )
    beyond = np.flatnonzero((shocks.firm < 0) | (shocks.firm >= network.firms))
    if len(beyond):
        raise ValueError(f"firm {shocks.firm[beyond[0]]} is none of 0–{network.firms - 1}")
    number = np.repeat(np.arange(len(shocks)), np.diff(shocks.start))
    named = number * network.firms + shocks.firm
    if len(np.unique(named)) != len(named):
        raise ValueError("a firm stands twice in one shock; add its depths up")
    if not allow_idle:
        idle = np.flatnonzero(np.bincount(number, shocks.depth, len(shocks)) == 0)
        if len(idle):
            raise ValueError(
                f"shock {idle[0]} touches no firm ({len(idle)} such shocks): name a firm with a"
                " depth above 0, or say that shocks without effect are meant"
            )
