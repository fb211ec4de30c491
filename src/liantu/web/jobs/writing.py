"""Papers in the background: an edition is frozen together with its files, or not at all."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from django.db import transaction

from liantu.documents import render
from liantu.documents.letterhead import office_letterhead
from liantu.systems.dispatch.issue import issue
from liantu.web import downloads
from liantu.web.jobs.models import Job
from liantu.web.jobs.telling import Progress, files_of


def paper(job: Job, progress: Progress) -> dict[str, Any]:
    """Issue the edition of a period; asked for again with nothing changed, it is the same one."""
    progress.step("evaluate")
    letterhead = office_letterhead()
    with tempfile.TemporaryDirectory(dir=files_of(job.pk)) as folder:
        with transaction.atomic():
            edition = issue(job.kind, job.inputs["period"], letterhead=letterhead)
            render(edition, Path(folder), on_step=progress.step)
        progress.step("keep")
        downloads.keep(edition, Path(folder))
    return {"kind": edition.kind, "number": edition.number, "period": edition.period}
