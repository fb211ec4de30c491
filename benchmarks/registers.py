"""Pages of a register of a million firms: filtered, sorted, searched, paged, now and then.

Runs on the database that the environment names; for both engines::

    python -m benchmarks.registers
    scripts/with-postgres python -m benchmarks.registers
    python -m benchmarks.registers 100000      # fewer firms

Whole requests, from the URL to the last byte, as the server answers them.
"""

from __future__ import annotations

import os
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import numpy as np
import polars as pl

from benchmarks.records import codes
from benchmarks.timing import Reading

FIRMS = 1_000_000
_PARTS = 4
_CHANGED = 0.3
"""Share of the firms that are changed."""
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


def fill(count: int) -> Iterator[Reading]:
    """The firms into the register part by part, then three in ten of them changed."""
    from liantu.records import registers

    rows = firms(count)
    for part in rows.iter_slices(-(-count // _PARTS)):
        name = f"upsert of {part.height:,} new firms"
        yield _once(name, lambda part=part: registers.upsert("firms", part, by="benchmark"))
    changed = rows.sample(fraction=_CHANGED, seed=1)
    changed = changed.with_columns(pl.col("capital_cny") + 1000)
    name = f"upsert of {changed.height:,} changed firms"
    yield _once(name, lambda: registers.upsert("firms", changed, by="benchmark"))


def _once(name: str, call: Any) -> Reading:
    start, cpu = time.perf_counter(), time.process_time()
    call()
    spent = time.process_time() - cpu
    return Reading(name, (time.perf_counter() - start,), f"{spent:.1f} s of this process's CPU")


def reader(role: str = "planner", scope: str = "city") -> Any:
    """A client signed in with an account that looks at the pages, its first password changed."""
    from django.test import Client
    from django.urls import reverse

    from liantu.records.access import scope_of
    from liantu.web.accounts.keeping import make_account

    account, first = make_account(role, role, scope_of(scope))
    client, own = Client(), secrets.token_urlsafe(18)
    client.force_login(account)
    said = {"oldpassword": first, "password1": own, "password2": own}
    client.post(reverse("account_change_password"), said)
    return client


def pages(between: str) -> Iterator[Reading]:
    """Every query as a whole request, now and as of the moment before the change."""
    client = reader()
    yield _once("first request after the start", lambda: client.get("/records/firms/"))
    medians = []
    for name, query in QUERIES.items():
        now = _request(client, name, query)
        then = _request(client, name, query + ("&" if query else "?") + f"vintage={between}")
        ratio = then.median / now.median
        medians.append(now.median)
        yield Reading(name, now.seconds, f"as of before the change: {ratio:.2f}×")
    yield Reading("median of all queries", (statistics.median(medians),))


def _request(client: Any, name: str, query: str) -> Reading:
    address = f"/records/firms/{query}"
    seconds = []
    for _ in range(_REPEAT + 1):
        start = time.perf_counter()
        answer = client.get(address)
        seconds.append(time.perf_counter() - start)
        assert answer.status_code == 200, answer.content.decode()
    return Reading(name, tuple(seconds[1:]))


def run(count: int) -> Iterator[Reading]:
    """Fill an empty ledger and measure."""
    from urllib.parse import quote

    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from django.conf import settings
    from django.utils import timezone

    from liantu.records import registers

    settings.ALLOWED_HOSTS = ["*"]
    yield from fill(count)
    middle = registers.model_of("firms").versions.filter(version=2).order_by("id").first()
    before = timezone.localtime(middle.recorded_from) - timedelta(microseconds=1)
    yield from pages(quote(before.isoformat()))


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANTU_HOME"] = folder
        for reading in run(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS):
            print(reading.line(), flush=True)
