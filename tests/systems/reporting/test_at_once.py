"""Two hundred units that file in the same hour, from several hands at once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from tests.databases import OwnDatabase, environment

from . import hour


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_two_hundred_units_file_the_same_hour(tmp_path: Path, own_database: OwnDatabase) -> None:
    # SQLite in memory is one connection for all threads: there the hour is played on a file.
    done = (
        _on_a_file(environment(tmp_path, own_database()))
        if connection.vendor == "sqlite"
        else hour.play()
    )
    assert done["rows"] == {f"P{n:03}": n for n in range(hour.UNITS)}
    assert done["states"] == {"filed": hour.UNITS - 1, "accepted": 1}
    assert done["steps"] == {"file": hour.UNITS, "accept": 1}
    assert done["accepted"] == {"accepted": 1, "refused": hour.HANDS - 1}


def _on_a_file(told: dict[str, str]) -> dict[str, Any]:
    done = subprocess.run(
        [sys.executable, hour.__file__], env=told, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found
