"""What a file looks like as one table, before it is checked: headers, matches, a few cells.

Unlike :func:`liantu.records.doors.check` it refuses nothing that a person could still put right:
a key column without a header, two headers that mean one column, a unit that does not fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from liantu.errors import Message
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.header import Header, likeliest_header
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.doors.reading import read_grid
from liantu.records.doors.rules import fold
from liantu.records.tables.declared import Column, Table, table

_LOOKED_AT = 200
_SHOWN = 60


@dataclass(frozen=True)
class Sketch:
    """Headers of a file as read for one table."""

    table: Table
    header_row: int
    matches: tuple[Match, ...]
    samples: tuple[tuple[str, ...], ...]
    """A few cells under each header, as found."""
    rows: int
    """Rows below the header, totals and notes among them."""
    remarks: tuple[Message, ...]

    @property
    def missing(self) -> tuple[Column, ...]:
        """Required columns without a header."""
        found = {match.column for match in self.matches}
        return tuple(c for c in self.table.columns if c.required and c.name not in found)

    @property
    def doubled(self) -> tuple[str, ...]:
        """Headers written twice: they cannot be told apart by their text."""
        texts = [fold(match.header) for match in self.matches if match.header]
        said = {fold(match.header): match.header for match in self.matches}
        return tuple(header for text, header in said.items() if texts.count(text) > 1)


def sketch(
    path: Path,
    table_id: str,
    mapping: Mapping | None = None,
    *,
    sheet: str = "",
    samples: int = 3,
) -> Sketch:
    """Read the header of a file for a table, and ``samples`` cells of every column.

    Args:
        mapping: headers as matched before.
        sheet: sheet of a workbook; by default the one named like the table, else the first.

    Raises:
        NotFound: no such file or table.
        UnreadableInput: no table in the file.
    """
    declared = table(table_id)
    named = (declared.zh, declared.id, declared.en, *declared.aliases)
    grid = read_grid(path, (sheet,) if sheet else named)
    header = likeliest_header(grid, declared, mapping)
    body = grid.cells if grid.names is not None else _below(grid, header)
    return Sketch(
        table=declared,
        header_row=header.last_row,
        matches=header.matches,
        samples=_samples(body, len(header.matches), samples),
        rows=body.height,
        remarks=(*grid.remarks, *header.remarks),
    )


def _below(grid: Grid, header: Header) -> pl.DataFrame:
    return grid.cells.filter(pl.col(ROW) > header.last_row)


def _samples(body: pl.DataFrame, width: int, most: int) -> tuple[tuple[str, ...], ...]:
    """The first cells that hold something."""
    head = body.head(_LOOKED_AT)
    shown = []
    for at in range(width):
        cells = head[str(at)].drop_nulls().cast(pl.String).str.strip_chars()
        shown.append(tuple(cell[:_SHOWN] for cell in cells.filter(cells != "").head(most)))
    return tuple(shown)
