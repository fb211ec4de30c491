"""Looking entries up: who, what, which object, when."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone

from liantu.errors import UsageError
from liantu.records.audit.acts import Act
from liantu.records.audit.entry import canonical, content_of
from liantu.records.models.audit import AuditEntry


@dataclass(frozen=True)
class Asked:
    """What to look for; empty parts do not narrow."""

    by: str = ""
    act: str = ""
    kind: str = ""
    key: str = ""
    first: date | None = None
    last: date | None = None
    """First and last day, both included, in the site's time zone."""


def entries(asked: Asked) -> QuerySet[AuditEntry]:
    """Entries that fit, latest first.

    Raises:
        UsageError: there is no such act, or the period ends before it begins.
    """
    if asked.act and asked.act not in set(Act):
        raise UsageError(
            f"审计日志没有“{asked.act[:40]}”这种动作；可用：{'、'.join(Act)}。",
            f"The audit log knows no act {asked.act[:40]!r}; it knows {', '.join(Act)}.",
        )
    if asked.first and asked.last and asked.last < asked.first:
        raise UsageError(
            f"期间的终止日 {asked.last} 早于起始日 {asked.first}。",
            f"The period ends ({asked.last}) before it begins ({asked.first}).",
        )
    named = {"by": asked.by, "action": asked.act, "kind": asked.kind, "key": asked.key}
    found = AuditEntry.objects.filter(**{name: value for name, value in named.items() if value})
    if asked.first:
        found = found.filter(at__gte=_midnight(asked.first))
    if asked.last:
        found = found.filter(at__lt=_midnight(asked.last + timedelta(days=1)))
    return found


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def details_of(entry: AuditEntry) -> dict[str, Any]:
    """What an entry tells beside its columns, without the name of the key."""
    return {k: v for k, v in json.loads(entry.details).items() if k != "key_name"}


def exported(found: Iterable[AuditEntry]) -> Iterator[str]:
    """One line of JSON an entry: what is hashed, its digest and its seal.

    ``digest`` is SHA-256 of the line's other members but ``seal``, in the same JSON form (keys
    sorted, no spaces): whoever has the file can check the chain without this program.
    """
    for entry in found:
        yield canonical({**content_of(entry), "digest": entry.digest, "seal": entry.seal})
