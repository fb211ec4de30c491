"""``/api/v1/jobs``: work in the background that the caller asked for; large imports become one."""

from __future__ import annotations

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Path

from liantu.systems.api.answering import answer, paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Offset
from liantu.systems.api.schemas import Listed, Said
from liantu.web.jobs import queue, telling
from liantu.web.jobs.models import Job, State
from liantu.words import words

router = Router()
Number = Annotated[UUID, Path()]


class JobSaid(Schema):
    """One job: how far it is, and what became of it."""

    number: UUID
    href: str
    kind: str
    title: Said
    state: str
    open: bool
    done: int
    total: int
    asked_at: str
    finished_at: str
    batch: int | None
    redone: bool
    trouble: Said | None


class JobList(Listed):
    """Jobs that the caller may see, the latest first."""

    items: list[JobSaid]


def said(job: Job) -> JobSaid:
    """A job as programs are told of it."""
    far = telling.far(job.pk) if job.state == State.RUNNING else telling.Far()
    named = {name: str(value) for name, value in job.inputs.items()}
    key = f"jobs.title.{job.kind}"
    told = {one: words().say(key, one, **named) for one in ("zh", "en")}
    return JobSaid(
        number=job.pk,
        href=f"/api/v1/jobs/{job.pk}",
        kind=job.kind,
        title=Said(**told),
        state=job.state,
        open=job.is_open,
        done=far.total if job.state == State.DONE else far.done,
        total=far.total,
        asked_at=job.asked_at.isoformat(),
        finished_at=job.finished_at.isoformat() if job.finished_at else "",
        batch=job.result.get("batch"),
        redone=bool(job.result.get("redone")),
        trouble=Said(zh=job.error[0], en=job.error[1]) if job.error else None,
    )


def accepted(request: HttpRequest, job: Job) -> HttpResponse:
    """The answer to what was taken on: where to look how far it is."""
    found = said(job)
    headers = {"Location": found.href, "Retry-After": "1"}
    return answer(request, found, status=202, headers=headers)


@operation(router, "GET", "", JobList)
def list_jobs(request: HttpRequest, limit: Limit = PAGE_ROWS, offset: Offset = 0) -> JobList:
    """One's own jobs; all for planners, administrators and auditors."""
    every: Any = queue.seen()
    items = [said(job) for job in slice_of(every, limit, offset)]
    return JobList(items=items, **paged(request, every.count(), limit, offset))


@operation(router, "GET", "/{number}", JobSaid, refuses=(404,))
def get_job(request: HttpRequest, number: Number) -> JobSaid:
    """How far a job is, and what became of it."""
    return said(queue.find(number))


@operation(router, "DELETE", "/{number}", JobSaid, status=202, refuses=(404, 409))
def cancel_job(request: HttpRequest, number: Number) -> HttpResponse:
    """Stop a job: at once where it waits, at its next step where it runs."""
    found = said(queue.cancel(number))
    return answer(request, found, status=202, headers={"Location": found.href})
