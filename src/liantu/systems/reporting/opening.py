"""Opens a period: who files, who is above whom, and whose rows are due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

import polars as pl
from django.db import transaction
from django.utils import timezone

from liantu.errors import NothingToCompute, UsageError
from liantu.records import audit
from liantu.records.quality.districts import NOWHERE, Districts, districts_at
from liantu.records.quality.returns import grid_of
from liantu.records.quality.rules import quality_rules
from liantu.records.quality.units import units_of
from liantu.records.tables.declared import table
from liantu.systems.reporting.due import due_on
from liantu.systems.reporting.models import Cycle, Sheet
from liantu.systems.reporting.periods import Period, period_at, period_of
from liantu.systems.reporting.rules import CycleRule, Level, cycle_rule, cycle_rules
from liantu.words import words

_LONGEST = 100


@dataclass(frozen=True)
class Unit:
    """One unit that files, with those whose rows it files."""

    level: Level
    key: str
    name: str
    district: str
    expected: tuple[str, ...]


def open_cycle(rule_id: str, code: str, *, by: str, now: datetime | None = None) -> Cycle:
    """Open one period of a cycle: a sheet for every unit that files, and for those above them.

    Opening it again changes nothing.

    Raises:
        NotFound: no such cycle.
        InvalidPeriod: no such period, or of another rhythm.
        UsageError: the period has not begun.
        NothingToCompute: the registers hold nobody who files it.
    """
    rule = cycle_rule(rule_id)
    period = period_of(code, rule.rhythm)
    known = Cycle.objects.filter(rule=rule.id, period=period.code).first()
    if known is not None:
        return known
    moment = timezone.localtime(now)
    if period.start > moment.date():
        raise UsageError(
            f"报告期 {period.code} 自 {period.start} 开始，今天是 {moment.date()}，还不能开期。",
            f"Period {period.code} begins on {period.start}; today is {moment.date()}."
            " It cannot be opened yet.",
        )
    districts = districts_at(None, moment.date())
    units = filing_units(rule, period, districts, moment.date())
    if not units:
        raise NothingToCompute(
            f"名录中没有应报“{rule.zh}”（{period.code}）的单位。请先导入"
            f"“{table(quality_rules().filed_by(rule.table).units).zh}”。",  # type: ignore[union-attr]
            f"The registers hold nobody who files {rule.id} for {period.code}. Import them first.",
        )
    due = due_on(rule.due, period)
    with transaction.atomic():
        cycle, new = Cycle.objects.get_or_create(
            rule=rule.id,
            period=period.code,
            defaults={
                "table": rule.table, "rhythm": rule.rhythm, "due_on": due.day,
                "due_announced": due.announced, "opened_by": by[:_LONGEST], "opened_at": moment,
            },
        )  # fmt: skip
        if new:
            _plant(cycle, rule, units, districts, moment)
            audit.note(
                audit.Act.CYCLE_OPENED, by=by, kind=rule.table, key=str(cycle),
                details={"units": len(units), "due": due.day.isoformat()},
            )  # fmt: skip
    return cycle


def open_due(day: date | None = None, *, by: str) -> list[Cycle]:
    """Open, of every declared cycle, the period that ended last, where it is not open yet."""
    today = day or timezone.localdate()
    opened = []
    for rule in cycle_rules().cycles:
        period = period_at(today, rule.rhythm).shifted(-1)
        if Cycle.objects.filter(rule=rule.id, period=period.code).exists():
            continue
        try:
            opened.append(open_cycle(rule.id, period.code, by=by))
        except NothingToCompute:
            # A city that keeps no such register has no such return: nothing is due of it.
            continue
    return opened


def filing_units(rule: CycleRule, period: Period, districts: Districts, today: date) -> list[Unit]:
    """Units that file a cycle for a period, by code, with those whose rows are due."""
    due = _due(rule, period, districts, today)
    names = {} if rule.leaf == "district" else dict(due.select("entity", "name").iter_rows())
    if rule.leaf != "district":
        return [
            Unit(rule.leaf, entity, names[entity] or entity, district, (entity,))
            for entity, district in due.select("entity", "district").iter_rows()
        ]
    grouped = due.group_by("district").agg(pl.col("entity").sort()).sort("district")
    return [
        Unit("district", key, _named(key, districts), key, tuple(codes))
        for key, codes in grouped.iter_rows()
    ]


def _due(rule: CycleRule, period: Period, districts: Districts, today: date) -> pl.DataFrame:
    """``entity``, ``name``, ``district`` of those whose rows are due for the period."""
    declared, returns = table(rule.table), quality_rules().filed_by(rule.table)
    assert returns is not None  # the rules were checked when they were read
    grid = grid_of(declared, returns, None, max(today, period.end), districts)
    if grid is not None and period.code in grid.calendar.codes:
        asked = grid.asked[:, grid.calendar.codes.index(period.code)]
        units = grid.units.filter(pl.Series(asked))
    else:
        # Nothing was filed yet in this table: whoever the register says is at work begins now.
        units = units_of(returns, None, districts).filter(
            pl.col("going")
            & (pl.col("starts").is_null() | (pl.col("starts") <= period.end))
            & (pl.col("ends").is_null() | (pl.col("ends") >= period.start))
        )
    return units.select("entity", "name", pl.col("district").fill_null(NOWHERE)).sort("entity")


def _named(key: str, districts: Districts) -> str:
    return districts.names.get(key) or key or words().say("cycles.nowhere", "zh")


def _plant(
    cycle: Cycle, rule: CycleRule, units: Iterable[Unit], districts: Districts, moment: datetime
) -> None:
    """The sheets, from the city's down."""

    def sheet(level: Level, unit: str, name: str, above: Sheet | None, leaf: bool,
              expected: tuple[str, ...] = ()) -> Sheet:  # fmt: skip
        return Sheet.objects.create(
            cycle=cycle, level=level, unit=unit, unit_name=name, above=above, leaf=leaf,
            expected=list(expected), state="open", entered_at=moment,
        )  # fmt: skip

    top = sheet("city", "", words().say("cycles.whole_city", "zh"), None, leaf=False)
    between: dict[str, Sheet] = {}
    for unit in units:
        above = top
        if "district" in rule.levels[1:]:
            if unit.district not in between:
                name = _named(unit.district, districts)
                between[unit.district] = sheet("district", unit.district, name, top, leaf=False)
            above = between[unit.district]
        sheet(unit.level, unit.key, unit.name, above, leaf=True, expected=unit.expected)
