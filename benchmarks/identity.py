"""Resolve 130,000 rows of a synthetic register (模拟数据), beside Splink on the same rows.

Both know the same. Splink is given the names split already (core, core of the former name,
industry, area, form, group, branch, the whole name in comparable spelling), the codes and the
areas; splitting counts in our time and not in Splink's. Our rules that two valid, different
credit codes are two firms, and a branch is not its firm, are applied to its pairs as well. Of its
thresholds the one counts that reaches most of the true pairs at no less than our precision; where
none does, the most precise.

The weights in ``catalog/rules/identity.yaml`` were set on other seeds than the one reported here.
Splink runs in an environment of its own that ``uv`` makes; without uv only our figures are
printed.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.firms_with_copies import register
from benchmarks.timing import Reading
from liantu.records.identity import duplicates, split_names
from liantu.records.identity.credit_code import valid
from liantu.records.identity.rules import identity_rules
from liantu.records.identity.trade_words import peeled

FIRMS, COPIES, SEED = 100_000, 30_000, 20261126
THRESHOLDS = (0.5, 0.9, 0.95, 0.99, 0.999, 0.9999, 0.99999, 0.999999, 0.9999999)
SPLINK = ("splink==5.0.0", "duckdb==1.5.5")


@dataclass(frozen=True)
class Met:
    """How many of the pairs found are true, and how many of the true pairs are found."""

    precision: float
    recall: float

    def __str__(self) -> str:
        return f"precision {self.precision:.4f}, recall {self.recall:.4f}"


def run() -> list[Reading]:
    """Seconds, precision and recall of both, in this order."""
    rows = register(FIRMS, COPIES, SEED)
    ours, met = _ours(rows)
    uv = shutil.which("uv") or shutil.which("uv", path=str(Path(sys.executable).parent))
    return [ours, *(_splink(rows, uv, met) if uv is not None else [])]


def _ours(rows: pl.DataFrame) -> tuple[Reading, Met]:
    start = time.perf_counter()
    found = duplicates(rows.drop("truth"))
    seconds = time.perf_counter() - start
    same = found.filter(pl.col("decision") == "same")
    review = found.filter(pl.col("decision") != "different")
    met = _met(rows, same["left_id"].to_numpy(), same["right_id"].to_numpy())
    reached = _met(rows, review["left_id"].to_numpy(), review["right_id"].to_numpy()).recall
    waiting = review.height - same.height
    note = f"{met}; with the {waiting} pairs for review recall {reached:.4f}"
    return Reading(f"resolve {rows.height} firm rows", (seconds,), note), met


def _splink(rows: pl.DataFrame, uv: str, ours: Met) -> list[Reading]:
    split = split_names(rows["name"])
    split, _ = peeled(split, split, identity_rules().learning)
    parts = split.select(
        "whole_key", "core_key", "industry", "form_kind", "branch", is_group="group",
        name_area=pl.col("area").str.replace(r"(00)+$", ""),
    )  # fmt: skip
    former = split_names(rows["former_names"])["core_key"].rename("former_core")
    said = pl.col(pl.String).exclude("branch").replace("", None)
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder, "rows.parquet"), Path(folder, "pairs.parquet")
        ready = pl.concat([rows.drop("truth"), parts, former.to_frame()], how="horizontal")
        ready.with_columns(said).write_parquet(given)
        script = Path(__file__).with_name("identity_splink.py")
        needs = [word for package in SPLINK for word in ("--with", package)]
        done = subprocess.run(
            [uv, "run", "--no-project", *needs, "python", str(script), str(given), str(taken)],
            capture_output=True, text=True, check=True,
        )  # fmt: skip
        pairs = pl.read_parquet(taken)
    seconds = float(done.stdout.split()[-2])
    codes = rows.sort("id")["credit_code"]
    holds = valid(codes).fill_null(False).to_numpy()
    written = codes.fill_null("").to_numpy()
    one, other = pairs["id_l"].to_numpy(), pairs["id_r"].to_numpy()
    branch = parts["branch"].gather(rows["id"].arg_sort()).to_numpy()
    apart = holds[one] & holds[other] & (written[one] != written[other])
    apart |= branch[one] != branch[other]
    chance = pairs["match_probability"].to_numpy()
    met = {
        least: _met(rows, *(side[(chance >= least) & ~apart] for side in (one, other)))
        for least in THRESHOLDS
    }
    fit = [least for least in THRESHOLDS if met[least].precision >= ours.precision]
    best = max(fit, key=lambda least: met[least].recall) if fit else max(
        THRESHOLDS, key=lambda least: met[least].precision
    )  # fmt: skip
    return [
        Reading(f"  Splink, p ≥ {least}" + (" ← counts" if least == best else ""),
                (seconds,), str(found))
        for least, found in met.items()
    ]  # fmt: skip


def _met(rows: pl.DataFrame, one: NDArray[np.int64], other: NDArray[np.int64]) -> Met:
    truth = rows.sort("id")["truth"].to_numpy()
    sizes = np.bincount(truth)
    true = int(np.sum(truth[one] == truth[other]))
    return Met(true / max(len(one), 1), true / int(np.sum(sizes * (sizes - 1) // 2)))


def main() -> None:
    """Print one line a reading."""
    for reading in run():
        print(reading.line(), flush=True)


if __name__ == "__main__":
    main()
