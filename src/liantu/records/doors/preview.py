"""What an import would change: rows new, changed, unchanged, each difference cell by cell."""

from __future__ import annotations

from dataclasses import dataclass

import polars as pl

from liantu.records.doors.check import Checked
from liantu.records.tables.declared import Table, table


@dataclass(frozen=True)
class Preview:
    """Rows of a checked file against the rows accepted so far.

    ``new``, ``changed`` and ``unchanged`` have the columns of the table; ``differences`` has the
    key, ``column``, ``before`` and ``after``, one row a cell.
    """

    new: pl.DataFrame
    changed: pl.DataFrame
    unchanged: pl.DataFrame
    differences: pl.DataFrame
    rejected: int

    @property
    def counts(self) -> dict[str, int]:
        """Rows of each kind."""
        return {
            "new": self.new.height,
            "changed": self.changed.height,
            "unchanged": self.unchanged.height,
            "rejected": self.rejected,
        }


def preview(checked: Checked, current: pl.DataFrame) -> Preview:
    """Compare a checked file with the rows accepted so far.

    Only columns in which the file says something are compared: a file of the tax office says
    nothing of electricity, and takes none away.

    Args:
        current: rows accepted so far, one a key, in the dtypes of the table.
    """
    declared = table(checked.table)
    key = list(declared.key)
    compared = [name for name in checked.said if name not in key]
    before = current.select(*key, *(pl.col(name).alias(f"_was_{name}") for name in compared),
                            _known=pl.lit(value=True))  # fmt: skip
    joined = checked.frame.join(before, on=key, how="left", maintain_order="left", nulls_equal=True)
    differs = [pl.col(name).ne_missing(pl.col(f"_was_{name}")) for name in compared]
    changed = pl.any_horizontal(*differs) if differs else pl.lit(value=False)
    known = pl.col("_known").is_not_null()
    columns = list(declared.by_name)
    touched = joined.filter(known & changed)
    return Preview(
        new=joined.filter(~known).select(columns),
        changed=touched.select(columns),
        unchanged=joined.filter(known & ~changed).select(columns),
        differences=_differences(touched, declared, compared),
        rejected=len(checked.rejected),
    )


def _differences(touched: pl.DataFrame, declared: Table, compared: list[str]) -> pl.DataFrame:
    key = list(declared.key)
    parts = [
        touched.filter(pl.col(name).ne_missing(pl.col(f"_was_{name}"))).select(
            *key,
            column=pl.lit(name),
            before=pl.col(f"_was_{name}").cast(pl.String),
            after=pl.col(name).cast(pl.String),
        )
        for name in compared
    ]
    empty = pl.DataFrame(
        schema={name: declared[name].dtype for name in key}
        | {"column": pl.String(), "before": pl.String(), "after": pl.String()}
    )
    return pl.concat([empty, *parts]).sort(key, maintain_order=True)


def with_current(checked: Checked, current: pl.DataFrame) -> pl.DataFrame:
    """The good rows, with columns of which the file says nothing taken from the rows known."""
    declared = table(checked.table)
    key = list(declared.key)
    absent = [name for name in declared.by_name if name not in checked.said]
    if not absent:
        return checked.frame
    known = current.select(*key, *absent)
    filled = checked.frame.drop(absent).join(
        known, on=key, how="left", maintain_order="left", nulls_equal=True
    )
    return filled.select(list(declared.by_name))
