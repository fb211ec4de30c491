"""Everything known for one plan on one date, and the case of each target drawn from it.

Evidence of an indicator is gathered once for each unit. Baselines come from the plan's target
itself, else from another target on the same indicator, else from a figure or fact of that year.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from liantu.plan.package import Fact, PlanPackage, Target
from liantu.quantity.bound import Bound
from liantu.quantity.unit import parse_unit
from liantu.records.figures.indicator import Indicator
from liantu.records.figures.indicators import IndicatorCatalogue
from liantu.records.figures.matching import Match
from liantu.systems.targets.binding import Binding, Unusable
from liantu.systems.targets.derived import with_derived
from liantu.systems.targets.evidence import (
    Evidence,
    Figure,
    Observed,
    gather,
    in_unit,
    set_aside,
)
from liantu.systems.targets.forms.case import Case, Clock, Whole
from liantu.systems.targets.rules import derived_rules, progress_rules
from liantu.systems.targets.state import SeriesPoint
from liantu.systems.targets.wording import say

_ON_BASE = ("increase", "points", "relative")
_COUNTED = ("additions", "per_year")


class Known:
    """What one plan's targets can be judged by on one date."""

    def __init__(
        self,
        package: PlanPackage,
        bindings: dict[str, Binding],
        catalogue: IndicatorCatalogue,
        observed: Observed,
    ) -> None:
        self._package = package
        self._bindings = bindings
        self._catalogue = catalogue
        self._observed = observed
        self._gathered: dict[tuple[str, str, float, tuple[Unusable, ...]], Evidence] = {}
        self._facts = self._facts_by_indicator()

    def case(self, binding: Binding, indicator: Indicator | None, as_of: date) -> Case:
        """The case of one target, measured by ``indicator``."""
        target = binding.target
        clock = self._clock(target, as_of)
        rules = progress_rules()
        if indicator is None:
            return Case(
                target, binding, clock, rules, baseline=self._own_baseline(target, target.unit)
            )
        unit = indicator.unit if target.form in _ON_BASE else target.unit
        since = clock.start - 1.0
        unusable = binding.declaration.unusable
        if target.form in _COUNTED:
            return self._counted(binding, indicator, clock, since)
        evidence = self.evidence(indicator, unit, since, unusable)
        reference = binding.reference
        return Case(
            target,
            binding,
            clock,
            rules,
            evidence=evidence,
            reference=self.evidence(reference, reference.unit, since) if reference else None,
            baseline=self.baseline(target, indicator, unit, clock),
            whole=self._whole(indicator, unit, since),
            average=self._average(indicator, unit, since),
        )

    def evidence(
        self,
        indicator: Indicator,
        unit: str,
        since: float,
        unusable: tuple[Unusable, ...] = (),
    ) -> Evidence:
        """Published and derived figures of an indicator, in ``unit``."""
        key = (indicator.id, unit, since, unusable)
        if key not in self._gathered:
            published = gather(self._observed, indicator, unit, since=since, unusable=unusable)
            self._gathered[key] = with_derived(published, lambda part: self._component(part, since))
        return self._gathered[key]

    def baseline(
        self, target: Target, indicator: Indicator, unit: str, clock: Clock
    ) -> Figure | None:
        """The value the target starts from, with the place it was found."""
        year = clock.start - 1
        own = self._own_baseline(target, unit)
        if own is not None:
            # within the target year itself there is no way to go
            return own if own.year < clock.end else None
        for other in self._package.targets:
            sibling = self._bindings[other.id].indicator
            if sibling is None or sibling.id != indicator.id or other.form == "annual_average":
                continue
            if other.baseline is not None and other.baseline_year == year:
                return self._plan_figure(other, other.baseline, year, unit)
        published = self.evidence(indicator, unit, float(year)).whole(year)
        return published or self._fact(indicator, unit, year)

    def lookalikes(self, binding: Binding, cases: Sequence[Case]) -> list[SeriesPoint]:
        """Figures of another scope, shown beside the target's own and never used for it."""
        named = list(binding.declaration.unusable)
        for case in cases:
            for evidence in case.drawn:
                named += self._confusions(evidence.indicator)
        unit = cases[0].drawn[0].unit if cases[0].drawn else binding.target.unit
        mine = {evidence.indicator.id for case in cases for evidence in case.drawn}
        since = cases[0].clock.start - 1
        points: list[SeriesPoint] = []
        for one in named:
            if not one.indicator or one.indicator not in mine:
                points += set_aside(self._observed, one, unit)
        return [point for point in points if point.observation.period.year >= since]

    def _confusions(self, indicator: Indicator) -> list[Unusable]:
        found = []
        for confusion in indicator.not_aliases:
            match = self._catalogue.match(confusion.name)
            if isinstance(match, Match):
                found.append(Unusable(indicator=match.id, zh=confusion.why, en=confusion.why_en))
            else:
                found.append(Unusable(name=confusion.name, zh=confusion.why, en=confusion.why_en))
        return found

    def _clock(self, target: Target, as_of: date) -> Clock:
        base = target.baseline_year
        start = base + 1 if base is not None else self._package.meta.start_year
        return Clock(as_of, min(start, target.year), target.year)

    def _counted(self, binding: Binding, indicator: Indicator, clock: Clock, since: float) -> Case:
        """Entries and the stock that they feed, whichever of the two the target was bound to."""
        target, unusable = binding.target, binding.declaration.unusable
        entries: Indicator | None = indicator
        stock = self._catalogue[indicator.additions_of] if indicator.additions_of else None
        if indicator.at_moment:
            stock, entries = indicator, self._catalogue.additions(indicator.id)
        return Case(
            target,
            binding,
            clock,
            progress_rules(),
            additions=self.evidence(entries, target.unit, since, unusable) if entries else None,
            stock=self.evidence(stock, target.unit, since, unusable) if stock else None,
            baseline=self.baseline(target, stock, target.unit, clock) if stock else None,
        )

    def _own_baseline(self, target: Target, unit: str) -> Figure | None:
        if target.baseline is None or target.form in ("annual_average", *_COUNTED):
            return None
        year = target.baseline_year or self._package.meta.start_year - 1
        return self._plan_figure(target, target.baseline, year, unit)

    def _plan_figure(self, target: Target, value: float, year: int, unit: str) -> Figure:
        base = Bound.exact(parse_unit(target.unit).to_base(value))
        return Figure(
            value=in_unit(base, parse_unit(unit)),
            at=float(year),
            year=year,
            months=12,
            period=say("state.year", year=year).zh,
            label=target.indicator,
            unit=unit,
            clause=target.clause,
        )

    def _facts_by_indicator(self) -> dict[tuple[str, int], Fact]:
        found: dict[tuple[str, int], Fact] = {}
        for fact in self._package.facts:
            if fact.year is None or fact.span_start is not None:
                continue
            match = self._catalogue.match(
                fact.indicator, (), fact.subject, unit=fact.unit, area=self._package.meta.area
            )
            if isinstance(match, Match):
                found.setdefault((match.id, fact.year), fact)
        return found

    def _fact(self, indicator: Indicator, unit: str, year: int) -> Figure | None:
        fact = self._facts.get((indicator.id, year))
        if fact is None or (fact.measured.low is None and fact.measured.high is None):
            return None
        low = -float("inf") if fact.measured.low is None else fact.measured.low
        high = float("inf") if fact.measured.high is None else fact.measured.high
        return Figure(
            value=in_unit(Bound(low, high), parse_unit(unit)),
            at=float(year),
            year=year,
            months=12,
            period=say("state.year", year=year).zh,
            label=fact.indicator,
            unit=unit,
            clause=fact.clause,
        )

    def _whole(self, indicator: Indicator, unit: str, since: float) -> Whole | None:
        for rule in derived_rules().wholes:
            if rule.indicator == indicator.id:
                return Whole(rule, self.evidence(self._catalogue[rule.whole], unit, since))
        return None

    def _average(self, indicator: Indicator, unit: str, since: float) -> Evidence | None:
        for other in self._catalogue.indicators.values():
            if other.average_of == indicator.id:
                return self.evidence(other, unit, since)
        return None

    def _component(self, indicator_id: str, since: float) -> Evidence:
        indicator = self._catalogue[indicator_id]
        return self.evidence(indicator, indicator.unit, since)
