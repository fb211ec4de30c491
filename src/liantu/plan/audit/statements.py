"""A package as the audit reads it: statements with comparable names and bounds, indexed."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from liantu.plan.audit.rules import AuditRules, audit_rules
from liantu.plan.naming import IndicatorName, compare_scopes, fold, is_whole_area, read_name
from liantu.plan.package import Fact, PlanPackage, Target
from liantu.quantity.bound import Bound

KnownIndicators = Callable[[str, tuple[str, ...]], bool]


@dataclass(frozen=True)
class Statement:
    """One figure the plan states, target or fact, ready to be compared.

    ``bound`` and ``baseline`` are in base units; an assigned target allows every value.
    ``scale`` is base units per written unit, ``slack`` half of the last printed digit in base
    units: two figures closer than their slack agree.
    """

    id: str
    clause: str
    start: int
    name: IndicatorName
    indicator: str
    subject: str
    form: str
    comparator: str
    bound: Bound
    unit: str
    base_unit: str
    scale: float
    slack: float
    year: int | None
    baseline: float | None = None
    baseline_year: int | None = None
    number: str = ""
    reference: str = ""
    aspirational: bool = False
    span_start: int | None = None
    target: Target | None = field(default=None, compare=False)

    @property
    def stated(self) -> bool:
        """Does the statement give a figure at all?"""
        return math.isfinite(self.bound.low) or math.isfinite(self.bound.high)

    @property
    def floor(self) -> float:
        """Least value the statement allows, minus infinity where it sets none."""
        return self.bound.low

    @property
    def ceiling(self) -> float:
        """Greatest value the statement allows, infinity where it sets none."""
        return self.bound.high

    @property
    def printed(self) -> float:
        """The printed figure in base units: of a range the lower, of 约 the middle."""
        if self.comparator == "~":
            return (self.bound.low + self.bound.high) / 2
        return self.bound.low if math.isfinite(self.bound.low) else self.bound.high

    @property
    def family(self) -> str:
        """Statements of different families are never compared figure by figure."""
        if self.form in ("level", "additions") and self.name.gross:
            return "additions"
        return self.form

    def term(self, dimension: str) -> str:
        """The scope term of one dimension, empty where none is stated."""
        return next((term for name, term in self.name.scope if name == dimension), "")


class Plan:
    """The package, its statements and the indexes the rules share. Built once, read only."""

    def __init__(
        self,
        package: PlanPackage,
        assumptions: dict[str, float],
        stated: frozenset[str] = frozenset(),
        known_indicators: KnownIndicators | None = None,
    ) -> None:
        self.package = package
        self.assumptions = assumptions
        self.given = stated
        """Names of the assumptions that the caller set, which the plan may not replace."""
        self.known_indicators = known_indicators
        self.rules: AuditRules = audit_rules()
        area = package.meta.area
        self.targets = tuple(
            sorted((_of_target(item, area) for item in package.targets), key=_order)
        )
        self.facts = tuple(sorted((_of_fact(item, area) for item in package.facts), key=_order))
        self.position = {item.id: item.start for item in (*package.targets, *package.facts)}

    @cached_property
    def by_key(self) -> Mapping[str, tuple[Statement, ...]]:
        """Targets by the key of their name, in order of text."""
        return _grouped(self.targets)

    @cached_property
    def facts_by_key(self) -> Mapping[str, tuple[Statement, ...]]:
        """Facts by the key of their name, in order of text."""
        return _grouped(self.facts)

    def comparable(self, statement: Statement) -> bool:
        """Is the name specific enough to be one series wherever it is written?"""
        bare = statement.name.key.partition(":")[0]
        return bare not in self.rules.generic_names or bool(statement.name.scope)

    def reference_growth(self, reference: str) -> float:
        """Yearly growth assumed of the series that others are measured against.

        The plan's own growth target of that series goes first, unless the caller set one.
        """
        own = self.own_growth(reference)
        if own is not None and "gdp_growth" not in self.given:
            return own.printed / 100
        return self.assumptions["gdp_growth"]

    def own_growth(self, reference: str) -> Statement | None:
        """The average growth the plan itself sets for ``reference``, if it sets one."""
        key = read_name(reference, area=self.package.meta.area).key
        key = key if key.endswith(":growth") else f"{key}:growth"
        for item in self.by_key.get(key, ()):
            if item.form == "annual_average" and item.stated:
                return item
        return None

    def used(self, *names: str, reference: str = "GDP") -> dict[str, float]:
        """The assumptions a finding rests on, as it used them."""
        result = {name: self.assumptions[name] for name in names}
        if "gdp_growth" in result:
            result["gdp_growth"] = self.reference_growth(reference)
        return result

    def base_year(self) -> int:
        """The year before the plan period."""
        return self.package.meta.start_year - 1

    def baselines(self, statement: Statement) -> tuple[Statement, ...]:
        """Facts that give the state of this level before the plan period, best scope first."""
        found = [
            fact
            for fact in self.facts_by_key.get(statement.name.key, ())
            if _is_state(fact, self.base_year())
            and fact.base_unit == statement.base_unit
            and compare_scopes(fact.name.scope, statement.name.scope) != "scope_differs"
        ]
        return tuple(
            sorted(found, key=lambda fact: (fact.name.scope != statement.name.scope, fact.start))
        )


def _is_state(fact: Statement, base_year: int) -> bool:
    """A stock at the end of the last period, not a flow over it nor an older state."""
    return (
        fact.stated
        and not fact.name.gross
        and fact.name.measure not in ("growth", "reduction")
        and fact.year in (None, base_year, base_year + 1)
    )


def _order(statement: Statement) -> tuple[int, str]:
    return statement.start, statement.id


def _grouped(statements: Iterable[Statement]) -> dict[str, tuple[Statement, ...]]:
    result: dict[str, list[Statement]] = defaultdict(list)
    for statement in statements:
        if statement.name.key:
            result[statement.name.key].append(statement)
    return {key: tuple(group) for key, group in result.items()}


def _of_target(item: Target, area: str) -> Statement:
    name = read_name(
        item.indicator,
        subject=item.subject,
        scope=item.scope,
        area=area,
        unit=item.measured.unit,
    )
    if item.form == "annual_average" and name.measure not in ("growth", "reduction"):
        name = replace(name, key=f"{name.key}:growth", measure="growth")
    scale = _scale(item.low, item.measured.low, item.high, item.measured.high)
    printed = [value for value in (item.low, item.high) if value is not None]
    return Statement(
        id=item.id,
        clause=item.clause,
        start=item.start,
        name=name,
        indicator=item.indicator,
        subject="" if is_whole_area(item.subject, area) else item.subject,
        form=item.form,
        comparator=item.comparator,
        bound=bound_of(item.comparator, item.measured.low, item.measured.high),
        unit=item.unit,
        base_unit=item.measured.unit,
        scale=scale,
        slack=max((half_digit(value) for value in printed), default=0.0) * scale,
        year=item.year,
        baseline=item.measured.baseline,
        baseline_year=item.baseline_year,
        number=item.number,
        reference=item.reference,
        aspirational=item.aspirational,
        target=item,
    )


def _of_fact(item: Fact, area: str) -> Statement:
    name = read_name(item.indicator, subject=item.subject, area=area, unit=item.measured.unit)
    scale = _scale(item.low, item.measured.low, item.high, item.measured.high)
    printed = [value for value in (item.low, item.high) if value is not None]
    return Statement(
        id=item.id,
        clause=item.clause,
        start=item.start,
        name=name,
        indicator=item.indicator,
        subject="" if is_whole_area(item.subject, area) else item.subject,
        form="level",
        comparator=item.comparator,
        bound=bound_of(item.comparator, item.measured.low, item.measured.high),
        unit=item.unit,
        base_unit=item.measured.unit,
        scale=scale,
        slack=max((half_digit(value) for value in printed), default=0.0) * scale,
        year=item.year,
        span_start=item.span_start,
    )


def bound_of(comparator: str, low: float | None, high: float | None) -> Bound:
    """The values a comparator and its figures allow; all of them where no figure is given."""
    about = low if low is not None else high
    if comparator == "~" and about is not None:
        width = abs(about) * audit_rules().thresholds.about_share
        return Bound(about - width, about + width)
    return Bound(
        -math.inf if low is None else low,
        math.inf if high is None else high,
        low_open=comparator == ">",
        high_open=comparator == "<",
    )


def half_digit(value: float) -> float:
    """Half a unit of the last digit that a figure was printed with: 1.5 → 0.05, 70 → 0.5."""
    text = repr(value)
    if "e" in text:
        text = f"{value:f}"
    decimals = text.rstrip("0").partition(".")[2]
    return float(0.5 * 10.0 ** -len(decimals))


def disjoint(one: Bound, other: Bound) -> bool:
    """Is there no value that both allow?"""
    low, high = (one, other) if one.low <= other.low else (other, one)
    if low.high > high.low:
        return False
    return low.high < high.low or low.high_open or high.low_open


def same_subject(one: Statement, other: Statement) -> bool:
    """Do both speak of the same part of the area, or both of the whole?"""
    return fold(one.subject) == fold(other.subject)


def _scale(*pairs: float | None) -> float:
    """Base units per written unit, from whichever figure is given and not nought."""
    for written, measured in ((pairs[0], pairs[1]), (pairs[2], pairs[3])):
        if written and measured is not None:
            return measured / written
    return 1.0
