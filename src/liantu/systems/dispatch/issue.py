"""Issues an edition: board, comparison, composing and freezing, from the ledger."""

from __future__ import annotations

from datetime import datetime

from django.utils import timezone

from liantu.records.ledger import current_plan, vintages
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.compose import compose, fingerprint, long_date
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Letterhead
from liantu.systems.dispatch.reporting_period import kind_of, reporting_period
from liantu.systems.dispatch.wording import Wording
from liantu.systems.targets.board import board


def issue(
    kind: str,
    period: str | None,
    *,
    vintage: str | None = None,
    previous: int | None = None,
    letterhead: Letterhead | None = None,
    now: datetime | None = None,
) -> Edition:
    """The frozen edition for a period; asking again for the same gives the same edition.

    Args:
        kind: ``quarterly`` or ``final``.
        period: ``2025Q4``; None for the plan's last.
        vintage: vintage of the ledger; the latest by default.
        previous: number of the edition to compare with; by default the latest of the same
            plan for a period no later than this one.
        letterhead: what only the issuing office knows.
        now: moment of issue, for tests.
    Raises:
        UsageError: the kind or period cannot be.
        NotFound: the edition to compare with, or the vintage, does not exist.
        NothingToCompute: no plan, no targets, or no figures for the period.
    """
    moment = timezone.localtime(now)
    chosen = kind_of(kind)
    meta = current_plan().meta
    when = reporting_period(
        chosen, period, start_year=meta.start_year, end_year=meta.end_year, today=moment.date()
    )
    made_from = board(when.end, vintage)
    head = letterhead or Letterhead()
    mark = fingerprint(chosen, made_from, when, head)
    if previous is None:
        known = ledger.same(chosen, mark)
        if known is not None:
            return known
        earlier = ledger.before(chosen, meta.title, when.code, mark)
    else:
        earlier = ledger.read(chosen, previous)
    return ledger.freeze(
        compose(
            chosen,
            made_from,
            when,
            earlier,
            created_at=moment,
            letterhead=head,
            vintage_label=_vintage_label(made_from.vintage, Wording(chosen)),
        )
    )


def _vintage_label(vintage: str, wording: Wording) -> str:
    """The vintage with the day on which its last figures were accepted."""
    found = next((one for one in vintages() if one.id == vintage), None)
    if found is None:
        return vintage
    accepted = long_date(found.accepted_at.date(), wording)
    return wording.word("vintage").format(id=vintage, date=accepted)
