"""Everything saved comes back, on either database, whole or not at all."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.backup.conftest import DATABASES, FILLING, HERE, SERVER, Home

NewHome = Callable[[str], Home]


@pytest.fixture(scope="module", params=DATABASES)
def full(request: pytest.FixtureRequest, new_home: NewHome) -> tuple[Home, dict[str, str], Path]:
    """A home with rows at the edges of their types in every table, and a backup of it."""
    home = new_home(request.param)
    held = home.filling("fill")
    return home, held, home.backup(home.folder.parent / "saved.zip")


@pytest.mark.parametrize("database", DATABASES)
def test_every_row_of_every_table_comes_back(
    full: tuple[Home, dict[str, str], Path], new_home: NewHome, database: str
) -> None:
    home, held, archive = full
    if SERVER and database == "sqlite" and not home.url:
        pytest.skip("from SQLite to SQLite is the turn of the suite on SQLite")
    target = new_home(database)
    done = target.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert target.filling("digests") == held
    (paper,) = target.folder.glob("papers/*/*")
    assert paper.read_bytes() == b"a paper"
    refused = target.run("restore", str(archive))
    assert refused.returncode == 2
    assert "--replace" in refused.stderr
    assert target.filling("digests") == held
    # It is numbered on from where it was, and can be written to like any other.
    check = target.run("data", "check")
    assert check.returncode == 0, check.stdout + check.stderr
    assert target.run("data", "vintages").returncode == 0


@pytest.mark.parametrize("database", HERE)
def test_a_ledger_from_before_an_upgrade_is_saved_as_it_is_and_upgraded_when_restored(
    new_home: NewHome, database: str, tmp_path: Path
) -> None:
    old = new_home(database)
    old.filling("fill", "records", "0015")
    tables = set(old.filling("digests"))
    assert "dispatch_frozenedition" not in tables
    archive = old.backup(tmp_path / "old.zip")
    assert set(old.filling("digests")) == tables, "a backup must not migrate"
    target = new_home(database)
    done = target.run("restore", str(archive))
    assert done.returncode == 0, done.stderr
    assert "dispatch_frozenedition" in target.filling("digests")


@pytest.mark.long
def test_the_secret_key_goes_along_only_where_asked_for(new_home: NewHome, tmp_path: Path) -> None:
    home, target = new_home("sqlite"), new_home("sqlite")
    assert home.run("data", "vintages").returncode == 0
    plain = home.backup(tmp_path / "plain.zip")
    secret = home.backup(tmp_path / "secret.zip", "--with-secret-key")
    assert plain.stat().st_mode & 0o077 == 0
    assert target.run("restore", str(plain)).returncode == 0
    key = home.folder / "secret.key"
    assert (target.folder / "secret.key").read_bytes() != key.read_bytes()
    assert target.run("restore", str(secret), "--replace").returncode == 0
    assert (target.folder / "secret.key").read_text() == key.read_text().strip()
    assert (target.folder / "secret.key").stat().st_mode & 0o077 == 0


@pytest.mark.long
def test_the_audit_log_tells_a_restore_from_a_log_that_was_cut(
    new_home: NewHome, tmp_path: Path
) -> None:
    home = new_home("sqlite")
    assert home.run("data", "vintages").returncode == 0
    archive = home.backup(tmp_path / "a.zip")
    home.backup(tmp_path / "b.zip")
    assert home.run("restore", str(archive), "--replace").returncode == 0
    proof = home.run("audit", "verify")
    assert proof.returncode == 0, proof.stderr
    told = home.run("audit", "list", "--format", "csv").stdout
    assert "a.zip" in told
    assert "b.zip" not in told, "it was made after the backup that is in force again"


@pytest.mark.long
@pytest.mark.parametrize("database", DATABASES)
def test_imports_meanwhile_do_not_tear_ledger_and_lake_apart(
    new_home: NewHome, database: str, tmp_path: Path
) -> None:
    home, stop = new_home(database), tmp_path / "stop"
    importing = subprocess.Popen(
        [sys.executable, str(FILLING), "city", str(stop)],
        env=home.environment, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    try:
        while not (tmp_path / "file-9.csv").exists():
            assert importing.poll() is None
            time.sleep(0.05)
        archives = [home.backup(tmp_path / f"{number}.zip") for number in (1, 2)]
    finally:
        stop.touch()
        count = int(importing.communicate(timeout=120)[0])
    assert count > 9
    target = new_home(database)
    for archive in archives:
        # It is held against the lake, file by file, before it takes the place of anything.
        done = target.run("restore", str(archive), "--replace")
        assert done.returncode == 0, done.stderr
        assert target.run("data", "check").returncode == 0


@pytest.mark.long
@pytest.mark.parametrize("database", DATABASES)
def test_a_restore_that_is_killed_leaves_the_state_before_or_after(
    new_home: NewHome, database: str, tmp_path: Path
) -> None:
    chance = random.Random(20260105)
    first, other = new_home(database), new_home(database)
    before = first.filling("fill")
    assert other.run("data", "vintages").returncode == 0
    archive = other.backup(tmp_path / "other.zip")
    after = other.filling("digests")
    saved = first.backup(tmp_path / "first.zip")
    started = time.monotonic()
    assert first.run("restore", str(archive), "--replace").returncode == 0
    seconds = time.monotonic() - started
    assert first.filling("digests") == after
    assert first.run("restore", str(saved), "--replace").returncode == 0
    now = before
    for _ in range(6):
        process = first.start("restore", str(archive if now == before else saved), "--replace")
        try:
            process.wait(timeout=seconds * chance.uniform(0.3, 1.1))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
            process.wait()
        now = first.filling("digests")
        assert now in (before, after)
        left = first.run("data", "check", "--fix")
        assert left.returncode == 0, left.stdout + left.stderr
    done = first.run("restore", str(archive), "--replace")
    assert done.returncode == 0, done.stderr
    assert first.filling("digests") == after
    assert not list(first.folder.glob(".restore-*"))
