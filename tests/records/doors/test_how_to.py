"""The pages on files in and out are worked examples: their files are written, their code is run.

Blocks of a page follow one another as a reader takes them: ``csv NAME`` is a file, ``sh`` are
commands (``# exit 4`` behind one says how it ends), ``text`` below them must be among what they
print, ``python`` is run.
"""

from __future__ import annotations

import re
import shlex
from pathlib import Path
from typing import Any

import pytest

from liantu.cli.main import main

HOW_TO = Path(__file__).resolve().parents[3] / "docs" / "how-to"
PAGES = sorted(
    page for kind in ("import", "export", "make") for page in HOW_TO.glob(f"{kind}-*.md")
)
BLOCK = re.compile(r"^```(csv|sh|text|python)(?: (\S+))?\n(.*?)^```", re.DOTALL | re.MULTILINE)


@pytest.mark.django_db(transaction=True, reset_sequences=True)
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_the_examples_work(
    page: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    settings: Any,
    capsys: pytest.CaptureFixture[str],
) -> None:
    settings.HOME = tmp_path / "home"
    monkeypatch.chdir(tmp_path)
    printed = ""
    names: dict[str, object] = {"__name__": "example"}
    blocks = BLOCK.findall(page.read_text(encoding="utf-8"))
    assert blocks
    for kind, name, content in blocks:
        if kind == "csv":
            Path(name).write_text(content, encoding="utf-8")
        elif kind == "sh":
            printed = "".join(_run(line, capsys) for line in _lines(content))
        elif kind == "text":
            for line in filter(None, map(str.strip, content.splitlines())):
                assert line in printed, f"{line!r} is not printed:\n{printed}"
        else:
            exec(compile(content, page.name, "exec"), names)


def _lines(block: str) -> list[str]:
    return [line for line in block.replace("\\\n", " ").splitlines() if line.strip()]


def _run(line: str, capsys: pytest.CaptureFixture[str]) -> str:
    """What a command prints; anything but ``liantu`` does what a hand would with a file."""
    said = re.search(r"#\s*exit (\d+)", line)
    words = shlex.split(line, comments=True)
    if words[0] == "sed":
        _, what, file = words
        _, old, new, _ = what.split("/")
        path = Path(file)
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8")
        return ""
    assert words[0] == "liantu", line
    with pytest.raises(SystemExit) as stop:
        main(words[1:])
    out, err = capsys.readouterr()
    assert stop.value.code == int(said[1] if said else 0), f"{line}\n{out}{err}"
    return re.sub(r"[ ]+", " ", out + err)


def test_there_are_pages() -> None:
    assert len(PAGES) >= 5
