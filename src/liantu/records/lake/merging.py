"""What an accepted file changes: new, changed and known rows, each completed from the present.

Offices file different columns of the same series: what is known in the columns of which a file
says nothing stands. An empty cell of a column that it has empties it. So every row that is
stored is the whole state of its key.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import polars as pl

from liantu.errors import InvalidRecords
from liantu.records import access
from liantu.records.lake.publishing import visible
from liantu.records.lake.reading import read_until
from liantu.records.lake.staging import WITHDRAWN, conform
from liantu.records.tables.declared import Table

Mode = Literal["update", "withdraw"]
_OLD = "_old_"
_STATE = "_state"


@dataclass(frozen=True)
class Merged:
    """Rows to store, and what they come to."""

    frame: pl.DataFrame
    new: int
    changed: int
    unchanged: int


def merge(
    table: Table, frame: pl.DataFrame, mode: Mode = "update", given: Sequence[str] | None = None
) -> Merged:
    """Compare rows with what the lake holds now.

    Args:
        table: a declared series.
        frame: rows in stored units, one a key.
        mode: ``update`` gives the keys these values, ``withdraw`` takes back all they had.
        given: columns of which the rows say something; all of the frame's by default.

    Raises:
        InvalidRecords: keys to withdraw that the lake does not hold.
    """
    rows = conform(table, frame)
    period = str(table.period)
    periods = set(rows[period].unique())
    if mode != "withdraw" and not any(
        periods.intersection(file.periods) for file in visible(table.id)
    ):
        return Merged(rows, rows.height, 0, 0)
    key = list(table.key)
    with access.whole("merging"):
        held = read_until(table, None)
    old = (
        held.filter(pl.col(period).is_in(sorted(p for p in periods if p is not None)))
        .join(rows.lazy().select(key), on=key, how="semi")
        .rename(lambda name: name if name in key else f"{_OLD}{name}")
        .with_columns(pl.lit(True).alias(_STATE))
        .collect()
    )
    if mode == "withdraw":
        return _withdrawn(table, rows, old)
    both = rows.join(old, on=key, how="left", maintain_order="left")
    values = [name for name in table.by_name if name not in key]
    said = frame.columns if given is None else given
    cells = {
        name: pl.col(name) if name in said else pl.col(f"{_OLD}{name}").alias(name)
        for name in values
    }
    differs = pl.any_horizontal(
        pl.lit(False),
        *(pl.col(name).ne_missing(pl.col(f"{_OLD}{name}")) for name in values if name in said),
    )
    state = (
        pl.when(pl.col(_STATE).is_null())
        .then(pl.lit("new"))
        .when(differs)
        .then(pl.lit("changed"))
        .otherwise(pl.lit("unchanged"))
    )
    told = both.select(*key, **cells, **{_STATE: state})
    counts = dict(told[_STATE].value_counts().iter_rows())
    stored = told.filter(pl.col(_STATE) != "unchanged").select(*table.by_name)
    return Merged(
        stored, counts.get("new", 0), counts.get("changed", 0), counts.get("unchanged", 0)
    )


def _withdrawn(table: Table, rows: pl.DataFrame, old: pl.DataFrame) -> Merged:
    key = list(table.key)
    unknown = rows.select(key).join(old.select(key), on=key, how="anti")
    if unknown.height:
        first = "、".join(str(cell) for cell in unknown.row(0))
        raise InvalidRecords(
            f"表“{table.zh}”中没有要撤销的 {unknown.height} 条记录，例如 {first}。请核对主键。",
            f"Table {table.id} holds none of {unknown.height} records to withdraw, e.g. {first}."
            " Check the keys.",
        )
    gone = conform(table, rows.select(key)).with_columns(pl.lit(True).alias(WITHDRAWN))
    return Merged(gone, 0, gone.height, 0)
