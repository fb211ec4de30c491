"""One roll: versions of a register as columns, and the orders in which they are listed."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from liantu.records.access import Limit
from liantu.records.access.codes import involved, state_of
from liantu.records.registers import Register
from liantu.records.rolls.conditions import PERSONAL, SEARCH
from liantu.records.tables.declared import Column

Positions = npt.NDArray[np.uint32]
FROM, TO = "·from", "·to"
"""Microseconds since 1970 from and until which a version is in force; TO is null while it is."""
STATE: dict[str, pl.DataType] = {
    "id": pl.Int64(),
    "key": pl.String(),
    "deleted": pl.Boolean(),
    FROM: pl.Int64(),
    TO: pl.Int64(),
}
_WITHIN = 64
"""Scopes whose rows are kept marked."""
_FEW = 1_000
"""New rows up to which an order is mended rather than made again."""
_SORTED_ANEW = 50_000
"""Rows that are sorted in less time than an order of all rows takes to make."""


def kept_columns(reg: Register) -> list[str]:
    """Columns that a roll holds to filter and sort by; texts without an index are only searched."""
    sortable = _indexed(reg)
    return [c.name for c in reg.table.columns if _filtered(c) or c.name in sortable]


def sortable_columns(reg: Register) -> list[str]:
    """Columns by which a register can be sorted: key, figures, dates, codes, indexed texts."""
    return kept_columns(reg)


def _filtered(column: Column) -> bool:
    return column.type not in ("text", "geometry")


def _indexed(reg: Register) -> set[str]:
    leading = {index.fields[0] for index in reg.model._meta.indexes if index.fields}
    return leading | set(reg.table.key)


def schema_of(reg: Register) -> dict[str, pl.DataType]:
    """Schema of a roll's frame."""
    declared = reg.table.dtypes
    kept = {
        name: pl.Categorical() if reg.table[name].type == "enum" else declared[name]
        for name in kept_columns(reg)
    }
    texts = [SEARCH, PERSONAL] if any(c.personal for c in reg.table.columns) else [SEARCH]
    return {**STATE, **kept, **dict.fromkeys(texts, pl.String())}


def microseconds(moment: datetime) -> int:
    """A moment as rolls keep it."""
    whole = int(moment.replace(microsecond=0).timestamp())
    return whole * 1_000_000 + moment.microsecond


@dataclass
class Roll:
    """Versions of a register up to a moment; never changed, a newer one takes its place.

    ``frame`` has the schema of :func:`schema_of`: rows sorted by key first, newer ones behind.
    """

    reg: Register
    frame: pl.DataFrame
    witness: tuple[int, int] | None
    """Id and moment of a newest version, by which a roll knows its database again."""
    orders: dict[str, Positions] = field(default_factory=dict)
    recall: Callable[[str], Positions | None] = lambda _: None
    """Looks for an order that was kept on disk."""
    keep: Callable[[str, Positions], None] = lambda _name, _order: None
    _lock: threading.Lock = field(default_factory=threading.Lock)
    _now: npt.NDArray[np.bool_] | None = None
    _within: dict[Hashable, npt.NDArray[np.bool_]] = field(default_factory=dict)

    def in_force(self, moment: datetime | None) -> npt.NDArray[np.bool_]:
        """(row,) is the version in force and not deleted: now, or at a moment?"""
        if moment is None:
            if self._now is None:
                self._now = self._mask(pl.col(TO).is_null() & ~pl.col("deleted"))
            return self._now
        at = microseconds(moment)
        open_then = pl.col(TO).is_null() | (pl.col(TO) > at)
        return self._mask((pl.col(FROM) <= at) & open_then & ~pl.col("deleted"))

    def within(self, limit: Limit, *, present: bool) -> npt.NDArray[np.bool_]:
        """(row,) does the record belong to the limit's scopes?

        Args:
            present: only rows in force are asked about, whose own cells say it.
        """
        name = (limit.scopes, present, state_of(involved(limit.table, limit.scopes)))
        known = self._within.get(name)
        if known is None:
            belongs = limit.expression() if present else pl.col("key").is_in(limit.keys().implode())
            known = self._mask(belongs)
            if len(self._within) >= _WITHIN:
                self._within.clear()
            self._within[name] = known
        return known

    def matching(self, expression: pl.Expr) -> npt.NDArray[np.bool_]:
        """(row,) does the row meet the expression?"""
        return self._mask(expression)

    def _mask(self, expression: pl.Expr) -> npt.NDArray[np.bool_]:
        found = self.frame.select(expression.fill_null(value=False).alias("_")).to_series()
        if len(found) != self.frame.height:  # an expression of literals only
            return np.full(self.frame.height, bool(found[0]))
        return found.to_numpy()

    def sorted(self, found: npt.NDArray[np.bool_], name: str, *, descending: bool) -> Positions:
        """Positions of the rows found, by a column and then by key; empty cells come last."""
        if name not in self.orders and np.count_nonzero(found) <= _SORTED_ANEW:
            at = np.flatnonzero(found).astype(np.uint32)
            listed = at[_arranged(self.reg, self.frame[at], name)]
        else:
            order = self.order(name)
            listed = order[found[order]]
        if not descending:
            return listed
        empty = self.frame[name].is_null().to_numpy()[listed]
        return np.concatenate([listed[~empty][::-1], listed[empty]])

    def order(self, name: str) -> Positions:
        """Positions of all rows by a column and then by key, empty cells last."""
        with self._lock:
            known = self.orders.get(name)
            if known is None:
                known = self.recall(name)
            if known is None or self.frame.height - len(known) > _FEW:
                known = _arranged(self.reg, self.frame, name)
                self.keep(name, known)
            elif len(known) < self.frame.height:
                known = self._mended(known, name)
            self.orders[name] = known
            return known

    def _mended(self, known: Positions, name: str) -> Positions:
        """A shorter order with the rows behind it put in their places."""
        rank = _ranked(self.reg, self.frame, name)
        fresh = sorted(range(len(known), self.frame.height), key=rank)
        places = [bisect_left(known, rank(row), key=rank) for row in fresh]
        return np.insert(known, places, fresh).astype(np.uint32)


