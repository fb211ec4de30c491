"""One record changed by one person: edit, delete, restore, merge.

Whoever edits says which version they saw. Where someone else was first, nothing is written and
the error names who changed what.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from liantu.errors import StaleEdit, UsageError
from liantu.records import access, audit
from liantu.records.models import Action
from liantu.records.moments import take_turn
from liantu.records.registers import storage
from liantu.records.registers.judging import judge_record
from liantu.records.registers.owning import STORED, held, refuse_outside
from liantu.records.registers.reading import Change, history, values_of
from liantu.records.registers.register import Key, Register, no_record, register_of


def edit(
    table_id: str,
    key: Key,
    changes: Mapping[str, Any],
    expected_version: int,
    by: str,
    reason: str = "",
) -> int:
    """Change cells of a record; the new version.

    Args:
        table_id: a declared register.
        key: the record.
        changes: column → new value; values equal to what is stored change nothing.
        expected_version: the version that was seen when editing began.
        by: who.
        reason: why.

    Raises:
        StaleEdit: someone else changed the record since; nothing is written.
        UsageError: a column is not declared, or belongs to the key.
        Refused: whoever acts may not write it, as it is or as it would be.
        InvalidRecords: a value fails the checks of its column or of the row.
        NotFound: there is no such record, or it is deleted.
    """
    reg = register_of(table_id)
    _refuse_key_columns(reg, changes)
    with transaction.atomic():
        row = _locked(reg, reg.key(key), expected_version)
        _refuse_deleted(reg, row)
        before = values_of(reg, row)
        after = {**before, **changes}
        frame = reg.frame(one_row(reg, after))
        _refuse_outside(reg, "edit", row, frame)
        if frame.select(reg.columns).row(0) == tuple(before.values()):
            return int(row.version)
        judge_record(reg, frame, changes)
        version = _add(reg, row, frame, Action.CHANGE, by=by, reason=reason)
        _note(reg, row.key, Action.CHANGE, version, by)
    return version


def add(table_id: str, values: Mapping[str, Any], by: str, reason: str = "") -> str:
    """File a record that nobody filed before; its key.

    For whoever writes the register; new records of others wait (:mod:`.admission`).

    Args:
        table_id: a declared register.
        values: column → value; columns left out are empty.
        by: who.
        reason: why.

    Raises:
        UsageError: a record has this key already, deleted or merged ones too.
        InvalidRecords: a value fails the checks of its column or of the row.
        Refused: whoever acts may not write it, or their new records wait for the city.
    """
    reg = register_of(table_id)
    with transaction.atomic():
        if held(access.writer(reg.table, "edit"), reg.table):
            raise access.outside(reg.table, 1)
        key = judge_new(reg, values)
        with access.whole("keys in use"):
            known = reg.model.versions.filter(key=key, recorded_to__isnull=True).first()
        if known is not None:
            _refuse_outside(reg, "edit", known, None)
            raise _there_already(reg, known)
        frame = _filled(reg, values)
        moment = storage.moment_for(reg.model, None)
        rows = frame.with_columns(version=pl.lit(1), action=pl.lit(Action.ADD.value))
        stamped = storage.stamped(rows, moment, by=by, reason=reason, batch=None)
        storage.insert(reg.model, stamped.select(storage.fields_of(reg.model, reg.columns)))
        _note(reg, key, Action.ADD, 1, by)
    return key


def judge_new(reg: Register, values: Mapping[str, Any]) -> str:
    """Key of a record to be filed, held to all rules; to be called inside a transaction.

    Raises:
        UsageError: whoever acts sees a record of this key, deleted or merged ones too.
        InvalidRecords: a value fails the checks of its column or of the row.
        Refused: whoever acts may not file it.
    """
    take_turn()
    frame = _filled(reg, values)
    _refuse_outside(reg, "edit", None, frame)
    judge_record(reg, frame, reg.columns)
    key = str(frame["key"][0])
    known = reg.model.versions.filter(key=key, recorded_to__isnull=True).first()
    if known is not None:
        raise _there_already(reg, known)
    return key


def _filled(reg: Register, values: Mapping[str, Any]) -> pl.DataFrame:
    return reg.frame(one_row(reg, dict.fromkeys(reg.columns) | dict(values)))


def _there_already(reg: Register, row: Any) -> UsageError:
    zh, en = ("已有记录", "there is a record already")
    if row.merged_into:
        zh, en = (
            f"曾有记录，已并入 {row.merged_into}",
            f"its record was merged into {row.merged_into}",
        )
    elif row.deleted:
        zh, en = (
            "曾有记录，已删除；可在其历史页恢复",
            "its record was deleted; its history restores it",
        )
    return UsageError(
        f"“{reg.table.zh}”的 {row.key} {zh}。没有新增。",
        f"{reg.table.id} {row.key}: {en}. Nothing was added.",
    )


def delete(
    table_id: str, key: Key, by: str, reason: str, expected_version: int | None = None
) -> int:
    """Mark a record as deleted; its history stays and it can be restored. The new version.

    Raises:
        StaleEdit, NotFound: as :func:`edit`.
        UsageError: no reason is given.
    """
    reg = register_of(table_id)
    _require_reason(reason)
    with transaction.atomic():
        row = _locked(reg, reg.key(key), expected_version)
        _refuse_deleted(reg, row)
        _refuse_outside(reg, "edit", row, None)
        done = _add(reg, row, None, Action.DELETE, by=by, reason=reason, deleted=True)
        _note(reg, row.key, Action.DELETE, done, by)
    return done


def restore(
    table_id: str,
    key: Key,
    by: str,
    reason: str = "",
    version: int | None = None,
    expected_version: int | None = None,
) -> int:
    """Bring a record back: from deletion or merger, or to the cells of an earlier version.

    Args:
        table_id: a declared register.
        key: the record.
        by: who.
        reason: why.
        version: whose cells to take; the last ones by default.
        expected_version: the version that was seen, as in :func:`edit`.

    Raises:
        StaleEdit: someone else changed the record since.
        NotFound: there is no such record or version.
        UsageError: the record is there as asked for already.
    """
    reg = register_of(table_id)
    wanted = reg.key(key)
    with transaction.atomic():
        row = _locked(reg, wanted, expected_version)
        chosen = row
        if version is not None:
            chosen = reg.model.versions.filter(key=wanted, version=version).first()
            if chosen is None:
                raise no_record(reg, f"{wanted}（版本 version {version}）")
        values = values_of(reg, chosen)
        if not row.deleted and values == values_of(reg, row):
            raise UsageError(
                f"{wanted} 现状即为所求，无须恢复。", f"{wanted} is as asked for already."
            )
        frame = reg.frame(one_row(reg, values))
        _refuse_outside(reg, "merge" if row.merged_into else "edit", row, frame)
        done = _add(reg, row, frame, Action.RESTORE, by=by, reason=reason)
        _note(reg, wanted, Action.RESTORE, done, by)
    return done


def merge(
    table_id: str,
    keep: Key,
    drop: Key,
    by: str,
    reason: str,
    versions: tuple[int | None, int | None] = (None, None),
) -> int:
    """Two records turn out to be one: ``drop`` goes into ``keep``; the new version of ``keep``.

    Both keys stay: ``drop`` is found under ``keep`` from now on, files and figures under either
    key belong to it. Cells that are empty in ``keep`` are filled from ``drop``. Restoring
    ``drop`` takes the merger back.

    Args:
        table_id: a declared register.
        keep, drop: the two records.
        by: who.
        reason: why.
        versions: of ``keep`` and ``drop`` as they were compared; None takes what is there.

    Raises:
        StaleEdit: someone else changed one of them since; nothing is written.
        NotFound: one of them does not exist or is deleted.
        UsageError: they are the same, or no reason is given.
    """
    reg = register_of(table_id)
    _require_reason(reason)
    kept, dropped = reg.key(keep), reg.key(drop)
    if kept == dropped:
        raise UsageError(
            f"{kept} 不能并入自身。请给出两条记录。",
            f"{kept} cannot be merged into itself. Name two records.",
        )
    with transaction.atomic():
        rows = {
            key: _locked(reg, key, expected)
            for key, expected in zip((kept, dropped), versions, strict=True)
        }
        for row in rows.values():
            _refuse_deleted(reg, row)
            _refuse_outside(reg, "merge", row, None)
        theirs = values_of(reg, rows[dropped])
        both = {
            name: theirs[name] if value is None else value
            for name, value in values_of(reg, rows[kept]).items()
        }
        _add(
            reg, rows[dropped], None, Action.MERGE,
            by=by, reason=reason, deleted=True, merged_into=kept,
        )  # fmt: skip
        frame = reg.frame(one_row(reg, both))
        _refuse_outside(reg, "merge", None, frame)
        done = _add(reg, rows[kept], frame, Action.MERGE, by=by, reason=reason)
        _note(reg, kept, Action.MERGE, done, by, dropped=dropped)
    return done


def _locked(reg: Register, key: str, expected: int | None) -> Any:
    """The version in force, deleted or not, kept from others until the transaction ends."""
    take_turn()
    row = reg.model.versions.filter(key=key, recorded_to__isnull=True).first()
    if row is None:
        raise no_record(reg, key)
    if expected is not None and row.version != expected:
        raise _stale(reg, key, expected, row.version)
    return row


def _refuse_outside(
    reg: Register, doing: access.Capability, row: Any, after: pl.DataFrame | None
) -> None:
    """Of a version in force, what it becomes, or both."""
    bound = access.writer(reg.table, doing)
    if bound is None:
        return
    empty = pl.DataFrame(schema={**dict.fromkeys(STORED, pl.String()), **reg.table.dtypes})
    before = empty
    if row is not None:
        cells = one_row(reg, values_of(reg, row)).cast(pl.Schema(reg.table.dtypes))
        before = cells.with_columns(key=pl.lit(row.key), merged_into=pl.lit(row.merged_into))
    refuse_outside(reg, bound, before=before, after=empty if after is None else after)


def _add(
    reg: Register,
    row: Any,
    frame: pl.DataFrame | None,
    action: Action,
    *,
    by: str,
    reason: str,
    deleted: bool = False,
    merged_into: str = "",
) -> int:
    """End a version and add the next: with the cells of ``frame``, else with its own."""
    if frame is None:
        frame = reg.frame(one_row(reg, values_of(reg, row)))
    moment: datetime = storage.moment_for(reg.model, None)
    version = int(row.version) + 1
    storage.close(reg.model, [row.pk], moment)
    rows = frame.with_columns(
        version=pl.lit(version),
        action=pl.lit(action.value),
        deleted=pl.lit(deleted),
        merged_into=pl.lit(merged_into),
    )
    stamped = storage.stamped(rows, moment, by=by, reason=reason, batch=None)
    storage.insert(reg.model, stamped.select(storage.fields_of(reg.model, reg.columns)))
    return version


_ACTS = {
    Action.ADD: audit.Act.ADDED,
    Action.CHANGE: audit.Act.EDITED,
    Action.DELETE: audit.Act.DELETED,
    Action.RESTORE: audit.Act.RESTORED,
    Action.MERGE: audit.Act.MERGED,
}


def _note(
    reg: Register, key: str, action: Action, version: int, by: str, dropped: str = ""
) -> None:
    """Refers to the version, which holds what changed and why."""
    audit.note(
        _ACTS[action], by=by, kind=reg.table.id, key=key,
        details={"version": version, "dropped": dropped},
    )  # fmt: skip


def one_row(reg: Register, values: Mapping[str, Any]) -> pl.DataFrame:
    """One row; columns that nobody declared are kept, for :meth:`Register.frame` to name."""
    schema = reg.table.dtypes
    return pl.DataFrame(
        [pl.Series(n, [v], dtype=schema.get(n) if v is None else None) for n, v in values.items()]
    )


def _refuse_key_columns(reg: Register, changes: Mapping[str, Any]) -> None:
    keys = [name for name in changes if name in reg.table.key]
    if keys:
        raise UsageError(
            f"键列 {'、'.join(keys)} 不能修改。请新增正确的记录，再把本条并入。",
            f"Key columns {', '.join(keys)} are not edited. Add the right record and merge this"
            " one into it.",
        )


def _refuse_deleted(reg: Register, row: Any) -> None:
    if row.merged_into:
        raise UsageError(
            f"{row.key} 已并入 {row.merged_into}。请修改后者，或先恢复本条。",
            f"{row.key} was merged into {row.merged_into}. Work on that one, or restore this one"
            " first.",
        )
    if row.deleted:
        raise no_record(reg, row.key)


def _require_reason(reason: str) -> None:
    if not reason.strip():
        raise UsageError("请写明理由。", "State the reason.")


def _stale(reg: Register, key: str, expected: int, found: int) -> StaleEdit:
    since = [change for change in history(reg.table.id, key) if change.version > expected]
    zh = "；".join(_told(reg, change, zh=True) for change in since)
    en = "; ".join(_told(reg, change, zh=False) for change in since)
    return StaleEdit(
        f"{reg.table.zh} {key} 在您打开之后已被修改（您看到的是版本 {expected}，现为 {found}）："
        f"{zh}。您的修改没有保存，请刷新后重新填写。",
        f"{reg.table.en} {key} was changed after you opened it (you saw version {expected}, it is"
        f" now {found}): {en}. Your changes were not saved; reload and enter them again.",
        expected=expected,
        found=found,
    )


def _told(reg: Register, change: Change, *, zh: bool) -> str:
    when = timezone.localtime(change.at).strftime("%Y-%m-%d %H:%M:%S")
    cells = [
        f"{reg.table[name].zh if zh else name} {_shown(before)} → {_shown(after)}"
        for name, (before, after) in change.changes.items()
    ]
    told = ("，" if zh else ", ").join(cells) or change.action
    return f"{change.by} {when} {told}"


def _shown(value: Any) -> str:
    return "∅" if value is None else str(value)[:60]
