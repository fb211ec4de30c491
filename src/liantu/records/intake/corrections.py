"""Corrections kept in the ledger: made at every import of their cell, as long as it is wrong.

A correction says what the source has wrongly (``expect``). While the source goes on saying so,
the cell is put right before the row is judged; once the source says anything else, the import
stops, names the correction and takes nothing in: a person looks and retires it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from liantu.errors import InvalidRecords, Message, NotFound, UsageError
from liantu.records import access, audit, registers
from liantu.records.doors import corrections as said
from liantu.records.doors.check import AsRead
from liantu.records.doors.grid import ROW
from liantu.records.doors.rules import door_rules
from liantu.records.intake.direct import key_of, put_cell
from liantu.records.intake.known import rows_under
from liantu.records.models import Batch, Correction
from liantu.records.moments import moment_of
from liantu.records.registers.judging import judge_edit
from liantu.records.tables.declared import Column, Table, table

_AT = "_correction"
_LONGEST = 100


@dataclass(frozen=True)
class KeptCorrection:
    """A correction with its number, and who kept it, when; retired ones say why they ended."""

    id: int
    correction: said.Correction
    by: str
    added_at: datetime
    retired_at: datetime | None = None
    retired_by: str = ""
    retired_reason: str = ""
    used: int = 0
    """Batches it was made in."""

    @property
    def table(self) -> Table:
        """The table it belongs to."""
        return table(self.correction.table)

    @property
    def place(self) -> str:
        """``#3 firm_year 9151… 2025 land_mu``, for messages."""
        return f"#{self.id} {self.correction.place}"


def corrections(
    table_id: str | None = None, *, retired: bool = False, as_of: str | None = None
) -> list[KeptCorrection]:
    """Corrections in force, oldest first, of one table or of all; ``retired`` adds the others.

    Args:
        as_of: a batch, or an ISO day or time: those in force then, with what was known of them
            then; now by default.

    Raises:
        NotFound, UsageError: no such table; ``as_of`` names no batch, or is no date.
    """
    moment = moment_of(as_of)
    rows = Correction.objects.prefetch_related("batches")
    if table_id is not None:
        rows = rows.filter(table=table(table_id).id)
    if moment is not None:
        rows = rows.filter(added_at__lte=moment)
    kept = [_kept(row, moment) for row in rows]
    return [each for each in kept if retired or each.retired_at is None]


@dataclass(frozen=True)
class _Ready:
    """A correction that can be kept, and what keeping it does to the record of its cell."""

    correction: said.Correction
    declared: Table
    key: tuple[Any, ...]
    value: Any
    changes_record: bool

    @property
    def cell(self) -> tuple[str, tuple[Any, ...], str]:
        return self.declared.id, self.key, self.correction.column


def add_correction(correction: said.Correction, *, by: str) -> KeptCorrection:
    """Keep a correction, and put the cell right in the records where they hold it.

    From now on it is made at every import of the cell. Keeping it and changing the record are
    one transaction.

    Raises:
        InvalidRecords: no reason, an unknown column, a key column, a value that cannot stand
            there or equals ``expect``; or the records hold neither of the two.
        UsageError: the cell has a correction in force already.
    """
    access.require("remember")
    return _make(_ready(correction), by)


def add_corrections(many: Iterable[said.Correction], *, by: str) -> list[KeptCorrection]:
    """Keep the corrections of a file, all or none; those in force, letter for letter, stand.

    Raises:
        InvalidRecords: corrections that :func:`add_correction` would not keep, or two of one
            cell; all are named, and none is kept.
        InvalidRecords, UsageError: somebody changed a record in the very moment; those before it
            are kept, and the same corrections can be brought again.
    """
    access.require("remember")
    asked = list(many)
    standing = {kept.correction: kept for kept in corrections()}
    forms: dict[said.Correction, said.Correction] = {}
    ready: dict[said.Correction, _Ready] = {}
    problems: list[Message] = []
    for each in dict.fromkeys(asked):
        try:
            form = forms[each] = _as_kept(each)
            if form not in standing and form not in ready:
                ready[form] = _ready(form)
        except (InvalidRecords, UsageError) as error:
            problems.append(error.message)
    problems += _of_one_cell(list(ready.values()))
    if problems:
        raise InvalidRecords(
            "更正均未执行：\n" + "\n".join(problem.zh for problem in problems),
            "No correction was made:\n" + "\n".join(problem.en for problem in problems),
            problems,
        )
    standing |= {form: _make(each, by) for form, each in ready.items()}
    return [standing[forms[each]] for each in asked]


