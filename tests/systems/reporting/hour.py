"""Two hundred parks that file in the same hour, from several hands at once; printed as JSON.

Run as a program on the ledger that ``LIANTU_HOME`` names, or called where a ledger is at hand.
"""

from __future__ import annotations

import json
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from typing import Any

UNITS = 200
HANDS = 8


def play() -> dict[str, Any]:
    """What came of it: rows, states, steps, and how many of eight accepted one sheet."""
    from liantu.records import lake
    from liantu.systems.reporting.models import Passage, Sheet
    from liantu.systems.reporting.opening import open_cycle

    fill()
    cycle = open_cycle("park_quarter", "2026Q3", by="规划处")
    leaves = list(Sheet.objects.filter(cycle=cycle, leaf=True).select_related("cycle", "above"))
    with ThreadPoolExecutor(HANDS) as hands:
        list(hands.map(file, leaves))
        accepted = list(hands.map(accept, [leaves[0]] * HANDS))
    rows = lake.read("park_quarter").select("park_code", "employees").collect()
    return {
        "rows": dict(rows.rows()),
        "states": Counter(Sheet.objects.filter(leaf=True).values_list("state", flat=True)),
        "steps": Counter(Passage.objects.values_list("step", flat=True)),
        "accepted": Counter(accepted),
    }


def fill() -> None:
    """Ten districts with twenty parks each."""
    from liantu.records import registers

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
    registers.upsert("areas", areas, by="x")
    registers.upsert("parks", parks, by="x")


def file(sheet: Any) -> None:
    """One park types its figures and files them."""
    from django.db import connections

    from liantu.records.access import OPERATOR, acting
    from liantu.records.tables.declared import table
    from liantu.systems.reporting.filing import file_sheet
    from liantu.systems.reporting.forms import columns_to_fill, save_draft

    blank = {column.name: "" for column in columns_to_fill(table("park_quarter"))}
    said = {"firms": "9", "employees": str(int(sheet.unit[1:]))}
    try:
        with acting(OPERATOR):
            file_sheet(save_draft(sheet, sheet.unit, blank | said), by=sheet.unit_name)
    finally:
        connections.close_all()


def accept(sheet: Any) -> str:
    """One of several who accept the same sheet; what became of it."""
    from django.db import connections

    from liantu.errors import UsageError
    from liantu.records.access import OPERATOR, acting
    from liantu.systems.reporting.steps import take

    try:
        with acting(OPERATOR):
            take(sheet, "accept", by="市局")
    except UsageError:
        return "refused"
    finally:
        connections.close_all()
    return "accepted"


if __name__ == "__main__":
    from liantu.web.ready import ready

    ready(with_first_plan=False)
    print(json.dumps(play()))
