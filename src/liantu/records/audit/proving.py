"""Proving the log: every link, every seal, and what was seen outside the database."""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from liantu.errors import BrokenChain
from liantu.records.audit import kept
from liantu.records.audit.acts import Act
from liantu.records.audit.entry import FIRST, seal
from liantu.records.audit.kept import Anchor
from liantu.records.models.audit import AuditEntry

_CHUNK = 2000


@dataclass(frozen=True)
class Proof:
    """What was proven: ``entries`` in one chain up to ``head``; ``anchors`` met on the way."""

    entries: int
    head: Anchor | None
    anchors: int


@dataclass(frozen=True)
class _SetBack:
    """A restored backup: entries after ``to`` up to ``seen`` are gone, and the log says so."""

    to: int
    seen: int


def verify(carried: Sequence[Anchor] = ()) -> Proof:
    """Walk the whole log.

    Args:
        carried: anchors kept elsewhere (printed, another machine's log), to be met as well.

    Raises:
        BrokenChain: the first entry that is not as it must be, what was found and expected.
        StorageFailed: the key of the seals cannot be read.
    """
    secret = kept.key()
    due = _due(carried)
    met, missed, back = 0, [], []
    previous, number = FIRST, 0
    for entry in all_entries():
        _check(entry, number + 1, previous, secret)
        number, previous = entry.number, entry.digest
        if entry.action == Act.LEDGER_RESTORED:
            back.append(_set_back(entry))
        for digest in due.pop(number, ()):
            met += digest == previous
            if digest != previous:
                missed.append((Anchor(number, digest), previous))
    missed += [(Anchor(n, digest), "") for n in sorted(due) for digest in due[n]]
    for one, found in missed:
        if not any(gap.to < one.number <= gap.seen for gap in back):
            raise _elsewhere(one, found)
    return Proof(number, Anchor(number, previous) if number else None, met)


def _due(carried: Sequence[Anchor]) -> dict[int, set[str]]:
    """Number → digests that it was seen with: two where a backup was restored between."""
    due: dict[int, set[str]] = {}
    seen = kept.head()
    for one in (*carried, *(one for _, one in kept.anchors()), *([seen] if seen else [])):
        due.setdefault(one.number, set()).add(one.digest)
    return due


def _check(entry: AuditEntry, number: int, previous: str, secret: bytes) -> None:
    """One entry against its place, its predecessor, its content and its seal."""
    if entry.number != number:
        raise _broken(number, f"没有该条（其后是第 {entry.number} 条）", "应有该条",
                      f"it is not there (the next is {entry.number})", "an entry")  # fmt: skip
    if entry.previous != previous:
        raise _broken(number, f"前一摘要 {entry.previous[:12]}", f"应为 {previous[:12]}",
                      f"previous digest {entry.previous[:12]}", previous[:12])  # fmt: skip
    right = seal(entry, secret)
    if entry.digest != right.digest:
        raise _broken(number, f"摘要 {entry.digest[:12]}", f"按内容应为 {right.digest[:12]}",
                      f"digest {entry.digest[:12]}",
                      f"{right.digest[:12]} by its content")  # fmt: skip
    if not hmac.compare_digest(entry.seal, right.seal):
        made = json.loads(entry.details).get("key_name", "")
        held = kept.key_name(secret)
        if made != held:
            raise _broken(number, f"签章用的是密钥 {made}", f"现有密钥是 {held}，请取回原密钥",
                          f"sealed by the key {made}", f"the key at hand, {held}")  # fmt: skip
        raise _broken(number, f"签章 {entry.seal[:12]}", f"应为 {right.seal[:12]}",
                      f"seal {entry.seal[:12]}", right.seal[:12])  # fmt: skip


def _set_back(entry: AuditEntry) -> _SetBack:
    details = json.loads(entry.details)
    return _SetBack(entry.number - 1, int(details.get("seen", 0)))


def _broken(number: int, found: str, expected: str, found_en: str, expected_en: str) -> BrokenChain:
    return BrokenChain(
        f"审计日志第 {number} 条不符：{found}；{expected}。该条及以后的记录不可信。"
        "请保存数据库和审计目录现状，用备份和留存的锚点核对。",
        f"Entry {number} of the audit log is not as it must be: found {found_en}, expected"
        f" {expected_en}. It and what follows cannot be trusted. Keep the database and the audit"
        " folder as they are and compare with backups and anchors kept elsewhere.",
    )


def _elsewhere(one: Anchor, found: str) -> BrokenChain:
    return _broken(
        one.number,
        f"摘要 {found[:12]}" if found else "日志在此之前就结束了",
        f"留存的锚点为 {one.digest[:12]}",
        f"digest {found[:12]}" if found else "that the log ends before it",
        f"{one.digest[:12]} as the anchor kept outside says",
    )


def all_entries() -> Iterator[AuditEntry]:
    """Every entry, oldest first, read in pieces."""
    return AuditEntry.objects.order_by("number").iterator(_CHUNK)
