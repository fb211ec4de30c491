"""One indicator: everything that its page, its files and its API say of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from liantu.errors import NotFound
from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.declared import Measure, PeriodKind
from liantu.indicators.time import Span
from liantu.indicators.values import WHOLE, Grouping
from liantu.systems.indicators import held
from liantu.systems.indicators.asked import OneAsked
from liantu.systems.indicators.present import (
    Present,
    base_tables,
    candidates,
    drawn,
    opening,
    opens_with,
    present,
)
from liantu.systems.indicators.published import Published, published
from liantu.systems.indicators.ranking import Place, ranking
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.indicators.series import Point, points
from liantu.systems.indicators.targeted import Aim, aims, observations, plan_board
from liantu.words import Language

DISTRICT = "district"
"""Dimension that a page opens with, where the measure has it."""


@dataclass(frozen=True)
class One:
    """A measure in one period, by one dimension, with its past."""

    compiled: Compiled
    asked: OneAsked
    by: str
    at: Span | None
    """None where there is no period with records."""
    kind: PeriodKind
    """Kind of the trend's periods; another than of ``at`` where that has too few to draw."""
    spans: tuple[Span, ...]
    """Periods of the trend."""
    periods: tuple[Span, ...]
    """All periods of the kind, for the choice."""
    held: held.Held | None
    aims: list[Aim]
    published: dict[str, Published]
    language: Language

    @property
    def measure(self) -> Measure:
        """Its declaration."""
        return self.compiled.measure

    @cached_property
    def rows(self) -> dict[str, dict[str, Any]]:
        """Period code → row of the whole city."""
        if self.held is None:
            return {}
        whole = self.held.values.of(self.measure.id, WHOLE)
        return {row["period"]: row for row in whole.iter_rows(named=True)}

    @cached_property
    def points(self) -> list[Point]:
        """The trend."""
        return points(self.measure, self.spans, self.rows, self.published, self.language)

    @property
    def now(self) -> Point | None:
        """The point of the period that the page speaks of."""
        if self.at is None:
            return None
        return points(self.measure, [self.at], self.rows, self.published, self.language)[0]

    @cached_property
    def places(self) -> list[Place]:
        """Groups of the dimension in the period."""
        if self.held is None or not self.by or self.at is None:
            return []
        names = self.held.names.get(self.by, {})
        return ranking(self.measure, self.held.values, self.by, self.at, names, self.language)


def compiled_of(declared: Catalogue, measure_id: str) -> Compiled | None:
    """The measure as it can be computed; None where it only says what it needs.

    Raises:
        NotFound: there is no such measure.
    """
    if measure_id not in declared.measures:
        raise NotFound(
            f"没有编号为“{measure_id[:40]}”的指标。请从指标目录进入。",
            f"There is no indicator {measure_id[:40]!r}. Start from the list of indicators.",
        )
    return declared.compiled.get(measure_id)


def look(declared: Catalogue, compiled: Compiled, asked: OneAsked, language: Language) -> One:
    """Compute what the page asks for.

    Raises:
        NotFound, UsageError: no such vintage.
        StorageFailed: a file of the lake is missing or damaged.
    """
    there = present(base_tables(declared, compiled), asked.as_of)
    if not asked.told:
        asked = replace(asked, kind=opens_with(declared, compiled, there))
    periods = there.of(declared, compiled, asked.kind)
    kind = asked.kind if asked.told else _drawable(declared, compiled, asked.kind, there)
    trend = drawn(there.of(declared, compiled, kind), kind)
    own = drawn(periods, asked.kind)
    wanted = {*trend, *own, *([asked.at] if asked.at else [])}
    by = asked.by or (DISTRICT if DISTRICT in compiled.by else next(iter(compiled.by), ""))
    found = None
    if wanted:
        spans = sorted({*wanted, *(one.back() for one in wanted)}, key=lambda one: (one.kind, one))
        groupings: tuple[Grouping, ...] = (WHOLE, (by,)) if by else (WHOLE,)
        part = ((compiled.measure.id,), tuple(spans))
        found = held.values(declared, [part], groupings, asked.as_of)
    at = asked.at
    if at is None and found is not None and periods:
        at = opening(found.values, compiled.measure.id, candidates(periods)) or periods[-1]
    if kind == "ytd" and at is not None:
        trend = [one for one in trend if one.number == at.number]
    plan = plan_board(asked.as_of)
    area = plan.package.meta.area if plan else ""
    said = published(compiled.measure, area, observations(plan, asked.as_of)) if area else {}
    return One(compiled, asked, by, at, kind, tuple(trend), tuple(periods), found,
               aims(plan, compiled.measure), said, language)  # fmt: skip


def _drawable(
    declared: Catalogue, compiled: Compiled, kind: PeriodKind, there: Present
) -> PeriodKind:
    """The kind itself, or a finer one where it has too few periods for a trend."""
    least = indicator_rules().trend_from
    if kind == "ytd":
        enough = len({one.year for one in there.of(declared, compiled, kind)}) >= least
    else:
        enough = len(there.of(declared, compiled, kind)) >= least
    finer: tuple[PeriodKind, ...] = ("quarter", "month")
    if enough:
        return kind
    for other in finer:
        if other in compiled.periods and len(there.of(declared, compiled, other)) >= least:
            return other
    return kind