def _arranged(reg: Register, frame: pl.DataFrame, name: str) -> Positions:
    """Positions of the rows of a frame by a column, key and moment, empty cells last."""
    by = [_value(reg, name), pl.col("key"), pl.col(FROM)]
    found = frame.select(pl.arg_sort_by(by, nulls_last=True).alias("_"))
    return found.to_series().to_numpy().astype(np.uint32)


def _value(reg: Register, name: str) -> pl.Expr:
    """What a column is sorted by: coded values stand in the order of their declaration."""
    if name == "key" or reg.table[name].type != "enum":
        return pl.col(name)
    places = {choice.code: at for at, choice in enumerate(reg.table[name].choices)}
    code = pl.col(name).cast(pl.String)
    return code.replace_strict(places, default=pl.lit(len(places)), return_dtype=pl.UInt32)


def _ranked(reg: Register, frame: pl.DataFrame, name: str) -> Callable[[Any], tuple[Any, ...]]:
    """The same for single rows."""
    keys, moments = frame["key"], frame[FROM]
    values = frame.select(_value(reg, name).alias("_")).to_series()

    def rank(row: Any) -> tuple[Any, ...]:
        at = int(row)
        value = values[at]
        return (value is None, 0 if value is None else value, keys[at], moments[at])

    return rank


def with_newer(roll: Roll, newer: pl.DataFrame, witness: tuple[int, int]) -> Roll:
    """The roll with newer versions behind it; what they replace ends when they begin."""
    ends = newer.group_by("key").agg(pl.col(FROM).min().alias("_end"))
    open_rows = roll.frame.select("key", TO).with_row_index("_at").filter(pl.col(TO).is_null())
    ended = open_rows.join(ends, on="key", how="inner")
    until = roll.frame[TO]
    if ended.height:
        until = until.clone().scatter(ended["_at"], ended["_end"])
    frame = pl.concat([roll.frame.with_columns(until), newer], how="vertical")
    return Roll(roll.reg, frame, witness, dict(roll.orders), roll.recall, roll.keep)


def empty_frame(reg: Register) -> pl.DataFrame:
    """A roll's frame without rows."""
    return pl.DataFrame(schema=schema_of(reg))


def arranged(frames: Sequence[pl.DataFrame], reg: Register) -> pl.DataFrame:
    """Frames as one, sorted by key and moment."""
    whole = pl.concat([empty_frame(reg), *frames], how="vertical")
    return whole.sort("key", FROM)
