"""A file made ready to be accepted: read with what is kept of its source, checked, compared.

:func:`prepare` changes nothing; what it returns can be shown for as long as one likes.
:func:`commit` takes it in, in one transaction, or says what changed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path

import polars as pl
from django.db.models import Max

from liantu.errors import Message, UsageError
from liantu.records import access, registers
from liantu.records.accept import Receipt, accept
from liantu.records.doors.check import AsRead, Checked, Mine, check
from liantu.records.doors.mapping import Mapping
from liantu.records.doors.preview import Preview, preview
from liantu.records.identity.registered import firm_resolver
from liantu.records.intake.corrections import (
    KeptCorrection,
    corrections,
    make_corrections,
    within_reach,
)
from liantu.records.intake.guessing import CORRECTIONS, OBSERVATIONS, guess, settled
from liantu.records.intake.known import merged_away, names_for, past_of, rows_under
from liantu.records.intake.mappings import mapping_of, remember
from liantu.records.intake.naming import filled
from liantu.records.intake.sent_back import mark_returned, rows_returned, said_of
from liantu.records.lake.merging import Mode
from liantu.records.models import Batch, LakeFile
from liantu.records.registers.owning import may_write
from liantu.records.tables.declared import Table, table

_NAMED = 5


@dataclass(frozen=True)
class Prepared:
    """A checked file with what an import of it would change."""

    path: Path
    table: Table
    checked: Checked
    source: str
    corrections: tuple[KeptCorrection, ...]
    """Made in the rows of the file."""
    remarks: tuple[Message, ...]
    """About the file as a whole, those of the door included."""
    decided: Mapping
    """What people said of its headers, to be kept for the source."""
    known: frozenset[int]
    """Numbers of the corrections in force when it was prepared."""
    returned: pl.DataFrame
    """Rows that had been sent back and come in mended: ``batch`` and ``row``."""
    sheet: str = ""

    @property
    def synthetic(self) -> bool:
        """Does the file say that its data are synthetic?"""
        return self.checked.synthetic

    @cached_property
    def preview(self) -> Preview:
        """Rows new, changed, unchanged, and the first differences; read when first asked for."""
        rows = self.checked.frame
        gone = merged_away(self.table, rows)
        checked = self.checked
        if gone:
            away = registers.register_of(self.table.id).key_expression().is_in(list(gone))
            checked = replace(checked, frame=rows.filter(~away))
        return preview(checked, rows_under(self.table, checked.frame))


def prepare(
    path: Path,
    table_id: str | None = None,
    *,
    source: str = "",
    sheet: str = "",
    mapping: Mapping | None = None,
    fill: MappingOf[str, str] | None = None,
    today: date | None = None,
) -> Prepared:
    """Read and check a file as rows of a declared table, with all that is known of its source.

    Args:
        table_id: by default the table that the file's header tells (:func:`guess`).
        source: office or system the file comes from; its kept mapping is used.
        sheet: sheet of a workbook.
        mapping: headers as matched by hand, before those kept of the source.
        fill: column → text, for columns that the whole file has one value of.
        today: day after which dates lie in the future; default: now.

    Raises:
        NotFound, UnreadableInput, NothingToCompute: as :func:`liantu.records.doors.check.check`.
        UsageError: the table cannot be told.
        Refused: whoever acts may not write the table.
        InvalidRecords: a kept correction no longer fits the source.
    """
    if table_id is None:
        table_id, sheet = _told(path, sheet, source, fill)
    declared = table(table_id)
    decided = _decided(declared, source, mapping, fill)
    with access.whole("corrections"):
        kept = corrections(declared.id)
    mine = within_reach(declared, kept)
    made: list[KeptCorrection] = []
    returned: list[pl.DataFrame] = []

    def amend(frame: pl.DataFrame, read: AsRead) -> pl.DataFrame:
        returned.append(read.own)
        mended, used = make_corrections(declared, mine, frame, read)
        made.extend(used)
        return mended

    checked = check(
        path,
        declared.id,
        decided,
        sheet=sheet,
        current=past_of(declared),
        registers=names_for(declared),
        resolver=firm_resolver(),
        amend=amend,
        mine=mine_of(declared),
        today=today,
    )
    back = rows_returned(returned[-1])
    remarks = (*checked.remarks, *_remarks(declared, checked, made), *said_of(back, checked))
    return Prepared(
        path, declared, checked, source, tuple(made), remarks, decided,
        frozenset(each.id for each in kept), back, sheet,
    )  # fmt: skip


def latest_of(declared: Table) -> str:
    """Mark of the records of a table as they are now: any change of them changes it."""
    if declared.kind == "register":
        with access.whole("moments"):
            versions = registers.model_of(declared.id).versions
            moment = versions.aggregate(latest=Max("recorded_from"))["latest"]
        return moment.isoformat() if moment else ""
    return str(LakeFile.objects.filter(table=declared.id).aggregate(latest=Max("id"))["latest"])


def commit(
    prepared: Prepared,
    *,
    by: str,
    reason: str = "",
    mode: Mode = "update",
    again: bool = False,
    seen: str | None = None,
) -> Receipt:
    """Take in the good rows, keep the others to be mended, remember what was said of the source.

    Args:
        by, reason, mode, again: as :func:`liantu.records.accept.accept`.
        seen: :func:`latest_of` the table before the file was prepared, where what was shown is
            to be what is accepted.

    Raises:
        UsageError: corrections of the table changed since the file was prepared; or its records,
            where ``seen`` is given.
        StorageFailed, InvalidRecords: as :func:`liantu.records.accept.accept`; nothing changed.
    """
    receipt = accept(
        prepared.checked, by, reason, mode=mode, again=again, beside=_beside(prepared, by, seen)
    )
    if receipt.already and prepared.source:
        remember(prepared.source, prepared.decided, by)
    return receipt


def _beside(prepared: Prepared, by: str, seen: str | None) -> Callable[[Batch], None]:
    """What becomes true together with the batch."""

    def keep(batch: Batch) -> None:
        with access.whole("corrections"):
            standing = {kept.id for kept in corrections(prepared.table.id)}
        if standing != prepared.known:
            raise UsageError(
                f"检查之后，“{prepared.table.zh}”的更正已有增减，未导入任何数据。请重新检查该文件。",
                f"Corrections of {prepared.table.id} were added or retired since the file was"
                " checked; nothing was imported. Check the file again.",
            )
        if seen is not None and latest_of(prepared.table) != seen:
            raise UsageError(
                f"检查之后，“{prepared.table.zh}”的记录已有变动，未导入任何数据。请重新检查该文件。",
                f"Records of {prepared.table.id} were changed since the file was checked;"
                " nothing was imported. Check the file again.",
            )
        for kept in prepared.corrections:
            batch.corrections.add(kept.id)
        mark_returned(prepared.returned, batch)
        if prepared.source:
            remember(prepared.source, prepared.decided, by)

    return keep


def mine_of(declared: Table) -> Mine | None:
    """Tells which rows of a file whoever acts may write, and which wait; None: all may.

    Raises:
        Refused: they may not write the table at all.
    """
    bound = access.writer(declared, "import", "file")
    if bound is None:
        return None
    if declared.kind == "series":
        return lambda rows, _: rows.select(
            pl.when(bound.inside(rows)).then(pl.lit("yes")).otherwise(pl.lit("no")).alias("may")
        ).to_series()
    reg = registers.register_of(declared.id)
    return lambda rows, given: may_write(reg, bound, rows, given)


def _told(
    path: Path, sheet: str, source: str, fill: MappingOf[str, str] | None
) -> tuple[str, str]:  # fmt: skip
    guesses = guess(path, source=source, fill=fill)
    chosen = settled(path, tuple(g for g in guesses if not sheet or g.sheet == sheet))
    tables = [one for one in chosen if one.table not in (OBSERVATIONS, CORRECTIONS)]
    if not tables:
        raise UsageError(
            f"{path.name} 不是数据表，而是{chosen[0].reason.zh}。",
            f"{path.name} holds no table: {chosen[0].reason.en}.",
        )
    best = max(tables, key=lambda one: one.score)
    return best.table, best.sheet


def _decided(
    declared: Table, source: str, mapping: Mapping | None, fill: MappingOf[str, str] | None
) -> Mapping:
    """What was said by hand now, before what is kept of the source."""
    kept = mapping_of(source, declared.id) if source else None
    if mapping is not None and mapping.table != declared.id:
        raise UsageError(
            f"列对应关系属于表 {mapping.table}，不是 {declared.id}。",
            f"The mapping belongs to table {mapping.table}, not to {declared.id}.",
        )
    matches = {m.header: m for m in (kept.matches if kept else ())}
    matches |= {m.header: m for m in (mapping.matches if mapping else ())}
    given = {**(kept.fill if kept else {}), **(mapping.fill if mapping else {}), **(fill or {})}
    return Mapping(declared.id, tuple(matches.values()), source, filled(declared, given))


def _remarks(
    declared: Table, checked: Checked, made: list[KeptCorrection]
) -> list[Message]:  # fmt: skip
    remarks = [
        Message(
            f"按更正 {kept.place}，“{kept.correction.expect}”改为“{kept.correction.value}”："
            f"{kept.correction.reason}",
            f"Correction {kept.place} made: “{kept.correction.expect}” to"
            f" “{kept.correction.value}”.",
        )
        for kept in made
    ]
    gone = merged_away(declared, checked.frame)
    if gone:
        shown = "、".join(f"{key} → {end}" for key, end in list(gone.items())[:_NAMED])
        remarks.append(
            Message(
                f"{len(gone)} 行的主键已并入其他记录，这些行不导入：{shown}。",
                f"{len(gone)} rows have keys that were merged into other records and are left"
                f" out: {shown}.",
            )
        )
    return remarks
