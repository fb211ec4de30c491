"""The plan package: what a plan's text becomes.

One frozen record per kind of thing a plan says. Every record bears ``start`` and ``end``,
half-open character offsets into the decoded source text, so that a page can show the
quotation when the text is at hand while the package itself holds names and figures only.
"""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

Form = Literal[
    "level", "annual_average", "increase", "points", "relative", "per_year", "additions", "assigned"
]
Comparator = Literal["=", ">=", ">", "<=", "<", "~", "range"]
Nature = Literal["预期性", "约束性", ""]
ClauseKind = Literal["preface", "chapter", "section", "item", "box", "entry", "paragraph"]
IndustryLevel = Literal["group", "industry", "field", "segment", "product"]
IndustryGroup = Literal["pillar", "emerging", "future", "producer_service"]


class Item(BaseModel):
    """Base of every record: immutable, unknown keys refused, evidence located."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    clause: str
    """Label of the clause as printed: ``二（三）``, ``三（一）1``, ``专栏13``, ``四``."""
    start: int
    end: int


class Clause(Item):
    """One node of the outline; ``start``/``end`` cover its whole text, heading included."""

    kind: ClauseKind
    title: str
    parent: str | None
    """``id`` of the clause above, None for chapters and the preface."""
    heading_end: int
    """Where the heading ends and the body begins."""


class Measured(BaseModel):
    """A figure in base units (yuan, ones, square metres, watts, percent, points)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    unit: str
    low: float | None
    high: float | None
    baseline: float | None = None


class Target(Item):
    """One quantified aim of the plan period.

    ``low``/``high`` are in ``unit`` as written: ``=`` and ``~`` set both alike, ``>=``/``>``
    only ``low``, ``<=``/``<`` only ``high``, ``range`` both, ``assigned`` neither.
    """

    subject: str
    indicator: str
    form: Form
    comparator: Comparator
    baseline: float | None = None
    baseline_year: int | None = None
    low: float | None = None
    high: float | None = None
    unit: str
    year: int
    nature: Nature = ""
    scope: tuple[str, ...] = ()
    """Qualifiers of coverage named in the text: 规上, 工业, 制造业, 国家级, 省级及以上 …"""
    measured: Measured
    reference: str = ""
    """What a relative target is measured against, or who assigns an assigned one."""
    number: str = ""
    """The plan's own number in its indicator table (``1a``, ``12``), empty in prose."""
    category: str = ""
    """The indicator table's category (规模效益 …), or the clause's heading in prose."""
    aspirational: bool = False
    """True where the text says 力争 or 争取: an aim, worded more softly than a commitment."""
    owner: str = ""
    """Unit named as responsible, empty where the text names none."""


class Fact(Item):
    """A past achievement or present state: never a target, often a baseline."""

    subject: str
    indicator: str
    comparator: Comparator
    low: float | None
    high: float | None
    unit: str
    year: int | None
    """Year of the state, or last year of the span the fact covers."""
    span_start: int | None = None
    """First year where the fact covers several years (“十三五”时期: 2016)."""
    measured: Measured


class Industry(Item):
    """A node of the industry tree: group → industry → field → segment → product."""

    level: IndustryLevel
    group: IndustryGroup
    name: str
    parent: str | None


class Carrier(Item):
    """A firm or institute that the text names as carrying an industry node."""

    industry: str
    name: str
    kind: Literal["firm", "institute"]


class Layout(Item):
    """An industry node laid out in a park or area (布局在 …)."""

    industry: str
    park: str


class Zone(Item):
    """A zone of the spatial layout with its function and what it develops."""

    name: str
    parent: str | None
    function: str
    members: tuple[str, ...] = ()
    focus: tuple[str, ...] = ()


class Measure(Item):
    """An action the plan orders: verb, object, who, where."""

    verb: str
    object: str
    level: str
    """Responsible level or unit as named, empty where the text names none."""
    where: str


class Platform(Item):
    """A platform, laboratory, centre or base that the plan names."""

    name: str
    kind: str
    industry: str
    state: Literal["existing", "to_build", "unsaid"]


class Mechanism(Item):
    """A standing mechanism: 链长制, 六个一, 周报告/月通报/季调度 …"""

    name: str
    kind: Literal["responsibility", "ledger", "cycle", "assessment", "fund", "grading", "other"]
    parts: tuple[str, ...] = ()


class Doubt(BaseModel):
    """Something of the text that looks like a statement but could not be read safely."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    start: int
    end: int
    message: str
    """Chinese: what, found, expected, next step."""
    message_en: str


class Meta(BaseModel):
    """What the package was compiled from, and with what."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    area: str
    """Area the plan is made for, read from its title or text; empty if none is found."""
    start_year: int
    end_year: int
    horizon_year: int | None
    source_sha256: str
    """Hash of the decoded source text, so that offsets are only used on the text they fit."""
    source_chars: int
    compiler: str


class PlanPackage(BaseModel):
    """Everything one plan says, as data."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    meta: Meta
    clauses: tuple[Clause, ...]
    targets: tuple[Target, ...]
    facts: tuple[Fact, ...] = ()
    industries: tuple[Industry, ...] = ()
    carriers: tuple[Carrier, ...] = ()
    layouts: tuple[Layout, ...] = ()
    zones: tuple[Zone, ...] = ()
    measures: tuple[Measure, ...] = ()
    platforms: tuple[Platform, ...] = ()
    mechanisms: tuple[Mechanism, ...] = ()
    doubts: tuple[Doubt, ...] = ()
    """What was left out because it could not be read safely (shifted cells of a table …)."""
