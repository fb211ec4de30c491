"""Making accounts: by the command line, and on the first start where there is none."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

from liantu.errors import UsageError
from liantu.records import access

if TYPE_CHECKING:
    from django.contrib.auth.models import User

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
    from django.contrib.auth.models import User
    from django.core.exceptions import ValidationError
    from django.db import transaction

    access.require("accounts")
    name = User.normalize_username(name)
    account, password = User(username=name, is_staff=_sees_ledger(role)), new_password()
    account.is_superuser = account.is_staff
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
        access.grant(account, role, scope)
    return account, password


def first_account() -> tuple[str, str] | None:
    """Name and password of an administrator, where there is no account at all; else None."""
    from django.contrib.auth.models import User

    if User.objects.exists():
        return None
    account, password = make_account(_FIRST, "administrator", access.CITY)
    return account.username, password


def _sees_ledger(role: str) -> bool:
    return "ledger" in access.role_of(role).may
