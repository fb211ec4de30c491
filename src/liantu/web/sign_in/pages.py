"""Pages around signing in that django-allauth does not have, or not as we want them."""

from __future__ import annotations

import logging
from typing import Any

import requests
from allauth.account.views import LoginView
from allauth.socialaccount.providers.openid_connect import views as openid
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LogoutView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.shortcuts import resolve_url
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_safe

from liantu.errors import Message
from liantu.records import access
from liantu.web.errors import error_page
from liantu.web.middleware import policy
from liantu.web.sign_in.provider import FAILED, origins

_LOG = logging.getLogger(__name__)


@method_decorator((login_not_required, sensitive_post_parameters("password")), name="dispatch")
class SignInPage(LoginView):  # type: ignore[misc]
    """``/sign-in/``: name and password, and the services that the site declares."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """With the services."""
        declared = settings.SIGN_IN
        more = {"providers": declared.providers, "directory": declared.directory}
        return {**super().get_context_data(**kwargs), **more}

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """The form may lead to the services, and nowhere else."""
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        response.headers["Content-Security-Policy"] = policy(form_action=origins())
        response.headers["Cache-Control"] = "no-store"
        return response


@login_not_required
def by_provider(request: HttpRequest, provider_id: str) -> HttpResponseBase:
    """To a service's own sign-in page; a service that does not answer is told as such."""
    try:
        answer: HttpResponseBase = openid.login(request, provider_id=provider_id)
    except requests.RequestException as error:
        _LOG.warning("sign-in by %s: it does not answer: %s", provider_id, error)
        return error_page(request, FAILED, 503)
    return answer


class SignOut(LogoutView):
    """``/sign-out/``: by a form alone, for a link elsewhere must not sign anybody out."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.http_method_names = ["post"]


@login_not_required
@require_safe
def to_sign_in(request: HttpRequest, **_: Any) -> HttpResponse:
    """The admin has no sign-in of its own; whoever is signed in and came here may not look."""
    if request.user.is_authenticated:
        access.require("ledger")
    there = request.GET.urlencode()
    return HttpResponseRedirect(resolve_url("account_login") + (f"?{there}" if there else ""))


@require_safe
def password_elsewhere(request: HttpRequest) -> HttpResponse:
    """Accounts of a service outside have no password here."""
    return error_page(
        request,
        Message(
            "这个账号的密码由统一身份认证或目录管理，请到那里修改。",
            "This account's password is kept by the identity service or directory: change it"
            " there.",
        ),
        409,
    )


def to_own_password(request: HttpRequest, **_: Any) -> HttpResponse:
    """The admin's form for passwords counts no tries: ours does."""
    return HttpResponseRedirect(reverse("account_change_password"))
