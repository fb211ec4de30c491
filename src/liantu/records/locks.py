"""The lock door: what was accepted is changed by nobody until the lock is lifted.

Whoever accepts a unit's return sets a lock on unit, table and period. From then on
:func:`liantu.records.accept.accept` refuses every file, edit, correction and withdrawal that would
change a row under it – whichever way it comes. Rows that say what is stored already change
nothing and pass.
"""

from __future__ import annotations

from collections.abc import Iterable

import polars as pl
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from liantu.errors import Locked, NotFound, UsageError
from liantu.records import access
from liantu.records.filing_units import By, units_of_rows, units_once
from liantu.records.models import RecordLock
from liantu.records.moments import take_turn
from liantu.records.tables.declared import Table, table

_NAMED = 5
_LONGEST = 100


def set_lock(
    table_id: str, period: str, by: By, unit: str, *, name: str, who: str, reason: str
) -> RecordLock:
    """Lock what a unit filed of a table for a period; to be called inside a transaction.

    Args:
        by, unit: as :func:`liantu.records.filing_units.units_of_rows`.
        name: the unit as it is told to whoever is refused.

    Raises:
        UsageError: it is locked already, or the table is no series.
    """
    declared = table(table_id)
    if declared.kind != "series":
        raise UsageError(
            f"“{declared.zh}”不是按期报送的表，不能按报告期锁定。",
            f"{declared.id} is no series; only returns of a period are locked.",
        )
    take_turn()
    standing = in_force(table_id, period).filter(by=by, unit=unit).first()
    if standing is not None:
        raise UsageError(
            f"{declared.zh} {period} {name} 已由 {standing.set_by} 锁定。",
            f"{declared.id} {period} {name} is locked already, by {standing.set_by}.",
        )
    return RecordLock.objects.create(
        table=declared.id, period=period, by=by, unit=unit, unit_name=name, reason=reason,
        set_by=who[:_LONGEST], set_at=timezone.now(),
    )  # fmt: skip


def lift_lock(lock_id: int, *, who: str, reason: str) -> RecordLock:
    """Lift a lock; the row stays and says who lifted it and why.

    Raises:
        NotFound: there is no such lock in force.
        UsageError: no reason.
    """
    if not reason.strip():
        raise UsageError("解锁须写明理由。", "Say why the lock is lifted.")
    with transaction.atomic():
        take_turn()
        changed = RecordLock.objects.filter(pk=lock_id, lifted_at__isnull=True).update(
            lifted_at=timezone.now(), lifted_by=who[:_LONGEST], lifted_reason=reason.strip()
        )
        if not changed:
            raise NotFound(
                f"没有编号为 {lock_id} 的有效锁定。",
                f"No lock {lock_id} is in force.",
            )
    return RecordLock.objects.get(pk=lock_id)


def in_force(table_id: str | None = None, period: str | None = None) -> QuerySet[RecordLock]:
    """Locks in force, as a query: of one table, of one period, or all."""
    rows = RecordLock.objects.filter(lifted_at__isnull=True)
    if table_id is not None:
        rows = rows.filter(table=table_id)
    return rows if period is None else rows.filter(period=period)


def refuse_locked(declared: Table, rows: pl.DataFrame) -> None:
    """Refuse to store rows that a lock covers; to be called inside the turn of an acceptance.

    A row is covered where its thing belongs to the locked unit now, or belonged to it when the
    lock was set.

    Args:
        rows: only those that would change something.

    Raises:
        Locked: naming units, periods and who set the locks; nothing is stored.
    """
    if declared.kind != "series" or not rows.height:
        return
    periods = rows[str(declared.period)].unique().drop_nulls().to_list()
    locks = list(in_force(declared.id).filter(period__in=periods))
    with access.whole("locks"):
        hit = {lock.pk: lock for lock in _covering(declared, rows, locks)}
    if hit:
        raise _refusal(declared, list(hit.values()))


def _covering(
    declared: Table, rows: pl.DataFrame, locks: list[RecordLock]
) -> Iterable[RecordLock]:  # fmt: skip
    for by in sorted({lock.by for lock in locks}):
        mine = [lock for lock in locks if lock.by == by]
        places = rows.select(period=str(declared.period)).with_columns(
            unit=units_of_rows(declared, rows, by)  # type: ignore[arg-type]
        )
        covered = set(places.unique().iter_rows())
        yield from (lock for lock in mine if (lock.period, lock.unit) in covered)
        if by == "district":
            yield from _moved_since(declared, rows, mine)


def _moved_since(
    declared: Table, rows: pl.DataFrame, locks: list[RecordLock]
) -> Iterable[RecordLock]:  # fmt: skip
    """Locks on units that a row's thing belonged to when they were set, and no longer does."""
    moments = sorted({lock.set_at for lock in locks})
    periods = rows[str(declared.period)]
    once = units_once(declared, rows, moments)
    told = {(periods[at], moments[number], unit) for at, number, unit in once.iter_rows()}
    return (lock for lock in locks if (lock.period, lock.set_at, lock.unit) in told)


def _refusal(declared: Table, locks: list[RecordLock]) -> Locked:
    shown = [
        f"{lock.period} {lock.unit_name}（{timezone.localtime(lock.set_at):%Y-%m-%d %H:%M}"
        f" {lock.set_by}）"
        for lock in locks[:_NAMED]
    ]
    more = len(locks) - len(shown)
    zh = "；".join(shown) + (f"；另有 {more} 处" if more else "")
    en = "; ".join(shown) + (f"; and {more} more" if more else "")
    return Locked(
        f"“{declared.zh}”下列报送已接收并锁定，未作任何改动：{zh}。"
        "确需改动的：未发布的，请上级单位取消接收；已发布的，请提出更正申请"
        "（liantu cycles correct）。",
        f"These returns of {declared.id} stand accepted and are locked; nothing was changed: {en}."
        " Ask the unit above to reopen them, or, once published, ask for a correction"
        " (liantu cycles correct).",
    )
