"""An edition: one paper's results and words, frozen, as one JSON-able record.

It holds what the paper says and all that it was said from: the state of every target with its
inputs and arithmetic, the plan's contradictions, every observation used, every source, the
rules with their hashes, and the difference to the edition before. Rendering it needs nothing
else, and gives the same bytes each time.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Literal

from liantu.plan.finding import Finding
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.dispatch.paper import Frozen, Paper
from liantu.systems.targets.state import Absence, Freshness, Light

Kind = Literal["quarterly", "final", "monthly", "weekly"]

FORMAT = 1
"""Version of this record's fields; a stored edition of another version is refused by name."""


class Span(Frozen):
    """A :class:`Bound` that JSON can hold: None where an end is open to infinity."""

    low: float | None
    high: float | None
    low_open: bool = False
    high_open: bool = False

    @classmethod
    def of(cls, bound: Bound) -> Span:
        infinite = float("inf")
        return cls(
            low=None if bound.low == -infinite else bound.low,
            high=None if bound.high == infinite else bound.high,
            low_open=bound.low_open,
            high_open=bound.high_open,
        )

    def bound(self) -> Bound:
        return Bound(
            -float("inf") if self.low is None else self.low,
            float("inf") if self.high is None else self.high,
            self.low_open,
            self.high_open,
        )


class SourceLine(Frozen):
    """One source, by the number that the paper's marks [n] carry."""

    number: int
    title: str
    url: str
    trust: str
    published: str
    figures: int
    """How many observations the edition takes from it."""


class ObservationLine(Frozen):
    """One figure used, as written and with its source's number."""

    id: str
    indicator: str
    name: str
    scope: tuple[str, ...]
    area: str
    period: str
    period_code: str
    value: float
    unit: str
    qualifier: str
    status: str
    note: str
    source: int


class InputLine(Frozen):
    """One figure that a computation used."""

    label: str
    printed: str
    period: str
    observation: str
    """Id of the observation, empty where the figure is the plan's own."""
    clause: str
    source: int
    """Number of the source; the plan itself is a source."""


class StepLine(Frozen):
    """One printed line of a computation."""

    label: str
    formula: str
    result: str


class SetAside(Frozen):
    """A figure at hand that must not be used for the verdict, and why."""

    observation: str
    printed: str
    period: str
    why: str
    source: int


class TargetLine(Frozen):
    """A target and its state on the edition's date."""

    id: str
    number: str
    group: str
    from_table: bool
    clause: str
    name: str
    subject: str
    indicator: str
    form: str
    nature: str
    aspirational: bool
    aim: str
    """The target value as printed, unit included."""
    low: float | None
    high: float | None
    comparator: str
    unit: str
    year: int
    baseline: str
    baseline_value: float | None
    baseline_year: int | None
    light: Light
    verdict: Verdict
    final: bool
    reason: str
    reason_en: str
    freshness: Freshness
    freshness_reason: str
    absence: Absence
    points_to: Verdict | None
    """What side evidence suggests where the verdict cannot be told: never a conclusion."""
    attained: Span | None
    attained_printed: str
    attained_period: str
    required: Span | None
    required_printed: str
    progress: Span | None
    run_rate: str
    projection: str
    inputs: tuple[InputLine, ...]
    steps: tuple[StepLine, ...]
    set_aside: tuple[SetAside, ...]
    conflicts: tuple[str, ...]
    missing: tuple[str, ...]
    rules: tuple[str, ...]
    cites: tuple[int, ...]


class FindingLine(Frozen):
    """A contradiction or gap of the plan, with a key that survives renumbering."""

    key: str
    finding: Finding
    names: tuple[str, ...]
    """Names of the targets and facts concerned, in the order of its items."""


class Figure(Frozen):
    """One figure or record that the paper prints; ``refs`` lead to what it was made from."""

    id: str
    text: str
    basis: Literal[
        "count", "target", "observation", "plan", "audit", "source", "edition", "change", "record"
    ]
    refs: tuple[str, ...] = ()


class Change(Frozen):
    """One difference to the edition before."""

    kind: Literal[
        "light",
        "verdict",
        "figure_added",
        "figure_revised",
        "figure_withdrawn",
        "conflict_added",
        "conflict_gone",
        "finding_added",
        "finding_gone",
        "target_added",
        "target_gone",
    ]
    target: str
    """Id of the target, empty where the difference concerns none."""
    name: str
    before: str = ""
    after: str = ""
    cites: tuple[int, ...] = ()


class RuleRef(Frozen):
    """A catalogue file that the results rest on, by its hash."""

    id: str
    sha256: str


class PlanRef(Frozen):
    """The plan evaluated."""

    title: str
    area: str
    start_year: int
    end_year: int
    source_sha256: str
    package_sha256: str
    targets: int


class EditionRef(Frozen):
    """The edition compared with."""

    kind: Kind
    number: int
    period_label: str
    as_of: date
    vintage: str
    sha256: str


class Edition(Frozen):
    """A frozen result of one kind for one period."""

    format: int = FORMAT
    kind: Kind
    number: int | None = None
    """Ordinal among the editions of its kind, given when it is frozen."""
    period: str
    """Code such as 2025Q4."""
    period_label: str
    as_of: date
    plan: PlanRef
    vintage: str
    """Id of the ledger's vintage."""
    vintage_label: str
    """The vintage as printed."""
    code_version: str
    rules: tuple[RuleRef, ...]
    created_at: datetime
    fingerprint: str
    """Hash of what it was made from: the same again needs no second edition."""
    synthetic: bool
    targets: tuple[TargetLine, ...]
    findings: tuple[FindingLine, ...]
    observations: tuple[ObservationLine, ...]
    sources: tuple[SourceLine, ...]
    figures: tuple[Figure, ...]
    changes: tuple[Change, ...]
    previous: EditionRef | None
    summary: str
    """One sentence of plain Chinese, from the data."""
    summary_en: str
    paper: Paper

    @property
    def name(self) -> str:
        """Stem of its files, ASCII: ``quarterly-2025Q4-no2``."""
        ordinal = f"-no{self.number}" if self.number is not None else ""
        return f"{self.kind}-{self.period}{ordinal}"

    def canonical(self) -> str:
        """Its JSON with sorted keys: what is stored and hashed."""
        return json.dumps(self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True)

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.canonical().encode()).hexdigest()

    def reference(self) -> EditionRef:
        """How a later edition names this one; only a numbered edition can be named."""
        if self.number is None:
            raise ValueError("an edition has no number before it is frozen")
        return EditionRef(
            kind=self.kind,
            number=self.number,
            period_label=self.period_label,
            as_of=self.as_of,
            vintage=self.vintage_label,
            sha256=self.sha256,
        )
