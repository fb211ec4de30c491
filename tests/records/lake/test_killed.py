"""Kill the process at 200 random points of an import: the state is before or after."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
import pytest

PROGRAM = Path(__file__).with_name("killed.py")
SEEDS = (1, 2)
KILLS = 100


@contextmanager
def databases(count: int) -> Iterator[list[str]]:
    """As many empty databases on the server under test; SQLite files where there is none."""
    server = os.environ.get("LIANTU_DATABASE_URL", "")
    if not server:
        yield [""] * count
        return
    names = [f"killed_{uuid.uuid4().hex}" for _ in range(count)]
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names:
            connection.execute(f"CREATE DATABASE {name}")
        address = urlsplit(server)
        yield [urlunsplit(address._replace(path=f"/{name}")) for name in names]
        for name in names:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.mark.slow
@pytest.mark.parametrize("work", ["quarters", "figures", "codes"])
def test_killed_at_200_random_points_the_state_is_before_or_after(
    tmp_path: Path, work: str
) -> None:
    """A series with its files, published figures, a register; each with rows sent back."""
    with databases(len(SEEDS)) as urls:
        running = []
        for seed, url in zip(SEEDS, urls, strict=True):
            home = tmp_path / str(seed)
            home.mkdir()
            command = [sys.executable, str(PROGRAM), str(home), str(seed), str(KILLS), work, url]
            running.append(
                subprocess.Popen(
                    command, env=os.environ.copy(), stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE, text=True,
                )
            )  # fmt: skip
        told = []
        for process in running:
            out, err = process.communicate(timeout=1200)
            assert process.returncode == 0, err
            told.append(json.loads(out.splitlines()[-1]))
    for tally in told:
        assert tally["wrong"] == []
        assert tally["before"] + tally["after"] == KILLS
        # What the ledger lists is what is on disk, after every crash and its clean-up.
        assert tally["batches"] == tally["expected_batches"]
        assert tally["files"] == (0 if work == "codes" else tally["batches"])
    # The kills fell into the import, and on both sides of the moment that it takes effect.
    assert sum(tally["killed"] for tally in told) > len(SEEDS) * KILLS / 4
    assert all(tally["before"] and tally["after"] for tally in told)
