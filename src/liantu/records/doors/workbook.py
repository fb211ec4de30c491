"""One sheet of an xlsx workbook as a :class:`Grid`.

Every part is unpacked once under a limit, and every cell located, before a reader sees anything:
a workbook is refused that unpacks too large, declares entities, or spans more cells than a table
has. The reader then gets a small workbook of exactly the parts that were looked at, so that
nothing in the archive can mean one thing here and another there.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from pathlib import Path

import fastexcel
import polars as pl

from liantu.errors import Message, UnreadableInput
from liantu.records.doors.grid import ROW, Grid, check_size, first_line, numbered
from liantu.records.doors.rules import door_rules, fold
from liantu.records.doors.sheet_xml import Cells, locate, place
from liantu.records.doors.workbook_parts import Book, Sheet, open_book, rebuilt

_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_HIDDEN = re.compile(rb"<(?:\w+:)?row\b[^>]*?\bhidden=[\"'](?:1|true)[\"']")
_ROW = re.compile(rb"<row[\s>]")
_ROUNDED = r"\.\d{9}$"
_DATE = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_DAMAGED = (zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, pl.exceptions.PolarsError,
            pl.exceptions.PanicException, KeyError, ValueError, IndexError, OSError, EOFError,
            RuntimeError, NotImplementedError)  # fmt: skip
_MOST_MERGED = 2000
"""Merged ranges read; only those of the header matter."""


def read_workbook(path: Path, data: bytes, preferred: tuple[str, ...] = ()) -> Grid:
    """The sheet named like one of ``preferred``, else the first that is not hidden.

    Raises:
        UnreadableInput: damaged, encrypted, a bomb, or nothing in it.
    """
    try:
        book = open_book(path, data)
        sheet = _chosen(book.sheets, preferred)
        xml = book.read(sheet.part)
        most = door_rules().limits.sheet_cells
        cells = locate(xml, most)
        # A reader makes room for every cell up to the last: one cell far out is a bomb.
        check_size(path, cells.last_row, cells.width, most)
        frame = _texts(fastexcel.read_excel(rebuilt(book, xml)))
    except _DAMAGED as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust raises is of no common class
            raise
        raise _unreadable(path, error) from error
    if not frame.height:
        raise UnreadableInput(
            f"{path.name} 的工作表“{sheet.name}”没有任何内容。应为带表头的数据表。",
            f"Sheet {sheet.name!r} of {path.name} holds nothing. Expected a table with a header.",
        )
    frame = frame.with_columns(pl.all().cast(pl.String).str.replace(_DATE, "$1"))
    return _grid(book, sheet, xml, cells, numbered(frame))


def read_sheets(path: Path, data: bytes, most: int) -> list[tuple[str, Grid]]:
    """The first ``most`` rows of every sheet that is shown and holds something, by name.

    Raises:
        UnreadableInput: damaged, encrypted or a bomb.
    """
    grids = []
    limit = door_rules().limits.sheet_cells
    try:
        book = open_book(path, data)
        for sheet in (sheet for sheet in book.sheets if not sheet.hidden):
            xml = _first_rows(book.read(sheet.part), most)
            cells = locate(xml, limit)
            check_size(path, cells.last_row, cells.width, limit)
            frame = _texts(fastexcel.read_excel(rebuilt(book, xml))).head(most)
            if frame.height:
                texts = frame.with_columns(pl.all().cast(pl.String).str.replace(_DATE, "$1"))
                grids.append((sheet.name, Grid(numbered(texts), said=(sheet.name,))))
    except _DAMAGED as error:
        raise _unreadable(path, error) from error
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust raises is of no common class
            raise
        raise _unreadable(path, error) from error
    return grids


def _first_rows(xml: bytes, most: int) -> bytes:
    """The sheet cut off behind its first rows."""
    starts = [found.start() for found, _ in zip(_ROW.finditer(xml), range(most + 1), strict=False)]
    return xml[: starts[most]] + b"</sheetData></worksheet>" if len(starts) > most else xml


def _unreadable(path: Path, error: BaseException) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 不是可读的 xlsx 文件（{first_line(error)}）：已损坏或已加密。"
        "请用电子表格软件重新保存，不设口令。",
        f"{path.name} is no readable xlsx file ({first_line(error)}): damaged or encrypted. Save it"
        " again in a spreadsheet, without a password.",
    )


def _grid(book: Book, sheet: Sheet, xml: bytes, cells: Cells, texts: pl.DataFrame) -> Grid:
    # The reader begins at the first row of the sheet, but at the first column that is used.
    left = cells.first_column
    unread = _unread(texts, cells, left)
    texts = _with_percents(texts, cells, book.percent_styles, left)
    grid = Grid(
        _with_unread(texts, unread),
        merged=_merged(xml, left),
        formulas=_formulas(cells, left),
        unread=unread,
        said=(sheet.name,),
    )
    grid.remarks.extend(_other_sheets(book.sheets, sheet))
    hidden = len(_HIDDEN.findall(xml)) if b"hidden=" in xml else 0
    if hidden:
        grid.remarks.append(
            Message(
                f"工作表“{sheet.name}”有 {hidden} 行隐藏，也已读取；不应导入的请删去。",
                f"{hidden} rows of sheet {sheet.name!r} are hidden and were read too; delete those"
                " not meant.",
            )
        )
    return grid


def _texts(book: fastexcel.ExcelReader) -> pl.DataFrame:
    """Cells as text. The reader shows nine decimals; columns with as many are read as numbers."""
    frame = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string").to_polars()
    frame = frame.with_columns(pl.all().cast(pl.String))
    rounded = [at for at, column in enumerate(frame) if column.str.contains(_ROUNDED).any()]
    if rounded:
        exact = book.load_sheet(
            0, header_row=None, skip_rows=0, use_columns=rounded,
            dtypes=dict.fromkeys(rounded, "float"),
        ).to_polars()  # fmt: skip
        for order, at in enumerate(rounded):
            text = frame.to_series(at)
            figures = exact.to_series(order).cast(pl.String)
            chosen = pl.select(
                pl.when(text.str.contains(_ROUNDED) & figures.is_not_null())
                .then(figures)
                .otherwise(text)
            ).to_series()
            frame = frame.with_columns(chosen.alias(text.name))
    return frame


# What a cell shows ---------------------------------------------------------------------------


def _with_percents(
    texts: pl.DataFrame, cells: Cells, styles: frozenset[int], left: int
) -> pl.DataFrame:
    """Figures that are shown as a percentage are read as shown: 0.125 is ``12.5%``."""
    if not styles:
        return texts
    shown = cells.frame.filter(
        pl.col("style").is_in(list(styles)) & pl.col("kind").is_in(["", "n"])
    )
    for (column,), marked in shown.partition_by("column", as_dict=True).items():
        name = str(int(column) - left)
        if name not in texts.columns:
            continue
        figure = pl.col(name).cast(pl.Float64, strict=False)
        percent = (figure * 100).round(10).cast(pl.String).str.strip_suffix(".0") + "%"
        here = pl.col(ROW).is_in(marked["row"].implode()) & figure.is_not_null()
        texts = texts.with_columns(pl.when(here).then(percent).otherwise(pl.col(name)).alias(name))
    return texts


def _unread(texts: pl.DataFrame, cells: Cells, left: int) -> dict[int, dict[int, str]]:
    """Cells that are filled and yet come out empty: errors, and dates that no calendar has."""
    result: dict[int, dict[int, str]] = {}
    filled = cells.frame.filter(
        (pl.col("value").str.strip_chars() != "") & ~pl.col("kind").is_in(["s", "str", "inlineStr"])
    )
    for name in texts.columns[1:]:
        if not texts[name].null_count():
            continue
        empty = texts.filter(pl.col(name).is_null())[ROW]
        lost = filled.filter(
            (pl.col("column") == int(name) + left) & pl.col("row").is_in(empty.implode())
        )
        for row, value in lost.select("row", "value").iter_rows():
            result.setdefault(row, {})[int(name)] = value
    return result


def _with_unread(texts: pl.DataFrame, unread: dict[int, dict[int, str]]) -> pl.DataFrame:
    """What could not be read as it was written, so that a row sent back shows it."""
    for at in {at for cells in unread.values() for at in cells}:
        said = {row: cells[at] for row, cells in unread.items() if at in cells}
        shown = pl.col(ROW).replace_strict(said, default=None, return_dtype=pl.String)
        texts = texts.with_columns(pl.coalesce(str(at), shown).alias(str(at)))
    return texts


def _formulas(cells: Cells, left: int) -> dict[int, frozenset[int]]:
    """Cells that hold a formula: row → columns."""
    found = cells.frame.filter("formula").group_by("row").agg("column")
    return {row: frozenset(at - left for at in columns) for row, columns in found.iter_rows()}


def _merged(xml: bytes, left: int) -> tuple[tuple[int, int, int, int], ...]:
    if b"mergeCells" not in xml:
        return ()
    ranges = []
    begins = max(xml.rfind(b"mergeCells", 0, max(xml.rfind(b"mergeCells") - 1, 0)) - 40, 0)
    for at, found in enumerate(_MERGED.finditer(xml, begins)):
        if at >= _MOST_MERGED:
            break
        first, last = (place(found[n].decode()[:4]) - left for n in (1, 3))
        ranges.append((int(found[2][:9]), first, int(found[4][:9]), last))
    return tuple(ranges)


# Sheets --------------------------------------------------------------------------------------


def _chosen(sheets: tuple[Sheet, ...], preferred: tuple[str, ...]) -> Sheet:
    """By name; hidden sheets (lists for drop-downs) only where every sheet is."""
    wanted = {fold(name) for name in preferred}
    shown = [sheet for sheet in sheets if not sheet.hidden] or list(sheets)
    return next((sheet for sheet in shown if fold(sheet.name) in wanted), shown[0])


def _other_sheets(sheets: tuple[Sheet, ...], sheet: Sheet) -> list[Message]:
    others = [
        (f"{other.name}（隐藏）" if other.hidden else other.name)
        for other in sheets
        if other is not sheet and other.name not in door_rules().own_sheets
    ]
    if not others:
        return []
    return [
        Message(
            f"只读取工作表“{sheet.name}”，其余（{'、'.join(others)}）未读。",
            f"Only sheet {sheet.name!r} was read, not {', '.join(others)}.",
        )
    ]
