"""Which district a record is counted with, and how the districts are called and drawn."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

import polars as pl

from liantu.records import registers
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Table, load_tables

NOWHERE = ""
"""District of records that name none."""


@dataclass(frozen=True)
class Districts:
    """Areas as of a day: one row a code, the version in force."""

    frame: pl.DataFrame
    """``area_code``, ``name``, ``level``, ``parent_code``, ``district``, ``boundary``."""

    @property
    def names(self) -> dict[str, str]:
        """Area code → name."""
        return dict(self.frame.select("area_code", "name").iter_rows())

    def district(self, area: pl.Expr) -> pl.Expr:
        """District of an area code; a code that no register knows stands for itself."""
        known = dict(self.frame.select("area_code", "district").iter_rows())
        return area.replace(known).fill_null(NOWHERE) if known else area.fill_null(NOWHERE)


def districts_at(moment: datetime | None, day: date) -> Districts:
    """The areas as known at a moment and drawn on a day."""
    columns = ["area_code", "valid_from", "valid_to", "name", "short_name", "level",
               "parent_code", "boundary"]  # fmt: skip
    rows = registers.read("areas", moment, columns)
    # A code keeps its last version where none is in force: its old figures still need a name.
    in_force = (pl.col("valid_from") <= day) & (
        pl.col("valid_to").is_null() | (pl.col("valid_to") >= day)
    )
    rows = (
        rows.with_columns(_now=in_force)
        .sort("_now", "valid_from")
        .unique("area_code", keep="last", maintain_order=True)
        .sort("area_code")
        .with_columns(name=pl.coalesce("short_name", "name"))
    )
    levels = dict(rows.select("area_code", "level").iter_rows())
    parents = dict(rows.select("area_code", "parent_code").iter_rows())
    own = [_climb(code, levels, parents) for code in rows["area_code"]]
    return Districts(rows.with_columns(district=pl.Series("district", own, dtype=pl.String)))


def _climb(code: str, levels: dict[str, str], parents: dict[str, str | None]) -> str:
    """The area itself, or for a town the district it lies in."""
    wanted = quality_rules().district_levels
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at in levels and at not in seen:
        if levels[at] in wanted:
            return at
        seen.add(at)
        at = parents.get(at)
    return code


def area_by_record(table: Table, frame: pl.DataFrame, moment: datetime | None) -> pl.Series:
    """Area code of every row: its own, else that of the record it points to first.

    ``frame`` holds rows of the table; where no column leads to an area, the codes are null.
    """
    if "area_code" in frame.columns:
        return frame["area_code"]
    for column, target in table.references:
        register = load_tables()[target]
        if column.name not in frame.columns or "area_code" not in register.by_name:
            continue
        places = _places(register, moment)
        rows = frame.select(_code=pl.col(column.name))
        return rows.join(places, on="_code", how="left", maintain_order="left")["area_code"]
    return pl.Series("area_code", [None] * frame.height, dtype=pl.String)


def _places(register: Table, moment: datetime | None) -> pl.DataFrame:
    """Area code by the first column of a register's key."""
    rows = registers.read(register.id, moment, [register.key[0], "area_code"])
    named = rows.select(_code=pl.col(register.key[0]), area_code=pl.col("area_code"))
    return named.drop_nulls().unique("_code", keep="last", maintain_order=True)