def _as_kept(correction: said.Correction) -> said.Correction:
    """As the ledger will hold it: a key may be written in several ways."""
    key = tuple(str(part) for part in _checked_key(correction))
    return replace(correction, key=key, reason=correction.reason.strip())


def _of_one_cell(ready: Sequence[_Ready]) -> list[Message]:
    seen: set[tuple[str, tuple[Any, ...], str]] = set()
    twice = []
    for each in ready:
        if each.cell in seen:
            twice.append(each.correction.place)
        seen.add(each.cell)
    return [
        Message(
            f"{place} 在文件中有多条不同的更正。请只留一条。",
            f"{place} has several corrections in the file that differ. Keep one.",
        )
        for place in dict.fromkeys(twice)
    ]


def _ready(correction: said.Correction) -> _Ready:
    """Whether a correction can be kept is found without keeping it."""
    declared = table(correction.table)
    key = _checked_key(correction)
    _refuse_second(correction, key)
    column = declared[correction.column]
    value = said.value_of(correction.value, column, declared)
    record = rows_under(declared, pl.DataFrame([key], schema=_key_types(declared), orient="row"))
    found = record[column.name][0] if record.height else value
    changes = not _same(found, value)
    if changes and not _same(found, said.value_of(correction.expect, column, declared)):
        raise _neither(correction, found, column)
    ready = _Ready(correction, declared, key, value, changes)
    if changes and declared.kind == "register":
        with transaction.atomic():
            _edit(ready, "", correction.reason)
            transaction.set_rollback(True)
    elif changes:
        after = record.with_columns(pl.lit(value, column.dtype).alias(column.name))
        judge_edit(declared, after, (column.name,))
    return ready


def _make(ready: _Ready, by: str) -> KeptCorrection:
    if ready.changes_record and ready.declared.kind == "series":
        return _put(ready.declared, ready.correction, ready.key, ready.value, by)
    with transaction.atomic():
        row = _add(ready.correction, ready.key, by)
        if ready.changes_record:
            _edit(ready, by, _why(row))
    return _kept(row)


def _edit(ready: _Ready, by: str, reason: str) -> None:
    version = registers.find(ready.declared.id, ready.key).version
    changes = {ready.correction.column: ready.value}
    registers.edit(ready.declared.id, ready.key, changes, version, by, reason)


def _put(
    declared: Table, correction: said.Correction, key: Sequence[Any], value: Any, by: str
) -> KeptCorrection:
    rows: list[Correction] = []

    def keep(batch: Batch) -> None:
        rows.append(_add(correction, key, by))
        rows[-1].batches.add(batch)

    put_cell(
        declared, key, correction.column, value,
        by=by, reason=correction.reason, name=f"更正 {correction.place}", beside=keep,
    )  # fmt: skip
    return _kept(rows[-1])


def _add(correction: said.Correction, key: Sequence[Any], by: str) -> Correction:
    _refuse_second(correction, key)
    row = Correction.objects.create(
        table=correction.table, key=[str(part) for part in key], column=correction.column,
        expect=correction.expect, value=correction.value,
        reason=correction.reason.strip(), by=by[:_LONGEST], added_at=timezone.now(),
    )  # fmt: skip
    audit.note(
        audit.Act.CORRECTION_ADDED, by=by, kind=row.table, key=",".join(row.key),
        details={"correction": row.pk, "column": row.column},
    )  # fmt: skip
    return row


