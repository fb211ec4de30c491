"""Tokens: shown once, kept as a hash, as wide as their owner or narrower.

What a token may do is what its owner may do at the moment of the call, cut down to the token's own
capabilities and scopes. A closed account's tokens are dead; an owner who loses a role takes it
from the tokens as well.
"""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.utils import timezone

from liantu.errors import NotFound, Refused, UsageError
from liantu.records import access, audit
from liantu.records.access import CITY, Actor, Grant, Scope
from liantu.records.models import ApiToken
from liantu.systems.api.rules import api_rules

if TYPE_CHECKING:
    from django.contrib.auth.models import User

_FORM = re.compile(r"[a-z]{1,10}_[A-Za-z0-9_-]{20,100}", re.ASCII)


def digest_of(secret: str) -> str:
    """What is kept of a token."""
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


def create(
    user: User,
    name: str,
    *,
    days: int | None = None,
    capabilities: Iterable[str] = (),
    scopes: Iterable[str] = (),
) -> tuple[ApiToken, str]:
    """A token for an account, and its text, which is kept nowhere.

    Args:
        days: until it expires.
        capabilities: what it may at most; all that a token may carry where none is named.
        scopes: parts of the city, ``district:510104``; the account's own where none is named.

    Raises:
        UsageError: no name, a capability or scope that is none or not the owner's, too many
            tokens, too long a life.
        Refused: it is another's account, and whoever acts keeps no accounts.
    """
    _own_or_keeper(user)
    rules = api_rules().tokens
    days = rules.default_days if days is None else days
    if not 1 <= days <= rules.most_days:
        raise UsageError(
            f"有效期 {days} 天不合要求，应为 1–{rules.most_days} 天。",
            f"A life of {days} days is not allowed; expected 1–{rules.most_days}.",
        )
    name = _name(name)
    kept, narrowed = _capabilities(capabilities), _scopes(user, scopes)
    secret = f"{rules.prefix}_{secrets.token_urlsafe(rules.secret_bytes)}"
    now = timezone.now()
    with transaction.atomic():
        # One at a time an account: never more tokens than may be.
        get_user_model().objects.select_for_update().get(pk=user.pk)
        _room(user)
        token = ApiToken.objects.create(
            user_id=user.pk,
            name=name,
            shown=secret[: len(rules.prefix) + 1 + rules.shown],
            digest=digest_of(secret),
            capabilities=kept,
            scopes=narrowed,
            created_by=access.current().name[:150],
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        _note(audit.Act.TOKEN_CREATED, token)
    return token, secret


def of_account(user: User) -> Sequence[ApiToken]:
    """All tokens of an account, the latest first; revoked and expired ones too.

    Raises:
        Refused: it is another's account, and whoever acts keeps no accounts.
    """
    _own_or_keeper(user)
    return list(ApiToken.objects.filter(user=user).order_by("-created_at", "-id"))


def everybodys() -> Sequence[ApiToken]:
    """Tokens of all accounts, for whoever keeps them.

    Raises:
        Refused: whoever acts keeps no accounts.
    """
    access.require("accounts")
    return list(ApiToken.objects.select_related("user").order_by("user__username", "created_at"))


def revoke(shown: str, user: User | None = None) -> ApiToken:
    """End a token; it stays on record.

    Args:
        shown: its first characters.
        user: whose it must be; None: anybody's.

    Raises:
        NotFound: no token in force begins so, or it is another's.
    """
    with transaction.atomic():
        rows = ApiToken.objects.select_for_update().filter(revoked_at__isnull=True)
        rows = rows.filter(shown=shown.strip().replace("\x00", ""))
        token = (rows.filter(user=user) if user else rows).first()
        if token is None or not _may_keep(token.user):
            raise NotFound(
                f"没有以“{shown[:20]}”开头的有效令牌。请在令牌页或 liantu admin token list 核对。",
                f"No token in force begins with {shown[:20]!r}. See the page of tokens, or liantu"
                " admin token list.",
            )
        token.revoked_by, token.revoked_at = access.current().name[:150], timezone.now()
        token.save(update_fields=["revoked_by", "revoked_at"])
        _note(audit.Act.TOKEN_REVOKED, token)
    return token


def state_of(token: ApiToken) -> str:
    """``open``, ``revoked`` or ``expired``."""
    if token.revoked_at is not None:
        return "revoked"
    return "open" if token.expires_at > timezone.now() else "expired"


def find(secret: str) -> ApiToken | None:
    """The token of a text, if it is in force and its account is open."""
    if not _FORM.fullmatch(secret):
        return None
    token = ApiToken.objects.select_related("user").filter(digest=digest_of(secret)).first()
    if token is None or state_of(token) != "open" or not token.user.is_active:
        return None
    return token


def actor_of(token: ApiToken) -> Actor | None:
    """Whom a token acts as: its owner, cut down to what the token carries."""
    owner = access.actor_of(token.user)
    if owner is None:
        return None
    rules = api_rules().tokens
    carried = frozenset[str](rules.carries)
    if token.capabilities:
        carried &= frozenset(token.capabilities)
    scopes = [access.scope_of(text) for text in token.scopes]
    if scopes:
        carried &= frozenset(rules.within)
    return Actor(owner.name, _within(owner.grants, scopes), owner.user_id, carried)


def _within(grants: Iterable[Grant], scopes: Sequence[Scope]) -> tuple[Grant, ...]:
    """The grants, each cut down to the scopes; a grant that has none of them is gone."""
    if not scopes:
        return tuple(grants)
    return tuple(
        Grant(grant.role, scope)
        for grant in grants
        for scope in scopes
        if grant.scope in (CITY, scope)
    )


def _own_or_keeper(user: User) -> None:
    if not _may_keep(user):
        access.require("accounts")


def _may_keep(user: User) -> bool:
    actor = access.current()
    # A program makes itself no other token, nor ends one: tokens are for people to keep.
    if actor.only is not None:
        raise Refused(
            "令牌不能用来管理令牌。请登录后在令牌页操作。",
            "A token cannot keep tokens. Sign in and use the page of tokens.",
        )
    return actor.user_id == user.pk or access.allowed("accounts")


def _name(name: str) -> str:
    name = " ".join(name.replace("\x00", "").split())
    longest = api_rules().tokens.longest_name
    if not 0 < len(name) <= longest:
        raise UsageError(
            f"请给令牌起一个名称（1–{longest} 字），说明由哪个程序使用。",
            f"Name the token (1–{longest} characters) after the program that will use it.",
        )
    return name


def _capabilities(given: Iterable[str]) -> list[str]:
    known = api_rules().tokens.carries
    wanted = list(dict.fromkeys(given))
    wrong = [one for one in wanted if one not in known]
    if wrong:
        raise UsageError(
            f"令牌不能带权限 {'、'.join(one[:20] for one in wrong)}，可为 {'、'.join(known)}。",
            f"A token cannot carry {', '.join(one[:20] for one in wrong)}; choose from"
            f" {', '.join(known)}.",
        )
    return wanted


def _scopes(user: User, given: Iterable[str]) -> list[str]:
    scopes = [access.scope_of(text) for text in given if text.strip()]
    owner = access.actor_of(user)
    held = owner.grants if owner else ()
    for scope in scopes:
        if bool(scope.key) == (scope.kind == "city") or not _within(held, [scope]):
            mine = "、".join(sorted({str(grant.scope) for grant in held})) or "—"
            raise UsageError(
                f"账号“{user.get_username()}”没有范围 {str(scope)[:40]}，其范围为 {mine}。",
                f"The account {user.get_username()!r} does not reach {str(scope)[:40]}; it holds"
                f" {mine}.",
            )
    return list(dict.fromkeys(str(scope) for scope in scopes))


def _room(user: User) -> None:
    most = api_rules().tokens.most_per_account
    now = timezone.now()
    held = ApiToken.objects.filter(user=user, revoked_at__isnull=True, expires_at__gt=now).count()
    if held >= most:
        raise UsageError(
            f"账号“{user.get_username()}”已有 {held} 个有效令牌，最多 {most} 个。请先作废不用的。",
            f"The account {user.get_username()!r} has {held} tokens in force, {most} at most."
            " Revoke those that are not used.",
        )


def _note(act: audit.Act, token: ApiToken) -> None:
    audit.note(
        act, by=access.current().name, kind="token", key=token.shown,
        details={
            "account": token.user.get_username(),
            "capabilities": " ".join(token.capabilities),
            "scopes": " ".join(token.scopes),
        },
    )  # fmt: skip
