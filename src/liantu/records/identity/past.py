"""Cases as they stood at a past moment: what had been decided, and what is kept of that time.

Decisions are never changed, so that verdicts of any moment can be read again. What a file or a
search said of a case (score, evidence, rows) is renewed whenever the case is met again and is
kept of the last time only.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Exists, OuterRef, Q, QuerySet, Subquery, TextField, Value, When
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from liantu.records import registers
from liantu.records.models import CaseKind, CaseState, ReviewCase, ReviewDecision

_SAID = {"by": "by", "reason": "because", "dropped_key": "dropped_key"}
"""Field of a decision → field of its case."""


def then(found: QuerySet[ReviewCase], moment: datetime) -> QuerySet[ReviewCase]:
    """Cases met by a moment, with what had been decided about them by then.

    Adds ``state_then``, ``by_then``, ``because_then``, ``dropped_key_then``, ``decided_at_then``
    and ``version_then``.
    """
    last = ReviewDecision.objects.filter(case=OuterRef("pk"), at__lte=moment).order_by("-version")
    decided = last.exclude(verdict=CaseState.WAITING)
    open_then, nobody = Value(CaseState.WAITING.value), Value("", output_field=TextField())
    found = found.annotate(
        state_then=Coalesce(Subquery(last.values("verdict")[:1]), open_then),
        version_then=Coalesce(Subquery(last.values("version")[:1]), 0),
    )
    found = found.filter(Q(found_at__lte=moment) | Exists(last))
    still = Q(state_then=CaseState.WAITING)
    said = {name: Cast(Subquery(decided.values(name)[:1]), TextField()) for name in _SAID}
    return found.annotate(
        decided_at_then=Case(When(still, then=None), default=Subquery(decided.values("at")[:1])),
        **{
            f"{to}_then": Case(When(still, then=nobody), default=said[n]) for n, to in _SAID.items()
        },
    )


@dataclass(frozen=True)
class Told:
    """A case as it stands, or as it stood at the moment asked about."""

    case: ReviewCase
    state: CaseState
    by: str
    because: str
    decided_at: datetime | None
    version: int
    """How often it had been decided."""
    dropped_key: str
    """Pair merged: key of the record that went into the other."""
    left_name: str
    right_name: str
    met: bool
    """Are score, evidence and rows those of the moment? If not, they are not kept."""


def told(cases: Iterable[ReviewCase], moment: datetime | None = None) -> list[Told]:
    """What is to be said of cases, now or at a moment.

    Args:
        cases: at a moment, as :func:`then` reads them.
    """
    rows = list(cases)
    if moment is None:
        return [_now(case) for case in rows]
    names = _names(rows, moment)
    return [_at(case, moment, names) for case in rows]


def _now(case: ReviewCase) -> Told:
    return Told(
        case, CaseState(case.state), case.by, case.because, case.decided_at, case.version,
        case.dropped_key, case.left_name, case.right_name, met=True,
    )  # fmt: skip


def _at(case: Any, moment: datetime, names: dict[tuple[str, str], str]) -> Told:
    right = names.get((case.register, case.right_key), case.right_name)
    left = names.get((case.register, case.left_key), case.left_name)
    return Told(
        case, CaseState(case.state_then), case.by_then, case.because_then, case.decided_at_then,
        case.version_then, case.dropped_key_then, left, right, met=_met(case, moment),
    )  # fmt: skip


def _met(case: ReviewCase, moment: datetime) -> bool:
    """A file's question was met last when the file came; a search leaves no day."""
    if moment >= timezone.now():
        return True
    if case.kind != CaseKind.ALIAS:
        return False
    return case.batch is None or case.batch.accepted_at <= moment


def _names(cases: Iterable[ReviewCase], moment: datetime) -> dict[tuple[str, str], str]:
    """Register and key → name that the record bore at a moment."""
    keys: dict[str, set[str]] = {}
    for case in cases:
        keys.setdefault(case.register, set()).update(filter(None, (case.left_key, case.right_key)))
    return {
        (register, key): name
        for register, asked in keys.items()
        for key, name in registers.at(register, moment)
        .filter(key__in=sorted(asked))
        .values_list("key", "name")
    }
