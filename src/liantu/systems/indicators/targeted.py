"""Targets of the plan in force that speak of the indicator a measure computes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from liantu.indicators.declared import Measure
from liantu.plan.package import Target
from liantu.records import ledger
from liantu.records.figures.observation import Observation
from liantu.systems.targets.board import Board, board
from liantu.systems.targets.moment import default_date
from liantu.systems.targets.state import TargetState
from liantu.systems.targets.wording import target_text
from liantu.words import Language, words

LEVELS = ("level",)
"""Forms of targets whose figure is on the scale of the indicator itself."""


@dataclass(frozen=True)
class Aim:
    """A target beside the measure."""

    target: Target
    state: TargetState


def plan_board(as_of: str | None) -> Board | None:
    """The board of the plan in force as of a vintage; None where there is no plan."""
    return board(default_date(), as_of) if ledger.has_plan() else None


def aims(found: Board | None, measure: Measure) -> list[Aim]:
    """Targets that are bound to the measure's indicator."""
    if found is None or not measure.indicator:
        return []
    targets = {target.id: target for target in found.package.targets}
    return [
        Aim(targets[state.target_id], state)
        for state in found.states
        if state.extra.get("indicator") == measure.indicator
    ]


def observations(found: Board | None, as_of: str | None) -> tuple[Observation, ...]:
    """Published figures of the vintage."""
    return found.observations if found is not None else ledger.observations(as_of)


def goals(found: list[Aim], measure: Measure, language: Language) -> list[dict[str, Any]]:
    """What of the targets can be drawn on the measure's own scale."""
    return [
        {
            "year": one.target.year,
            "low": one.target.low,
            "high": one.target.high,
            "text": words().say(
                "trend.goal_at", language, year=one.target.year,
                value=target_text(one.target, language),
            ),
        }
        for one in found
        if one.target.form in LEVELS and one.target.unit == measure.unit
        and (one.target.low is not None or one.target.high is not None)
    ]  # fmt: skip
