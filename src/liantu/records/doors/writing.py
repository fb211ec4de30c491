"""Writes what the doors read: tables, and rows sent back for mending.

What :func:`write_table` writes, :func:`liantu.records.doors.check` reads back unchanged: figures
stand in the stored unit, which the header names; text that a spreadsheet could run is marked.
A file is written beside its place and moved there whole.
"""

from __future__ import annotations

import io
import os
import tempfile
from pathlib import Path

import polars as pl
import xlsxwriter

from liantu.errors import UsageError
from liantu.records.doors.grid import ROW
from liantu.records.doors.marks import STARTS, marked
from liantu.records.doors.problems import RejectedRows
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import Column, Table

_MOST_ROWS = 1_048_575
"""Rows of an xlsx sheet below its header."""
_NUL, _INSTEAD = "\x00", "\x01"
"""No text file may hold the one; the other keeps a row from coming in unmended."""


def write_table(
    frame: pl.DataFrame,
    table: Table,
    path: Path,
    *,
    synthetic: bool = False,
    corrected: pl.Series | None = None,
) -> None:
    """Write rows of a table as ``.csv``, ``.xlsx`` or ``.parquet``.

    Args:
        synthetic: say so in the file: in a line above the header, or in its metadata.
        corrected: which corrections were made in each row, for a column of our own at the end.

    Raises:
        UsageError: another kind of file, more rows than a sheet holds, no room.
    """
    columns = [column for column in table.columns if column.name in frame.columns]
    kind = path.suffix.lower()
    if kind == ".parquet":
        memory = io.BytesIO()
        marks = door_rules().synthetic
        typed = frame.select(pl.col(c.name).cast(c.dtype) for c in columns)
        _with_corrected(typed, corrected).write_parquet(
            memory, metadata={marks.metadata: marks.label} if synthetic else None
        )
        write_whole(path, memory.getvalue())
        return
    texts = _with_corrected(as_texts(frame, table), corrected)
    figures = {stored_header(c) for c in columns if c.numeric}
    write_texts(texts, path, table.zh, figures, above=synthetic_title() if synthetic else "")


def as_texts(frame: pl.DataFrame, table: Table) -> pl.DataFrame:
    """Rows of a table as the texts of a file, under the headers of the file."""
    return frame.select(_as_text(column) for column in table.columns if column.name in frame)


def _with_corrected(frame: pl.DataFrame, corrected: pl.Series | None) -> pl.DataFrame:
    header = door_rules().corrected_header
    return frame if corrected is None else frame.with_columns(corrected.alias(header))


def synthetic_title() -> str:
    """The line above the header of a file of synthetic data."""
    rules = door_rules().synthetic
    return f"{rules.label}：{rules.note_zh} {rules.note_en}"


def stored_header(column: Column) -> str:
    """Header that names the stored unit; a share without unit goes by its own name."""
    if not column.numeric:
        return column.zh
    if not column.unit:
        return column.name if column.written_unit else column.zh
    return f"{column.zh}（{column.unit}）"


def _as_text(column: Column) -> pl.Expr:
    value = pl.col(column.name)
    header = stored_header(column)
    if column.type == "boolean":
        return pl.when(value).then(pl.lit("是")).when(~value).then(pl.lit("否")).alias(header)
    if column.type == "enum":
        words = {choice.code: choice.zh for choice in column.choices}
        return value.replace_strict(words, default=value, return_dtype=pl.String).alias(header)
    text = value.cast(column.dtype).cast(pl.String)
    if column.numeric:
        return text.str.strip_suffix(".0").alias(header)
    if column.type in ("date", "period", "geometry"):
        return text.alias(header)
    return neutral(text).alias(header)


def neutral(text: pl.Expr) -> pl.Expr:
    """Text that could run as a formula gets a ``'`` in front; reading takes it off again."""
    return pl.when(text.str.contains(STARTS)).then(pl.lit("'") + text).otherwise(text)


def write_rejected(rejected: RejectedRows, path: Path, *, synthetic: bool = False) -> None:
    """Write rows sent back with all that is wrong with them; mended, the file imports again.

    Rows of a synthetic file say so again.
    """
    above = synthetic_title() if synthetic else ""
    texts = rejected_texts(rejected)
    write_texts(texts, path, door_rules().problem_header, frozenset(), above=above)


