"""A million firm-months through the doors into the lake, and read back as of now and before.

Each import runs in a process of its own on an empty ledger, so that its peak memory is its own.
Beside it stand a floor and a peer on the same parquet file: polars reading it and nothing more,
and pandera with the polars backend checking what it can be told (types, ranges, patterns, the
key), without units, check digits, slips, jumps, sentences for what is wrong, or storage. The peer
is fetched for the run by ``uv run --with`` and is no dependency; without a network it is left out.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from benchmarks.timing import Reading

FIRMS, MONTHS = 12_000, 84
ROWS = 1_000_000
SHEET_ROWS = 100_000
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


_FLOOR = """
import json, sys, time
import polars as pl
start = time.perf_counter()
frame = pl.read_parquet(sys.argv[1])
print(json.dumps([time.perf_counter() - start, frame.height]))
"""

_PEER = """
import json, resource, sys, time
import pandera.polars as pa
import polars as pl
figure = lambda least=None: pa.Column(float, pa.Check.ge(least) if least is not None else None)
schema = pa.DataFrameSchema(
    {
        "统一社会信用代码": pa.Column(str, pa.Check.str_matches("^[0-9A-HJ-NP-RTUW-Y]{18}$")),
        "月份": pa.Column(str, pa.Check.str_matches("^[0-9]{4}-[0-9]{2}$")),
        "工业总产值（元）": figure(0), "营业收入（元）": figure(0), "利润总额（元）": figure(),
        "税收（元）": figure(), "从业人员（人）": pa.Column(int, pa.Check.ge(0)),
        "用电量（千瓦时）": figure(0),
    },
    unique=["统一社会信用代码", "月份"],
)
schema.validate(pl.read_parquet(sys.argv[1]).head(10))
start = time.perf_counter()
schema.validate(pl.read_parquet(sys.argv[1]), lazy=True)
seconds = time.perf_counter() - start
print(json.dumps([seconds, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2]))
"""
PEER = ("pandera[polars]>=0.20,<1",)


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
    """Import from parquet, csv and xlsx, then read the present and the past."""
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        frame = firm_months()
        files = {kind: place / f"months.{kind}" for kind in ("parquet", "csv", "xlsx")}
        frame.write_parquet(files["parquet"])
        frame.write_csv(files["csv"])
        frame.head(SHEET_ROWS).write_excel(files["xlsx"])
        readings = [_import(kind, path, place / kind) for kind, path in files.items()]
        floor, _ = _run(_FLOOR, place / "floor", files["parquet"])
        alike = readings[0].median
        readings.append(
            Reading("polars reads the parquet file", (floor,), f"import takes {alike / floor:.1f}×")
        )
        readings += _peer(files["parquet"], alike)
        correction = place / "correction.parquet"
        frame.tail(50_000).with_columns(pl.col("营业收入（元）") * 1.1).write_parquet(correction)
        times = _run(_READ, place / "parquet", correction)
    now = Reading("revenue by month, present", tuple(times["now"]), "one correction of 50,000 rows")
    then = Reading("revenue by month, as of before", tuple(times["then"]))
    ratio = f"{then.median / now.median:.2f}× the present"
    return [*readings, now, Reading(then.name, then.seconds, ratio)]


def _import(kind: str, path: Path, home: Path) -> Reading:
    checking, accepting, new, rejected, peak = _run(_IMPORT, home, path)
    note = (
        f"check {checking:.1f} s, accept {accepting:.1f} s; {new:,} rows,"
        f" {rejected:,} sent back; peak {peak:.2f} GiB"
    )
    return Reading(f"import {new:,} firm-months, {kind}", (checking + accepting,), note)


def _peer(path: Path, alike: float) -> list[Reading]:
    """The peer on the same file, where it can be had."""
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}:{os.environ.get('PATH', '')}")
    if uv is None:
        return []
    wanted = [part for package in PEER for part in ("--with", package)]
    command = [uv, "run", "--no-project", "--python", sys.executable, *wanted]
    done = subprocess.run(
        [*command, "python", "-c", _PEER, str(path)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        print(f"pandera left out: {done.stderr.strip().splitlines()[-1:]}", file=sys.stderr)
        return []
    seconds, peak = json.loads(done.stdout.splitlines()[-1])
    note = f"import with storage takes {alike / seconds:.1f}× as long; peak {peak:.2f} GiB"
    return [Reading("pandera checks types, ranges, key", (seconds,), note)]


def _run(program: str, home: Path, path: Path) -> Any:
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
