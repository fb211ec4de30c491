"""An observation: one published or reported figure, with all that is known of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from liantu.quantity.bound import Bound
from liantu.quantity.period import Period

Qualifier = Literal["exact", "at_least", "at_most", "about"]
COMPUTED = "computed"
"""Trust of what was computed from the records; no file can claim it. Not published, it is chosen
only where nothing else but the plan's own words stands."""
Status = Literal["final", "preliminary", "forecast", "plan", "target"]


@dataclass(frozen=True)
class SourceRef:
    """Where a figure was published. ``url`` is empty where only a repost was seen."""

    title: str
    url: str
    trust: str
    published: str
    """ISO date or month read from the source title, empty where it names none."""


@dataclass(frozen=True)
class Observation:
    """One figure about one area and period.

    ``value``/``unit`` are as written; ``measured`` is the bound in base units after the
    qualifier has been applied (突破 opens the upper end, 约 widens by the declared tolerance).
    ``indicator`` is the catalogue id, empty where the name is not mapped: an unmapped figure
    is kept and shown under sources, and never used for a target.
    """

    id: str
    indicator: str
    name: str
    scope: tuple[str, ...]
    area: str
    period: Period
    value: float
    unit: str
    measured: Bound
    qualifier: Qualifier
    status: Status
    source: SourceRef
    note: str
    row: int
    """Row of the file it came from, header = 1."""
    break_before: str = ""
    """Reason, where the note says that the series changed definition before this figure."""
    written: str = ""
    """The value as written (``1.70``): its digits say how far it was rounded."""
    definition: str = ""
    """Older definition that the figure belongs to (四经普前口径), empty for the current one."""
    not_comparable: str = ""
    """What the note says against comparing it with the plan's definition; never for a verdict."""
    unmapped: str = ""
    """Why ``indicator`` is empty, with the nearest names."""


@dataclass(frozen=True)
class Resolved:
    """The figure chosen for one indicator, area and period, and those it was chosen over."""

    chosen: Observation
    others: tuple[Observation, ...]
    conflict: bool
    """True where another figure lies outside the chosen one's bound and rounding."""
    rule: str
    """Id of the catalogue rule that chose."""
    confirmed_by: tuple[Observation, ...] = ()
    """Figures of other sources, the plan's own excepted, that agree with the chosen one."""
