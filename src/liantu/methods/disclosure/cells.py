"""Cells of linked tables: their values, who is in them, and the sums and ratios that tie them.

All tables of one publication are one set of cells: a cell that stands in several tables is one
cell, and every published sum or ratio is one linear equation. What nobody publishes but anybody
can subtract (a city without one chain) is a cell too, hidden from the beginning.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
import polars as pl
from numpy.typing import ArrayLike, NDArray
from scipy import sparse

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]
Positions = NDArray[np.int_]


@dataclass(frozen=True)
class Cells:
    """(cell,) arrays and the equations between them."""

    value: Array
    units: Array
    """Distinct contributors; none: everybody knows that the cell is empty."""
    first: Array
    second: Array
    """Shares of the two largest contributions; NaN where unknown. [1]"""
    floor: Array
    """Least value anybody may assume: 0 or −inf."""
    weight: Array
    """What is lost when the cell is hidden, > 0."""
    free: Mask
    """May be hidden; False: it is published elsewhere or known to be empty."""
    hidden: Mask
    """Is not published, whatever is decided."""
    links: sparse.csr_array
    """(link, cell) coefficients; links · value = 0."""
    totals: sparse.csr_array
    """(cell, cell) 1 where the column is a total over the row."""

    def __post_init__(self) -> None:
        count = len(self.value)
        if not all(len(one) == count for one in (
            self.units, self.first, self.second, self.floor, self.weight, self.free, self.hidden
        )) or self.links.shape[1] != count:  # fmt: skip
            raise ValueError("every array of cells must have one entry a cell")
        if not np.isfinite(self.value).all():
            at = int(np.flatnonzero(~np.isfinite(self.value))[0])
            raise ValueError(f"cell {at} has no value: leave it out, it tells nothing")
        if (self.value < self.floor - 1e-9 * np.abs(self.value)).any():
            at = int(np.flatnonzero(self.value < self.floor)[0])
            raise ValueError(f"cell {at} lies below its floor {self.floor[at]}")


@dataclass(frozen=True)
class Dimension:
    """How the groups of one column add up."""

    parents: Mapping[str, str]
    """Code to the code above it; a code not named stands right under the whole (null)."""
    overlapping: bool = False
    """A contributor may be in several groups, which then do not add up; of each group and its
    complement the whole is still the sum."""


def cells_of(
    frame: pl.DataFrame, dimensions: Mapping[str, Dimension], *, negative: bool = False
) -> Cells:
    """Cells of a frame with one row a cell; the first cells are its rows, in their order.

    A missing part of a total is a cell nobody publishes (the rest); parts are linked to their
    total only where the rest is not itself nonsense (a total smaller than its parts).

    Args:
        frame: a column of codes for each dimension, null meaning the whole; ``value``,
            ``units``, ``first`` and ``second`` (shares of the largest contributors, may be null),
            optionally ``weight`` and ``free``.
        dimensions: by column.
        negative: contributions may be negative (profits): nothing bounds a cell from below.
    Raises:
        ValueError: two rows for one cell, or a row without a value.
    """
    keys = list(dimensions)
    if keys and frame.select(keys).is_duplicated().any():
        raise ValueError("two rows stand for one cell")
    count = frame.height
    units = frame["units"].to_numpy().astype(np.float64)
    empty = units == 0
    free = frame["free"].to_numpy() if "free" in frame.columns else np.ones(count, dtype=bool)
    value = frame["value"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    weight = (
        frame["weight"].to_numpy().astype(np.float64)
        if "weight" in frame.columns
        else np.log1p(np.abs(value)) + 1e-3
    )
    cells = Cells(
        value=value, units=units,
        first=frame["first"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        second=frame["second"].cast(pl.Float64).fill_null(np.nan).to_numpy(),
        floor=np.full(count, -np.inf if negative else 0.0), weight=weight,
        free=free & ~empty, hidden=np.zeros(count, dtype=bool),
        links=sparse.csr_array((0, count)), totals=sparse.csr_array((count, count)),
    )  # fmt: skip
    for name, dimension in dimensions.items():
        cells = _linked(cells, *_parts(frame, keys, name, dimension))
    return cells


def _parts(
    frame: pl.DataFrame, keys: list[str], name: str, dimension: Dimension
) -> tuple[Positions, Positions, bool]:
    """(pair,) positions of a part and of the total over it, along one dimension."""
    above = pl.col(name).replace_strict(dict(dimension.parents), default=None, return_dtype=pl.Utf8)
    rows = frame.select(keys).with_row_index("part")
    totals = frame.select(keys).with_row_index("total")
    parts = rows.filter(pl.col(name).is_not_null()).with_columns(above)
    pairs = parts.join(totals, on=keys, how="inner", nulls_equal=True).sort("total", "part")
    return (
        pairs["part"].to_numpy().astype(np.int64),
        pairs["total"].to_numpy().astype(np.int64),
        dimension.overlapping,
    )


def _linked(cells: Cells, part: Positions, total: Positions, overlapping: bool) -> Cells:
    """Add one equation a total, and the rests nobody publishes."""
    if not len(part):
        return cells
    group = np.arange(len(part)) if overlapping else np.unique(total, return_inverse=True)[1]
    of = total[np.unique(group, return_index=True)[1]]
    size = len(of)
    rest = cells.value[of] - np.bincount(group, cells.value[part], size)
    units = cells.units[of] - np.bincount(group, cells.units[part], size)
    scale = np.abs(cells.value[of]) + np.bincount(group, np.abs(cells.value[part]), size)
    open_ = (np.abs(rest) > _NOTHING * scale) | (units > 0)
    broken = open_ & (rest < -_NOTHING * scale) & (cells.floor[of] == 0)
    kept = ~broken[group]
    links = sparse.coo_array(
        (np.ones(kept.sum()), (group[kept], part[kept])), shape=(size, len(cells.value))
    ).tolil()
    links[np.arange(size), of] = -1.0
    sums = sparse.csr_array(links)[~broken]
    rests = np.flatnonzero((open_ & ~broken)[~broken])
    known = np.flatnonzero(open_ & ~broken)
    wider = _more(
        replace(cells, links=sparse.csr_array(sparse.vstack([cells.links, sums]))),
        value=np.maximum(rest[known], cells.floor[of[known]]),
        units=np.maximum(units[known], 0),
        floor=cells.floor[of[known]],
        weight=_UNPUBLISHED,
        hidden=True,
    )
    count = len(cells.value)
    new = count + np.arange(len(known))
    slots = sparse.csr_array(
        (np.ones(len(known)), (cells.links.shape[0] + rests, new)), shape=wider.links.shape
    )
    above = sparse.csr_array(
        (
            np.ones(kept.sum() + len(known)),
            (np.concatenate([part[kept], new]), np.concatenate([total[kept], of[known]])),
        ),
        shape=wider.totals.shape,
    )
    return replace(
        wider,
        links=sparse.csr_array(wider.links + slots),
        totals=sparse.csr_array(wider.totals + above),
    )


def _more(
    cells: Cells, *, value: Array, units: Array, floor: Array, weight: float, hidden: bool
) -> Cells:
    """Add cells that stand in no equation yet."""
    more, size = len(value), len(cells.value) + len(value)
    unknown, links = np.full(more, np.nan), cells.links
    totals = sparse.coo_array(cells.totals)
    return Cells(
        value=np.concatenate([cells.value, value]),
        units=np.concatenate([cells.units, units]),
        first=np.concatenate([cells.first, unknown]),
        second=np.concatenate([cells.second, unknown]),
        floor=np.concatenate([cells.floor, floor]),
        weight=np.concatenate([cells.weight, np.full(more, weight)]),
        free=np.concatenate([cells.free, np.ones(more, dtype=bool)]),
        hidden=np.concatenate([cells.hidden, np.full(more, hidden)]),
        links=sparse.csr_array((links.data, links.indices, links.indptr), (links.shape[0], size)),
        totals=sparse.csr_array((totals.data, (totals.row, totals.col)), (size, size)),
    )


def with_ratios(
    cells: Cells, numerator: ArrayLike, denominator: ArrayLike, ratio: ArrayLike,
    *, weight: float = 1.0,
) -> tuple[Cells, Positions]:  # fmt: skip
    """Add published ratios; a growth rate is a ratio of this period's cell to the last one's.

    A known ratio ties numerator and denominator by one equation. It becomes a cell of its own
    (what the numerator is off that equation: 0, and known to be 0 as long as the ratio is
    published), so that hiding the ratio is one more choice beside hiding an amount.

    Args:
        numerator, denominator: (ratio,) positions of cells.
        ratio: (ratio,) numerator / denominator, as published. [1]
        weight: what hiding one ratio costs beside the weights of the amounts.
    Returns:
        the cells, and the positions of the ratios among them.
    Raises:
        ValueError: lengths differ, or a ratio is not that of its cells.
    """
    above, below = np.asarray(numerator, dtype=np.int64), np.asarray(denominator, dtype=np.int64)
    rate = np.asarray(ratio, dtype=np.float64)
    if not above.shape == below.shape == rate.shape:
        raise ValueError("numerator, denominator and ratio must have the same length")
    off = cells.value[above] - rate * cells.value[below]
    if (np.abs(off) > 1e-6 * (np.abs(cells.value[above]) + 1e-300)).any():
        at = int(np.argmax(np.abs(off)))
        raise ValueError(f"ratio {at} is not that of its cells")
    more, count = len(rate), len(cells.value)
    wider = _more(
        cells, value=off, units=np.full(more, np.inf), floor=np.full(more, -np.inf),
        weight=weight, hidden=False,
    )  # fmt: skip
    row = np.arange(more)
    ties = sparse.csr_array(
        (
            np.concatenate([np.ones(more), -rate, -np.ones(more)]),
            (np.tile(row, 3), np.concatenate([above, below, count + row])),
        ),
        shape=(more, count + more),
    )
    links = sparse.csr_array(sparse.vstack([wider.links, ties]))
    return replace(wider, links=links), count + row


_NOTHING = 1e-9
"""A rest smaller than this part of its total is rounding of a sum."""
_UNPUBLISHED = 1e-3
