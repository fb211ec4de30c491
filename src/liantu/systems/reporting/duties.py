"""What waits for whoever acts: sheets to file, sheets to accept, the city's next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Q
from django.utils import timezone

from liantu.records.access import Scope, grants_with, somebody
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.rules import cycle_rule
from liantu.systems.reporting.standing import Line, line_of

Kind = Literal["file", "accept", "next"]


@dataclass(frozen=True)
class Duty:
    """One thing to do, with its sheet, by when and how late."""

    kind: Kind
    line: Line

    @property
    def sheet(self) -> Sheet:
        """The sheet concerned."""
        return self.line.sheet

    @property
    def name_zh(self) -> str:
        """What it is about."""
        return cycle_rule(self.sheet.cycle.rule).zh

    @property
    def name_en(self) -> str:
        """The same in English."""
        return cycle_rule(self.sheet.cycle.rule).en


def duties(today: date | None = None) -> list[Duty]:
    """Duties of whoever acts, the most urgent first; none where nobody acts.

    A sheet is a duty of the scope that files it and, once filed, of the scope just above: what a
    district has to do is no duty of the city, although the city may do it in its place.
    """
    actor = somebody()
    if actor is None:
        return []
    files = {grant.scope for grant in grants_with(actor, "file")}
    accepts = {grant.scope for grant in grants_with(actor, "accept")}
    if not files and not accepts:
        return []
    day = today or timezone.localdate()
    rows = Sheet.objects.filter(
        Q(state="open", leaf=True) | Q(state="filed") | Q(level="city")
    ).exclude(state="published")
    found = []
    for sheet in rows.select_related("cycle", "above").prefetch_related("below"):
        kind = _kind(sheet, files, accepts)
        if kind is not None:
            found.append(Duty(kind, line_of(sheet, day)))
    return sorted(found, key=lambda duty: (duty.sheet.cycle.due_on, duty.kind, duty.sheet.unit))


def _kind(sheet: Sheet, files: set[Scope], accepts: set[Scope]) -> Kind | None:
    own = Scope(sheet.level, sheet.unit)  # type: ignore[arg-type]
    if sheet.above is None:
        settled = all(each.state in ("accepted", "waived") for each in sheet.below.all())
        return "next" if own in accepts and settled else None
    if sheet.state == "open":
        return "file" if own in files else None
    above = Scope(sheet.above.level, sheet.above.unit)  # type: ignore[arg-type]
    return "accept" if sheet.state == "filed" and above in accepts else None
