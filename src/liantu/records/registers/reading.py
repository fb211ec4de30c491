"""Registers as they are and as they were: rows, one record's history, keys that were merged."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

import polars as pl
from django.utils import timezone

from liantu.records import moments
from liantu.records.models import Recorded
from liantu.records.models.recorded import Versions, ends_of
from liantu.records.registers import storage
from liantu.records.registers.register import Key, Register, no_record, register_of

AsOf = datetime | date | str | None
"""A moment, a day (to its end), the id of a batch or an ISO text; ``None`` is now."""


@dataclass(frozen=True)
class Change:
    """One version of one record, and what it changed against the one before."""

    version: int
    at: datetime
    until: datetime | None
    action: str
    by: str
    reason: str
    batch: int | None
    deleted: bool
    merged_into: str
    changes: dict[str, tuple[Any, Any]]
    """Column → (before, after); a new record shows every cell that is filled in."""
    values: dict[str, Any]


def at(table_id: str, as_of: AsOf = None) -> Versions:
    """Records in force at a moment, to be filtered, sorted and counted like any query.

    Raises:
        NotFound, UsageError: ``as_of`` names no batch, or is no date.
    """
    model = register_of(table_id).model
    moment = moment_of(as_of)
    rows: Versions = (model.objects if moment is None else model.versions).order_by("key")
    return rows if moment is None else rows.at(moment)


def read(table_id: str, as_of: AsOf = None, columns: Sequence[str] | None = None) -> pl.DataFrame:
    """Records in force at a moment as a frame of the declared columns, in no particular order.

    Args:
        table_id: a declared register.
        as_of: now by default.
        columns: some of the declared columns, ``key`` or ``version``; all declared by default.
    """
    reg = register_of(table_id)
    return storage.frame_of(at(table_id, as_of).order_by(), list(columns or reg.columns))


def moment_of(as_of: AsOf) -> datetime | None:
    """The moment that ``as_of`` means, ``None`` for now."""
    if as_of is None or isinstance(as_of, str):
        return moments.moment_of(as_of)
    if not isinstance(as_of, datetime):
        as_of = datetime.combine(as_of, time.max)
    return as_of if as_of.tzinfo else timezone.make_aware(as_of)


def find(table_id: str, key: Key, as_of: AsOf = None) -> Any:
    """The record under a key; a merged key finds the record it was merged into.

    Raises:
        NotFound: nobody filed it, or it is deleted at that moment.
    """
    reg = register_of(table_id)
    wanted = reg.key(key)
    found = at(table_id, as_of).filter(key=wanted).first()
    if found is None and (end := merged(table_id, as_of).get(wanted)):
        found = at(table_id, as_of).filter(key=end).first()
    if found is None:
        raise no_record(reg, wanted)
    return found


def merged(table_id: str, as_of: AsOf = None) -> dict[str, str]:
    """Merged key → key of the record that stands for it in the end."""
    moment = moment_of(as_of)
    rows = register_of(table_id).model.versions.exclude(merged_into="")
    rows = rows.in_force() if moment is None else rows.in_force_at(moment)
    return ends_of(dict(rows.order_by().values_list("key", "merged_into")))


def keys_of(table_id: str, key: Key, as_of: AsOf = None) -> tuple[str, ...]:
    """A record's key and all keys merged into it: under any of them its figures may stand."""
    wanted = register_of(table_id).key(key)
    ends = merged(table_id, as_of)
    end = ends.get(wanted, wanted)
    return (end, *sorted(other for other, final in ends.items() if final == end))


def history(table_id: str, key: Key) -> list[Change]:
    """All versions of a record, oldest first.

    Raises:
        NotFound: nobody ever filed it.
    """
    reg = register_of(table_id)
    wanted = reg.key(key)
    changes: list[Change] = []
    before: dict[str, Any] = dict.fromkeys(reg.columns)
    for row in reg.model.versions.filter(key=wanted).order_by("version"):
        after = values_of(reg, row)
        changes.append(_change(row, before, after))
        before = after
    if not changes:
        raise no_record(reg, wanted)
    return changes


def values_of(reg: Register, row: Recorded) -> dict[str, Any]:
    """The declared cells of one version."""
    return {name: getattr(row, name) for name in reg.columns}


def _change(row: Any, before: dict[str, Any], after: dict[str, Any]) -> Change:
    return Change(
        version=row.version,
        at=timezone.localtime(row.recorded_from),
        until=timezone.localtime(row.recorded_to) if row.recorded_to else None,
        action=row.action,
        by=row.by,
        reason=row.reason,
        batch=row.batch_id,
        deleted=row.deleted,
        merged_into=row.merged_into,
        changes={n: (before[n], after[n]) for n in after if before[n] != after[n]},
        values=after,
    )
