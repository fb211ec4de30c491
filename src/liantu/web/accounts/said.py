"""Roles and scopes in words, as pages show them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from liantu.records import access, registers
from liantu.records.tables.declared import table
from liantu.systems.language import language

_PICKED: tuple[access.ScopeKind, ...] = ("district", "park", "chain")
_AS_DISTRICTS = ("district", "zone")
"""Levels of areas that report as districts do."""


@dataclass(frozen=True)
class Held:
    """One role within one scope, in the reader's words."""

    grant: access.Grant
    role: str
    scope: str
    meaning: str

    @property
    def scope_code(self) -> str:
        """As forms and commands write it."""
        return str(self.grant.scope)


@dataclass(frozen=True)
class Choice:
    """One scope to pick."""

    code: str
    text: str


@dataclass(frozen=True)
class Choices:
    """Scopes of one kind to pick from."""

    title: str
    choices: tuple[Choice, ...]


def held(grant: access.Grant) -> Held:
    """A grant in words; a role no more declared is shown by its code."""
    role = access.load_roles().roles.get(grant.role)
    zh = language() == "zh"
    if role is None:
        return Held(grant, grant.role, scope_words(grant.scope), "")
    meaning = role.meaning_zh if zh else role.meaning_en
    return Held(grant, role.zh if zh else role.en, scope_words(grant.scope), meaning)


def scope_words(scope: access.Scope) -> str:
    """``区县 甲区（510001）``; by its code alone where the register does not name it."""
    said = access.load_roles().scopes[scope.kind]
    kind = said.zh if language() == "zh" else said.en
    if not scope.key:
        return kind
    named = _rows(scope.kind).filter(**{_code(scope.kind): scope.key}).first()
    # Not in the register, or not for this reader: the code says enough.
    return f"{kind} {named.name}（{scope.key}）" if named else f"{kind} {scope.key}"


def _code(kind: access.ScopeKind) -> str:
    """Column of the kind's register that a scope's key stands in."""
    return table(access.load_roles().scopes[kind].register_).key[0]


def _rows(kind: access.ScopeKind) -> Any:
    return registers.at(access.load_roles().scopes[kind].register_)


def scope_choices() -> list[Choices]:
    """Districts, parks and chains of the registers; firms are too many and given by code."""
    scopes = access.load_roles().scopes
    zh = language() == "zh"
    found = [Choices("", (Choice("city", scopes["city"].zh if zh else scopes["city"].en),))]
    for kind in _PICKED:
        rows = _rows(kind)
        if kind == "district":
            rows = rows.filter(level__in=_AS_DISTRICTS)
        codes = dict(rows.order_by(_code(kind)).values_list(_code(kind), "name"))
        choices = tuple(
            Choice(f"{kind}:{code}", f"{name}（{code}）") for code, name in codes.items()
        )
        if choices:
            found.append(Choices(scopes[kind].zh if zh else scopes[kind].en, choices))
    return found


def role_choices() -> list[tuple[str, str]]:
    """Code and name of every role."""
    zh = language() == "zh"
    return [(code, role.zh if zh else role.en) for code, role in access.load_roles().roles.items()]
