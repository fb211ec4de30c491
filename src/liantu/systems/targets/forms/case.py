"""What a form is given and what it returns.

A :class:`Case` is one target with its figures on one date; an :class:`Outcome` is what the form
makes of it: verdict, attained and required value, pace, and the printed arithmetic.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from numpy.typing import NDArray

from liantu.errors import Message
from liantu.plan.naming import is_whole_area
from liantu.plan.package import Comparator, Target
from liantu.quantity.bound import Bound, Verdict
from liantu.records.figures.indicator import Indicator
from liantu.systems.targets.binding import Binding
from liantu.systems.targets.evidence import Evidence, Figure, time_of
from liantu.systems.targets.rules import IndicatorKind, Measure, PaceRule, ProgressRules, WholeRule
from liantu.systems.targets.state import Absence, Input, PathPoint, SeriesPoint, Step
from liantu.systems.targets.wording import amount, say

EPSILON = 1e-9


@dataclass(frozen=True)
class Clock:
    """The date asked about against the years of the target."""

    as_of: date
    start: int
    """First year of the period; the baseline is the year before."""
    end: int
    """Target year."""

    @property
    def now(self) -> float:
        return time_of(self.as_of)

    @property
    def ended(self) -> bool:
        return self.now >= self.end - EPSILON

    @property
    def last_year(self) -> int:
        """Last calendar year that has ended."""
        return math.floor(self.now + EPSILON)

    @property
    def years(self) -> list[int]:
        """Years of the period that have ended."""
        return list(range(self.start, min(self.end, self.last_year) + 1))

    @property
    def length(self) -> int:
        return self.end - self.start + 1


@dataclass(frozen=True)
class Aim:
    """The figure aimed at, and which side of it is good."""

    comparator: Comparator
    low: float | None
    high: float | None
    downward: bool
    tolerance: float = 0.0
    """Share by which an aim worded “about” may be missed."""

    @classmethod
    def of(cls, target: Target, *, downward: bool, tolerance: float) -> Aim:
        down = target.comparator in ("<", "<=") or (
            downward and target.comparator in ("=", "~", "range")
        )
        about = tolerance if target.comparator == "~" else 0.0
        return cls(target.comparator, target.low, target.high, down, about)

    @property
    def goal(self) -> float:
        """The end of the aim that has to be reached."""
        value = self.high if self.downward else self.low
        other = self.low if self.downward else self.high
        found = value if value is not None else other
        assert found is not None, "an aim has at least one end"
        return found

    @property
    def band(self) -> tuple[float, float]:
        low = self.goal if self.low is None else self.low
        high = self.goal if self.high is None else self.high
        return low, high

    @property
    def sign(self) -> str:
        """The comparison that decides, as printed."""
        if self.comparator in (">", "<"):
            return self.comparator
        return "≤" if self.downward else "≥"

    def judge(self, value: Bound) -> Verdict:
        """Does every value that the figure leaves open reach the aim, or none, or some?"""
        strict = self.comparator in (">", "<")
        slack = abs(self.goal) * self.tolerance
        if self.downward:
            return value.at_most(self.goal + slack, strict=strict)
        return value.at_least(self.goal - slack, strict=strict)


@dataclass(frozen=True)
class Whole:
    """A wider series of which the indicator is a part."""

    rule: WholeRule
    evidence: Evidence


@dataclass(frozen=True)
class Case:
    """One target on one date, with everything a form may use."""

    target: Target
    binding: Binding
    clock: Clock
    rules: ProgressRules
    evidence: Evidence | None = None
    reference: Evidence | None = None
    baseline: Figure | None = None
    whole: Whole | None = None
    additions: Evidence | None = None
    """Yearly gross entries, for additions and counts a year."""
    stock: Evidence | None = None
    """The stock that additions feed."""
    average: Evidence | None = None
    """Averages over several years published as such."""

    @property
    def kind(self) -> IndicatorKind:
        return self.evidence.indicator.kind if self.evidence else "count"

    @property
    def drawn(self) -> tuple[Evidence, ...]:
        """The series of the target itself, as drawn; not the reference's or the whole's."""
        found = (self.evidence, self.additions, self.stock, self.average)
        return tuple(one for one in found if one is not None)

    @property
    def measured(self) -> Indicator | None:
        """The indicator that the target is measured by."""
        found = self.evidence or self.additions
        return found.indicator if found else None

    def pace_rule(self, measure: Measure) -> PaceRule:
        """The rule that classes the pace of this target."""
        return self.rules.pace_for(measure, self.target.nature)

    @property
    def used_rules(self) -> tuple[str, ...]:
        """Rules by which conflicts among the figures were resolved."""
        return tuple(rule for one in self.drawn if one.conflicts for rule in one.rules)

    @property
    def name(self) -> Message:
        """The target's indicator; in English the catalogue's name where there is one."""
        subject, own = self.target.subject, self.target.indicator
        said = is_whole_area(subject) or own.startswith(subject)
        zh = own if said else f"{subject}{own}"
        found = self.evidence or self.additions
        return Message(zh, found.indicator.en if found else zh)


@dataclass(frozen=True)
class Outcome:
    """What a form makes of a case."""

    verdict: Verdict
    final: bool
    reason: Message
    attained: Bound | None = None
    at: float | None = None
    """Position in time of the latest figure that the outcome rests on."""
    period: Message = field(default_factory=lambda: Message("", ""))
    """Period that ``attained`` is about."""
    required: Bound | None = None
    progress: Bound | None = None
    pace: tuple[float, float] | None = None
    measure: Measure = "linear"
    run_rate: Message = field(default_factory=lambda: Message("", ""))
    inputs: tuple[Input, ...] = ()
    steps: tuple[Step, ...] = ()
    path: tuple[PathPoint, ...] = ()
    missing: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()
    absence: Absence = ""
    extra: dict[str, str] = field(default_factory=dict)
    series: tuple[SeriesPoint, ...] | None = None
    """Points to draw where they are not the indicator's own figures (gaps, changes)."""


def step(key: str, formula: str, result: str, /, **figures: object) -> Step:
    """A printed line whose label is the catalogue's."""
    return Step(say(f"step.{key}", **figures).zh, formula, result)


def bound(ends: Sequence[float] | NDArray[np.float64]) -> Bound:
    """A pair of ends as a bound."""
    return Bound(float(ends[0]), float(ends[1]))


def printed(value: Bound, unit: str) -> str:
    """A bound as it stands in a formula."""
    return amount(value, unit).zh


def span(years: Sequence[int]) -> Message:
    """Years as text: ``2021、2023—2025年``."""
    runs: list[list[int]] = []
    for year in years:
        if runs and year == runs[-1][-1] + 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    zh = "、".join(
        f"{run[0]}—{run[-1]}" if len(run) > 2 else "、".join(map(str, run)) for run in runs
    )
    en = ", ".join(
        f"{run[0]}–{run[-1]}" if len(run) > 2 else ", ".join(map(str, run)) for run in runs
    )
    return Message(f"{zh}年", en)


def wanted(case: Case, what: Message) -> str:
    """What figure would settle it and who keeps it, one sentence."""
    keeper = case.binding.custodian
    if keeper is None:
        return say("missing.figure", what=what).zh
    return say("missing.figure_from", what=what, keeper=Message(keeper.zh, keeper.en)).zh


def baseline_input(baseline: Figure | None) -> tuple[Input, ...]:
    """The baseline among the printed inputs."""
    if baseline is None:
        return ()
    return tuple(
        replace(one, label=say("input.baseline", name=one.label).zh) for one in baseline.inputs
    )
