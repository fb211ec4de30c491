"""The papers: every frozen edition, newest first."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.systems.dispatch import ledger
from liantu.web.downloads import FORMATS


def documents(request: HttpRequest) -> HttpResponse:
    """``/documents/``."""
    context = {"editions": ledger.listed(), "formats": tuple(FORMATS)}
    return render(request, "liantu/pages/documents.html", context)
