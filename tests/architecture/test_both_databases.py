"""Which tests run on PostgreSQL is decided by a rule; here the rule is tried."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from tests.databases import about_sqlite

ROOT = Path(__file__).parents[2]
TESTS = ROOT / "tests"
WITHOUT_LEDGER = {
    "architecture/test_both_databases.py": "collects tests",
    "architecture/test_house.py": "runs the contract of the layers",
    "fuzz/test_harness.py": "fuzzes on a ledger in a file that every input leaves as it was",
    "plan/test_store.py": "writes plan packages, which are folders",
    "records/test_faults.py": "mounts a disk",
    "test_deploy.py": "has files for other programs checked by them",
    "web/operations/test_leaving.py": "ends a process that logs",
    "web/sign_in/test_directory.py": "runs an LDAP server",
    "web/sign_in/test_provider.py": "runs an OpenID Connect provider",
}
"""Modules that start programs without a ledger, and what those do."""
ADDRESS = "LIANTU_DATABASE_URL"


def _read(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def _named(path: Path) -> str:
    return str(path.relative_to(TESTS))


STARTING = [path for path in sorted(TESTS.rglob("*.py")) if "import subprocess" in _read(path)]


@pytest.mark.parametrize("path", STARTING, ids=_named)
def test_programs_with_a_ledger_are_given_one_of_their_own(path: Path) -> None:
    given = {"own_database", "given", "new_home"} & set(_read(path).replace(":", " ").split())
    if _named(path) in WITHOUT_LEDGER:
        return
    assert given, f"{_named(path)} starts programs: give them what own_database makes"


def test_no_list_is_longer_than_it_must_be() -> None:
    assert set(WITHOUT_LEDGER) <= {_named(path) for path in STARTING}


def test_no_test_chooses_a_database_by_itself() -> None:
    may = {
        "architecture/test_both_databases.py",
        "databases.py",
        "fuzz/ledger_harness.py",
        "web/test_environment.py",
    }
    setting = (f'"{ADDRESS}":', f'["{ADDRESS}"] =')
    found = {_named(path) for path in TESTS.rglob("*.py") if any(s in _read(path) for s in setting)}
    assert found <= may


def collected(*paths: str, server: str) -> tuple[int, str]:
    """Tests that would run on a server; none is asked for anything while they are collected."""
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:cacheprovider", *paths],
        cwd=ROOT, env={**os.environ, ADDRESS: server}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


SERVER = "postgresql://nobody@/nothing?host=/nowhere"


def test_what_touches_the_ledger_runs_on_both_and_the_rest_once() -> None:
    paths = (
        "tests/quantity", "tests/documents/test_reporting.py", "tests/records/test_accept.py",
        "tests/records/identity/test_review.py", "tests/records/lake/test_killed.py",
    )  # fmt: skip
    _, once = collected(*paths, server="")
    _, again = collected(*paths, server=SERVER)
    both = {line for line in once.splitlines() if "::" in line}
    on_postgresql = {line for line in again.splitlines() if "::" in line}
    assert on_postgresql < both
    for name in ("test_reporting", "test_accept", "test_review", "test_killed"):
        assert any(name in line for line in on_postgresql)
    gone = both - on_postgresql
    assert sum("tests/quantity/" in line for line in gone) > 50
    assert "not run on PostgreSQL: no ledger is touched" in again
    (sqlite,) = (line for line in gone if "test_accept" in line)
    assert "below_the_ledger" in sqlite
    assert "1 not run on PostgreSQL: a process can be kept" in again
    assert "not run on PostgreSQL" not in once


def test_a_test_about_sqlite_says_why(request: pytest.FixtureRequest) -> None:
    assert about_sqlite(request.node) == ""
    request.node.add_marker(pytest.mark.sqlite_only("its journal"))
    assert about_sqlite(request.node) == "its journal"
    for nothing in ((), (" ",)):
        request.node.add_marker(pytest.mark.sqlite_only(*nothing), append=False)
        with pytest.raises(pytest.UsageError, match="needs its reason"):
            about_sqlite(request.node)
