"""From groups outside to roles here: what is declared and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

from django.contrib.auth.models import User
from django.db import transaction

from liantu.records import access
from liantu.web.sign_in.declared import Granted


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
