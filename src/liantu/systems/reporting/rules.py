"""Who files what by when, and through which states it goes: ``catalog/rules/cycles.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import NotFound
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import load_tables
from liantu.systems.reporting.due import DueRule
from liantu.systems.reporting.periods import Rhythm

Level = Literal["firm", "park", "district", "city"]
State = Literal["open", "filed", "accepted", "waived", "evaluated", "published"]
Who = Literal["own", "above", "publisher"]
Need = Literal["settled_below", "open_above", "rows"]
TOP: Level = "city"


class Said(Declared):
    """A term in both languages."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class CycleRule(Said):
    """One return that units file again and again."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    table: str
    rhythm: Rhythm
    levels: tuple[Level, ...] = Field(min_length=2)
    """Who files, then who accepts, up to the city."""
    lead: Said
    support: tuple[Said, ...] = ()
    due: DueRule
    bulletin: tuple[str, ...] = ()
    """Columns whose sums the bulletin prints."""

    @property
    def leaf(self) -> Level:
        """The level that files the rows."""
        return self.levels[0]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        declared = load_tables().get(self.table)
        if declared is None or declared.grain != self.rhythm:
            raise ValueError(f"{self.table} is no series of each {self.rhythm}")
        if quality_rules().filed_by(self.table) is None:
            raise ValueError(f"catalog/rules/quality.yaml does not say who files {self.table}")
        unknown = [name for name in self.bulletin if name not in declared.by_name]
        if unknown or not all(declared[name].numeric for name in self.bulletin):
            raise ValueError(f"columns of the bulletin that are none or no figures: {unknown}")
        if self.levels[-1] != TOP or len(set(self.levels)) < len(self.levels):
            raise ValueError("levels end with the city, each once")
        return self


class StateRule(Said):
    """One state; ``locks`` where the data layer refuses changes of what stands in it."""

    locks: bool = False


class Step(Said):
    """One step from state to state."""

    id: str
    from_: tuple[State, ...] = Field(alias="from", min_length=1)
    to: State
    who: Who
    needs: tuple[Need, ...] = ()
    reason: bool = False
    """Must a reason be given?"""
    top: bool = False
    """Only the sheet of the whole city takes it."""
    below_top: bool = False
    """Every sheet but that of the whole city takes it."""


class Rung(Declared):
    """One rung of the escalation chain; ``after`` in working days after the due day."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    after: int = Field(ge=-60, le=250)
    to: tuple[Literal["own", "above", "city"], ...] = Field(min_length=1)

    @property
    def after_days(self) -> int:
        """How far from the due day, either side."""
        return abs(self.after)


class Part(Declared):
    """One part of the filing score, with what is lost of it."""

    weight: float = Field(ge=0, le=100)
    lost_per_day: float = 0
    lost_per_share: float = 0
    lost_each: float = 0


class Score(Declared):
    """Weights of the filing score; they come to 100."""

    timeliness: Part
    completeness: Part
    warnings: Part
    corrections: Part

    @model_validator(mode="after")
    def _whole(self) -> Self:
        parts = (self.timeliness, self.completeness, self.warnings, self.corrections)
        if abs(sum(part.weight for part in parts) - 100) > 1e-9:
            raise ValueError("weights come to 100")
        return self


class CycleRules(Declared):
    """``catalog/rules/cycles.yaml``."""

    id: str
    source: Source
    cycles: tuple[CycleRule, ...]
    soon: int = Field(ge=0)
    states: dict[State, StateRule]
    steps: tuple[Step, ...]
    reminders: tuple[Rung, ...]
    alarm_days: int = Field(ge=0, le=30)
    score: Score

    @model_validator(mode="after")
    def _whole(self) -> Self:
        rungs = [rung.after for rung in self.reminders]
        if rungs != sorted(set(rungs)):
            raise ValueError("rungs of the reminders rise")
        for named, what in ((self.cycles, "cycles"), (self.steps, "steps")):
            ids = [each.id for each in named]
            if len(set(ids)) < len(ids):
                raise ValueError(f"{what} written twice")
        said = {state for step in self.steps for state in (*step.from_, step.to)}
        if said != set(self.states):
            raise ValueError("steps and states do not speak of the same")
        return self


@cache
def cycle_rules() -> CycleRules:
    """The rules, read once."""
    return read_declared(CycleRules, CATALOG / "rules" / "cycles.yaml")


def cycle_rule(cycle_id: str) -> CycleRule:
    """One declared cycle.

    Raises:
        NotFound: there is none of that name.
    """
    found = {each.id: each for each in cycle_rules().cycles}
    if cycle_id not in found:
        raise NotFound(
            f"没有报送任务“{cycle_id[:40]}”。应为 {'、'.join(found)} 之一。",
            f"There is no cycle {cycle_id[:40]!r}. Expected one of {', '.join(found)}.",
        )
    return found[cycle_id]


def step_named(step_id: str) -> Step:
    """One declared step.

    Raises:
        NotFound: there is none of that name.
    """
    found = {each.id: each for each in cycle_rules().steps}
    if step_id not in found:
        raise NotFound(
            f"没有步骤“{step_id[:40]}”。应为 {'、'.join(found)} 之一。",
            f"There is no step {step_id[:40]!r}. Expected one of {', '.join(found)}.",
        )
    return found[step_id]
