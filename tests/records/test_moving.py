"""Figures of an older ledger move into the lake: whole, once, and whatever cuts the move off."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from liantu.declarations import CATALOG

PROGRAM = Path(__file__).with_name("moving.py")
(FIGURES,) = (CATALOG / "observations").glob("*.csv")


@pytest.fixture
def ledger_url() -> Iterator[str]:
    """An empty database of the kind the tests run on; empty text for SQLite."""
    server = os.environ.get("LIANTU_DATABASE_URL", "")
    if not server.startswith("postgres"):
        yield ""
        return
    name = f"moving_{uuid.uuid4().hex}"
    base, _, options = server.partition("?")
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')  # type: ignore[arg-type]
        yield f"{base.rpartition('/')[0]}/{name}?{options}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')  # type: ignore[arg-type]


def test_all_figures_arrive_once_however_often_the_move_is_cut_off(
    tmp_path: Path, ledger_url: str
) -> None:
    """An empty ledger is moved by every other test: its database is made by the migrations."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(FIGURES)],
        env={**os.environ, "LIANTU_HOME": str(tmp_path), "LIANTU_DATABASE_URL": ledger_url},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "crashed": [9, 9, 9],
        "same": True,
        "vintages": 2,
        "orphans": 1,
        "defects": [],
        "files": 2,
        "dropped": True,
    }
