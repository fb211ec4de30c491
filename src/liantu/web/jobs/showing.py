"""A job as a page shows it: what it is, how far, what became of it, where to go on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from liantu.systems.language import language
from liantu.web.jobs import telling
from liantu.web.jobs.models import OPEN, Job, State
from liantu.words import words


@dataclass(frozen=True)
class Link:
    """Where a result is to be seen."""

    words: str
    address: str


@dataclass(frozen=True)
class Shown:
    """A job in the reader's language."""

    job: Job
    title: str
    done: int
    total: int
    now: str
    """What is being done, or what became of it."""
    links: tuple[Link, ...]
    stopping: bool

    @property
    def seconds(self) -> int | None:
        """How long it has been at work, or was. [s]"""
        if self.job.started_at is None:
            return None
        end = self.job.finished_at or timezone.now()
        return max(0, round((end - self.job.started_at).total_seconds()))


def shown(job: Job) -> Shown:
    """A job as a page shows it."""
    far = telling.far(job.pk) if job.state == State.RUNNING else telling.Far()
    return Shown(
        job=job,
        title=title(job),
        done=far.total if job.state == State.DONE else far.done,
        total=far.total,
        now=_now(job, far),
        links=tuple(_links(job)) if job.state == State.DONE else (),
        stopping=job.is_open and telling.is_stopped(job.pk),
    )


def title(job: Job) -> str:
    """What was asked for."""
    told = {name: str(value) for name, value in job.inputs.items()}
    return words().say(f"jobs.title.{job.kind}", language(), **told)


def _now(job: Job, far: telling.Far) -> str:
    if job.state == State.FAILED:
        return job.error[0 if language() == "zh" else 1] if job.error else ""
    if job.state == State.RUNNING and far.step:
        return far.said(language())
    if job.state == State.DONE:
        return _result(job)
    if job.state == State.WAITING and job.attempts:
        return words().say("jobs.taken_up", language())
    if job.state == State.CANCELLED:
        return words().say("jobs.unchanged", language())
    before = Job.objects.filter(state__in=OPEN, asked_at__lt=job.asked_at).count()
    return words().say("jobs.ahead", language(), count=before) if before else ""


def _result(job: Job) -> str:
    found: dict[str, Any] = job.result
    if "lights" in found:
        lights = {light: str(count) for light, count in found["lights"].items()}
        return words().say("jobs.result.targets", language(), **lights)
    if "said" in found:
        return str(found["said"][0 if language() == "zh" else 1])
    if "number" in found:
        return words().say("jobs.result.paper", language(), number=found["number"])
    if found.get("redone"):
        return words().say("jobs.result.redone", language())
    return words().say("jobs.result.import", language(), batch=found["batch"])


def _links(job: Job) -> list[Link]:
    found = job.result
    if "lights" in found:
        query = urlencode({"as_of": found["as_of"], "vintage": found["vintage"]})
        return [_link("targets", f"{reverse('targets')}?{query}")]
    if "said" in found:
        query = urlencode({"as_of": found["as_of"]})
        links = [_link("quality", f"{reverse('quality')}?{query}")]
        if telling.file_of(job.pk, found["file"]):
            links.append(_link("todo", reverse("job-file", args=[job.pk, found["file"]])))
        return links
    if "number" in found:
        papers = [
            Link(kind, reverse("paper", args=[found["kind"], found["number"], kind]))
            for kind in ("docx", "pdf", "xlsx")
        ]
        return [_link("documents", reverse("documents")), *papers]
    if found.get("redone"):
        return [_link("check", reverse("imports-check", args=[found["token"]]))]
    return [_link("batch", reverse("imports-batch", args=[found["batch"]]))]


def _link(key: str, address: str) -> Link:
    return Link(words().say(f"jobs.link.{key}", language()), address)
