"""Figures of an older ledger move into the lake: whole, once, and whatever cuts the move off."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.databases import OwnDatabase, environment

from liantu.declarations import CATALOG

PROGRAM = Path(__file__).with_name("moving.py")
(FIGURES,) = (CATALOG / "observations").glob("*.csv")


def test_all_figures_arrive_once_however_often_the_move_is_cut_off(
    tmp_path: Path, own_database: OwnDatabase
) -> None:
    """An empty ledger is moved by every other test: its database is made by the migrations."""
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(FIGURES)],
        env=environment(tmp_path, own_database()),
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
