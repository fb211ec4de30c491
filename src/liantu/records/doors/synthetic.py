"""Does a file say that it holds synthetic data (模拟数据)? And how files are made to say so.

Seen are the file's name, the name of its sheet, its metadata and the lines above its header;
and credit codes of a range that no authority can issue, so that a file that lost its title is
still known for what it is.
"""

from __future__ import annotations

from pathlib import Path

import polars as pl

from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import Table


def says_synthetic(
    path: Path, grid: Grid, header_row: int, table: Table, rows: pl.DataFrame
) -> bool:
    """Does the file say so anywhere?

    Args:
        header_row: last row of the header; what stands above it and in it is read.
        rows: rows as read, for their credit codes.
    """
    marks = door_rules().synthetic
    texts = [path.name, *grid.said, *_above(grid, header_row)]
    if any(word in text for word in marks.words for text in texts):
        return True
    codes = [column.name for column in table.columns if column.check == "credit_code"]
    held = rows.select(
        pl.any_horizontal(
            pl.lit(value=False),
            *(pl.col(name).str.starts_with(marks.credit_codes).any() for name in codes),
        ).fill_null(value=False)
    )
    return bool(held.item(0, 0))


def _above(grid: Grid, header_row: int) -> list[str]:
    if grid.names is not None:
        return []
    head = grid.cells.filter(pl.col(ROW) <= header_row).drop(ROW)
    return [str(cell) for row in head.rows() for cell in row if cell]
