"""Where a cycle stands: who has filed, who is late, which light each unit shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from django.db.models import Prefetch
from django.utils import timezone

from liantu.systems.reporting.machine import locks, possible
from liantu.systems.reporting.models import Cycle, Sheet, without_contents
from liantu.systems.reporting.rules import Step, cycle_rules
from liantu.systems.reporting.steps import standing
from liantu.systems.reporting.working_days import working_days_between

Light = Literal["done", "normal", "watch", "behind", "unknown"]


@dataclass(frozen=True)
class Line:
    """One sheet with what is to be told of it. ``late`` and ``left`` in working days."""

    sheet: Sheet
    light: Light
    late: int
    """Working days after the due day: of the first filing, or until today."""
    left: int
    """Working days until it is due; 0 from then on."""
    depth: int

    @property
    def reason(self) -> tuple[str, dict[str, object]]:
        """Key and figures of the sentence that says why the light is so."""
        state = self.sheet.state
        if state == "waived":
            return "cycles.why.waived", {}
        if locks(state):  # type: ignore[arg-type]
            return ("cycles.why.late_done" if self.late else "cycles.why.done"), {"days": self.late}
        if state == "filed":
            return ("cycles.why.late_filed" if self.late else "cycles.why.filed"), {
                "days": self.late
            }
        if self.late:
            return "cycles.why.overdue", {"days": self.late}
        return "cycles.why.waiting", {"days": self.left}

    @property
    def steps(self) -> list[Step]:
        """Steps possible from where it stands, whoever may take them."""
        return possible(standing(self.sheet, self.sheet.rows))


@dataclass(frozen=True)
class Board:
    """A cycle and its sheets, each below the one that it answers to."""

    cycle: Cycle
    lines: tuple[Line, ...]

    @property
    def top(self) -> Line:
        """The city's own sheet."""
        return self.lines[0]

    @property
    def leaves(self) -> tuple[Line, ...]:
        """Sheets that hold rows."""
        return tuple(line for line in self.lines if line.sheet.leaf)

    @property
    def counts(self) -> dict[str, int]:
        """Units that file, by state; and how many of them are late."""
        counted = Counter(line.sheet.state for line in self.leaves)
        told: dict[str, int] = {state: counted[state] for state in cycle_rules().states}
        told["late"] = sum(line.late > 0 for line in self.leaves)
        told["units"] = len(self.leaves)
        return told


def board(cycle: Cycle, today: date | None = None, moment: datetime | None = None) -> Board:
    """The sheets of a cycle, from the city's down, each followed by those below it.

    Args:
        today: the day on which it is asked who is late.
        moment: as the sheets stood then, by the steps taken up to it; now by default. Not to be
            saved, nor asked for the steps that are possible.
    """
    sheets = list(
        Sheet.objects.filter(cycle=cycle)
        .select_related("above__above", "cycle")
        .defer(*without_contents("above__", "above__above__"), "drafts")
        .prefetch_related("passages", Prefetch("below", Sheet.objects.defer(*without_contents(""))))
    )
    if moment is not None:
        for sheet in sheets:
            _set_back(sheet, moment)
    return _board(cycle, sheets, today or timezone.localdate())


def boards(cycles: Sequence[Cycle], today: date | None = None) -> list[Board]:
    """Several cycles as lists show them, read at once: lights and counts, neither steps nor scores.

    Those are told by :func:`board`; asked of these, each sheet would go to the ledger by itself.
    """
    rows = Sheet.objects.filter(cycle__in=cycles).defer(*without_contents(""))
    by_key = {sheet.pk: sheet for sheet in rows}
    sheets: dict[int, list[Sheet]] = {cycle.pk: [] for cycle in cycles}
    named = {cycle.pk: cycle for cycle in cycles}
    for sheet in by_key.values():
        sheet.cycle, sheet.above = named[sheet.cycle_id], by_key.get(sheet.above_id or 0)
        sheets[sheet.cycle_id].append(sheet)
    day = today or timezone.localdate()
    return [_board(cycle, sheets[cycle.pk], day) for cycle in cycles]


def _board(cycle: Cycle, sheets: Sequence[Sheet], day: date) -> Board:
    below: dict[int | None, list[Sheet]] = {}
    for sheet in sorted(sheets, key=lambda each: each.unit):
        below.setdefault(sheet.above_id, []).append(sheet)
    lines: list[Line] = []

    def walk(above: int | None, depth: int) -> None:
        for sheet in below.get(above, []):
            lines.append(line_of(sheet, day, depth))
            walk(sheet.pk, depth + 1)

    walk(None, 0)
    return Board(cycle, tuple(lines))


def _set_back(sheet: Sheet, moment: datetime) -> None:
    """The sheet as it stood at a moment: what steps told since is taken off it."""
    taken = [one for one in sheet.passages.all() if one.at <= moment]
    filed = [one for one in taken if one.step == "file"]
    sheet.state = taken[-1].after if taken else "open"
    sheet.entered_at = taken[-1].at if taken else sheet.cycle.opened_at
    sheet.first_filed_at = filed[0].at if filed else None
    sheet.filed_by = filed[-1].by if filed else ""
    figures = filed[-1].figures if filed else {}
    sheet.rows, sheet.warnings = figures.get("rows", 0), figures.get("warnings", 0)


def line_of(sheet: Sheet, day: date, depth: int = 0) -> Line:
    """One sheet with its light, on a day."""
    due = sheet.cycle.due_on
    left = working_days_between(day, due)
    late = days_late(sheet, day)
    return Line(sheet, _light(sheet, late, left), late, left, depth)


def days_late(sheet: Sheet, today: date) -> int:
    """Working days after the due day: of the first filing, or until today where none came."""
    filed = sheet.first_filed_at
    if not filed and locks(sheet.state):  # type: ignore[arg-type]
        # Waived without ever having been filed: late until the day it was waived.
        filed = sheet.entered_at
    day = timezone.localtime(filed).date() if filed else today
    return working_days_between(sheet.cycle.due_on, day)


def _light(sheet: Sheet, late: int, left: int) -> Light:
    if sheet.state == "waived":
        return "unknown"
    if locks(sheet.state):  # type: ignore[arg-type]
        return "done"
    if sheet.state == "filed":
        return "watch" if late else "normal"
    if late:
        return "behind"
    return "watch" if left <= cycle_rules().soon else "normal"
