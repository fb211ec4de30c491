"""A file as a grid of cells, before anybody knows what they mean.

Columns are named ``0``, ``1`` …; ``_row`` is the number a spreadsheet shows. Cells of csv and
xlsx are text; parquet brings its own names and types.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import polars as pl

from liantu.errors import Message, UnreadableInput
from liantu.records.doors.rules import door_rules

ROW = "_row"


@dataclass
class Grid:
    """Cells, and what the format says about them."""

    cells: pl.DataFrame
    names: tuple[str, ...] | None = None
    """Header of formats that have one of their own (parquet)."""
    merged: tuple[tuple[int, int, int, int], ...] = ()
    """Merged ranges: first row and column, last row and column; rows from 1, columns from 0."""
    formulas: dict[int, frozenset[int]] = field(default_factory=dict)
    """Row → columns whose cell holds a formula."""
    unread: dict[int, dict[int, str]] = field(default_factory=dict)
    """Row → column → content of cells that are filled and yet give no value (``#DIV/0!``)."""
    shifted: frozenset[int] = frozenset()
    """Rows with more cells than the table has columns."""
    separated: bool = False
    """Text with separators, in which a comma too many moves the cells of a row."""
    cut_off: int | None = None
    """Row at which the file breaks off."""
    said: tuple[str, ...] = ()
    """What the file says beside its cells: name of the sheet, metadata."""
    remarks: list[Message] = field(default_factory=list)


def numbered(frame: pl.DataFrame, first: int = 1) -> pl.DataFrame:
    """Columns renamed to their position, with ``_row`` counted from ``first``."""
    renamed = frame.rename({name: str(at) for at, name in enumerate(frame.columns)})
    return renamed.with_row_index(ROW, offset=first)


def check_size(path: Path, rows: int, columns: int, most: int | None = None) -> None:
    """Refuse more than a table has, before room is made for it.

    Args:
        most: cells altogether, where the format takes more room for one than others do.

    Raises:
        UnreadableInput: too many columns, rows, or cells altogether.
    """
    limits = door_rules().limits
    most = most or limits.cells
    if columns > limits.columns or rows > limits.rows or rows * columns > most:
        raise UnreadableInput(
            f"{path.name} 至少延伸到第 {rows} 行、第 {columns} 列，超过 {limits.rows} 行、"
            f"{limits.columns} 列或 {most} 个单元格。请删去表格之外的内容，检查是否行列颠倒，"
            "或分批导入。",
            f"{path.name} reaches at least to row {rows} and column {columns}, beyond"
            f" {limits.rows} rows, {limits.columns} columns or {most} cells. Delete what lies"
            " outside the table, check whether rows and columns are swapped, or import it in"
            " parts.",
        )


def first_line(error: BaseException) -> str:
    """What a library says, short enough for a message."""
    return str(error).split("\n", 1)[0][:120]


def of_texts(columns: Sequence[Sequence[str | None]], names: Sequence[str]) -> Grid:
    """A grid of a format whose header is its own and whose cells are texts."""
    series = [pl.Series(str(at), cells, dtype=pl.String) for at, cells in enumerate(columns)]
    return Grid(numbered(pl.DataFrame(series)), names=tuple(names))
