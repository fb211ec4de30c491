"""The rules of evaluation, read from the catalogue: every threshold with its source.

``catalog/rules/progress.yaml``, ``derived.yaml`` and ``freshness.yaml``. A state names the ids of
the rules it used; :func:`rule_by_id` gives back their words for pages and papers.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import NotFound
from liantu.methods.forecast import Calibration, Method
from liantu.methods.progress import Shape
from liantu.plan.package import Nature
from liantu.records.figures.rules import observation_rules
from liantu.words import words

IndicatorKind = Literal["stock", "flow", "growth", "share", "ratio", "count"]
Measure = Literal["linear", "geometric", "annual_average", "relative", "per_year", "additions"]


class Rule(Declared):
    """One rule: its id, its words in both languages, and where it comes from."""

    id: str
    zh: str
    en: str
    source: Source


class PaceRule(Rule):
    """Classes of a ratio of actual to required change."""

    measures: tuple[Measure, ...]
    nature: Nature = ""
    """``约束性``: for binding targets only, in place of the rule for all."""
    cuts: tuple[float, float]
    """Falling: at or above the first normal, the second watch, below behind."""


class PathRule(Rule):
    """Default shape of the required path for some kinds of indicator."""

    kinds: tuple[IndicatorKind, ...]
    shape: Shape


class PartYearRule(Rule):
    """How far a year may lie from its cumulative growth; no indicator named: the default."""

    indicators: tuple[str, ...]
    points: float


class EarlyRule(Rule):
    """How old evidence of early attainment may be, for kinds that do not jump."""

    kinds: tuple[IndicatorKind, ...]
    years: int


class YearsRule(Rule):
    """A number of years."""

    years: int


class ShareRule(Rule):
    """A share, 0..1."""

    share: float


class RelativeRule(Rule):
    """How a relative target is read over several years."""

    reading: Literal["period_average", "every_year"]


class PerYearRule(Rule):
    """How a target “a year” is read over several years."""

    reading: Literal["period_average", "every_year"]


class ProjectionRule(Rule):
    """A calibration of :mod:`liantu.methods.forecast` for some kinds of indicator."""

    kinds: tuple[IndicatorKind, ...]
    transform: Literal["log", "logit"]
    method: Method
    damping: float
    scale: float
    prior_points: float
    quantiles: tuple[float, ...]

    def calibration(self, coverage: float) -> Calibration:
        return Calibration(
            self.method, self.damping, self.scale, self.prior_points, self.quantiles, coverage
        )


class ProjectionRules(Declared):
    """How many points a projection needs, what its interval covers, and the calibrations."""

    minimum_points: int
    coverage: float
    kinds: tuple[ProjectionRule, ...]


class ProgressRules(Declared):
    """``progress.yaml``."""

    pace: tuple[PaceRule, ...]
    paths: tuple[PathRule, ...]
    annual: Rule
    part_year: tuple[PartYearRule, ...]
    early: EarlyRule
    stale: YearsRule
    headline: ShareRule
    approximate: ShareRule
    remainder: ShareRule
    relative: RelativeRule
    per_year: PerYearRule
    additions: Rule
    assigned: Rule
    projection: ProjectionRules

    @model_validator(mode="after")
    def _complete(self) -> ProgressRules:
        measured = [one for rule in self.pace if not rule.nature for one in rule.measures]
        shaped = [kind for rule in self.paths for kind in rule.kinds]
        defaults = [rule.id for rule in self.part_year if not rule.indicators]
        if sorted(measured) != sorted(set(measured)) or len(measured) != 6:
            raise ValueError(f"every measure needs exactly one pace rule, found {measured}")
        if sorted(shaped) != sorted(set(shaped)) or len(shaped) != 6:
            raise ValueError(f"every indicator kind needs exactly one path rule, found {shaped}")
        if len(defaults) != 1:
            raise ValueError(f"part_year needs one rule without indicators, found {defaults}")
        return self

    def pace_for(self, measure: Measure, nature: Nature) -> PaceRule:
        """The rule for a measure: the binding targets' own where one is declared."""
        found = [rule for rule in self.pace if measure in rule.measures]
        own = [rule for rule in found if nature and rule.nature == nature]
        return (own or [rule for rule in found if not rule.nature])[0]

    def path_for(self, kind: IndicatorKind) -> PathRule:
        return next(rule for rule in self.paths if kind in rule.kinds)

    def part_year_for(self, indicator: str) -> PartYearRule:
        named = [rule for rule in self.part_year if indicator in rule.indicators]
        return named[0] if named else next(rule for rule in self.part_year if not rule.indicators)

    def projection_for(self, kind: IndicatorKind) -> ProjectionRule | None:
        return next((rule for rule in self.projection.kinds if kind in rule.kinds), None)


