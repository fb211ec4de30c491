"""Frames of the sample in the columns and types of their declared tables."""

from __future__ import annotations

import polars as pl

from liantu.records.tables.declared import table


def declared_columns(frame: pl.DataFrame, table_id: str) -> pl.DataFrame:
    """The declared columns that a frame has, in declared order and types."""
    declared = table(table_id)
    return frame.select(
        pl.col(name).cast(declared[name].dtype)
        for name in declared.by_name
        if name in frame.columns
    )


def declared_rows(rows: list[dict[str, object]], table_id: str) -> pl.DataFrame:
    """Rows as a frame; columns that no row has are null."""
    return pl.DataFrame(rows, schema=table(table_id).dtypes, orient="row")
