"""Anchors made on purpose, and the log after a restored backup."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from liantu.errors import NothingToCompute
from liantu.records.audit import kept
from liantu.records.audit.acts import Act
from liantu.records.audit.kept import Anchor
from liantu.records.audit.writing import note
from liantu.records.models.audit import AuditEntry


def make_anchor() -> Anchor:
    """The latest entry as an anchor, written down; to be carried away by whoever called.

    Raises:
        NothingToCompute: the log is empty.
    """
    last = AuditEntry.objects.first()
    if last is None:
        raise NothingToCompute("审计日志还没有记录。", "The audit log is empty.")
    one = Anchor(last.number, last.digest)
    kept.anchor(one, f"{timezone.now():%Y-%m-%d}")
    return one


def restored(by: str, backup: str) -> AuditEntry:
    """Say in the log that the ledger was set back to a backup; to be called after restoring.

    Entries between the backup's last and the last that was seen are gone from the ledger. The
    entry names both, so that ``verify`` can tell a restored backup from a log that was cut.
    """
    seen = kept.head()
    last = AuditEntry.objects.first()
    with transaction.atomic():
        kept.restart(Anchor(last.number, last.digest) if last else None)
        return note(
            Act.LEDGER_RESTORED,
            by=by,
            kind="backup",
            key=backup,
            details={
                "seen": seen.number if seen else 0,
                "seen_digest": seen.digest if seen else "",
            },
        )
