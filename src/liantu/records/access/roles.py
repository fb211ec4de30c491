"""The roles as the catalogue declares them: where they are held, what they may, what they write.

``catalog/rules/roles.yaml``. What no role says is not allowed.
"""

from __future__ import annotations

from functools import cache
from typing import Literal, Self

from pydantic import Field, model_validator

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import NotFound, Refused, UsageError
from liantu.records.access.acting import current
from liantu.records.access.actor import Actor, Grant, Scope, ScopeKind

FILE = CATALOG / "rules" / "roles.yaml"

Capability = Literal[
    "read", "edit", "import", "file", "accept", "publish", "export", "decide_identity",
    "merge", "remember", "plan", "personal", "audit", "ledger", "accounts", "operate",
]  # fmt: skip

WRITING: frozenset[str] = frozenset({"edit", "import", "file"})
"""Capabilities by which rows are written."""


class Said(Declared):
    """A thing with its names."""

    zh: str = Field(min_length=1)
    en: str = Field(min_length=1)


class ScopeSaid(Said):
    """A kind of scope; ``register`` holds the things that its keys name, none for the city."""

    register_: str = Field("", alias="register")


class Role(Said):
    """One role."""

    scopes: tuple[ScopeKind, ...] = Field(min_length=1)
    may: tuple[Capability, ...] = Field(min_length=1)
    writes: tuple[str, ...] = ()
    """Ids of the tables whose rows it may write; ``*`` for all."""
    meaning_zh: str
    meaning_en: str


class Mask(Declared):
    """Characters of a personal text that everyone sees, at its two ends."""

    first: int = Field(ge=0)
    last: int = Field(ge=0)


class Roles(Declared):
    """All of the catalogue's."""

    id: str
    source: Source
    masks: dict[Literal["phone", "identity", "name"], Mask]
    scopes: dict[ScopeKind, ScopeSaid]
    capabilities: dict[Capability, Said]
    roles: dict[str, Role]

    @model_validator(mode="after")
    def _whole(self) -> Self:
        known = set(self.scopes)
        for name, role in self.roles.items():
            unknown: list[str] = [one for one in role.may if one not in self.capabilities]
            unknown += [kind for kind in role.scopes if kind not in known]
            if unknown:
                raise ValueError(f"{name}: not described: {', '.join(unknown)}")
            writing = WRITING.intersection(role.may)
            if bool(role.writes) != bool(writing):
                raise ValueError(f"{name}: who writes names the tables, and nobody else does")
            if role.writes and "personal" not in role.may:
                raise ValueError(f"{name}: who writes sees what is written, personal data too")
        return self


@cache
def load_roles() -> Roles:
    """The catalogue's roles.

    Raises:
        InvalidDeclaration: the file is wrong.
    """
    return read_declared(Roles, FILE)


def role_of(name: str) -> Role:
    """One role.

    Raises:
        NotFound: no such role.
    """
    roles = load_roles().roles
    if name not in roles:
        listed_zh = "、".join(f"{key}（{role.zh}）" for key, role in roles.items())
        raise NotFound(
            f"没有角色“{name[:40]}”。应为 {listed_zh} 之一。",
            f"There is no role {name[:40]!r}. Expected one of {', '.join(roles)}.",
        )
    return roles[name]


def check_grant(grant: Grant) -> Grant:
    """The grant, if its role may be held in its scope.

    Raises:
        NotFound: no such role.
        UsageError: not in this kind of scope, or the scope's key is missing or too much.
    """
    role, kinds = role_of(grant.role), load_roles().scopes
    scope = grant.scope
    if scope.kind not in role.scopes:
        allowed = [kinds[kind] for kind in role.scopes]
        raise UsageError(
            f"角色“{role.zh}”不能授予{kinds[scope.kind].zh}范围；"
            f"可为 {'、'.join(one.zh for one in allowed)}。",
            f"Role {grant.role} is not held within a {scope.kind}; choose"
            f" {', '.join(role.scopes)}.",
        )
    if bool(scope.key) == (scope.kind == "city"):
        raise UsageError(
            f"范围“{kinds[scope.kind].zh}”{'不带代码' if scope.key else '须给出代码'}。"
            "写法如 city、district:510104。",
            f"Scope {scope.kind} {'takes no key' if scope.key else 'needs a key'}; write city or"
            " district:510104.",
        )
    return grant


def grants_with(actor: Actor, capability: Capability) -> tuple[Grant, ...]:
    """The actor's grants that include a capability; roles that are no more declared have none."""
    if actor.only is not None and capability not in actor.only:
        return ()
    roles = load_roles().roles
    return tuple(
        grant
        for grant in actor.grants
        if grant.role in roles and capability in roles[grant.role].may
    )


def allowed(capability: Capability, actor: Actor | None = None) -> bool:
    """May whoever acts (or ``actor``) do this at all, in any scope?"""
    return bool(grants_with(actor or current(), capability))


def require(*any_of: Capability) -> None:
    """Go on only where whoever acts may do one of these.

    Raises:
        SignInNeeded: nobody acts.
        Refused: they may not.
    """
    actor = current()
    if any(allowed(one, actor) for one in any_of):
        return
    said, roles = load_roles().capabilities[any_of[0]], load_roles().roles
    holders = [role for role in roles.values() if set(any_of).intersection(role.may)]
    raise Refused(
        f"账号“{actor.name}”没有“{said.zh}”的权限。"
        f"需要角色 {'、'.join(role.zh for role in holders)} 之一，请向系统管理员申请。",
        f"The account {actor.name!r} may not do this: {said.en}. It takes one of the roles"
        f" {', '.join(role.en for role in holders)}; ask an administrator.",
    )


def may_write(table_id: str, actor: Actor | None = None) -> tuple[Grant, ...]:
    """The grants by which the actor may write rows of a table; none: not at all."""
    roles, actor = load_roles().roles, actor or current()
    if actor.only is not None and not actor.only & WRITING:
        return ()
    return tuple(
        grant
        for grant in actor.grants
        if grant.role in roles
        and ("*" in roles[grant.role].writes or table_id in roles[grant.role].writes)
    )


def writes(table_id: str, capability: Capability) -> bool:
    """May whoever acts do this to some rows of a table? For what is offered, never to decide."""
    doing = grants_with(current(), capability)
    return any(grant in doing for grant in may_write(table_id))


def scope_of(text: str) -> Scope:
    """``city`` or ``district:510104`` as a scope.

    Raises:
        UsageError: no such kind of scope.
    """
    kind, _, key = text.strip().partition(":")
    kinds = load_roles().scopes
    if kind not in kinds:
        raise UsageError(
            f"没有“{kind[:20]}”这种范围。应为 {'、'.join(kinds)} 之一，写法如 district:510104。",
            f"There is no scope {kind[:20]!r}. Expected one of {', '.join(kinds)}, written like"
            " district:510104.",
        )
    return Scope(kind, key.strip())