class WholeRule(Rule):
    """``indicator`` is part of ``whole``, and the rest is ``rest``."""

    indicator: str
    whole: str
    rest_zh: str
    rest_en: str


class DerivedRules(Declared):
    """``derived.yaml``."""

    wholes: tuple[WholeRule, ...]


class Rhythm(Rule):
    """When figures of an indicator are due."""

    indicators: tuple[str, ...]
    kinds: tuple[IndicatorKind, ...]
    months: Literal[1, 3, 6, 12]
    lag_days: int
    grace_days: int


class ComputedRule(Rule):
    """When values computed from the records fill years without a published figure."""

    coverage: float = Field(gt=0, le=1)
    """Least share of the expected returns that had come."""


class _Filled(Declared):
    """``computed.yaml``."""

    rule: ComputedRule


class FreshnessRules(Declared):
    """``freshness.yaml``."""

    rhythms: tuple[Rhythm, ...]

    def rhythm_for(self, indicator: str, kind: IndicatorKind) -> Rhythm:
        """The first rhythm that names the indicator, else the first of its kind."""
        named = [rhythm for rhythm in self.rhythms if indicator in rhythm.indicators]
        kinds = [rhythm for rhythm in self.rhythms if kind in rhythm.kinds]
        return (named or kinds)[0]

    @model_validator(mode="after")
    def _complete(self) -> FreshnessRules:
        kinds = {kind for rhythm in self.rhythms for kind in rhythm.kinds}
        lacking = {"stock", "flow", "growth", "share", "ratio", "count"} - kinds
        if lacking:
            raise ValueError(f"no rhythm for the kinds {sorted(lacking)}")
        return self


FOLDER = CATALOG / "rules"


@cache
def progress_rules() -> ProgressRules:
    """``catalog/rules/progress.yaml``, read once."""
    return read_declared(ProgressRules, FOLDER / "progress.yaml")


@cache
def derived_rules() -> DerivedRules:
    """``catalog/rules/derived.yaml``, read once."""
    return read_declared(DerivedRules, FOLDER / "derived.yaml")


@cache
def computed_rule() -> ComputedRule:
    """``catalog/rules/computed.yaml``, read once."""
    return read_declared(_Filled, FOLDER / "computed.yaml").rule


@cache
def freshness_rules() -> FreshnessRules:
    """``catalog/rules/freshness.yaml``, read once."""
    return read_declared(FreshnessRules, FOLDER / "freshness.yaml")


@cache
def _all_rules() -> dict[str, Rule]:
    progress = progress_rules()
    single: tuple[Rule, ...] = (
        progress.annual,
        progress.early,
        progress.stale,
        progress.headline,
        progress.approximate,
        progress.remainder,
        progress.relative,
        progress.per_year,
        progress.additions,
        progress.assigned,
    )
    groups: tuple[tuple[Rule, ...], ...] = (
        single,
        progress.pace,
        progress.paths,
        progress.part_year,
        progress.projection.kinds,
        derived_rules().wholes,
        freshness_rules().rhythms,
    )
    found = {rule.id: rule for group in groups for rule in group}
    found[computed_rule().id] = computed_rule()
    choice = observation_rules()
    found[choice.id] = Rule(
        id=choice.id,
        zh=words().say("rule.choice", "zh"),
        en=words().say("rule.choice", "en"),
        source=choice.source,
    )
    return found


def rule_by_id(rule_id: str) -> Rule:
    """The rule of that id, with words and source.

    Raises:
        NotFound: no rule of evaluation has this id.
    """
    found = _all_rules().get(rule_id)
    if found is None:
        raise NotFound(
            f"没有编号为“{rule_id}”的评价规则。可用的见 catalog/rules。",
            f"There is no evaluation rule {rule_id!r}. See catalog/rules.",
        )
    return found
