"""Many rows into a register at once: what is new is added, what differs gets a new version.

Comparing and writing are one transaction of the caller or of :func:`upsert` itself: a process
killed at any point leaves the register as it was before or as it is after.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction

from liantu.errors import LiantuError
from liantu.records import access
from liantu.records.models import Action, Batch
from liantu.records.moments import take_turn
from liantu.records.registers import storage
from liantu.records.registers.owning import STORED, held, refuse_outside
from liantu.records.registers.reading import merged
from liantu.records.registers.register import Register, register_of

Rows = pl.DataFrame | Sequence[Mapping[str, Any]]

_WAS = "·was"
_STATE = ("id", "version", "deleted")


@dataclass(frozen=True)
class Comparison:
    """What rows would do to a register. Frames hold the declared columns and ``key``."""

    new: pl.DataFrame
    changed: pl.DataFrame
    """Whole rows as they would be; columns that the file lacks stay as they are."""
    restored: pl.DataFrame
    """Records deleted before and filed again."""
    differences: pl.DataFrame
    """``key, column, before, after`` as texts, one row a changed cell."""
    unchanged: int
    merged: tuple[tuple[str, str], ...]
    """Keys that were merged into another record; their rows are left out."""


@dataclass(frozen=True)
class Upserted:
    """What an upsert did. ``moment`` is from when on the new versions are in force."""

    new: int
    changed: int
    restored: int
    unchanged: int
    merged: tuple[tuple[str, str], ...]
    moment: datetime | None


def compare(table_id: str, rows: Rows) -> Comparison:
    """What :func:`upsert` would do; nothing is written.

    Raises:
        UsageError, InvalidRecords: the rows do not fit the register.
    """
    reg = register_of(table_id)
    return _comparison(_joined(reg, reg.frame(rows)), reg)


def upsert(
    table_id: str, rows: Rows, *, batch: Batch | None = None, by: str, reason: str = ""
) -> Upserted:
    """Bring rows into a register, all or none.

    A column that the rows lack keeps what is stored; an empty cell empties it. Rows equal to
    what is stored make no version. A row whose key was merged into another record is left out
    and reported.

    Args:
        table_id: a declared register.
        rows: declared columns, keys given and different.
        batch: the accepted file they came in; its moment is theirs.
        by: who brings them.
        reason: why, for corrections.

    Raises:
        UsageError, InvalidRecords: the rows do not fit the register; nothing is written.
        Refused: whoever acts may not write this register, or not all of these rows.
    """
    reg = register_of(table_id)
    doing: tuple[access.Capability, ...] = ("import", "file") if batch else ("edit",)
    bound = access.writer(reg.table, *doing)
    frame = reg.frame(rows)
    with transaction.atomic():
        take_turn()
        with access.whole("upsert"):
            joined = _joined(reg, frame)
        _refuse_outside(reg, bound, joined)
        found = _comparison(joined, reg)
        versions = pl.concat(
            [
                _next(found.new, joined, Action.ADD),
                _next(found.changed, joined, Action.CHANGE),
                _next(found.restored, joined, Action.RESTORE),
            ]
        )
        moment = _write(reg, versions, batch=batch, by=by, reason=reason)
    return Upserted(
        new=found.new.height,
        changed=found.changed.height,
        restored=found.restored.height,
        unchanged=found.unchanged,
        merged=found.merged,
        moment=moment,
    )


def _joined(reg: Register, frame: pl.DataFrame) -> pl.DataFrame:
    """Each row beside what is stored under its key: ``column`` given, ``column·was`` stored."""
    stored = storage.in_force(
        reg.model, ["id", "key", "version", "deleted", "merged_into", *reg.columns], frame["key"]
    )
    renamed = stored.rename({name: f"{name}{_WAS}" for name in stored.columns if name != "key"})
    joined = frame.join(renamed, on="key", how="left", maintain_order="left")
    absent = [name for name in reg.columns if name not in frame.columns]
    return joined.with_columns(pl.col(f"{name}{_WAS}").alias(name) for name in absent)


def _refuse_outside(reg: Register, bound: access.Limit | None, joined: pl.DataFrame) -> None:
    if bound is None:
        return
    known = joined.filter(pl.col(f"id{_WAS}").is_not_null())
    was = (*STORED[1:], *reg.columns)
    before = known.select("key", *(pl.col(f"{name}{_WAS}").alias(name) for name in was))
    gone = pl.col(f"merged_into{_WAS}").fill_null("") != ""
    fresh = joined.height - known.height
    if fresh and held(bound, reg.table):
        # The same answer as for records of others: what is new waits (:mod:`.admission`).
        raise access.outside(reg.table, fresh)
    refuse_outside(reg, bound, before=before, after=joined.filter(~gone))


def _comparison(joined: pl.DataFrame, reg: Register) -> Comparison:
    known = pl.col(f"id{_WAS}").is_not_null()
    deleted = pl.col(f"deleted{_WAS}").fill_null(value=False)
    gone = pl.col(f"merged_into{_WAS}").fill_null("") != ""
    differs = pl.any_horizontal(
        pl.col(name).ne_missing(pl.col(f"{name}{_WAS}")) for name in reg.columns
    )
    whole = ["key", *reg.columns]
    changed = joined.filter(known & ~deleted & differs)
    new = joined.filter(~known).select(whole)
    # A file without a required column may change records, but not add them.
    reg.check_cells(new)
    ends = merged(reg.table.id) if joined.select(gone.any()).item() else {}
    return Comparison(
        new=new,
        changed=changed.select(whole),
        restored=joined.filter(known & deleted & ~gone).select(whole),
        differences=_differences(changed, reg.columns),
        unchanged=joined.filter(known & ~deleted & ~differs).height,
        merged=tuple((key, ends.get(key, "")) for key in joined.filter(known & gone)["key"]),
    )


def _differences(changed: pl.DataFrame, columns: Sequence[str]) -> pl.DataFrame:
    pieces = [pl.DataFrame(schema=dict.fromkeys(("key", "column", "before", "after"), pl.String))]
    for name in columns:
        cells = changed.filter(pl.col(name).ne_missing(pl.col(f"{name}{_WAS}")))
        if cells.height:
            before, after = pl.col(f"{name}{_WAS}"), pl.col(name)
            pieces.append(
                cells.select(
                    "key",
                    pl.lit(name).alias("column"),
                    before.cast(pl.String).alias("before"),
                    after.cast(pl.String).alias("after"),
                )
            )
    return pl.concat(pieces).sort("key", maintain_order=True)


def _next(rows: pl.DataFrame, joined: pl.DataFrame, action: Action) -> pl.DataFrame:
    """Rows with the version that they would be, and the id of the version they end."""
    states = joined.select("key", *(pl.col(f"{name}{_WAS}").alias(name) for name in _STATE[:2]))
    return rows.join(states, on="key", how="left", maintain_order="left").with_columns(
        version=pl.col("version").fill_null(0) + 1, action=pl.lit(action.value)
    )


def _write(
    reg: Register, versions: pl.DataFrame, *, batch: Batch | None, by: str, reason: str
) -> datetime | None:
    if versions.is_empty():
        return None
    moment = storage.moment_for(reg.model, batch)
    ids = versions["id"].drop_nulls().to_list()
    closed = storage.close(reg.model, ids, moment)
    if closed != len(ids):
        raise LiantuError(
            f"“{reg.table.zh}”有 {len(ids) - closed} 条记录在写入时已被他人修改，未作任何改动。"
            "请重新导入。",
            f"{len(ids) - closed} records of {reg.table.id} were changed by others meanwhile;"
            " nothing was written. Import again.",
        )
    rows = storage.stamped(versions.drop("id"), moment, by=by, reason=reason, batch=batch)
    # In the order of the keys: their indexes grow page by page, not at random.
    rows = rows.select(storage.fields_of(reg.model, reg.columns)).sort("key")
    storage.insert(reg.model, rows)
    return moment
