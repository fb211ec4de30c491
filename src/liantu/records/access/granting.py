"""Grants in the ledger: who gave which role to whom, and who took it back. Never deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.db import transaction
from django.utils import timezone

from liantu.errors import NotFound, UsageError
from liantu.records.access.acting import current
from liantu.records.access.actor import Actor, Grant, Scope
from liantu.records.access.roles import check_grant, require

if TYPE_CHECKING:
    from django.contrib.auth.models import AbstractBaseUser, AnonymousUser

_BY = 100


def actor_of(user: AbstractBaseUser | AnonymousUser) -> Actor | None:
    """Whom an account acts as, with the grants in force; None for nobody and closed accounts."""
    if not user.is_authenticated or not user.is_active:
        return None
    rows = _rows().filter(user=user, revoked_at__isnull=True)
    held = tuple(sorted(_grant(row) for row in rows))
    return Actor(str(user.get_username()), held, user.pk)


def grants(user: Any = None) -> list[Any]:
    """Rows of all grants, of one account or of all; those taken back too, oldest first.

    Raises:
        Refused: whoever acts keeps no accounts.
    """
    require("accounts")
    rows = _rows().select_related("user").order_by("user__username", "granted_at", "id")
    return list(rows if user is None else rows.filter(user=user))


def grant(user: Any, role: str, scope: Scope) -> Any:
    """Give an account a role within a scope; the row that says so.

    A key that names nothing yet is taken, since accounts are made before records come in; it
    reaches nothing until a record has it.

    Raises:
        NotFound: no such role.
        UsageError: the role is not held in such a scope, or is held already.
        Refused: whoever acts keeps no accounts.
    """
    require("accounts")
    held = check_grant(Grant(role, scope))
    with transaction.atomic():
        # One at a time an account: the same grant is never in force twice.
        type(user).objects.select_for_update().get(pk=user.pk)
        if _in_force(user, held).exists():
            raise UsageError(
                f"账号“{user.get_username()}”已有角色 {role}（{scope}）。",
                f"The account {user.get_username()!r} holds {role} ({scope}) already.",
            )
        row = _rows().create(
            user=user,
            role=role,
            scope_kind=scope.kind,
            scope_key=scope.key,
            granted_by=current().name[:_BY],
            granted_at=timezone.now(),
        )
        _note("granted", row)
        return row


def revoke(user: Any, role: str, scope: Scope) -> Any:
    """Take a role back; the row stays and says who took it and when.

    Raises:
        NotFound: the account does not hold it.
        Refused: whoever acts keeps no accounts.
    """
    require("accounts")
    with transaction.atomic():
        row = _in_force(user, Grant(role, scope)).first()
        if row is None:
            raise NotFound(
                f"账号“{user.get_username()}”没有角色 {role}（{scope}）。"
                "用 liantu admin grants 查看。",
                f"The account {user.get_username()!r} does not hold {role} ({scope}). See liantu"
                " admin grants.",
            )
        row.revoked_by, row.revoked_at = current().name[:_BY], timezone.now()
        row.save(update_fields=["revoked_by", "revoked_at"])
        _note("revoked", row)
        return row


def _note(act: str, row: Any) -> None:
    from liantu.records import audit  # stands above this room, which it asks who acts

    details = {"role": row.role, "scope_kind": row.scope_kind, "scope_key": row.scope_key}
    name = row.user.get_username()
    audit.note(audit.Act(act), by=current().name, kind="account", key=name, details=details)


def _rows() -> Any:
    return apps.get_model("records", "Grant").objects


def _in_force(user: Any, held: Grant) -> Any:
    return _rows().filter(
        user=user,
        role=held.role,
        scope_kind=held.scope.kind,
        scope_key=held.scope.key,
        revoked_at__isnull=True,
    )


def _grant(row: Any) -> Grant:
    return Grant(row.role, Scope(row.scope_kind, row.scope_key))
