"""Names in a formula: columns of its table, and of what its references point to.

``revenue_cny`` is a column of the table; ``firms.area_code`` one of the register that a column of
the table, or of a register on the way, points into; ``from_node.chain_id`` names the column by
which to go, where two lead into one register.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

from liantu.indicators.faults import meant
from liantu.records.tables.declared import Column, Table, load_tables

MOMENTS = ("period_start", "period_end")
"""First and last day of the period computed; dates."""
_FARTHEST = 3


@dataclass(frozen=True)
class Reached:
    """A column, and the references by which a row of the table reaches it."""

    path: tuple[str, ...]
    """Columns to follow: () for the table's own, (credit_code, park_code) for a firm's park."""
    column: Column
    table: str
    """Id of the table that the column belongs to."""

    @property
    def label(self) -> str:
        """Name of the column in a pass of the engine: unique within one table."""
        return "__".join((*self.path, self.column.name))


class NoSuchName(ValueError):
    """A name that means nothing here, in both languages."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


@lru_cache(maxsize=20_000)
def reach(table_id: str, qualifier: str, name: str) -> Reached:
    """The column that a name means in formulas of a table.

    Args:
        table_id: a declared table.
        qualifier: register or reference column before the dot; empty for own columns.

    Raises:
        NoSuchName: there is none, or two that it could be.
    """
    table = load_tables()[table_id]
    if not qualifier:
        return Reached((), _own(table, name), table_id)
    paths = paths_of(table_id)
    found = [path for path, target in paths.items() if path[-1] == qualifier] or [
        path for path, target in paths.items() if target == qualifier
    ]
    if not found:
        known = sorted(set(paths.values()))
        near, near_en = meant(qualifier, known)
        raise NoSuchName(
            f"表“{table.zh}”没有通向 {qualifier} 的引用列。{near}"
            f"可达的登记表：{'、'.join(known)}。",
            f"No reference of table {table_id} leads to {qualifier}.{near_en} Registers that it"
            f" reaches: {', '.join(known)}.",
        )
    least = min(len(path) for path in found)
    shortest = [path for path in found if len(path) == least]
    if len(shortest) > 1:
        ways = [path[-1] for path in shortest]
        raise NoSuchName(
            f"表“{table.zh}”有 {len(ways)} 列指向 {qualifier}（{'、'.join(ways)}）。"
            f"请写明从哪一列走，如 {ways[0]}.{name}。",
            f"{len(ways)} columns of table {table_id} point into {qualifier} ({', '.join(ways)})."
            f" Say by which to go, e.g. {ways[0]}.{name}.",
        )
    target = load_tables()[paths[shortest[0]]]
    return Reached(shortest[0], _own(target, name), target.id)


@lru_cache(maxsize=200)
def paths_of(table_id: str) -> Mapping[tuple[str, ...], str]:
    """Every way along references, and the register that it leads to; shortest ways first."""
    tables = load_tables()
    found: dict[tuple[str, ...], str] = {}
    edge: list[tuple[tuple[str, ...], str]] = [((), table_id)]
    for _ in range(_FARTHEST):
        ahead = []
        for path, at in edge:
            for column, target in tables[at].references:
                way = (*path, column.name)
                if target != table_id and target not in (at, *(found.get(p) for p in _ups(path))):
                    found[way] = target
                    ahead.append((way, target))
        edge = ahead
    return found


def _ups(path: tuple[str, ...]) -> list[tuple[str, ...]]:
    return [path[:length] for length in range(1, len(path) + 1)]


def _own(table: Table, name: str) -> Column:
    if name in table.by_name:
        return table[name]
    near, near_en = meant(name, table.by_name)
    raise NoSuchName(
        f"表“{table.zh}”没有列 {name}。{near}该表的列：{'、'.join(table.by_name)}。",
        f"Table {table.id} has no column {name}.{near_en} Its columns: {', '.join(table.by_name)}.",
    )
