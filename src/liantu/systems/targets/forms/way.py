"""The way from baseline to target: required path, progress, pace and run-rate, each printed."""

from __future__ import annotations

import numpy as np

from liantu.errors import Message
from liantu.methods import progress
from liantu.methods.progress import Shape
from liantu.quantity.bound import Bound
from liantu.systems.targets.evidence import Figure
from liantu.systems.targets.forms.case import EPSILON, Aim, Case, bound, printed, step
from liantu.systems.targets.state import PathPoint, Step
from liantu.systems.targets.wording import amount, change, number, say, share


class Way:
    """What can be said of the way, given a baseline and the latest figure, or either alone."""

    def __init__(
        self, case: Case, aim: Aim, baseline: Figure | None, latest: Figure | None
    ) -> None:
        self.case, self.aim, self.base, self.latest = case, aim, baseline, latest
        self.steps: list[Step] = []
        self.rules: list[str] = []
        self.required: Bound | None = None
        self.progress: Bound | None = None
        self.pace: tuple[float, float] | None = None
        self.shape = self._shape()
        self.path = self._path()
        if baseline is not None and latest is not None and not self._no_way(baseline):
            self._measure(baseline, latest)

    @property
    def unit(self) -> str:
        return self.case.target.unit

    def _shape(self) -> Shape:
        """The declared shape; linear where a growth rate has no meaning."""
        declared = self.case.binding.declaration.shape
        positive = self.base is not None and self.base.value.low > 0 and self.aim.goal > 0
        if declared:
            return declared if positive else "linear"
        rule = self.case.rules.path_for(self.case.kind)
        if rule.shape == "geometric" and not positive:
            return "linear"
        if self.base is not None:
            self.rules.append(rule.id)
        return rule.shape

    def _no_way(self, base: Figure) -> bool:
        return base.value.low <= self.aim.goal <= base.value.high

    def _path(self) -> tuple[PathPoint, ...]:
        low, high = self.aim.band
        end = self.case.clock.end
        if self.base is None:
            return (PathPoint(end, low, high),)
        start = round(self.base.at)
        years = np.arange(start, end + 1)
        part = (years - start) / (end - start)
        rows = [
            progress.required_path(self.base.value.mid, goal, part, self.shape)
            for goal in (low, high)
        ]
        return tuple(
            PathPoint(int(year), float(min(a, b)), float(max(a, b)))
            for year, a, b in zip(years, *rows, strict=True)
        )

    def _measure(self, base: Figure, latest: Figure) -> None:
        goal, clock = self.aim.goal, self.case.clock
        start = (base.value.low, base.value.high)
        period, elapsed = clock.end - base.at, latest.at - base.at
        band = self.aim.band
        ends = [
            float(progress.required_path(base.value.mid, aim, elapsed / period, self.shape))
            for aim in band
        ]
        self.required = bound(sorted(ends))
        times = {"elapsed": number(elapsed), "period": number(period)}
        formula = say(
            f"formula.required.{self.shape}",
            base=amount(base.value, self.unit),
            goal=amount(bound(band), self.unit),
            at=latest.period,
            **times,
        ).zh
        self.steps.append(step("required", formula, printed(self.required, self.unit)))
        low, high = latest.value.low, latest.value.high
        self.progress = bound(progress.progress_share(low, high, start, goal))
        figures = {
            "value": amount(latest.value, ""),
            "base": amount(base.value, ""),
            "goal": number(goal),
        }
        formula = say("formula.progress", **figures).zh
        self.steps.append(step("progress", formula, share(self.progress).zh))
        self.pace = progress.pace(
            low, high, start, goal, elapsed=elapsed, period=period, shape=self.shape
        )
        self.rules.append(self.case.pace_rule(self.shape).id)
        formula = say(f"formula.pace.{self.shape}", **figures, **times).zh
        self.steps.append(step("pace", formula, printed(bound(self.pace), "")))

    def run_rate(self) -> Message:
        """What has to change a year from the latest figure to the target year, in words."""
        latest, clock = self.latest, self.case.clock
        over = clock.ended or latest is None or latest.at >= clock.end - EPSILON
        if over or latest is None or self.aim.judge(latest.value) == "meets":
            return Message("", "")
        left = clock.end - latest.at
        low, high, goal = latest.value.low, latest.value.high, self.aim.goal
        need = bound(progress.run_rate(low, high, goal, left, "linear"))
        figures: dict[str, object] = {
            "period": Message(latest.period, latest.period_en),
            "years": number(left),
            "need": change(need, self.unit),
        }
        if low <= 0 or goal <= 0 or self.case.kind in ("share", "ratio"):
            return say("run_rate.level", **figures)
        rates = bound(progress.run_rate(low, high, goal, left, "geometric"))
        return say("run_rate.level_growth", growth=change(rates, "%"), **figures)
