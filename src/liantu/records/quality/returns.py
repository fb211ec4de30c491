"""What should have been filed against what was: missing, late, not due, not applicable.

Units and periods span a grid; every state is a mask over it. So five thousand firms over five
years and a million firms over one cost what their cells cost, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl
from django.utils import timezone

from liantu.records.quality.calendar import Calendar, calendar_of, number, opens
from liantu.records.quality.districts import Districts
from liantu.records.quality.filed import filed
from liantu.records.quality.rules import Returns, quality_rules
from liantu.records.quality.units import merged_codes, units_of
from liantu.records.tables.declared import Table

Mask = npt.NDArray[np.bool_]
Days = npt.NDArray[np.int32]

STATES = ("expected", "filed", "missing", "awaited", "not_due", "not_applicable", "late",
          "afterwards")  # fmt: skip
"""Counts of a cell of district and period, in units. What is awaited is overdue in a period that
nobody has filed yet: the office's file has not come, which is no fault of single units."""
_NEVER = np.iinfo(np.int32).min


@dataclass(frozen=True)
class Grid:
    """Units × periods of one series, as of a moment and by the due days of a day."""

    units: pl.DataFrame
    calendar: Calendar
    day: date
    kept_since: date
    """Day on which the table's first file came in: before it nobody can be told to be late."""
    begins: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    """(unit,) first and last period in which it files, as indices of the calendar."""
    accepted: Days
    """(unit, period) day on which the return first came in, days since 1970; else _NEVER."""

    @cached_property
    def present(self) -> Mask:
        """Something was filed, and stands."""
        return np.not_equal(self.accepted, _NEVER)

    @cached_property
    def asked(self) -> Mask:
        """The unit files in this period."""
        places = np.arange(len(self.calendar))
        result: Mask = (places >= self.begins[:, None]) & (places <= self.ends[:, None])
        return result

    @cached_property
    def overdue(self) -> Mask:
        """(period,) the day to file has passed."""
        return np.array([self.day > due for due in self.calendar.due], dtype=np.bool_)

    @cached_property
    def idle(self) -> Mask:
        """(period,) nobody has filed this period or a later one."""
        filed = np.any(self.present, axis=0)
        result: Mask = np.equal(np.cumsum(filed[::-1])[::-1], 0)
        return result

    @property
    def awaited(self) -> list[str]:
        """Periods that have fallen due and of which nothing has come at all, oldest first."""
        wanted = self.idle & self.overdue & np.any(self.asked, axis=0)
        return [code for code, want in zip(self.calendar.codes, wanted, strict=True) if want]

    @cached_property
    def told(self) -> Mask:
        """(period,) it fell due after the table was first kept: lateness can be told."""
        return np.array([due >= self.kept_since for due in self.calendar.due], dtype=np.bool_)

    def mask(self, state: str) -> Mask:
        """(unit, period) where the state holds."""
        here, asked, overdue = self.present, self.asked, self.overdue
        if state == "expected":
            return asked
        if state == "filed":
            return here
        if state == "missing":
            return asked & ~here & overdue & ~self.idle
        if state == "awaited":
            return asked & ~here & overdue & self.idle
        if state == "not_due":
            return asked & ~here & ~overdue
        if state == "not_applicable":
            return ~asked & ~here
        due = np.array([_number(day) for day in self.calendar.due], dtype=np.int32)
        after = here & np.greater(self.accepted, due)
        return after & (self.told if state == "late" else ~self.told)

    def counts(self) -> pl.DataFrame:
        """``district``, ``period`` and one column a state. [units]"""
        names = sorted(self.units["district"].unique())
        place = {name: at for at, name in enumerate(names)}
        of = np.fromiter((place[name] for name in self.units["district"]), dtype=np.int64)
        told: dict[str, Any] = {
            "district": [name for name in names for _ in self.calendar.codes],
            "period": list(self.calendar.codes) * len(names),
        }
        for state in STATES:
            told[state] = _by_district(self.mask(state), of, len(names)).ravel()
        texts = {"district": pl.String(), "period": pl.String()}
        return pl.DataFrame(told, schema={**texts, **dict.fromkeys(STATES, pl.Int64())})

    def rows(self, state: str) -> pl.DataFrame:
        """The units and periods in a state, by period and code.

        Returns:
            ``entity``, ``name``, ``district``, ``period``, ``due``, ``accepted`` (null where
            nothing came), ``days`` (after the day due), ``ever`` (it filed some period).
        """
        at, period = np.nonzero(self.mask(state))
        units = self.units.select("entity", "name", "district")[at]
        ever = np.any(self.present, axis=1, keepdims=True)[at, 0]
        accepted = pl.Series("accepted", self.accepted[at, period])
        told = units.with_columns(
            period=pl.Series(np.array(self.calendar.codes, dtype=object)[period], dtype=pl.String),
            due=pl.Series(np.array(self.calendar.due, dtype="datetime64[D]")[period]).cast(pl.Date),
            accepted=pl.when(accepted != _NEVER).then(accepted).cast(pl.Date),
            ever=pl.Series(ever, dtype=pl.Boolean),
        )
        until = pl.coalesce("accepted", pl.lit(self.day))
        return told.with_columns(days=(until - pl.col("due")).dt.total_days()).sort(
            "period", "entity"
        )


