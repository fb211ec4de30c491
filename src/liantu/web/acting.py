"""Who acts during a request: the account that is signed in, until the last byte of the answer.

Every page asks for a sign-in but those that say ``login_not_required``. A person is sent to the
sign-in page and comes back; a program is told 401 and nothing else.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse

from liantu.errors import Message, Refused
from liantu.records.access import acting, actor_of, carried, require
from liantu.records.audit import asked_from
from liantu.systems.api.problems import is_api
from liantu.web.api import tokens
from liantu.web.errors import GetResponse, error_page
from liantu.web.sign_in.address import address_of

_SIGN_IN = Message(
    "请先登录：本页内容只对有账号的人开放。",
    "Sign in first: this is open to people with an account only.",
)


class Acting:
    """Names the actor for views, templates, error pages, and bodies sent piece by piece."""

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        token = getattr(request, "api_token", None)
        actor = tokens.actor_of(token) if token is not None else actor_of(request.user)
        with acting(actor), asked_from(address_of(request.META)):
            response = self.get_response(request)
            if response.streaming:
                body: Any = response
                body.streaming_content = carried(body.streaming_content)
        return response


_OWN = ("account/", "sign-out/")
"""Addresses of an account's own: password, second factor, sessions."""


class SignedIn(LoginRequiredMiddleware):
    """Nothing without a sign-in, and nothing but one's own account without a role."""

    def process_view(
        self, request: HttpRequest, view_func: Any, view_args: Any, view_kwargs: Any
    ) -> HttpResponseBase | None:
        """Django's hook: a response where the view is not to be reached, else None."""
        refused = super().process_view(request, view_func, view_args, view_kwargs)
        if refused is not None or not getattr(view_func, "login_required", True):
            return refused
        match = request.resolver_match
        if match is not None and not match.route.startswith(_OWN):
            try:
                require("read")
            except Refused as error:
                return error_page(request, error.message, 403)
        return None

    def handle_no_permission(  # type: ignore[override]
        self, request: HttpRequest, view_func: Any
    ) -> HttpResponse:
        """To the sign-in page and back; 401 where nobody would read that page."""
        if request.method in ("GET", "HEAD") and _reads_pages(request) and not is_api(request):
            there = urlencode({"next": request.get_full_path()})
            return HttpResponseRedirect(f"{reverse('sign-in')}?{there}")
        response = error_page(request, _SIGN_IN, 401)
        kind = "Bearer" if is_api(request) else "Session"
        response.headers["WWW-Authenticate"] = f'{kind} realm="liantu"'
        return response


def _reads_pages(request: HttpRequest) -> bool:
    return request.accepts("text/html")
