"""Fixtures every test may use."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from tests.databases import SERVER, about_sqlite, left_out, own_database

__all__ = ["own_database"]

SHARED = Path(__file__).resolve().parents[2] / "shared"

# A busy machine must not fail a property; speed has tests and benchmarks of its own.
settings.register_profile("liantu", deadline=None)
settings.load_profile("liantu")

LEFT_OUT = pytest.StashKey[Counter[str]]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """On PostgreSQL, leave out what would do the same twice, and count it."""
    for item in items:
        about_sqlite(item)
    if not SERVER:
        return
    reasons = left_out(items)
    out = {item for those in reasons.values() for item in those}
    config.hook.pytest_deselected(items=[item for item in items if item in out])
    items[:] = [item for item in items if item not in out]
    config.stash[LEFT_OUT].update({reason: len(those) for reason, those in reasons.items()})


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A worker tells its controller, which collects nothing itself."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["left_out"] = dict(session.config.stash[LEFT_OUT])


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Every worker has collected the same tests."""
    node.config.stash[LEFT_OUT] |= Counter(getattr(node, "workeroutput", {}).get("left_out", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for reason, count in terminalreporter.config.stash[LEFT_OUT].most_common():
        terminalreporter.write_line(f"{count} not run on PostgreSQL: {reason}")


@pytest.fixture(scope="session")
def shared() -> Path:
    """Folder of the plan's text and real data, which is kept beside the checkout."""
    if not SHARED.is_dir():
        reason = "the folder shared/ with the plan text and real data is not beside this checkout"
        if os.environ.get("CI") == "true":
            pytest.fail(f"{reason}; continuous integration requires it")
        pytest.skip(reason)
    return SHARED


@pytest.fixture(scope="session")
def plan_text(shared: Path) -> str:
    """The decoded text of the first plan, exactly as stored."""
    path = shared / "plan" / "chengdu_manufacturing_14fyp.txt"
    return path.read_bytes().decode("utf-8")


def _with_ledger(request: pytest.FixtureRequest) -> bool:
    marked = request.node.get_closest_marker("django_db")
    return marked is not None or bool({"db", "transactional_db"}.intersection(request.fixturenames))


@pytest.fixture(autouse=True)
def operator() -> Iterator[None]:
    """Tests of the records act as whoever has the shell, unless they say otherwise.

    A request names its own actor all the same: see the fixtures of ``tests/web``.
    """
    from liantu.records.access import OPERATOR, acting

    with acting(OPERATOR):
        yield


@pytest.fixture(autouse=True)
def home(request: pytest.FixtureRequest) -> Path | None:
    """Home of the program for a test with a ledger: a lake belongs to one ledger only."""
    if not _with_ledger(request):
        return None
    settings: Any = request.getfixturevalue("settings")
    settings.HOME = request.getfixturevalue("tmp_path") / "home"
    return Path(settings.HOME)


@pytest.fixture(scope="session", autouse=True)
def emptied_between_tests() -> Iterator[None]:
    """The audit log refuses to be emptied; between tests that commit it is, by hand."""
    from django.db import connection

    guard = import_module("liantu.records.migrations.0020_audit_log")
    flush = type(connection.ops).execute_sql_flush

    def by_hand(ops: Any, statements: list[str]) -> None:
        vendor = connection.vendor
        with connection.cursor() as cursor:
            for statement in guard.UNDO[vendor]:
                cursor.execute(statement)
        flush(ops, statements)
        with connection.cursor() as cursor:
            for statement in {"sqlite": guard.SQLITE, "postgresql": guard.POSTGRESQL}[vendor]:
                cursor.execute(statement)

    type(connection.ops).execute_sql_flush = by_hand  # type: ignore[method-assign]
    yield
    type(connection.ops).execute_sql_flush = flush  # type: ignore[method-assign]
