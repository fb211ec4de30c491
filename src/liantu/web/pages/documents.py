"""The papers: every frozen edition, newest first; the bulletin of a month, issued."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from liantu.documents.letterhead import office_letterhead
from liantu.systems.dispatch import ledger
from liantu.systems.reporting import permits
from liantu.systems.reporting.bulletins import issue_monthly
from liantu.systems.reporting.errata import slips_of
from liantu.web.downloads import FORMATS


def documents(request: HttpRequest) -> HttpResponse:
    """``/documents/``."""
    editions = ledger.listed()
    for each in editions:
        # What was corrected since stands beside the edition, as it does on its papers.
        each.slips = slips_of(each.kind, each.period, each.created_at)  # type: ignore[attr-defined]
    context = {"editions": editions, "formats": tuple(FORMATS)}
    return render(request, "liantu/pages/documents.html", context)


@require_POST
def issue_bulletin(request: HttpRequest, period: str) -> HttpResponse:
    """Issue the bulletin of a month that was published, under the office's letterhead."""
    permits.refuse_publishing()
    issue_monthly(period, letterhead=office_letterhead())
    return redirect("documents")
