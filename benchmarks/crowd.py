"""Fifty people who read and ten who write, at once, on a served sample city.

The server is the one that offices run (``liantu serve``, with its worker), on the database that
the environment names; for both::

    python -m benchmarks.crowd
    scripts/with-postgres python -m benchmarks.crowd
    python -m benchmarks.crowd --seconds 10 --pause 1 --firms 5000

Everybody is signed in with an account of their own. A reader opens a page or asks the API, waits
for the last byte, and looks at it for a pause that differs each time (half to one and a half of
``--pause``, as do writers before they type or send); ``--pause 0`` leaves nobody any time and finds
what the machine answers at most. Four writers change firms over the API, six offices type rows of
their returns, file their sheets and recall them. All come in over the first pause. An error is any
answer but the one expected, a form refused, or no answer; and at the end the ledger must hold every
change that was acknowledged. The crowd is threads of this one process, on the same processors as
the server: what it uses itself is told.
"""

from __future__ import annotations

import argparse
import os
import random
import statistics
import sys
import tempfile
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from benchmarks.crowd_walks import Asked, Browser, City, Walk, editing, filing, reading
from benchmarks.served import log_of, served

READERS, EDITORS, OFFICES = 50, 4, 6
_PARKS = 2
"""Offices that are parks; the others are districts."""
_CONNECTIONS = 4
_ROWS = 4
"""Rows that an office types before it files."""
_MONTH, _QUARTER = "2026-10", "2026Q3"
_MONTHLY = {"revenue_cny": (900, 1100), "employees": (80, 120)}
_QUARTERLY = {"firms": (5, 9), "employees": (80, 120)}


@dataclass
class Person:
    """Somebody of the crowd."""

    browser: Browser
    walk: Walk
    writes: bool


