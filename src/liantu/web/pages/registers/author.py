"""Who writes: asked for in the form and remembered on this browser, since nobody signs in yet."""

from __future__ import annotations

from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse

COOKIE = "liantu_author"
LONGEST = 60
_DAYS = 180


def remembered(request: HttpRequest) -> str:
    """The name given last on this browser; empty where none was."""
    return unquote(request.COOKIES.get(COOKIE, ""))[:LONGEST]


def given(request: HttpRequest) -> str:
    """The name in the form, without blanks around it."""
    return " ".join(request.POST.get("by", "").replace("\x00", "").split())[:LONGEST]


def remember(response: HttpResponse, name: str) -> None:
    """Keep the name for the next form. It proves nothing: it saves typing."""
    response.set_cookie(
        COOKIE,
        quote(name),
        max_age=_DAYS * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
