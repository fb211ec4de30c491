"""Reads a csv, xlsx or parquet file into a :class:`Grid`, within declared limits.

What could harm is refused before it is unpacked: bombs of compression, of entities, of empty
cells. What cannot be a table is refused with the next step.
"""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import polars as pl

from liantu.errors import NotFound, UnreadableInput
from liantu.records.doors.grid import ROW, Grid, numbered
from liantu.records.doors.rules import door_rules
from liantu.records.doors.workbook import read_sheets, read_workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_SAMPLE = 1 << 16
_HEAD_ROWS = 60


def read_grid(path: Path, sheets: tuple[str, ...] = ()) -> Grid:
    """Read a file by its content; ``sheets`` are the names by which a sheet is preferred.

    Raises:
        NotFound: no such file.
        UnreadableInput: empty, binary, damaged, too large, no table.
    """
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        grid = read_workbook(path, data, sheets)
    elif data.startswith(b"PAR1"):
        grid = _parquet(path)
    elif data.startswith(_OLD_EXCEL):
        raise UnreadableInput(
            f"{path.name} 是旧版 Excel（.xls）或加密文件。请另存为 .xlsx 或 UTF-8 的 CSV。",
            f"{path.name} is an old Excel file (.xls) or encrypted. Save it as .xlsx or as CSV"
            " in UTF-8.",
        )
    else:
        grid = _text(path, data)
    limit = door_rules().limits.rows
    if grid.cells.height > limit:
        raise UnreadableInput(
            f"{path.name} 有 {grid.cells.height} 行，超过 {limit} 行。请分批导入。",
            f"{path.name} has {grid.cells.height} rows, more than {limit}. Import it in parts.",
        )
    return grid


def read_heads(path: Path) -> list[tuple[str, Grid]]:
    """The first rows of a file, enough to tell what it holds: each sheet by name, in order.

    The name is empty for a file without sheets.

    Raises:
        NotFound, UnreadableInput: as :func:`read_grid`.
    """
    data = read_bytes(path)
    if data.startswith(b"PK\x03\x04"):
        return read_sheets(path, data, _HEAD_ROWS)
    if data.startswith(b"PAR1"):
        return [("", _parquet(path, _HEAD_ROWS))]
    if data.startswith(_OLD_EXCEL) or data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return [("", read_grid(path))]
    return [("", _text(path, _first_lines(data)))]


def _first_lines(data: bytes) -> bytes:
    """Whole lines from the start of a text, none of them cut within quotation marks."""
    if len(data) <= _SAMPLE:
        return data
    end = data.rfind(b"\n", 0, _SAMPLE) + 1
    while end > 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return data[:end] if end > 0 else data


def read_bytes(path: Path) -> bytes:
    """Content of a file, or an error that says why there is none."""
    limit = door_rules().limits.largest_mb
    try:
        if path.stat().st_size > limit * 1024 * 1024:
            raise UnreadableInput(
                f"{path.name} 超过 {limit} MB。请分批导入。",
                f"{path.name} is larger than {limit} MB. Import it in parts.",
            )
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
    if not data[:_SAMPLE].strip() and not data.strip():
        raise UnreadableInput(
            f"{path.name} 是空文件。应为带表头的数据表。请检查导出是否成功。",
            f"{path.name} is empty. Expected a table with a header. Check the export.",
        )
    return data


# Parquet ------------------------------------------------------------------------------------


