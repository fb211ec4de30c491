"""A supply network made ready for shocks: who depends on whom, by how much, in what way.

Notation of Diem, Borsos, Reisch, Kertész & Thurner (2022), "Quantifying firm-level economic
systemic risk from nation-wide supply networks", Scientific Reports 12: W_ij is what firm i sells
to firm j, p_i the sector of i, and class[k, l] says what sector k is to a producer of sector l:
2 essential (no output without it), 1 non-essential, 0 without effect.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Whole = NDArray[np.int64]
Index = NDArray[np.int32]

ESSENTIAL, NON_ESSENTIAL, NO_EFFECT = 2, 1, 0


@dataclass(frozen=True)
class SupplyNetwork:
    """Firms, links and dependences; made by :func:`supply_network`.

    Links are kept twice: by supplier with the downstream dependence of the customer (links of
    class 0 are left out), by customer with the upstream dependence of the supplier.
    """

    firms: int
    sector: Index
    """(firm,) sector of each firm, from 0."""
    market: Index
    """(firm,) firms of one market stand in for each other; −1: nobody does."""
    sold: Array
    """(firm,) sales inside the network, s_out. [same unit as the links]"""
    bought: Array
    """(firm,) purchases inside the network, s_in. [same unit as the links]"""
    out_start: Whole
    """(firm + 1,) where the links of each supplier begin."""
    out_customer: Index
    out_share: Array
    """(link,) Λd: output the customer loses if all that it buys here fails. [1]"""
    out_slot: Index
    """(link,) inputs of one essential sector share a slot of their customer; −1: non-essential."""
    slot_start: Whole
    """(firm + 1,) where the slots of each customer begin."""
    in_start: Whole
    """(firm + 1,) where the links of each customer begin."""
    in_supplier: Index
    in_share: Array
    """(link,) Λu: share of the supplier's sales that goes to this customer. [1]"""

    @property
    def slots(self) -> int:
        """Pairs of a customer and an essential sector that it buys from."""
        return int(self.slot_start[-1])

    @property
    def links(self) -> int:
        """Pairs of firms with trade between them."""
        return len(self.in_supplier)

    @property
    def weights(self) -> Array:
        """(firm,) share of each firm in all sales; sums to 1. [1]"""
        return np.asarray(self.sold / self.sold.sum())


def supply_network(
    supplier: ArrayLike,
    customer: ArrayLike,
    value: ArrayLike,
    sector: ArrayLike,
    essential: ArrayLike,
    *,
    market: ArrayLike | None = None,
    substitution: bool = True,
    revenue: ArrayLike | None = None,
    cost: ArrayLike | None = None,
) -> SupplyNetwork:
    """Build the dependences Λd and Λu of a supply network.

    Args:
        supplier, customer: (link,) positions of firms, from 0; several links of one pair add up.
        value: (link,) what is sold in the period, ≥ 0. [money]
        sector: (firm,) sector of each firm, 0 … sectors − 1.
        essential: (sectors, sectors) class of the supplier's sector (row) for the customer's
            (column): 2 essential, 1 non-essential, 0 no effect.
        market: (firm,) who can stand in for whom; the sector by default, −1 for nobody.
        substitution: without it nobody stands in for anybody (σ = 1).
        revenue: (firm,) all sales, also those outside the network; where > 0 it replaces the
            network's own in Λu. [money]
        cost: (firm,) all purchases; where > 0 column j of Λd is scaled by s_in_j / cost_j.
            [money]
    Raises:
        ValueError: lengths or positions that do not fit, negative or missing values, a firm
            without sector, classes outside 0–2, no trade at all.
    """
    kind, classes = _sectors(sector, essential)
    firms = len(kind)
    seller, buyer, traded = _links(supplier, customer, value, firms)
    sold = _sum(seller, traded, firms)
    bought = _sum(buyer, traded, firms)
    if not sold.sum() > 0:
        raise ValueError("the network has no trade: every link is 0 or there is none")
    down, slot, slots = _downstream(seller, buyer, traded, kind, classes, bought)
    if cost is not None:
        down = down * _cost_scale(bought, _amounts(cost, firms, "cost"))[buyer]
    reached = classes[kind[seller], kind[buyer]] != NO_EFFECT
    up = traded / _base(sold, revenue)[seller]
    out_start, by_seller = _grouped(seller[reached], firms)
    in_start, by_buyer = _grouped(buyer, firms)
    return SupplyNetwork(
        firms=firms,
        sector=kind,
        market=_market(kind, market, substitution=substitution),
        sold=sold,
        bought=bought,
        out_start=out_start,
        out_customer=buyer[reached][by_seller].astype(np.int32),
        out_share=np.ascontiguousarray(down[reached][by_seller]),
        out_slot=slot[reached][by_seller],
        slot_start=slots,
        in_start=in_start,
        in_supplier=seller[by_buyer].astype(np.int32),
        in_share=np.ascontiguousarray(up[by_buyer]),
    )


