"""Processes on one ledger: killed while they write, and writing at the same time."""

from __future__ import annotations

import random
import shutil
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from itertools import pairwise
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.databases import OwnDatabase, environment

_ROWS = 3000
_SETUP = """
import os
os.environ["DJANGO_SETTINGS_MODULE"] = "liantu.web.settings"
import django
django.setup()
import polars as pl
from liantu.records import registers
from liantu.records.access import OPERATOR, act_as
act_as(OPERATOR)
def rows(name):
    return pl.DataFrame({{"credit_code": [f"C{{i:05}}" for i in range({rows})], "name": name}})
"""
_BEFORE = (
    "from django.core.management import call_command\n"
    "call_command('migrate', verbosity=0)\nregisters.upsert('firms', rows('before'), by='x')\n"
)
_AFTER = (
    "print('go', flush=True)\nregisters.upsert('firms', rows('after'), by='x')\n"
    "print('done', flush=True)\n"
)
_EDITS = """
from liantu.errors import StaleEdit
me, column = {me!r}, {column!r}
told = 0
for number in range(8):
    while True:
        version = registers.find("firms", "C00000").version
        try:
            registers.edit("firms", "C00000", {{column: str(number)}}, version, me)
            break
        except StaleEdit as error:
            told += 1
print(told)
"""
_IMPORTS = """
for number in range(8):
    registers.upsert("firms", rows(str(number)).head(200), by="x")
"""


def python(code: str, home: Path, database: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", _SETUP.format(rows=_ROWS) + code],
        stdout=subprocess.PIPE, text=True, env=environment(home, database),
    )  # fmt: skip


def asked(home: Path, database: str, query: str) -> list[tuple[Any, ...]]:
    """What the ledger answers to somebody who knows nothing of the program."""
    if database:
        with psycopg.connect(database) as ledger:
            return ledger.execute(query).fetchall()  # type: ignore[call-overload]
    # Closed at once, not when it is collected: the folder is copied next, journal and all.
    with closing(sqlite3.connect(home / "ledger.sqlite3")) as ledger:
        return ledger.execute(query).fetchall()


def state(home: Path, database: str) -> list[tuple[str, int]]:
    """Names in force, and how many versions there are."""
    return asked(
        home, database,
        "SELECT name, count(*) FROM records_firm WHERE recorded_to IS NULL"
        " GROUP BY name UNION ALL SELECT 'versions', count(*) FROM records_firm",
    )  # fmt: skip


@pytest.fixture
def filled(tmp_path: Path, own_database: OwnDatabase) -> tuple[Path, str]:
    """A home and a database with 3,000 firms."""
    home, database = tmp_path / "filled", own_database()
    home.mkdir()
    assert python(_BEFORE, home, database).wait(timeout=120) == 0
    return home, database


@pytest.mark.slow
def test_killed_at_any_moment_it_is_before_or_after(
    tmp_path: Path, filled: tuple[Path, str], own_database: OwnDatabase
) -> None:
    before = [("before", _ROWS), ("versions", _ROWS)]
    after = [("after", _ROWS), ("versions", 2 * _ROWS)]
    assert state(*filled) == before

    seen = []
    chance = random.Random(7)
    for number, share in enumerate((0.0, *(chance.random() for _ in range(5)), 9.9)):
        home, database = tmp_path / str(number), own_database(like=filled[1])
        shutil.copytree(filled[0], home)
        process = python(_AFTER, home, database)
        assert process.stdout is not None
        assert process.stdout.readline() == "go\n"
        if share < 1:
            time.sleep(share)
            process.kill()
        process.wait(timeout=120)
        found = state(home, database)
        assert found in (before, after)
        seen.append(found)

    assert before in seen
    assert after in seen


@pytest.mark.slow
def test_two_people_and_an_import_at_once_lose_nothing(filled: tuple[Path, str]) -> None:
    works = [_EDITS.format(me=m, column=c) for m, c in (("甲", "address"), ("乙", "main_product"))]
    processes = [python(code, *filled) for code in (*works, _IMPORTS)]
    assert [process.wait(timeout=300) for process in processes] == [0, 0, 0]

    versions = asked(
        *filled,
        "SELECT version, recorded_from, recorded_to, name, address, main_product"
        " FROM records_firm WHERE key = 'C00000' ORDER BY version",
    )
    assert [row[0] for row in versions] == list(range(1, 2 + 8 * 3))
    assert all(one[2] == two[1] for one, two in pairwise(versions))
    assert versions[-1][3:] == ("7", "7", "7")
