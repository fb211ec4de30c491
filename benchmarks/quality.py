"""Data quality of a whole city: five thousand firms over five years, a million over one.

The ledger and the lake are filled through the registers and through ``accept``; the report is
then made in a process of its own, so that its peak memory is its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Reading

CITIES = {"5,000 firms × 60 months": (5_000, 60), "1,000,000 firms × 12 months": (1_000_000, 12)}

_FILL = """
import sys
from pathlib import Path
import numpy as np, polars as pl
from datetime import date
from liantu.web.ready import ready
ready(with_first_plan=False)
from benchmarks.records import codes
from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors import check
count, months, folder = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]
chance = np.random.default_rng(0)
areas = [f"9901{n:02}" for n in range(1, 21)]
registers.upsert("areas", [
    {"area_code": code, "valid_from": date(2000, 1, 1), "name": f"{code}区", "level": "district"}
    for code in areas
], by="benchmark")
firms = pl.Series(codes(count))
registers.upsert("firms", pl.DataFrame({
    "credit_code": firms,
    "name": [f"第{n}机械有限公司" for n in range(count)],
    "kind": "legal", "state": "open", "above_scale": True,
    "area_code": np.array(areas)[chance.integers(0, 20, count)],
    "established_on": date(2010, 1, 1),
}), by="benchmark")
size = np.exp(chance.normal(16, 1.2, count))
for month in range(months):
    filed = chance.random(count) > 0.02
    revenue = size * np.exp(chance.normal(0, 0.05, count))
    at = date.today().year * 12 + date.today().month - 1 - months + month
    frame = pl.DataFrame({
        "统一社会信用代码": firms, "月份": f"{at // 12}-{at % 12 + 1:02}",
        "营业收入（元）": revenue, "工业总产值（元）": revenue * 1.02, "税收（元）": revenue * 0.03,
        "利润总额（元）": revenue * 0.06, "用电量（千瓦时）": revenue / 40,
        "从业人员（人）": np.maximum(size / 60_000, 5).astype(np.int64),
    }).filter(filed)
    path = Path(folder) / "month.parquet"
    frame.write_parquet(path)
    accept(check(path, "firm_month"), by="benchmark")
"""

_REPORT = """
import json, resource, time
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records.quality import report
from liantu.records.quality.report import forget
times = []
for _ in range(3):
    forget()
    start = time.perf_counter()
    found = report()
    times.append(time.perf_counter() - start)
start = time.perf_counter()
report()
kept = time.perf_counter() - start
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(json.dumps([times, kept, found.total("expected"), found.total("missing"), peak]))
"""


def run(names: list[str] | None = None) -> list[Reading]:
    """Make the report of every city, and read it again while nothing was recorded."""
    readings = []
    for name in names or list(CITIES):
        firms, months = CITIES[name]
        with tempfile.TemporaryDirectory() as folder:
            _run(_FILL, folder, str(firms), str(months), folder)
            done = _run(_REPORT, folder)
        times, kept, expected, missing, peak = json.loads(done.splitlines()[-1])
        note = (
            f"{expected:,} returns due, {missing:,} missing; again {kept * 1e3:.1f} ms;"
            f" peak {peak:.2f} GiB"
        )
        readings.append(Reading(f"quality, {name}", tuple(times), note))
    return readings


def _run(program: str, home: str, *arguments: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env={**os.environ, "LIANTU_HOME": home, "LIANTU_DATABASE_URL": ""},
        cwd=Path(__file__).parents[1],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


if __name__ == "__main__":
    for reading in run(list(CITIES)[: int(sys.argv[1])] if sys.argv[1:] else None):
        print(reading.line())
