"""The page of one's duties, and the calendar feed that needs no sign-in but a secret."""

from __future__ import annotations

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from liantu.systems.reporting.duties import duties
from liantu.systems.reporting.feed import calendar_by, has_feed
from liantu.systems.reporting.rules import cycle_rules


def duties_page(request: HttpRequest) -> HttpResponse:
    """``/cycles/duties/``: what waits for whoever is signed in, and their calendar feed."""
    context = {
        "duties": duties(timezone.localdate()),
        "rungs": cycle_rules().reminders,
        "has_feed": has_feed(request.user),
        "secret": request.session.pop("reporting-feed", ""),
        "site": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "reporting/duties.html", context)


@login_not_required
def feed(request: HttpRequest, secret: str) -> HttpResponse:
    """The calendar of whoever the secret belongs to."""
    request.shell_is_bare = True  # type: ignore[attr-defined]
    response = HttpResponse(calendar_by(secret), content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response