def _sectors(sector: ArrayLike, essential: ArrayLike) -> tuple[Index, NDArray[np.int8]]:
    classes = np.asarray(essential, dtype=np.float64)
    if classes.ndim != 2 or classes.shape[0] != classes.shape[1]:
        raise ValueError(f"essential must be square (sector × sector), got {classes.shape}")
    if not np.isin(classes, (NO_EFFECT, NON_ESSENTIAL, ESSENTIAL)).all():
        odd = classes[~np.isin(classes, (NO_EFFECT, NON_ESSENTIAL, ESSENTIAL))]
        raise ValueError(f"classes must be 0, 1 or 2, found {odd[0]} and {len(odd) - 1} more")
    given = np.asarray(sector, dtype=np.float64)
    if given.ndim != 1 or not len(given):
        raise ValueError(f"sector must hold one number a firm, got shape {given.shape}")
    wrong = ~((given >= 0) & (given < len(classes)) & (given == np.floor(given)))
    if wrong.any():
        at = int(np.flatnonzero(wrong)[0])
        raise ValueError(
            f"{int(wrong.sum())} firms without a sector of 0–{len(classes) - 1}, the first at"
            f" position {at} ({given[at]}): give each firm its sector or leave it out"
        )
    return given.astype(np.int32), classes.astype(np.int8)


def _links(
    supplier: ArrayLike, customer: ArrayLike, value: ArrayLike, firms: int
) -> tuple[Whole, Whole, Array]:
    """Links without those of value 0, one a pair, ordered by pair."""
    seller, buyer = np.asarray(supplier, np.int64), np.asarray(customer, np.int64)
    traded = np.asarray(value, np.float64)
    if not seller.shape == buyer.shape == traded.shape or traded.ndim != 1:
        raise ValueError(
            "supplier, customer and value must be of one length, got"
            f" {seller.shape}, {buyer.shape} and {traded.shape}"
        )
    for name, ends in (("supplier", seller), ("customer", buyer)):
        beyond = np.flatnonzero((ends < 0) | (ends >= firms))
        if len(beyond):
            raise ValueError(
                f"{name} of link {beyond[0]} is {ends[beyond[0]]}, expected 0–{firms - 1}"
            )
    bad = np.flatnonzero(~(np.isfinite(traded) & (traded >= 0)))
    if len(bad):
        raise ValueError(
            f"link {bad[0]} has the value {traded[bad[0]]} ({len(bad)} such links): expected"
            " an amount of at least 0; turn refunds round or leave them out"
        )
    pairs, where = np.unique(seller * firms + buyer, return_inverse=True)
    total = _sum(where, traded, len(pairs))
    kept = total > 0
    return pairs[kept] // firms, pairs[kept] % firms, total[kept]


def _downstream(
    seller: Whole, buyer: Whole, traded: Array, kind: Index, classes: NDArray[np.int8],
    bought: Array,
) -> tuple[Array, Index, Whole]:  # fmt: skip
    """Λd of every link, the slot that its essential input falls into, each customer's slots."""
    of = classes[kind[seller], kind[buyer]]
    needed = of == ESSENTIAL
    # One slot for each customer and essential sector that it buys from: Π_jk.
    pair = buyer[needed] * len(classes) + kind[seller[needed]]
    slots, where = np.unique(pair, return_inverse=True)
    total = np.bincount(where, traded[needed], len(slots))
    share = np.zeros(len(traded))
    share[needed] = traded[needed] / total[where]
    other = of == NON_ESSENTIAL
    share[other] = traded[other] / bought[buyer[other]]
    slot = np.full(len(traded), -1, np.int32)
    slot[needed] = where
    return share, slot, _starts(slots // len(classes), len(bought))


def _amounts(given: ArrayLike, firms: int, name: str) -> Array:
    amounts = np.asarray(given, dtype=np.float64)
    if amounts.shape != (firms,):
        raise ValueError(f"{name} must hold one amount a firm ({firms}), got {amounts.shape}")
    if (np.isnan(amounts) | np.isinf(amounts)).any():
        raise ValueError(f"{name} holds amounts that are no numbers; write 0 where it is unknown")
    return amounts


def _cost_scale(bought: Array, cost: Array) -> Array:
    """s_in / cost where a cost is known, else 1."""
    scale: Array = np.divide(bought, cost, out=np.ones_like(bought), where=cost > 0)
    return scale


def _base(sold: Array, revenue: ArrayLike | None) -> Array:
    """What a supplier's links are a share of; 1 where it sells nothing."""
    base = sold if revenue is None else _amounts(revenue, len(sold), "revenue")
    base = np.where(base > 0, base, sold)
    return np.where(base > 0, base, 1.0)


def _market(kind: Index, market: ArrayLike | None, *, substitution: bool) -> Index:
    if not substitution:
        return np.full(len(kind), -1, np.int32)
    if market is None:
        return kind
    given = np.asarray(market, dtype=np.int64)
    if given.shape != kind.shape:
        raise ValueError(f"market must hold one number a firm, got shape {given.shape}")
    _, named = np.unique(given, return_inverse=True)
    # Names are made dense; −1 stays "nobody".
    return np.where(given < 0, -1, named).astype(np.int32)


def _sum(of: Whole, value: Array, count: int) -> Array:
    return np.bincount(of, value, count).astype(np.float64, copy=False)


def _grouped(ends: Whole, firms: int) -> tuple[Whole, Whole]:
    """Start of each firm's links, and the order that groups them."""
    return _starts(ends, firms), np.argsort(ends, kind="stable")


def _starts(owner: Whole, firms: int) -> Whole:
    """Where each firm's entries begin once they are ordered by firm."""
    start = np.zeros(firms + 1, np.int64)
    np.cumsum(np.bincount(owner, minlength=firms), out=start[1:])
    return start
