"""The papers: every frozen edition, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.systems.dispatch import ledger
from liantu.systems.reporting.slips import slips_of
from liantu.web.downloads import FORMATS


def documents(request: HttpRequest) -> HttpResponse:
    """``/documents/``."""
    editions = ledger.listed()
    for each in editions:
        # What was corrected since stands beside the edition, as it does on its papers.
        each.slips = slips_of(each.kind, each.period, each.created_at)  # type: ignore[attr-defined]
    context = {"editions": editions, "formats": tuple(FORMATS)}
    return render(request, "liantu/pages/documents.html", context)
