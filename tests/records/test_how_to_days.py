"""The page on asking about a day: its files are written, its code is run."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).resolve().parents[2] / "docs" / "how-to" / "ask-about-a-day.md"


@pytest.mark.django_db
def test_the_example_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    text = PAGE.read_text(encoding="utf-8")
    for name, content in re.findall(r"```csv (\S+)\n(.*?)```", text, flags=re.DOTALL):
        Path(name).write_text(content, encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", text, flags=re.DOTALL)
    assert len(blocks) == 4
    exec(compile("\n".join(blocks), PAGE.name, "exec"), {"__name__": "example"})
