"""``/account/tokens/``: one's own tokens; a new one is shown once, on the page that answers."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from liantu.errors import Message, NotFound, UsageError
from liantu.records import access
from liantu.systems.api.rules import api_rules
from liantu.systems.language import language
from liantu.web.api import tokens


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def own_tokens(request: HttpRequest) -> HttpResponse:
    """The tokens of whoever is signed in, and the form for another."""
    secret, message, status = "", None, 200
    if request.method == "POST":
        try:
            _, secret = tokens.create(
                _user(request),
                request.POST.get("name", ""),
                days=_days(request.POST.get("days", "")),
                capabilities=request.POST.getlist("capability"),
                scopes=request.POST.getlist("scope"),
            )
        except (UsageError, NotFound) as error:
            message, status = error.message, 400
    return render(
        request, "liantu/api/tokens.html", _context(request, secret, message), status=status
    )


def _context(request: HttpRequest, secret: str, message: Message | None) -> dict[str, Any]:
    rules, roles = api_rules().tokens, access.load_roles()
    said = roles.capabilities
    chosen = request.POST.getlist("capability") if message else []
    named = "en" if language() == "en" else "zh"
    return {
        "secret": secret,
        "message": message,
        "tokens": [
            {
                "row": token,
                "state": tokens.state_of(token),
                "may": [getattr(said[one], named) for one in token.capabilities if one in said],
                "within": [_scope(text, named) for text in token.scopes],
            }
            for token in tokens.of_account(_user(request))
        ],
        "capabilities": [
            (one, getattr(said[one], named), one in chosen)
            for one in rules.carries
            if access.allowed(one)
        ],
        "scopes": sorted({str(grant.scope) for grant in access.current().grants}),
        "name": request.POST.get("name", "") if message else "",
        "days": request.POST.get("days", "") if message else rules.default_days,
        "most_days": rules.most_days,
        "longest_name": rules.longest_name,
    }


def _scope(text: str, named: str) -> str:
    scope = access.scope_of(text)
    return f"{getattr(access.load_roles().scopes[scope.kind], named)} {scope.key}".strip()


def _days(text: str) -> int:
    if not text.isascii() or not text.isdecimal() or len(text) > 5:
        raise UsageError(
            f"有效期“{text[:20]}”不是天数，应为 1–{api_rules().tokens.most_days}。",
            f"The life {text[:20]!r} is no number of days; expected"
            f" 1–{api_rules().tokens.most_days}.",
        )
    return int(text)


@never_cache
@require_POST
def revoke_token(request: HttpRequest) -> HttpResponse:
    """End one of one's own tokens."""
    tokens.revoke(request.POST.get("token", ""), _user(request))
    return HttpResponseRedirect(reverse("own-tokens"))


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
