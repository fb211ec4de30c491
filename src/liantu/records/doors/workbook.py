"""One sheet of an xlsx workbook as a :class:`Grid`.

Every part is unpacked once under a limit before a reader sees it: a workbook is refused that
unpacks too large, declares entities, or spans more cells than a table has.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import polars as pl

from liantu.errors import Message, UnreadableInput
from liantu.records.doors.grid import Grid, numbered
from liantu.records.doors.rules import door_rules, fold

_CELL = re.compile(rb"<(?:\w+:)?c [^>]*?\br=[\"']([A-Za-z]{1,7})(\d{1,10})[\"']")
_EMPTY = re.compile(rb"<(?:\w+:)?c [^>]*/>")
_FILLED = re.compile(rb"<(?:\w+:)?c [^>]*?\br=[\"']([A-Z]+)\d+[\"'](?:[^>]*[^/>])?>")
_FORMULA = re.compile(rb"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Z]+)(\d+)[\"'][^>/]*>\s*<(?:\w+:)?f[\s/>]")
_MERGED = re.compile(rb"<(?:\w+:)?mergeCell\b[^>]*\bref=[\"']([A-Z]+)(\d+):([A-Z]+)(\d+)[\"']")
_ROW = re.compile(rb"<(?:\w+:)?row\b[^>]*?\br=[\"'](\d{1,10})[\"']")
_ROUNDED = r"\.\d{9}$"
_DATE = r"^(\d{4}-\d{2}-\d{2}) 00:00:00$"
_DAMAGED = (zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, pl.exceptions.PolarsError,
            KeyError, ValueError, IndexError, OSError, EOFError, RuntimeError)  # fmt: skip
_MOST_MERGED = 2000
"""Merged ranges read; only those of the header matter."""


@dataclass(frozen=True)
class _Sheet:
    name: str
    at: int
    part: str


def read_workbook(path: Path, data: bytes, preferred: tuple[str, ...] = ()) -> Grid:
    """The sheet named like one of ``preferred``, else the first.

    Raises:
        UnreadableInput: damaged, encrypted, a bomb, or nothing in it.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(path, archive)
            sheets = _sheets(archive)
            sheet = _chosen(sheets, preferred)
            xml = archive.read(sheet.part)
        left = _check_span(path, xml)
        frame = _cells(fastexcel.read_excel(data), sheet.name)
    except _DAMAGED as error:
        raise _unreadable(path, error) from error
    if not frame.height:
        raise UnreadableInput(
            f"{path.name} 的工作表“{sheet.name}”没有任何内容。应为带表头的数据表。",
            f"Sheet {sheet.name!r} of {path.name} holds nothing. Expected a table with a header.",
        )
    frame = frame.with_columns(pl.all().cast(pl.String).str.replace(_DATE, "$1"))
    # The reader begins at the first row of the sheet, but at the first column that is used.
    grid = Grid(numbered(frame), merged=_merged(xml, left), formulas=_formulas(xml, left),
                said=(sheet.name,))  # fmt: skip
    grid.remarks.extend(_other_sheets(sheets, sheet))
    return grid


def read_sheets(path: Path, data: bytes, most: int) -> list[tuple[str, Grid]]:
    """The first ``most`` rows of every sheet that holds something, by name.

    Raises:
        UnreadableInput: damaged, encrypted or a bomb.
    """
    grids = []
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(path, archive)
            for sheet in _sheets(archive):
                _check_span(path, archive.read(sheet.part))
        book = fastexcel.read_excel(data)
        for name in book.sheet_names:
            frame = book.load_sheet(
                name, header_row=None, skip_rows=0, n_rows=most, dtypes="string"
            ).to_polars()
            if frame.height:
                cells = frame.with_columns(pl.all().cast(pl.String).str.replace(_DATE, "$1"))
                grids.append((name, Grid(numbered(cells))))
    except _DAMAGED as error:
        raise _unreadable(path, error) from error
    return grids


def _unreadable(path: Path, error: BaseException) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 不是可读的 xlsx 文件（{str(error)[:120]}）。请用电子表格软件重新保存。",
        f"{path.name} is no readable xlsx file ({str(error)[:120]}). Save it again in a"
        " spreadsheet.",
    )


