"""The page on adding an indicator: its file is written, its commands are run, the page opened."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner
from tests.systems.indicators.conftest import People

from liantu.cli.main import cli

PAGE = Path(__file__).resolve().parents[3] / "docs" / "how-to" / "add-an-indicator.md"


def test_a_new_indicator_is_on_its_page(
    returns: Path, people: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = returns / "home"
    monkeypatch.setenv("LIANTU_HOME", str(home))
    ran = 0
    mine = home / "measures" / "mine.yaml"
    for language, name, block in re.findall(
        r"```(\w+) ?(\S*)\n(.*?)```", PAGE.read_text(encoding="utf-8"), flags=re.DOTALL
    ):
        if name == "measures/mine.yaml":
            mine.parent.mkdir(parents=True)
            mine.write_text(block, encoding="utf-8")
        elif name == "change":
            before, after = block.strip().split(" → ")
            text = mine.read_text(encoding="utf-8")
            assert before in text
            mine.write_text(text.replace(before, after), encoding="utf-8")
        elif language == "console":
            ran += _run(block, faulty="[loss_revenue_share]" in block)
    assert ran == 6
    client = people()
    page = client.get("/indicators/loss_revenue_share/")
    assert page.status_code == 200
    body = page.content.decode()
    assert "亏损企业营业收入占比" in body
    assert "东区" in body
    assert "loss_revenue_share" in client.get("/indicators/").content.decode()


def _run(block: str, *, faulty: bool) -> int:
    """Run the commands of a block; the lines after each are in its output."""
    output, count = "", 0
    for line in block.strip().splitlines():
        if line.startswith("$ liantu "):
            done = CliRunner().invoke(cli, shlex.split(line.removeprefix("$ liantu ")))
            assert (done.exit_code != 0) == faulty, done.output
            output, count = done.output, count + 1
        else:
            assert line in output, f"{line!r} is not in {output!r}"
    return count
