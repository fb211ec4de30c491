"""A process of the pages that ends: what it logged is written, its status tells what failed."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

PROGRAM = Path(__file__).with_name("leaving.py")


@pytest.mark.parametrize(("how", "status"), [((), 0), (("fails",), 1)])
def test_the_log_is_written_and_an_error_stays_one(
    tmp_path: Path, how: tuple[str, ...], status: int
) -> None:
    log = tmp_path / "log"
    done = subprocess.run(
        [sys.executable, str(PROGRAM), str(log), *how], capture_output=True, text=True, check=False
    )
    assert done.returncode == status, done.stderr
    assert log.read_text().strip() == "the last word"
    assert ("it failed" in done.stderr) is bool(how)


def test_a_program_that_nobody_started_so_ends_as_it_does() -> None:
    code = (
        "from liantu.web.leaving import leave_without_threads\n"
        "leave_without_threads()\nraise SystemExit(3)"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False)
    assert done.returncode == 3
