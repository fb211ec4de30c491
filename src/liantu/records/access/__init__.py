"""Access: who acts, in which role, within which scope. Enforced here and nowhere else.

Deny by default: the doors of the records ask :func:`current` who acts and refuse where nobody
does. Pages, commands and background jobs name the actor by :func:`acting`; what rows and columns
an actor reaches is decided in this room, for all of them alike.
"""

from __future__ import annotations

from liantu.records.access.acting import act_as, acting, carried, current, is_whole, somebody, whole
from liantu.records.access.actor import CITY, OPERATOR, Actor, Grant, Scope, ScopeKind
from liantu.records.access.granting import actor_of, grant, grants, revoke
from liantu.records.access.limits import Limit, filed_in, limit, outside, reach, writer
from liantu.records.access.personal import hidden, mask
from liantu.records.access.roles import (
    Capability,
    allowed,
    check_grant,
    grants_with,
    load_roles,
    may_write,
    require,
    role_of,
    scope_of,
    writes,
)

__all__ = [
    "CITY",
    "OPERATOR",
    "Actor",
    "Capability",
    "Grant",
    "Limit",
    "Scope",
    "ScopeKind",
    "act_as",
    "acting",
    "actor_of",
    "allowed",
    "carried",
    "check_grant",
    "current",
    "filed_in",
    "grant",
    "grants",
    "grants_with",
    "hidden",
    "is_whole",
    "limit",
    "load_roles",
    "mask",
    "may_write",
    "outside",
    "reach",
    "require",
    "revoke",
    "role_of",
    "scope_of",
    "somebody",
    "whole",
    "writer",
    "writes",
]
