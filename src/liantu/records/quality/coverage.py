"""Columns that are empty although their office normally fills them, by district and period."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from liantu.records import lake
from liantu.records.quality.filed import vintage_of
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Table

SCHEMA: dict[str, pl.DataType] = {
    "district": pl.String(),
    "period": pl.String(),
    "column": pl.String(),
    "header": pl.String(),
    "rows": pl.Int64(),
    "filled": pl.Int64(),
    "usual": pl.Float64(),
}
"""``usual`` is the median share of filled cells of the column in that district. [0–1]"""


def empty_columns(table: Table, places: pl.DataFrame, moment: datetime | None) -> pl.DataFrame:
    """Cells of district, period and column that hold much less than they usually do.

    Args:
        table: a declared series.
        places: ``entity`` and ``district`` of every unit.
    Returns:
        columns of :data:`SCHEMA`, by period.
    """
    named = {column.names for column in table.columns}
    columns = [
        column
        for column in table.columns
        if column.name not in table.key and not column.names and column.name not in named
    ]
    counted = (
        lake.read(table, vintage_of(moment))
        .select(
            entity=table.entity[0],
            period=str(table.period),
            **{column.name: pl.col(column.name).is_not_null() for column in columns},
        )
        .join(places.select("entity", "district").lazy(), on="entity", how="left")
        .group_by(pl.col("district").fill_null(""), "period")
        .agg(pl.len().cast(pl.Int64).alias("rows"),
             *(pl.col(column.name).sum().cast(pl.Int64) for column in columns))
        .collect()
    )  # fmt: skip
    long = counted.unpivot(
        [column.name for column in columns], index=["district", "period", "rows"],
        variable_name="column", value_name="filled",
    )  # fmt: skip
    rules = quality_rules().coverage
    by = ["district", "column"]
    share = pl.col("filled") / pl.col("rows")
    headers = {column.name: column.zh for column in columns}
    return (
        long.with_columns(usual=share.median().over(by), _periods=pl.len().over(by))
        .filter(
            (pl.col("_periods") >= rules.least_periods)
            & (pl.col("rows") >= rules.least_rows)
            & (pl.col("usual") >= rules.usual)
            & (share < rules.low * pl.col("usual"))
        )
        .with_columns(header=pl.col("column").replace(headers))
        .select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())
        .sort("period", "district", "column")
    )


def rows_by_place(table: Table, places: pl.DataFrame, moment: datetime | None) -> pl.DataFrame:
    """Rows stored: ``district``, ``period``, ``records``."""
    return (
        lake.read(table, vintage_of(moment))
        .select(entity=table.entity[0], period=str(table.period))
        .join(places.select("entity", "district").lazy(), on="entity", how="left")
        .group_by(pl.col("district").fill_null(""), "period")
        .len("records")
        .collect()
    )
