"""One record of any table: what it says, how it came to say so, and how it is changed by hand.

Registers keep versions of their own; the history of a row of a series is the batches that
brought it. Both are shown alike.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl
from django.utils import timezone

from liantu.errors import Message, NotFound, UsageError
from liantu.records import access, registers, synthetic
from liantu.records.intake.direct import key_of
from liantu.records.intake.naming import value_said
from liantu.records.lake.reading import history, read
from liantu.records.models import Action, Batch
from liantu.records.moments import moment_of
from liantu.records.tables.declared import Column, Table, table

_ACTIONS = {action.value: str(action.label) for action in Action} | {"withdraw": "撤销"}


@dataclass(frozen=True)
class Record:
    """The state of one record; ``version`` of a register, ``batch`` that its state came in by."""

    table: Table
    key: tuple[str, ...]
    values: dict[str, Any]
    version: int | None
    batch: int | None
    synthetic: bool
    told: Message
    """By whom and when it came to be so."""

    def shown(self, name: str) -> str:
        """A cell as people read it, in the unit of the templates."""
        return shown(self.table[name], self.values[name])


@dataclass(frozen=True)
class RecordChange:
    """One change of a record; ``changes``: column → (before, after)."""

    version: int
    at: datetime
    action: str
    by: str
    reason: str
    batch: int | None
    changes: dict[str, tuple[Any, Any]]
    told: tuple[str, ...]
    """Each change in words: ``注册资本 100 → 500万元``."""


def parts_of(table_id: str, key: Sequence[str]) -> tuple[Any, ...]:
    """The values of a key from its texts, given one by one or joined by ``|``.

    Raises:
        UsageError: too many or too few.
        InvalidRecords: a text that its column cannot hold.
    """
    declared = table(table_id)
    if len(key) == 1 and len(declared.key) > 1:
        key = key[0].split("|")
    return key_of(declared, key)


def record_of(table_id: str, key: Sequence[str], *, as_of: str | None = None) -> Record:
    """One record as of a vintage; a key that was merged finds the record that stands for it.

    Raises:
        NotFound: nobody filed it, or it was deleted or withdrawn.
    """
    declared, parts = table(table_id), parts_of(table_id, key)
    if declared.kind == "series":
        return _row(declared, parts, as_of)
    found = registers.find(table_id, parts, as_of)
    values = {name: getattr(found, name) for name in declared.by_name}
    return Record(
        declared,
        tuple(str(values[name]) for name in declared.key),
        values,
        found.version,
        found.batch_id,
        found.batch_id is not None and synthetic.of_batch(found.batch_id),
        _told(found.recorded_from, found.by, found.reason, f"版本 {found.version}", found.version),
    )


def _row(declared: Table, parts: tuple[Any, ...], as_of: str | None) -> Record:
    here = _here(declared, parts)
    state = read(declared, as_of).filter(here).collect()
    if not state.height:
        raise _no_row(declared, parts)
    (batch,) = history(declared, as_of).filter(here).sort("accepted_at").tail(1).collect()["batch"]
    with access.whole("who brought it"):
        brought = Batch.objects.get(pk=batch)
    return Record(
        declared,
        tuple(str(part) for part in parts),
        state.row(0, named=True),
        None,
        batch,
        brought.synthetic,
        _told(brought.accepted_at, brought.by, brought.reason, f"批次 {batch}", batch),
    )


def history_of_record(
    table_id: str, key: Sequence[str], *, as_of: str | None = None
) -> list[RecordChange]:
    """Every change of a record up to a vintage, oldest first.

    Raises:
        NotFound: nobody had filed it by then.
    """
    declared, parts = table(table_id), parts_of(table_id, key)
    until = moment_of(as_of)
    if declared.kind == "register":
        changes = [
            _change(declared, c.version, c.at, c.action, c.by, c.reason, c.batch, c.changes,
                    c.merged_into)
            for c in registers.history(table_id, parts)
            if until is None or c.at <= until
        ]  # fmt: skip
    else:
        changes = _brought(declared, parts, as_of)
    if not changes:
        raise _no_row(declared, parts)
    return changes


def _brought(declared: Table, parts: tuple[Any, ...], as_of: str | None) -> list[RecordChange]:
    rows = history(declared, as_of).filter(_here(declared, parts)).sort("accepted_at").collect()
    with access.whole("who brought it"):
        batches = Batch.objects.in_bulk(rows["batch"].unique().to_list())
    before: dict[str, Any] = dict.fromkeys(declared.by_name)
    changes = []
    for version, row in enumerate(rows.iter_rows(named=True), start=1):
        batch = batches[row["batch"]]
        after = {
            name: None if row["withdrawn"] and name not in declared.key else row[name]
            for name in declared.by_name
        }
        action = "withdraw" if row["withdrawn"] else "add" if version == 1 else "change"
        differ = {n: (before[n], after[n]) for n in after if before[n] != after[n]}
        changes.append(
            _change(declared, version, timezone.localtime(batch.accepted_at), action, batch.by,
                    batch.reason, batch.pk, differ, "")
        )  # fmt: skip
        before = after
    return changes


def edit_record(
    table_id: str,
    key: Sequence[str],
    cells: MappingOf[str, str],
    *,
    expected_version: int | None,
    by: str,
    reason: str,
) -> int:
    """Change cells of a record of a register, given as texts; the new version.

    Args:
        cells: column or header → text; a header with a unit is read in it.
        expected_version: version that was seen; the present one by default.

    Raises:
        UsageError: the table is a series.
        NotFound, InvalidRecords, StaleEdit: as :func:`liantu.records.registers.edit`.
    """
    declared, parts = table(table_id), parts_of(table_id, key)
    if declared.kind == "series":
        raise UsageError(
            f"“{declared.zh}”是序列：请重新导入该行，或用 liantu data correct 更正。",
            f"{declared.id} is a series: import the row anew, or use liantu data correct.",
        )
    changes = dict(value_said(declared, said, text) for said, text in cells.items())
    version = expected_version
    if version is None:
        version = int(registers.find(table_id, parts).version)
    return registers.edit(table_id, parts, changes, version, by, reason)


def shown(column: Column, value: Any) -> str:
    """A value as people read it: choices in words, figures in the unit of the templates."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "是" if value else "否"
    if column.choices:
        return next((c.zh for c in column.choices if c.code == value), str(value))
    if column.numeric:
        factor = column.factor(column.written_unit) if column.written_unit else 1.0
        return f"{value / factor:,.10g}" if factor != 1 else f"{value:,.15g}"
    return str(value)


