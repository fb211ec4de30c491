"""How long a sign-in lasts, and what has to be done before anything else.

A session ends after a time without requests, and after a longer time whatever was asked. A
password made by somebody else is changed first; a role that needs a second factor sets one up
first. Until then only the pages that do so are open.
"""

from __future__ import annotations

import time
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from liantu.errors import Message
from liantu.records import access, audit
from liantu.web.errors import GetResponse, error_page

SIGNED_IN, SEEN = "signed_in_at", "seen_at"
MUST_CHANGE, FACTOR, SOURCE = "must_change", "second_factor", "source"
WAITED = "waited_for_password"
_STEP = 60
"""A request writes when it was seen once so often: not every page is a write. [s]"""
_ALWAYS = ("sign-out", "language", "healthz")
_BEFORE = {
    MUST_CHANGE: ("account_change_password",),
    FACTOR: (
        "mfa_activate_totp", "mfa_view_recovery_codes", "mfa_download_recovery_codes",
        "account_reauthenticate",
    ),
}  # fmt: skip
_FIRST = {
    MUST_CHANGE: Message("请先修改密码。", "Change your password first."),
    FACTOR: Message("请先设置第二因素（动态口令）。", "Set up a second factor first."),
}


class SessionLimits:
    """Ends sessions, and leads to what has to be done first; to stand behind ``Acting``."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # A token has a life of its own, and no session.
        if request.user.is_authenticated and not hasattr(request, "api_token"):
            if over(request):
                return _ended(request)
            if waiting := due(request):
                return _first(request, waiting)
        return self.get_response(request)


def begin(request: HttpRequest) -> None:
    """Start the clocks of a session, when it is signed in."""
    request.session[SIGNED_IN] = request.session[SEEN] = int(time.time())


def over(request: HttpRequest) -> bool:
    """Has the session come to its end? A clock that was set back ends none."""
    now, session = int(time.time()), request.session
    began, seen = session.get(SIGNED_IN, 0), session.get(SEEN, 0)
    limits = settings.SIGN_IN
    if now - began > limits.longest or now - seen > limits.idle:
        return True
    if abs(now - seen) >= _STEP:
        session[SEEN] = now
    return False


def due(request: HttpRequest) -> str:
    """What has to be done before this page: ``must_change``, ``second_factor``, or nothing."""
    name = _name(request)
    if name in _ALWAYS:
        return ""
    session = request.session
    if session.get(MUST_CHANGE):
        return "" if name in _BEFORE[MUST_CHANGE] else MUST_CHANGE
    if session.get(FACTOR) or name in _BEFORE[FACTOR]:
        return ""
    actor = access.somebody()
    needed = set(settings.SIGN_IN.second_factor)
    return FACTOR if actor is not None and needed & actor.roles else ""


def _name(request: HttpRequest) -> str:
    from django.urls import Resolver404, resolve

    try:
        return resolve(request.path_info).url_name or ""
    except Resolver404:
        return ""


def _first(request: HttpRequest, waiting: str) -> HttpResponse:
    if request.method in ("GET", "HEAD") and request.accepts("text/html"):
        return HttpResponseRedirect(reverse(_BEFORE[waiting][0]))
    return error_page(request, _FIRST[waiting], 403)


def _ended(request: HttpRequest) -> HttpResponse:
    audit.note(
        audit.Act.SESSION_ENDED, by=request.user.get_username(), kind="account",
        key=request.user.get_username(), details={"why": "expired"},
    )  # fmt: skip
    logout(request)
    if request.method in ("GET", "HEAD") and request.accepts("text/html"):
        there = urlencode({"next": request.get_full_path(), "ended": "1"})
        return HttpResponseRedirect(f"{reverse('account_login')}?{there}")
    return error_page(
        request,
        Message("登录已过期，请重新登录。", "Your sign-in has expired: sign in again."),
        401,
    )
