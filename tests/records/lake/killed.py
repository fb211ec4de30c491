"""Imports that are killed at random moments, each in a process of its own.

Run as a program: ``python killed.py SEED COUNT WORK``, with ``LIANTU_HOME`` and
``LIANTU_DATABASE_URL`` set; WORK names the kind of file. The parent imports the house once and
forks a child for every import; it touches neither the frames' threads nor the ledger itself, so
that a fork is a fresh process. The child says when it begins to accept and is killed after a
random part of the time that this takes; another child then tells what there is. Prints one JSON
line.
"""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

ROWS = 40
Known = dict[str, int]


def quarters(number: int) -> Known:
    """What file ``number`` says: new quarters and corrections of older ones."""
    chance = random.Random(number)
    parks = chance.sample(range(60), ROWS)
    last = (number % 4 + 1, number % 3 + 1)
    return {f"P{park:02d} 2024Q{last[park % 2]}": number * 1000 + park for park in parks}


def import_quarters(number: int, send: int) -> None:
    """Accept file ``number`` as a user does, by the one door."""
    import polars as pl

    from liantu.records.accept import accept
    from liantu.records.doors.check import check

    rows = [(*key.split(), value) for key, value in quarters(number).items()]
    path = Path(os.environ["LIANTU_HOME"]) / f"in-{number}.parquet"
    pl.DataFrame(rows, schema=["park_code", "period", "employees"], orient="row").write_parquet(
        path
    )
    checked = check(path, "park_quarter")
    os.write(send, b" ")
    accept(checked, by="test")


def figures(number: int) -> Known:
    """What file ``number`` publishes: figures of its own, and some that are known."""
    return {f"2024年 {value}": value for value in range(number * 30, number * 30 + ROWS)}


def import_figures(number: int, send: int) -> None:
    """Accept published figures; one row of the file is sent back."""
    from liantu.records.ledger import import_observations

    lines = ["indicator,area,period,value,unit,source_title,source_url,note,trust"]
    lines += [f"工业投资,甲市,{key.replace(' ', ',')},亿元,甲报,,,press" for key in figures(number)]
    path = Path(os.environ["LIANTU_HOME"]) / f"in-{number}.csv"
    path.write_text("\n".join([*lines, "工业投资,甲市,去年,1,亿元,甲报,,,press"]), encoding="utf-8")
    os.write(send, b" ")
    import_observations(path, by="test")


def codes(number: int) -> Known:
    """What file ``number`` says of a register: entries new and changed."""
    chance = random.Random(number)
    return {f"{entry} L{number % 2}": number % 20 for entry in chance.sample(range(10, 70), ROWS)}


def import_codes(number: int, send: int) -> None:
    """Accept rows of a register; some of the file are sent back."""
    from liantu.records.accept import accept
    from liantu.records.doors.check import check

    lines = ["entry_code,list_id,name,level"]
    lines += [f"{key.replace(' ', ',')},甲,{level}" for key, level in codes(number).items()]
    lines += [f"{entry},L9,乙,{number}万" for entry in range(10, 15 + number % 5)]
    path = Path(os.environ["LIANTU_HOME"]) / f"in-{number}.csv"
    path.write_text("\n".join(lines), encoding="utf-8")
    checked = check(path, "code_lists")
    os.write(send, b" ")
    accept(checked, by="test")


@dataclass(frozen=True)
class Work:
    """One kind of file: what it says, how it is brought, where its rows are found again."""

    content: Callable[[int], Known]
    bring: Callable[[int, int], None]
    table: str
    batches: str
    columns: tuple[str, str, str]

    def read(self) -> Any:
        """Rows as a reader sees them."""
        from liantu.records import lake, registers
        from liantu.records.tables.declared import load_tables

        declared = load_tables().get(self.table)
        if declared is not None and declared.kind == "register":
            return registers.read(self.table)
        return lake.read(self.table).collect()


WORK = {
    "quarters": Work(
        quarters, import_quarters, "park_quarter", "park_quarter",
        ("park_code", "period", "employees"),
    ),
    "codes": Work(
        codes, import_codes, "code_lists", "code_lists", ("entry_code", "list_id", "level")
    ),
    "figures": Work(figures, import_figures, "observations", "", ("period", "value", "value")),
}  # fmt: skip


def tell(work: Work) -> dict[str, Any]:
    """The state as a reader sees it; orphans found and removed."""
    from liantu.records import lake
    from liantu.records.models import Batch, RejectedRow

    before = work.read()
    report = lake.check(fix=True)
    after = work.read()
    cells = (after.get_column(name).to_list() for name in work.columns)
    state = {f"{one} {other}": int(value) for one, other, value in zip(*cells, strict=True)}
    batches = Batch.objects.filter(table=work.batches)
    return {
        "state": state,
        "rows": after.height,
        "same": before.sort(before.columns).equals(after.sort(after.columns)),
        "orphans": len(report.defects) - len(report.open),
        "defects": [defect.message.en for defect in report.open],
        "batches": batches.count(),
        "sent_back": RejectedRow.objects.count() == sum(batch.rejected for batch in batches),
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


def main(work: Work, seed: int, count: int) -> dict[str, Any]:
    """Kill ``count`` imports; what came of them."""
    chance = random.Random(seed)
    known: Known = {}
    tally = {"killed": 0, "before": 0, "after": 0, "orphans": 0, "wrong": []}
    durations = [0.0] * 3
    for number in range(len(durations)):
        child, receive = in_child(lambda send, n=number: work.bring(n, send))
        os.read(receive, 1)
        start = time.perf_counter()
        result(child, receive)
        durations[number] = time.perf_counter() - start
        known |= work.content(number)
    longest = sorted(durations)[1] * 1.2
    number = len(durations)
    for _ in range(count):
        child, receive = in_child(lambda send, n=number: work.bring(n, send))
        tally["killed"] += killed_after(child, receive, chance.uniform(0, longest))
        told = result(*in_child(lambda _: tell(work)))
        tally["orphans"] += told["orphans"]
        later = known | work.content(number)
        if told["state"] == later:
            tally["after"] += 1
            known, number = later, number + 1
        elif told["state"] == known:
            tally["before"] += 1
        else:
            tally["wrong"].append(number)
        whole = told["same"] and told["sent_back"] and told["rows"] == len(told["state"])
        if told["defects"] or not whole:
            tally["wrong"].append(told["defects"])
    tally["batches"], tally["files"] = told["batches"], len(told["files"])
    tally["expected_batches"] = number
    return tally


if __name__ == "__main__":
    seed, count, kind = sys.argv[1:]
    os.environ["POLARS_MAX_THREADS"] = "1"
    migrating = os.fork()
    if migrating == 0:
        from liantu.web.ready import ready

        ready(with_first_plan=False)
        os._exit(0)
    os.waitpid(migrating, 0)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "liantu.web.settings")
    import django

    django.setup()
    from liantu.records.access import OPERATOR, act_as

    act_as(OPERATOR)
    import liantu.records.accept
    import liantu.records.ledger  # noqa: F401 - imported once, before the forks
    from liantu.quantity.unit import parse_unit
    from liantu.records.doors.rules import door_rules
    from liantu.records.figures.indicators import load_indicators
    from liantu.records.tables.declared import load_tables

    # What every import would otherwise read and compile anew.
    load_tables()
    door_rules()
    load_indicators()
    parse_unit("人")
    backend = "postgresql" if os.environ["LIANTU_DATABASE_URL"] else "sqlite3"
    import_module(f"django.db.backends.{backend}.base")
    import_module(f"django.db.backends.{backend}.operations")
    print(json.dumps(main(WORK[kind], int(seed), int(count))))
