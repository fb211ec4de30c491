"""What row scopes cost: the register page of a million firms for whoever sees one district.

Runs on the database that the environment names::

    python -m benchmarks.scoping
    scripts/with-postgres python -m benchmarks.scoping
    python -m benchmarks.scoping 100000      # fewer firms

Compared are two pages with the same rows on them. The account of a district asks for a list, which
its scope narrows to the firms of that district; a planner, who sees everything, asks for the same
list with the district as a filter. Both make the same table of the same firms: what the first
takes longer is the cost of the scope. Beside them stands the planner's page without any filter,
which has other rows on it. They take turns, request by request, so that what else the machine does
falls on all. Whole requests, from the URL to the last byte, as the server answers them.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import date
from typing import Any

from benchmarks.registers import FIRMS, fill, reader
from benchmarks.timing import Reading

DISTRICT = "A07"
_DISTRICTS = 23
_REPEAT = 25
QUERIES = {
    "first page": "",
    "page 50": "page=50",
    "by capital": "sort=-capital_cny",
    "size and state, by name": "size=small&state=open&sort=name",
    "search of two characters": "q=锻件",
    "capital above, by date": "capital_cny.min=5000&sort=established_on",
}


def districts() -> None:
    """The districts that the firms lie in; scopes go by them."""
    from liantu.records import registers

    since = date(2000, 1, 1)
    rows = [
        {"area_code": f"A{n:02d}", "valid_from": since, "name": f"{n}区", "level": "district"}
        for n in range(_DISTRICTS)
    ]
    registers.upsert("areas", rows, by="benchmark")


def pages() -> Iterator[Reading]:
    """Every query three ways; the scope's cost as a ratio of medians."""
    planner, district = reader(), reader("district", f"district:{DISTRICT}")
    ratios = []
    for client in (planner, district):
        _seconds(client, "")
    for name, query in QUERIES.items():
        ways = {
            "filter": (planner, f"area_code={DISTRICT}&{query}"),
            "scope": (district, query),
            "all": (planner, query),
        }
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(_REPEAT + 1):
            for way, (client, asked) in ways.items():
                spent = _seconds(client, asked)
                if turn:
                    seconds[way].append(spent)
        medians = {way: statistics.median(found) for way, found in seconds.items()}
        ratios.append(medians["scope"] / medians["filter"])
        note = (
            f"filtered by the planner {medians['filter'] * 1e3:.1f} ms: {ratios[-1]:.2f}×;"
            f" all firms {medians['all'] * 1e3:.1f} ms"
        )
        yield Reading(f"{name}, seen by the district", tuple(seconds["scope"]), note)
    yield Reading(
        "cost of the scope, all queries", (statistics.median(ratios) - 1,), "0 ms is none: a ratio"
    )


def _seconds(client: Any, query: str) -> float:
    start = time.perf_counter()
    answer = client.get(f"/records/firms/?{query}")
    spent = time.perf_counter() - start
    assert answer.status_code == 200, answer.content.decode()
    return spent


def run(count: int) -> Iterator[Reading]:
    """Fill an empty ledger and measure."""
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from django.conf import settings

    from liantu.web.warm import warm

    settings.ALLOWED_HOSTS = ["*"]
    districts()
    yield from fill(count)
    warm()
    yield from pages()


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        os.environ["LIANTU_HOME"] = folder
        for reading in run(int(sys.argv[1]) if len(sys.argv) > 1 else FIRMS):
            print(reading.line(), flush=True)
        print(f"load average {os.getloadavg()[0]:.2f}")
