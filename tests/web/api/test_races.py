"""Programs at the same time: one of two writers, one run of one key. On both databases.

In a process of its own: SQLite in memory is one connection for all threads.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.databases import OwnDatabase, environment

from .racing import AT_ONCE

PROGRAM = Path(__file__).with_name("racing.py")


def test_of_programs_at_the_same_time_one_is_first(
    tmp_path: Path, own_database: OwnDatabase
) -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM)],
        env=environment(tmp_path, own_database()),
        capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout.splitlines()[-1]) == {
        "writers": [200] + [412] * (AT_ONCE - 1),
        "versions": 2,
        "keyed": [201] * AT_ONCE,
        "answers": 1,
        "replayed": AT_ONCE - 1,
        "parks": 1,
        "files": [201] * AT_ONCE,
        "batches": 1,
    }
