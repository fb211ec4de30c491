"""The doors' checks run again on a series as it is stored.

A row was judged when it came in, against what was known then. Later rows, registers and stricter
declarations may tell more: the very same checks look again.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from liantu.records import lake
from liantu.records.doors.agreeing import judge_agreements
from liantu.records.doors.grid import ROW
from liantu.records.doors.judge import judge_columns, judge_references, judge_rows
from liantu.records.doors.plausible import judge_plausible
from liantu.records.doors.problems import Log
from liantu.records.lake.publishing import visible
from liantu.records.quality.filed import vintage_of
from liantu.records.quality.finding import logged, nothing
from liantu.records.tables.declared import Table

ROWS_AT_ONCE = 1_000_000
"""Rows in memory at a time; a unit's rows are never parted, since its history is one."""


def stored_findings(
    table: Table,
    places: pl.DataFrame,
    known: Mapping[str, pl.DataFrame],
    moment: datetime | None,
    day: date,
) -> pl.DataFrame:
    """Problems of the rows that a series holds at a moment.

    Args:
        table: a declared series.
        places: ``entity``, ``name`` and ``district`` of the units that are known.
        known: registers as the doors ask for them: ``code`` and ``name``.
        day: figures of periods after it lie in the future.
    Returns:
        columns of :data:`liantu.records.quality.finding.SCHEMA`.
    """
    rows = sum(file.rows for file in visible(table.id, moment))
    parts = max(1, -(-rows // ROWS_AT_ONCE))
    state = lake.read(table, vintage_of(moment))
    whose = pl.struct(table.entity).hash() % parts
    found = []
    for part in range(parts):
        frame = state.filter(whose == part).collect() if parts > 1 else state.collect()
        if frame.height:
            found.append(judged(table, frame, places, known, day))
    return pl.concat(found) if found else nothing()


def judged(
    table: Table,
    frame: pl.DataFrame,
    places: pl.DataFrame,
    known: Mapping[str, pl.DataFrame],
    day: date,
    before: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """Problems of these rows alone, as :func:`stored_findings` tells them.

    Args:
        before: other rows of their entities, to compare with (:func:`past_of`).
    """
    frame = frame.with_row_index(ROW)
    given = frozenset(
        name for name in table.by_name if frame[name].null_count() < frame.height
    ) | frozenset(table.key)
    log = Log()
    judge_columns(frame, table, given, day, log)
    judge_rows(frame, table, given, log)
    judge_references(frame, table, given, known, log)
    judge_agreements(frame, table, given, known, log)
    judge_plausible(frame, table, given, before, log)
    who = frame.select(
        pl.col(ROW).cast(pl.UInt32), entity=table.entity[0], period=str(table.period)
    )
    marked = pl.concat(
        [pl.DataFrame(schema={"row": pl.UInt32()})]
        + [part.select("row") for part in (*log.errors, *log.warnings)]
    )["row"].unique()
    who = who.filter(pl.col(ROW).is_in(marked.implode())).join(
        places.select("entity", "name", "district"), on="entity", how="left"
    )
    return logged(log, who.with_columns(pl.col("district", "name").fill_null("")))
