"""Published figures in the browser: they have a door of their own, and one step in place of three.

Figures are kept as written and never changed, so there is nothing to compare cell by cell: a
figure is new, known already, or sent back.
"""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liantu.errors import LiantuError, Refused, StorageFailed
from liantu.records import access, ledger
from liantu.records.figures.kept import unknown_of
from liantu.records.figures.observations_file import read_observations
from liantu.records.quarantine import as_read
from liantu.web.pages.imports import uploads
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.steps import concluded, on_upload, receipt_page, steps_shown
from liantu.web.pages.imports.uploads import Upload

_FIGURES = "figures"
"""What a file of figures is done as."""


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_upload
def figures(request: HttpRequest, upload: Upload) -> HttpResponse:
    """``/imports/<token>/figures/``: what a file of published figures brings; accepted by POST."""
    if request.method == "POST":
        return _accepted(request, upload)
    return _page(request, upload, None)


def _accepted(request: HttpRequest, upload: Upload) -> HttpResponse:
    """The same file a second time changes nothing and leads to its batch."""
    by = access.current().name
    with uploads.alone(upload) as now:
        if _FIGURES in now.state.done:
            return receipt_page(now, now.state.done[_FIGURES])
        if not now.path.is_file():
            raise uploads.gone()
        try:
            receipt = ledger.import_observations(now.path, by=by)
        except (Refused, StorageFailed):
            raise
        except LiantuError as error:
            return _page(request, now, error)
        batch = int(receipt.vintage)
        return receipt_page(concluded(now, _FIGURES, batch), batch)


def _page(request: HttpRequest, upload: Upload, error: LiantuError | None) -> HttpResponse:
    context: dict[str, Any] = {
        "steps": steps_shown("check", upload),
        "upload": upload,
        "trouble": error.message if error else None,
    }
    try:
        read = read_observations(upload.path)
    except Refused:
        raise
    except LiantuError as problem:
        context["trouble"] = problem.message
        return render(request, "liantu/imports/figures.html", context, status=422)
    size = upload_rules().rows_shown
    fresh = unknown_of(read.observations).height
    context |= {
        "read": read,
        "new": fresh,
        "known": len(read.observations) - fresh,
        "back": [as_read(row) for row in read.rejected[:size]],
        "remarks": [remark.message for remark in read.warnings[:size]],
    }
    return render(request, "liantu/imports/figures.html", context, status=422 if error else 200)
