"""Takes a step: one sheet from one state to another, with locks set and lifted, all or nothing.

Steps of one cycle follow one another; sheets of two hundred units filed in the same hour wait for
each other's short transactions only. What is looked at (rows, remarks) is read before.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from liantu.errors import NotFound, StaleEdit, UsageError
from liantu.records import audit, locks
from liantu.records.models import Batch
from liantu.records.moments import moment_of, take_turn
from liantu.systems.reporting import permits
from liantu.systems.reporting.machine import Standing, refusal
from liantu.systems.reporting.machine import locks as locked_in
from liantu.systems.reporting.models import Cycle, Passage, Sheet
from liantu.systems.reporting.rows import Filed, by_level, filed
from liantu.systems.reporting.rules import Step, step_named
from liantu.words import words

_LONGEST = 100


@dataclass(frozen=True)
class Taken:
    """A step as taken, and the figures it was taken on."""

    sheet: Sheet
    passage: Passage
    figures: dict[str, Any] = field(default_factory=dict)


def cycle_named(rule_id: str, period: str) -> Cycle:
    """The cycle of a period that was opened.

    Raises:
        NotFound: it was not.
    """
    found = Cycle.objects.filter(rule=rule_id, period=period.strip().upper()).first()
    if found is None:
        raise NotFound(
            f"“{rule_id[:40]}”的报告期“{period[:20]}”尚未开期。请用 liantu cycles open"
            f" {rule_id[:40]} {period[:20]} 开期，或用 liantu cycles status 查看已有各期。",
            f"Period {period[:20]!r} of {rule_id[:40]!r} is not open. Open it with liantu cycles"
            " open, or see liantu cycles status.",
        )
    return found


def sheet_named(cycle: Cycle, unit: str, level: str = "") -> Sheet:
    """The sheet of a unit, by code or name; the city's own for an empty unit or ``city``.

    Raises:
        NotFound: the unit has no sheet in this cycle.
        UsageError: two sheets answer to it; say the level.
    """
    said = unit.strip()
    rows = Sheet.objects.filter(cycle=cycle).select_related("cycle", "above")
    if level:
        rows = rows.filter(level=level)
    if said in ("", "city"):
        return rows.get(level="city")
    found = list(rows.filter(unit=said)) or list(rows.filter(unit_name=said))
    if len(found) == 1:
        return found[0]
    if found:
        levels = ", ".join(each.level for each in found)
        raise UsageError(
            f"“{said}”对应 {len(found)} 张表（{levels}）。请加 --level。",
            f"{said!r} has {len(found)} sheets ({levels}); say --level.",
        )
    raise NotFound(
        f"{cycle} 没有单位“{said[:60]}”的报送表。请用 liantu cycles status {cycle.rule}"
        f" {cycle.period} 查看。",
        f"{cycle} has no sheet of {said[:60]!r}. See liantu cycles status {cycle.rule}"
        f" {cycle.period}.",
    )


def standing(sheet: Sheet, rows: int) -> Standing:
    """Where a sheet stands now."""
    below = () if sheet.leaf else tuple(each.state for each in sheet.below.all())
    above = sheet.above.state if sheet.above is not None else None
    return Standing(sheet.state, above, below, rows, sheet.leaf)  # type: ignore[arg-type]


def take(
    sheet: Sheet,
    step_id: str,
    *,
    by: str = "",
    reason: str = "",
    seen: int | None = None,
    vintage: str | None = None,
    now: datetime | None = None,
) -> Taken:
    """Take a step.

    Args:
        by: who, by default whoever acts.
        reason: why; some steps need it.
        seen: version of the sheet that was looked at; another in the ledger refuses the step.
        vintage: of an evaluation: the vintage it is run on, by default the latest.

    Raises:
        Refused: whoever acts may not take it for this unit.
        UsageError: it is not possible from where the sheet stands; nothing was changed.
        StaleEdit: somebody else moved the sheet meanwhile.
        NotFound: no such step or vintage.
    """
    step = step_named(step_id)
    who, role = permits.check(step, sheet, by)
    content = filed(sheet) if sheet.leaf and step.id in ("file", "accept") else None
    figures = _figures(step, content, vintage)
    moment = now or timezone.now()
    with transaction.atomic():
        take_turn()
        row = _locked(sheet, seen)
        if now is None:  # a clock that was set back puts no step before the one it follows
            moment = max(moment, row.entered_at)
        rows = len(content.entities) if content else row.rows
        why = refusal(step, standing(row, rows), reason)
        if why is not None:
            raise UsageError(why.zh, why.en)
        if step.id == "accept" and content is not None:
            _refuse_other(row, content)
        before = row.state
        _move(row, step, who, content, moment)
        _hold(row, before, who, reason or f"{step.zh} {row.cycle}")
        if step.id == "evaluate":
            Cycle.objects.filter(pk=row.cycle_id).update(vintage=figures["vintage"])
        passage = Passage.objects.create(
            sheet=row, step=step.id, before=before, after=step.to, by=who, role=role, at=moment,
            reason=reason.strip(), figures=figures,
        )  # fmt: skip
        audit.note(
            audit.Act.CYCLE_STEP, by=who, kind=row.cycle.table, key=f"{row.cycle} {row.unit}",
            details={"step": step.id, "before": before, "after": step.to, **figures},
        )  # fmt: skip
    return Taken(row, passage, figures)


def _figures(step: Step, content: Filed | None, vintage: str | None) -> dict[str, Any]:
    if content is not None:
        return {
            "rows": len(content.entities),
            "expected": len(content.expected),
            "missing": len(content.missing),
            "warnings": content.warnings,
        }
    if step.id == "evaluate":
        return {"vintage": settled_vintage(vintage)}
    return {}


def settled_vintage(vintage: str | None) -> str:
    """Id of the batch that a vintage ends with.

    Raises:
        NotFound: no such vintage, or nothing has been imported yet.
    """
    moment = moment_of(vintage)
    rows = Batch.objects.order_by("accepted_at")
    batch = (rows if moment is None else rows.filter(accepted_at__lte=moment)).last()
    if batch is None:
        raise NotFound(
            "台账中还没有任何数据批次，无从评价。",
            "The ledger holds no batch; nothing to evaluate.",
        )
    return str(batch.pk)


def _locked(sheet: Sheet, seen: int | None) -> Sheet:
    """The sheet as it is now, the cycle held until the step is through."""
    Cycle.objects.select_for_update().get(pk=sheet.cycle_id)
    row = Sheet.objects.select_related("cycle", "above").get(pk=sheet.pk)
    if seen is not None and row.version != seen:
        last = row.passages.last()
        told = f"{last.by} 于 {timezone.localtime(last.at):%Y-%m-%d %H:%M}" if last else "他人"
        raise StaleEdit(
            f"“{row.unit_name}”的报送表已由{told}改动，未执行任何步骤。请重新打开后再办。",
            f"The sheet of {row.unit_name} was changed meanwhile; no step was taken. Open it"
            " again.",
            expected=seen,
            found=row.version,
        )
    return row


def _refuse_other(row: Sheet, content: Filed) -> None:
    """What is accepted is what was filed."""
    if row.digest and content.digest != row.digest:
        raise UsageError(
            f"“{row.unit_name}”报送之后数据又有变动，不能接收。请退回，由填报单位核对后重新报送。",
            f"Rows of {row.unit_name} were changed after they were filed and cannot be accepted."
            " Send the sheet back to be checked and filed again.",
        )


def _move(row: Sheet, step: Step, who: str, content: Filed | None, moment: datetime) -> None:
    row.state, row.entered_at, row.version = step.to, moment, row.version + 1
    fields = ["state", "entered_at", "version"]
    if step.id == "file":
        row.filed_by = who[:_LONGEST]
        row.first_filed_at = row.first_filed_at or moment
        fields += ["filed_by", "first_filed_at"]
        if content is not None:
            row.rows, row.warnings = len(content.entities), content.warnings
            row.digest, row.drafts = content.digest, {}
            fields += ["rows", "warnings", "digest", "drafts"]
    row.save(update_fields=fields)


def _hold(row: Sheet, before: str, who: str, reason: str) -> None:
    """Set or lift the lock where the step crosses the border of the locked states."""
    was, now = locked_in(before), locked_in(row.state)  # type: ignore[arg-type]
    by = by_level(row.level)
    if now and not was:
        locks.set_lock(
            row.cycle.table, row.cycle.period, by, row.unit,
            name=row.unit_name, who=who, reason=reason,
        )  # fmt: skip
    if was and not now:
        standing_lock = locks.in_force(row.cycle.table, row.cycle.period).get(by=by, unit=row.unit)
        locks.lift_lock(standing_lock.pk, who=who, reason=reason)


def said(state: str, language: str = "zh") -> str:
    """A state in words."""
    return words().say(f"cycles.state.{state}", "en" if language == "en" else "zh")
