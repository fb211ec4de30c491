"""The review queue: questions of identity that wait for a person, and the answers kept.

Nothing becomes one in silence: the rules put the question (:mod:`.queue`), a person answers it
here, and the answer is used again by later files and by later searches for duplicates.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from liantu.errors import NotFound, StaleEdit, UsageError
from liantu.records import access, audit, registers
from liantu.records.identity import merger
from liantu.records.identity.firm_name import fold
from liantu.records.identity.lexicon import simplifying
from liantu.records.identity.past import then
from liantu.records.models import CaseKind, CaseState, ReviewCase, ReviewDecision
from liantu.records.moments import moment_of, take_turn
from liantu.words import words

VERDICTS = (CaseState.SAME, CaseState.DIFFERENT, CaseState.UNSURE, CaseState.WAITING)
"""What a person may decide; ``waiting`` takes a decision back."""


def cases(
    *states: str,
    kind: str = "",
    search: str = "",
    register: str = "firms",
    as_of: str | None = None,
) -> QuerySet[ReviewCase]:
    """Cases in any of ``states`` (all, where none is given), the likeliest first.

    Args:
        states: of :class:`~liantu.records.models.CaseState`.
        kind: ``alias`` or ``pair``; both by default.
        search: part of a name, a key or a code.
        register: whose records are asked about.
        as_of: a batch, or an ISO day or time: cases met by then, as :func:`.past.then` says.

    Raises:
        NotFound, UsageError: ``as_of`` names no batch, or is no date.
    """
    found = ReviewCase.objects.filter(register=register)
    moment = moment_of(as_of)
    if moment is not None:
        found = then(found, moment)
    if states:
        field = "state" if moment is None else "state_then"
        found = found.filter(**{f"{field}__in": states})
    if kind:
        found = found.filter(kind=kind)
    for word in search.split():
        found = found.filter(
            Q(left_name__icontains=word) | Q(right_name__icontains=word)
            | Q(left_key__icontains=word) | Q(right_key__icontains=word)
            | Q(left_code__icontains=word)
        )  # fmt: skip
    return found


def waiting(kind: str = "", search: str = "", register: str = "firms") -> QuerySet[ReviewCase]:
    """Cases that nobody has decided yet, the likeliest first; see :func:`cases`."""
    return cases(CaseState.WAITING, kind=kind, search=search, register=register)


def find(case_id: int | str, as_of: str | None = None) -> ReviewCase:
    """One case; at a moment as :func:`cases` gives it.

    Raises:
        NotFound: there is none of this number, or nobody had asked by then.
    """
    text = str(case_id)
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else -1
    found = ReviewCase.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(
            f"没有编号为“{text[:40]}”的待核对项。请用 liantu data review list 查看。",
            f"There is no case {text[:40]!r} for review. See liantu data review list.",
        )
    return found if as_of is None else _found_then(found, as_of)


def _found_then(case: ReviewCase, as_of: str) -> ReviewCase:
    met = cases(register=case.register, as_of=as_of).filter(pk=case.pk).first()
    if met is None:
        first = timezone.localtime(case.found_at)
        raise NotFound(
            f"待核对项 {case.pk} 在 {as_of} 时尚未提出（{first:%Y-%m-%d %H:%M:%S} 提出）。"
            "请去掉时点，或改选其后的时点。",
            f"Case {case.pk} had not been asked by {as_of}; it was on {first:%Y-%m-%d %H:%M:%S}."
            " Drop the moment, or choose a later one.",
        )
    return met


def rivals(case: ReviewCase, as_of: str | None = None) -> QuerySet[ReviewCase]:
    """Other records that the same name of a file may mean, the likeliest first."""
    same = cases(kind=CaseKind.ALIAS, register=case.register, as_of=as_of)
    same = same.filter(subject=case.subject)
    return same.exclude(pk=case.pk) if case.kind == CaseKind.ALIAS else same.none()


def decisions(case: ReviewCase, as_of: str | None = None) -> Sequence[ReviewDecision]:
    """All that was decided about a case, or had been by a moment, oldest first."""
    made = case.decisions.select_related("follows__case").order_by("version")
    moment = moment_of(as_of)
    return list(made if moment is None else made.filter(at__lte=moment))


@dataclass(frozen=True)
class Beside:
    """One column of both sides of a case; a value is ``None`` where a side does not say."""

    column: str
    zh: str
    en: str
    left: Any
    right: Any

    @property
    def agrees(self) -> bool | None:
        """Are both the same? ``None`` where one side says nothing."""
        return None if self.left is None or self.right is None else self.left == self.right


def beside(case: ReviewCase, as_of: str | None = None) -> list[Beside]:
    """What is known of both sides, column by column; columns empty on both are left out.

    Args:
        as_of: what was known of them then; now by default.
    """
    reg = registers.register_of(case.register)
    moment = moment_of(as_of)
    rows = reg.model.versions
    versions = rows.in_force() if moment is None else rows.in_force_at(moment)
    sides: list[dict[str, Any]] = []
    for key in (case.left_key, case.right_key):
        row = versions.filter(key=key).first() if key else None
        sides.append({name: getattr(row, name) for name in reg.columns} if row else {})
    if case.kind == CaseKind.ALIAS:
        sides[0] = {"name": case.left_name, reg.table.key[0]: case.left_code or None}
    return [
        Beside(column.name, column.zh, column.en, sides[0].get(column.name), value)
        for column in reg.table.columns
        if (value := sides[1].get(column.name)) is not None or sides[0].get(column.name) is not None
    ]


def decide(
    case_id: int | str,
    verdict: str,
    by: str,
    reason: str,
    *,
    keep: str = "",
    expected_version: int | None = None,
    versions: merger.Seen = (None, None),
) -> ReviewCase:
    """Say whether the two are one; the case as decided.

    Deciding the same again changes nothing. A name of a file means one record: where one case
    is decided ``same``, its open rivals become ``different`` with it, and come back with it.

    Args:
        case_id: the case.
        verdict: ``same``, ``different``, ``unsure``, or ``waiting`` to take a decision back.
        by: who decides.
        reason: why.
        keep: of a pair decided ``same``, the key of the record that stays: the other is merged
            into it. Without it the records stay two until somebody merges them. Another verdict
            later takes the merger back.
        expected_version: version of the case that was seen.
        versions: of the left and the right record as they were compared, for a merger.

    Raises:
        NotFound: there is no such case, or a record to be merged is no longer there.
        StaleEdit: somebody else decided meanwhile, or changed a record to be merged; nothing is
            written.
        UsageError: no such verdict, no name or reason, another record was chosen for the name.
    """
    wanted = _verdict(verdict)
    _require(by, reason)
    with transaction.atomic():
        take_turn()
        case = find(case_id)
        _refuse_stale(case, expected_version)
        _refuse_void(case)
        merger.check(case, wanted, keep)
        if case.state == wanted and (not keep or case.dropped_key):
            return case
        if case.dropped_key:
            merger.take_back(case, by, reason)
        if wanted == CaseState.SAME:
            _refuse_second(case)
        was_same = case.state == CaseState.SAME
        decision = add_decision(case, wanted, by, reason)
        if wanted == CaseState.SAME:
            for rival in rivals(case).filter(state__in=(CaseState.WAITING, CaseState.UNSURE)):
                _follow(rival, CaseState.DIFFERENT, decision)
        elif was_same:
            _reopen_rivals(case, decision)
        if keep:
            merger.merge(case, decision, keep, versions)
        audit.note(
            audit.Act.DECIDED, by=by, kind="reviewcase", key=str(case.pk),
            details={"version": decision.version, "verdict": wanted.value},
        )  # fmt: skip
    return case


def declare(name: str, key: str, by: str, reason: str, *, code: str = "") -> ReviewCase:
    """Say of one's own accord that a name in files means a registered firm.

    Args:
        name: as files write it.
        key: the registered firm.
        code: the wrong code that stands beside it in files, where one does.

    Raises:
        NotFound: no such firm. Otherwise as :func:`decide`.
    """
    _require(by, reason)
    if not spelling(name):
        raise UsageError("请给出名称。", "Give the name.")
    with transaction.atomic():
        take_turn()
        record = registers.find("firms", key)
        case, _ = ReviewCase.objects.get_or_create(
            fingerprint=fingerprint(CaseKind.ALIAS, "firms", subject(name, code), record.key),
            defaults={
                "kind": CaseKind.ALIAS,
                "subject": subject(name, code),
                "left_name": plain(name),
                "left_code": plain(code),
                "right_key": record.key,
                "right_name": record.name,
                "score": 0.0,
                "suggested": CaseState.UNSURE,
                "reason": words().say("review.declared", "zh"),
                "reason_en": words().say("review.declared", "en"),
                "found_at": timezone.now(),
            },
        )
        return decide(case.pk, CaseState.SAME, by, reason)


# Names of questions ---------------------------------------------------------------------------


def spelling(name: str) -> str:
    """A name as it is compared with names decided before: width, blanks, case, traditional."""
    return fold(name).translate(simplifying()).lower()


def plain(text: str) -> str:
    """Text as the ledger can hold it."""
    return text.replace("\x00", "")


def subject(name: str, code: str = "") -> str:
    """What an alias asks about: a name with the code that stood beside it."""
    return _hash(spelling(name), fold(code).upper())


def fingerprint(kind: str, register: str, left: str, right: str) -> str:
    """One question; ``left`` is a subject or, of a pair, the key that sorts first."""
    return _hash(kind, register, left, right)


def _hash(*parts: str) -> str:
    joined = "\x1f".join(part.replace("\x1f", " ") for part in parts)
    return hashlib.sha256(joined.encode("utf-8", "surrogatepass")).hexdigest()


# Decisions ------------------------------------------------------------------------------------


def add_decision(
    case: ReviewCase,
    verdict: CaseState,
    by: str,
    reason: str,
    follows: ReviewDecision | None = None,
) -> ReviewDecision:
    """Add a decision and bring the case to it; to be called inside a transaction."""
    case.version += 1
    case.state, case.by, case.because = verdict, by[:100], plain(reason)
    case.decided_at = timezone.now()
    if verdict == CaseState.WAITING:
        case.by, case.because, case.decided_at = "", "", None
    case.save()
    return ReviewDecision.objects.create(
        case=case, version=case.version, verdict=verdict, by=by[:100], at=timezone.now(),
        reason=plain(reason), follows=follows,
    )  # fmt: skip


def _follow(case: ReviewCase, verdict: CaseState, first: ReviewDecision) -> None:
    key = "review.rival" if verdict == CaseState.DIFFERENT else "review.reopened"
    said = words().say(key, "zh", name=first.case.right_name, code=first.case.right_key)
    add_decision(case, verdict, first.by, said, follows=first)


def _reopen_rivals(case: ReviewCase, decision: ReviewDecision) -> None:
    """Rivals that were set aside with this case, and not decided for themselves since."""
    for rival in rivals(case).filter(state=CaseState.DIFFERENT):
        last = rival.decisions.select_related("follows").order_by("version").last()
        if last is not None and last.follows is not None and last.follows.case_id == case.pk:
            _follow(rival, CaseState.WAITING, decision)


def _verdict(verdict: str) -> CaseState:
    if verdict not in VERDICTS:
        raise UsageError(
            f"结论“{verdict[:20]}”无法识别。应为 {'、'.join(VERDICTS)} 之一。",
            f"There is no verdict {verdict[:20]!r}. Use one of {', '.join(VERDICTS)}.",
        )
    return CaseState(verdict)


def _require(by: str, reason: str) -> None:
    access.require("decide_identity")
    if not by.strip() or not reason.strip():
        raise UsageError(
            "请写明经手人和理由，以便日后查考。",
            "State who decides and why, for those who look into it later.",
        )


def _refuse_stale(case: ReviewCase, expected: int | None) -> None:
    if expected is None or expected == case.version:
        return
    last = case.decisions.order_by("version").last()
    who, verdict = (last.by, last.verdict) if last else ("", "")
    label = CaseState(verdict).label if verdict else ""
    raise StaleEdit(
        f"待核对项 {case.pk} 在您打开之后已由 {who} 定为“{label}”。您的结论没有保存，"
        "请刷新后再定。",
        f"Case {case.pk} was decided by {who} ({verdict}) after you opened it. Your verdict was"
        " not saved; reload and decide again.",
        expected=expected,
        found=case.version,
    )


def _refuse_void(case: ReviewCase) -> None:
    if case.state == CaseState.VOID:
        raise UsageError(
            f"待核对项 {case.pk} 已失效：其中一条记录已不在名录中。无须再定。",
            f"Case {case.pk} is void: one of its records is no longer registered. Nothing is"
            " left to decide.",
        )


def _refuse_second(case: ReviewCase) -> None:
    other = rivals(case).filter(state=CaseState.SAME).first()
    if other is not None:
        raise UsageError(
            f"“{case.left_name[:60]}”已由 {other.by} 认定为 {other.right_name}"
            f"（{other.right_key}，待核对项 {other.pk}）。请先将该项改为“待定”或“不同”。",
            f"{case.left_name[:60]!r} was decided to be {other.right_name} ({other.right_key},"
            f" case {other.pk}) by {other.by}. Take that decision back first.",
        )
