"""What happens at signing in, written to the audit log as it happens."""

from __future__ import annotations

from typing import Any

from allauth.account import signals as account
from allauth.mfa import signals as mfa
from django.conf import settings
from django.contrib.auth import signals as auth
from django.contrib.auth.models import User
from django.dispatch import receiver
from django.http import HttpRequest

from liantu.records import audit
from liantu.web.models import AccountState
from liantu.web.sign_in import limits
from liantu.web.sign_in.adapter import known_name


@receiver(auth.user_logged_in, dispatch_uid="noted")
def signed_in(request: HttpRequest, user: User, **_: Any) -> None:
    """Start the session's clocks; say how it was signed in."""
    limits.begin(request)
    state = AccountState.objects.filter(user=user).first()
    source = state.source if state else ""
    request.session[limits.MUST_CHANGE] = bool(state and state.must_change and not source)
    methods = _methods(request)
    request.session[limits.FACTOR] = "mfa" in methods or _brought(source)
    request.session[limits.SOURCE] = source
    audit.note(
        audit.Act.SIGNED_IN, by=user.username, kind="account", key=user.username,
        details={"how": "+".join(methods) or "session", "source": source},
    )  # fmt: skip


def _methods(request: HttpRequest) -> list[str]:
    from allauth.account.internal.flows.login import AUTHENTICATION_METHODS_SESSION_KEY

    records = request.session.get(AUTHENTICATION_METHODS_SESSION_KEY, [])
    return [str(record.get("method", "")) for record in records]


def _brought(source: str) -> bool:
    """Did the service outside ask for a second factor itself?"""
    if source == "ldap":
        return bool(settings.SIGN_IN.directory and settings.SIGN_IN.directory.brings_second_factor)
    return any(
        source == f"oidc:{one.id}" and one.brings_second_factor
        for one in settings.SIGN_IN.providers
    )


@receiver(auth.user_login_failed, dispatch_uid="noted")
def failed(credentials: dict[str, Any], **_: Any) -> None:
    """A wrong name or password; what is no account's name is kept as a digest."""
    name = known_name(str(credentials.get("username", "")))
    audit.note(audit.Act.SIGN_IN_FAILED, by=name, kind="account", key=name)


@receiver(mfa.authentication_failed, dispatch_uid="noted")
def wrong_code(user: User, **_: Any) -> None:
    """A wrong code."""
    audit.note(
        audit.Act.SIGN_IN_FAILED, by=user.username, kind="account", key=user.username,
        details={"why": "second factor"},
    )  # fmt: skip


@receiver(auth.user_logged_out, dispatch_uid="noted")
def signed_out(user: User | None, **_: Any) -> None:
    """Somebody signed out; a session without an account says nothing."""
    if user is not None:
        audit.note(audit.Act.SIGNED_OUT, by=user.username, kind="account", key=user.username)


@receiver(account.password_changed, dispatch_uid="noted")
def password_changed(request: HttpRequest, user: User, **_: Any) -> None:
    """The owner chose another password: nothing is due any more."""
    AccountState.objects.filter(user=user).update(must_change=False)
    request.session[limits.WAITED] = request.session.get(limits.MUST_CHANGE, False)
    request.session[limits.MUST_CHANGE] = False
    audit.note(audit.Act.PASSWORD_CHANGED, by=user.username, kind="account", key=user.username)


def _factor(act: audit.Act, user: User, authenticator: Any) -> None:
    audit.note(
        act, by=user.username, kind="account", key=user.username,
        details={"type": authenticator.type},
    )  # fmt: skip


@receiver(mfa.authenticator_added, dispatch_uid="noted")
def factor_added(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """A second factor was set up, and proven by a code: the session has it."""
    request.session[limits.FACTOR] = True
    _factor(audit.Act.FACTOR_ADDED, user, authenticator)


@receiver(mfa.authenticator_removed, dispatch_uid="noted")
def factor_removed(request: HttpRequest, user: User, authenticator: Any, **_: Any) -> None:
    """A second factor was taken off: where a role needs one, another is due at once."""
    request.session[limits.FACTOR] = _brought(request.session.get(limits.SOURCE, ""))
    _factor(audit.Act.FACTOR_REMOVED, user, authenticator)


@receiver(mfa.authenticator_reset, dispatch_uid="noted")
def codes_made(user: User, authenticator: Any, **_: Any) -> None:
    """New recovery codes."""
    _factor(audit.Act.CODES_MADE, user, authenticator)
