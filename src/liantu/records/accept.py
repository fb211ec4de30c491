"""Accepting what a door has checked: one batch, one transaction, all of it or nothing.

Rows of a series go to the lake, rows of a register to the ledger, rows sent back beside them.
The same rows a second time change nothing. Whoever reads meanwhile, and whoever looks after a
crash, sees the state before or the state after.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import IO, Any, cast

import polars as pl
from django.db import transaction

from liantu.errors import UsageError
from liantu.records import access, audit, registers
from liantu.records.doors.check import Checked
from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import SCHEMA, RejectedRows
from liantu.records.identity.queue import note
from liantu.records.lake.folder import alone
from liantu.records.lake.merging import Merged, Mode, merge
from liantu.records.lake.publishing import discard, publish, told_in_words
from liantu.records.lake.staging import stage
from liantu.records.locks import refuse_locked
from liantu.records.models import Batch, RejectedRow
from liantu.records.models.batches import FIGURES
from liantu.records.moments import next_moment, take_turn
from liantu.records.registers.admission import note as note_additions
from liantu.records.tables.declared import Table, table

_CHUNK = 500
_KEPT_WARNINGS = 1000
_SAID = [name for name in SCHEMA if name != "row"]


@dataclass(frozen=True)
class Receipt:
    """What an import came to. ``already``: the same rows had been accepted before."""

    vintage: str
    table: Table
    file_name: str
    new: int
    changed: int
    unchanged: int
    rejected: int
    warnings: int
    already: bool = False
    merged: tuple[tuple[str, str], ...] = ()
    """Keys of a register that were merged into another record: their rows are left out."""
    waiting: int = 0
    """Rows that are new to whoever brought them and wait for the city."""

    @property
    def accepted(self) -> int:
        """Rows that were stored."""
        return self.new + self.changed

    @property
    def summary_zh(self) -> str:
        if self.already:
            return (
                f"内容与 {self.file_name} 相同，此前已导入（批次 {self.vintage}），未作任何改动。"
                "如其后有改动而确要再次导入，请加 --again。"
            )
        return (
            f"{self.file_name} → {self.table.zh}：新增 {self.new} 行，更改 {self.changed} 行，"
            f"无变化 {self.unchanged} 行，退回 {self.rejected} 行，提示 {self.warnings} 条"
            f"{f'，新增待市级核定 {self.waiting} 行' if self.waiting else ''}"
            f"（批次 {self.vintage}）。"
        )

    @property
    def summary_en(self) -> str:
        if self.already:
            return (
                f"The same rows as {self.file_name} were imported before (batch {self.vintage}):"
                " nothing changed."
                " Where others changed it since and it is to count once more, add --again."
            )
        return (
            f"{self.file_name} → {self.table.id}: {self.new} rows new, {self.changed} changed,"
            f" {self.unchanged} unchanged, {self.rejected} sent back, {self.warnings} remarks"
            f"{f', {self.waiting} new ones wait for the city' if self.waiting else ''}"
            f" (batch {self.vintage})."
        )


def accept(
    checked: Checked,
    by: str,
    reason: str = "",
    *,
    mode: Mode = "update",
    again: bool = False,
    beside: Callable[[Batch], None] | None = None,
) -> Receipt:
    """Take in the good rows of a checked file and keep the others to be mended.

    Args:
        checked: what :func:`liantu.records.doors.check.check` found.
        by: who brings it, kept in the ledger.
        reason: why; needed where rows are withdrawn.
        mode: ``update`` gives the keys these values in the columns of which the file says
            something; ``withdraw`` takes the keys' rows of a series back.
        again: take in what had been accepted before, where other files changed it since.
        beside: writes what becomes true together with the batch, in its transaction.

    Raises:
        Refused: whoever acts may not write the table, or not all of these rows.
        UsageError: a withdrawal without a reason, or from a register.
        InvalidRecords: rows to withdraw that are not there.
        Locked: a row that would change stands accepted (:mod:`liantu.records.locks`).
        StorageFailed: the disk is full or cannot be written; nothing was changed.
    """
    declared = table(checked.table)
    bound = access.writer(declared, "import", "file")
    if bound is not None and declared.kind == "series":
        wrong = int((~bound.inside(checked.frame)).sum())
        if wrong:
            raise access.outside(declared, wrong)
    if mode == "withdraw" and not reason.strip():
        raise UsageError(
            "撤销须说明理由（reason），以便日后查考。",
            "Withdrawing needs a reason, for those who look into it later.",
        )
    with told_in_words():
        digest = _digest(checked, mode, _latest(declared) if again else "")
        brought = _Brought(checked, declared, digest, by, reason, mode, beside)
        known = Batch.objects.filter(sha256=brought.digest, table=declared.id).first()
        if known is not None:
            return _already(known, declared)
        return _accept_series(brought) if declared.kind == "series" else _accept_register(brought)


@dataclass(frozen=True)
class _Brought:
    """One file on its way in."""

    checked: Checked
    table: Table
    digest: str
    by: str
    reason: str
    mode: Mode
    beside: Callable[[Batch], None] | None


def _accept_register(brought: _Brought) -> Receipt:
    checked, declared = brought.checked, brought.table
    if brought.mode == "withdraw":
        raise UsageError(
            f"登记表“{declared.zh}”的记录请逐条删除或合并，不能整批撤销。",
            f"Records of {declared.id} are deleted or merged one by one, not withdrawn by file.",
        )
    with transaction.atomic():
        take_turn()
        batch, known = _batch(brought)
        if known:
            return _already(batch, declared)
        done = registers.upsert(
            declared.id,
            checked.frame.select(checked.said),
            batch=batch,
            by=brought.by,
            reason=brought.reason,
        )
        batch.new, batch.changed = done.new, done.changed + done.restored
        batch.accepted = batch.new + batch.changed
        batch.duplicates = done.unchanged
        batch.save(update_fields=["new", "changed", "accepted", "duplicates"])
        waiting = note_additions(declared.id, checked.additions, batch)
        _note(batch, brought.mode)
    return _receipt(
        batch, brought, done.new, done.changed + done.restored, done.unchanged, done.merged,
        waiting,
    )  # fmt: skip


def _accept_series(brought: _Brought) -> Receipt:
    checked, declared = brought.checked, brought.table
    with alone() as folder:
        merged = merge(declared, checked.frame, brought.mode, checked.said)
        staged = [stage(declared, merged.frame, folder)] if merged.frame.height else []
        try:
            with transaction.atomic():
                take_turn()
                refuse_locked(declared, merged.frame)
                batch, known = _batch(brought, merged)
                if not known:
                    publish(staged, batch)
                    _note(batch, brought.mode)
        except BaseException:
            discard(staged)
            raise
        if known:
            discard(staged)
    if known:
        return _already(batch, declared)
    return _receipt(batch, brought, merged.new, merged.changed, merged.unchanged)


def _batch(brought: _Brought, merged: Merged | None = None) -> tuple[Batch, bool]:
    """The batch of this file, and whether somebody had brought it meanwhile."""
    checked = brought.checked
    known = Batch.objects.filter(sha256=brought.digest, table=brought.table.id).first()
    if known is not None:
        return known, True
    batch = Batch.objects.create(
        accepted_at=next_moment(),
        file_name=checked.file_name[:255],
        sha256=brought.digest,
        table=brought.table.id,
        reason=brought.reason,
        by=brought.by[:100],
        accepted=merged.frame.height if merged else 0,
        new=merged.new if merged else 0,
        changed=merged.changed if merged else 0,
        duplicates=merged.unchanged if merged else 0,
        rejected=len(checked.rejected),
        warnings=_warnings(checked),
        synthetic=checked.synthetic,
        filed_in=access.filed_in(),
    )
    RejectedRow.objects.bulk_create(
        (
            RejectedRow(batch=batch, row=row, line=row, cells=cells, problems=problems)
            for row, cells, problems in _sent_back(checked.rejected)
        ),
        batch_size=_CHUNK,
    )
    if brought.mode == "update":
        note(checked.held, batch)
    if brought.beside is not None:
        brought.beside(batch)
    return batch, False


def _note(batch: Batch, mode: Mode) -> None:
    audit.note(
        audit.Act.WITHDRAWN if mode == "withdraw" else audit.Act.IMPORTED,
        by=batch.by,
        kind=batch.table,
        key=str(batch.pk),
        details={"rows": batch.accepted, "sent_back": batch.rejected, "sha256": batch.sha256},
    )


def _warnings(checked: Checked) -> list[list[Any]]:
    """The first remarks as row, column and sentences; their number is in the receipt."""
    kept = checked.warnings.head(_KEPT_WARNINGS)
    return [
        [
            said["row"],
            said["column"],
            f"{said['header']} “{said['found']}”，应为{said['expected_zh']}。{said['fix_zh']}。",
            f"{said['column']}: found “{said['found']}”, expected {said['expected_en']}."
            f" {said['fix_en']}.",
        ]
        for said in kept.iter_rows(named=True)
    ]


def _sent_back(
    rejected: RejectedRows,
) -> Iterator[tuple[int, dict[str, str], list[dict[str, str]]]]:
    """Number, cells and problems of every row; NUL, which PostgreSQL cannot hold, is dropped."""
    said = rejected.problems.partition_by("row", as_dict=True)
    for cells in rejected.cells.iter_rows(named=True):
        row = int(cells.pop(ROW))
        plain = {header: _text(cell) for header, cell in cells.items()}
        problems = [
            {name: _text(value) for name, value in problem.items()}
            for problem in said[(row,)].select(_SAID).iter_rows(named=True)
        ]
        yield row, plain, problems


def _text(cell: Any) -> str:
    return "" if cell is None else str(cell).replace("\x00", "")


def sent_back(vintage: str) -> RejectedRows:
    """Rows of a batch that were sent back, as the door described them."""
    rows = list(
        RejectedRow.objects.filter(batch_id=int(vintage) if vintage.isdecimal() else -1)
        .exclude(batch__table=FIGURES)
        .values_list("row", "cells", "problems")
    )
    cells = pl.DataFrame([{ROW: row, **found} for row, found, _ in rows], infer_schema_length=None)
    problems = [{"row": row, **problem} for row, _, said in rows for problem in said]
    return RejectedRows(cells, pl.DataFrame(problems, schema=SCHEMA))


def _digest(checked: Checked, mode: Mode, after: str = "") -> str:
    """What the file says, whatever its format: the same rows are the same file.

    ``after`` names the batch on whose state they are brought once more.
    """
    sink = _Hash()
    # Two offices that bring the same rows bring two files: neither is told of the other's.
    whose = "" if access.reach() is None else access.filed_in()
    sink.write(f"{mode}{after}{whose} {' '.join(checked.given)}".encode())
    for frame in (checked.frame, checked.rejected.cells, checked.additions):
        if frame is checked.additions and frame.is_empty():
            continue  # as files were known by before any addition waited
        frame.rechunk().write_ipc(cast(IO[bytes], sink), compression="uncompressed")
    return sink.digest.hexdigest()


def _latest(declared: Table) -> str:
    latest = Batch.objects.filter(table=declared.id, accepted__gt=0).last()
    return f" after {latest.pk}" if latest else ""


class _Hash:
    """A file to write to that keeps a hash only."""

    def __init__(self) -> None:
        self.digest = hashlib.sha256()

    def write(self, content: bytes) -> int:
        self.digest.update(content)
        return len(content)

    def flush(self) -> None:
        """Nothing waits."""


def _receipt(
    batch: Batch,
    brought: _Brought,
    new: int,
    changed: int,
    unchanged: int,
    merged: tuple[tuple[str, str], ...] = (),
    waiting: int = 0,
) -> Receipt:
    return Receipt(
        str(batch.pk),
        brought.table,
        brought.checked.file_name,
        new,
        changed,
        unchanged,
        len(brought.checked.rejected),
        brought.checked.warnings.height,
        merged=merged,
        waiting=waiting,
    )


def _already(batch: Batch, declared: Table) -> Receipt:
    return Receipt(
        str(batch.pk), declared, batch.file_name, 0, 0, 0, batch.rejected, 0, already=True
    )
