"""Resolve 130,000 rows of a synthetic register (模拟数据), beside Splink on the same rows.

Splink is given what it needs from us: names split already (core, industry, area, form), and the
rule that two valid, different credit codes are two firms is also shown applied to its pairs. It
runs in an environment of its own that ``uv`` makes (``pip install uv``); without uv only our
figures are printed. Splitting the names counts in our time and not in Splink's.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from benchmarks.firms_with_copies import register
from benchmarks.timing import Reading
from liantu.records.identity import duplicates, split_names
from liantu.records.identity.credit_code import valid

FIRMS, COPIES = 100_000, 30_000
SPLINK = ("splink==5.0.0", "duckdb==1.5.5")


def run() -> list[Reading]:
    """Seconds, precision and recall of both, in this order."""
    rows = register(FIRMS, COPIES)
    readings = [_ours(rows)]
    uv = shutil.which("uv")
    if uv is not None:
        readings += _splink(rows, uv)
    return readings


def _ours(rows: pl.DataFrame) -> Reading:
    start = time.perf_counter()
    found = duplicates(rows.drop("truth"))
    seconds = time.perf_counter() - start
    same = found.filter(pl.col("decision") == "same")
    review = found.filter(pl.col("decision") != "different")
    reached = _recall(rows, review["left_id"].to_numpy(), review["right_id"].to_numpy())
    note = _note(rows, same["left_id"].to_numpy(), same["right_id"].to_numpy())
    waiting = review.height - same.height
    return Reading(
        f"resolve {rows.height} firm rows",
        (seconds,),
        f"{note}; with the {waiting} pairs for review recall {reached:.4f}",
    )


def _splink(rows: pl.DataFrame, uv: str) -> list[Reading]:
    parts = split_names(rows["name"]).select(
        "core_key", "industry", "form_kind", name_area="area", is_group="group"
    )
    with tempfile.TemporaryDirectory() as folder:
        given, taken = Path(folder, "rows.parquet"), Path(folder, "pairs.parquet")
        ready = pl.concat([rows.drop("truth"), parts], how="horizontal")
        ready.with_columns(pl.col(pl.String).replace("", None)).write_parquet(given)
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
    apart = holds[one] & holds[other] & (written[one] != written[other])
    chance = pairs["match_probability"].to_numpy()
    return [
        Reading(
            f"  Splink, p ≥ {least}" + (", codes apart left out" if ruled else ""),
            (seconds,),
            _note(rows, *((side[(chance >= least) & ~(apart & ruled)]) for side in (one, other))),
        )
        for ruled in (False, True)
        for least in (0.5, 0.95, 0.99, 0.999, 0.9999)
    ]


def _note(rows: pl.DataFrame, one: NDArray[np.int64], other: NDArray[np.int64]) -> str:
    truth = rows.sort("id")["truth"].to_numpy()
    precision = float(np.mean(truth[one] == truth[other]))
    return f"precision {precision:.4f}, recall {_recall(rows, one, other):.4f}"


def _recall(rows: pl.DataFrame, one: NDArray[np.int64], other: NDArray[np.int64]) -> float:
    truth = rows.sort("id")["truth"].to_numpy()
    sizes = np.bincount(truth)
    return float(np.sum(truth[one] == truth[other]) / np.sum(sizes * (sizes - 1) // 2))
