"""Imports that are killed at random moments, each in a process of its own.

Run as a program: ``python killed.py HOME SEED COUNT``. The parent imports the house once and
forks a child for every import; it touches neither the frames' threads nor the ledger itself, so
that a fork is a fresh process. The child says when it begins to accept and is killed after a random
part of the time that this takes; another child then tells what there is. Prints one JSON line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

ROWS = 40
Known = dict[str, int]


def content(number: int) -> Known:
    """What file ``number`` says: new quarters and corrections of older ones."""
    chance = random.Random(number)
    parks = chance.sample(range(60), ROWS)
    quarters = (number % 4 + 1, number % 3 + 1)
    return {f"P{park:02d} 2024Q{quarters[park % 2]}": number * 1000 + park for park in parks}


def import_file(number: int, send: int) -> None:
    """Accept file ``number`` as a user does, by the one door."""
    import polars as pl

    from liantu.records.accept import accept
    from liantu.records.doors.check import check

    rows = [(*key.split(), value) for key, value in content(number).items()]
    path = Path(os.environ["LIANTU_HOME"]) / f"in-{number}.parquet"
    pl.DataFrame(rows, schema=["park_code", "period", "employees"], orient="row").write_parquet(
        path
    )
    checked = check(path, "park_quarter")
    os.write(send, b" ")
    accept(checked, by="test")


def tell(_: int) -> dict[str, Any]:
    """The state as a reader sees it; orphans found and removed."""
    from liantu.records import lake
    from liantu.records.models import Batch

    before = lake.read("park_quarter").collect()
    report = lake.check(fix=True)
    after = lake.read("park_quarter").collect()
    state = {f"{park} {quarter}": value for park, quarter, value in after.select(
        "park_code", "period", "employees").iter_rows()}  # fmt: skip
    return {
        "state": state,
        "same": before.sort("park_code", "period").equals(after.sort("park_code", "period")),
        "orphans": len(report.defects) - len(report.open),
        "defects": [defect.message.en for defect in report.open],
        "batches": Batch.objects.filter(table="park_quarter").count(),
        "files": sorted(p.name for p in (Path(os.environ["LIANTU_HOME"]) / "lake").rglob("*.p*")),
    }


def in_child(work: Callable[[int], Any]) -> tuple[int, int]:
    """Run ``work`` in a fork; its id and the end of a pipe with what it returns, as JSON.

    ``work`` gets the pipe's other end and may write blanks to it.
    """
    receive, send = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.write(send, json.dumps(work(send)).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(send)
    return child, receive


def result(child: int, receive: int) -> Any:
    """What a child that is left alone returns."""
    with os.fdopen(receive, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    if status:
        raise RuntimeError(f"a child that nobody killed ended with {status}")
    return json.loads(told)


def killed_after(child: int, receive: int, seconds: float) -> bool:
    """Kill a child some time after it began to accept; was it still at work?"""
    os.read(receive, 1)
    time.sleep(seconds)
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    os.close(receive)
    return os.WIFSIGNALED(status)


def main(seed: int, count: int) -> dict[str, Any]:
    """Kill ``count`` imports; what came of them."""
    chance = random.Random(seed)
    known: Known = {}
    tally = {"killed": 0, "before": 0, "after": 0, "orphans": 0, "wrong": []}
    durations = [0.0] * 3
    for number in range(len(durations)):
        child, receive = in_child(lambda send, n=number: import_file(n, send))
        os.read(receive, 1)
        start = time.perf_counter()
        result(child, receive)
        durations[number] = time.perf_counter() - start
        known |= content(number)
    longest = sorted(durations)[1] * 1.2
    number = len(durations)
    for _ in range(count):
        child, receive = in_child(lambda send, n=number: import_file(n, send))
        tally["killed"] += killed_after(child, receive, chance.uniform(0, longest))
        told = result(*in_child(tell))
        tally["orphans"] += told["orphans"]
        later = known | content(number)
        if told["state"] == later:
            tally["after"] += 1
            known, number = later, number + 1
        elif told["state"] == known:
            tally["before"] += 1
        else:
            tally["wrong"].append(number)
        if told["defects"] or not told["same"]:
            tally["wrong"].append(told["defects"])
    tally["batches"], tally["files"] = told["batches"], len(told["files"])
    tally["expected_batches"] = number
    return tally


if __name__ == "__main__":
    home, seed, count = sys.argv[1:]
    os.environ |= {"LIANTU_HOME": home, "LIANTU_DATABASE_URL": "", "POLARS_MAX_THREADS": "1"}
    migrating = os.fork()
    if migrating == 0:
        from liantu.web.ready import ready

        ready(with_first_plan=False)
        os._exit(0)
    os.waitpid(migrating, 0)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    import liantu.records.accept  # noqa: F401 - imported once, before the forks
    from liantu.quantity.unit import parse_unit
    from liantu.records.doors.rules import door_rules
    from liantu.records.tables.declared import load_tables

    # What every import would otherwise read and compile anew.
    load_tables()
    door_rules()
    parse_unit("人")
    import_module("django.db.backends.sqlite3.base")
    import_module("django.db.backends.sqlite3.operations")
    print(json.dumps(main(int(seed), int(count))))
