"""``liantu data check``: what a crash left is named, removed on request, and told by exit code."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tests.databases import OwnDatabase, environment

LIANTU = Path(sys.executable).parent / "liantu"


def test_orphans_are_named_then_removed(tmp_path: Path, own_database: OwnDatabase) -> None:
    given = environment(tmp_path, own_database())

    def check(*options: str) -> tuple[int, str]:
        done = subprocess.run(
            [str(LIANTU), "data", "check", *options],
            capture_output=True, text=True, env=given, check=False,
        )  # fmt: skip
        return done.returncode, done.stdout

    cut = tmp_path / "lake" / "firm_month" / ".cut.part"
    cut.parent.mkdir(parents=True)
    cut.write_bytes(b"half a file")
    code, said = check("--format", "json")
    assert code == 8
    assert [defect["kind"] for defect in json.loads(said)] == ["orphan"]
    assert cut.exists()
    code, said = check("--fix")
    assert code == 0
    assert "一致" in said
    assert not cut.exists()
