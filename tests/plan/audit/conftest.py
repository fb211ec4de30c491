"""A plan of an invented city, put together target by target."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from liantu.plan.audit import audit
from liantu.plan.finding import Finding
from liantu.plan.package import (
    Clause,
    Fact,
    Industry,
    Measured,
    Meta,
    PlanPackage,
    Target,
)
from liantu.quantity.unit import parse_unit

AREA = "青原市"


class Draft:
    """Collects targets, facts and industries in order of text; offsets count up."""

    def __init__(self, start_year: int = 2021, end_year: int = 2025) -> None:
        self.start_year, self.end_year = start_year, end_year
        self.targets: list[Target] = []
        self.facts: list[Fact] = []
        self.industries: list[Industry] = []
        self.clauses: list[Clause] = []
        self._at = 0

    def target(
        self,
        indicator: str,
        value: float | tuple[float, float] | None,
        unit: str = "个",
        *,
        comparator: str = "=",
        clause: str = "专栏1",
        **more: Any,
    ) -> str:
        """Add a target; a pair of values makes a range. Returns its id."""
        low, high = _ends(value, comparator)
        comparator = "range" if isinstance(value, tuple) else comparator
        baseline = more.pop("baseline", None)
        written = parse_unit(unit)
        self._at += 100
        item = Target(
            id=f"t{len(self.targets) + 1}",
            clause=clause,
            start=self._at,
            end=self._at + 20,
            subject=more.pop("subject", "全市"),
            indicator=indicator,
            form=more.pop("form", "level"),
            comparator=comparator,  # type: ignore[arg-type]
            low=low,
            high=high,
            unit=unit,
            year=more.pop("year", self.end_year),
            baseline=baseline,
            baseline_year=None if baseline is None else self.start_year - 1,
            measured=_measured(written.to_base, written.base, low, high, baseline),
            **more,
        )
        self.targets.append(item)
        return item.id

    def fact(
        self,
        indicator: str,
        value: float,
        unit: str = "个",
        *,
        comparator: str = "=",
        clause: str = "一（一）",
        subject: str = "全市",
        year: int | None = 2020,
        span_start: int | None = None,
    ) -> str:
        """Add a fact about the years before the plan. Returns its id."""
        low, high = _ends(value, comparator)
        written = parse_unit(unit)
        self._at += 100
        item = Fact(
            id=f"f{len(self.facts) + 1}",
            clause=clause,
            start=self._at,
            end=self._at + 20,
            subject=subject,
            indicator=indicator,
            comparator=comparator,  # type: ignore[arg-type]
            low=low,
            high=high,
            unit=unit,
            year=year,
            span_start=span_start,
            measured=_measured(written.to_base, written.base, low, high, None),
        )
        self.facts.append(item)
        return item.id

    def group(self, name: str, *children: str) -> None:
        """Add a group of pillar industries and its members."""
        self._industry(name, "group", "pillar", None)
        for order, child in enumerate(children):
            self._industry(child, "industry", f"pillar.{order}", "pillar")

    def package(self) -> PlanPackage:
        """The plan so far."""
        return PlanPackage(
            meta=Meta(
                title=f"{AREA}制造业发展规划",
                area=AREA,
                start_year=self.start_year,
                end_year=self.end_year,
                horizon_year=None,
                source_sha256="",
                source_chars=self._at + 100,
                compiler="test",
            ),
            clauses=tuple(self.clauses),
            targets=tuple(self.targets),
            facts=tuple(self.facts),
            industries=tuple(self.industries),
        )

    def audit(self, *kinds: str, **options: Any) -> list[Finding]:
        """Findings of the given kinds or message ids, all where none is given."""
        found = audit(self.package(), **options)
        return [f for f in found if not kinds or f.kind in kinds or f.rule in kinds]

    def _industry(self, name: str, level: str, identifier: str, parent: str | None) -> None:
        self.industries.append(
            Industry(
                id=identifier,
                clause="三",
                start=0,
                end=1,
                level=level,  # type: ignore[arg-type]
                group="pillar",
                name=name,
                parent=parent,
            )
        )


def _ends(
    value: float | tuple[float, float] | None, comparator: str
) -> tuple[float | None, float | None]:
    if value is None or isinstance(value, tuple):
        return value or (None, None)
    return (
        None if comparator in ("<=", "<") else value,
        None if comparator in (">=", ">") else value,
    )


def _measured(
    to_base: Callable[[float], float],
    base: str,
    low: float | None,
    high: float | None,
    baseline: float | None,
) -> Measured:
    def of(value: float | None) -> float | None:
        return None if value is None else to_base(value)

    return Measured(unit=base, low=of(low), high=of(high), baseline=of(baseline))


@pytest.fixture(scope="session")
def new_draft() -> type[Draft]:
    """The class itself, for tests that need many drafts."""
    return Draft


@pytest.fixture
def draft() -> Draft:
    """An empty plan for 2021–2025."""
    return Draft()
