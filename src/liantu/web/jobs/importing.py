"""Large imports in the background: the last step of the wizard, done by a worker.

Small ones are brought in by the request itself, whose answer is the batch: the person stands before
what they just checked, and no worker has to run for it. Both accept just what was shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from liantu.errors import UsageError
from liantu.web.jobs.models import Job
from liantu.web.jobs.telling import Progress
from liantu.web.pages.imports import uploads

_TEXTS = ("token", "fingerprint", "reason")


def read(given: Mapping[str, Any]) -> dict[str, Any]:
    """A file on its way, what was shown of it, and why it comes in.

    Raises:
        UsageError: the token is none.
        NotFound: there is no such file on its way.
    """
    asked = {name: str(given.get(name) or "") for name in _TEXTS}
    if not uploads.is_token(asked["token"]):
        raise UsageError(
            "导入任务须指明待导入的文件。请从导入页提交。",
            "A job of importing names a file on its way. Ask for it on the page of imports.",
        )
    asked["file"] = uploads.find(asked["token"]).state.file_name
    return asked


def run(job: Job, progress: Progress) -> dict[str, Any]:
    """Accept what was shown; the batch, or that the file has to be looked at anew."""
    from liantu.web.pages.imports.accepting import accept_shown

    asked = job.inputs
    progress.step("check")
    with uploads.alone(uploads.find(asked["token"])) as upload:
        progress.step("accept")
        batch = accept_shown(upload, asked["fingerprint"], job.by, asked["reason"])
    if batch is None:
        return {"token": asked["token"], "redone": True}
    return {"batch": batch, "token": asked["token"]}
