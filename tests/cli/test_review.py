"""``liantu data review``: search, list, decide with a merger, take back, declare."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.databases import OwnDatabase, environment

ONE, OTHER = "91430100MA4K7P2W3T", "91430100MA3R9T6Q65"
_FILL = f"""
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records import registers
registers.upsert("firms", [
    {{"credit_code": "{ONE}", "name": "长沙华川电子有限公司"}},
    {{"credit_code": "{OTHER}", "name": "华川电子（长沙）有限公司"}},
], by="登记处")
"""


@pytest.mark.slow
def test_a_pair_is_found_decided_merged_and_parted(
    tmp_path: Path, own_database: OwnDatabase
) -> None:
    given = environment(tmp_path, own_database())

    def run(*command: str) -> tuple[int, str]:
        done = subprocess.run(command, capture_output=True, text=True, env=given, check=False)
        return done.returncode, done.stdout + done.stderr

    def review(*options: str) -> tuple[int, str]:
        return run(str(Path(sys.executable).parent / "liantu"), "data", "review", *options)

    def cases(state: str) -> list[dict[str, object]]:
        found: list[dict[str, object]] = json.loads(
            review("list", "--state", state, "--format", "json")[1]
        )
        return found

    assert run(sys.executable, "-c", _FILL) == (0, "")
    code, said = review("duplicates", "--by", "企业处")
    assert code == 0
    assert "新发现 1 对" in said
    (case,) = cases("waiting")
    number = str(case["id"])

    how = ("--by", "企业处", "--reason", "换证")
    code, said = review("decide", number, "same", "--keep", ONE, *how)
    assert code == 0
    assert f"{OTHER} 已并入" in said
    assert cases("waiting") == []
    assert review("decide", number, "waiting", *how)[0] == 0
    assert [case["id"] for case in cases("waiting")] == [int(number)]

    assert review("decide", "999", "same", *how)[0] == 6
    assert review("decide", number, "same", "--by", " ", "--reason", "x")[0] == 2
    code, said = review("declare", "华川老厂", ONE, *how)
    assert code == 0
    assert "今后识别为 长沙华川电子有限公司" in said
    assert [case["left"] for case in cases("same")] == ["华川老厂"]
