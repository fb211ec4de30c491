"""What a firm files of its own in the periods that run: its months, and those of its projects.

A district files the sheet; the rows may come from the firm itself. It sees no sheet, but which of
its rows are due and which are there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import polars as pl
from django.utils import timezone

from liantu.records import registers
from liantu.records.access import grants_with, may_write, somebody
from liantu.records.lake.reading import read
from liantu.records.tables.declared import Table, table
from liantu.systems.reporting.machine import locks
from liantu.systems.reporting.models import Cycle, Sheet
from liantu.systems.reporting.rules import CycleRule, cycle_rule, cycle_rules
from liantu.systems.reporting.standing import Light
from liantu.systems.reporting.working_days import working_days_between


@dataclass(frozen=True)
class OwnReturn:
    """Own rows of one period: due, and filed."""

    cycle: Cycle
    rule: CycleRule
    due: int
    filed: int
    late: int
    """Working days after the due day."""
    locked: bool
    """Accepted: nothing is changed any more."""
    left: int

    @property
    def light(self) -> Light:
        """As a sheet shows it."""
        if self.filed >= self.due:
            return "done"
        if self.late:
            return "behind"
        return "watch" if self.left <= cycle_rules().soon else "normal"


def own_returns(today: date | None = None) -> list[OwnReturn]:
    """Of whoever acts for firms, the most urgent first; none for others."""
    actor = somebody()
    if actor is None or not any(g.scope.kind == "firm" for g in grants_with(actor, "file")):
        return []
    day, found = today or timezone.localdate(), []
    sheets = Sheet.objects.filter(leaf=True).only("state", "expected")
    for cycle in Cycle.objects.exclude(sheets__level="city", sheets__state="published"):
        declared = table(cycle.table)
        if may_write(declared.id, actor):
            mine = _codes(declared)
            for sheet in sheets.filter(cycle=cycle):
                due = mine.intersection(sheet.expected)
                if due:
                    found.append(_return(cycle, declared, sheet, due, day))
    return sorted(found, key=lambda one: (one.filed >= one.due, one.cycle.due_on, one.rule.id))


def _codes(declared: Table) -> set[str]:
    """Codes of what whoever acts holds of those that file a table."""
    target = {c.name: t for c, t in declared.references}.get(declared.entity[0])
    if target is None:
        return set()
    return set(registers.at(target).order_by().values_list(table(target).key[0], flat=True))


def _return(
    cycle: Cycle, declared: Table, sheet: Sheet, due: set[str], day: date
) -> OwnReturn:  # fmt: skip
    at, code = pl.col(str(declared.period)), declared.entity[0]
    rows = read(declared).filter(at == cycle.period, pl.col(code).is_in(sorted(due)))
    filed = int(rows.select(pl.col(code).n_unique()).collect().item())
    return OwnReturn(
        cycle, cycle_rule(cycle.rule), len(due), filed,
        working_days_between(cycle.due_on, day), locks(sheet.state),  # type: ignore[arg-type]
        working_days_between(day, cycle.due_on),
    )  # fmt: skip
