"""A ledger that is away or full: the user is told so, in both languages, and told to try again."""

from __future__ import annotations

import sqlite3
from typing import Any

import psycopg
import pytest
from django.contrib.sessions.backends.db import SessionStore
from django.db import InterfaceError, OperationalError, connection, transaction
from django.test import Client

from liantu.systems.reporting import duties
from liantu.web.api import tokens
from liantu.web.jobs import queue

pytestmark = pytest.mark.django_db


def away(*_: Any, **__: Any) -> Any:
    raise OperationalError("server closed the connection unexpectedly")


def lost(*_: Any, **__: Any) -> Any:
    raise InterfaceError("connection already closed")


@pytest.fixture
def client(client: Client) -> Client:
    client.raise_request_exception = False
    return client


@pytest.mark.parametrize("fails", [away, lost])
@pytest.mark.parametrize(
    "where",
    [(queue, "seen"), (duties, "grants_with"), (SessionStore, "load")],
    ids=["the page", "the shell", "the session"],
)
def test_a_page_says_so_and_the_next_one_works(
    client: Client, monkeypatch: pytest.MonkeyPatch, where: tuple[Any, str], fails: Any
) -> None:
    monkeypatch.setattr(*where, fails)
    answer = client.get("/jobs/")
    told = answer.content.decode()
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "5"
    assert "台账暂时连不上" in told
    assert "Wait a moment and try again" in told
    assert "<h1>" in told, "the page, not the plain words for when even that fails"
    monkeypatch.undo()
    assert client.get("/jobs/").status_code == 200


def test_a_program_is_told_as_a_problem(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.contrib.auth.models import User

    _, secret = tokens.create(User.objects.get(), "试验")
    caller = Client(raise_request_exception=False)
    signed = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    monkeypatch.setattr("liantu.web.api.tables.load_tables", away)
    answer = caller.get("/api/v1/tables", **signed)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "5")
    problem = answer.json()
    assert problem["status"] == 503
    assert "台账" in problem["detail"]
    assert "try again" in problem["detail_en"]
    monkeypatch.undo()
    assert caller.get("/api/v1/tables", **signed).status_code == 200


def of_sqlite(code: int) -> Exception:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "status"),
    [
        (sqlite3.SQLITE_BUSY, 503),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, 503),
        (sqlite3.SQLITE_LOCKED, 503),
        (sqlite3.SQLITE_IOERR_READ, 503),
        (sqlite3.SQLITE_CANTOPEN, 503),
        (sqlite3.SQLITE_READONLY, 500),
        (sqlite3.SQLITE_ERROR, 500),
    ],
)
def test_only_a_ledger_that_is_away_is_told_to_be_tried_again(
    client: Client, monkeypatch: pytest.MonkeyPatch, code: int, status: int
) -> None:
    def fails() -> Any:
        cause = of_sqlite(code)
        raise OperationalError(str(cause)) from cause

    monkeypatch.setattr(queue, "seen", fails)
    answer = client.get("/jobs/")
    assert (answer.status_code, "Retry-After" in answer.headers) == (status, status == 503)


def test_a_table_that_is_missing_is_a_fault_and_no_restart(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def asks() -> Any:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT * FROM no_such_table")

    monkeypatch.setattr(queue, "seen", asks)
    answer = client.get("/jobs/")
    assert answer.status_code == 500
    assert "服务器处理时出错" in answer.content.decode()


@pytest.mark.parametrize(
    "cause", [of_sqlite(sqlite3.SQLITE_FULL), psycopg.errors.DiskFull("no space left")]
)
def test_a_full_disk_of_the_ledger_is_told_as_such(
    client: Client, monkeypatch: pytest.MonkeyPatch, cause: Exception
) -> None:
    def full() -> Any:
        raise OperationalError(str(cause)) from cause

    monkeypatch.setattr(queue, "seen", full)
    answer = client.get("/jobs/")
    assert answer.status_code == 507
    assert "磁盘已满" in answer.content.decode()


def test_a_fault_of_the_program_stays_one(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong() -> Any:
        raise ZeroDivisionError

    monkeypatch.setattr(queue, "seen", wrong)
    answer = client.get("/jobs/")
    assert answer.status_code == 500
    assert "服务器处理时出错" in answer.content.decode()
