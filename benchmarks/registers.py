"""Pages of a register of a million firms: filtered, sorted, searched, paged, now and then.

Runs on the database that the environment names; for both engines::

    python -m benchmarks.registers
    scripts/with-postgres python -m benchmarks.registers

Whole requests, from the URL to the last byte, as the server answers them.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from benchmarks.records import codes
from benchmarks.timing import Reading

FIRMS, CHANGED, STEP = 1_000_000, 300_000, 250_000
_REPEAT = 9
_MAKES = ("轴承", "齿轮箱", "动力电池", "集成电路", "影像设备", "航空锻件", "功能薄膜")
QUERIES = {
    "all firms, first page": "",
    "all firms, page 19,000": "?page=19000",
    "district, by capital": "?area_code=A07&sort=-capital_cny",
    "district, size, state, by name": "?area_code=A07&size=large&state=open&sort=name",
    "industry 35, by date, page 500": "?industry_code=35&sort=established_on&page=500",
    "capital above, by name": "?capital_cny.min=5000&sort=name",
    "search of two characters, by capital": "?q=锻件&sort=-capital_cny",
    "search of a code": "?q=0000999999",
    "search with filters": "?q=电池+33&above_scale=是&sort=-capital_cny",
    "not filed, by capital": "?park_code=~&sort=-capital_cny",
}


def firms(count: int) -> pl.DataFrame:
    """Plausible firms with valid codes."""
    chance = np.random.default_rng(0)
    at = np.arange(count)
    makes = np.array(_MAKES)[at % 7]
    return pl.DataFrame(
        {
            "credit_code": codes(count),
            "name": [f"某市{'锦新瑞华天宏'[n % 6]}{m}{n}有限公司" for n, m in enumerate(makes)],
            "industry_code": [f"{34 + n % 7}{n % 9}{n % 8}" for n in range(count)],
            "ownership": chance.choice(["private", "limited", "shares", "foreign"], count),
            "established_on": pl.Series(10_000 + chance.integers(0, 9_000, count)).cast(pl.Date),
            "state": chance.choice(["open", "paused", "closed"], count, p=[0.8, 0.1, 0.1]),
            "capital_cny": np.round(np.exp(chance.normal(15.5, 1.8, count)), -3),
            "area_code": [f"A{n % 23:02d}" for n in range(count)],
            "park_code": [f"P{n % 60:02d}" if n % 5 else None for n in range(count)],
            "address": [f"某区某路{n % 997}号" for n in range(count)],
            "size": chance.choice(
                ["large", "medium", "small", "micro"], count, p=[0.02, 0.1, 0.4, 0.48]
            ),
            "above_scale": chance.random(count) < 0.1,
            "main_product": [f"{m}、部件{n % 77}" for n, m in enumerate(makes)],
        }
    )  # fmt: skip


def fill() -> list[Reading]:
    """A million firms into the register, then 300,000 of them changed."""
    from liantu.records import registers

    rows = firms(FIRMS)
    readings = []
    for start in range(0, FIRMS, STEP):
        name = f"upsert of {STEP:,} new firms beside {start:,}"
        readings.append(_once(name, lambda part=rows[start : start + STEP]: registers.upsert(
            "firms", part, by="benchmark")))  # fmt: skip
    changed = rows.sample(CHANGED, seed=1).with_columns(pl.col("capital_cny") + 1000)
    readings.append(_once(f"upsert of {CHANGED:,} changed firms",
                          lambda: registers.upsert("firms", changed, by="benchmark")))  # fmt: skip
    return readings


def _once(name: str, call: Any) -> Reading:
    start, cpu = time.perf_counter(), time.process_time()
    call()
    spent = time.process_time() - cpu
    return Reading(name, (time.perf_counter() - start,), f"{spent:.1f} s of this process's CPU")


def pages(between: str) -> list[Reading]:
    """Every query as a whole request, now and as of the moment before the change."""
    from django.test import Client

    client = Client()
    readings = [_once("first request after the start", lambda: client.get("/records/firms/"))]
    for name, query in QUERIES.items():
        now = _request(client, name, query)
        then = _request(client, name, query + ("&" if query else "?") + f"vintage={between}")
        ratio = then.median / now.median
        readings.append(Reading(name, now.seconds, f"as of before the change: {ratio:.2f}×"))
    medians = [reading.median for reading in readings[1:]]
    readings.append(Reading("median of all queries", (statistics.median(medians),)))
    return readings


def _request(client: Any, name: str, query: str) -> Reading:
    address = f"/records/firms/{query}"
    seconds = []
    for _ in range(_REPEAT + 1):
        start = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.content.decode()
    return Reading(name, tuple(seconds[1:]))


def run() -> list[Reading]:
    """Fill an empty ledger and measure; the ledger is thrown away."""
    from urllib.parse import quote

    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from django.conf import settings
    from django.utils import timezone

    from liantu.records import registers

    settings.ALLOWED_HOSTS = ["*"]
    filled = fill()
    middle = registers.model_of("firms").versions.filter(version=2).order_by("id").first()
    before = timezone.localtime(middle.recorded_from) - timedelta(microseconds=1)
    return [*filled, *pages(quote(before.isoformat()))]


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANTU_HOME"] = folder
        for reading in run():
            print(reading.line(), flush=True)
    sys.exit(0)
