"""Text with separators as a :class:`Grid`: encodings, separators, rows with cells too many."""

from __future__ import annotations

import codecs
import csv
import io
from pathlib import Path

import polars as pl

from liantu.errors import UnreadableInput
from liantu.records.doors.grid import Grid, check_size, first_line, numbered
from liantu.records.doors.rules import door_rules

_SAMPLE = 1 << 16
_CHUNK = 400_000
"""Cells read row by row at a time."""


def read_separated(path: Path, data: bytes) -> Grid:
    """Read text with separators.

    Args:
        data: the content in UTF-8, see :func:`as_utf8`.

    Raises:
        UnreadableInput: quotation marks without their pair, too wide, too long, no table.
    """
    sample = data[:_SAMPLE].decode("utf-8", "ignore")
    if "\n" not in sample and "\r" in sample:
        data = data.replace(b"\r", b"\n")
        sample = sample.replace("\r", "\n")
    separator = _separator(sample)
    if data.count(b'"') % 2:
        raise _broken_quotes(path, data, separator)
    width = _width(path, sample, separator)
    check_size(path, data.count(b"\n"), width)
    schema = {str(at): pl.String() for at in range(width)}
    # The reader takes the width from the first line, which may be a title, or end in separators.
    other = _cells_of_first_line(sample, separator) != width
    source = separator.join(schema).encode() + b"\n" + data if other else data
    try:
        frame = pl.read_csv(source, has_header=other, schema=schema, separator=separator)
    except pl.exceptions.ComputeError:
        return _ragged(path, data, separator, width)
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        raise _no_table(path, first_line(error)) from error
    return Grid(numbered(frame), separated=True, cut_off=_cut_off(data, frame, separator))


def _cells_of_first_line(sample: str, separator: str) -> int:
    """A separator inside quotation marks, as in a title, begins no cell."""
    line = sample.split("\n", 1)[0]
    return len(next(csv.reader([line], delimiter=separator), []))


def as_utf8(path: Path, data: bytes) -> bytes:
    """The text as UTF-8 without a mark in front, whatever it was written in.

    Raises:
        UnreadableInput: neither UTF-8 nor UTF-16 nor GB18030, or damaged.
    """
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
    return widest


def _ragged(path: Path, data: bytes, separator: str, width: int) -> Grid:
    """Row by row, for a file some rows of which have more cells than the header."""
    parts: list[pl.DataFrame] = []
    chunk: list[list[str | None]] = []
    shifted: set[int] = set()
    schema = {str(at): pl.String() for at in range(width)}
    csv.field_size_limit(1 << 24)
    reader = csv.reader(io.TextIOWrapper(io.BytesIO(data), "utf-8", newline=""),
                        delimiter=separator, strict=True)  # fmt: skip
    try:
        for number, cells in enumerate(reader, start=1):
            if any(cell.strip() for cell in cells[width:]):
                shifted.add(number)
            chunk.append([*cells[:width], *([None] * (width - len(cells)))])
            if len(chunk) * width >= _CHUNK:
                parts.append(pl.DataFrame(chunk, schema=schema, orient="row"))
                chunk = []
    except csv.Error as error:
        raise _broken_quotes(path, data, separator) from error
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
        f"{path.name} 第 {line} 行起无法解析：引号不成对或位置不对，文件可能被截断。"
        "请改正后重新导入。",
        f"{path.name} cannot be parsed from line {line} on: a quotation mark without its pair or"
        " out of place; the file may be cut off. Mend it and import again.",
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