def _refuse_second(correction: said.Correction, key: Sequence[Any]) -> None:
    standing = Correction.objects.filter(
        table=correction.table, key=[str(part) for part in key], column=correction.column,
        retired_at__isnull=True,
    ).first()  # fmt: skip
    if standing is not None:
        raise UsageError(
            f"{correction.place} 已有一条有效的更正 #{standing.pk}（{standing.expect} →"
            f" {standing.value}）。请先停用：liantu data correct --retire {standing.pk}。",
            f"{correction.place} has correction #{standing.pk} in force ({standing.expect} to"
            f" {standing.value}). Retire it first: liantu data correct --retire {standing.pk}.",
        )


def _neither(correction: said.Correction, found: Any, column: Column) -> InvalidRecords:
    shown = "（空）" if found is None else f"{found}{column.unit}"
    return InvalidRecords(
        f"更正 {correction.place} 预期原值为“{correction.expect or '（空）'}”，"
        f"现有记录为“{shown}”，未作任何改动。请核对原值。",
        f"Correction {correction.place} expects “{correction.expect}”, the records hold"
        f" “{shown}”; nothing was changed. Check what is expected.",
    )


def _why(row: Correction) -> str:
    return f"更正 #{row.pk}：{row.reason}"


def retire_correction(number: int, *, by: str, reason: str) -> KeptCorrection:
    """End a correction; it stays to be looked up. What it changed in the records stays too.

    Raises:
        NotFound: no such correction in force.
        UsageError: no reason.
    """
    access.require("remember")
    if not reason.strip():
        raise UsageError("停用更正须写明理由。", "State the reason why the correction ends.")
    with transaction.atomic():
        changed = Correction.objects.filter(pk=number, retired_at__isnull=True).update(
            retired_at=timezone.now(), retired_by=by[:_LONGEST], retired_reason=reason.strip()
        )
        if not changed:
            raise NotFound(
                f"没有编号为 {number} 的有效更正。请用 liantu data corrections 查看。",
                f"No correction {number} is in force. See liantu data corrections.",
            )
        row = Correction.objects.get(pk=number)
        audit.note(
            audit.Act.CORRECTION_RETIRED, by=by, kind=row.table, key=",".join(row.key),
            details={"correction": row.pk, "column": row.column},
        )  # fmt: skip
    return _kept(row)


def make_corrections(
    declared: Table,
    kept: Sequence[KeptCorrection],
    frame: pl.DataFrame,
    read: AsRead,
) -> tuple[pl.DataFrame, tuple[KeptCorrection, ...]]:
    """Rows of a file with the corrections made that concern them, and which those are.

    Args:
        kept: corrections in force of the table.
        frame: rows as read, in the dtypes of the table, with their number.
        read: what is known of the file. A column that is empty throughout says nothing; rows
            with cells that could not be read are sent back as they are; an export of ours, which
            says so, has the corrections in it already.

    Raises:
        InvalidRecords: the source no longer says what a correction expects; all are named.
    """
    mine = [k for k in kept if _concerned(k, frame, read.given)]
    if not mine:
        return frame, ()
    illegible = set(read.unread.rows())
    ours = door_rules().corrected_header in read.own.columns
    made: dict[str, dict[int, Any]] = {}
    used, problems = [], []
    for at, number, position, found in _hits(declared, mine, frame):
        correction = mine[at].correction
        if (number, correction.column) in illegible:
            continue
        column = declared[correction.column]
        value = said.value_of(correction.value, column, declared)
        if _same(found, said.value_of(correction.expect, column, declared)):
            made.setdefault(column.name, {})[position] = value
            used.append(mine[at])
        elif not (ours and _same(found, value)):
            problems.append(_no_longer(mine[at], number, found, column))
    if problems:
        raise InvalidRecords(
            "更正与来源不符，未导入任何数据：\n" + "\n".join(p.zh for p in problems),
            "Corrections do not fit their source; nothing was imported:\n"
            + "\n".join(p.en for p in problems),
            problems,
        )
    for name, cells in made.items():
        values = pl.Series(list(cells.values()), dtype=frame[name].dtype)
        frame = frame.with_columns(frame[name].scatter(list(cells), values))
    return frame, tuple(dict.fromkeys(used))


