"""Signing in by an LDAP directory: who can bind and is in a declared group gets in."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest
from django_python3_ldap.auth import LDAPBackend
from ldap3.utils.conv import escape_filter_chars
from ldap3.utils.dn import escape_rdn

from liantu.records import audit
from liantu.web.models import AccountState
from liantu.web.sign_in import roles
from liantu.web.sign_in.declared import Directory

SOURCE = "ldap"


class _NoRole(Exception):
    """A new person without a declared group: nothing is kept of them."""


class DirectoryBackend(LDAPBackend):  # type: ignore[misc]
    """The library's backend, which never takes over an account of ours."""

    def authenticate(
        self,
        request: HttpRequest | None = None,
        username: str | None = None,
        password: str | None = None,
        **_: Any,
    ) -> User | None:
        """The account of whoever the directory knows and a group lets in; None otherwise."""
        if settings.SIGN_IN.directory is None or not username or not password:
            return None
        try:
            with transaction.atomic():
                user: User | None = super().authenticate(
                    request, username=username, password=password
                )
        except _NoRole:
            _turned_away("")
            return None
        if user is None:
            return None
        if not user.roles_from_outside:  # type: ignore[attr-defined]
            _turned_away(user.username)
            return None
        return user if self.user_can_authenticate(user) else None


def _turned_away(name: str) -> None:
    audit.note(
        audit.Act.REFUSED, by=name or SOURCE, kind="sign-in", details={"why": "no group"}
    )  # fmt: skip


def _declared() -> Directory:
    directory: Directory | None = settings.SIGN_IN.directory
    if directory is None:
        raise PermissionDenied("no directory is declared")
    return directory


def refuse_ours(fields: dict[str, Any]) -> dict[str, Any]:
    """Hook of the library, before it takes or makes the account of that name.

    Raises:
        PermissionDenied: an account of that name was made here, or by another service: its owner
            may be another person.
    """
    fields["username"] = User.normalize_username(str(fields.get("username", "")))[:150]
    found = User.objects.filter(username=fields["username"]).first()
    if found is not None and not AccountState.objects.filter(user=found, source=SOURCE).exists():
        raise PermissionDenied(f"the account {found.username} is not the directory's")
    return fields


def settle(user: User, attributes: dict[str, Any], *, connection: Any, dn: str) -> None:
    """Hook of the library, with the account at hand: give it the roles of its groups.

    Raises:
        _NoRole: it was made just now, and has no role.
    """
    directory = _declared()
    held = roles.wanted(directory.grants, groups_of(directory, attributes, connection, dn))
    _, made = AccountState.objects.get_or_create(user=user, defaults={"source": SOURCE})
    if made and not held:
        raise _NoRole
    user.roles_from_outside = roles.settle(user, SOURCE, held)  # type: ignore[attr-defined]
    if made:
        audit.note(audit.Act.ACCOUNT_CREATED, by=SOURCE, kind="account", key=user.username)


def groups_of(
    directory: Directory, attributes: dict[str, Any], connection: Any, dn: str
) -> list[str]:
    """Names of the person's groups: whole (``cn=a,ou=groups,…``) and short (``a``)."""
    if directory.group_base:
        me = dn
        if directory.group_member == "memberUid":
            me = str(_first(attributes.get(directory.name_attribute)))
        connection.search(
            directory.group_base,
            f"({directory.group_member}={escape_filter_chars(me)})",
            attributes=["cn"],
        )
        found = [entry["dn"] for entry in connection.response if entry["type"] == "searchResEntry"]
    else:
        value = attributes.get("memberOf", [])
        found = [value] if isinstance(value, str) else [str(one) for one in value]
    short = [name.partition("=")[2] for name in (whole.split(",")[0] for whole in found)]
    return found + short


def _first(value: Any) -> Any:
    return value[0] if isinstance(value, (list, tuple)) and value else value


def bind_name(fields: dict[str, Any]) -> str:
    """What to bind as, the name made harmless."""
    directory = _declared()
    name = str(fields["username"])
    plain = "=" not in directory.bind
    return directory.bind.format(name=name if plain else escape_rdn(name), base=directory.base)


def search_filters(fields: dict[str, Any]) -> list[str]:
    """Parts of the library's search, values made harmless; Chinese names stay whole."""
    return [f"({name}={escape_filter_chars(str(value))})" for name, value in fields.items()]