def grid_of(
    table: Table, rule: Returns, moment: datetime | None, day: date, districts: Districts
) -> Grid | None:
    """The grid of a series; None where it holds nothing yet: nothing is expected before."""
    rows = filed(table, moment)
    if not rows.height:
        return None
    units = units_of(rule, moment, districts)
    codes = merged_codes(rule.units, moment)
    if codes:
        rows = rows.with_columns(pl.col("entity").replace(codes))
    calendar = calendar_of(
        table, _first_in_use(rows), day, quality_rules().window.most(table.grain or "year")
    )
    accepted = _accepted(rows, units, calendar)
    begins, ends = _bounds(units, calendar, accepted, rule)
    since = timezone.localtime(rows["accepted"].min()).date()  # type: ignore[arg-type]
    return Grid(units, calendar, day, since, begins, ends, accepted)


def _first_in_use(rows: pl.DataFrame) -> str:
    """First period with its fair share of rows; a stray row of long ago opens no window."""
    counts = rows.group_by("period").len().sort("period")
    least = float(counts["len"].max() or 0) * quality_rules().window.begins_share  # type: ignore[arg-type]
    first: str = counts.filter(pl.col("len") >= least)["period"][0]
    return first


def _accepted(rows: pl.DataFrame, units: pl.DataFrame, calendar: Calendar) -> Days:
    """(unit, period) local day of the first acceptance."""
    places = pl.DataFrame({"period": calendar.codes, "_at": range(len(calendar))})
    known = units.select("entity").with_row_index("_unit")
    zone = str(timezone.get_current_timezone())
    found = (
        rows.lazy()
        .join(places.lazy(), on="period")
        .join(known.lazy(), on="entity")
        .select(
            "_unit", "_at",
            day=pl.col("accepted").dt.convert_time_zone(zone).dt.date().cast(pl.Int32),
        )
        # Figures of merged records: the first that came counts, so it is written last.
        .sort("day", descending=True)
        .collect()
    )  # fmt: skip
    grid = np.full((units.height, len(calendar)), _NEVER, dtype=np.int32)
    grid[found["_unit"].to_numpy(), found["_at"].to_numpy()] = found["day"].to_numpy()
    return grid


def _bounds(
    units: pl.DataFrame, calendar: Calendar, accepted: Days, rule: Returns
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """(unit,) first and last period in which each unit files."""
    present = accepted != _NEVER
    ever = present.any(axis=1)
    first = np.where(ever, present.argmax(axis=1), 0)
    last = np.where(ever, len(calendar) - 1 - present[:, ::-1].argmax(axis=1), -1)
    open_end = len(calendar) - 1
    whole = rule.edges == "whole"
    starts = number(pl.col("starts"), calendar.grain) - calendar.first
    finish = number(pl.col("ends"), calendar.grain) - calendar.first
    if whole:
        starts = starts + ~opens(pl.col("starts"), calendar.grain)
        finish = finish - 1
    edges = units.select(starts=starts.fill_null(0), ends=finish.fill_null(open_end))
    begins, ends = np.maximum(edges["starts"].to_numpy(), 0), edges["ends"].to_numpy()
    if rule.enters == "first_return":
        begins = np.where(ever, first, begins)
    stays = units["going"].to_numpy() | units["ends"].is_not_null().to_numpy()
    return begins, np.minimum(np.where(stays, ends, last), open_end)


def _by_district(mask: Mask, of: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    """(district, period) cells of a mask, counted."""
    told = np.zeros((count, mask.shape[1]), dtype=np.int64)
    # One period beside the other in memory: reading down a column of a million units is slow.
    for at, units in enumerate(np.ascontiguousarray(mask.T)):
        told[:, at] = np.bincount(of[units], minlength=count)
    return told


def _number(day: date) -> int:
    """Days since 1970, as a frame keeps them."""
    return (day - date(1970, 1, 1)).days
