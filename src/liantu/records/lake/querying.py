"""SQL over the lake: one view a table, as of a vintage, read only.

DuckDB reads the same files as :mod:`liantu.records.lake.reading`, with the same rule for the
latest row of a key. A query is one SELECT; it reaches no file but those of the views, writes
none, and loads no extension.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from liantu.errors import StorageFailed, UsageError
from liantu.records import access
from liantu.records.lake.folder import lake_folder
from liantu.records.lake.overlap import Layer, layers
from liantu.records.lake.publishing import visible
from liantu.records.lake.reading import kept
from liantu.records.lake.staging import WITHDRAWN
from liantu.records.models import LakeFile
from liantu.records.moments import moment_of
from liantu.records.tables.declared import Column, Table

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "allow_community_extensions": "false",
}
_TYPES = {"String": "VARCHAR", "Int64": "BIGINT", "Float64": "DOUBLE", "Date": "DATE",
          "Boolean": "BOOLEAN"}  # fmt: skip


def sql(query: str, vintage: str | None = None) -> pl.DataFrame:
    """The answer to one SELECT over the lake's tables, each a view by its id.

    Args:
        query: DuckDB's SQL, e.g. ``SELECT period, sum(revenue_cny) FROM firm_month GROUP BY 1``.
        vintage: id of a batch, or an ISO date or time; the latest by default.

    Raises:
        UsageError: no single SELECT, or one that cannot be run.
        NotFound: no such vintage.
        StorageFailed: a file that the ledger knows is missing.
    """
    until = moment_of(vintage)
    with duckdb.connect(config=_CONFIG) as connection:
        if access.reach() is None:
            files = _make_views(connection, until)
        else:
            files = []
            _make_tables(connection, query, until)
        quoted = ", ".join(_text(str(path)) for path in files)
        connection.execute(f"SET allowed_paths = [{quoted}]")
        connection.execute("SET enable_external_access = false")
        connection.execute("SET lock_configuration = true")
        try:
            _check_select(connection, query)
            return pl.DataFrame(connection.sql(query))
        except duckdb.Error as error:
            raise UsageError(
                f"查询无法执行：{error}。可用的表：{'、'.join(t.id for t in kept())}。",
                f"The query cannot be run: {error}. Tables: {', '.join(t.id for t in kept())}.",
            ) from error


def _check_select(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if len(statements) != 1 or statements[0].type != duckdb.StatementType.SELECT:
        raise UsageError(
            "只能执行一条 SELECT 查询；记录只能经导入和更正改变。",
            "One SELECT only; records are changed by imports and corrections alone.",
        )


def _make_views(connection: duckdb.DuckDBPyConnection, until: datetime | None) -> list[Path]:
    """A view for every table; the files they read."""
    folder = lake_folder()
    paths = []
    for table in kept():
        files = visible(table.id, until)
        paths += [folder / file.name for file in files]
        try:
            connection.execute(
                f"CREATE VIEW {_name(table.id)} AS {state_sql(table, files, folder)}"
            )
        except duckdb.IOException as error:
            raise StorageFailed(
                f"表“{table.zh}”的数据文件无法读取：{error}。请用 liantu data check 查看。",
                f"Files of table {table.id} cannot be read: {error}. See liantu data check.",
            ) from error
    return paths


def _make_tables(connection: duckdb.DuckDBPyConnection, query: str, until: datetime | None) -> None:
    """A table with the rows that whoever acts may see, for each table that the query names.

    No view over files: a query could read the files past it.
    """
    try:
        named = {name.lower() for name in connection.get_table_names(query)}
    except duckdb.Error:
        named = {table.id for table in kept()}  # it will be told when it is run
    for table in kept():
        if table.id in named:
            state = state_sql(table, visible(table.id, until), lake_folder())
            within = _within(connection, access.limit(table))
            connection.execute(f"CREATE TABLE {_name(table.id)} AS {_limited(state, within)}")
            for name in (within or {}).values():
                connection.execute(f"DROP TABLE {_name(name)}")


def _within(
    connection: duckdb.DuckDBPyConnection, limit: access.Limit | None
) -> dict[str, str] | None:
    """Column → table of the values with which a row may be seen; None: every row may."""
    if limit is None:
        return None
    said: dict[str, list[str]] = {}
    for column, values in limit.values():
        said.setdefault(column, []).extend(values.to_list())
    tables = {}
    for number, (column, codes) in enumerate(said.items()):
        name = f"·{number}"
        connection.execute(f"CREATE TABLE {_name(name)} (said VARCHAR)")
        connection.execute(f"INSERT INTO {_name(name)} SELECT unnest(?)", [codes])
        tables[column] = name
    return tables


def _limited(state: str, within: dict[str, str] | None) -> str:
    if within is None:
        return state
    parts = [
        f"{_name(column)} IN (SELECT said FROM {_name(name)})"  # noqa: S608
        for column, name in within.items()
    ]
    return f"SELECT * FROM ({state}) WHERE {' OR '.join(parts) or 'false'}"  # noqa: S608


def state_sql(table: Table, files: Sequence[LakeFile], folder: Path) -> str:
    """SELECT of the state of a series: the latest row of every key that the files hold."""
    if not files:
        cells = ", ".join(_null(column) for column in table.columns)
        return f"SELECT {cells} WHERE false"
    return " UNION ALL ".join(_layer(table, layer, folder) for layer in layers(files))


def _layer(table: Table, layer: Layer, folder: Path) -> str:
    """The same rows as :func:`liantu.records.lake.reading.read` takes from a file."""
    cells = ", ".join(_cell(column, layer.file) for column in table.columns)
    text = f"SELECT {cells} FROM {_files([layer.file], folder)} AS rows"  # noqa: S608
    if layer.covers:
        key = ", ".join(_name(name) for name in table.key)
        shared = ", ".join(_text(period) for period in layer.shared)
        text += (
            f" ANTI JOIN (SELECT {key} FROM {_files(layer.covers, folder)}"  # noqa: S608
            f" WHERE {_name(str(table.period))} IN ({shared})) AS newer USING ({key})"
        )
    return f"{text} WHERE NOT {_name(WITHDRAWN)}" if layer.file.withdrawn else text


def _cell(column: Column, file: LakeFile) -> str:
    if column.name not in file.columns:
        return _null(column)
    _, unit = file.columns[column.name]
    value = f"rows.{_name(column.name)}"
    if column.numeric and unit != column.unit:
        value = f"{value} * {column.factor(unit)!r}"
    return f"CAST({value} AS {_TYPES[str(column.dtype)]}) AS {_name(column.name)}"


def _null(column: Column) -> str:
    return f"CAST(NULL AS {_TYPES[str(column.dtype)]}) AS {_name(column.name)}"


def _files(files: Iterable[LakeFile], folder: Path) -> str:
    listed = ", ".join(_text(str(folder / file.name)) for file in files)
    return f"read_parquet([{listed}])"


def _name(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


def _text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
