"""Rows of registers to and from the database, whole columns at a time.

Django's objects cost more than the database at a hundred thousand rows; here its models say
which tables and columns there are, and its cursor carries the rows.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import polars as pl
from django.core.exceptions import EmptyResultSet
from django.db import connection, models
from django.db.models.functions import Cast
from django.utils import timezone

from liantu.records import access
from liantu.records.access.limits import declared_of
from liantu.records.access.personal import mask
from liantu.records.models import Batch, Recorded
from liantu.records.models.recorded import RECORD_FIELDS

_CHUNK = 900
"""Values in one statement; the oldest SQLite in use allows 999."""
_ROWS = 50_000
_BY = 100
"""Length of a name in the ledger."""


def frame_of(rows: models.QuerySet[Any], columns: Sequence[str]) -> pl.DataFrame:
    """The columns of a query as a frame, in its order; personal data as whoever acts sees them."""
    fields = {name: rows.model._meta.get_field(name) for name in columns}
    if connection.vendor == "sqlite":
        rows, columns = _as_stored(rows, fields)
    types = {name: _dtype(field) for name, field in fields.items()}
    pieces = [pl.DataFrame(schema=types)]
    try:
        sql, params = rows.values_list(*columns).query.get_compiler(connection=connection).as_sql()
    except EmptyResultSet:  # a query of which Django knows that nothing can meet it
        return pieces[0]
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        while chunk := cursor.fetchmany(_ROWS):
            cells = zip(types.items(), zip(*chunk, strict=True), strict=True)
            pieces.append(pl.DataFrame([_series(n, found, dtype) for (n, dtype), found in cells]))
    return mask(declared_of(rows.model.__name__), pl.concat(pieces))


def _as_stored(
    rows: models.QuerySet[Any], fields: Mapping[str, Any]
) -> tuple[models.QuerySet[Any], list[str]]:
    """SQLite's dates, times and yes/no as it stores them.

    Its driver turns each of them into an object by a call of its own, which takes longer than
    all the rest of reading; whole columns are turned at once afterwards.
    """
    plain: tuple[tuple[type, models.Field[Any, Any]], ...] = (
        (models.DateField, models.TextField()),  # times too
        (models.BooleanField, models.IntegerField()),
    )
    stored = {
        name: Cast(name, output)
        for name, field in fields.items()
        for kind, output in plain
        if isinstance(field, kind)
    }
    rows = rows.annotate(**{f"_{name}": cast for name, cast in stored.items()})
    return rows, [f"_{name}" if name in stored else name for name in fields]


def in_force(model: type[Recorded], columns: Sequence[str], keys: pl.Series) -> pl.DataFrame:
    """Versions in force of these keys, deleted ones too."""
    rows = model.versions.filter(recorded_to__isnull=True).order_by()
    if len(keys) <= _CHUNK or len(keys) * 10 < rows.count():
        found = [
            frame_of(rows.filter(key__in=list(part)), columns) for part in _chunks(keys.to_list())
        ]
        return pl.concat(found) if found else frame_of(rows.none(), columns)
    return frame_of(rows, columns).filter(pl.col("key").is_in(keys.implode()))


def close(model: type[Recorded], ids: Sequence[int], moment: datetime) -> int:
    """End versions; the number that were still in force."""
    table = connection.ops.quote_name(model._meta.db_table)
    closed = 0
    with connection.cursor() as cursor:
        # In the order of the table, so that each of its pages is touched once.
        for part in _chunks(sorted(ids)):
            marks = ",".join(["%s"] * len(part))
            cursor.execute(
                f"UPDATE {table} SET recorded_to = %s"  # noqa: S608 - names from the model
                f" WHERE recorded_to IS NULL AND id IN ({marks})",
                [connection.ops.adapt_datetimefield_value(moment), *part],
            )
            closed += cursor.rowcount
    return closed


def insert(model: type[Recorded], rows: pl.DataFrame) -> None:
    """Add versions; ``rows`` holds every field of the model but ``id``."""
    quote = connection.ops.quote_name
    stored = {field.name: str(field.column) for field in model._meta.local_fields}
    names = ", ".join(quote(stored[name]) for name in rows.columns)
    table = quote(model._meta.db_table)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows.iter_rows():
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * rows.width)
        cursor.executemany(
            f"INSERT INTO {table} ({names}) VALUES ({marks})",  # noqa: S608 - names from the model
            _as_texts(rows).rows(),
        )


def stamped(
    rows: pl.DataFrame, moment: datetime, *, by: str, reason: str, batch: Batch | None
) -> pl.DataFrame:
    """Rows with ``key``, ``version`` and ``action`` as new versions in force."""
    defaults = {"deleted": pl.lit(value=False), "merged_into": pl.lit("")}
    return rows.with_columns(
        recorded_from=pl.lit(moment),
        recorded_to=pl.lit(None, dtype=pl.Datetime("us", "UTC")),
        by=pl.lit(by[:_BY]),
        reason=pl.lit(reason),
        batch=pl.lit(batch.pk if batch else None, dtype=pl.Int64),
        **{name: value for name, value in defaults.items() if name not in rows.columns},
    )


def fields_of(model: type[Recorded], columns: Sequence[str]) -> list[str]:
    """What :func:`insert` takes for a register with these declared columns."""
    return [*RECORD_FIELDS, *columns]


def moment_for(model: type[Recorded], batch: Batch | None) -> datetime:
    """The batch's moment, else now; later than every version that the register holds."""
    moment = batch.accepted_at if batch else timezone.now()
    with access.whole("moments"):
        latest = model.versions.aggregate(latest=models.Max("recorded_from"))["latest"]
    return max(moment, latest + timedelta(microseconds=1)) if latest else moment


def _chunks(values: Sequence[Any]) -> Iterator[Sequence[Any]]:
    for start in range(0, len(values), _CHUNK):
        yield values[start : start + _CHUNK]


def _dtype(field: Any) -> pl.DataType:
    """Type of a field in a frame."""
    kinds: tuple[tuple[type, pl.DataType], ...] = (
        (models.DateTimeField, pl.Datetime("us", "UTC")),
        (models.DateField, pl.Date()),
        (models.BooleanField, pl.Boolean()),
        (models.FloatField, pl.Float64()),
        (models.IntegerField, pl.Int64()),
        (models.ForeignKey, pl.Int64()),
    )
    return next((dtype for kind, dtype in kinds if isinstance(field, kind)), pl.String())


def _series(name: str, cells: Sequence[Any], dtype: pl.DataType) -> pl.Series:
    """Cells as a database answers them: SQLite's times know no zone and are UTC."""
    if connection.vendor == "sqlite":
        if isinstance(dtype, pl.Datetime):
            texts = pl.Series(name, cells, dtype=pl.String)
            return texts.str.to_datetime("%Y-%m-%d %H:%M:%S%.f", time_unit="us", time_zone="UTC")
        if dtype == pl.Date:
            return pl.Series(name, cells, dtype=pl.String).str.to_date("%Y-%m-%d")
        if dtype == pl.Boolean:
            return pl.Series(name, cells, dtype=pl.Int64).cast(pl.Boolean)
    return pl.Series(name, cells, dtype=dtype)


def _as_texts(rows: pl.DataFrame) -> pl.DataFrame:
    """Dates and times as SQLite keeps them: texts, times in UTC."""
    return rows.with_columns(
        pl.col(pl.Date).dt.to_string("%Y-%m-%d"),
        # Django leaves out a fraction of zero, and texts are compared as texts.
        pl.col(pl.Datetime).dt.to_string("%Y-%m-%d %H:%M:%S%.6f").str.strip_suffix(".000000"),
    )
