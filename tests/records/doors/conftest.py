"""Files for the doors, and firms with valid credit codes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from liantu.records.doors import Checked, check

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TODAY = date(2026, 3, 1)


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91000100{number:09d}"
    total = sum(ALPHABET.index(letter) * pow(3, at, 31) for at, letter in enumerate(body))
    return body + ALPHABET[(31 - total % 31) % 31]


Check = Callable[..., Checked]


@pytest.fixture
def checked(tmp_path: Path) -> Check:
    """Writes text (or bytes) as a csv and checks it."""

    def run(text: str | bytes, table: str = "firm_month", **options: object) -> Checked:
        path = tmp_path / "file.csv"
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return check(path, table, today=TODAY, **options)  # type: ignore[arg-type]

    return run
