"""Programs that the tests of backups run on a home of their own: ``python filling.py WHAT …``.

``fill`` puts rows at the edges of their types into every table there is; ``city`` imports files
until it is told to stop; ``digests`` prints what the ledger holds, table by table.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import time
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

ROWS = 3
TEXTS = ("", "“引号”\\ \n\t'--; DROP TABLE 表; \u2028 🏭 e\u0301", "字" * 40)
DOCUMENTS: tuple[Any, ...] = (
    {"乙": [1, 2.5, None, True, {"a": "\u0001"}], "甲": -0.1},
    [1e300, 2**62, 1e20, 1e-7, 0.1 + 0.2],
    "字",
)
NUMBERS = (-1.5e-300, 0.1 + 0.2, 1.7976931348623157e308)
MOMENTS = (
    datetime(1970, 1, 1, tzinfo=UTC),
    datetime(2026, 2, 28, 15, 59, 59, 999999, tzinfo=UTC),
    datetime(8999, 12, 31, 23, 59, 59, 1, tzinfo=UTC),
)


def cell(field: Any, number: int) -> Any:
    """A value at an edge of the field's type; ``number`` counts rows from 1."""
    kind = field.get_internal_type()
    if field.remote_field:
        return None if field.null and number == ROWS else number
    if field.primary_key and kind not in {"CharField", "UUIDField"}:
        return number
    if field.null and number == ROWS:
        return None
    at = number - 1
    if kind in {"CharField", "TextField", "SlugField", "EmailField", "FileField",
                "GenericIPAddressField", "URLField"}:  # fmt: skip
        return _text(field, number, kind)
    return {
        "JSONField": DOCUMENTS[at],
        "FloatField": NUMBERS[at],
        "BooleanField": bool(at % 2),
        "DateTimeField": MOMENTS[at],
        "DateField": (date(1, 1, 1), date(2024, 2, 29), date(9999, 12, 31))[at],
        "UUIDField": UUID(int=number),
        "BinaryField": (b"", b"\x00\xff", b"abc")[at],
        "DecimalField": Decimal(number),
        "DurationField": timedelta(days=number, microseconds=number),
        "BigIntegerField": (-(2**63), 0, 2**63 - 1)[at],
        "PositiveBigIntegerField": (number, 7, 2**63 - 1)[at],
        "IntegerField": (-(2**31), 0, 2**31 - 1)[at],
        "PositiveIntegerField": (number, 7, 2**31 - 1)[at],
        "SmallIntegerField": (-(2**15), 0, 2**15 - 1)[at],
        "PositiveSmallIntegerField": (number, 7, 2**15 - 1)[at],
    }[kind]


def _text(field: Any, number: int, kind: str) -> str:
    if kind == "GenericIPAddressField":
        return f"10.0.0.{number}"
    if field.choices:
        return str(list(field.flatchoices)[min(number, len(field.flatchoices)) - 1][0])
    text = TEXTS[number - 1]
    limit = field.max_length or len(text) + 1
    return f"{text[: limit - 1]}{number}"


def fill() -> None:
    """Three rows in every table, but for those in which a new ledger has rows of its own."""
    from django.db import IntegrityError, connection, transaction

    from liantu.records.backup.states import applied, saved_tables

    with transaction.atomic(), connection.cursor() as cursor:
        for model in saved_tables(applied()):
            table = model._meta.db_table
            cursor.execute(f"SELECT COUNT(*) FROM {table}")
            if cursor.fetchone()[0]:
                continue
            for number in range(1, ROWS + 1):
                try:
                    with transaction.atomic():
                        put(cursor, model, number)
                except IntegrityError:
                    # The table does not take the edges of its types: what it surely takes.
                    put(cursor, model, number, modest=True)


