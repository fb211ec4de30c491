"""Which records are synthetic (模拟数据): asked by pages, exports and papers before they show any.

A file says so (:mod:`liantu.records.doors.synthetic`), its batch keeps it, and what came in by
the batch is synthetic. A record of a register stays so when it is edited or a real file adds to
it, since cells of the synthetic version may remain; a row of a series is what its latest file is.
"""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

import polars as pl

from liantu.records import access, lake
from liantu.records.doors.rules import door_rules
from liantu.records.models import Batch
from liantu.records.registers import reading
from liantu.records.registers.reading import AsOf
from liantu.records.registers.register import register_of
from liantu.records.tables.declared import table


class Extent(StrEnum):
    """How much of something is synthetic."""

    NONE = "none"
    SOME = "some"
    ALL = "all"

    @property
    def any(self) -> bool:
        """Must it be labelled?"""
        return self is not Extent.NONE


def label() -> str:
    """What is written on everything made from synthetic data."""
    return door_rules().synthetic.label


def of_batch(vintage: str | int) -> bool:
    """Did this batch say that it is synthetic? A batch that is not there did not."""
    with access.whole("synthetic"):
        return Batch.objects.filter(pk=int(vintage), synthetic=True).exists()


def of_table(table_id: str, as_of: AsOf = None) -> Extent:
    """How much of a table, as of a moment, came in by synthetic files.

    Raises:
        NotFound, UsageError: no such table, or ``as_of`` names no moment.
    """
    declared = table(table_id)
    moment = reading.moment_of(as_of)
    with access.whole("synthetic"):
        batches = Batch.objects.filter(table=declared.id, accepted__gt=0)
    if moment is not None:
        batches = batches.filter(accepted_at__lte=moment)
    kinds = set(batches.values_list("synthetic", flat=True).distinct())
    if True not in kinds:
        return Extent.NONE
    return Extent.SOME if False in kinds or _by_hand(declared.id, as_of) else Extent.ALL


def of_tables(table_ids: Iterable[str], as_of: AsOf = None) -> Extent:
    """How much of several tables together; tables without rows say nothing."""
    moment = reading.moment_of(as_of)
    with access.whole("synthetic"):
        batches = Batch.objects.filter(accepted__gt=0)
        if moment is not None:
            batches = batches.filter(accepted_at__lte=moment)
        said = set(batches.order_by().values_list("table", "synthetic").distinct())
    wanted = {table(name).id for name in table_ids}
    kinds = {kind for name, kind in said if name in wanted}
    if True not in kinds:
        return Extent.NONE
    filled = wanted & {name for name, _ in said}
    if False in kinds or any(_by_hand(name, as_of) for name in sorted(filled)):
        return Extent.SOME
    return Extent.ALL


def records(table_id: str, keys: Iterable[str], as_of: AsOf = None) -> frozenset[str]:
    """Those of some keys of a register whose record is synthetic: one query for a page of them."""
    versions = register_of(table_id).model.versions.filter(
        key__in=list(keys), batch__synthetic=True
    )
    moment = reading.moment_of(as_of)
    if moment is not None:
        versions = versions.filter(recorded_from__lte=moment)
    return frozenset(versions.order_by().values_list("key", flat=True).distinct())


def rows(table_id: str, vintage: str | None = None) -> pl.LazyFrame:
    """Keys of a series with ``synthetic``: is the latest row accepted by the vintage so?"""
    key = list(table(table_id).key)
    with access.whole("synthetic"):
        found = Batch.objects.filter(table=table_id, synthetic=True)
        batches = list(found.values_list("pk", flat=True))
    latest = lake.history(table_id, vintage).sort("accepted_at").unique(key, keep="last")
    return latest.filter(~pl.col("withdrawn")).select(
        *key, synthetic=pl.col("batch").is_in(batches)
    )


def _by_hand(table_id: str, as_of: AsOf) -> bool:
    """Does a register hold records that came in by no file?"""
    if table(table_id).kind == "series":
        return False
    rows = reading.at(table_id, as_of)
    return bool(rows.filter(batch__isnull=True, version=1).exists())
