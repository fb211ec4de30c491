"""Who files which return, and when something stored is noted: ``catalog/rules/quality.yaml``."""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.records.doors.rules import ProblemWords
from liantu.records.tables.declared import Grain, load_tables


class Window(Declared):
    """The periods looked at: from when a table was in use, at most so many."""

    begins_share: float = Field(gt=0, le=1)
    month: int = Field(gt=0)
    quarter: int = Field(gt=0)
    year: int = Field(gt=0)

    def most(self, grain: Grain) -> int:
        """Periods of a grain at most."""
        return {"month": self.month, "quarter": self.quarter, "year": self.year}[grain]


class Returns(Declared):
    """Which units of a register file a series, and between which days."""

    table: str
    units: str
    where: str
    """SQL over the register: units that file at all."""
    going: str
    """SQL over the register: units that still have to file."""
    from_: str = Field(alias="from")
    until: str
    """Columns of the register with the first and last day."""
    edges: Literal["whole", "touched"]
    """Periods between the two days: whole ones, or every one that they touch."""
    enters: Literal["first_return", "from"]
    """Where the register does not hold when the duty began: with the unit's first return."""
    source: Source


class Coverage(Declared):
    """When a column counts as empty although its office normally fills it."""

    usual: float = Field(gt=0, le=1)
    low: float = Field(gt=0, lt=1)
    least_rows: int
    least_periods: int


class Geometry(Declared):
    """How far places may lie off before they are noted."""

    tolerance_m: float = Field(ge=0)
    outside_share: float = Field(gt=0, lt=1)
    area_gap: float = Field(gt=0)


class Sum(Declared):
    """A total of parts that must come to a figure filed on its own.

    ``part`` is empty where the rows themselves are counted.
    """

    id: str
    parts: str
    part: str
    whole: str
    total: str
    tolerance: float = Field(ge=0)
    zh: str
    en: str


class Kept(Declared):
    """When a reader is shown what was found a moment ago, although something was recorded since."""

    rows: int = Field(ge=0)
    seconds: float = Field(ge=0)


class QualityRules(Declared):
    """``catalog/rules/quality.yaml``."""

    id: str
    source: Source
    district_levels: tuple[str, ...]
    window: Window
    kept: Kept
    returns: tuple[Returns, ...]
    coverage: Coverage
    geometry: Geometry
    sums: tuple[Sum, ...]
    classes: tuple[float, ...]
    problems: dict[str, ProblemWords]

    def filed_by(self, table_id: str) -> Returns | None:
        """Who files a series; None where nobody is declared."""
        return next((item for item in self.returns if item.table == table_id), None)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        tables = load_tables()
        said: list[tuple[str, tuple[str, ...]]] = [(item.table, ()) for item in self.returns]
        said += [(item.units, (item.from_, item.until)) for item in self.returns]
        said += [(item.parts, (item.part,) if item.part else ()) for item in self.sums]
        said += [(item.whole, (item.total,)) for item in self.sums]
        unknown = [
            f"{table}.{column}" if table in tables else table
            for table, columns in said
            for column in (columns or ("",))
            if table not in tables or (column and column not in tables[table].by_name)
        ]
        if unknown:
            raise ValueError(f"tables or columns that are not declared: {', '.join(unknown)}")
        if list(self.classes) != sorted(set(self.classes)):
            raise ValueError("bounds of classes rise")
        return self


@cache
def quality_rules() -> QualityRules:
    """The rules, read once."""
    return read_declared(QualityRules, CATALOG / "rules" / "quality.yaml")
