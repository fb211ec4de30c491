"""Who imports: typed once, offered again in the same browser. It is a name, not a proof of one."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from urllib.parse import quote, unquote

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from liantu.errors import UsageError

_COOKIE = "liantu_by"
_AGE = 180 * 24 * 3600
LONGEST_NAME = 100
LONGEST_REASON = 2000


def typed(form: MappingOf[str, str] | QueryDict, name: str, default: str = "") -> str:
    """What a person typed into a field; NUL, which no ledger can hold, is dropped."""
    return form.get(name, default).replace("\x00", "").strip()


def known_name(request: HttpRequest) -> str:
    """The name as just typed, else as typed last in this browser."""
    typed = request.POST.get("by")
    return typed if typed is not None else unquote(request.COOKIES.get(_COOKIE, ""))[:LONGEST_NAME]


def remember_name(response: HttpResponse, by: str) -> HttpResponse:
    """Offer the name again; written in plain letters, since not every server passes others on."""
    response.set_cookie(
        _COOKIE,
        quote(by),
        max_age=_AGE,
        httponly=True,
        samesite="Lax",
        secure=settings.LANGUAGE_COOKIE_SECURE,
    )
    return response


def check_signature(by: str, reason: str) -> None:
    """A name is needed; both have room, not endlessly.

    Raises:
        UsageError: no name, or one of them is too long.
    """
    if not by or len(by) > LONGEST_NAME or len(reason) > LONGEST_REASON:
        raise UsageError(
            f"请填写经手人（{LONGEST_NAME} 字以内）；理由不超过 {LONGEST_REASON} 字。"
            "未作任何改动。",
            f"Give your name (at most {LONGEST_NAME} characters); a reason has at most"
            f" {LONGEST_REASON}. Nothing was changed.",
        )
