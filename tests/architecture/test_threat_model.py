"""Every line of the threat model points at a test that is there."""

from __future__ import annotations

import ast
import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "explanation" / "threat-model.md").read_text(encoding="utf-8")
DEFENCES = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line]
LINES = [line for line in DEFENCES if not line.startswith("| 威胁 threat")]


def test_every_line_names_its_test() -> None:
    assert len(LINES) > 40
    assert [line for line in LINES if not re.search(r"`tests/\S+::test_\w+` \|$", line)] == []


def test_every_test_named_exists() -> None:
    missing = []
    for path, name in re.findall(r"`(tests/\S+\.py)::(test_\w+)`", PAGE):
        tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
        if name not in {node.name for node in tree.body if isinstance(node, ast.FunctionDef)}:
            missing.append(f"{path}::{name}")
    assert missing == []
