"""Who acts: a name, and the grants that say in which role and within which scope."""

from __future__ import annotations

import getpass
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

ScopeKind = Literal["city", "district", "park", "chain", "firm"]


@dataclass(frozen=True, order=True)
class Scope:
    """A part of the city: ``key`` is its code (area, park, chain, firm); empty for the city."""

    kind: ScopeKind
    key: str = ""

    def __str__(self) -> str:
        return f"{self.kind}:{self.key}" if self.key else self.kind


CITY = Scope("city")


@dataclass(frozen=True, order=True)
class Grant:
    """One role within one scope."""

    role: str
    scope: Scope = CITY


@dataclass(frozen=True)
class Actor:
    """Whoever acts. Without grants nothing is allowed.

    ``user_id`` is the account's number; None for whoever has the shell.
    """

    name: str
    grants: tuple[Grant, ...] = field(default=())
    user_id: int | None = None
    only: frozenset[str] | None = None
    """Capabilities left to a narrowed actor (a program with a token); None: all of the roles'."""

    @cached_property
    def roles(self) -> frozenset[str]:
        """Ids of the roles held."""
        return frozenset(grant.role for grant in self.grants)


def _system_user() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):  # an account of the system without a name
        return "operator"


OPERATOR = Actor(_system_user(), (Grant("administrator"),))
"""Whoever has the shell, by the system's own name of them: they hold the database's files."""
