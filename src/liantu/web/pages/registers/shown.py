"""How pages show a table: by what a record is called, which columns and filters come first.

``catalog/registers.yaml``; what it leaves unsaid follows from the declaration.
"""

from __future__ import annotations

from functools import cache

from liantu.declarations import CATALOG, Declared, read_declared
from liantu.errors import InvalidDeclaration
from liantu.records.tables.declared import Column, Table, load_tables

_FIRST = 9
_OPTIONS = frozenset({"enum", "boolean"})


class Shown(Declared):
    """What is shown of one table."""

    title: tuple[str, ...]
    shown: tuple[str, ...]
    filters: tuple[str, ...] = ()


class ShownTables(Declared):
    """``catalog/registers.yaml``."""

    tables: dict[str, Shown]


@cache
def _declared() -> dict[str, Shown]:
    found = read_declared(ShownTables, CATALOG / "registers.yaml").tables
    wrong = [
        f"{table_id}.{name}"
        for table_id, shown in found.items()
        for name in (*shown.title, *shown.shown, *shown.filters)
        if table_id not in load_tables() or name not in load_tables()[table_id].by_name
    ]
    if wrong:
        raise InvalidDeclaration(
            f"registers.yaml 中的列不存在：{'、'.join(wrong)}。请改正。",
            f"registers.yaml names columns that do not exist: {', '.join(wrong)}. Mend them.",
        )
    return found


def shown_of(table: Table) -> Shown:
    """What is shown of a table, declared or by rule."""
    declared = _declared().get(table.id)
    if declared is not None:
        return declared
    title = tuple(name for name in ("name", "title") if name in table.by_name)[:1]
    plain = [c.name for c in table.columns if c.type != "geometry" and c.name not in title]
    filters = tuple(c.name for c in table.columns if c.type in _OPTIONS)
    return Shown(title=title or table.key, shown=tuple(plain[:_FIRST]), filters=filters)


@cache
def ordered_tables() -> tuple[Table, ...]:
    """All declared tables, those that people look for first in front."""
    order = dict.fromkeys([*_declared(), *load_tables()])
    return tuple(load_tables()[table_id] for table_id in order)


def can_be_filtered(column: Column) -> bool:
    """Is there a filter for this column? Texts are found by searching."""
    return column.type not in ("text", "geometry", "code")
