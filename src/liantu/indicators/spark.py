"""Spark as the engine: the same statements over the same files, on as many machines as it has.

Series are read from Parquet where they lie; registers, maps and periods are written beside as
small Parquet files into a folder that every worker must see. Needs the extra ``liantu[spark]``
and a Java runtime.
"""

from __future__ import annotations

import logging
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

import polars as pl
from sqlglot import exp

from liantu.errors import StorageFailed, UsageError
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.expecting import Expecting, expecting
from liantu.indicators.groups import group_map
from liantu.indicators.inputs import Inputs, Parquet, Stored
from liantu.indicators.planning import Pass
from liantu.indicators.relations import (
    members_frame,
    periods_frame,
    plain_columns,
    plain_types,
    register_of,
)
from liantu.indicators.spark_dialect import Spark
from liantu.indicators.statement import Statement, build
from liantu.records.tables.declared import Table, load_tables

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

MASTER = "local[2]"
_WRITTEN = 500
"""Rows of a frame that is handed over within a statement."""
_TYPES = {"Float64": "double", "Boolean": "boolean", "Date": "date"}
_FRAMES: dict[str, pl.DataType] = {
    "string": pl.String(), "double": pl.Float64(), "bigint": pl.Int64(), "int": pl.Int64(),
    "boolean": pl.Boolean(), "date": pl.Date(),
}  # fmt: skip
_SETTINGS = {
    "spark.sql.ansi.enabled": "false",  # a division by zero is null, not a failure
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.caseSensitive": "true",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
}


def session(master: str = MASTER, settings: Mapping[str, str] | None = None) -> SparkSession:
    """A session of Spark; the one that is open in this process, where there is one.

    Raises:
        UsageError: pyspark or Java is missing.
    """
    try:
        from pyspark.errors import PySparkException
        from pyspark.sql import SparkSession
    except ImportError as error:
        raise UsageError(
            "本机没有装 Spark。请安装：pip install 'liantu[spark]'，并装 Java 17 或更高版本。",
            "Spark is not installed. Install it: pip install 'liantu[spark]', and Java 17 or"
            " newer.",
        ) from error
    if shutil.which("java") is None:
        raise UsageError(
            "Spark 需要 Java 17 或更高版本，PATH 中没有 java。Debian：apt-get install"
            " default-jre-headless。",
            "Spark needs Java 17 or newer; there is no java in PATH. Debian: apt-get install"
            " default-jre-headless.",
        )
    builder = SparkSession.builder.master(master).appName("liantu")
    for name, value in {**_SETTINGS, **(settings or {})}.items():
        builder = builder.config(name, value)
    try:
        found = builder.getOrCreate()
    except (PySparkException, OSError) as error:
        raise UsageError(
            f"Spark 无法在 {master} 上启动：{error}。请检查设置 spark.master。",
            f"Spark cannot start on {master}: {error}. Check the setting spark.master.",
        ) from error
    found.sparkContext.setLogLevel("OFF")
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)  # errors are raised
    return found