def _parquet(path: Path, most: int | None = None) -> Grid:
    limits = door_rules().limits
    try:
        schema = pl.read_parquet_schema(path)
        if len(schema) > limits.columns:
            raise _too_wide(path, len(schema))
        rows = pl.scan_parquet(path).select(pl.len()).collect().item()
        if rows > limits.rows:
            raise UnreadableInput(
                f"{path.name} 有 {rows} 行，超过 {limits.rows} 行。请分批导入。",
                f"{path.name} has {rows} rows, more than {limits.rows}. Import it in parts.",
            )
        frame = pl.read_parquet(path, n_rows=most)
        metadata = pl.read_parquet_metadata(path)
    except (pl.exceptions.PolarsError, OSError, pl.exceptions.PanicException) as error:
        raise UnreadableInput(
            f"{path.name} 不是可读的 parquet 文件（{_first(error)}）。请重新导出。",
            f"{path.name} is no readable parquet file ({_first(error)}). Export it again.",
        ) from error
    nested = [name for name, kind in schema.items() if kind.is_nested()]
    if nested:
        raise UnreadableInput(
            f"{path.name} 的列 {'、'.join(nested[:5])} 是嵌套结构。应为单个值。请展开后重新导出。",
            f"Columns {', '.join(nested[:5])} of {path.name} hold nested values. Expected single"
            " values. Flatten them and export again.",
        )
    said = tuple(f"{key} {value}" for key, value in metadata.items() if key != "ARROW:schema")
    return Grid(numbered(frame), names=tuple(frame.columns), said=said)


# Text ---------------------------------------------------------------------------------------


def _text(path: Path, data: bytes) -> Grid:
    data = _utf8(path, data)
    sample = data[:_SAMPLE].decode("utf-8", "ignore")
    if "\n" not in sample and "\r" in sample:
        data = data.replace(b"\r", b"\n")
        sample = sample.replace("\r", "\n")
    separator = _separator(sample)
    if data.count(b'"') % 2:
        raise _broken_quotes(path, data, separator)
    width = _width(path, sample, separator)
    schema = {str(at): pl.String() for at in range(width)}
    # The reader takes the width from the first line, which may be a title.
    narrow = _cells_of_first_line(sample, separator) < width
    source = separator.join(schema).encode() + b"\n" + data if narrow else data
    try:
        frame = pl.read_csv(source, has_header=narrow, schema=schema, separator=separator)
    except pl.exceptions.ComputeError as error:
        if "invalid utf-8" in str(error):
            raise _no_text(path) from error
        return _ragged(path, data, separator, width)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _no_table(path, _first(error)) from error
    return Grid(numbered(frame), separated=True, cut_off=_cut_off(data, frame, separator))


def _cells_of_first_line(sample: str, separator: str) -> int:
    """A separator inside quotation marks, as in a title, begins no cell."""
    line = sample.split("\n", 1)[0]
    return len(next(csv.reader([line], delimiter=separator), []))


def _utf8(path: Path, data: bytes) -> bytes:
    """The text as UTF-8, whatever it was written in."""
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        try:
            return data.decode("utf-16").encode()
        except UnicodeDecodeError as error:
            raise _no_text(path) from error
    if b"\x00" in data:
        raise _no_text(path)
    data = data.removeprefix(codecs.BOM_UTF8)
    for start in range(0, len(data), 1 << 24):
        # In slices, because the decoded whole would take several times the memory of the file.
        slice_ = data[max(start - 3, 0) : start + (1 << 24)]
        if not _is_utf8(slice_, first=start == 0, last=start + (1 << 24) >= len(data)):
            break
    else:
        return data
    try:
        return data.decode("gb18030").encode()
    except UnicodeDecodeError as error:
        raise _no_text(path) from error


def _is_utf8(data: bytes, *, first: bool, last: bool) -> bool:
    """Is the slice UTF-8, up to characters cut at its edges?"""
    if not first:
        data = data[next((n for n in range(4) if data[n : n + 1] and data[n] & 0xC0 != 0x80), 0) :]
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data, final=last)
    except UnicodeDecodeError:
        return False
    return True


def _separator(sample: str) -> str:
    lines = sample.split("\n")[:50]
    return max(",\t;|", key=lambda mark: sum(line.count(mark) for line in lines))


