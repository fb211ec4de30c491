"""Corrections of what was published: a unit asks, the publisher decides, an erratum stays.

What is published is not reopened. A correction that is granted changes the one cell through the
doors, under the same locks before and after, and every page and paper of the cycle shows it from
then on, with the figure before and the reason.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from liantu.errors import NotFound, UsageError
from liantu.records import audit, locks
from liantu.records.doors.corrections import Correction
from liantu.records.intake.corrections import add_correction
from liantu.records.intake.known import rows_under
from liantu.records.intake.naming import value_said, written
from liantu.records.models import RecordLock
from liantu.records.moments import take_turn
from liantu.records.tables.declared import table
from liantu.systems.reporting import permits
from liantu.systems.reporting.forms import names_of_entities, shown
from liantu.systems.reporting.models import Cycle, Erratum, Passage, Sheet
from liantu.systems.reporting.rows import by_level
from liantu.systems.reporting.rules import step_named
from liantu.systems.reporting.steps import settled_vintage

_LONGEST = 100
PUBLISHED = "published"


def ask(sheet: Sheet, code: str, said: str, text: str, *, reason: str, by: str = "") -> Erratum:
    """Ask for one cell of a published return to be corrected.

    Args:
        code: whose row it is.
        said: the column, by name or header; its unit is that of the form unless it names one.
        text: what it must say.

    Raises:
        Refused: whoever acts does not file for the unit.
        UsageError: the cycle is not published, no reason, or nothing would change.
        NotFound: no such row or column.
        InvalidRecords: the column cannot hold the text.
    """
    who, _ = permits.check(step_named("file"), sheet, by)
    if _top(sheet.cycle).state != PUBLISHED:
        raise UsageError(
            f"{sheet.cycle} 尚未发布，不必勘误。请由上级取消接收后改正重报。",
            f"{sheet.cycle} is not published yet: have it reopened, mend it and file again.",
        )
    if not reason.strip():
        raise UsageError("更正申请须写明理由。", "Say why the figure must be corrected.")
    declared = table(sheet.cycle.table)
    row = _row(sheet, code)
    name, value = value_said(declared, said, text)
    column = declared[name]
    if name in declared.key:
        raise UsageError(f"“{column.zh}”是主键，不能更正。", f"{name} is a key; it stands.")
    before, after = shown(column, row[name]), shown(column, value)
    if before == after:
        raise UsageError(
            f"“{column.zh}”已是“{after}”，无须更正。", f"{name} says {after!r} already."
        )
    return Erratum.objects.create(
        sheet=sheet, code=code, name=names_of_entities(declared, (code,)).get(code, ""),
        column=name, before=before, after=after, unit=column.written_unit if column.numeric else "",
        reason=reason.strip(), asked_by=who[:_LONGEST], asked_at=timezone.now(), state="asked",
    )  # fmt: skip


def decide(erratum: Erratum, *, grant: bool, reason: str = "", by: str = "") -> Erratum:
    """Make a correction that was asked for, or refuse it.

    Raises:
        Refused: whoever acts does not publish.
        UsageError: it was decided already, or a refusal without a reason.
        InvalidRecords: the records no longer hold what was to be corrected; nothing was changed.
    """
    sheet = erratum.sheet
    top = _top(sheet.cycle)
    who, role = permits.check(step_named("publish"), top, by)
    if not grant and not reason.strip():
        raise UsageError("不予更正须写明理由。", "Say why it is refused.")
    with transaction.atomic():
        take_turn()
        Cycle.objects.select_for_update().get(pk=sheet.cycle_id)
        row = Erratum.objects.select_related("sheet__cycle").get(pk=erratum.pk)
        if row.state != "asked":
            raise UsageError(
                f"该更正申请已由 {row.decided_by} 处理。",
                f"{row.decided_by} has decided this already.",
            )
        row.state, row.decided_by, row.decided_at = "refused", who[:_LONGEST], timezone.now()
        row.decision = reason.strip()
        if grant:
            _make(row, who)
        row.save()
        details = {"code": row.code, "column": row.column, "state": row.state}
        Passage.objects.create(
            sheet=sheet, step="correct" if grant else "refuse", before=sheet.state,
            after=sheet.state, by=who, role=role, at=row.decided_at,
            reason=row.reason if grant else row.decision,
            figures={**details, "before": row.before, "after": row.after, "vintage": row.vintage},
        )  # fmt: skip
        audit.note(
            audit.Act.CYCLE_STEP, by=who, kind=sheet.cycle.table, key=f"{sheet.cycle} {sheet.unit}",
            details={"step": "correct", **details},
        )  # fmt: skip
    return row


def errata(cycle: Cycle) -> list[Erratum]:
    """Corrections made in a published cycle, in their order."""
    rows = Erratum.objects.filter(sheet__cycle=cycle, state="made").select_related("sheet")
    return list(rows.order_by("number"))


def asked(cycle: Cycle | None = None) -> list[Erratum]:
    """Corrections that wait for a decision, of one cycle or of all."""
    rows = Erratum.objects.filter(state="asked").select_related("sheet__cycle", "sheet__above")
    return list(rows if cycle is None else rows.filter(sheet__cycle=cycle))


def erratum_named(number: str | int) -> Erratum:
    """A correction by the number of its request.

    Raises:
        NotFound: there is none.
    """
    text = str(number)
    found = (
        Erratum.objects.select_related("sheet__cycle", "sheet__above")
        .filter(pk=int(text) if text.isdecimal() and len(text) < 10 else -1)
        .first()
    )
    if found is None:
        raise NotFound(f"没有编号为 {text[:20]} 的更正申请。", f"There is no request {text[:20]}.")
    return found


def _make(row: Erratum, who: str) -> None:
    """Change the cell under the locks: lifted, corrected, and set again, in one transaction."""
    cycle, declared = row.sheet.cycle, table(row.sheet.cycle.table)
    stood = _row(row.sheet, row.code)
    column = declared[row.column]
    _, value = value_said(declared, column.header, row.after)
    if shown(column, stood[row.column]) != row.before:
        raise UsageError(
            f"现有记录为“{shown(column, stood[row.column])}”，与申请时的“{row.before}”不同，"
            "未作更正。请退回申请。",
            "The records say something else than when the correction was asked for; nothing was"
            " changed.",
        )
    row.number = 1 + (
        Erratum.objects.filter(sheet__cycle=cycle).aggregate(most=Max("number"))["most"] or 0
    )
    lifted = _lift(row.sheet, who, f"勘误 {row.number}：{row.reason}")
    key = tuple(row.code if name == declared.entity[0] else cycle.period for name in declared.key)
    add_correction(
        Correction(declared.id, key, row.column, written(stood[row.column]), written(value),
                   f"勘误 {row.number}：{row.reason}"),
        by=who,
    )  # fmt: skip
    for lock in lifted:
        locks.set_lock(
            lock.table, lock.period, lock.by, lock.unit,  # type: ignore[arg-type]
            name=lock.unit_name, who=who, reason=f"勘误 {row.number} 后重新锁定",
        )  # fmt: skip
    row.state, row.vintage = "made", settled_vintage(None)
    Cycle.objects.filter(pk=cycle.pk).update(vintage=row.vintage)


def _lift(sheet: Sheet, who: str, reason: str) -> Sequence[RecordLock]:
    found = []
    at: Sheet | None = sheet
    while at is not None:
        standing = locks.in_force(sheet.cycle.table, sheet.cycle.period).filter(
            by=by_level(at.level), unit=at.unit
        )
        found += list(standing)
        at = at.above
    for lock in found:
        locks.lift_lock(lock.pk, who=who, reason=reason)
    return found


def _row(sheet: Sheet, code: str) -> dict[str, object]:
    declared = table(sheet.cycle.table)
    cells = [code if name == declared.entity[0] else sheet.cycle.period for name in declared.key]
    key = pl.DataFrame(
        [cells], schema={name: declared[name].dtype for name in declared.key}, orient="row"
    )
    found = rows_under(declared, key)
    if not found.height:
        raise NotFound(
            f"“{sheet.unit_name}” {sheet.cycle.period} 没有“{code[:60]}”的数据。请核对代码。",
            f"{sheet.unit_name} filed nothing of {code[:60]!r} for {sheet.cycle.period}.",
        )
    return found.row(0, named=True)


def _top(cycle: Cycle) -> Sheet:
    return Sheet.objects.select_related("cycle", "above").get(cycle=cycle, level="city")
