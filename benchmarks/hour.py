"""Two hundred parks that file in the same hour: how long each of them waits.

Through the production server, on the database that the environment names::

    python -m benchmarks.hour
    scripts/with-postgres python -m benchmarks.hour

Every park has an account of its own, opens its sheet, types its figures and files them with one
button. First from ``--hands`` hands without a pause, the whole hour in a minute or so, which finds
what the machine does at most; then spread as people are, ``--apart`` seconds from one to the next
(an hour would be 18). What counts is the filing: from the button to the answer.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date

from benchmarks.crowd import session
from benchmarks.crowd_walks import Browser, form_of
from benchmarks.served import served
from benchmarks.timing import Reading

UNITS = 200
PERIODS = ("2026Q2", "2026Q3")
"""Filed without a pause, and spread."""


def fill() -> dict[str, dict[str, int]]:
    """Ten districts with twenty parks each, two open quarters; sheets by period and park."""
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    from liantu.records import registers
    from liantu.systems.reporting.models import Sheet
    from liantu.systems.reporting.opening import open_cycle

    since = date(2000, 1, 1)
    areas = [
        {"area_code": f"D{n}", "valid_from": since, "name": f"{n}区", "level": "district"}
        for n in range(10)
    ]
    parks = [
        {"park_code": f"P{n:03}", "system_version": "2021", "name": f"{n}号园区",
         "area_code": f"D{n % 10}", "valid_from": since}
        for n in range(UNITS)
    ]  # fmt: skip
    registers.upsert("areas", areas, by="benchmark")
    registers.upsert("parks", parks, by="benchmark")
    found = {}
    for period in PERIODS:
        leaves = Sheet.objects.filter(cycle=open_cycle("park_quarter", period, by="x"), leaf=True)
        found[period] = dict(leaves.values_list("unit", "pk"))
    return found


def file(browser: Browser, sheet: int, park: str) -> None:
    """Open the sheet, type, and file with the button beside the figures."""
    page = browser.page("open", f"/cycles/sheet/{sheet}/")
    typed = {"c-firms": "9", "c-employees": str(int(park[1:]) + 1), "code": park, "file": "1"}
    browser.send("file", f"/cycles/sheet/{sheet}/draft/", form_of(page, **typed))


def run(home: str, hands: int, apart: float) -> Iterator[Reading]:
    """Fill, serve, file twice."""
    sheets = fill()
    cookies = {unit: session(unit, "park", f"park:{unit}") for unit in sheets[PERIODS[0]]}
    from django.db import connection

    connection.close()
    with served(home) as server:
        for period, gap in zip(PERIODS, (0.0, apart), strict=True):
            browsers = {unit: Browser(server.port, cookies[unit]) for unit in cookies}
            start = time.perf_counter()
            if gap:
                _spread(browsers, sheets[period], gap)
            else:
                with ThreadPoolExecutor(hands) as pool:
                    jobs = [
                        pool.submit(file, browsers[unit], sheet, unit)
                        for unit, sheet in sheets[period].items()
                    ]
                    for job in jobs:
                        job.result()
            yield _reading(period, gap, hands, browsers, time.perf_counter() - start)
    states = _states()
    assert states == {"filed": UNITS * len(PERIODS)}, states


def _spread(browsers: dict[str, Browser], sheets: dict[str, int], gap: float) -> None:
    """Somebody begins every so often, whether those before have ended or not."""
    chance = random.Random(0)
    threads = []
    for unit, sheet in sheets.items():
        threads.append(threading.Thread(target=file, args=(browsers[unit], sheet, unit)))
        threads[-1].start()
        time.sleep(gap * (0.5 + chance.random()))
    for thread in threads:
        thread.join()


def _reading(
    period: str, gap: float, hands: int, browsers: dict[str, Browser], seconds: float
) -> Reading:
    asked = [one for browser in browsers.values() for one in browser.asked]
    troubles = [one.trouble for one in asked if one.trouble]
    assert not troubles, troubles[:3]
    filed = sorted(one.seconds for one in asked if one.route == "file")
    late = sum(each > 1 for each in filed)
    how = f"{gap} s apart" if gap else f"{hands} hands without a pause"
    note = (
        f"{how}: p95 {filed[len(filed) * 95 // 100] * 1e3:.0f} ms, {late} over 1 s;"
        f" {len(filed)} in {seconds:.0f} s"
    )
    return Reading(f"a filing of {period}", tuple(filed), note)


def _states() -> dict[str, int]:
    from collections import Counter

    from liantu.systems.reporting.models import Sheet

    return dict(Counter(Sheet.objects.filter(leaf=True).values_list("state", flat=True)))


def main() -> None:
    """Read what is asked for and run it in a home that is thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hands", type=int, default=8)
    parser.add_argument("--apart", type=float, default=0.5)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIANTU_HOME"] = home
        for reading in run(home, given.hands, given.apart):
            print(reading.line(), flush=True)
    print(f"load average {os.getloadavg()[0]:.2f}")
    sys.exit(0)


if __name__ == "__main__":
    main()
