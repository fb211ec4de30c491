"""A CSV or xlsx file as rows of text, with the row and line each came from.

What a spreadsheet may have done to a file is undone or refused here: encodings, separators,
formula cells. What the cells mean is none of this module's business.
"""

from __future__ import annotations

import csv
import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import fastexcel

from liantu.errors import NotFound, UnreadableInput

LARGEST = 256 * 1024 * 1024
"""Bytes read, unpacked: far above any real file, far below what would exhaust a machine."""
MOST_CELLS = 10_000_000
"""Cells a sheet may span: a reader makes room for all of them, up to the last one filled."""
_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_CELL = re.compile(r"<(?:\w+:)?c\b[^>]*?\br=[\"']([A-Za-z]{1,9})(\d{1,12})[\"'][^>]*?(/?)>")
_DAMAGED = (zipfile.BadZipFile, zlib.error, fastexcel.FastExcelError, KeyError, ValueError,
            RuntimeError, EOFError, OSError)  # fmt: skip
"""What a damaged or encrypted workbook makes the readers raise."""


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
    """Read the first sheet of an xlsx file or a CSV file in UTF-8, UTF-16 or GB18030.

    Raises:
        NotFound: no such file.
        UnreadableInput: empty, not text, broken quoting, not a table, too large.
    """
    data = _bytes(path)
    if data.startswith(b"PK\x03\x04"):
        return _xlsx(path, data)
    if data.startswith(_OLD_EXCEL):
        raise UnreadableInput(
            f"{path.name} 是旧版 Excel（.xls）或加密文件。请另存为 .xlsx 或 UTF-8 的 CSV。",
            f"{path.name} is an old Excel file (.xls) or encrypted. Save it as .xlsx or as CSV"
            " in UTF-8.",
        )
    return _csv(path, _decoded(path, data))


def _bytes(path: Path) -> bytes:
    try:
        size = path.stat().st_size
        if size > LARGEST:
            raise _too_large(path)
        data = path.read_bytes()
    except FileNotFoundError as error:
        raise NotFound(
            f"文件不存在：{path.name}。请检查路径。",
            f"File {path.name} does not exist. Check the path.",
        ) from error
    except OSError as error:
        raise UnreadableInput(
            f"无法读取 {path.name}：{error.strerror}。请检查权限，并确认它是文件。",
            f"{path.name} cannot be read: {error.strerror}. Check that it is a file you may read.",
        ) from error
    if not data.strip():
        raise UnreadableInput(
            f"{path.name} 是空文件。应为带表头的数据表。请检查导出是否成功。",
            f"{path.name} is empty. Expected a table with a header. Check the export.",
        )
    return data


def _too_large(path: Path) -> UnreadableInput:
    limit = LARGEST // 1024 // 1024
    return UnreadableInput(
        f"{path.name}（或解压后）超过 {limit} MB。请分批导入。",
        f"{path.name} is larger than {limit} MB, as it is or unpacked. Import it in parts.",
    )


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
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(path, archive)
            sheet_xml = _first_sheet(archive)
        _check_span(path, sheet_xml)
        formulas = _formulas(sheet_xml)
        book = fastexcel.read_excel(data)
        sheet = book.load_sheet(0, header_row=None, skip_rows=0, dtypes="string")
        columns = [
            ["" if cell is None else cell for cell in column] for column in sheet.to_polars()
        ]
    except _DAMAGED as error:
        why = (str(error) or type(error).__name__).splitlines()[0][:120]
        raise UnreadableInput(
            f"{path.name} 不是可读的 xlsx 文件（{why}）：已损坏或已加密。"
            "请用电子表格软件重新保存，不设口令。",
            f"{path.name} is no readable xlsx file ({why}): damaged or encrypted. Save it again"
            " in a spreadsheet, without a password.",
        ) from error
    rows = [
        TextRow(number, number, cells, formulas.get(number, frozenset()))
        for number, cells in enumerate(zip(*columns, strict=True), start=1)
    ]
    remarks = []
    if len(book.sheet_names) > 1:
        others = "、".join(book.sheet_names[1:])
        remarks.append(
            (
                f"只读取第一个工作表“{book.sheet_names[0]}”，其余（{others}）未读。",
                f"Only the first sheet {book.sheet_names[0]!r} was read, not {others}.",
            )
        )
    return _table(path, rows, *remarks)


def _check_parts(path: Path, archive: zipfile.ZipFile) -> None:
    """Unpack every part once, counting: the sizes an archive declares may be false."""
    unpacked = 0
    for item in archive.infolist():
        with archive.open(item) as part:
            while chunk := part.read(1 << 20):
                unpacked += len(chunk)
                if unpacked > LARGEST:
                    raise _too_large(path)


def _first_sheet(archive: zipfile.ZipFile) -> str:
    book = archive.read("xl/workbook.xml").decode("utf-8", "replace")
    relations = archive.read("xl/_rels/workbook.xml.rels").decode("utf-8", "replace")
    first = re.search(r"<(?:\w+:)?sheet\b[^>]*\br:id=\"([^\"]+)\"", book)
    targets = {
        found["id"]: found["target"]
        for relation in re.findall(r"<(?:\w+:)?Relationship\b[^>]*>", relations)
        if (found := _attributes(relation))
    }
    target = targets.get(first[1] if first else "", "worksheets/sheet1.xml")
    name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    return archive.read(name).decode("utf-8", "replace")


def _check_span(path: Path, sheet: str) -> None:
    """One filled cell far out makes a reader take room for all before it: refused."""
    last, width = 0, 0
    for column, row, empty in _CELL.findall(sheet):
        if not empty:
            last, width = max(last, int(row)), max(width, _column(column.upper()) + 1)
    if last * width > MOST_CELLS:
        raise UnreadableInput(
            f"{path.name} 的工作表延伸到第 {last} 行、第 {width} 列，超过 {MOST_CELLS:,} 个单元格。"
            "请删去表格之外的内容后重新导入。",
            f"The sheet of {path.name} reaches to row {last} and column {width}, more than"
            f" {MOST_CELLS:,} cells. Delete what lies outside the table and import again.",
        )


def _formulas(sheet: str) -> dict[int, frozenset[int]]:
    """Cells that hold a formula: row → columns (0-based)."""
    result: dict[int, set[int]] = {}
    for cell in re.finditer(r"<c\b[^>]*\br=\"([A-Z]+)(\d+)\"[^>/]*>\s*<f\b", sheet):
        result.setdefault(int(cell[2]), set()).add(_column(cell[1]))
    return {row: frozenset(columns) for row, columns in result.items()}


def _attributes(tag: str) -> dict[str, str]:
    identifier = re.search(r"\bId=\"([^\"]+)\"", tag)
    target = re.search(r"\bTarget=\"([^\"]+)\"", tag)
    if not identifier or not target:
        return {}
    return {"id": identifier[1], "target": target[1]}


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
