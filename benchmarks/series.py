"""Pages of a series of a million firm-months: filtered, sorted, searched, paged, now and then.

The months come in by the quarter, as offices send them, and some are revised later. Whole
requests, from the URL to the last byte, as the server answers them::

    python -m benchmarks.series
    python -m benchmarks.series 100000      # fewer rows
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from benchmarks.records import FIRMS, ROWS, firm_months
from benchmarks.registers import reader
from benchmarks.timing import Reading

_REPEAT = 7
_REVISED = 0.02
QUERIES = {
    "all rows, first page": "",
    "all rows, page 15,000": "?page=15000",
    "one month, by revenue": "?period=2024-06&sort=-revenue_cny",
    "by revenue": "?sort=-revenue_cny",
    "revenue above, by employees": "?revenue_cny.min=100000&sort=-employees",
    "one firm": "?credit_code={firm}",
    "one month, page 100": "?period=2024-06&page=100",
    "search of a name, by tax": "?q=0119&sort=-tax_cny",
    "not filed, by output": "?export_cny=~&sort=-output_cny",
}


def fill(folder: Path, rows: int) -> Iterator[Reading]:
    """The months quarter by quarter, then two in a hundred of the rows revised."""
    from liantu.records.accept import accept
    from liantu.records.doors.check import check

    every = firm_months(rows).with_columns(
        pl.format("某市某某机械{}有限公司", pl.col("统一社会信用代码").str.slice(9, 8)).alias(
            "企业名称"
        )
    )
    parts = list(every.iter_slices(FIRMS * 3))
    revised = every.sample(fraction=_REVISED, seed=1).with_columns(pl.col("税收（元）") + 100)
    start = time.perf_counter()
    for at, part in enumerate([*parts, revised]):
        path = folder / f"months-{at}.parquet"
        part.write_parquet(path)
        accept(check(path, "firm_month"), by="benchmark")
    yield Reading(f"{rows:,} rows in {len(parts) + 1} batches", (time.perf_counter() - start,))


def pages(firm: str, before: str) -> Iterator[Reading]:
    """Every query as a whole request, now and as of the batch before the revision."""
    client = reader()
    medians = []
    start = time.perf_counter()
    client.get("/records/firm_month/")
    yield Reading("first request after the start", (time.perf_counter() - start,))
    for name, query in QUERIES.items():
        asked = query.format(firm=firm)
        now = _request(client, name, asked)
        then = _request(client, name, asked + ("&" if asked else "?") + f"as_of={before}")
        medians.append(now.median)
        note = f"as of before the revision: {then.median / now.median:.2f}×"
        yield Reading(name, now.seconds, note)
    yield Reading("median of all queries", (statistics.median(medians),))


def _request(client: Any, name: str, query: str) -> Reading:
    seconds = []
    for _ in range(_REPEAT + 1):
        start = time.perf_counter()
        answer = client.get(f"/records/firm_month/{query}")
        seconds.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.content.decode()
    return Reading(name, tuple(seconds[1:]))


def run(folder: Path, rows: int) -> Iterator[Reading]:
    """Fill an empty ledger and measure."""
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from django.conf import settings

    from liantu.records.models import Batch

    settings.ALLOWED_HOSTS = ["*"]
    yield from fill(folder, rows)
    before = list(Batch.objects.filter(table="firm_month").values_list("pk", flat=True))[-2]
    yield from pages(str(firm_months(FIRMS)["统一社会信用代码"][77]), str(before))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIANTU_HOME"] = home
        for reading in run(Path(home), int(sys.argv[1]) if len(sys.argv) > 1 else ROWS):
            print(reading.line(), flush=True)
