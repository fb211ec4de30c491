"""Staging: a frame becomes one Parquet file that is whole, on disk, and not yet visible.

The file is written under a temporary name, brought to disk and renamed. Only
:func:`liantu.records.lake.publishing.publish` makes it part of the records.
"""

from __future__ import annotations

import hashlib
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from liantu.errors import InvalidRecords, UsageError
from liantu.records.lake.folder import lake_folder, sync_folder, unwritable
from liantu.records.tables.declared import Table

WITHDRAWN = "_withdrawn"
"""Boolean column of a file: this row says that its key has no record any more."""
_ROW_GROUP = 131_072
_LEVEL = 1
"""Zstandard's fastest level: a tenth larger than the default and three times as fast."""
_READ = 1 << 20

Columns = dict[str, list[str]]


@dataclass(frozen=True)
class Staged:
    """A file of the lake that nobody sees yet."""

    table: str
    folder: Path
    name: str
    sha256: str
    size: int
    rows: int
    withdrawn: int
    periods: tuple[str, ...]
    columns: Columns

    @property
    def path(self) -> Path:
        return self.folder / self.name

    def discard(self) -> None:
        """Remove the file; for whoever staged it and did not publish it."""
        self.path.unlink(missing_ok=True)


def declared_columns(table: Table) -> Columns:
    """What a file keeps of the declaration it was written under: name → [type, unit]."""
    return {c.name: [str(c.dtype), c.unit if c.numeric else ""] for c in table.columns}


def stage(table: Table, frame: pl.DataFrame, folder: Path | None = None) -> Staged:
    """Write the rows of one table as a file that is not visible yet.

    Args:
        table: a declared series, or the table of published figures.
        frame: rows in stored units, one a key; declared columns it lacks are null. A column
            ``_withdrawn`` marks rows that take back what their key had.
        folder: the lake's folder.

    Raises:
        UsageError: the table is a register, or the frame has columns it does not declare.
        InvalidRecords: empty or doubled keys, or values of another type.
        StorageFailed: the disk is full or cannot be written; nothing is left behind.
    """
    folder = folder or lake_folder()
    if table.kind == "register":
        raise UsageError(
            f"表“{table.zh}”是登记表，不存入数据目录。请用登记表的导入。",
            f"Table {table.id} is a register and is not kept in the lake. Import it as one.",
        )
    ordered = _ordered(table, frame)
    name = f"{table.id}/{uuid.uuid4().hex}.parquet"
    path = folder / name
    size, sha256 = _write(ordered, path)
    withdrawn = int(ordered[WITHDRAWN].sum()) if WITHDRAWN in ordered.columns else 0
    periods = ordered[table.period].unique().sort().to_list() if table.period else []
    columns = declared_columns(table)
    return Staged(
        table.id, folder, name, sha256, size, ordered.height, withdrawn, tuple(periods), columns
    )


def conform(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with exactly the declared columns and types (and ``_withdrawn`` if it has it).

    Raises:
        UsageError: columns that are not declared.
        InvalidRecords: values of another type.
    """
    kept = [WITHDRAWN] if WITHDRAWN in frame.columns else []
    unknown = [name for name in frame.columns if name not in {*table.by_name, *kept}]
    if unknown:
        raise UsageError(
            f"表“{table.zh}”没有列 {'、'.join(unknown)}。请对照 catalog/tables/{table.id}.yaml。",
            f"Table {table.id} has no columns {', '.join(unknown)}. See"
            f" catalog/tables/{table.id}.yaml.",
        )
    try:
        return frame.select(
            *(
                pl.col(name).cast(dtype)
                if name in frame.columns
                else pl.lit(None, dtype).alias(name)
                for name, dtype in table.dtypes.items()
            ),
            *(pl.col(name).fill_null(False) for name in kept),
        )
    except pl.exceptions.PolarsError as error:
        raise InvalidRecords(
            f"表“{table.zh}”的数据类型与声明不符：{error}。请先检查文件。",
            f"Values of table {table.id} are not of the declared types: {error}. Check the file.",
        ) from error


def _ordered(table: Table, frame: pl.DataFrame) -> pl.DataFrame:
    """Rows of a period together, so that a reader of one period skips the rest; figures, which
    have none that sorts, stay in their order."""
    shaped = conform(table, frame)
    key = list(table.key)
    empty = shaped.filter(pl.any_horizontal(pl.col(key).is_null())).height
    doubled = _doubled(shaped.select(key))
    if empty or doubled:
        raise InvalidRecords(
            f"表“{table.zh}”有 {empty} 行缺少主键、{doubled} 行主键重复（{'、'.join(key)}）。"
            "请先检查文件。",
            f"Table {table.id}: {empty} rows without a key, {doubled} with a key seen before"
            f" ({', '.join(key)}). Check the file first.",
        )
    period = table.period
    if period is None or shaped[period].is_sorted():
        return shaped
    ranks = pl.DataFrame({period: shaped[period].unique().sort()}).with_row_index("_rank")
    order = shaped.select(period).join(ranks, on=period, how="left", maintain_order="left")
    return shaped[order["_rank"].arg_sort()]


def _doubled(keys: pl.DataFrame) -> int:
    """Rows whose key stands in another row too; hashes first, since they are mostly enough."""
    if keys.select(pl.struct(pl.all()).hash().n_unique()).item() == keys.height:
        return 0
    return keys.height - keys.unique().height


def _write(frame: pl.DataFrame, path: Path) -> tuple[int, str]:
    """Write, bring to disk, rename; size and hash of what is on disk."""
    temporary = path.with_name(f".{path.stem}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        frame.write_parquet(
            temporary, compression_level=_LEVEL, row_group_size=_ROW_GROUP, statistics=True
        )
        with temporary.open("rb") as file:
            os.fsync(file.fileno())
        size, sha256 = temporary.stat().st_size, hash_file(temporary)
        temporary.rename(path)
        sync_folder(path.parent)
        sync_folder(path.parent.parent)
    except (OSError, pl.exceptions.PolarsError) as error:
        temporary.unlink(missing_ok=True)
        path.unlink(missing_ok=True)
        raise unwritable(path, error) from error
    return size, sha256


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            digest.update(chunk)
    return digest.hexdigest()
