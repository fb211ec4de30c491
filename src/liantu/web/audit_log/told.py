"""Entries of the log as a person reads them: the object named and led to, the details in words.

Entries keep codes for good; the words for them are the catalogue's. A code without words is shown
as it is, so that nothing in the log is ever left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.urls import NoReverseMatch, reverse

from liantu.records import access, audit
from liantu.records.models.audit import AuditEntry
from liantu.records.tables.declared import figures_table, load_tables
from liantu.systems.language import language
from liantu.words import words

_DIGEST = 64
_BATCHES = (audit.Act.IMPORTED, audit.Act.WITHDRAWN)
_VERSIONS = (
    audit.Act.ADDED, audit.Act.EDITED, audit.Act.DELETED, audit.Act.RESTORED, audit.Act.MERGED,
)  # fmt: skip


@dataclass(frozen=True)
class Told:
    """One line of the page."""

    number: int
    at: datetime
    by: str
    act: str
    object: str
    key: str
    link: str
    """Where the object is shown; empty where no page shows it."""
    address: str
    details: str


def told(entry: AuditEntry) -> Told:
    """The line of an entry."""
    batch = entry.action in _BATCHES
    said = words().say("audit.batch", language(), number=entry.key) if batch else entry.key
    details = (_detail(name, value) for name, value in audit.details_of(entry).items())
    return Told(
        entry.number, entry.at, entry.by, entry.action, _object(entry.kind), said, _link(entry),
        entry.address, " · ".join(detail for detail in details if detail),
    )  # fmt: skip


def _object(kind: str) -> str:
    tables = {**load_tables(), figures_table().id: figures_table()}
    if kind in tables:
        return tables[kind].zh if language() == "zh" else tables[kind].en
    return _known(f"audit.object.{kind}", kind)


def _link(entry: AuditEntry) -> str:
    if not entry.key:
        return ""
    try:
        if entry.kind == "account" and access.allowed("accounts"):
            return reverse("accounts-one", args=(entry.key,))
        if entry.action in _BATCHES:
            return reverse("imports-batch", args=(int(entry.key),))
        if entry.action in _VERSIONS:
            return reverse("record-history", args=(entry.kind, entry.key))
        if entry.action == audit.Act.DECIDED:
            return reverse("imports-case", args=(int(entry.key),))
    except (NoReverseMatch, ValueError):  # a key that no page can show
        return ""
    return ""


def _detail(name: str, value: Any) -> str:
    """``name`` and its value in words; nothing where the value is empty."""
    if value in ("", None, False):
        return ""
    title = _known(f"audit.detail.{name}", name)
    return title if value is True else f"{title} {_value(name, value)}"


def _value(name: str, value: Any) -> str:
    roles = access.load_roles()
    if name == "role" and value in roles.roles:
        return _in_either(roles.roles[value])
    if name == "scope_kind" and value in roles.scopes:
        return _in_either(roles.scopes[value])
    if isinstance(value, int):
        return f"{value:,}"
    text = str(value)
    if len(text) == _DIGEST:  # told apart by its beginning; the export holds it whole
        return f"{text[:12]}…"
    return _known(f"audit.value.{text}", text)


def _in_either(said: Any) -> str:
    return str(said.zh if language() == "zh" else said.en)


def _known(key: str, otherwise: str) -> str:
    return words().say(key, language()) if words().known(key) else otherwise