def put(cursor: Any, model: Any, number: int, *, modest: bool = False) -> None:
    """One row, whatever the model itself refuses."""
    from django.db import connection, models

    fields = model._meta.local_concrete_fields
    names = ", ".join(connection.ops.quote_name(field.column) for field in fields)
    marks = ", ".join(["%s"] * len(fields))
    row = []
    for field in fields:
        value = cell_of(model, field, number)
        if modest and type(value) is int:
            value = number
        row.append(
            connection.ops.adapt_json_value(value, None)
            if isinstance(field, models.JSONField) and value is not None
            else field.get_db_prep_save(value, connection)
        )
    cursor.execute(f"INSERT INTO {model._meta.db_table} ({names}) VALUES ({marks})", row)


def cell_of(model: Any, field: Any, number: int) -> Any:
    """As :func:`cell`, but for what other cells or files have to agree with."""
    label = f"{model._meta.label_lower}.{field.name}"
    if label.endswith(".recorded_to"):
        return MOMENTS[number] if number < ROWS else None
    if label.endswith(".recorded_from"):
        return MOMENTS[number - 1]
    if label in {"records.batch.accepted", "records.lakefile.rows", "records.lakefile.withdrawn"}:
        return 0
    if label.startswith("records.auditentry.") and field.max_length == 64:
        return f"{number:064x}"
    if label == "records.batch.table":
        return f"表{number}"
    return cell(field, number)


def lake_rows() -> None:
    """Files of the lake as the rows made here know them."""
    from django.db import connection

    from liantu.records.lake.folder import lake_folder

    import polars as pl  # isort: skip

    with connection.cursor() as cursor:
        for number in range(1, ROWS + 1):
            name = f"firm_month/{number:032x}.parquet"
            path = lake_folder() / name
            path.parent.mkdir(parents=True, exist_ok=True)
            pl.DataFrame(schema={"a": pl.String}).write_parquet(path)
            content = path.read_bytes()
            cursor.execute(
                "UPDATE records_lakefile SET name = %s, size = %s, sha256 = %s WHERE id = %s",
                [name, len(content), hashlib.sha256(content).hexdigest(), number],
            )
        cursor.execute("DELETE FROM records_lakeidentity WHERE id <> 1")


def papers() -> None:
    """A paper as it was sent out."""
    from django.conf import settings

    folder = Path(settings.HOME) / "papers" / "quarterly-1-abc-0.1.0"
    folder.mkdir(parents=True)
    (folder / "季度调度 2025Q4.docx").write_bytes(b"a paper")


def digests() -> dict[str, str]:
    """What every table holds, whatever the database.

    The identity of a lake is its own, and a restore is told in the audit log.
    """
    from liantu.records.backup.rows import written
    from liantu.records.backup.states import applied, saved_tables

    return {
        model._meta.db_table: hashlib.sha256(b"".join(written(model, "default"))).hexdigest()
        for model in saved_tables(applied())
        if model._meta.db_table not in {"records_lakeidentity", "records_auditentry"}
    }


def city(stop: Path) -> int:
    """Bring in one small file of a series after another until there is a file ``stop``."""
    from liantu.records.accept import accept
    from liantu.records.doors.check import check

    count = 0
    while not stop.exists():
        count += 1
        path = stop.with_name(f"file-{count}.csv")
        path.write_text(
            f"园区代码,季度,从业人员（人）,企业户数（户）\nP{count % 7},2025Q1,{count},1\n",
            encoding="utf-8",
        )
        accept(check(path, "park_quarter"), by="测试")
        time.sleep(0.05)
    return count


def main() -> Any:
    """What was asked for."""
    from django.core.management import call_command

    what = sys.argv[1]
    if what == "fill":
        call_command("migrate", *sys.argv[2:], interactive=False, verbosity=0)
        fill()
        lake_rows()
        papers()
        return digests()
    if what == "city":
        call_command("migrate", interactive=False, verbosity=0)
        return city(Path(sys.argv[2]))
    return digests()


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    from liantu.records.access import OPERATOR, act_as

    act_as(OPERATOR)
    print(json.dumps(main()))
