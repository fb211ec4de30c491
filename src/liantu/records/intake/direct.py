"""Rows that come from no file: one cell put right, records of a series taken back.

They go through the same acceptance as files do, so that they are batches with who, when and
why, and a vintage before them can still be read.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import polars as pl

from liantu.errors import NothingToCompute, UsageError
from liantu.records.accept import Receipt, accept
from liantu.records.doors.check import Checked
from liantu.records.doors.corrections import value_of
from liantu.records.doors.grid import ROW
from liantu.records.doors.mapping import Mapping
from liantu.records.doors.problems import SCHEMA, RejectedRows
from liantu.records.models import Batch
from liantu.records.tables.declared import Table, table

Key = Sequence[str]


def keys_frame(declared: Table, keys: Sequence[Key]) -> pl.DataFrame:
    """Keys written as texts, as rows of the key columns.

    Raises:
        InvalidRecords: a text that the column cannot hold.
        UsageError: too many or too few parts.
    """
    rows = [key_of(declared, key) for key in keys]
    types = {name: declared[name].dtype for name in declared.key}
    return pl.DataFrame(rows, schema=types, orient="row")


def key_of(declared: Table, parts: Key) -> tuple[Any, ...]:
    """The values of one key from its texts."""
    if len(parts) != len(declared.key):
        raise UsageError(
            f"“{declared.zh}”的主键有 {len(declared.key)} 个值"
            f"（{'、'.join(f'{declared[n].zh} {n}' for n in declared.key)}），"
            f"所给 {len(parts)} 个。",
            f"The key of {declared.id} has {len(declared.key)} values"
            f" ({', '.join(declared.key)}); {len(parts)} were given.",
        )
    return tuple(
        value_of(text, declared[name], declared)
        for name, text in zip(declared.key, parts, strict=True)
    )


def put_cell(
    declared: Table,
    key: Sequence[Any],
    column: str,
    value: Any,
    *,
    by: str,
    reason: str,
    name: str,
    beside: Callable[[Batch], None],
) -> Receipt:
    """Give one cell of a series a value, as a batch of its own.

    Args:
        name: what stands in place of the file's name.
        beside: written in the same transaction.
    """
    cells = dict(zip(declared.key, key, strict=True)) | {column: value}
    frame = pl.DataFrame([cells], schema={n: declared[n].dtype for n in cells})
    checked = _as_checked(declared, frame, name, emptied=(column,) if value is None else ())
    return accept(checked, by, reason, again=True, beside=beside)


def withdraw(table_id: str, rows: pl.DataFrame, *, by: str, reason: str) -> Receipt:
    """Take back what the records have of a series under these keys; history keeps it.

    Args:
        rows: the key columns; others are not looked at.

    Raises:
        UsageError: no reason, or the table is a register.
        InvalidRecords: keys that the records do not have; nothing is withdrawn.
        NothingToCompute: no rows.
    """
    declared = table(table_id)
    keys = rows.select(declared.key).unique(maintain_order=True)
    if not keys.height:
        raise NothingToCompute("没有要撤销的记录。", "There is nothing to withdraw.")
    checked = _as_checked(declared, keys, f"撤销 {keys.height} 条")
    return accept(checked, by, reason, mode="withdraw", again=True)


def _as_checked(
    declared: Table, frame: pl.DataFrame, name: str, emptied: tuple[str, ...] = ()
) -> Checked:
    whole = frame.select(
        pl.col(column) if column in frame.columns else pl.lit(None, dtype).alias(column)
        for column, dtype in declared.dtypes.items()
    )
    return Checked(
        table=declared.id,
        frame=whole,
        numbers=pl.Series(ROW, range(1, whole.height + 1), dtype=pl.UInt32),
        given=tuple(frame.columns),
        rejected=RejectedRows(pl.DataFrame(schema={ROW: pl.UInt32}), pl.DataFrame(schema=SCHEMA)),
        warnings=pl.DataFrame(schema=SCHEMA),
        remarks=(),
        mapping=Mapping(declared.id, ()),
        file_name=name,
        emptied=emptied,
    )
