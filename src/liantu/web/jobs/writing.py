"""Papers in the background: an edition is frozen together with its files, or not at all."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import transaction

from liantu.documents import render
from liantu.documents.letterhead import office_letterhead
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.issue import issue
from liantu.systems.dispatch.paper import Letterhead
from liantu.systems.reporting import permits
from liantu.systems.reporting.bulletins import issue_monthly, issue_weekly
from liantu.web import downloads
from liantu.web.jobs.models import Job
from liantu.web.jobs.telling import Progress, files_of


def paper(job: Job, progress: Progress) -> dict[str, Any]:
    """Issue the edition of a period; asked for again with nothing changed, it is the same one."""
    return _written(job, progress, lambda period, head: issue(job.kind, period, letterhead=head))


def monthly(job: Job, progress: Progress) -> dict[str, Any]:
    """Issue the bulletin of a month that was published, by whoever publishes for the city."""
    permits.refuse_publishing()
    return _written(job, progress, lambda period, head: issue_monthly(period, letterhead=head))


def weekly(job: Job, progress: Progress) -> dict[str, Any]:
    """Issue the report of a week, as it stands when the job is done."""
    permits.refuse_publishing()
    return _written(job, progress, lambda period, head: issue_weekly(period, letterhead=head))


def _written(
    job: Job, progress: Progress, issued: Callable[[str, Letterhead], Edition]
) -> dict[str, Any]:
    progress.step("evaluate")
    letterhead = office_letterhead()
    with tempfile.TemporaryDirectory(dir=files_of(job.pk)) as folder:
        with transaction.atomic():
            edition = issued(job.inputs["period"], letterhead)
            render(edition, Path(folder), on_step=progress.step)
        progress.step("keep")
        downloads.keep(edition, Path(folder))
    return {"kind": edition.kind, "number": edition.number, "period": edition.period}