def within_reach(declared: Table, kept: Sequence[KeptCorrection]) -> list[KeptCorrection]:
    """Those of cells that whoever acts may see: of others' nothing is made and nothing told."""
    bound = access.limit(declared)
    if bound is None or not kept:
        return list(kept)
    keys = _keys_of(declared, kept)
    if declared.kind == "series":
        seen = list(bound.inside(keys))
    else:
        reg = registers.register_of(declared.id)
        codes = keys.select(reg.key_expression()).to_series()
        own = set(reg.model.versions.filter(key__in=list(codes)).values_list("key", flat=True))
        seen = [code in own for code in codes]
    return [one for one, mine in zip(kept, seen, strict=True) if mine]


def _keys_of(declared: Table, kept: Sequence[KeptCorrection]) -> pl.DataFrame:
    return pl.DataFrame(
        {
            name: pl.Series(
                [said.value_of(k.correction.key[at], declared[name], declared) for k in kept],
                dtype=declared[name].dtype,
            )
            for at, name in enumerate(declared.key)
        }
    )


def _concerned(kept: KeptCorrection, frame: pl.DataFrame, given: frozenset[str]) -> bool:
    name = kept.correction.column
    return name in given and frame[name].null_count() < frame.height


def _hits(
    declared: Table, mine: Sequence[KeptCorrection], frame: pl.DataFrame
) -> Iterable[tuple[int, int, int, Any]]:
    """Number of the correction, of the row and its position, and the cell found there."""
    wanted = _keys_of(declared, mine).with_row_index(_AT)
    met = frame.with_row_index("_position").join(wanted, on=list(declared.key), how="inner")
    for row in met.sort(ROW).iter_rows(named=True):
        yield row[_AT], row[ROW], row["_position"], row[mine[row[_AT]].correction.column]


def _same(found: Any, expected: Any) -> bool:
    if isinstance(found, float) and isinstance(expected, float):
        return math.isclose(found, expected, rel_tol=1e-12)
    return bool(found == expected)


def _no_longer(kept: KeptCorrection, number: int, found: Any, column: Column) -> Message:
    shown = "（空）" if found is None else f"{found}{column.unit}"
    expect = kept.correction.expect or "（空）"
    return Message(
        f"更正 {kept.place}（文件第 {number} 行）预期原值为“{expect}”，现为“{shown}”："
        "来源已自行改正或再次变动。请复核后停用该更正："
        f"liantu data correct --retire {kept.id} --reason 理由。",
        f"Correction {kept.place} (row {number}) expects “{expect}”, found “{shown}”: the source"
        " has mended itself or changed again. Review it, then retire the correction: liantu data"
        f" correct --retire {kept.id} --reason WHY.",
    )


def _key_types(declared: Table) -> dict[str, pl.DataType]:
    return {name: declared[name].dtype for name in declared.key}


def _checked_key(correction: said.Correction) -> tuple[Any, ...]:
    """The values of the key of a correction that can be made."""
    problem = said.problem_of(correction)
    if problem:
        raise InvalidRecords(problem.zh, problem.en, [problem])
    declared = table(correction.table)
    key = key_of(declared, correction.key)
    column = declared[correction.column]
    expect = said.value_of(correction.expect, column, declared)
    if _same(expect, said.value_of(correction.value, column, declared)):
        raise InvalidRecords(
            f"更正 {correction.place} 的新值与原值相同。请写明应改为什么。",
            f"Correction {correction.place} puts in what is there already. Say what it should be.",
        )
    return key


def _kept(row: Correction, moment: datetime | None = None) -> KeptCorrection:
    """A correction as known at a moment; now by default."""
    ended = row.retired_at is not None and (moment is None or row.retired_at <= moment)
    used = [batch for batch in row.batches.all() if moment is None or batch.accepted_at <= moment]
    return KeptCorrection(
        row.pk,
        said.Correction(row.table, tuple(row.key), row.column, row.expect, row.value, row.reason),
        row.by,
        timezone.localtime(row.added_at),
        timezone.localtime(row.retired_at) if ended else None,
        row.retired_by if ended else "",
        row.retired_reason if ended else "",
        len(used),
    )