def rejected_texts(rejected: RejectedRows) -> pl.DataFrame:
    """Rows sent back as texts under their headers, with all that is wrong with them.

    The first column is the number of the row in the file it came from, the last says what was
    found and expected; neither is read on import.
    """
    rules = door_rules()
    said = (
        rejected.problems.select(
            pl.col("row").alias(ROW),
            said=pl.format(
                "{}“{}”，应为{}。{}。 {}: found “{}”, expected {}. {}.",
                "header", "found", "expected_zh", "fix_zh",
                "column", "found", "expected_en", "fix_en",
            ),
        )
        .group_by(ROW, maintain_order=True)
        .agg(pl.col("said").str.join("\n"))
    )  # fmt: skip
    cells = rejected.cells.join(said, on=ROW, how="left", maintain_order="left")
    names = [name for name in cells.columns if name not in (ROW, "said")]
    return cells.select(
        pl.col(ROW).cast(pl.String).alias(rules.row_header),
        *(_kept(name) for name in names),
        neutral(pl.col("said")).alias(rules.problem_header),
    )


def _kept(name: str) -> pl.Expr:
    """Cells as found; figures stay as they were written, formulas are disarmed, in headers too."""
    text = pl.col(name).cast(pl.String).str.replace_all(_NUL, _INSTEAD, literal=True)
    plain = text.str.contains(r"^[-+]?[\d.,]+%?$")
    return (
        pl.when(plain)
        .then(text)
        .otherwise(neutral(text))
        .alias(marked(name.replace(_NUL, _INSTEAD)))
    )


def write_texts(
    texts: pl.DataFrame,
    path: Path,
    sheet: str,
    figures: frozenset[str] | set[str],
    above: str = "",
) -> None:
    """Columns of text as ``.csv`` or ``.xlsx``; ``figures`` become number cells where exact.

    ``above`` is a line above the header.
    """
    kind = path.suffix.lower()
    if kind == ".csv":
        # The mark at the start is what makes spreadsheet programs read Chinese as UTF-8.
        title = f'"{above}"\r\n' if above else ""
        body = title + texts.write_csv(line_terminator="\r\n")
        write_whole(path, b"\xef\xbb\xbf" + body.encode())
    elif kind == ".xlsx":
        if texts.height > _MOST_ROWS:
            raise UsageError(
                f"{path.name} 有 {texts.height} 行，一张工作表放不下。请导出为 .csv 或 .parquet。",
                f"{path.name} would have {texts.height} rows, more than a sheet holds. Export"
                " .csv or .parquet.",
            )
        write_whole(path, _xlsx(texts, sheet, figures, above))
    else:
        raise UsageError(
            f"不能写出 {path.name}：应为 .csv、.xlsx 或 .parquet。",
            f"Cannot write {path.name}: expected .csv, .xlsx or .parquet.",
        )


def _xlsx(texts: pl.DataFrame, sheet: str, figures: frozenset[str] | set[str], above: str) -> bytes:
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        page = book.add_worksheet(sheet[:31])
        top = 1 if above else 0
        page.freeze_panes(top + 1, 0)
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        if above:
            page.write_string(0, 0, above)
        for at, name in enumerate(texts.columns):
            page.write_string(top, at, name, bold)
            for row, cell in enumerate(texts[name], start=top + 1):
                if cell is None:
                    continue
                if name in figures and is_exact(cell):
                    page.write_number(row, at, float(cell))
                else:
                    page.write_string(row, at, cell)
        page.set_column(0, max(texts.width - 1, 0), 16)
    return memory.getvalue()


def is_exact(text: str) -> bool:
    """Does a number cell, of which spreadsheets keep 15 digits, give this figure back?"""
    figure = float(text)
    sized = figure == 0 or 1e-6 <= abs(figure) < 1e15
    return sized and float(f"{figure:.15G}") == figure


def write_whole(path: Path, content: bytes) -> None:
    """Write to a file beside and rename, so that no half file is ever seen."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(dir=path.parent, prefix=f".{path.stem}-")
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise UsageError(
            f"无法写入 {path.name}：{error.strerror}。请换一个可写、有空间的目录。",
            f"{path.name} cannot be written: {error.strerror}. Choose a folder with room that you"
            " may write to.",
        ) from error
