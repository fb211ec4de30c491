"""Reads a csv, xlsx, parquet or GeoJSON file into a :class:`Grid`, within declared limits.

What could harm is refused before it is unpacked: bombs of compression, of entities, of empty
cells; what is no file at all (a pipe, a device, a folder) is never waited for. What cannot be a
table is refused with the next step.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path

from liantu.errors import NotFound, UnreadableInput
from liantu.records.doors.columnar import read_columnar
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.objects import looks_like_objects, read_objects
from liantu.records.doors.rules import door_rules
from liantu.records.doors.separated import as_utf8, read_separated
from liantu.records.doors.workbook import read_sheets, read_workbook

_OLD_EXCEL = b"\xd0\xcf\x11\xe0"
_PACKED = {b"\x1f\x8b": "gzip", b"7z\xbc\xaf\x27\x1c": "7z", b"Rar!": "rar", b"BZh": "bzip2",
           b"\xfd7zXZ": "xz", b"\x28\xb5\x2f\xfd": "zstd"}  # fmt: skip
_SAMPLE = 1 << 16
_HEAD_ROWS = 60


def read_grid(path: Path, sheets: tuple[str, ...] = ()) -> Grid:
    """Read a file by its content; ``sheets`` are the names by which a sheet is preferred.

    Raises:
        NotFound: no such file.
        UnreadableInput: empty, binary, damaged, too large, no table.
    """
    data = read_bytes(path)
    check_kind(path, data)
    if data.startswith(b"PK\x03\x04"):
        grid = read_workbook(path, data, sheets)
    elif data.startswith(b"PAR1"):
        grid = read_columnar(path, data)
    else:
        data = as_utf8(path, data)
        grid = read_objects(path, data) if looks_like_objects(data) else read_separated(path, data)
    limit = door_rules().limits.rows
    if grid.cells.height > limit:
        raise UnreadableInput(
            f"{path.name} 超过 {limit} 行。请分批导入。",
            f"{path.name} has more than {limit} rows. Import it in parts.",
        )
    return grid


def read_heads(path: Path) -> list[tuple[str, Grid]]:
    """The first rows of a file, enough to tell what it holds: each sheet by name, in order.

    The name is empty for a file without sheets.

    Raises:
        NotFound, UnreadableInput: as :func:`read_grid`.
    """
    data = read_bytes(path)
    check_kind(path, data)
    if data.startswith(b"PK\x03\x04"):
        return read_sheets(path, data, _HEAD_ROWS)
    if data.startswith(b"PAR1"):
        return [("", read_columnar(path, data, _HEAD_ROWS))]
    data = as_utf8(path, data)
    if looks_like_objects(data):
        return [("", read_objects(path, data))]
    return [("", read_separated(path, _first_lines(data)))]


def _first_lines(data: bytes) -> bytes:
    """Whole lines from the start of a text, none of them cut within quotation marks."""
    if len(data) <= _SAMPLE:
        return data
    end = data.rfind(b"\n", 0, _SAMPLE) + 1
    while end > 0 and data.count(b'"', 0, end) % 2:
        end = data.rfind(b"\n", 0, end - 1) + 1
    return data[:end] if end > 0 else data


def check_kind(path: Path, data: bytes) -> None:
    """Old Excel files and archives are told what they are.

    Raises:
        UnreadableInput: the file is one of them.
    """
    if data.startswith(_OLD_EXCEL):
        raise UnreadableInput(
            f"{path.name} 是旧版 Excel（.xls）或加密文件。请另存为 .xlsx 或 UTF-8 的 CSV。",
            f"{path.name} is an old Excel file (.xls) or encrypted. Save it as .xlsx or as CSV"
            " in UTF-8.",
        )
    kind = next((kind for mark, kind in _PACKED.items() if data.startswith(mark)), "")
    if kind:
        raise UnreadableInput(
            f"{path.name} 是压缩文件（{kind}）。请解压后导入其中的数据表。",
            f"{path.name} is compressed ({kind}). Unpack it and import the table inside.",
        )


def read_bytes(path: Path) -> bytes:
    """Content of a file, or an error that says why there is none.

    The file is opened once and read once: what changes on disk meanwhile changes nothing here.
    """
    limit = door_rules().limits.largest_mb * 1024 * 1024
    try:
        # Without O_NONBLOCK a pipe that nobody writes to would be waited for without end.
        handle = os.open(
            path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        )
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise OSError(0, "not a regular file")
            data = file.read(limit + 1)
    except FileNotFoundError as error:
        raise NotFound(
            f"文件不存在：{path.name}。请检查路径。",
            f"File {path.name} does not exist. Check the path.",
        ) from error
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise UnreadableInput(
            f"无法读取 {path.name}：{why}。请检查权限，并确认它是文件。",
            f"{path.name} cannot be read: {why}. Check that it is a file you may read.",
        ) from error
    if len(data) > limit:
        shown = limit // 1024 // 1024
        raise UnreadableInput(
            f"{path.name} 超过 {shown} MB。请分批导入。",
            f"{path.name} is larger than {shown} MB. Import it in parts.",
        )
    if not data[:_SAMPLE].strip() and not data.strip():
        raise UnreadableInput(
            f"{path.name} 是空文件。应为带表头的数据表。请检查导出是否成功。",
            f"{path.name} is empty. Expected a table with a header. Check the export.",
        )
    return data


__all__ = ["ROW", "check_kind", "read_bytes", "read_grid"]
