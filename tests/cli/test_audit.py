"""``liantu audit``: proven, looked up and carried away by commands."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from liantu.cli.main import cli
from liantu.errors import UsageError
from liantu.records import audit

pytestmark = pytest.mark.django_db(transaction=True)


def run(*arguments: str) -> str:
    done = CliRunner().invoke(cli, ["audit", *arguments], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.fixture(autouse=True)
def filled() -> None:
    audit.note(audit.Act.EDITED, by="甲", kind="firms", key="k1", details={"version": 2})
    audit.note(audit.Act.IMPORTED, by="=乙", kind="parks", key="7")


def test_the_log_is_proven_and_an_anchor_met() -> None:
    anchor = run("anchor").strip()
    assert json.loads(run("verify", "--anchor", anchor, "--format", "json"))[0] == {
        "entries": 2, "head": anchor, "anchors": 2,
    }  # fmt: skip
    assert "完好：2 条" in run("verify")
    for text in ("12", "x:" + "0" * 64, "1:" + "0" * 63):
        with pytest.raises(UsageError, match="锚点"):
            run("verify", "--anchor", text)


def test_entries_are_looked_up() -> None:
    assert [row["number"] for row in json.loads(run("list", "--format", "json"))] == [2, 1]
    (found,) = json.loads(run("list", "--kind", "firms", "--key", "k1", "--format", "json"))
    assert (found["by"], found["act"], found["details"]) == ("甲", "edited", "version=2")
    assert json.loads(run("list", "--last", "2020-01-01", "--format", "json")) == []
    assert "'=乙" in run("list", "--format", "csv")
    with pytest.raises(UsageError, match="动作"):
        run("list", "--act", "nothing")
    with pytest.raises(UsageError, match="早于"):
        run("list", "--first", "2026-02-01", "--last", "2026-01-01")


def test_an_export_is_itself_logged(tmp_path: Path) -> None:
    run("export", "--out", str(tmp_path / "a.jsonl"))
    lines = (tmp_path / "a.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["number"] for line in lines] == [1, 2]
    assert json.loads(run("list", "--format", "json"))[0]["act"] == "log_exported"
