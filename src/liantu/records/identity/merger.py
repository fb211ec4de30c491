"""Two registered records decided to be one: merged, and parted again where that was wrong."""

from __future__ import annotations

from liantu.errors import UsageError
from liantu.records import registers
from liantu.records.models import CaseKind, CaseState, ReviewCase, ReviewDecision


def check(case: ReviewCase, verdict: CaseState, keep: str) -> None:
    """Does it make sense to keep ``keep`` of this case?

    Raises:
        UsageError: the case is no pair decided to be the same, ``keep`` is none of its keys, or
            the records were merged the other way round.
    """
    if not keep:
        return
    keys = (case.left_key, case.right_key)
    if case.kind != CaseKind.PAIR or verdict != CaseState.SAME or keep not in keys:
        raise UsageError(
            f"只有判为同一的名录内两条记录可以合并，留存的应为 {'、'.join(filter(None, keys))}"
            f" 之一，所给为“{keep[:40]}”。",
            "Only two registered records decided to be the same are merged; the one to keep is"
            f" one of {', '.join(filter(None, keys))}, not {keep[:40]!r}.",
        )
    if case.dropped_key == keep:
        raise UsageError(
            f"{keep} 已并入另一条。请先将本项改为“待定”，合并即撤回，再重新合并。",
            f"{keep} was merged into the other. Set the case to waiting first, which takes the"
            " merger back; then merge again.",
        )


Seen = tuple[int | None, int | None]
"""Versions of the left and of the right record as they were compared; None where not said."""


def seen(case: ReviewCase) -> Seen:
    """Versions of both records as they stand; None of a name, or of a record that is gone."""
    model = registers.model_of(case.register)
    keys = [key for key in (case.left_key, case.right_key) if key]
    rows = model.versions.filter(key__in=keys, recorded_to__isnull=True)
    known = dict(rows.values_list("key", "version"))
    return known.get(case.left_key), known.get(case.right_key)


def merge(
    case: ReviewCase, decision: ReviewDecision, keep: str, versions: Seen = (None, None)
) -> None:
    """Merge the other record of the pair into ``keep``; to be called inside a transaction.

    Raises:
        StaleEdit: somebody changed one of the two after they were compared.
    """
    left_stays = keep == case.left_key
    drop = case.right_key if left_stays else case.left_key
    version = registers.merge(
        case.register, keep, drop, decision.by or case.by, decision.reason or case.because,
        versions=versions if left_stays else versions[::-1],
    )  # fmt: skip
    decision.kept_key, decision.kept_version, decision.dropped_key = keep, version, drop
    decision.save()
    case.dropped_key = drop
    case.save()


def take_back(case: ReviewCase, by: str, reason: str) -> None:
    """Part the records again: the dropped one returns, and the kept one loses what it was given.

    Where the kept record was changed since, it keeps its cells: only the person who changed it
    knows which of them are its own.
    """
    done = case.decisions.exclude(dropped_key="").order_by("version").last()
    case.dropped_key = ""
    if done is None:
        return
    if registers.merged(case.register).get(done.dropped_key):
        registers.restore(case.register, done.dropped_key, by, reason)
    last = registers.history(case.register, done.kept_key)[-1]
    if last.version == done.kept_version and last.changes:
        registers.restore(case.register, done.kept_key, by, reason, version=last.version - 1)
