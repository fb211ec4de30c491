"""From groups outside to roles here: what is declared and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from liantu.errors import InvalidDeclaration, NotFound, UsageError
from liantu.records import access
from liantu.web.sign_in.declared import Granted, SignIn


def check_declared(declared: SignIn) -> None:
    """Refuse roles and scopes that could not be given, before anybody signs in.

    Raises:
        InvalidDeclaration: a declared grant has no such role, or not in such a scope.
    """
    outside = [*declared.providers, *([declared.directory] if declared.directory else [])]
    try:
        for one in (grant for each in outside for grant in each.grants):
            access.check_grant(access.Grant(one.role, access.scope_of(one.scope)))
        for name in declared.second_factor:
            access.role_of(name)
    except (NotFound, UsageError) as error:
        raise InvalidDeclaration(
            f"登录声明（sign-in.yaml）有误：{error.message.zh}",
            f"The declaration of signing in (sign-in.yaml) is wrong: {error.message.en}",
        ) from error


def wanted(grants: Iterable[Granted], groups: Iterable[str]) -> set[access.Grant]:
    """The roles that go with groups; empty where none is declared for any of them."""
    held = {group.casefold() for group in groups}
    return {
        access.Grant(one.role, access.scope_of(one.scope))
        for one in grants
        if one.group.casefold() in held
    }


def settle(user: User, source: str, roles: set[access.Grant]) -> int:
    """Let the account hold what its groups say now; how many roles that is.

    Roles given by a person here stand beside them: only those given by ``source`` are taken back.
    """
    keeper = access.Actor(source, (access.Grant("administrator"),))
    with access.acting(keeper), transaction.atomic():
        rows = [row for row in access.grants(user) if row.revoked_at is None]
        present = {access.Grant(r.role, access.Scope(r.scope_kind, r.scope_key)): r for r in rows}
        for one, row in present.items():
            if row.granted_by == source and one not in roles:
                access.revoke(user, one.role, one.scope)
        for one in sorted(roles - present.keys()):
            access.grant(user, one.role, one.scope)
    return len(roles)
