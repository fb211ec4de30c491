"""What the steps of an import share: where a file is, where one goes on, what was concluded.

Every form ends in a redirect. A step may be gone back to until the last; the last is done once,
however often its form is sent.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from liantu.records import intake
from liantu.web.pages.imports import checking, uploads
from liantu.web.pages.imports.uploads import Upload

STEPS = ("file", "table", "columns", "check", "done")
OTHERS = (intake.OBSERVATIONS, intake.CORRECTIONS)
"""What a file may hold that is no declared table."""

_log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


def on_upload(view: View) -> View:
    """A step of a file that is still on its way; one imported already leads to its batch."""

    @wraps(view)
    def step(request: HttpRequest, token: str) -> HttpResponse:
        upload = uploads.find(token)
        if upload.path.is_file():
            return view(request, upload)
        if not upload.state.done:
            raise uploads.gone()
        return receipt_page(upload, list(upload.state.done.values())[-1])

    return step


def steps_shown(now: str, upload: Upload | None) -> list[dict[str, Any]]:
    """The steps with their addresses, as far as one can go back."""
    at = STEPS.index(now)
    addresses = {"table": "imports-table", "columns": "imports-columns"}
    return [
        {
            "name": name,
            "now": name == now,
            "past": place < at,
            "address": reverse(addresses[name], args=[upload.token])
            if upload and place < at and name in addresses
            else "",
        }
        for place, name in enumerate(STEPS)
    ]


def table_step(upload: Upload) -> HttpResponseRedirect:
    """Where one goes on from, whatever became of the file meanwhile."""
    return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))


def accepted_since(upload: Upload, now: Upload) -> bool:
    """Was something of the file imported since this request began?"""
    return now.state.done != upload.state.done or not now.path.is_file()


def checked(upload: Upload, **changes: Any) -> HttpResponse:
    """Keep what a step settled and check; what stops the check is said beside the columns.

    Where the file was imported meanwhile, or another table chosen, its table is chosen anew.
    """
    chosen = (upload.state.table, upload.state.sheet)
    with uploads.alone(upload) as now:
        if accepted_since(upload, now) or (now.state.table, now.state.sheet) != chosen:
            return table_step(upload)
        upload = checking.check(uploads.settle(now, **changes) if changes else now)
    where = "imports-columns" if upload.state.trouble else "imports-check"
    return HttpResponseRedirect(reverse(where, args=[upload.token]))


def concluded(upload: Upload, seen: str, batch: int) -> Upload:
    """Note which batch a check became. That stands: what fails from here on is logged only."""
    try:
        upload = uploads.settle(
            upload, done={**upload.state.done, seen: batch}, result={}, matches=(), fill={},
            table="", sheet="", redone=False,
        )  # fmt: skip
        if not _others_left(upload):
            uploads.finish(upload)
    except Exception:
        _log.exception("Batch %d was imported; its upload could not be put away", batch)
    return upload


def _others_left(upload: Upload) -> bool:
    """Does the workbook hold other sheets that are tables of ours?"""
    sheets = {
        guess.sheet for guess in intake.guess(upload.path) if guess.table not in OTHERS
    }  # fmt: skip
    return len(sheets) > len(upload.state.done)


def receipt_page(upload: Upload, batch: int) -> HttpResponseRedirect:
    """The batch's own page; a workbook with further sheets is kept and linked from there."""
    further = f"?upload={upload.token}" if upload.path.exists() else ""
    return HttpResponseRedirect(reverse("imports-batch", args=[batch]) + further)


@never_cache
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Remove a file on its way; what was imported of it stays."""
    with uploads.alone(uploads.find(token)) as upload:
        uploads.discard(upload)
    return HttpResponseRedirect(reverse("imports"))
