"""Rows of the ledger in a form that belongs to no database, and back.

One JSON array a row, in the order of the table's columns and of its primary key. Numbers are
written so that they read back as the same number; moments in UTC with microseconds; what JSON has
no form for (dates, decimals, bytes, UUIDs) as text that the column's type reads. The same rows
therefore give the same bytes from SQLite and from PostgreSQL, which is how a restore is proven.
"""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import DatabaseError, models

from liantu.errors import StorageFailed, UnreadableInput
from liantu.records.backup.limits import backup_rules

_EXACT = 2.0**53
_CHUNK = 2000


def written(model: type[models.Model], using: str) -> Iterator[bytes]:
    """Every row of a table as a line, in the order of its primary key."""
    fields = model._meta.local_concrete_fields
    names = [field.attname for field in fields]
    as_json = [isinstance(field, models.JSONField) for field in fields]
    rows = model._base_manager.using(using).order_by("pk").values_list(*names)
    for row in rows.iterator(chunk_size=_CHUNK):
        cells = [
            _same(cell) if document else _cell(cell)
            for cell, document in zip(row, as_json, strict=True)
        ]
        yield _line(cells)


def _line(cells: list[Any]) -> bytes:
    text = json.dumps(cells, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return text.encode("utf-8", "surrogatepass") + b"\n"


def _cell(value: Any) -> Any:
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else repr(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds") if value.tzinfo else (
            value.isoformat(timespec="microseconds"))  # fmt: skip
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return value // timedelta(microseconds=1)
    if isinstance(value, (bytes, memoryview)):
        return base64.b64encode(value).decode("ascii")
    if isinstance(value, (Decimal, UUID)):
        return str(value)
    return _same(value)


def _same(value: Any) -> Any:
    """A document as either database gives it: PostgreSQL writes large numbers out in full."""
    if isinstance(value, float) and value.is_integer() and abs(value) >= _EXACT:
        return int(value)
    if isinstance(value, list):
        return [_same(item) for item in value]
    if isinstance(value, dict):
        return {name: _same(item) for name, item in value.items()}
    return value


# Back ------------------------------------------------------------------------------------------


def bring(
    model: type[models.Model], columns: tuple[str, ...], lines: Iterable[bytes], connection: Any
) -> int:
    """Write lines into an empty table as they are, numbers of rows and all; returns how many.

    Raises:
        UnreadableInput: a line that no backup has.
        StorageFailed: the database does not take a row.
    """
    fields: dict[str, Any] = {str(f.column): f for f in model._meta.local_concrete_fields}
    table = model._meta.db_table
    if set(columns) != fields.keys():
        raise _strange(table, f"columns {', '.join(set(columns) ^ fields.keys())}")
    forms = [_form(fields[column], connection) for column in columns]
    ready = (
        tuple(form(cell) for form, cell in zip(forms, row, strict=True))
        for row in _arrays(table, lines, len(columns))
    )
    put = _copy if connection.vendor == "postgresql" else _insert
    quoted = ", ".join(connection.ops.quote_name(column) for column in columns)
    try:
        return put(connection, connection.ops.quote_name(table), quoted, len(columns), ready)
    except (DatabaseError, ValueError) as error:
        why = str(error).splitlines()[0][:200]
        raise StorageFailed(
            f"表 {table} 的数据无法写入目标数据库：{why}。现有数据未改动。"
            "请检查磁盘空间；若换了数据库种类，请按提示先在原库更正该行再备份。",
            f"Rows of table {table} cannot be written to the database: {why}. What is there is"
            " unchanged. Check disk space; where the kind of database changed, mend that row where"
            " it came from and make the backup anew.",
        ) from error


def _arrays(table: str, lines: Iterable[bytes], width: int) -> Iterator[list[Any]]:
    for number, line in enumerate(lines, 1):
        try:
            row = json.loads(line)
        except ValueError as error:
            raise _strange(table, f"line {number}") from error
        if not isinstance(row, list) or len(row) != width:
            raise _strange(table, f"line {number}")
        yield row


def _strange(table: str, where: str) -> UnreadableInput:
    return UnreadableInput(
        f"备份中表 {table} 的内容无法识别（{where}）。现有数据未改动。请改用另一份备份。",
        f"Table {table} of the backup is not understood ({where}). What is there is unchanged."
        " Take another backup.",
    )


def _form(field: Any, connection: Any) -> Callable[[Any], Any]:
    """How a cell is given to the database."""
    if isinstance(field, models.JSONField):
        # SQL's null and JSON's read alike; only a column that refuses the one held the other.
        adapt = connection.ops.adapt_json_value
        return lambda cell: None if cell is None and field.null else adapt(cell, field.encoder)
    target = field
    while isinstance(target, models.ForeignKey):
        target = target.target_field
    read = _FORMS.get(target.get_internal_type(), lambda cell: cell)
    return lambda cell: field.get_db_prep_save(None if cell is None else read(cell), connection)


_FORMS: dict[str, Callable[[Any], Any]] = {
    "BinaryField": base64.b64decode,
    "DateField": date.fromisoformat,
    "DateTimeField": datetime.fromisoformat,
    "DecimalField": Decimal,
    "DurationField": lambda cell: timedelta(microseconds=cell),
    "FloatField": float,
    "TimeField": time.fromisoformat,
    "UUIDField": UUID,
}


def _insert(
    connection: Any, table: str, columns: str, width: int, rows: Iterator[tuple[Any, ...]]
) -> int:
    marks = ", ".join(["%s"] * width)
    count = 0
    with connection.cursor() as cursor:
        while part := list(islice(rows, backup_rules().rows_at_once)):
            cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES ({marks})", part)  # noqa: S608 - quoted names
            count += len(part)
    return count


def _copy(
    connection: Any, table: str, columns: str, width: int, rows: Iterator[tuple[Any, ...]]
) -> int:
    count = 0
    with (
        connection.cursor() as cursor,
        cursor.cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        for row in rows:
            copy.write_row(row)
            count += 1
    return count
