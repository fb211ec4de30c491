"""Rows sent back whose key a later batch brought: they wait no longer, by whatever file it came.

Computed from the batches, never stored: an office that mends its whole export and sends it again
settles its rows as one does that returns the file of rows to mend.
"""

from __future__ import annotations

from datetime import datetime
from functools import lru_cache
from typing import Any

import polars as pl

from liantu.records import access, lake, registers
from liantu.records.among import among
from liantu.records.doors.matching import match_headers
from liantu.records.doors.problems import Log
from liantu.records.doors.typed import read_column
from liantu.records.models import Batch, RejectedRow
from liantu.records.tables.declared import Table, load_tables

_ID = "_id"
_Moment = tuple[int, datetime]
"""A batch by its number and moment."""


def settled(batches: list[int], by: datetime | None = None) -> dict[int, int]:
    """Row of :class:`RejectedRow` → the first later batch that brought its key.

    Args:
        batches: whose rows are meant.
        by: only batches accepted by this moment; by now by default.
    """
    with access.whole("settled"):
        latest = Batch.objects.order_by("-pk").values_list("pk", "accepted_at").first()
    moments = Batch.objects.order_by("-pk").values_list("pk", "accepted_at")
    found: dict[int, int] = {}
    if latest is not None:
        for batch, accepted_at in moments.filter(pk__in=batches):
            found |= dict(_settled_of((batch, accepted_at), latest, access.reach()))
    if by is None or not found:
        return found
    with access.whole("settled"):
        then = Batch.objects.filter(pk__in=set(found.values()), accepted_at__lte=by)
        known = set(then.values_list("pk", flat=True))
    return {row: batch for row, batch in found.items() if batch in known}


@lru_cache(maxsize=512)
def _settled_of(
    origin: _Moment, latest: _Moment, reach: tuple[access.Scope, ...] | None
) -> tuple[tuple[int, int], ...]:
    """As of the latest batch: only another one can settle a row, so the answer holds till then.

    ``reach`` is that of whoever acts: that others brought the key of a row is not told.
    """
    return _settling(origin, latest)


def _settling(origin: _Moment, latest: _Moment) -> tuple[tuple[int, int], ...]:
    batch = origin[0]
    declared = load_tables().get(Batch.objects.values_list("table", flat=True).get(pk=batch))
    if declared is None or origin == latest:
        return ()
    rows = RejectedRow.objects.filter(batch_id=batch)
    keys = _keys(declared, list(rows.values_list("pk", "cells")))
    if keys.is_empty():
        return ()
    brought = _brought_after(declared, batch, keys)
    return tuple(keys.join(brought, on=list(declared.key)).select(_ID, "batch").iter_rows())


def _keys(declared: Table, rows: list[tuple[int, dict[str, Any]]]) -> pl.DataFrame:
    """Keys of rows as found, as far as they can be read."""
    headers = list(dict.fromkeys(header for _, cells in rows for header in cells))
    matches = match_headers(declared, [(header,) for header in headers])
    at = {match.column: place for place, match in enumerate(matches) if match.column}
    empty = pl.DataFrame(schema={_ID: pl.Int64(), **{n: declared[n].dtype for n in declared.key}})
    if not rows or not set(declared.key) <= at.keys():
        return empty
    numbers = pl.Series(range(len(rows)), dtype=pl.UInt32)
    columns = [pl.Series(_ID, [pk for pk, _ in rows], dtype=pl.Int64)]
    for name in declared.key:
        column, header = declared[name], headers[at[name]]
        cells = pl.Series([str(cells.get(header) or "") for _, cells in rows], dtype=pl.String)
        values = read_column(cells, column, matches[at[name]].unit, declared.grain, numbers, Log())
        columns.append(values.cast(column.dtype).rename(name))
    return pl.DataFrame(columns).drop_nulls()


def _brought_after(declared: Table, batch: int, keys: pl.DataFrame) -> pl.DataFrame:
    """Key and the first batch after ``batch`` that stored it."""
    names = list(declared.key)
    if declared.kind == "series":
        history = lake.history(declared).filter(pl.col("batch") > batch, ~pl.col("withdrawn"))
        later = history.join(keys.lazy().select(names), on=names, how="semi")
        return later.group_by(names).agg(pl.col("batch").min()).collect()
    reg = registers.register_of(declared.id)
    keyed = keys.select(*names, reg.key_expression().alias("_key")).unique()
    versions = reg.model.versions.filter(
        key__in=among(keyed["_key"].drop_nulls()), batch_id__gt=batch, deleted=False
    )
    pairs = list(versions.order_by("-batch_id").values_list("key", "batch_id"))
    first = pl.DataFrame(
        list(dict(pairs).items()), schema={"_key": pl.String(), "batch": pl.Int64()}, orient="row"
    )
    return keyed.join(first, on="_key").select(*names, "batch")
