"""The house holds: imports run downward, files stay readable, no place is known to the code."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "src" / "liantu").rglob("*.py"))
OWN = [path for path in SOURCES if "migrations" not in path.parts]

# Named here and nowhere in src: the code must not know them.
PLACES = re.compile("成都|四川|重庆|蓉城|天府|锦江|龙泉|chengdu|sichuan", re.IGNORECASE)


def test_imports_run_downward() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_code_names_no_place(path: Path) -> None:
    found = PLACES.findall(path.read_text(encoding="utf-8"))
    assert not found, f"{path.name} names {set(found)}: a place is catalogue data, never code"


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_file_can_be_read_in_one_sitting(path: Path) -> None:
    lines = path.read_text(encoding="utf-8").splitlines()
    assert len(lines) <= 450, f"{path.name} has {len(lines)} lines; split it by subject"
    long = [
        f"{node.name} ({node.end_lineno - node.lineno + 1} lines)"
        for node in ast.walk(ast.parse("\n".join(lines)))
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > 60
    ]
    assert not long, f"{path.name}: {', '.join(long)} do too much for one function"


@pytest.mark.parametrize("path", OWN, ids=lambda path: str(path.relative_to(ROOT / "src")))
def test_public_things_say_what_they_are(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    if path.name != "__init__.py" or tree.body:
        assert ast.get_docstring(tree), f"{path.name} does not say what it is for"
    bare = [
        node.name
        for node in tree.body
        if isinstance(node, (ast.FunctionDef, ast.ClassDef))
        and not node.name.startswith("_")
        and not ast.get_docstring(node)
    ]
    assert not bare, f"{path.name}: {', '.join(bare)} have no docstring"


def test_names_say_something() -> None:
    silent = {"utils.py", "helpers.py", "common.py", "misc.py", "stuff.py"}
    assert not [path for path in SOURCES if path.name in silent]


def test_catalogue_holds_no_code() -> None:
    assert not list((ROOT / "src" / "liantu" / "catalog").rglob("*.py"))


def test_product_never_reads_the_shared_folder() -> None:
    readers = [
        path for path in SOURCES if re.search(r"\bshared/", path.read_text(encoding="utf-8"))
    ]
    assert not readers
