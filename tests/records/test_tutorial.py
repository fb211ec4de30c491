"""The newcomer's tutorial is run from its first line to its last: files, commands, outputs."""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from liantu.cli.main import main
from liantu.records.models import Batch
from liantu.records.quality.report import forget

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAGE = (
    Path(__file__).resolve().parents[2] / "docs/tutorial/from-an-empty-city-to-a-loaded-quarter.md"
)
BLOCK = re.compile(r"```(csv|sh|text|edit)([^\n]*)\n(.*?)```", re.DOTALL)


def test_the_tutorial_works(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings.HOME = tmp_path / "home"
    forget()
    said = ""
    ran = 0
    for kind, more, body in BLOCK.findall(PAGE.read_text(encoding="utf-8")):
        if kind == "csv":
            Path(more.strip()).write_text(body, encoding="utf-8")
        elif kind == "edit":
            _edit(Path(more.strip()), body)
        elif kind == "sh":
            expected = int(more.strip().removeprefix("exit=") or 0)
            codes = [_run(line) for line in body.splitlines()]
            captured = capsys.readouterr()
            said = captured.out + captured.err
            assert max(codes) == expected, said
            ran += len(codes)
        else:
            _compare(body, said)
    assert ran >= 20


def _run(line: str) -> int:
    """One command; a batch is named by its place, whatever number the database gave it."""
    name, *arguments = shlex.split(line)
    assert name == "liantu"
    if "--as-of" in arguments:
        at = arguments.index("--as-of") + 1
        batches = Batch.objects.order_by("accepted_at").values_list("pk", flat=True)
        arguments[at] = str(batches[int(arguments[at]) - 1])
    try:
        main(arguments)
    except SystemExit as end:
        return int(end.code or 0)
    return 0


def _edit(path: Path, body: str) -> None:
    text = path.read_text(encoding="utf-8-sig")
    old, new = body.strip().split(" => ")
    assert text.count(f",{old},") == 1
    path.write_text(text.replace(f",{old},", f",{new},"), encoding="utf-8-sig")


def _compare(body: str, said: str) -> None:
    """Every line printed, in any order; ``…`` stands for anything within a line."""
    for line in body.splitlines():
        parts = [re.escape(part.strip()) for part in line.split("…")]
        assert re.search(r"[^\n]*".join(parts), said), f"{line!r} is not in:\n{said}"


def test_its_links_lead_somewhere() -> None:
    for target in re.findall(r"\]\((\.\./[^)]+)\)", PAGE.read_text(encoding="utf-8")):
        assert (PAGE.parent / target).is_file(), target
