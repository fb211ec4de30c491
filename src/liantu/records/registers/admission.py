"""New records of limited offices, held until the city admits them.

Whoever is limited and files under a key that they do not hold gets one answer, whoever holds it:
the record waits. The city sees whether others have it, and takes it in, moves it, or says no.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from liantu.errors import NotFound, Refused, StaleEdit, UsageError
from liantu.records import access, audit
from liantu.records.doors.grid import ROW
from liantu.records.models import Addition, AdditionState, Batch
from liantu.records.moments import take_turn
from liantu.records.registers import editing
from liantu.records.registers.owning import held
from liantu.records.registers.register import Register, register_of
from liantu.records.tables.declared import table

_LONGEST = 100


def waits(table_id: str) -> bool:
    """Do new records that whoever acts files in a register wait for the city?

    Raises:
        SignInNeeded, Refused: they may not write it at all.
    """
    return held(access.writer(table(table_id), "edit", "import", "file"), table(table_id))


def may_decide(table_id: str) -> bool:
    """Does whoever acts say what is admitted to a register: who writes all of it?"""
    if not access.writes(table_id, "edit"):
        return False
    return access.writer(table(table_id), "edit") is None


def ask(table_id: str, values: Mapping[str, Any], by: str, reason: str = "") -> str:
    """File a record that nobody of one's own has; its key. It waits where it has to.

    Raises:
        UsageError, InvalidRecords, Refused: as :func:`liantu.records.registers.add`.
    """
    if not waits(table_id):
        return editing.add(table_id, values, by, reason)
    reg = register_of(table_id)
    with transaction.atomic():
        key = editing.judge_new(reg, values)
        row = {name: value for name, value in values.items() if value is not None}
        _keep(reg, [(0, key, row)], by=by, reason=reason, batch=None)
    return key


def note(table_id: str, rows: pl.DataFrame, batch: Batch) -> int:
    """Keep the rows of a file that wait; how many. In the transaction that accepts the file.

    Args:
        rows: declared columns, and the numbers of their rows.
    """
    reg = register_of(table_id)
    if rows.is_empty():
        return 0
    keyed = rows.with_columns(reg.key_expression()).unique("key", keep="last", maintain_order=True)
    asked = [
        (
            int(row[ROW]),
            str(row["key"]),
            {name: row[name] for name in reg.columns if row[name] is not None},
        )
        for row in keyed.iter_rows(named=True)
    ]
    _keep(reg, asked, by=batch.by, reason=batch.reason, batch=batch)
    return len(asked)


def _keep(
    reg: Register, asked: list[tuple[int, str, dict[str, Any]]], *, by: str, reason: str,
    batch: Batch | None,
) -> None:  # fmt: skip
    """New ones are added; what waits already under the same key says what it says now."""
    whose = access.filed_in()
    waiting = Addition.objects.filter(
        table=reg.table.id, filed_in=whose, state=AdditionState.WAITING
    )
    known = {one.key: one for one in waiting}
    for row, key, values in asked:
        one = known.get(key) or Addition(table=reg.table.id, key=key, filed_in=whose, version=0)
        one.values = {name: _kept(value) for name, value in values.items()}
        one.by, one.reason, one.asked_at = by[:_LONGEST], reason, timezone.now()
        one.batch, one.row, one.version = batch, row, one.version + 1
        one.save()
        audit.note(
            audit.Act.ADDITION_ASKED, by=by, kind=reg.table.id, key=key,
            details={"addition": one.pk},
        )  # fmt: skip


def _kept(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def find(number: int | str) -> Addition:
    """One addition.

    Raises:
        NotFound: none of this number within reach of whoever acts.
    """
    text = str(number)
    known = text.isascii() and text.isdecimal() and len(text) < 18
    found = Addition.objects.filter(pk=int(text)).first() if known else None
    if found is None:
        raise NotFound(
            f"没有编号为“{text[:40]}”的新增申请。请在“新增核定”中查看。",
            f"There is no addition {text[:40]!r}. See the list of additions.",
        )
    return found


def standing(addition: Addition) -> Any:
    """The version in force under the key of an addition, as whoever acts sees it; or None."""
    versions = register_of(addition.table).model.versions
    return versions.filter(key=addition.key, recorded_to__isnull=True).first()


def decide(
    number: int | str, *, admit: bool, by: str, reason: str, seen: int | None = None
) -> Addition:
    """Admit an addition, or say no.

    A record that others have takes the cells of the addition: it moves to whoever asked. One that
    was deleted comes back with them.

    Args:
        reason: why; a refusal needs one, and whoever asked reads it.
        seen: version of the addition that was looked at.

    Raises:
        Refused: whoever acts does not write the whole register.
        NotFound: no such addition.
        StaleEdit: it was filed anew or decided meanwhile.
        UsageError: decided already, no reason, or the key was merged into another.
        InvalidRecords: a cell cannot stand (any more).
    """
    with transaction.atomic():
        take_turn()
        one = find(number)
        _refuse(one, seen, admit=admit, reason=reason)
        if admit:
            _take_in(one, by, reason)
        one.state = AdditionState.ADMITTED if admit else AdditionState.REFUSED
        one.decided_by, one.decided_at, one.because = by[:_LONGEST], timezone.now(), reason.strip()
        one.version += 1
        one.save()
        audit.note(
            audit.Act.ADDITION_DECIDED, by=by, kind=one.table, key=one.key,
            details={"addition": one.pk, "verdict": str(one.state)},
        )  # fmt: skip
    return one


def _refuse(one: Addition, seen: int | None, *, admit: bool, reason: str) -> None:
    declared = table(one.table)
    if not may_decide(one.table):
        raise Refused(
            f"“{declared.zh}”的新增由市级核定，账号“{access.current().name}”不能核定。",
            f"Additions to {declared.id} are admitted by the city; the account"
            f" {access.current().name!r} may not.",
        )
    if one.state != AdditionState.WAITING:
        raise UsageError(
            f"新增申请 {one.pk} 已由 {one.decided_by} 定为“{one.get_state_display()}”。未作改动。",
            f"Addition {one.pk} was decided by {one.decided_by} ({one.state}). Nothing changed.",
        )
    if seen is not None and seen != one.version:
        raise StaleEdit(
            f"新增申请 {one.pk} 在您打开之后又有报送，未作任何改动。请刷新后再定。",
            f"Addition {one.pk} was filed anew after you opened it; nothing was changed. Reload.",
            expected=seen,
            found=one.version,
        )
    if not admit and not reason.strip():
        raise UsageError("不予核定须写明理由，申请人会看到。", "A refusal needs a reason.")


def _take_in(one: Addition, by: str, reason: str) -> None:
    reg = register_of(one.table)
    row = standing(one)
    why = f"{one.by} 申请新增" + (f"：{reason.strip()}" if reason.strip() else "")
    if row is None:
        editing.add(one.table, one.values, by, why)
        return
    if row.merged_into:
        raise UsageError(
            f"{one.key} 已并入 {row.merged_into}，不能按新增核定。请改核后者，或不予核定。",
            f"{one.key} was merged into {row.merged_into}; it cannot be admitted as new.",
        )
    version = int(row.version)
    if row.deleted:
        version = editing.restore(one.table, one.key, by, why)
    cells = reg.frame(editing.one_row(reg, one.values)).row(0, named=True)
    changes = {name: cells[name] for name in one.values if name not in reg.table.key}
    editing.edit(one.table, one.key, changes, version, by, why)


def admit_new(numbers: list[int], *, by: str, reason: str = "") -> int:
    """Admit those that nobody has, all of them or none; how many. Others still wait.

    Raises:
        As :func:`decide`.
    """
    done = 0
    with transaction.atomic():
        for number in numbers:
            one = find(number)
            if one.state == AdditionState.WAITING and standing(one) is None:
                decide(one.pk, admit=True, by=by, reason=reason, seen=one.version)
                done += 1
    return done
