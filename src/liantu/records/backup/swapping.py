"""Putting the ledger that was built in the place of the present one, in one transaction.

SQLite: its online backup writes the new content as one transaction into the file that is there;
PostgreSQL: tables go and come between schemas in one transaction. A process that dies leaves the
one state or the other.
"""

from __future__ import annotations

import sqlite3
import time
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import quote, urlencode

from django.db import OperationalError, connection, transaction

from liantu.errors import StorageFailed
from liantu.records.backup.limits import backup_rules
from liantu.records.backup.states import applied, tables_at

_PREFIX = "liantu_restore_"


class Place(Protocol):
    """Where a ledger is built before it takes the place of the present one."""

    url: str

    def swap(self) -> None:
        """Take the place."""
        ...

    def remove(self) -> None:
        """Leave nothing of it behind."""
        ...


def place_beside(folder: Path, name: str) -> Place:
    """A new, empty place to build in, of the kind of the present ledger."""
    return _Schema(name) if connection.vendor == "postgresql" else _File(folder)


def remove_left_over() -> None:
    """Remove what restores that were killed have left in the database."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE %s", [f"{_PREFIX}%"])
        for (name,) in cursor.fetchall():
            cursor.execute(f"DROP SCHEMA {connection.ops.quote_name(name)} CASCADE")


class _File:
    """A file of SQLite inside the unpacked archive."""

    def __init__(self, folder: Path) -> None:
        self._built = folder / "built.sqlite3"
        self.url = f"sqlite://{quote(str(self._built))}"

    def swap(self) -> None:
        present = str(connection.settings_dict["NAME"])
        connection.close()
        until = time.monotonic() + backup_rules().lock_seconds

        def patient(status: int, *_: int) -> None:
            if status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED) and time.monotonic() > until:
                raise _at_work()

        built = sqlite3.connect(self._built)
        there = sqlite3.connect(present, timeout=0)
        try:
            there.execute("PRAGMA synchronous=FULL")
            built.backup(there, progress=patient)
        except sqlite3.OperationalError as error:
            raise StorageFailed(
                f"台账无法写入：{error}。原有台账未改动。请腾出磁盘空间后重试。",
                f"The ledger cannot be written: {error}. What was there is unchanged. Free disk"
                " space, then try again.",
            ) from error
        finally:
            there.close()
            built.close()

    def remove(self) -> None:
        """The unpacked archive goes with all that is in it."""


class _Schema:
    """A schema of the same database."""

    def __init__(self, name: str) -> None:
        self._name = f"{_PREFIX}{name}"
        with connection.cursor() as cursor:
            cursor.execute(f"CREATE SCHEMA {self._quoted}")
        self.url = _address({"options": f"-c search_path={self._name}"})

    @property
    def _quoted(self) -> str:
        return connection.ops.quote_name(self._name)

    def swap(self) -> None:
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL lock_timeout = '{backup_rules().lock_seconds}s'")
                cursor.execute("SELECT current_schema()")
                (schema,) = cursor.fetchone()
                self._change(cursor, str(schema))
        except OperationalError as error:
            raise _at_work() from error

    def _change(self, cursor: Any, schema: str) -> None:
        quote_name: Any = connection.ops.quote_name
        cursor.execute("SELECT tablename FROM pg_tables WHERE schemaname = %s", [self._name])
        built = sorted(name for (name,) in cursor.fetchall())
        if gone := self._ours(set(built)):
            cursor.execute(f"DROP TABLE {', '.join(map(quote_name, gone))}")
        for name in built:
            cursor.execute(
                f"ALTER TABLE {self._quoted}.{quote_name(name)} SET SCHEMA {quote_name(schema)}"
            )
        # What triggers call lies beside the tables.
        cursor.execute(
            "SELECT p.proname, pg_get_function_identity_arguments(p.oid) FROM pg_proc p"
            " JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = %s",
            [self._name],
        )
        for name, arguments in cursor.fetchall():
            called = f"{quote_name(name)}({arguments})"
            cursor.execute(f"DROP FUNCTION IF EXISTS {quote_name(schema)}.{called}")
            cursor.execute(
                f"ALTER FUNCTION {self._quoted}.{called} SET SCHEMA {quote_name(schema)}"
            )
        cursor.execute(f"DROP SCHEMA {self._quoted}")

    def _ours(self, built: set[str]) -> list[str]:
        """Tables of the present ledger; others that share the database stay."""
        present = {model._meta.db_table for model in tables_at(applied())}
        there = set(connection.introspection.table_names())
        return sorted(there & (built | present))

    def remove(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(f"DROP SCHEMA IF EXISTS {self._quoted} CASCADE")


def _address(more: dict[str, str]) -> str:
    """The present database as an address, with further options."""
    known: Any = connection.settings_dict
    kept = {
        name: str(value)
        for name, value in known["OPTIONS"].items()
        if isinstance(value, (str, int)) and name != "options"
    }
    host = str(known["HOST"] or "")
    account = quote(str(known["USER"] or ""), safe="")
    secret = f":{quote(str(known['PASSWORD']), safe='')}" if known["PASSWORD"] else ""
    port = f":{known['PORT']}" if known["PORT"] else ""
    named = f"[{host}]" if ":" in host else host
    return (
        f"postgresql://{account}{secret}@{named}{port}/{quote(str(known['NAME']), safe='')}"
        f"?{urlencode(kept | more)}"
    )


def _at_work() -> StorageFailed:
    return StorageFailed(
        f"有程序正在使用台账，已等候 {backup_rules().lock_seconds} 秒。原有台账未改动。"
        "请先停止服务（systemctl stop liantu liantu-worker）再恢复。",
        f"Something is at work on the ledger; waited {backup_rules().lock_seconds} s. What was"
        " there is unchanged. Stop the service first (systemctl stop liantu liantu-worker), then"
        " restore.",
    )
