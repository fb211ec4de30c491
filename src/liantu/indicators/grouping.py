"""How rows reach the groups of a dimension."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from liantu.indicators.checking import check_condition
from liantu.indicators.declared import Dimension, Many
from liantu.indicators.formula import NotAFormula
from liantu.indicators.names import paths_of
from liantu.records.tables.declared import load_tables


@dataclass(frozen=True)
class Way:
    """How a row of a table comes to its group: follow ``path``, then read ``column``.

    ``table`` is what the column speaks of; with ``many``, the groups of its
    unit are looked up there.
    """

    path: tuple[str, ...]
    table: str
    column: str
    many: bool = False

    @property
    def label(self) -> str:
        """Name of the column in a pass of the engine, as in :class:`~.names.Reached`."""
        return "__".join((*self.path, self.column))


def reached_by(dimension: Dimension, table_id: str) -> bool:
    """Do rows of a table come to groups of a dimension?"""
    return table_id in dimension.of if dimension.groups else way(dimension, table_id) is not None


def way(dimension: Dimension, table_id: str) -> Way | None:
    """The shortest way from a row of a table to its group; None where there is none."""
    at = tuple(dimension.at.items())
    many = tuple((table, each.unit) for table, each in dimension.many.items())
    return _way(at, many, table_id)


@lru_cache(maxsize=5_000)
def _way(
    at: tuple[tuple[str, str], ...], many: tuple[tuple[str, str], ...], table_id: str
) -> Way | None:
    columns, units = dict(at), dict(many)
    ways = [((), table_id), *sorted(paths_of(table_id).items(), key=lambda item: len(item[0]))]
    for path, table in ways:
        if table in columns:
            return _way_to(path, table, columns[table])
        if table in units:
            return _way_to(path, table, load_tables()[table].key[0], many=True)
    return None


def _why_not(many: Many, key: tuple[str, ...]) -> list[tuple[tuple[str, ...], str, str]]:
    """What is wrong with the condition by which rows make groups."""
    if not many.when or many.table not in load_tables():
        return []
    try:
        checked = check_condition(many.when, many.table)
    except NotAFormula as error:
        return [(key, one.zh, one.en) for one in error.refusals]
    far = sorted(name for name, reached in checked.columns.items() if reached.path)
    if far:
        return [(key, f"条件只能用表 {many.table} 自己的列，不能用 {'、'.join(far)}。",
                 f"The condition is on columns of {many.table} itself and not on"
                 f" {', '.join(far)}.")]  # fmt: skip
    return []


def _way_to(path: tuple[str, ...], table: str, column: str, *, many: bool = False) -> Way:
    """A record's own code stands in the column that refers to it, registered or not."""
    if path and column == load_tables()[table].key[0]:
        return Way(path[:-1], table, path[-1], many)
    return Way(path, table, column, many)


def why_unsound(dimension: Dimension) -> list[tuple[tuple[str, ...], str, str]]:
    """What of a dimension names tables or columns that do not exist: key, zh, en."""
    tables = load_tables()
    found: list[tuple[tuple[str, ...], str, str]] = []

    def asked(key: tuple[str, ...], table: str, column: str = "") -> None:
        if table not in tables:
            found.append((key, f"没有名为 {table} 的数据表。", f"There is no table {table}."))
        elif column and column not in tables[table].by_name:
            found.append(
                (key, f"表 {table} 没有列 {column}。", f"Table {table} has no column {column}.")
            )

    for table, column in dimension.at.items():
        asked(("at", table), table, column)
    for table, many in dimension.many.items():
        asked(("many", table), table)
        asked(("many", table), many.table, many.column)
        asked(("many", table), many.table, many.unit)
        found += _why_not(many, ("many", table, "when"))
    if dimension.names:
        asked(("names",), dimension.names, dimension.then)
    for table in dimension.of:
        asked(("of",), table)
    for number, group in enumerate(dimension.groups):
        if not group.when:
            if number != len(dimension.groups) - 1:
                found.append(
                    (
                        ("groups",),
                        f"组 {group.id} 没有条件 when，只有最后一组可以不写。",
                        f"Group {group.id} has no condition; only the last may do without.",
                    )
                )
            continue
        for table in (one for one in dimension.of if one in tables):
            try:
                check_condition(group.when, table)
            except NotAFormula as error:
                found += [(("groups",), f"组 {group.id}：{one.zh}", f"Group {group.id}: {one.en}")
                          for one in error.refusals]  # fmt: skip
    return found
