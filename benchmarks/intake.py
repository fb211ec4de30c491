"""A million firm-months with all that is remembered of their source, beside the bare door.

Both runs check and accept the same file on a ledger that knows the firms and the year before;
the second also reads mappings, corrections, registers, the firms' past and shows the difference.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import polars as pl

from benchmarks.records import FIRMS, ROWS, codes, firm_months
from benchmarks.timing import Reading

_BEFORE = 200_000
"""Rows that the ledger holds already; the file changes a part of them."""

_SETUP = """
import sys
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records import intake
for path in sys.argv[1:]:
    intake.commit(intake.prepare(Path(path)), by="benchmark")
"""
_BARE = """
import json, sys, time
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records.accept import accept
from liantu.records.doors.check import check
start = time.perf_counter()
receipt = accept(check(Path(sys.argv[1]), "firm_month"), by="benchmark")
print(json.dumps([time.perf_counter() - start, receipt.new, receipt.changed]))
"""
_REMEMBERED = """
import json, resource, sys, time
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records import intake
start = time.perf_counter()
prepared = intake.prepare(Path(sys.argv[1]), source="benchmark")
checked = time.perf_counter()
counts = prepared.preview.counts
shown = time.perf_counter()
receipt = intake.commit(prepared, by="benchmark")
end = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(json.dumps([checked - start, shown - checked, end - shown, receipt.new, receipt.changed,
                  peak]))
"""


def run() -> list[Reading]:
    """The bare door, then the same with what is remembered; the ratio of the two."""
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        frame = firm_months()
        firms = pl.DataFrame({"统一社会信用代码": codes(FIRMS)}).with_columns(
            pl.format("甲{}公司", pl.int_range(FIRMS)).alias("企业名称")
        )
        files = {name: root / f"{name}.parquet" for name in ("firms", "before", "months")}
        firms.write_parquet(files["firms"])
        known = frame.head(_BEFORE).with_columns(pl.col("营业收入（元）") * 1.01)
        known.write_parquet(files["before"])
        frame.write_parquet(files["months"])
        results = []
        for name, program in (("bare", _BARE), ("remembered", _REMEMBERED)):
            home = root / name
            home.mkdir()
            _run(_SETUP, home, files["firms"], files["before"])
            results.append(json.loads(_run(program, home, files["months"])))
    bare, (checking, showing, accepting, new, changed, peak) = results
    whole = checking + showing + accepting
    note = (
        f"check {checking:.1f} s, difference {showing:.1f} s, accept {accepting:.1f} s;"
        f" {new:,} new, {changed:,} changed; {whole / bare[0]:.2f}× bare; peak {peak:.2f} GiB"
    )
    return [
        Reading(f"import {ROWS:,} firm-months, bare door", (bare[0],), f"{bare[1]:,} new"),
        Reading("the same with mappings, corrections, registers, past", (whole,), note),
    ]


def _run(program: str, home: Path, *paths: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *map(str, paths)],
        env={**os.environ, "LIANTU_HOME": str(home), "LIANTU_DATABASE_URL": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.splitlines()[-1] if done.stdout.strip() else ""


if __name__ == "__main__":
    for reading in run():
        print(reading.line())
