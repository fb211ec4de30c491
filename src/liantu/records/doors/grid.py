"""A file as a grid of cells, before anybody knows what they mean.

Columns are named ``0``, ``1`` …; ``_row`` is the number a spreadsheet shows. Cells of csv and
xlsx are text; parquet brings its own names and types.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import polars as pl

from liantu.errors import Message

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
