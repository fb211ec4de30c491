"""Kill the process at 200 random points of an import: the state is before or after."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.databases import OwnDatabase, environment

PROGRAM = Path(__file__).with_name("killed.py")
SEEDS = (1, 2)
KILLS = 100


@pytest.mark.slow
@pytest.mark.parametrize(
    "work",
    ["quarters", *(pytest.param(name, marks=pytest.mark.long) for name in ("figures", "codes"))],
)
def test_killed_at_200_random_points_the_state_is_before_or_after(
    tmp_path: Path, work: str, own_database: OwnDatabase
) -> None:
    """A series with its files, published figures, a register; each with rows sent back."""
    running = []
    for seed in SEEDS:
        home = tmp_path / str(seed)
        home.mkdir()
        running.append(
            subprocess.Popen(
                [sys.executable, str(PROGRAM), str(seed), str(KILLS), work],
                env=environment(home, own_database()), stdout=subprocess.PIPE,
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
    assert all(sum(tally[side] for tally in told) for side in ("before", "after"))