class SparkEngine(AbstractContextManager["SparkEngine"]):
    """Runs passes; to be used as a context.

    Args:
        inputs: what is computed from.
        catalogue: declarations, for dimensions.
        spark: an open session; it stays open.
        shared: folder that driver and workers see, for registers and the like; a temporary one
            of this machine by default, which does for masters on one machine.
        leading: compute the shares of the leading units, which disclosure control asks for.
    """

    def __init__(
        self, inputs: Inputs, catalogue: Catalogue, spark: SparkSession, *,
        shared: Path | None = None, leading: bool = False,
    ) -> None:  # fmt: skip
        self.inputs, self.catalogue, self.leading = inputs, catalogue, leading
        self.dialect = Spark()
        self._spark = spark
        self._folder = Path(tempfile.mkdtemp(prefix="liantu-spark-", dir=shared))
        self._known: dict[str, DataFrame] = {}
        self._number = 0

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Remove what was written beside."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def open(self, tables: Iterable[str]) -> Self:
        """Name the series, without reading them."""
        for name in sorted(set(tables)):
            declared = load_tables()[name]
            if declared.grain:
                self._known[f"_t_{name}"] = self._typed(self._series(declared), declared)
        return self

    def run(self, one: Pass) -> tuple[Statement, pl.DataFrame]:
        """The statement of a pass, and what it comes to."""
        declared = load_tables()[one.table]
        statement = build(
            one, self.catalogue, self.dialect,
            flags=one.table in self.inputs.flagged, merged=self._merged(declared),
            leading=self.leading,
        )  # fmt: skip
        self._relations(one, statement.registers, statement.maps)
        self._rows(declared)
        return statement, self._fetched(statement.sql, declared)

    def expect(self, one: Pass) -> tuple[Expecting, pl.DataFrame] | None:
        """Expected units of a pass, counted; None where nothing is known to be expected."""
        what = expecting(one, self.catalogue, self.dialect)
        if what is None or not what.groupings:
            return None
        declared = load_tables()[one.table]
        self._relations(one, what.registers, what.maps)
        self._expected(declared)
        return what, self._fetched(what.sql, declared)

    def _fetched(self, sql: str, declared: Table) -> pl.DataFrame:
        from py4j.protocol import Py4JError
        from pyspark.errors import PySparkException

        try:
            found = self._spark.sql(sql)
            schema = {name: _FRAMES[kind] for name, kind in found.dtypes}
            rows: list[Any] = found.collect()
        except (PySparkException, Py4JError) as error:
            reason = str(error).partition("\n")[0]
            raise StorageFailed(
                f"表“{declared.zh}”未能用 Spark 计算：{reason}。可改用 --engine duckdb。",
                f"Table {declared.id} could not be computed on Spark: {reason}. It may be tried"
                " with --engine duckdb.",
            ) from error
        return pl.DataFrame([tuple(row) for row in rows], schema=schema, orient="row")

    # Relations ---------------------------------------------------------------------------------

    def _series(self, declared: Table) -> DataFrame:
        """Rows of a series, with the columns that its source has."""
        source = self.inputs.source(declared.id)
        if isinstance(source, Stored):
            from liantu.indicators.spark_lake import state

            return state(self._spark, declared, source)
        if isinstance(source, Parquet) and source.paths:
            return self._spark.read.parquet(*(str(path) for path in source.paths))
        frame = source if isinstance(source, pl.DataFrame) else pl.DataFrame()
        return self._kept(frame, declared.dtypes)

    def _typed(self, rows: DataFrame, declared: Table) -> DataFrame:
        held = set(rows.columns)
        return rows.selectExpr(
            *(
                f"CAST({self.dialect.quote(name) if name in held else 'NULL'} AS"
                f" {_TYPES.get(str(dtype), 'string')}) AS {self.dialect.quote(name)}"
                for name, dtype in plain_types(declared).items()
            )
        )

    def _kept(self, frame: pl.DataFrame, dtypes: Mapping[str, pl.DataType]) -> DataFrame:
        """A frame as the engine reads it."""
        shaped = frame.select(
            pl.col(column).cast(dtype) if column in frame.columns
            else pl.lit(None, dtype).alias(column)
            for column, dtype in dtypes.items()
        )  # fmt: skip
        if shaped.height <= _WRITTEN:
            return self._spark.sql(written(shaped))
        self._number += 1
        path = self._folder / f"{self._number}.parquet"
        shaped.write_parquet(path)
        types = ", ".join(
            f"{self.dialect.quote(name)} {_sql_type(dtype)}"
            for name, dtype in shaped.schema.items()
        )
        return self._spark.read.schema(types).parquet(str(path))

    def _rows(self, declared: Table) -> None:
        """``_s``: rows of the table, under the codes that stand for merged ones."""
        name = f"_t_{declared.id}"
        if name not in self._known:
            frame = self.inputs.frame(declared.id)
            self._known[name] = self._kept(
                frame.select(plain_columns(declared)), plain_types(declared)
            )
        rows = self._known[name]
        if self._merged(declared):
            ends = self.inputs.merged[register_of(declared)]
            frame = pl.DataFrame({"_code": list(ends), "_ends": list(ends.values())})
            types = {"_code": pl.String(), "_ends": pl.String()}
            entity = declared.entity[0]
            found = self._kept(frame, types)
            joined = rows.join(found, rows[entity] == found["_code"], "left")
            cells = [
                f"COALESCE(_ends, {self.dialect.quote(entity)}) AS {self.dialect.quote(entity)}"
                if column == entity else self.dialect.quote(column)
                for column in rows.columns
            ]  # fmt: skip
            rows = joined.selectExpr(*cells)
        rows.createOrReplaceTempView("_s")

    def _merged(self, declared: Table) -> bool:
        return bool(declared.grain and self.inputs.merged.get(register_of(declared)))

    def _relations(self, one: Pass, registers: Iterable[str], maps: Iterable[str]) -> None:
        self._named("_m", members_frame(one))
        self._named("_p", periods_frame(one, self.inputs.day))
        for register in registers:
            name = f"_r_{register}"
            if name not in self._known:
                declared = load_tables()[register]
                frame = self.inputs.register(register).select(plain_columns(declared))
                self._known[name] = self._kept(frame, plain_types(declared))
            self._known[name].createOrReplaceTempView(name)
        for dimension_id in maps:
            dimension = self.catalogue.dimensions[dimension_id]
            self._named(f"_g_{dimension_id}", group_map(dimension, one.table, self.inputs))
        if one.table in self.inputs.flagged:
            found = self.inputs.flagged[one.table].select("entity", "period").unique()
            self._named("_f", found)

    def _named(self, name: str, frame: pl.DataFrame) -> None:
        self._kept(frame, dict(frame.schema)).createOrReplaceTempView(name)

    def _expected(self, declared: Table) -> None:
        """``_e``: who files, as the inputs say; else every unit from its first row on."""
        given = self.inputs.expected.get(declared.id)
        if given is not None:
            self._named("_e", given.select(pl.all().cast(pl.String)))
            return
        self._rows(declared)
        entity, period = (
            self.dialect.quote(name) for name in (declared.entity[0], str(declared.period))
        )
        self._spark.sql(
            f"SELECT CAST({entity} AS STRING) AS entity, min({period}) AS first,"  # noqa: S608
            f" (SELECT max({period}) FROM _s) AS last FROM _s GROUP BY {entity}"
        ).createOrReplaceTempView("_e")


def written(frame: pl.DataFrame) -> str:
    """A small frame as a statement of its cells, which costs no job of its own."""
    quote = Spark().quote
    names = ", ".join(quote(name) for name in frame.columns)
    cells = ", ".join(
        f"CAST({quote(name)} AS {_sql_type(dtype)}) AS {quote(name)}"
        for name, dtype in frame.schema.items()
    )
    rows = [f"({', '.join(_cell(cell) for cell in row)})" for row in frame.iter_rows()]
    nothing = f"({', '.join(['NULL'] * frame.width)})"
    where = "" if rows else " WHERE false"
    listed = ", ".join(rows or [nothing])
    return f"SELECT {cells} FROM VALUES {listed} AS t({names}){where}"  # noqa: S608


def _cell(cell: Any) -> str:
    if cell is None:
        return "NULL"
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, date):
        return f"DATE '{cell.isoformat()}'"
    if isinstance(cell, int | float):
        return f"CAST('{cell!r}' AS DOUBLE)"
    return exp.Literal.string(cell).sql(dialect="spark")


def _sql_type(dtype: pl.DataType) -> str:
    return {**_TYPES, "Int64": "bigint"}.get(str(dtype), "string")
