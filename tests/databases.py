"""The suite runs on SQLite and once more on PostgreSQL: which tests, and on which databases.

On PostgreSQL (``LIANTU_DATABASE_URL`` names a server) every test runs that touches the ledger:
it is marked ``django_db``, has one of pytest-django's fixtures or is a test case of Django's,
without which no test reaches a database; or it starts programs on a ledger of their own, which it
gets from the fixture ``own_database``. All others would do the same twice and are left out, as are
those about SQLite itself, marked ``sqlite_only`` with their reason.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest
from django.test import TransactionTestCase
from psycopg.sql import SQL, Identifier

SERVER = os.environ.get("LIANTU_DATABASE_URL", "")
"""Address of the server under test; empty where the tests run on SQLite."""
LEDGER_FIXTURES = {"db", "transactional_db", "django_db_serialized_rollback", "own_database"}


class OwnDatabase(Protocol):
    """Makes an empty database, or one like another that nobody is connected to; its address."""

    def __call__(self, like: str = "") -> str: ...


@pytest.fixture(scope="session")
def own_database() -> Iterator[OwnDatabase]:
    """Makes an empty database for a started program and tells its address.

    The address is for the program's ``LIANTU_DATABASE_URL``; an empty one stands for SQLite in
    the program's home. The databases go with the tests.
    """
    made: list[str] = []

    def make(like: str = "") -> str:
        if not SERVER:
            return ""
        name = f"own_{uuid.uuid4().hex}"
        pattern = urlsplit(like).path.removeprefix("/") or "template1"
        _run(SQL("CREATE DATABASE {} TEMPLATE {}").format(Identifier(name), Identifier(pattern)))
        made.append(name)
        return urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))

    yield make
    for name in made:
        _run(SQL("DROP DATABASE {} WITH (FORCE)").format(Identifier(name)))


def _run(statement: object) -> None:
    with psycopg.connect(SERVER, autocommit=True) as connection:
        connection.execute(statement)  # type: ignore[call-overload]


def environment(home: Path, database: str) -> dict[str, str]:
    """What a started program is given: a home and a ledger of its own, nothing else of ours."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("LIANTU_")}
    # One process of pages is enough for a test, and starts in half the time.
    given = {"LIANTU_DATABASE_URL": database, "LIANTU_WEB_PROCESSES": "1"}
    return {**kept, **given, "LIANTU_HOME": str(home)}


def touches_ledger(item: pytest.Item) -> bool:
    """Does a test read or write a ledger, in its own process or in one that it starts?"""
    if item.get_closest_marker("django_db") is not None:
        return True
    if issubclass(getattr(item, "cls", None) or object, TransactionTestCase):
        return True
    return not LEDGER_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))


def about_sqlite(item: pytest.Item) -> str:
    """Why a test is about SQLite itself; empty where it is not."""
    mark = item.get_closest_marker("sqlite_only")
    if mark is None:
        return ""
    if len(mark.args) != 1 or not str(mark.args[0]).strip():
        raise pytest.UsageError(f"{item.nodeid}: sqlite_only(reason) needs its reason")
    return str(mark.args[0])


def left_out(items: list[pytest.Item]) -> dict[str, list[pytest.Item]]:
    """Tests that do not run on PostgreSQL, by reason."""
    reasons: dict[str, list[pytest.Item]] = {}
    for item in items:
        reason = about_sqlite(item)
        if not touches_ledger(item):
            reason = "no ledger is touched"
        if reason:
            reasons.setdefault(reason, []).append(item)
    return reasons
