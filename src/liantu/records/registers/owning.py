"""Rows that are written must be whoever writes them may write, as they were and as they will be."""

from __future__ import annotations

import polars as pl

from liantu.records import access
from liantu.records.registers import storage
from liantu.records.registers.register import Register

STORED = ("key", "deleted", "merged_into")
"""What is read of a version in force beside the declared columns."""


def refuse_outside(
    reg: Register, bound: access.Limit | None, *, before: pl.DataFrame, after: pl.DataFrame
) -> None:
    """Go on only where all rows may be written.

    Args:
        bound: what may be written (:func:`liantu.records.access.writer`); None: everything.
        before: versions in force under the keys written: :data:`STORED` and declared columns.
        after: the rows as they will be.

    Raises:
        Refused: some may not.
    """
    if bound is None:
        return
    wrong = int((~bound.owned(before)).sum()) + int((~bound.inside(after)).sum())
    if wrong:
        raise access.outside(reg.table, wrong)


def stored_under(reg: Register, keys: pl.Series) -> pl.DataFrame:
    """Versions in force under these keys, whoever they belong to: to decide, never to show."""
    with access.whole("rows under keys"):
        return storage.in_force(reg.model, [*STORED, *reg.columns], keys)


def may_write(
    reg: Register, bound: access.Limit, rows: pl.DataFrame, given: frozenset[str]
) -> pl.Series:
    """(row,) may a row of a file be written?

    Args:
        rows: declared columns as read from the file.
        given: columns that the file has; the others stay as they are stored.
    """
    keyed = rows.select(reg.key_expression(), *reg.columns)
    stored = stored_under(reg, keyed["key"].drop_nulls().unique())
    known = stored.with_columns(bound.owned(stored).alias("_owned"))
    absent = [name for name in reg.columns if name not in given]
    was = known.select("key", "_owned", *(pl.col(name).alias(f"_{name}") for name in absent))
    both = keyed.join(was, on="key", how="left", maintain_order="left")
    after = both.with_columns(pl.col(f"_{name}").alias(name) for name in absent)
    return bound.inside(after) & both["_owned"].fill_null(value=True)
