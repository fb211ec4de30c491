"""What a bulletin is made of: states of the sheets and sums of what was accepted, on a vintage."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from liantu.errors import NothingToCompute
from liantu.records import synthetic
from liantu.records.filing_units import units_of_rows
from liantu.records.lake.reading import read
from liantu.records.tables.declared import Column, table
from liantu.systems.reporting.models import Cycle
from liantu.systems.reporting.periods import Period, period_of
from liantu.systems.reporting.rows import by_level
from liantu.systems.reporting.rules import CycleRule, cycle_rule
from liantu.systems.reporting.scoring import score_of
from liantu.systems.reporting.standing import Light, board


@dataclass(frozen=True)
class UnitFiled:
    """One unit that files: how it filed."""

    unit: str
    name: str
    state: str
    light: Light
    late: int
    rows: int
    expected: int
    warnings: int
    score: float | None


@dataclass(frozen=True)
class UnitSum:
    """Sum of one column over one unit; empty unit: all of them.

    ``growth`` compares those alone that filed in both years; None where nobody did.
    """

    unit: str
    column: Column
    amount: float
    growth: float | None
    compared: int
    """How many filed in both."""


@dataclass(frozen=True)
class CycleGathered:
    """One cycle of the period."""

    cycle: Cycle
    rule: CycleRule
    state: str
    units: tuple[UnitFiled, ...]
    sums: tuple[UnitSum, ...]

    def sum_of(self, unit: str, column: str) -> UnitSum | None:
        """The sum of a unit's column."""
        return next((s for s in self.sums if s.unit == unit and s.column.name == column), None)


@dataclass(frozen=True)
class Gathered:
    """Everything of one period."""

    period: Period
    cycles: tuple[CycleGathered, ...]
    vintage: str
    synthetic: bool


def gather(code: str) -> Gathered:
    """What was published of a period, every cycle on the vintage of its evaluation.

    Raises:
        InvalidPeriod: no such period.
        NothingToCompute: no cycle of the period is published.
    """
    period = period_of(code)
    done = [
        cycle
        for cycle in Cycle.objects.filter(period=period.code).order_by("rule")
        if cycle.vintage and cycle.sheets.get(level="city").state == "published"
    ]
    if not done:
        raise NothingToCompute(
            f"{period.code} 没有已发布的报送期，无从编写通报。请先评价并发布"
            "（liantu cycles publish）。",
            f"No cycle of {period.code} is published; there is nothing to report. Evaluate and"
            " publish it first (liantu cycles publish).",
        )
    made = tuple(_gathered(cycle, period) for cycle in done)
    vintage = max((cycle.vintage for cycle in done), key=int)
    return Gathered(
        period, made, vintage,
        any(synthetic.of_table(cycle.table, cycle.vintage).any for cycle in done),
    )  # fmt: skip


def _gathered(cycle: Cycle, period: Period) -> CycleGathered:
    rule = cycle_rule(cycle.rule)
    found = board(cycle)
    units = []
    for line in found.leaves:
        score = score_of(line)
        sheet = line.sheet
        units.append(
            UnitFiled(
                sheet.unit, sheet.unit_name, sheet.state, line.light, line.late, sheet.rows,
                len(sheet.expected), sheet.warnings, None if score is None else score.points,
            )
        )  # fmt: skip
    return CycleGathered(
        cycle, rule, found.top.sheet.state, tuple(units), _sums(cycle, rule, period)
    )


def _sums(cycle: Cycle, rule: CycleRule, period: Period) -> tuple[UnitSum, ...]:
    declared = table(rule.table)
    state = read(declared, cycle.vintage)
    at = pl.col(str(declared.period))
    entity = declared.entity[0]
    now = state.filter(at == period.code).collect()
    year = state.filter(at == period.a_year_before.code).collect()
    if not now.height:
        return ()
    units = units_of_rows(declared, now, by_level(rule.leaf))
    told: list[UnitSum] = []
    for name in rule.bulletin:
        column = declared[name]
        both = now.select(entity, name, unit=units).join(
            year.select(entity, before=name), on=entity, how="left"
        )
        for unit in ("", *sorted(set(units))):
            mine = both if unit == "" else both.filter(pl.col("unit") == unit)
            told.append(_sum(unit, column, mine))
    return tuple(told)


def _sum(unit: str, column: Column, rows: pl.DataFrame) -> UnitSum:
    amount = float(rows[column.name].sum() or 0)
    pairs = rows.select(column.name, "before").drop_nulls()
    before = float(pairs["before"].sum() or 0)
    growth = float(pairs[column.name].sum() or 0) / before - 1 if before > 0 else None
    return UnitSum(unit, column, amount, growth, pairs.height)
