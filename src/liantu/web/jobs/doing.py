"""Doing a job: once at a time, as the person who asked, ending in one of three ways."""

from __future__ import annotations

import logging
from typing import Any
from uuid import UUID

from django.contrib.auth import get_user_model
from django.db import DatabaseError, OperationalError
from django.db.models import F
from django.utils import timezone

from liantu.errors import LiantuError, Message, Refused
from liantu.records import access
from liantu.records.audit import asked_from
from liantu.web.jobs import telling
from liantu.web.jobs.kinds import kind_of
from liantu.web.jobs.models import Job, State
from liantu.web.jobs.telling import Progress, Stopped

_log = logging.getLogger(__name__)
_BROKEN = Message(
    "程序出错，未作任何改动；详情已记入日志。可重做；若仍出错，请把时间告知管理员。",
    "A fault of the program; nothing was changed and the log holds the details. Try it again; if it"
    " persists, tell the administrator the time.",
)
_LEDGER = Message(
    "台账暂时不可用，未作任何改动。请检查磁盘空间与数据库，然后重做。",
    "The ledger was not available; nothing was changed. Check disk space and database, then do it"
    " again.",
)


def do(number: UUID) -> None:
    """Do a waiting job; one that is cancelled or taken by another worker is left alone."""
    taken = Job.objects.filter(pk=number, state=State.WAITING).update(
        state=State.RUNNING, started_at=timezone.now(), attempts=F("attempts") + 1
    )
    if not taken:
        return
    job = Job.objects.get(pk=number)
    try:
        result = _done(job)
    except Stopped:
        _end(job, State.CANCELLED)
    except LiantuError as error:
        _end(job, State.FAILED, error=error.message)
    except (OperationalError, DatabaseError):
        _log.exception("job %s (%s): the ledger failed", job.pk, job.kind)
        _end(job, State.FAILED, error=_LEDGER)
    except Exception:
        # The last place that can turn a fault into words; the worker goes on with other jobs.
        _log.exception("job %s (%s) failed", job.pk, job.kind)
        _end(job, State.FAILED, error=_BROKEN)
    else:
        _end(job, State.DONE, result=result)


def _done(job: Job) -> dict[str, Any]:
    """What came of it, done as whoever asked, with the rights they have now."""
    kind = kind_of(job.kind)
    actor = _actor(job)
    with access.acting(actor), asked_from(""):
        access.require(kind.needs)
        return kind.run(job, Progress(job.pk, kind.steps))


def _actor(job: Job) -> access.Actor:
    if job.user_id is None:
        return access.OPERATOR
    user = get_user_model().objects.filter(pk=job.user_id).first()
    actor = access.actor_of(user) if user is not None else None
    if actor is None:
        raise Refused(
            f"账号“{job.by}”已停用，其任务不再执行。请由有权限的账号重新提出。",
            f"The account {job.by!r} is closed; what it asked for is not done. Somebody who may has"
            " to ask for it anew.",
        )
    return actor


def _end(
    job: Job, state: State, *, result: dict[str, Any] | None = None, error: Message | None = None
) -> None:
    Job.objects.filter(pk=job.pk, state=State.RUNNING).update(
        state=state,
        finished_at=timezone.now(),
        result=result or {},
        error=[error.zh, error.en] if error else [],
    )
    telling.forget(job.pk)
