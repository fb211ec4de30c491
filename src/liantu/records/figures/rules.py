"""The declared rules by which observations are read, compared and chosen among.

``catalog/rules/observations.yaml``; an unknown key is an error.
"""

from __future__ import annotations

from functools import cache
from typing import Literal

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.records.figures.observation import Status

Criterion = Literal["trust", "precision", "status", "published", "row"]


class BracketRule(Declared):
    """What a remark in the closing bracket of a name means."""

    pattern: str
    entries: bool = False
    status: Literal["", "target", "preliminary"] = ""
    scope: str = ""
    mark: str = ""


class QualifierRule(Declared):
    """What a qualifying word makes of a figure.

    ``below``/``above``: how far the value may lie from the figure written, in units of its
    last significant digit; ``open_above``/``open_below``: unbounded on that side. ``floor``
    is the least tolerance, as a share of the figure.
    """

    words: tuple[str, ...]
    qualifier: Literal["at_least", "at_most", "about"]
    below: float = 0
    above: float = 0
    open_above: bool = False
    open_below: bool = False
    strict: bool = False
    """The figure itself is excluded (突破, 超过, 不足)."""
    floor: float = 0


class StatusRule(Declared):
    """A segment of a note that tells the status of the figure."""

    pattern: str
    status: Status


class BreakRule(Declared):
    """A segment of a note that tells of a change of definition.

    ``before``: the series changed just before this figure. ``era``: the figure belongs to an
    older definition, and the break comes before the first figure after its era.
    """

    pattern: str
    kind: Literal["before", "era"]
    code: str = ""
    """Name of the era's definition; it fits ``pattern`` itself."""
    published_before: str = ""
    """ISO month of the revision: figures of the series published before belong to the era."""
    zh: str
    en: str


class CaveatRule(Declared):
    """A segment of a note that forbids comparing the figure with the plan's definition."""

    pattern: str


class DoubtRule(Declared):
    """When a figure is likely a slip: a share below 1 is likely 0.26 for 26 %."""

    kind: str
    below: float


class ObservationRules(Declared):
    """``catalog/rules/observations.yaml``."""

    id: str
    source: Source
    trust_order: tuple[str, ...]
    trust_words: dict[str, str]
    status_order: tuple[Status, ...]
    precision_order: tuple[str, ...]
    choose_by: tuple[Criterion, ...] = Field(min_length=1)
    qualifiers: tuple[QualifierRule, ...]
    qualifier_forms: tuple[str, ...]
    statuses: tuple[StatusRule, ...]
    breaks: tuple[BreakRule, ...]
    caveats: tuple[CaveatRule, ...]
    brackets: tuple[BracketRule, ...]
    average_pattern: str
    published: tuple[str, ...]
    columns: dict[str, tuple[str, ...]]
    ignored_columns: tuple[str, ...]
    plan_sources: tuple[str, ...]
    doubts: tuple[DoubtRule, ...]
    nearest_cutoff: float


@cache
def observation_rules() -> ObservationRules:
    """The rules, read once."""
    return read_declared(ObservationRules, CATALOG / "rules" / "observations.yaml")
