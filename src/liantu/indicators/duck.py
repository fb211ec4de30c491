"""DuckDB as the engine: one connection a computation, which reads its inputs and nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import polars as pl

from liantu.errors import StorageFailed
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import Dimension
from liantu.indicators.dialect import Duck, quoted, text
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
from liantu.indicators.statement import Statement, build, units_of
from liantu.records.tables.declared import Table, load_tables

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
    "python_enable_replacements": "false",
}
_FIGURES = {"Float64": "DOUBLE", "Boolean": "BOOLEAN", "Date": "DATE"}


class _Stream:
    """A frame as DuckDB reads it without pyarrow: by Arrow's own interface and nothing else."""

    def __init__(self, frame: pl.DataFrame) -> None:
        self._frame = frame

    def __arrow_c_stream__(self, requested: object = None) -> object:
        """See the Arrow PyCapsule interface."""
        return self._frame.__arrow_c_stream__(requested)


class DuckEngine(AbstractContextManager["DuckEngine"]):
    """Runs passes; to be used as a context.

    Args:
        inputs: what is computed from.
        catalogue: declarations, for dimensions.
        memory: most memory the engine may take, such as ``6GB``; DuckDB's own choice by default.
        spill: folder for what does not fit; without, such a computation fails.
        threads: at work at a time; all cores by default. The values do not depend on it.
        leading: compute the shares of the leading units, which disclosure control asks for.
    """

    def __init__(
        self, inputs: Inputs, catalogue: Catalogue, *, memory: str = "", spill: Path | None = None,
        threads: int = 0, leading: bool = False,
    ) -> None:  # fmt: skip
        self.inputs, self.catalogue, self.leading = inputs, catalogue, leading
        self.dialect = Duck()
        self._connection = duckdb.connect(config=_CONFIG)
        self._known: set[str] = set()
        if memory:
            self._connection.execute(f"SET memory_limit = {text(memory)}")
        if threads:
            self._connection.execute(f"SET threads = {int(threads)}")
        spilled = str(spill) if spill else ""
        self._connection.execute(f"SET temp_directory = {text(spilled)}")
        self._connection.execute("SET preserve_insertion_order = false")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:  # fmt: skip
        """Close the connection."""
        self._connection.close()

    def open(self, tables: Iterable[str]) -> Self:
        """Make the series readable, then lock the connection: no other file can be reached.

        Raises:
            StorageFailed: a file of the lake is missing or damaged.
        """
        paths: list[Path] = []
        for name in sorted(set(tables)):
            declared = load_tables()[name]
            if declared.grain:
                paths += self._series(declared)
        quoted_paths = ", ".join(text(str(path)) for path in paths)
        self._connection.execute(f"SET allowed_paths = [{quoted_paths}]")
        self._connection.execute("SET enable_external_access = false")
        self._connection.execute("SET lock_configuration = true")
        return self

    def run(self, one: Pass) -> tuple[Statement, pl.DataFrame]:
        """The statement of a pass, and what it comes to."""
        declared = load_tables()[one.table]
        statement = build(
            one,
            self.catalogue,
            self.dialect,
            flags=one.table in self.inputs.flagged,
            merged=self._merged(declared),
            leading=self.leading,
        )
        self._relations(one, statement.registers, statement.maps)
        self._rows(declared)
        try:
            return statement, pl.DataFrame(self._connection.sql(statement.sql))
        except duckdb.IOException as error:
            raise _unreadable(declared, error) from error

    def expect(self, one: Pass) -> tuple[Expecting, pl.DataFrame] | None:
        """Expected units of a pass, counted; None where nothing is known to be expected."""
        what = expecting(one, self.catalogue, self.dialect)
        if what is None or not what.groupings:
            return None
        self._relations(one, what.registers, what.maps)
        self._expected(load_tables()[one.table])
        return what, pl.DataFrame(self._connection.sql(what.sql))

    def units(self, one: Pass, group: Mapping[str, str]) -> list[str]:
        """Units behind the value of a pass of one measure and one period, in order."""
        declared = load_tables()[one.table]
        statement = units_of(
            one, self.catalogue, self.dialect, group, merged=self._merged(declared)
        )
        self._relations(one, statement.registers, statement.maps)
        self._rows(declared)
        rows = self._connection.execute(statement.sql).fetchall()
        return sorted(str(row[0]) for row in rows)

    # Relations ---------------------------------------------------------------------------------

    def _series(self, declared: Table) -> list[Path]:
        """A view ``_t_<id>`` of the declared columns; the files it reads."""
        source = self.inputs.source(declared.id)
        paths: list[Path] = []
        if isinstance(source, Stored):
            from liantu.records.lake.querying import state_sql  # needs a ledger; frames need none

            paths = [source.folder / file.name for file in source.files]
            sql = f"FROM ({state_sql(declared, source.files, source.folder)})"
        elif isinstance(source, Parquet) and source.paths:
            paths = list(source.paths)
            held = set(pl.read_parquet_schema(paths[0]))
            cells = ", ".join(
                quoted(name) if name in held else f"NULL AS {quoted(name)}"
                for name in declared.dtypes
            )
            listed = ", ".join(text(str(path)) for path in paths)
            sql = f"FROM (SELECT {cells} FROM read_parquet([{listed}]))"
        else:
            frame = source if isinstance(source, pl.DataFrame) else pl.DataFrame()
            sql = self._kept(f"_k_{declared.id}", frame, declared.dtypes)
        typed = ", ".join(
            f"CAST({quoted(name)} AS {_sql_type(dtype)}) AS {quoted(name)}"
            for name, dtype in plain_types(declared).items()
        )
        sql = f"SELECT {typed} {sql}"
        try:
            self._connection.execute(f"CREATE VIEW {quoted(f'_t_{declared.id}')} AS {sql}")
        except duckdb.IOException as error:
            raise _unreadable(declared, error) from error
        return paths

    def _kept(self, name: str, frame: pl.DataFrame, dtypes: Mapping[str, pl.DataType]) -> str:
        """A frame as a table of the engine; the SELECT that reads it."""
        shaped = frame.select(
            pl.col(column).cast(dtype) if column in frame.columns
            else pl.lit(None, dtype).alias(column)
            for column, dtype in dtypes.items()
        )  # fmt: skip
        self._connection.register("_frame", _Stream(shaped))
        self._connection.execute(f"CREATE OR REPLACE TABLE {quoted(name)} AS FROM _frame")
        self._connection.unregister("_frame")
        return f"FROM {quoted(name)}"

    def _rows(self, declared: Table) -> None:
        """``_s``: rows of the table, under the codes that stand for merged ones."""
        name = f"_t_{declared.id}"
        if not declared.grain:
            if name not in self._known:
                frame = self.inputs.frame(declared.id)
                self._kept(name, frame.select(plain_columns(declared)), plain_types(declared))
                self._known.add(name)
            self._view("_s", f"SELECT * FROM {quoted(name)}")
            return
        if not self._merged(declared):
            self._view("_s", f"SELECT * FROM {quoted(name)}")
            return
        register = register_of(declared)
        ends = self.inputs.merged[register]
        frame = pl.DataFrame({"code": list(ends), "ends": list(ends.values())})
        self._kept("_ends", frame, {"code": pl.String(), "ends": pl.String()})
        entity = quoted(declared.entity[0])
        self._view(
            "_s",
            f"SELECT t.* REPLACE (COALESCE(_ends.ends, t.{entity}) AS {entity})"
            f" FROM {quoted(name)} AS t LEFT JOIN _ends ON _ends.code = t.{entity}",
        )

    def _merged(self, declared: Table) -> bool:
        return bool(declared.grain and self.inputs.merged.get(register_of(declared)))

    def _view(self, name: str, sql: str) -> None:
        self._connection.execute(f"CREATE OR REPLACE TEMP VIEW {quoted(name)} AS {sql}")

    def _relations(self, one: Pass, registers: Iterable[str], maps: Iterable[str]) -> None:
        periods = periods_frame(one, self.inputs.day)
        for name, frame in (("_m", members_frame(one)), ("_p", periods)):
            self._kept(name, frame, dict(frame.schema))
        for register in registers:
            name = f"_r_{register}"
            if name not in self._known:
                declared = load_tables()[register]
                frame = self.inputs.register(register).select(plain_columns(declared))
                self._kept(name, frame, plain_types(declared))
                self._known.add(name)
        for dimension_id in maps:
            self._map(self.catalogue.dimensions[dimension_id], one.table)
        if one.table in self.inputs.flagged:
            types = {"entity": pl.String(), "period": pl.String()}
            self._kept("_f", self.inputs.flagged[one.table].select(list(types)).unique(), types)

    def _map(self, dimension: Dimension, table: str) -> None:
        types = {"code": pl.String(), "grp": pl.String()}
        self._kept(f"_g_{dimension.id}", group_map(dimension, table, self.inputs), types)

    def _expected(self, declared: Table) -> None:
        """``_e``: who files, as the inputs say; else every unit from its first row on."""
        types = {"entity": pl.String(), "first": pl.String(), "last": pl.String()}
        given = self.inputs.expected.get(declared.id)
        if given is not None:
            self._kept("_e", given, types)
            return
        name = f"_e_{declared.id}"
        if name not in self._known:
            self._rows(declared)
            entity, period = quoted(declared.entity[0]), quoted(str(declared.period))
            self._connection.execute(
                f"CREATE TABLE {quoted(name)} AS SELECT CAST({entity} AS VARCHAR) AS entity,"
                f" min({period}) AS first, (SELECT max({period}) FROM _s) AS last"
                f" FROM _s GROUP BY {entity}"
            )
            self._known.add(name)
        self._connection.execute(f"CREATE OR REPLACE TABLE _e AS FROM {quoted(name)}")


def _sql_type(dtype: pl.DataType) -> str:
    return _FIGURES.get(str(dtype), "VARCHAR")


def _unreadable(declared: Table, error: Exception) -> StorageFailed:
    return StorageFailed(
        f"表“{declared.zh}”的数据文件无法读取：{error}。请用 liantu data check 查看。",
        f"Files of table {declared.id} cannot be read: {error}. See liantu data check.",
    )