def _cells(book: fastexcel.ExcelReader, name: str) -> pl.DataFrame:
    """Cells as text. The reader shows nine decimals; columns with as many are read as numbers."""
    frame = book.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
    frame = frame.with_columns(pl.all().cast(pl.String))
    rounded = [at for at, column in enumerate(frame) if column.str.contains(_ROUNDED).any()]
    if rounded:
        exact = book.load_sheet(
            name, header_row=None, skip_rows=0, use_columns=rounded,
            dtypes=dict.fromkeys(rounded, "float"),
        ).to_polars()  # fmt: skip
        for place, at in enumerate(rounded):
            text = frame.to_series(at)
            figures = exact.to_series(place).cast(pl.String)
            chosen = pl.select(
                pl.when(text.str.contains(_ROUNDED) & figures.is_not_null())
                .then(figures)
                .otherwise(text)
            ).to_series()
            frame = frame.with_columns(chosen.alias(text.name))
    return frame


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Unpacks every part once, counting: sizes declared in an archive can lie."""
    limit = door_rules().limits.largest_mb * 1024 * 1024
    unpacked = 0
    for item in archive.infolist():
        with archive.open(item) as part:
            head = part.read(1 << 16)
            if item.filename.endswith((".xml", ".rels")) and b"<!" in head and _declares(head):
                raise UnreadableInput(
                    f"{path.name} 的 {item.filename} 声明了 XML 实体，"
                    "正常的表格没有。未导入任何数据。",
                    f"{item.filename} of {path.name} declares XML entities, which no table does."
                    " Nothing was imported.",
                )
            unpacked += len(head)
            while chunk := part.read(1 << 20):
                unpacked += len(chunk)
                if unpacked > limit:
                    break
        if unpacked > limit:
            shown = limit // 1024 // 1024
            raise UnreadableInput(
                f"{path.name} 解压后超过 {shown} MB。请分批导入，或检查文件来源。",
                f"{path.name} unpacks to more than {shown} MB. Import it in parts, or check where"
                " it comes from.",
            )


def _declares(head: bytes) -> bool:
    upper = head.upper()
    return b"<!DOCTYPE" in upper or b"<!ENTITY" in upper


def _check_span(path: Path, xml: bytes) -> int:
    """The first column used. A reader makes room for every cell up to the last: one cell far
    out is a bomb."""
    limits = door_rules().limits
    cells = _CELL.findall(xml)
    names = {column for column, _ in cells}
    last = max(
        max((int(row) for row in _ROW.findall(xml)), default=0),
        max((int(row) for _, row in cells), default=0),
    )
    width = max((_column(name.decode().upper()) + 1 for name in names), default=0)
    if width > limits.columns or last * width > limits.cells or last > limits.rows:
        raise UnreadableInput(
            f"{path.name} 的表格延伸到第 {last} 行、第 {width} 列，"
            f"超过 {limits.columns} 列或 {limits.cells} 个单元格。请删去表格之外的内容。",
            f"The sheet of {path.name} reaches to row {last} and column {width}, beyond"
            f" {limits.columns} columns or {limits.cells} cells. Delete what lies outside the"
            " table.",
        )
    used = set(_FILLED.findall(xml)) if _EMPTY.search(xml) else names
    return min((_column(name.decode().upper()) for name in used), default=0)


def _sheets(archive: zipfile.ZipFile) -> list[_Sheet]:
    """Sheets in order, each with the part of the archive that holds it."""
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    targets = {
        _attribute(tag, "Id"): _attribute(tag, "Target")
        for tag in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations)
    }
    sheets = []
    for at, tag in enumerate(re.findall(r"<(?:\w+:)?sheet\b[^>]*>", book)):
        target = targets.get(_attribute(tag, r"\w+:id"), f"worksheets/sheet{at + 1}.xml")
        part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        sheets.append(_Sheet(_unescaped(_attribute(tag, "name")), at, part))
    if not sheets:
        raise ValueError("no sheet")
    return sheets


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf"\b{name}=[\"']([^\"']*)[\"']", tag)
    return found[1] if found else ""


def _unescaped(text: str) -> str:
    pairs = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&amp;", "&"))
    for escaped, plain in pairs:
        text = text.replace(escaped, plain)
    return text


def _chosen(sheets: list[_Sheet], preferred: tuple[str, ...]) -> _Sheet:
    wanted = {fold(name) for name in preferred}
    return next((sheet for sheet in sheets if fold(sheet.name) in wanted), sheets[0])


def _other_sheets(sheets: list[_Sheet], sheet: _Sheet) -> list[Message]:
    others = [other.name for other in sheets if other is not sheet]
    if not others:
        return []
    return [
        Message(
            f"只读取工作表“{sheet.name}”，其余（{'、'.join(others)}）未读。",
            f"Only sheet {sheet.name!r} was read, not {', '.join(others)}.",
        )
    ]


def _merged(xml: bytes, offset: int) -> tuple[tuple[int, int, int, int], ...]:
    if b"mergeCells" not in xml:
        return ()
    ranges = []
    begins = max(xml.rfind(b"mergeCells", 0, max(xml.rfind(b"mergeCells") - 1, 0)) - 40, 0)
    for at, found in enumerate(_MERGED.finditer(xml, begins)):
        if at >= _MOST_MERGED:
            break
        left, right = (_column(found[n].decode()) - offset for n in (1, 3))
        ranges.append((int(found[2]), left, int(found[4]), right))
    return tuple(ranges)


def _formulas(xml: bytes, offset: int) -> dict[int, frozenset[int]]:
    """Cells that hold a formula: row → columns."""
    if not any(mark in xml for mark in (b"<f>", b"<f ", b"<f/", b":f>", b":f ", b":f/")):
        return {}
    result: dict[int, set[int]] = {}
    for found in _FORMULA.finditer(xml):
        result.setdefault(int(found[2]), set()).add(_column(found[1].decode()) - offset)
    return {row: frozenset(columns) for row, columns in result.items()}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
