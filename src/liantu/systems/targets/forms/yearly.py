"""Growth rates year by year, with years known only in part, or not at all.

A year is known by its own figure; else bounded by its longest cumulative figure under the declared
rule; else left open (−100% to any height).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from liantu.methods import growth
from liantu.quantity.bound import Bound
from liantu.systems.targets.evidence import Evidence, Figure
from liantu.systems.targets.forms.case import Case, printed, step
from liantu.systems.targets.state import Step
from liantu.systems.targets.wording import number, say


@dataclass(frozen=True)
class YearGrowth:
    """One year's growth: the interval that is left open, and what it rests on."""

    year: int
    value: Bound
    figure: Figure | None
    """None for a year without any figure."""
    steps: tuple[Step, ...] = ()

    @property
    def known(self) -> bool:
        return self.figure is not None

    @property
    def in_part(self) -> bool:
        return self.figure is not None and self.figure.months < growth.MONTHS


@dataclass(frozen=True)
class Years:
    """The ended years of a period."""

    rows: tuple[YearGrowth, ...]
    rules: tuple[str, ...]

    @property
    def low(self) -> list[float]:
        return [row.value.low for row in self.rows]

    @property
    def high(self) -> list[float]:
        return [row.value.high for row in self.rows]

    @property
    def known(self) -> tuple[YearGrowth, ...]:
        return tuple(row for row in self.rows if row.known)

    @property
    def unknown(self) -> list[int]:
        return [row.year for row in self.rows if not row.known]

    @property
    def in_part(self) -> tuple[YearGrowth, ...]:
        return tuple(row for row in self.rows if row.in_part)

    @property
    def index(self) -> tuple[float, float]:
        """Compound index over the years known."""
        rows = self.known  # of no year at all the index is 1
        return growth.compound_index(
            [row.value.low for row in rows], [row.value.high for row in rows]
        )

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(line for row in self.rows for line in row.steps)


def years_of(case: Case, evidence: Evidence, years: Sequence[int]) -> Years:
    """Growth of every year asked for."""
    rule = case.rules.part_year_for(evidence.indicator.id)
    rows = []
    used: dict[str, None] = {}
    for year in years:
        own, part = evidence.whole(year), evidence.part(year)
        if own is not None:
            rows.append(YearGrowth(year, own.value, own, own.steps))
        elif part is not None:
            used[rule.id] = None
            rows.append(_bounded(year, part, rule.points))
        else:
            rows.append(YearGrowth(year, Bound(-100.0, math.inf), None))
    return Years(tuple(rows), tuple(used))


def _bounded(year: int, part: Figure, points: float) -> YearGrowth:
    ends = growth.full_year_from_to_date(
        part.value.low, part.value.high, part.months, spread_points=points
    )
    value = Bound(*ends)
    formula = say(
        "formula.part_year",
        to_date=printed(part.value, "%"),
        points=number(points),
        rest=growth.MONTHS - part.months,
    ).zh
    line = step("part_year", formula, printed(value, "%"), year=year, period=part.period)
    return YearGrowth(year, value, part, (line,))


def chain(rows: Sequence[YearGrowth]) -> str:
    """The yearly indices as a product: ``(1.108–1.124)×1.056×1.041``."""
    return "×".join(_index_text(row.value) for row in rows)


def _index_text(rate: Bound) -> str:
    low, high = (
        f"{1 + value / 100:.4f}".rstrip("0").rstrip(".") for value in (rate.low, rate.high)
    )
    return low if low == high else f"({low}–{high})"
