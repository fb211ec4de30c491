"""``/account/``: who one is here, what one may, where one is signed in."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from liantu.records import access, audit
from liantu.web.accounts import said
from liantu.web.accounts.keeping import end_sessions, source_of


@require_safe
def own(request: HttpRequest) -> HttpResponse:
    """The account's page."""
    user = request.user
    assert isinstance(user, User)
    factors = set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
    limits = settings.SIGN_IN
    context = {
        "held": [said.held(grant) for grant in access.current().grants],
        "source": source_name(source_of(user)),
        "factor": Authenticator.Type.TOTP in factors,
        "codes": Authenticator.Type.RECOVERY_CODES in factors,
        "sessions": sorted(
            UserSession.objects.purge_and_list(user), key=lambda one: one.created_at, reverse=True
        ),
        "idle": limits.idle_minutes,
        "longest": limits.longest_hours,
    }
    return render(request, "liantu/accounts/own.html", context)


@require_POST
def sign_out_elsewhere(request: HttpRequest) -> HttpResponse:
    """End every session of the account but this one."""
    user = request.user
    assert isinstance(user, User)
    ended = end_sessions(user, keep=request.session.session_key)
    audit.note(
        audit.Act.SESSION_ENDED, kind="account", key=user.username, details={"sessions": ended}
    )
    return HttpResponseRedirect(reverse("account"))


def source_name(source: str) -> str:
    """What people call the service that an account comes from; empty for accounts made here."""
    declared = settings.SIGN_IN
    if source == "ldap":
        return declared.directory.name if declared.directory else source
    named = {f"oidc:{one.id}": one.name for one in declared.providers}
    return named.get(source, source)
