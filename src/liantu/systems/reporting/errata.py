"""Errata on papers: what was corrected after an edition was frozen stands on every page of it.

The edition itself never changes. Its files are made with the slips known by now: the same edition
and the same slips give the same bytes.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from django.utils import timezone

from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Block, Heading, Paragraph, Run
from liantu.systems.dispatch.wording import Wording
from liantu.systems.reporting.models import Erratum


@dataclass(frozen=True)
class Slip:
    """One erratum as it is printed."""

    number: int
    cycle: str
    unit: str
    what: str
    before: str
    after: str
    reason: str
    day: str


def errata_of(edition: Edition) -> tuple[Slip, ...]:
    """Corrections of the edition's period that were made after it was frozen, in order."""
    return slips_of(edition.kind, edition.period, edition.created_at)


def slips_of(kind: str, period: str, frozen: datetime) -> tuple[Slip, ...]:
    """The same, of an edition known by kind, period and moment alone."""
    return slips(period, frozen) if kind == "monthly" else ()


def slips(period: str, after: datetime | None = None) -> tuple[Slip, ...]:
    """Corrections made in the cycles of a period, those after a moment or all."""
    rows = Erratum.objects.filter(state="made", sheet__cycle__period=period)
    if after is not None:
        rows = rows.filter(decided_at__gt=after)
    return tuple(
        Slip(
            row.number or 0,
            row.sheet.cycle.rule,
            row.sheet.unit_name,
            f"{row.name or row.code} {row.column_name}",
            f"{row.before or '—'}{row.unit}",
            f"{row.after or '—'}{row.unit}",
            row.reason,
            f"{timezone.localtime(row.decided_at):%Y-%m-%d}" if row.decided_at else "",
        )
        for row in rows.select_related("sheet__cycle").order_by("decided_at", "pk")
    )


def mark_of(made: tuple[Slip, ...]) -> str:
    """Short name of a set of slips, for the folder of the files made with them."""
    return hashlib.sha256(repr(made).encode()).hexdigest()[:12]


def with_errata(edition: Edition, made: tuple[Slip, ...]) -> Edition:
    """The edition as its files show it: a slip before the text, a label on every page."""
    if not made:
        return edition
    wording = Wording(edition.kind)
    blocks: list[Block] = [
        Heading(level=1, mark="", runs=(Run(text=wording.word("errata.slip"), bold=True),))
    ]
    for slip in made:
        said = wording.word("errata.line").format(
            number=slip.number, day=slip.day, unit=slip.unit, what=slip.what,
            before=slip.before, after=slip.after, reason=slip.reason,
        )  # fmt: skip
        blocks.append(Paragraph(runs=(Run(text=said),)))
    label = wording.word("errata.label").format(count=len(made))
    paper = edition.paper
    return edition.model_copy(
        update={
            "paper": paper.model_copy(
                update={
                    "blocks": (*blocks, *paper.blocks),
                    "synthetic_label": "　".join(
                        part for part in (label, paper.synthetic_label) if part
                    ),
                }
            )
        }
    )
