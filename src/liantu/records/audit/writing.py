"""Adding an entry, in the transaction of what it tells of."""

from __future__ import annotations

import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django.utils import timezone

from liantu.records.access.acting import somebody
from liantu.records.audit import kept
from liantu.records.audit.acts import Act
from liantu.records.audit.entry import FIRST, Value, moment, seal, told
from liantu.records.models.audit import AuditEntry

_TURN = 7_305_551_020
"""Name of the log's turn among PostgreSQL's advisory locks; not that of acceptances."""
_ADDRESS: ContextVar[str] = ContextVar("audit_address", default="")
NOBODY = "匿名"
"""Who asks over the network without being signed in."""


@contextmanager
def asked_from(address: str) -> Iterator[None]:
    """What is noted inside came from this network address."""
    token = _ADDRESS.set(address[:100])
    try:
        yield
    finally:
        _ADDRESS.reset(token)


def who() -> str:
    """Who acts, where nobody else says so; nobody's name on the network is :data:`NOBODY`."""
    actor = somebody()
    if actor is not None:
        return actor.name
    return NOBODY if _ADDRESS.get() else f"命令行 {getpass.getuser()}"


def note(
    act: Act,
    *,
    by: str = "",
    kind: str = "",
    key: str = "",
    details: Mapping[str, Value] | None = None,
) -> AuditEntry:
    """Add one entry; to be called last in the transaction that does what it tells of.

    Last, because the log's turn is held until the transaction ends: whoever takes it and then
    waits for rows keeps everybody waiting.

    Args:
        act: what was done.
        by: account, or name given to a command; :func:`who` where empty. Whoever is signed in
            is told by their account, and another name given beside it.
        kind: what it was done to: a declared table, ``account``, ``batch``, ``page`` …
        key: which one.
        details: a few short values. References, never copies; no personal data.

    Raises:
        StorageFailed: the key of the seals cannot be read: nothing is done unlogged.
    """
    secret = kept.key()
    name, more = by or who(), dict(details or {})
    actor = somebody()
    if _ADDRESS.get() and actor is not None and name != actor.name:
        # A form may give any name; over the network the account is who did it.
        name, more["named"] = actor.name, name
    with transaction.atomic():
        _take_turn()
        last = AuditEntry.objects.values_list("number", "digest").first()
        number, previous = (last[0] + 1, last[1]) if last else (1, FIRST)
        entry = AuditEntry(
            number=number,
            at=timezone.now(),
            by=_plain(name, 150),
            action=act.value,
            kind=_plain(kind, 80),
            key=_plain(key, 300),
            address=_ADDRESS.get(),
            details=told({**more, "key_name": kept.key_name(secret)}),
            previous=previous,
        )
        link = seal(entry, secret)
        entry.digest, entry.seal = link.digest, link.seal
        entry.save()
        seen = kept.Anchor(number, link.digest)
        # A head that cannot be written is told by the log and by `liantu audit verify`: what was
        # committed stays committed.
        transaction.on_commit(lambda: kept.advance(seen, moment(entry.at)[:10]), robust=True)
    return entry


def _take_turn() -> None:
    """One chain: entries follow one another. SQLite's writing transactions do so already."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def _plain(text: str, longest: int) -> str:
    return text.replace("\x00", "")[:longest]
