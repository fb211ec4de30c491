"""The state of one target on one date: what evaluation returns and everything shows.

Pages, papers, command line and API read these records and compute nothing of their own.
Values are in the target's unit as written, so that they print beside the target.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from liantu.quantity.bound import Bound, Verdict
from liantu.records.figures.observation import Observation

Light = Literal["done", "normal", "watch", "behind", "unknown"]
"""done 已完成 ● · normal 正常 ● · watch 关注 ▲ · behind 滞后 ■ · unknown 无法判断 ○."""

Freshness = Literal["fresh", "due", "overdue", "never", "not_due"]

Absence = Literal["", "not_due", "not_reported", "suppressed", "not_applicable"]


@dataclass(frozen=True)
class Input:
    """One figure that a computation used: an observation or a figure of the plan."""

    label: str
    value: Bound
    unit: str
    period: str
    observation: Observation | None = None
    clause: str = ""
    """Clause of the plan, where the figure is the plan's own."""


@dataclass(frozen=True)
class Step:
    """One printed line of a computation: ``label: formula = result``."""

    label: str
    formula: str
    result: str


@dataclass(frozen=True)
class PathPoint:
    """Required value in one year; ``low`` == ``high`` unless the target is a band."""

    year: int
    low: float
    high: float


@dataclass(frozen=True)
class Projection:
    """Value expected at the target year, with an interval of stated coverage."""

    year: int
    mid: float
    low: float
    high: float
    coverage: float
    method: str
    """Id of the catalogue rule."""
    points: int
    """Number of annual observations it rests on."""


@dataclass(frozen=True)
class SeriesPoint:
    """One point of the series drawn for a target."""

    period: str
    year: float
    value: Bound
    observation: Observation
    comparable: bool
    """False where scope or a series break forbids using it for the verdict."""
    why_not: str = ""


@dataclass(frozen=True)
class TargetState:
    """Everything known of one target ``as_of`` a date."""

    target_id: str
    as_of: str
    light: Light
    verdict: Verdict
    """Against the target itself, on the latest evidence; final once the period has ended."""
    final: bool
    """True where the target year has ended and its figure, or an equivalent, is known."""
    reason: str
    """One sentence of plain Chinese, with the figures in it."""
    reason_en: str
    freshness: Freshness
    freshness_reason: str
    absence: Absence
    attained: Bound | None
    """The target-form value now (level reached, average growth so far …)."""
    required: Bound | None
    """The required-path value for the period of ``attained``."""
    progress: Bound | None
    """Share of the way from baseline to target, 1 = there; None where it has no meaning."""
    run_rate: str
    """What is required from now to the target year, in words; empty where ended or met."""
    inputs: tuple[Input, ...] = ()
    steps: tuple[Step, ...] = ()
    path: tuple[PathPoint, ...] = ()
    series: tuple[SeriesPoint, ...] = ()
    projection: Projection | None = None
    conflicts: tuple[str, ...] = ()
    """Chinese sentences, one a conflict of sources, both figures in each."""
    missing: tuple[str, ...] = ()
    """What data would settle it, and from whom, one Chinese sentence each."""
    rules: tuple[str, ...] = ()
    """Ids of the catalogue rules used."""
    extra: dict[str, str] = field(default_factory=dict)
