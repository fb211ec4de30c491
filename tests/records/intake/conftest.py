"""A home of its own for every test, files to bring, and the codes of firms that can exist."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liantu.records import intake
from liantu.records.accept import Receipt

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TODAY = date(2026, 3, 1)


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91000100{number:09d}"
    total = sum(ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


Write = Callable[..., Path]
Bring = Callable[..., Receipt]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a text as a file of this test."""

    def put(text: str, name: str = "file.csv") -> Path:
        path = tmp_path / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    return put


@pytest.fixture
def bring(write: Write) -> Bring:
    """Prepares a text as a file and commits it."""

    def run(text: str, table: str | None = None, name: str = "file.csv", **more: Any) -> Receipt:
        prepared = intake.prepare(write(text, name), table, today=TODAY, **more)
        return intake.commit(prepared, by="测试")

    return run