def _width(path: Path, sample: str, separator: str) -> int:
    """Cells of the widest of the first rows, which hold the header."""
    lines = sample if len(sample) < _SAMPLE // 4 else sample.rsplit("\n", 1)[0]
    depth = door_rules().limits.header_depth
    widest = 1
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(lines), delimiter=separator)):
            if number >= depth:
                break
            filled = [at for at, cell in enumerate(cells, start=1) if cell.strip()]
            widest = max(widest, filled[-1] if filled else 0)
    except csv.Error as error:
        raise _no_table(path, str(error)) from error
    if widest > door_rules().limits.columns:
        raise _too_wide(path, widest)
    return widest


def _ragged(path: Path, data: bytes, separator: str, width: int) -> Grid:
    """Row by row, for a file some rows of which have more cells than the header."""
    parts: list[pl.DataFrame] = []
    chunk: list[list[str | None]] = []
    shifted: set[int] = set()
    schema = {str(at): pl.String() for at in range(width)}
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""),
                        delimiter=separator)  # fmt: skip
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells[width:]):
                shifted.add(number)
            chunk.append([*cells[:width], *([None] * (width - len(cells)))])
            if len(chunk) >= 50_000:
                parts.append(pl.DataFrame(chunk, schema=schema, orient="row"))
                chunk = []
    except csv.Error as error:
        raise _no_table(path, str(error)) from error
    parts.append(pl.DataFrame(chunk, schema=schema, orient="row"))
    return Grid(numbered(pl.concat(parts)), separated=True, shifted=frozenset(shifted))


def _cut_off(data: bytes, frame: pl.DataFrame, separator: str) -> int | None:
    """The last row, where the file ends in the middle of it."""
    if data.endswith((b"\n", b"\r")) or frame.height < 2:
        return None
    last = data[max(data.rfind(b"\n"), 0) :].decode("utf-8", "ignore")
    before = data[: data.rfind(b"\n")].rstrip(b"\r\n")
    line_before = before[before.rfind(b"\n") + 1 :].decode("utf-8", "ignore")
    if '"' in last or '"' in line_before:
        return None
    return frame.height if last.count(separator) < line_before.count(separator) else None


def _too_wide(path: Path, found: int) -> UnreadableInput:
    limit = door_rules().limits.columns
    return UnreadableInput(
        f"{path.name} 有 {found} 列，超过 {limit} 列。请只保留需要的列，或检查是否行列颠倒。",
        f"{path.name} has {found} columns, more than {limit}. Keep those that are needed, or"
        " check whether rows and columns are swapped.",
    )


def _broken_quotes(path: Path, data: bytes, separator: str) -> UnreadableInput:
    """Names the line at which the quotation mark without a pair stands."""
    line = 1
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""),
                        delimiter=separator, strict=True)  # fmt: skip
    try:
        for _ in reader:
            line = reader.line_num + 1
    except csv.Error:
        pass  # the line reached is the answer
    return UnreadableInput(
        f"{path.name} 第 {line} 行起无法解析：引号不成对，文件可能被截断。请改正后重新导入。",
        f"{path.name} cannot be parsed from line {line} on: a quotation mark without its pair;"
        " the file may be cut off. Mend it and import again.",
    )


def _no_text(path: Path) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 不是数据表：既不是 xlsx、parquet，也不是 UTF-8、UTF-16 或 GB18030 的文本。"
        "请另存为 xlsx 或 UTF-8 的 CSV。",
        f"{path.name} is no table: neither xlsx nor parquet nor text in UTF-8, UTF-16 or GB18030."
        " Save it as xlsx or as CSV in UTF-8.",
    )


def _no_table(path: Path, reason: str) -> UnreadableInput:
    return UnreadableInput(
        f"{path.name} 无法按表格解析（{reason}）。请用电子表格软件重新保存。",
        f"{path.name} cannot be parsed as a table ({reason}). Save it again in a spreadsheet.",
    )


def _first(error: BaseException) -> str:
    return str(error).split("\n", 1)[0][:120]


__all__ = ["ROW", "read_bytes", "read_grid"]
