"""Fills the review queue: from files whose names are not sure, and from a register itself."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import transaction
from django.utils import timezone

from liantu.errors import Message, UsageError
from liantu.records import access, registers
from liantu.records.identity.pairing import crowded, duplicates
from liantu.records.identity.review import add_decision, fingerprint, plain, subject
from liantu.records.models import Batch, CaseKind, CaseState, ReviewCase
from liantu.records.moments import take_turn
from liantu.words import words

_CHUNK = 500
_NAMED = 5
_RENEWED = ("left_name", "right_name", "score", "suggested", "reason", "reason_en", "batch",
            "row", "rows")  # fmt: skip


@dataclass(frozen=True)
class Found:
    """What a search for duplicates came to."""

    compared: int
    """Records compared."""
    new: int
    """Cases put to the queue."""
    waiting: int
    """Cases that wait now, older ones too."""
    decided: int
    """Pairs found that somebody had decided before; not asked again."""
    void: int
    """Cases closed because a record is no longer there."""
    crowded: tuple[tuple[str, int], ...] = ()
    """Names borne by so many records that these were not compared, and by how many."""

    @property
    def message(self) -> Message:
        """All of it in one sentence a language."""
        named = [f"“{name[:40]}”×{count}" for name, count in self.crowded[:_NAMED]]
        zh = (
            f"{len(self.crowded)} 个名称同名过多，未逐对比较：{'、'.join(named)}。" if named else ""
        )
        en = f" {len(self.crowded)} names are borne by too many: {', '.join(named)}; these records"
        en = f"{en} were not compared pair by pair." if named else ""
        return Message(
            f"比对 {self.compared} 条记录：新发现 {self.new} 对待核对，现有 {self.waiting} 项待定；"
            f"{self.decided} 对此前已有结论，不再重复；{self.void} 项因记录已不在名录而失效。{zh}",
            f"{self.compared} records compared: {self.new} pairs put to review, {self.waiting}"
            f" cases wait; {self.decided} pairs were decided before and are not asked again;"
            f" {self.void} cases void because a record is gone.{en}",
        )


def note(held: pl.DataFrame, batch: Batch) -> int:
    """Put the rows of a file that wait to the queue; the number of cases that wait for them.

    To be called in the transaction that accepts the file. A question asked before is one case
    still, with what it says now; what was decided stays decided.

    Args:
        held: columns of :data:`liantu.records.doors.resolving.HELD`.
        batch: the file.
    """
    grouped = held.group_by("register", "name", "code", "key", maintain_order=True).agg(
        pl.len().alias("rows"), pl.col("row").min(), pl.exclude("row").first()
    )
    asked = (_alias(row, batch) for row in grouped.iter_rows(named=True))
    unique = {case.fingerprint: case for case in asked}
    _store(unique.values())
    return len(unique)


def find_duplicates(table: str = "firms", by: str = "") -> Found:
    """Compare the records of a register among themselves and put likely pairs to the queue.

    A site and its legal unit are two records on purpose and are not asked about.

    Args:
        table: the register; firms only.
        by: who searches, kept with the cases that become void.

    Raises:
        UsageError: another register.
    """
    if table != "firms":
        raise UsageError(
            f"只能在企业名录（firms）中查找重复，不能在“{table[:40]}”中查找。",
            f"Duplicates are searched among firms only, not in {table[:40]!r}.",
        )
    access.require("decide_identity")
    columns = ["key", "name", "credit_code", "former_names", "area_code", "industry_code"]
    firms = registers.read(table, columns=[*columns, "parent_code"]).sort("key")
    found = duplicates(firms.rename({"key": "id"}).drop("parent_code"))
    likely = _apart_from_sites(found.filter(pl.col("decision") != "different"), firms)
    names = dict(zip(firms["key"], firms["name"], strict=True))
    asked = {case.fingerprint: case for case in _pairs(likely, names, table)}
    with transaction.atomic():
        take_turn()
        new, decided = _store(asked.values())
        gone = _close(table, frozenset(names), by)
        still = ReviewCase.objects.filter(register=table, state=CaseState.WAITING).count()
    many = tuple(crowded(firms).iter_rows())
    return Found(firms.height, new, still, decided, gone, many)


def _apart_from_sites(pairs: pl.DataFrame, firms: pl.DataFrame) -> pl.DataFrame:
    parents = firms.select(site="key", parent="parent_code").drop_nulls()
    for one, other in (("left_id", "right_id"), ("right_id", "left_id")):
        pairs = pairs.join(
            parents, left_on=[one, other], right_on=["site", "parent"], how="anti",
            maintain_order="left",
        )  # fmt: skip
    return pairs


def _pairs(likely: pl.DataFrame, names: dict[str, str], table: str) -> Iterator[ReviewCase]:
    for row in likely.iter_rows(named=True):
        left, right = sorted((row["left_id"], row["right_id"]))
        yield ReviewCase(
            kind=CaseKind.PAIR,
            register=table,
            fingerprint=fingerprint(CaseKind.PAIR, table, left, right),
            subject=fingerprint(CaseKind.PAIR, table, left, ""),
            left_key=left, left_name=names[left], right_key=right, right_name=names[right],
            suggested=_suggested(row["decision"]),
            **_evidence(row),
        )  # fmt: skip


def _alias(row: dict[str, Any], batch: Batch) -> ReviewCase:
    asked = subject(row["name"], row["code"])
    return ReviewCase(
        kind=CaseKind.ALIAS,
        register=row["register"],
        fingerprint=fingerprint(CaseKind.ALIAS, row["register"], asked, row["key"]),
        subject=asked,
        left_name=plain(row["name"]), left_code=plain(row["code"]),
        right_key=row["key"], right_name=row["key_name"],
        suggested=CaseState.WAITING,
        batch=batch, row=row["row"], rows=row["rows"],
        **_evidence(row),
    )  # fmt: skip


def _evidence(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "score": row["score"],
        "reason": row["reason"],
        "reason_en": row["reason_en"],
        "found_at": timezone.now(),
    }


def _suggested(decision: str) -> CaseState:
    return CaseState.SAME if decision == "same" else CaseState.WAITING


def _store(asked: Iterable[ReviewCase]) -> tuple[int, int]:
    """Add new cases and renew what the open ones say; numbers of new and of decided ones.

    A question is one case, whoever may see it.
    """
    with access.whole("cases"):
        return _stored(asked)


def _stored(asked: Iterable[ReviewCase]) -> tuple[int, int]:
    new = decided = 0
    cases = list(asked)
    for start in range(0, len(cases), _CHUNK):
        some = cases[start : start + _CHUNK]
        prints = [case.fingerprint for case in some]
        known = {c.fingerprint: c for c in ReviewCase.objects.filter(fingerprint__in=prints)}
        fresh = [case for case in some if case.fingerprint not in known]
        ReviewCase.objects.bulk_create(fresh)
        renewed = []
        for case in some:
            old = known.get(case.fingerprint)
            if old is None:
                continue
            decided += old.state not in (CaseState.WAITING, CaseState.VOID)
            if old.state == CaseState.VOID:
                _reopen(old)
            for name in _RENEWED:
                setattr(old, name, getattr(case, name))
            renewed.append(old)
        ReviewCase.objects.bulk_update(renewed, _RENEWED)
        new += len(fresh)
    return new, decided


def _reopen(case: ReviewCase) -> None:
    """A record that was gone is back: the question stands again."""
    add_decision(case, CaseState.WAITING, "", words().say("review.back", "zh"))


def _close(table: str, keys: frozenset[str], by: str) -> int:
    """Close what waits for a record that is no longer registered."""
    closed = 0
    for case in ReviewCase.objects.filter(register=table, state=CaseState.WAITING).iterator():
        sides = [case.right_key, *([case.left_key] if case.kind == CaseKind.PAIR else [])]
        if not keys.issuperset(sides):
            add_decision(case, CaseState.VOID, by, words().say("review.gone", "zh"))
            closed += 1
    return closed