def _change(
    declared: Table, version: int, at: datetime, action: str, by: str, reason: str,
    batch: int | None, changes: dict[str, tuple[Any, Any]], merged_into: str,
) -> RecordChange:  # fmt: skip
    told = [
        f"{declared[name].zh} {shown(declared[name], before) or '∅'} →"
        f" {shown(declared[name], after) or '∅'}{_unit(declared[name])}"
        for name, (before, after) in changes.items()
    ]
    if merged_into:
        told.append(f"并入 {merged_into}")
    return RecordChange(
        version, at, _ACTIONS.get(action, action), by, reason, batch, changes, tuple(told)
    )


def _unit(column: Column) -> str:
    return column.written_unit if column.numeric else ""


def _here(declared: Table, parts: tuple[Any, ...]) -> pl.Expr:
    return pl.all_horizontal(
        pl.col(name) == pl.lit(part, dtype=declared[name].dtype)
        for name, part in zip(declared.key, parts, strict=True)
    )


def _told(at: datetime, by: str, reason: str, what: str, number: int) -> Message:
    when = timezone.localtime(at).strftime("%Y-%m-%d %H:%M:%S")
    return Message(
        f"{what}，{when}，经手人 {by or '未记'}{f'，{reason}' if reason else ''}。",
        f"{'Version' if '版本' in what else 'Batch'} {number}, {when}, by {by or 'unnamed'}"
        f"{f': {reason}' if reason else ''}.",
    )


def _no_row(declared: Table, parts: tuple[Any, ...]) -> NotFound:
    key = " ".join(str(part) for part in parts)
    return NotFound(
        f"“{declared.zh}”中没有 {key}。请核对主键（{'、'.join(declared.key)}）与 --as-of。",
        f"{declared.id} has no record {key}. Check the key ({', '.join(declared.key)}) and"
        " --as-of.",
    )