def play(people: list[Person], seconds: float, pause: float) -> float:
    """Let everybody walk; how much of a processor the crowd itself used. [s]"""
    end, cpu = time.perf_counter() + seconds, time.process_time()
    threads = [
        threading.Thread(target=_live, args=(person, random.Random(at), end, pause))
        for at, person in enumerate(people)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.process_time() - cpu


def _live(person: Person, chance: random.Random, end: float, pause: float) -> None:
    time.sleep(chance.random() * max(pause, 0.5))
    for _ in person.walk(person.browser, chance):
        rest = pause * (0.5 + chance.random())
        if time.perf_counter() + rest >= end:
            return
        time.sleep(rest)


# The city --------------------------------------------------------------------------------------


def fill(firms: int) -> tuple[City, list[Any]]:
    """A sample city with open returns; its addresses, and the sheets that offices fill."""
    from liantu.web.ready import ready

    ready()
    from liantu.records import registers
    from liantu.systems.reporting.models import Sheet
    from liantu.systems.reporting.opening import open_cycle
    from liantu.systems.targets.board import board
    from liantu.systems.targets.moment import default_date
    from liantu.web.sample_city import load_sample_city

    load_sample_city(firms=firms)
    opened = [open_cycle(*named, by="benchmark") for named in (
        ("firm_month", _MONTH), ("project_month", _MONTH), ("park_quarter", _QUARTER))]  # fmt: skip
    leaves = list(Sheet.objects.filter(cycle__in=opened, leaf=True).select_related("cycle"))
    districts = [s for s in leaves if s.cycle.table == "firm_month" and len(s.expected) > _ROWS]
    parks = [sheet for sheet in leaves if sheet.cycle.table == "park_quarter"]
    package = board(default_date()).package
    keys = {
        name: list(registers.at(name).order_by("key").values_list("key", flat=True)[:2000])
        for name in ("firms", "projects")
    }
    city = City(
        **keys,
        clauses=[clause.id for clause in package.clauses],
        targets=[target.id for target in package.targets],
        cycles=[f"{cycle.rule}/{cycle.period}" for cycle in opened],
        sheets=[sheet.pk for sheet in leaves],
        districts=sorted({sheet.unit for sheet in districts}),
    )
    return city, [*districts[: OFFICES - _PARKS], *parks[:_PARKS]]


def crowd(city: City, offices: list[Any]) -> Iterator[tuple[Walk, bool, dict[str, Any]]]:
    """Everybody's walk, whether they write, and how they are signed in."""
    for at in range(READERS):
        role = "planner" if at % 2 else "reader"
        yield reading(city), False, {"cookies": session(f"reader{at}", role, "city")}
    share = len(city.firms) // EDITORS
    for at in range(EDITORS):
        mine = city.firms[at * share : (at + 1) * share][:50]
        yield editing(mine), True, {"token": _token(f"editor{at}")}
    for at, sheet in enumerate(offices):
        level = sheet.level
        cells = _MONTHLY if level == "district" else _QUARTERLY
        cookies = session(f"office{at}", level, f"{level}:{sheet.unit}")
        yield filing(sheet.pk, sheet.expected, cells, _ROWS), True, {"cookies": cookies}


def session(name: str, role: str, scope: str) -> dict[str, str]:
    """The cookie of somebody who has signed in."""
    from django.conf import settings
    from django.test import Client

    client = Client()
    client.force_login(_account(name, role, scope))
    return {settings.SESSION_COOKIE_NAME: client.cookies[settings.SESSION_COOKIE_NAME].value}


def _token(name: str) -> str:
    from liantu.web.api import tokens

    return tokens.create(_account(name, "planner", "city"), "benchmark")[1]


def _account(name: str, role: str, scope: str) -> Any:
    from django.contrib.auth.models import User

    from liantu.records import access

    account = User(username=name)
    account.set_unusable_password()
    account.save()
    access.grant(account, role, access.scope_of(scope))
    return account


# What came of it -------------------------------------------------------------------------------


def kept(asked: list[Asked]) -> list[str]:
    """What the ledger should hold beyond what it holds: nothing, where nothing is lost."""
    from liantu.records import registers
    from liantu.systems.reporting.models import Passage

    done = Counter(one.route for one in asked if not one.trouble)
    versions = registers.model_of("firms").versions.filter(by__contains="（令牌").count()
    steps = {step: Passage.objects.filter(step=step).count() for step in ("file", "recall")}
    found = {"PATCH api firm": versions} | {f"POST {step}": n for step, n in steps.items()}
    return [
        f"{route}: {done[route]} acknowledged, {count} in the ledger"
        for route, count in found.items()
        if done[route] > count
    ]


def told(people: list[Person], seconds: float) -> Iterator[str]:
    """Lines: readers, writers, every route, errors."""
    for name, writes in (("readers", False), ("writers", True)):
        asked = [one for each in people if each.writes == writes for one in each.browser.asked]
        yield _line(name, asked) + f"  {len(asked) / seconds:.1f} a second"
    for writes in (False, True):
        routes = defaultdict(list)
        for each in (each for each in people if each.writes == writes):
            for one in each.browser.asked:
                routes[one.route].append(one)
        for route in sorted(routes):
            yield _line(f"  {route}", routes[route])
    troubles = Counter(one.trouble for each in people for one in each.browser.asked if one.trouble)
    for trouble, count in troubles.most_common(20):
        yield f"  ERROR {count}× {trouble}"


def _line(name: str, asked: list[Asked]) -> str:
    times = sorted(one.seconds * 1e3 for one in asked)
    p95 = times[max(0, -(-len(times) * 95 // 100) - 1)]
    errors = sum(bool(one.trouble) for one in asked)
    return (
        f"{name:<40} {len(times):>6} asked  p50 {statistics.median(times):>7.0f} ms"
        f"  p95 {p95:>7.0f} ms  max {times[-1]:>7.0f} ms  errors {errors}"
    )


def run(home: str, given: argparse.Namespace) -> int:
    """Fill, serve, play, tell; how many errors there were."""
    city, offices = fill(given.firms)
    signed = list(crowd(city, offices))
    from django.db import connection

    engine = connection.vendor
    connection.close()
    print(f"{engine}, {given.firms:,} firms, pause {given.pause} s, load average before:"
          f" {os.getloadavg()[0]:.2f}", flush=True)  # fmt: skip
    with served(home) as server:
        people = [Person(Browser(server.port, **how), walk, writes) for walk, writes, how in signed]
        _warm(people[0])
        before = server.cpu()
        used = play(people, given.seconds, given.pause)
        spent = server.cpu() - before
    for line in told(people, given.seconds):
        print(line)
    asked = [one for each in people for one in each.browser.asked]
    lost = kept(asked)
    print(*(f"  LOST {one}" for one in lost), sep="\n", end="\n" if lost else "")
    print(f"the server used {spent:.1f} s of {os.cpu_count()} processors in {given.seconds:.0f} s"
          f" ({spent / len(asked) * 1e3:.0f} ms a request), the crowd itself {used:.1f} s;"
          f" load average after: {os.getloadavg()[0]:.2f}")  # fmt: skip
    if said := log_of(home).split("\n", 1)[-1].strip():
        print("log of the server:", said[-3000:], sep="\n")
    return sum(bool(one.trouble) for one in asked) + len(lost)


def _warm(reader: Person) -> None:
    """A server that has answered before: every kind of page was opened in each of its processes.

    Unmeasured, over several connections: which process answers one is for the kernel to say.
    """
    for at in range(_CONNECTIONS):
        browser = Browser(reader.browser.port, reader.browser.cookies)
        walk = reader.walk(browser, random.Random(at))
        for _ in range(60):
            next(walk)


def main() -> None:
    """Read what is asked for and run it in a home that is thrown away."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--pause", type=float, default=2.0)
    parser.add_argument("--firms", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as home:
        os.environ["LIANTU_HOME"] = home
        errors = run(home, given)
    sys.exit(1 if errors else 0)


if __name__ == "__main__":
    main()
