"""What a sheet holds: its rows in the records, as of now, and what is to be said of them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import polars as pl
from django.utils import timezone

from liantu.records.filing_units import By, units_of_rows
from liantu.records.intake.known import Names, past_of
from liantu.records.lake.reading import read
from liantu.records.quality.districts import districts_at
from liantu.records.quality.rules import quality_rules
from liantu.records.quality.stored import judged
from liantu.records.quality.sums import SCHEMA, sums
from liantu.records.tables.declared import Table, table
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.periods import Period, period_of
from liantu.systems.reporting.rules import Level

_BY: dict[str, By] = {"firm": "own", "park": "own", "district": "district", "city": "all"}


def by_level(level: Level | str) -> By:
    """How a row is told to belong to a unit of a level."""
    return _BY[level]


@dataclass(frozen=True)
class Filed:
    """Rows of one unit and period, with the period before, as of a vintage."""

    table: Table
    period: Period
    rows: pl.DataFrame
    """Columns of the table, by the codes of their entities."""
    expected: tuple[str, ...]
    unit: str = ""
    """Code of the unit; empty for the city."""

    @property
    def entities(self) -> tuple[str, ...]:
        """Codes that have a row."""
        return tuple(self.rows[self.table.entity[0]])

    @cached_property
    def missing(self) -> tuple[str, ...]:
        """Codes whose row is due and not there."""
        present = set(self.entities)
        return tuple(code for code in self.expected if code not in present)

    @cached_property
    def digest(self) -> str:
        """Hash of the rows: the same figures, the same hash."""
        text = self.rows.write_csv(float_precision=None)
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def findings(self) -> pl.DataFrame:
        """What the doors' checks say of the rows beside their own past: jumps, slips, signs.

        Columns of :data:`liantu.records.quality.finding.SCHEMA`.
        """
        places = pl.DataFrame(
            {"entity": self.entities, "name": [""] * self.rows.height,
             "district": [""] * self.rows.height},
            schema={"entity": pl.String(), "name": pl.String(), "district": pl.String()},
        )  # fmt: skip
        past = past_of(self.table)
        before = past(self.rows) if past is not None and self.rows.height else None
        found = judged(
            self.table, self.rows, places, Names(self.table, self.rows), self.period.end, before
        )
        return found.sort("entity", "column")

    @cached_property
    def gaps(self) -> pl.DataFrame:
        """Totals of the unit that do not come to what was filed on its own, for this period.

        Columns of :data:`liantu.records.quality.sums.SCHEMA`; the rules are those of quality.
        """
        concerned = {
            rule.id for rule in quality_rules().sums if self.table.id in (rule.parts, rule.whole)
        }
        if not concerned or not self.rows.height:
            return pl.DataFrame(schema=SCHEMA)
        found = sums(None, districts_at(None, timezone.localdate()))
        return found.filter(
            pl.col("sum").is_in(sorted(concerned)) & (pl.col("district") == self.unit)
            & (pl.col("period") == self.period.code) & ~pl.col("agrees").fill_null(True)
        )  # fmt: skip

    @property
    def warnings(self) -> int:
        """How many remarks there are."""
        return self.findings.height + self.gaps.height


def filed(sheet: Sheet, vintage: str | None = None) -> Filed:
    """The rows that a sheet answers for, as of a vintage; now by default."""
    declared, period = table(sheet.cycle.table), period_of(sheet.cycle.period)
    rows = rows_of_unit(declared, period, by_level(sheet.level), sheet.unit, vintage)
    return Filed(declared, period, rows, tuple(sheet.expected), sheet.unit)


def rows_of_unit(
    declared: Table, period: Period, by: By, unit: str, vintage: str | None = None
) -> pl.DataFrame:
    """Rows of a period that belong to a unit, by code."""
    state = read(declared, vintage).filter(pl.col(str(declared.period)) == period.code)
    if by == "own":
        state = state.filter(pl.col(declared.entity[0]) == unit)
    rows = state.collect()
    if by == "district":
        rows = rows.filter(units_of_rows(declared, rows, by) == unit)
    return rows.sort(declared.key)
