"""A million firm-months through the doors into the lake, and read back as of now and before.

Each import runs in a process of its own on an empty ledger, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import polars as pl

from benchmarks.timing import Reading

FIRMS, MONTHS = 12_000, 84
ROWS = 1_000_000
_ALPHABET = np.frombuffer(b"0123456789ABCDEFGHJKLMNPQRTUWXY", dtype=np.uint8)

_IMPORT = """
import json, resource, sys, time
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records.accept import accept
from liantu.records.doors.check import check
start = time.perf_counter()
checked = check(Path(sys.argv[1]), "firm_month")
between = time.perf_counter()
receipt = accept(checked, by="benchmark")
end = time.perf_counter()
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(json.dumps([between - start, end - between, receipt.new, receipt.rejected, peak]))
"""

_READ = """
import json, sys, time
import polars as pl
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records import lake
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.ledger import vintages
accept(check(Path(sys.argv[1]), "firm_month"), by="benchmark")
first = vintages()[0].id
def timed(vintage):
    start = time.perf_counter()
    lake.read("firm_month", vintage).group_by("period").agg(pl.col("revenue_cny").sum()).collect()
    return time.perf_counter() - start
times = {"now": [], "then": []}
timed(None), timed(first)
for _ in range(9):
    times["now"].append(timed(None))
    times["then"].append(timed(first))
print(json.dumps(times))
"""


def firm_months(rows: int = ROWS) -> pl.DataFrame:
    """Plausible synthetic rows with valid codes, headers as the table names them."""
    chance = np.random.default_rng(0)
    firms = codes(FIRMS)
    months = [f"{2018 + n // 12}-{n % 12 + 1:02d}" for n in range(MONTHS)]
    size = np.tile(np.exp(chance.normal(16, 1.2, FIRMS)), MONTHS)[:rows]
    people = np.maximum(size / 60_000, 5).astype(np.int64)
    revenue = np.round(size * np.exp(chance.normal(0, 0.05, rows)), 2)
    return pl.DataFrame(
        {
            "统一社会信用代码": np.tile(firms, MONTHS)[:rows],
            "月份": np.repeat(months, FIRMS)[:rows],
            "工业总产值（元）": np.round(revenue * 1.02, 2),
            "营业收入（元）": revenue,
            "利润总额（元）": np.round(revenue * 0.06, 2),
            "税收（元）": np.round(revenue * 0.03, 2),
            "从业人员（人）": people,
            "用电量（千瓦时）": np.round(revenue / 40, 1),
        }
    )


def codes(count: int) -> list[str]:
    """Credit codes with the right check digit (GB 32100)."""
    body = np.array([list(f"9151010000{n:07d}".encode()) for n in range(count)], dtype=np.uint8)
    values = np.searchsorted(_ALPHABET, body)
    weights = np.array([pow(3, n, 31) for n in range(17)])
    last = (31 - values @ weights % 31) % 31
    return [bytes([*row, _ALPHABET[digit]]).decode() for row, digit in zip(body, last, strict=True)]


def run() -> list[Reading]:
    """Import from Parquet and from CSV, then read the present and the past."""
    with tempfile.TemporaryDirectory() as folder:
        frame = firm_months()
        files = {kind: Path(folder) / f"months.{kind}" for kind in ("parquet", "csv")}
        frame.write_parquet(files["parquet"])
        frame.write_csv(files["csv"])
        correction = Path(folder) / "correction.parquet"
        frame.tail(50_000).with_columns(pl.col("营业收入（元）") * 1.1).write_parquet(correction)
        readings = []
        for kind, path in files.items():
            home = Path(folder) / kind
            checking, accepting, new, rejected, peak = _run(_IMPORT, home, path)
            note = (
                f"check {checking:.1f} s, accept {accepting:.1f} s; {new:,} rows,"
                f" {rejected:,} sent back; peak {peak:.2f} GiB"
            )
            readings.append(Reading(f"import {ROWS:,} firm-months, {kind}",
                                    (checking + accepting,), note))  # fmt: skip
        times = _run(_READ, Path(folder) / "parquet", correction)
    now = Reading("revenue by month, present", tuple(times["now"]), "one correction of 50,000 rows")
    then = Reading("revenue by month, as of before", tuple(times["then"]))
    ratio = f"{then.median / now.median:.2f}× the present"
    return [*readings, now, Reading(then.name, then.seconds, ratio)]


def _run(program: str, home: Path, path: Path) -> list[float] | dict[str, list[float]]:
    home.mkdir(exist_ok=True)
    done = subprocess.run(
        [sys.executable, "-c", program, str(path)],
        env={**os.environ, "LIANTU_HOME": str(home), "LIANTU_DATABASE_URL": ""},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(done.stdout.splitlines()[-1])


if __name__ == "__main__":
    for reading in run():
        print(reading.line())
