"""A CSV or xlsx file as rows of text, with the row and line each came from.

What a spreadsheet may have done to a file is undone or refused: encodings and separators here,
workbooks by the guards of :mod:`liantu.records.doors`. What the cells mean is none of this
module's business.
"""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

from liantu.errors import UnreadableInput
from liantu.records.doors.reading import check_kind, read_bytes
from liantu.records.doors.workbook import read_workbook


@dataclass(frozen=True)
class TextRow:
    """Cells of one row. ``row`` counts records (header = 1), ``line`` lines of the file."""

    row: int
    line: int
    cells: tuple[str, ...]
    formulas: frozenset[int] = frozenset()
    """Columns whose cell holds a spreadsheet formula."""


@dataclass(frozen=True)
class TextTable:
    """Header and rows; ``remarks`` says what was left aside (further sheets)."""

    header: tuple[str, ...]
    rows: tuple[TextRow, ...]
    remarks: tuple[tuple[str, str], ...] = ()


def read_table(path: Path) -> TextTable:
    """Read the first sheet shown of an xlsx file or a CSV file in UTF-8, UTF-16 or GB18030.

    Raises:
        NotFound: no such file.
        UnreadableInput: empty, not text, broken quoting, not a table, too large.
    """
    data = read_bytes(path)
    check_kind(path, data)
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(path, data)
    return _csv(path, _decoded(path, data))


def _decoded(path: Path, data: bytes) -> str:
    encodings = ["utf-8-sig", "gb18030"]
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings.insert(0, "utf-16")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\x00" not in text:
            return text
        line = text.count("\n", 0, text.index("\x00")) + 1
        raise UnreadableInput(
            f"{path.name} 第 {line} 行含空字符（NUL）：文件已损坏，或是未标明编码的 UTF-16。"
            "请另存为 UTF-8 的 CSV。",
            f"Line {line} of {path.name} holds a NUL character: the file is damaged, or UTF-16"
            " without its mark. Save it as CSV in UTF-8.",
        )
    line, byte = _undecodable(data)
    raise UnreadableInput(
        f"{path.name} 不是文本表格：既不是 UTF-8，也不是 GB18030（第 {line} 行字节 0x{byte:02X} "
        "无法解码）。请另存为 UTF-8 的 CSV。",
        f"{path.name} is no text table: neither UTF-8 nor GB18030 (line {line}, byte"
        f" 0x{byte:02X}). Save it as CSV in UTF-8.",
    )


def _undecodable(data: bytes) -> tuple[int, int]:
    """Line and value of the byte at which the encoding that gets further gives up."""
    at = 0
    for encoding in ("utf-8", "gb18030"):
        try:
            data.decode(encoding)
        except UnicodeDecodeError as error:
            at = max(at, error.start)
    return data.count(b"\n", 0, at) + 1, data[at]


def _csv(path: Path, text: str) -> TextTable:
    first = text.split("\n", 1)[0]
    separator = max(",\t;", key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    records: list[TextRow] = []
    started = 1
    try:
        for number, cells in enumerate(reader, start=1):
            records.append(TextRow(number, started, tuple(cells)))
            started = reader.line_num + 1
    except csv.Error as error:
        raise UnreadableInput(
            f"{path.name} 第 {started} 行起无法解析（{error}）：多为引号不成对。"
            "请改正该行后重新导入。",
            f"{path.name} cannot be parsed from line {started} on ({error}): mostly a quotation"
            " mark without its pair. Mend that line and import again.",
        ) from error
    return _table(path, records)


def _table(path: Path, records: list[TextRow], *remarks: tuple[str, str]) -> TextTable:
    filled = [record for record in records if any(cell.strip() for cell in record.cells)]
    if not filled:
        raise UnreadableInput(
            f"{path.name} 没有任何内容。应为带表头的数据表。",
            f"{path.name} holds nothing. Expected a table with a header.",
        )
    return TextTable(filled[0].cells, tuple(filled[1:]), remarks)


def _xlsx(path: Path, data: bytes) -> TextTable:
    grid = read_workbook(path, data)
    rows = []
    for number, *texts in grid.cells.iter_rows():
        # An error cell gives no value; what it shows is told to whoever has to mend it.
        unread = grid.unread.get(number, {})
        cells = tuple(text or unread.get(at, "") for at, text in enumerate(texts))
        rows.append(TextRow(number, number, cells, grid.formulas.get(number, frozenset())))
    return _table(path, rows, *((remark.zh, remark.en) for remark in grid.remarks))
