"""A short run of the coverage-guided fuzzer; ``make fuzz`` runs it for as long as one likes."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SECONDS = 15
LEAST = 50
"""Files that even a busy machine tries in that time."""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("harness", "kind"),
    [
        *(("harness", kind) for kind in ("csv", "xlsx", "parquet", "objects", "sheet")),
        *(("ledger_harness", kind) for kind in ("figures", "corrections")),
    ],
)
def test_changed_bytes_are_read_or_refused_in_words(
    tmp_path: Path, harness: str, kind: str
) -> None:
    done = subprocess.run(
        [sys.executable, "-m", f"tests.fuzz.{harness}", kind, "--seconds", str(SECONDS),
         "--corpus", str(tmp_path)],
        cwd=ROOT, capture_output=True, text=True, timeout=600, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-4000:]
    tried = re.search(r"number_of_executed_units: (\d+)", done.stderr)
    assert tried
    assert int(tried[1]) >= LEAST
    assert not list(tmp_path.glob("failed-*"))
