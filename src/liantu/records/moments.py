"""When something was accepted: one moment a batch, later than all before it.

A vintage is what had been accepted by a moment. It can be read again unchanged only because no
batch ever appears with an earlier moment than one that was already to be seen: acceptances take
turns, and each takes its moment inside its turn.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone

from liantu.errors import NotFound, UsageError
from liantu.records import access
from liantu.records.models import Batch

YEARS = range(1900, 9000)
"""Years that may be asked about; far ones overflow as soon as a day or a zone is added."""
_TURN = 7_305_551_017
"""Name of the turn among PostgreSQL's advisory locks; any number nobody else uses."""


def take_turn() -> None:
    """Wait for other acceptances to end; to be called first in the transaction.

    SQLite's writing transactions already follow one another.
    """
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_TURN])


def next_moment() -> datetime:
    """Now, and after every batch before: a vintage is told apart by its moment."""
    take_turn()
    now = timezone.now()
    with access.whole("moments"):
        moments = Batch.objects.order_by("accepted_at").values_list("accepted_at", flat=True)
        latest = moments.last()
    return max(now, latest + timedelta(microseconds=1)) if latest else now


def moment_of(vintage: str | None) -> datetime | None:
    """The moment a vintage ends, ``None`` for the latest.

    Args:
        vintage: id of a batch, or an ISO date (to the end of that day) or time.

    Raises:
        NotFound: there is no such batch.
        UsageError: the text is neither, or its year is outside :data:`YEARS`.
    """
    if vintage is None:
        return None
    if vintage.isdecimal() and len(vintage) < 10:
        found = Batch.objects.filter(pk=int(vintage)).first()
        if found is None:
            raise NotFound(
                f"台账中没有数据版次“{vintage}”。请用 liantu data vintages 查看。",
                f"The ledger has no vintage {vintage!r}. See liantu data vintages.",
            )
        return found.accepted_at
    try:
        moment = datetime.fromisoformat(vintage)
    except ValueError as error:
        raise _no_moment(vintage) from error
    if moment.year not in YEARS:
        raise _no_moment(vintage)
    if len(vintage) == len("2025-12-31"):
        moment += timedelta(days=1, microseconds=-1)
    moment = moment if moment.tzinfo else timezone.make_aware(moment)
    return moment.astimezone(UTC)


def refuse_later(batch: Batch, as_of: str | None) -> None:
    """Stop where a batch came in only after the moment that is asked about.

    Raises:
        NotFound: it did; the message says when.
    """
    moment = moment_of(as_of)
    if moment is None or batch.accepted_at <= moment:
        return
    came = timezone.localtime(batch.accepted_at)
    raise NotFound(
        f"批次 {batch.pk} 在 {as_of} 时尚未入库（{came:%Y-%m-%d %H:%M:%S} 入库）。"
        "请去掉时点（--as-of、as_of），或改选其后的时点。",
        f"Batch {batch.pk} had not come in by {as_of}; it did on {came:%Y-%m-%d %H:%M:%S}."
        " Drop the moment (--as-of, as_of), or choose a later one.",
    )


def _no_moment(vintage: str) -> UsageError:
    return UsageError(
        f"数据版次“{vintage[:40]}”无法识别。应为版次编号，或 2025-12-31 之类的日期。",
        f"The vintage {vintage[:40]!r} is neither a number nor a date such as 2025-12-31.",
    )
