"""Personal data: what roles that need it see whole, and everybody else masked."""

from __future__ import annotations

from functools import cache
from typing import Any

import polars as pl

from liantu.records.access.acting import current, is_whole
from liantu.records.access.roles import grants_with, load_roles, may_write
from liantu.records.tables.declared import Table, load_tables

STAR = "*"
_LEAST = 3
"""Stars at the fewest, so that a short text's length is not told."""


def hidden(table: Table) -> dict[str, str]:
    """Columns that whoever acts may not see whole → kind of personal data.

    They are masked where they are shown, and neither searched, filtered nor sorted by.

    Raises:
        SignInNeeded: nobody acts.
    """
    personal = _personal(table.id)
    if not personal or is_whole() or _sees(table):
        return {}
    return personal


def _sees(table: Table) -> bool:
    """Does a role of theirs need it? Of rows that everyone reads, offices' do, firms' do not."""
    held = grants_with(current(), "personal")
    if not isinstance(table.scope, str) and table.scope.reads == "own":
        return bool(held)
    writers = may_write(table.id)
    return any(grant.scope.kind != "firm" or grant in writers for grant in held)


@cache
def _personal(table_id: str) -> dict[str, str]:
    columns = load_tables()[table_id].columns if table_id in load_tables() else ()
    return {column.name: column.personal for column in columns if column.personal}


def masked(value: Any, kind: str) -> Any:
    """A text with all but its ends as stars; an empty cell stays empty."""
    if value is None or value == "":
        return value
    text, rule = str(value), load_roles().masks[kind]  # type: ignore[index]
    if len(text) <= rule.first + rule.last:
        return STAR * _LEAST
    end = text[-rule.last :] if rule.last else ""
    return text[: rule.first] + STAR * max(len(text) - rule.first - rule.last, _LEAST) + end


def mask(table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The frame with what whoever acts may not see masked."""
    names = {name: kind for name, kind in hidden(table).items() if name in rows.columns}
    if not names:
        return rows
    return rows.with_columns(
        pl.Series(name, [masked(value, kind) for value in rows[name]], dtype=pl.String)
        for name, kind in names.items()
    )
