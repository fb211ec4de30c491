"""What has been filed: every key of a series, with the moment at which it first came in."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import polars as pl

from liantu.records import lake
from liantu.records.lake.publishing import visible
from liantu.records.tables.declared import Table

_TIME = pl.Datetime("us", "UTC")


def vintage_of(moment: datetime | None) -> str | None:
    """A moment as the lake is asked for it."""
    return moment.isoformat() if moment else None


def filed(table: Table, moment: datetime | None) -> pl.DataFrame:
    """Keys that a series holds at a moment.

    Returns:
        ``entity``, ``period``, ``accepted`` (when the first batch brought the key, in UTC).
    """
    times: Counter[str] = Counter()
    brought: dict[str, datetime] = {}
    for file in visible(table.id, moment):
        times.update(file.periods)
        brought.update(dict.fromkeys(file.periods, file.batch.accepted_at))
    # A period that one file alone has rows of came in with that file; only the others need
    # their keys looked up.
    alone = [code for code, count in times.items() if count == 1]
    shared = [code for code, count in times.items() if count > 1]
    names = {"entity": table.entity[0], "period": str(table.period)}
    keys = lake.read(table, vintage_of(moment)).select(**_columns(names))
    first = (
        lake.history(table, vintage_of(moment))
        .filter(pl.col(names["period"]).is_in(shared) & ~pl.col("withdrawn"))
        .select(**_columns(names), accepted="accepted_at")
        .group_by("entity", "period")
        .agg(pl.col("accepted").min())
    )
    once = pl.LazyFrame(
        {"period": alone, "accepted": [brought[code] for code in alone]},
        schema={"period": pl.String(), "accepted": _TIME},
    )
    parts = [keys.join(once, on="period")]
    if shared:
        again = keys.filter(pl.col("period").is_in(shared))
        parts.append(again.join(first, on=["entity", "period"]))
    return pl.concat(parts).collect()


def _columns(names: dict[str, str]) -> dict[str, pl.Expr]:
    return {name: pl.col(column) for name, column in names.items()}
