"""What an entry says, in the one form that is hashed and sealed."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from liantu.records.models.audit import AuditEntry

FIRST = "0" * 64
"""What the first entry is chained to."""
FORMAT = 1
"""Stands in what is hashed; a later form of entries will have another."""
_LONGEST = 200
"""Characters of one value told."""

Value = str | int | float | bool | None


def told(details: Mapping[str, Value]) -> str:
    """Details as canonical JSON; long texts are cut, for the log refers and does not copy."""
    short = {
        name: value[:_LONGEST].replace("\x00", "") if isinstance(value, str) else value
        for name, value in details.items()
        if value not in (None, "")
    }
    return canonical(short)


def canonical(content: Mapping[str, object]) -> str:
    """JSON that is the same text for the same content, whoever writes it."""
    return json.dumps(
        content, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
    )


@dataclass(frozen=True)
class Sealed:
    """An entry's link in the chain: SHA-256 and HMAC-SHA-256, both in hexadecimal."""

    digest: str
    seal: str


def seal(entry: AuditEntry, key: bytes) -> Sealed:
    """The link that belongs to an entry's content and to its ``previous``."""
    digest = digest_of(entry)
    return Sealed(digest, hmac.new(key, digest.encode(), hashlib.sha256).hexdigest())


def digest_of(entry: AuditEntry) -> str:
    """SHA-256 of the canonical content, which holds the digest before it."""
    return hashlib.sha256(canonical(content_of(entry)).encode()).hexdigest()


def content_of(entry: AuditEntry) -> dict[str, object]:
    """Everything that is hashed, as an export writes it."""
    return {
        "format": FORMAT,
        "number": entry.number,
        "at": moment(entry.at),
        "by": entry.by,
        "action": entry.action,
        "kind": entry.kind,
        "key": entry.key,
        "address": entry.address,
        "details": entry.details,
        "previous": entry.previous,
    }


def moment(at: datetime) -> str:
    """A moment as it is hashed: UTC, always with microseconds."""
    return at.astimezone(UTC).isoformat(timespec="microseconds")
