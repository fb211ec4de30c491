"""Published figures through their door into the lake, and read back: cold, and as pages read them.

A ledger of its own in a process of its own::

    python -m benchmarks.figures            # 100,000 figures
    python -m benchmarks.figures 1000000
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.timing import Reading

ROWS = 100_000
_INDICATORS = (("工业投资增速", "%"), ("地区生产总值", "亿元"), ("规上工业企业数", "户"),
               ("电子信息产业营业收入", "亿元"), ("高新技术企业数", "家"))  # fmt: skip

_PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from liantu.web.ready import ready
ready(with_first_plan=False)
from liantu.records import ledger
def timed(work):
    start = time.perf_counter()
    work()
    return time.perf_counter() - start
file = Path(sys.argv[1])
seconds = [timed(lambda: ledger.import_observations(file, by="benchmark"))]
seconds.append(timed(ledger.observations))
seconds.append(timed(ledger.observations))
seconds.append(timed(lambda: ledger.import_observations(file, by="benchmark")))
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024**2
print(json.dumps([seconds, len(ledger.observations()), peak]))
"""


def write_figures(path: Path, rows: int) -> None:
    """Plausible monthly figures of many districts, each row different."""
    chance = random.Random(0)
    with path.open("w", encoding="utf-8") as file:
        file.write("indicator,area,period,value,unit,source_title,source_url,note,trust\n")
        for number in range(rows):
            name, unit = _INDICATORS[number % 5]
            area, month = f"甲{number // 600 % 2000}区", number // 5 % 120
            period = f"{2015 + month // 12}年{month % 12 + 1}月"
            value = chance.randint(1, 10**6) / 100
            file.write(f"{name},{area},{period},{value:.2f},{unit},{area}统计月报 {period},"
                       f"https://example.org/{number // 500},,official\n")  # fmt: skip


def run(rows: int = ROWS) -> list[Reading]:
    """Import, read cold, read again, import again."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "figures.csv"
        write_figures(path, rows)
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(path)],
            env={**os.environ, "LIANTU_HOME": folder, "LIANTU_DATABASE_URL": ""},
            capture_output=True, text=True, check=True,
        )  # fmt: skip
    seconds, count, peak = json.loads(done.stdout.splitlines()[-1])
    names = ("import", "read cold", "read again", "import the same file again")
    note = f"{count:,} figures; peak {peak:.2f} GiB"
    return [
        Reading(f"{name}, published figures", (took,), note)
        for name, took in zip(names, seconds, strict=True)
    ]


if __name__ == "__main__":
    for reading in run(*(int(argument) for argument in sys.argv[1:])):
        print(reading.line())
