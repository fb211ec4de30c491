"""The state of a series in the lake, as Spark reads it: the latest row of every key.

The same rule as :func:`liantu.records.lake.querying.state_sql`, over the same layers.
"""

from __future__ import annotations

from collections import defaultdict
from functools import reduce
from pathlib import Path
from typing import TYPE_CHECKING

from liantu.errors import StorageFailed
from liantu.indicators.dialect import text
from liantu.indicators.inputs import Stored
from liantu.indicators.spark_dialect import Spark
from liantu.records.lake.overlap import Layer, layers
from liantu.records.lake.staging import WITHDRAWN
from liantu.records.models import LakeFile
from liantu.records.tables.declared import Column, Table

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

_TYPES = {"Int64": "bigint", "Float64": "double", "Boolean": "boolean", "Date": "date"}
_quote = Spark().quote


def state(spark: SparkSession, table: Table, source: Stored) -> DataFrame:
    """The declared columns in stored units; files that overlap with none are read at once.

    Raises:
        StorageFailed: a file that the ledger knows is missing.
    """
    for file in source.files:
        if not (source.folder / file.name).is_file():
            raise StorageFailed(
                f"表“{table.zh}”的数据文件不存在：{file.name}。请用 liantu data check 查看。",
                f"File {file.name} of table {table.id} is missing. See liantu data check.",
            )
    alike: dict[tuple[str, ...], list[LakeFile]] = defaultdict(list)
    parts = []
    for layer in layers(source.files):
        if layer.covers or layer.file.withdrawn:
            parts.append(_layer(spark, table, layer, source.folder))
        else:
            alike[_cells(table, layer.file)].append(layer.file)
    for cells, files in alike.items():
        parts.append(_read(spark, files, source.folder).selectExpr(*cells))
    if not parts:
        nothing = [f"{_null(column)} AS {_quote(column.name)}" for column in table.columns]
        return spark.sql(f"SELECT {', '.join(nothing)} WHERE false")
    return reduce(lambda one, other: one.unionByName(other), parts)


def _layer(spark: SparkSession, table: Table, layer: Layer, folder: Path) -> DataFrame:
    """Rows of a file without the keys that a newer file has."""
    rows = _read(spark, [layer.file], folder)
    if layer.covers:
        shared = ", ".join(text(period) for period in layer.shared)
        newer = reduce(
            lambda one, other: one.unionByName(other),
            (
                _read(spark, [file], folder).select(*(_quote(name) for name in table.key))
                for file in layer.covers
            ),
        ).where(f"{_quote(str(table.period))} IN ({shared})")
        rows = rows.join(newer, list(table.key), "left_anti")
    if layer.file.withdrawn:
        rows = rows.where(f"NOT {_quote(WITHDRAWN)}")
    return rows.selectExpr(*_cells(table, layer.file))


def _read(spark: SparkSession, files: list[LakeFile], folder: Path) -> DataFrame:
    return spark.read.parquet(*(str(folder / file.name) for file in files))


def _cells(table: Table, file: LakeFile) -> tuple[str, ...]:
    return tuple(
        f"{_cell(column, file)} AS {_quote(column.name)}"
        for column in table.columns
        if column.type != "geometry"
    )


def _cell(column: Column, file: LakeFile) -> str:
    if column.name not in file.columns:
        return _null(column)
    _, unit = file.columns[column.name]
    value = _quote(column.name)
    if column.numeric and unit != column.unit:
        value = f"{value} * {column.factor(unit)!r}D"
    return f"CAST({value} AS {_TYPES.get(str(column.dtype), 'string')})"


def _null(column: Column) -> str:
    return f"CAST(NULL AS {_TYPES.get(str(column.dtype), 'string')})"
