"""Measures as declared: ``catalog/measures/*.yaml``, and a user's own in ``<home>/measures``.

A file holds ``sources`` and ``measures``. ``dimensions.yaml``, ``policies.yaml`` and
``topics.yaml`` of the packaged folder say by what can be grouped, what is done where figures are
missing, and under which headings pages list the measures.
"""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import Declared, Source
from liantu.records.figures.indicator import Direction, Kind

ID = r"^[a-z][a-z0-9_]*$"
PeriodKind = Literal["month", "quarter", "year", "ytd"]
GIVEN = ("policies.yaml", "topics.yaml", "dimensions.yaml")
"""Files of the packaged folder that hold no measures."""


class Break(Declared):
    """A change of definition or of coverage: figures before ``from`` compare badly with later."""

    from_: str = Field(alias="from", pattern=r"^\d{4}(Q[1-4]|-\d\d)?$")
    """First period of the new series: ``2023``, ``2023Q1`` or ``2023-04``."""
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class Needs(Declared):
    """What would have to be filed before the measure can be computed, and by whom."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    from_: str = Field(alias="from", min_length=1)
    from_en: str = Field(min_length=1)


class Measure(Declared):
    """One measure."""

    id: str = Field(pattern=ID, max_length=80)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    unit: str = ""
    """Unit shown; empty for a plain figure."""
    direction: Direction = "none"
    kind: Kind
    of: str = ""
    """Table whose rows are reduced; empty where the formula speaks of other measures."""
    formula: str = ""
    where: str = ""
    """Condition on the rows; of a period coarser than the table's, on the unit's one row."""
    by: tuple[str, ...] | None = None
    """Dimensions by which it may be grouped; by default all that the table reaches."""
    periods: tuple[PeriodKind, ...] | None = None
    """Kinds of periods; by default those that the table's grain allows."""
    missing: str = "reported"
    """Policy: what is done where some units have not reported."""
    coverage: float | None = Field(default=None, gt=0, le=1)
    """Share of the expected units that ``at_least`` asks for."""
    carry: int | None = Field(default=None, ge=1, le=24)
    """Periods of the table's grain over which ``carry`` holds the last known figure."""
    indicator: str = ""
    """Published indicator that it computes."""
    topic: str = ""
    definition: str = Field(min_length=1)
    definition_en: str = Field(min_length=1)
    source: str | Source
    """Key of the file's ``sources``, or a source of its own."""
    breaks: tuple[Break, ...] = ()
    needs: Needs | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.formula) == bool(self.needs):
            raise ValueError("a measure has either a formula, or needs that say what is missing")
        if (self.of or self.where) and not self.formula:
            raise ValueError("of and where belong to a formula")
        if self.where and not self.of:
            raise ValueError("where is a condition on rows: say of which table (of)")
        if (self.missing == "at_least") != (self.coverage is not None):
            raise ValueError("coverage belongs to missing: at_least, which needs it")
        if (self.missing == "carry") != (self.carry is not None):
            raise ValueError("carry (periods) belongs to missing: carry, which needs it")
        return self

    @property
    def derived(self) -> bool:
        """Does its formula speak of other measures?"""
        return bool(self.formula) and not self.of

    @property
    def computed(self) -> bool:
        """Can it be computed at all?"""
        return bool(self.formula)


class Policy(Declared):
    """What is done where figures are missing; the engine knows what each id means."""

    id: Literal["reported", "complete", "at_least", "pairs", "carry", "listed"]
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    meaning: str = Field(min_length=1)
    meaning_en: str = Field(min_length=1)


class Topic(Declared):
    """A heading under which measures are listed."""

    id: str = Field(pattern=ID)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    clause: str = ""
    """Chapter of a plan that it follows, as text for people."""


class Group(Declared):
    """A group that a condition makes: a band, a size class."""

    id: str = Field(pattern=ID)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    when: str = ""
    """Condition on the row, tried in order; the last group may do without."""


class Many(Declared):
    """How one unit comes to several groups: rows of another table name the unit and a group."""

    table: str
    unit: str
    """Column that names the unit."""
    column: str
    """Column that holds the group."""
    when: str = ""
    """Condition on those rows' own columns; ``period_end`` in it is the day as of which one
    computes, whatever period the values are of."""


class Dimension(Declared):
    """One way of grouping rows.

    Either ``at`` says in which tables which column holds it, and rows of other tables reach it by
    their references; or ``groups`` makes it of conditions on rows of the tables ``of``.
    """

    id: str = Field(pattern=ID)
    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)
    at: dict[str, str] = Field(default_factory=dict)
    """Table → its column that holds the group."""
    many: dict[str, Many] = Field(default_factory=dict)
    """Table → where its units' several groups stand; for overlapping dimensions."""
    overlapping: bool = False
    """A unit can be in several groups: they do not add up to the whole."""
    names: str = ""
    """Register whose records are the groups; empty where the column's choices are."""
    climb: tuple[str, ...] = ()
    """Levels of the register at which to stop, going up by ``parent_code``."""
    then: str = ""
    """Column of the register that is the group, once the record is found (tier)."""
    prefix: int = Field(default=0, ge=0, le=4)
    """Characters of the code that make the group; 0: all."""
    of: tuple[str, ...] = ()
    groups: tuple[Group, ...] = ()
    source: Source | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if bool(self.at or self.many) == bool(self.groups):
            raise ValueError("either at (columns that hold it) or groups (conditions that make it)")
        if bool(self.groups) != bool(self.of):
            raise ValueError("groups are of tables: say of which (of)")
        if self.many and not self.overlapping:
            raise ValueError("many groups a unit: such a dimension is overlapping")
        if self.climb and not self.names:
            raise ValueError("climb goes up in a register: name it (names)")
        return self


UNFILLED = ""
"""Group of rows that do not say theirs; no row is dropped, so that groups add up."""
