"""What computing comes to: one row a measure, period and group, absences told apart."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

import polars as pl


class Absence(StrEnum):
    """Why there is no value; the same four kinds as of single figures."""

    NOT_DUE = "not_due"
    """Nothing has come yet, and the day to file has not passed."""
    NOT_REPORTED = "not_reported"
    """Nothing came, or less than the measure's policy asks for."""
    SUPPRESSED = "suppressed"
    """There is a value, withheld by disclosure control."""
    NOT_APPLICABLE = "not_applicable"
    """The records are there and come to no value: a division by zero, no row that counts."""


FIXED: dict[str, pl.DataType] = {
    "measure": pl.String(),
    "period": pl.String(),
    "value": pl.Float64(),
    "units": pl.Int64(),
    "expected": pl.Int64(),
    "coverage": pl.Float64(),
    "absence": pl.String(),
    "flagged": pl.Int64(),
    "top1": pl.Float64(),
    "top2": pl.Float64(),
    "broken": pl.Boolean(),
}
"""Columns of every frame of values but the dimensions: ``value`` in the measure's unit; ``units``
distinct units that contributed, ``expected`` those that should have; ``coverage`` reported unit
periods over expected ones [0–1]; ``flagged`` contributing units with a finding of quality;
``top1``, ``top2`` shares of the leading units in the measure's first sum [0–1], where asked for;
``broken``: a
series break lies between it and what it is compared with."""

Grouping = tuple[str, ...]
WHOLE: Grouping = ()


@dataclass(frozen=True)
class Values:
    """A frame of values: ``measure``, ``period``, one column a dimension, then the others.

    In the row of a grouping, dimensions that it does not group by are null; the group of rows
    that do not say theirs is the empty text. The whole city's row has all dimensions null.
    """

    frame: pl.DataFrame
    dimensions: tuple[str, ...]

    def of(self, measure: str, grouping: Grouping = WHOLE) -> pl.DataFrame:
        """Rows of one measure in one grouping, by period and group."""
        rows = self.frame.filter(
            pl.col("measure") == measure, in_grouping(grouping, self.dimensions)
        )
        return rows.sort("period", *grouping)


def in_grouping(grouping: Grouping, dimensions: Sequence[str]) -> pl.Expr:
    """(row,) is it a row of this grouping?"""
    return pl.all_horizontal(
        pl.lit(value=True),
        *(
            pl.col(name).is_not_null() if name in grouping else pl.col(name).is_null()
            for name in dimensions
        ),
    )


def schema(dimensions: Sequence[str]) -> dict[str, pl.DataType]:
    """Columns and types of a frame of values."""
    first = {name: FIXED[name] for name in ("measure", "period")}
    return {**first, **dict.fromkeys(dimensions, pl.String()), **FIXED}


def together(frames: Iterable[pl.DataFrame], dimensions: Sequence[str]) -> Values:
    """Frames of some of the dimensions as one of all, in the order of measure, period, group."""
    wanted = schema(dimensions)
    shaped = [
        frame.select(
            pl.col(name).cast(dtype) if name in frame.columns else pl.lit(None, dtype).alias(name)
            for name, dtype in wanted.items()
        )
        for frame in frames
    ]
    whole = pl.concat(shaped) if shaped else pl.DataFrame(schema=wanted)
    return Values(whole, tuple(dimensions))
