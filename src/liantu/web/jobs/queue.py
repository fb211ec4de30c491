"""Asking for a job, stopping it, asking again; who sees which."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django_tasks import task

from liantu.errors import Busy, NotFound, StaleEdit
from liantu.records import access
from liantu.web.jobs import telling
from liantu.web.jobs.kinds import kind_of
from liantu.web.jobs.models import OPEN, Job, State
from liantu.web.jobs.rules import job_rules


@task()
def carry_out(job: str) -> None:
    """What the queue carries to a worker."""
    from liantu.web.jobs.doing import do

    do(UUID(job))


def ask(kind: str, inputs: Mapping[str, Any], *, again_of: Job | None = None) -> Job:
    """Ask for a job; it is done by a worker as whoever acts now.

    Raises:
        NotFound: there is no such kind.
        UsageError: what is asked for cannot be.
        SignInNeeded, Refused: whoever acts may not.
        Busy: too many jobs are waiting.
    """
    chosen = kind_of(kind)
    access.require(chosen.needs)
    read = chosen.read(inputs)
    actor = access.current()
    with transaction.atomic():
        _room(actor)
        job = Job.objects.create(
            kind=kind, inputs=read, user_id=actor.user_id, by=actor.name[:150], again_of=again_of
        )
        send(job)
    return job


def send(job: Job) -> None:
    """Put a job into the queue; to be called inside the transaction that makes it wait."""
    result = carry_out.enqueue(str(job.pk))
    Job.objects.filter(pk=job.pk).update(task=str(result.id))


def _room(actor: access.Actor) -> None:
    rules = job_rules()
    waiting = Job.objects.filter(state__in=OPEN)
    own = waiting.filter(user_id=actor.user_id).count()
    if actor.user_id is not None and own >= rules.most_waiting_own:
        raise Busy(
            f"您已有 {own} 项后台任务未完成，最多 {rules.most_waiting_own} 项。"
            "请待其完成或取消几项后再试。",
            f"{own} jobs of yours are under way, which is as many as may be. Wait for them or"
            " cancel some, then try again.",
        )
    if waiting.count() >= rules.most_waiting:
        raise Busy(
            f"等待中的后台任务已达 {rules.most_waiting} 项。请稍后再试。",
            f"{rules.most_waiting} jobs are waiting already. Try again later.",
        )


def seen() -> QuerySet[Job]:
    """Jobs that whoever acts may see: their own; all for planners, administrators, auditors.

    Raises:
        SignInNeeded: nobody acts.
    """
    actor = access.current()
    if actor.user_id is None or any(access.allowed(one) for one in ("plan", "audit")):
        return Job.objects.all()
    return Job.objects.filter(user_id=actor.user_id)


def find(number: UUID) -> Job:
    """One job that whoever acts may see.

    Raises:
        NotFound: there is none, or it is somebody else's; who asks is not told which.
    """
    job = seen().filter(pk=number).first()
    if job is None:
        raise NotFound(
            "没有这项后台任务，或它已过保存期。请从任务列表中选。",
            "There is no such job, or it has been removed. Choose from the list.",
        )
    return job


def cancel(number: UUID) -> Job:
    """Stop a job: at once where it waits, at its next step where it runs.

    Raises:
        NotFound: as :func:`find`.
        Refused: it is somebody else's, and whoever acts does not operate the system; or it is
            their own, and what acts for them, such as a token that only reads, may not ask for it.
        StaleEdit: it is over.
    """
    job = _mine(number)
    now = timezone.now()
    if Job.objects.filter(pk=job.pk, state=State.WAITING).update(
        state=State.CANCELLED, finished_at=now
    ):
        return find(number)
    if not Job.objects.filter(pk=job.pk, state=State.RUNNING).exists():
        raise StaleEdit(
            "该任务已结束，无法取消。请刷新页面查看结果。",
            "The job is over and cannot be cancelled. Reload the page to see what became of it.",
            expected=0,
            found=1,
        )
    telling.ask_to_stop(job.pk)
    return find(number)


def again(number: UUID) -> Job:
    """Ask for the same once more, as whoever acts now.

    Raises:
        NotFound, Refused: as :func:`cancel`.
        StaleEdit: it is still under way.
        UsageError, Busy: as :func:`ask`.
    """
    job = _mine(number)
    if job.is_open:
        raise StaleEdit(
            "该任务还在进行，不必重做。请等待，或先取消。",
            "The job is still under way. Wait for it, or cancel it first.",
            expected=1,
            found=0,
        )
    return ask(job.kind, job.inputs, again_of=job)


def _mine(number: UUID) -> Job:
    job = find(number)
    own = access.current().user_id in (None, job.user_id)
    access.require(kind_of(job.kind).needs if own else "operate")
    return job
