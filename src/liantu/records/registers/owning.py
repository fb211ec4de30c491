"""Rows that are written must be whoever writes them may write, as they were and as they will be."""

from __future__ import annotations

import polars as pl

from liantu.records import access
from liantu.records.registers import storage
from liantu.records.registers.register import Register
from liantu.records.tables.declared import Table

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


def held(bound: access.Limit | None, table: Table) -> bool:
    """Do new records of whoever is so limited wait for the city?"""
    return bound is not None and not isinstance(table.scope, str) and table.scope.new == "city"


def may_write(
    reg: Register, bound: access.Limit, rows: pl.DataFrame, given: frozenset[str]
) -> pl.Series:
    """(row,) ``yes``, ``no``, or ``waits``: may a row of a file be written?

    Whether others hold its key or nobody does makes no difference to the answer where new records
    wait for the city: of what others have stored, nothing is looked at.

    Args:
        rows: declared columns as read from the file.
        given: columns that the file has; the others stay as they are stored.
    """
    keyed = rows.select(reg.key_expression(), *reg.columns)
    stored = stored_under(reg, keyed["key"].drop_nulls().unique())
    mine = bound.owned(stored)
    absent = [name for name in reg.columns if name not in given]
    was = stored.filter(mine).select("key", *(pl.col(name).alias(f"_{name}") for name in absent))
    both = keyed.join(was.with_columns(_owned=True), on="key", how="left", maintain_order="left")
    both = both.with_columns(pl.col("_owned").fill_null(value=False))
    after = both.with_columns(pl.col(f"_{name}").alias(name) for name in absent)
    others = both["key"].is_in(stored.filter(~mine)["key"].implode()).fill_null(value=False)
    if held(bound, reg.table):
        fresh = pl.when(pl.col("_owned")).then(pl.lit("yes")).otherwise(pl.lit("waits"))
    else:
        fresh = pl.when(others).then(pl.lit("no")).otherwise(pl.lit("yes"))
    inside = bound.inside(after)
    return both.select(pl.when(inside).then(fresh).otherwise(pl.lit("no")).alias("may")).to_series()
