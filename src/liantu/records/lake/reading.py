"""Reading a series: the latest row of every key, as of a vintage.

Every row is complete (:mod:`liantu.records.lake.merging` fills in what a file leaves unsaid
before it is stored), so the latest row of a key is its state. A file is read without the keys
of newer files that share a period with it; filters and column choices therefore reach down to
every file, and reading the past costs what reading the present does.

Published figures replace nothing: their state is all of them, in the order of acceptance.

A null is never alone: :func:`absences` says for each whether the column was not yet asked for
when the row came in, or was asked for and not reported.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path

import polars as pl

from liantu.errors import InvalidDeclaration, StorageFailed
from liantu.records import access
from liantu.records.lake.folder import lake_folder
from liantu.records.lake.overlap import Layer, layers, runs
from liantu.records.lake.publishing import visible
from liantu.records.lake.staging import WITHDRAWN
from liantu.records.models import LakeFile
from liantu.records.moments import moment_of
from liantu.records.tables.declared import Column, Table, figures_table, load_tables, table

_NUMBER = {"Int64", "Float64"}


class Absence(StrEnum):
    """Why there is no value; the four kinds are never mixed."""

    NOT_DUE = "not_due"
    """Nobody had been asked for it: the column was declared after the row came in."""
    NOT_REPORTED = "not_reported"
    SUPPRESSED = "suppressed"
    NOT_APPLICABLE = "not_applicable"


def read(table_id: str | Table, vintage: str | None = None) -> pl.LazyFrame:
    """The state of a series: one row a key, the latest accepted by the vintage.

    Args:
        table_id: a declared series, or ``observations``.
        vintage: id of a batch, or an ISO date or time; the latest by default.
    Returns:
        declared columns in declared types and units; rows in no particular order.

    Raises:
        NotFound, UsageError: no such table or vintage.
        StorageFailed: a file that the ledger knows is missing.
    """
    declared = _table(table_id)
    return read_until(declared, moment_of(vintage))


def read_until(declared: Table, until: datetime | None, folder: Path | None = None) -> pl.LazyFrame:
    """As :func:`read`, by moment."""
    folder = folder or lake_folder()
    files = visible(declared.id, until)
    covered = {layer.file.pk: layer for layer in layers(files)}
    parts = []
    for run in runs(files):
        if len(run) > 1:
            parts.append(_run(declared, run, covered, folder))
        else:
            rows = _layer(declared, covered[run[0].pk], folder)
            parts.append(rows.select(*_cells(declared, run[0])))
    if not parts:
        return pl.LazyFrame(schema=declared.dtypes)
    return _limited(declared, pl.concat(parts, how="vertical"))


def _limited(declared: Table, rows: pl.LazyFrame) -> pl.LazyFrame:
    """Rows that whoever acts may see; by columns of the key, which every reading has."""
    bound = access.limit(declared)
    return rows if bound is None else rows.filter(bound.expression())


def _run(
    declared: Table, run: tuple[LakeFile, ...], covered: dict[int, Layer], folder: Path
) -> pl.LazyFrame:
    """Rows of neighbouring small files, the latest of every key that no newer file replaces."""
    scans = [
        _scan(file, folder).select(
            *_cells(declared, file),
            (pl.col(WITHDRAWN) if file.withdrawn else pl.lit(False)).alias(WITHDRAWN),
        )
        for file in run
    ]
    key, period = list(declared.key), str(declared.period)
    rows = pl.concat(scans, how="vertical").unique(key, keep="last")
    own = {file.pk for file in run}
    newer = {
        cover.pk: cover for file in run for cover in covered[file.pk].covers if cover.pk not in own
    }
    if newer:
        shared = sorted({each for file in run for each in covered[file.pk].shared})
        keys = [
            _scan(cover, folder).select(key).filter(pl.col(period).is_in(shared))
            for cover in newer.values()
        ]
        rows = rows.join(pl.concat(keys), on=key, how="anti")
    return rows.filter(~pl.col(WITHDRAWN)).drop(WITHDRAWN)


def absences(table_id: str | Table, vintage: str | None = None) -> pl.LazyFrame:
    """Why values are missing: the key, and in every other column the kind of absence.

    A value that is there has no kind (null).
    """
    declared = _table(table_id)
    folder = lake_folder()
    parts = []
    for layer in layers(visible(declared.id, moment_of(vintage))):
        cells = [
            pl.col(name) if name in declared.key else _kind(name, layer.file)
            for name in declared.by_name
        ]
        parts.append(_layer(declared, layer, folder).select(*cells))
    if not parts:
        return pl.LazyFrame(schema={name: pl.String() for name in declared.by_name})
    return _limited(declared, pl.concat(parts, how="vertical"))


def history(table_id: str | Table, vintage: str | None = None) -> pl.LazyFrame:
    """Every row ever accepted by the vintage, with ``batch``, ``accepted_at``, ``withdrawn``."""
    declared = _table(table_id)
    folder = lake_folder()
    parts = []
    for file in visible(declared.id, moment_of(vintage)):
        gone = pl.col(WITHDRAWN) if file.withdrawn else pl.lit(False)
        parts.append(
            _scan(file, folder).select(
                *_cells(declared, file),
                batch=pl.lit(file.batch_id, pl.Int64()),
                accepted_at=pl.lit(file.batch.accepted_at, pl.Datetime("us", "UTC")),
                withdrawn=gone,
            )
        )
    if parts:
        return _limited(declared, pl.concat(parts, how="vertical"))
    more = {
        "batch": pl.Int64(),
        "accepted_at": pl.Datetime("us", "UTC"),
        "withdrawn": pl.Boolean(),
    }
    return pl.LazyFrame(schema={**declared.dtypes, **more})


def _table(table_id: str | Table) -> Table:
    if isinstance(table_id, Table):
        return table_id
    return figures_table() if table_id == figures_table().id else table(table_id)


def kept() -> list[Table]:
    """Tables that the lake holds: the declared series, and published figures."""
    series = [declared for declared in load_tables().values() if declared.kind == "series"]
    return [*series, figures_table()]


def _scan(file: LakeFile, folder: Path) -> pl.LazyFrame:
    path = folder / file.name
    if not path.is_file():
        raise StorageFailed(
            f"数据文件 {file.name} 不在 {folder} 中（批次 {file.batch_id}）。"
            "请用 liantu data check 查看，并从备份恢复该文件。",
            f"File {file.name} of batch {file.batch_id} is missing in {folder}. See liantu data"
            " check, and restore the file from a backup.",
        )
    return pl.scan_parquet(path, glob=False)


def _layer(declared: Table, layer: Layer, folder: Path) -> pl.LazyFrame:
    """Rows of a file that no newer file replaces."""
    rows = _scan(layer.file, folder)
    key, period = list(declared.key), str(declared.period)
    if layer.covers:
        newer = [
            _scan(cover, folder).select(key).filter(pl.col(period).is_in(layer.shared))
            for cover in layer.covers
        ]
        rows = rows.join(pl.concat(newer), on=key, how="anti")
    return rows.filter(~pl.col(WITHDRAWN)) if layer.file.withdrawn else rows


def _cells(declared: Table, file: LakeFile) -> list[pl.Expr]:
    return [_cell(declared, column, file) for column in declared.columns]


def _cell(declared: Table, column: Column, file: LakeFile) -> pl.Expr:
    """The column as declared now, whatever it was when the file was written."""
    if column.name not in file.columns:
        return pl.lit(None, column.dtype).alias(column.name)
    dtype, unit = file.columns[column.name]
    value = pl.col(column.name)
    if dtype != str(column.dtype):
        if not {dtype, str(column.dtype)} <= _NUMBER:
            raise InvalidDeclaration(
                f"表“{declared.zh}”的列 {column.name} 曾为 {dtype}，现声明为 {column.dtype}，"
                "已存的数据无法换算。请恢复原类型，或另设新列。",
                f"Column {column.name} of table {declared.id} was {dtype} and is declared"
                f" {column.dtype} now; what is stored cannot be converted. Restore the type, or"
                " declare a new column.",
            )
        value = value.cast(column.dtype)
    if column.numeric and unit != column.unit:
        value = (value * column.factor(unit)).cast(column.dtype)
    return value


def _kind(name: str, file: LakeFile) -> pl.Expr:
    kind = Absence.NOT_REPORTED if name in file.columns else Absence.NOT_DUE
    present = pl.col(name).is_not_null() if name in file.columns else pl.lit(False)
    return pl.when(present).then(None).otherwise(pl.lit(kind.value)).alias(name)
