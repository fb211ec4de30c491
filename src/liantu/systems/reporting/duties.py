"""What waits for whoever acts: sheets to file, sheets to accept, the city's next step."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from liantu.records.access import grants_with, somebody
from liantu.systems.reporting.models import Sheet, without_contents
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
    day = today or timezone.localdate()
    rows = _waiting().select_related("cycle", "above").defer(*without_contents("", "above__"))
    found = [Duty(_kind(sheet), line_of(sheet, day)) for sheet in rows]
    return sorted(found, key=lambda duty: (duty.sheet.cycle.due_on, duty.kind, duty.sheet.unit))


def duties_count() -> int:
    """How many :func:`duties` whoever acts has; asked by every page."""
    return _waiting().count()


def _waiting() -> QuerySet[Sheet]:
    """Sheets that wait for whoever acts, found by the ledger: it holds thousands of others."""
    actor = somebody()
    wanted = Q(pk__in=[])
    if actor is None:
        return Sheet.objects.filter(wanted)
    for scope in {grant.scope for grant in grants_with(actor, "file")}:
        own = Q(level=scope.kind, unit=scope.key, above__isnull=False)
        wanted |= own & Q(state="open", leaf=True)
    below = Sheet.objects.filter(above=OuterRef("pk"))
    unsettled = Exists(below.exclude(state__in=("accepted", "waived")))
    for scope in {grant.scope for grant in grants_with(actor, "accept")}:
        wanted |= Q(state="filed", above__level=scope.kind, above__unit=scope.key)
        top = Q(level=scope.kind, unit=scope.key, above__isnull=True)
        wanted |= top & ~Q(state="published") & ~Q(unsettled)
    return Sheet.objects.filter(wanted)


def _kind(sheet: Sheet) -> Kind:
    if sheet.above is None:
        return "next"
    return "file" if sheet.state == "open" else "accept"
