"""The audit log: who did what to what, in one chain that shows when it was altered.

Every entry's digest covers its content and the digest before it, and is sealed by a key that the
database does not hold; the head of the chain and daily anchors lie outside the database as well.
``docs/explanation/audit-log.md`` says what that defends against and what not.
"""

from __future__ import annotations

from liantu.records.audit.acts import Act
from liantu.records.audit.anchoring import make_anchor, restored
from liantu.records.audit.kept import Anchor, read_anchor
from liantu.records.audit.proving import Proof, all_entries, verify
from liantu.records.audit.reading import Asked, details_of, entries, exported
from liantu.records.audit.writing import asked_from, note, who

__all__ = [
    "Act",
    "Anchor",
    "Asked",
    "Proof",
    "all_entries",
    "asked_from",
    "details_of",
    "entries",
    "exported",
    "make_anchor",
    "note",
    "read_anchor",
    "restored",
    "verify",
    "who",
]
