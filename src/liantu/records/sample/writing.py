"""Writes the files of the sample as offices write them: their headers, units, dates, encodings.

Every file with synthetic rows says so: in a line above its header, in the metadata of a parquet
file, and in its credit codes.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import polars as pl

from liantu.errors import UsageError
from liantu.records.doors.writing import (
    neutral,
    synthetic_title,
    write_table,
    write_texts,
    write_whole,
)
from liantu.records.sample.deliveries import Batch, FileSpec
from liantu.records.tables.declared import Column, Table, table

_DIGITS = 8


@dataclass
class Sheet:
    """A file on its way: rows as texts by declared column, and what is put in or changed.

    Rows are counted from 0 below the header; appended rows follow.
    """

    batch: Batch
    cells: dict[tuple[int, str], str] = field(default_factory=dict)
    appended: list[dict[str, str]] = field(default_factory=list)

    @property
    def table(self) -> Table:
        """The declared table."""
        return table(self.batch.table)

    @cached_property
    def texts(self) -> pl.DataFrame:
        """Cells as the office writes them, before anything is changed."""
        spec = self.batch.spec
        return self.batch.rows.select(
            _text(self.table[name], spec).alias(name) for name in self.batch.rows.columns
        )

    @property
    def is_text(self) -> bool:
        """Can single cells be written as anything?"""
        return not self.batch.file.endswith(".parquet")

    def row_number(self, row: int) -> int:
        """The number that a spreadsheet shows for a row."""
        return row + (2 if self.batch.spec.facts else 3)

    def cell(self, row: int, name: str) -> str:
        """A cell as it will be written."""
        if row >= self.texts.height:
            return self.appended[row - self.texts.height].get(name, "")
        return self.cells.get((row, name), self.texts[name][row] or "")

    def row(self, row: int) -> dict[str, str]:
        """All cells of a row as they will be written."""
        return {name: self.cell(row, name) for name in self.texts.columns}

    def final(self) -> pl.DataFrame:
        """All cells as they will be written."""
        changed: dict[str, dict[int, str]] = {}
        for (row, name), text in self.cells.items():
            changed.setdefault(name, {})[row] = text
        frame = self.texts.with_columns(
            _scattered(self.texts[name], rows) for name, rows in changed.items()
        )
        if self.appended:
            more = pl.DataFrame(self.appended, schema=dict.fromkeys(frame.columns, pl.String()))
            frame = pl.concat([frame, more])
        return frame


def _scattered(column: pl.Series, rows: dict[int, str]) -> pl.Series:
    return column.clone().scatter(list(rows), list(rows.values()))


def header_of(column: Column, spec: FileSpec) -> str:
    """The header of the office, with the unit of its figures."""
    label = spec.headers.get(column.name, column.zh)
    unit = unit_of(column, spec) if column.numeric else ""
    return f"{label}（{unit}）" if unit else label


def unit_of(column: Column, spec: FileSpec) -> str:
    """The unit in which the office gives the figures of a column."""
    return spec.units.get(column.name, column.written_unit)


def _text(column: Column, spec: FileSpec) -> pl.Expr:
    value = pl.col(column.name)
    if column.type == "boolean":
        return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否"))
    if column.type == "enum":
        words = {choice.code: choice.zh for choice in column.choices}
        return value.replace_strict(words, default=value, return_dtype=pl.String)
    if column.type == "date":
        return value.dt.strftime(spec.dates)
    if column.type == "period" and spec.periods:
        return _period(value, spec.periods)
    if column.numeric:
        unit = unit_of(column, spec)
        factor = column.factor(unit) if unit else 1.0
        exact = value.cast(pl.Float64) / factor
        return exact.round(_DIGITS).cast(pl.String).str.strip_suffix(".0")
    if column.type in ("period", "geometry"):
        return value
    return neutral(value)


def _period(value: pl.Expr, pattern: str) -> pl.Expr:
    """``2025-03`` by a pattern of ``{year}`` and ``{month}`` or ``{month:02d}``."""
    found = {
        "{year}": value.str.slice(0, 4),
        "{month:02d}": value.str.slice(5, 2),
        "{month}": value.str.slice(5, 2).str.strip_chars_start("0"),
    }
    pieces = [piece for piece in re.split(r"(\{[^}]*\})", pattern) if piece]
    return pl.concat_str([found.get(piece, pl.lit(piece)) for piece in pieces])


def write_sheet(sheet: Sheet, folder: Path) -> Path:
    """Write one file; its path.

    Raises:
        UsageError: it cannot be written.
    """
    batch = sheet.batch
    path = folder / batch.folder / batch.file
    if not sheet.is_text:
        write_table(batch.rows, sheet.table, path, synthetic=not batch.spec.facts)
        return path
    final = sheet.final()
    headers = {name: header_of(sheet.table[name], batch.spec) for name in final.columns}
    final = final.rename(headers)
    title = "" if batch.spec.facts else f"{sheet.table.zh} {batch.spec.office} {synthetic_title()}"
    if path.suffix == ".xlsx":
        # A cell that was changed may hold anything: its column is written as text.
        changed = {name for _, name in sheet.cells}
        figures = {
            header
            for name, header in headers.items()
            if sheet.table[name].numeric and name not in changed
        }
        write_texts(final, path, sheet.table.zh, figures, above=title)
        return path
    text = (f'"{title}"\r\n' if title else "") + final.write_csv(line_terminator="\r\n")
    write_whole(path, text.encode(batch.spec.encoding))
    return path


def empty_folder(folder: Path) -> None:
    """Make a folder to write into.

    Raises:
        UsageError: it holds something already, or cannot be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        held = next(folder.iterdir(), None)
    except OSError as error:
        raise UsageError(
            f"无法使用文件夹 {folder}：{error.strerror}。请换一个可写的位置。",
            f"Folder {folder} cannot be used: {error.strerror}. Choose one that you may write to.",
        ) from error
    if held is not None:
        raise UsageError(
            f"文件夹 {folder} 不是空的（有 {held.name}）。请给一个新的文件夹。",
            f"Folder {folder} is not empty ({held.name}). Name a new one.",
        )
