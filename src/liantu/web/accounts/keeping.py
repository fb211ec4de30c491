"""Making, closing and mending accounts: by pages, by commands, and on the first start.

Every function asks who acts, and tells the audit log in the same transaction.
"""

from __future__ import annotations

import secrets

from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction

from liantu.errors import UsageError
from liantu.records import access, audit
from liantu.web.models import AccountState

_BYTES = 15
"""Of chance in a password: twenty characters."""
_FIRST = "admin"


def new_password() -> str:
    """A random password."""
    return secrets.token_urlsafe(_BYTES)


def make_account(name: str, role: str, scope: access.Scope) -> tuple[User, str]:
    """An account that holds a role, and its password, which is kept nowhere else.

    Raises:
        UsageError: the name is taken or no name; the role is not held in such a scope.
        NotFound: no such role.
        Refused: whoever acts keeps no accounts.
    """
    access.require("accounts")
    name = User.normalize_username(name)
    account, password = User(username=name), new_password()
    account.set_password(password)
    try:
        account.full_clean(exclude=["password"])
    except ValidationError as error:
        why = "；".join(error.messages)
        raise UsageError(
            f"不能建立账号“{name[:40]}”：{why}",
            f"The account {name[:40]!r} cannot be made: {why}",
        ) from error
    with transaction.atomic():
        account.save()
        _chosen_by_another(account)
        access.grant(account, role, scope)
        _note(audit.Act.ACCOUNT_CREATED, account)
    return account, password


def reset(account: User) -> str:
    """Another random password, which its owner changes at once; a closed account is open again.

    Raises:
        Refused: whoever acts keeps no accounts.
        UsageError: the account belongs to a service outside.
    """
    access.require("accounts")
    _refuse_outside(account)
    password = new_password()
    opened = not account.is_active
    with transaction.atomic():
        account.set_password(password)
        account.is_active = True
        account.save(update_fields=["password", "is_active"])
        _chosen_by_another(account)
        end_sessions(account)
        _note(audit.Act.ACCOUNT_OPENED if opened else audit.Act.PASSWORD_RESET, account)
    return password


def close(account: User) -> None:
    """Close an account; whoever is signed in with it is out at once. Its records stay.

    Raises:
        Refused: whoever acts keeps no accounts.
        UsageError: it is one's own. The last that keeps accounts can be closed from the shell
            only, where another can be made.
    """
    access.require("accounts")
    if access.current().user_id == account.pk:
        raise UsageError(
            "不能停用自己的账号。请由另一位管理员停用。",
            "Nobody closes their own account. Ask another administrator.",
        )
    with transaction.atomic():
        account.is_active = False
        account.save(update_fields=["is_active"])
        end_sessions(account)
        _note(audit.Act.ACCOUNT_CLOSED, account)


def open_again(account: User) -> None:
    """Let an account of a service outside in again.

    Raises:
        Refused: whoever acts keeps no accounts.
    """
    access.require("accounts")
    with transaction.atomic():
        account.is_active = True
        account.save(update_fields=["is_active"])
        _note(audit.Act.ACCOUNT_OPENED, account)


def reset_factor(account: User) -> int:
    """Take second factors and recovery codes off an account whose owner lost them; how many.

    Raises:
        Refused: whoever acts keeps no accounts.
    """
    access.require("accounts")
    with transaction.atomic():
        removed, _ = Authenticator.objects.filter(user=account).delete()
        end_sessions(account)
        if removed:
            _note(audit.Act.FACTOR_REMOVED, account)
    return int(removed)


def sign_out(account: User) -> int:
    """Sign somebody out everywhere; how many sessions ended.

    Raises:
        Refused: whoever acts keeps no accounts.
    """
    access.require("accounts")
    with transaction.atomic():
        ended = end_sessions(account)
        audit.note(
            audit.Act.SESSION_ENDED, kind="account", key=account.username,
            details={"sessions": ended},
        )  # fmt: skip
    return ended


def end_sessions(account: User, keep: str | None = None) -> int:
    """Sign an account out everywhere, but in the session ``keep``; how many were ended."""
    ended = 0
    for session in UserSession.objects.filter(user=account).exclude(session_key=keep or ""):
        session.end()
        ended += 1
    return ended


def source_of(account: User) -> str:
    """Empty for accounts made here, else the service that they come from."""
    state = AccountState.objects.filter(user=account).first()
    return state.source if state else ""


def _chosen_by_another(account: User) -> None:
    AccountState.objects.update_or_create(user=account, defaults={"must_change": True})


def _refuse_outside(account: User) -> None:
    source = source_of(account)
    if source:
        raise UsageError(
            f"账号“{account.username}”由 {source} 登录，本系统没有它的密码。请到那里处理。",
            f"The account {account.username!r} signs in by {source}; there is no password here."
            " See to it there.",
        )


def _note(act: audit.Act, account: User) -> None:
    audit.note(act, kind="account", key=account.username)


def first_account() -> tuple[str, str] | None:
    """Name and password of an administrator, where there is no account at all; else None."""
    if User.objects.exists():
        return None
    account, password = make_account(_FIRST, "administrator", access.CITY)
    return account.username, password
