"""A parquet file as a :class:`Grid` that brings its own names and types."""

from __future__ import annotations

import io
import tempfile
from pathlib import Path

import duckdb
import polars as pl

from liantu.errors import UnreadableInput
from liantu.records.doors.grid import Grid, check_size, first_line, numbered
from liantu.records.doors.rules import door_rules

_DAMAGED = (pl.exceptions.PolarsError, pl.exceptions.PanicException, duckdb.Error, OSError,
            ValueError, OverflowError)  # fmt: skip
_UNKNOWN = (pl.Binary, pl.Object, pl.Duration, pl.Unknown)


def read_columnar(path: Path, data: bytes, most: int | None = None) -> Grid:
    """Read a parquet file, or its first ``most`` rows.

    Raises:
        UnreadableInput: damaged, too large, or with columns that hold no single values.
    """
    try:
        rows, unpacked = _measured(data)
        schema = pl.read_parquet_schema(io.BytesIO(data))
        check_size(path, rows, len(schema))
        limit = door_rules().limits.largest_mb
        if unpacked > limit * 1024 * 1024:
            raise UnreadableInput(
                f"{path.name} 解压后超过 {limit} MB。请分批导入，或检查文件来源。",
                f"{path.name} unpacks to more than {limit} MB. Import it in parts, or check where"
                " it comes from.",
            )
        _check_types(path, schema)
        frame = pl.read_parquet(io.BytesIO(data), n_rows=most, memory_map=False)
        metadata = pl.read_parquet_metadata(io.BytesIO(data))
    except _DAMAGED as error:
        raise UnreadableInput(
            f"{path.name} 不是可读的 parquet 文件（{first_line(error)}）。请重新导出。",
            f"{path.name} is no readable parquet file ({first_line(error)}). Export it again.",
        ) from error
    said = tuple(f"{key} {value}" for key, value in metadata.items() if key != "ARROW:schema")
    return Grid(numbered(frame), names=tuple(frame.columns), said=said)


def _measured(data: bytes) -> tuple[int, int]:
    """Rows, and bytes once unpacked, as the file declares them; only DuckDB tells the latter."""
    with tempfile.TemporaryDirectory() as folder:
        copy = Path(folder) / "file.parquet"
        copy.write_bytes(data)
        with duckdb.connect(config={"threads": 1}) as connection:
            found = connection.execute(
                "SELECT coalesce(sum(total_uncompressed_size), 0) FROM parquet_metadata(?)",
                [str(copy)],
            ).fetchone()
            counted = connection.execute(
                "SELECT coalesce(sum(num_rows), 0) FROM parquet_file_metadata(?)", [str(copy)]
            ).fetchone()
    return int(counted[0]) if counted else 0, int(found[0]) if found else 0


def _check_types(path: Path, schema: dict[str, pl.DataType]) -> None:
    wrong = [
        name for name, kind in schema.items() if kind.is_nested() or isinstance(kind, _UNKNOWN)
    ]
    if wrong:
        raise UnreadableInput(
            f"{path.name} 的列 {'、'.join(wrong[:5])} 是嵌套结构或二进制内容。应为单个值。"
            "请展开或删去后重新导出。",
            f"Columns {', '.join(wrong[:5])} of {path.name} hold nested or binary values."
            " Expected single values. Flatten or drop them and export again.",
        )
