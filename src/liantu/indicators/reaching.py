"""What a pass reads: columns of its table, registers to join, and how rows come to their groups."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlglot import exp

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.checking import check_condition
from liantu.indicators.declared import UNFILLED, Dimension
from liantu.indicators.dialect import Duck, text
from liantu.indicators.grouping import Way, way
from liantu.indicators.names import Reached
from liantu.indicators.planning import Pass
from liantu.records.tables.declared import Table, load_tables


@dataclass
class Reading:
    """Columns and joins of one pass, gathered from its measures and dimensions."""

    table: Table
    own: dict[str, None] = field(default_factory=dict)
    """Columns of the table itself."""
    joins: dict[tuple[str, ...], str] = field(default_factory=dict)
    """Path of references → register joined there; shorter paths before longer ones."""
    labels: dict[str, tuple[tuple[str, ...], str]] = field(default_factory=dict)
    """Column of a register in the pass → its path and its name there."""

    def add(self, path: tuple[str, ...], column: str, register: str) -> str:
        """Read a column; its name in the pass."""
        if not path:
            self.own[column] = None
            return column
        self.own[path[0]] = None
        at = self.table.id
        for length in range(1, len(path) + 1):
            at = load_tables()[at][path[length - 1]].references
            self.joins[path[:length]] = at
        label = "__".join((*path, column))
        self.labels[label] = (path, column)
        return label

    def columns(self, reached: Iterable[Reached]) -> None:
        """Read the columns of a formula."""
        for one in reached:
            self.add(one.path, one.column.name, one.table)


def reading(one: Pass, catalogue: Catalogue) -> Reading:
    """Everything that a pass reads."""
    found = Reading(load_tables()[one.table])
    for compiled in one.measures:
        for checked in (compiled.formula, compiled.condition):
            if checked is not None:
                found.columns(checked.columns.values())
    for name in one.dimensions:
        dimension = catalogue.dimensions[name]
        if dimension.groups:
            for group in dimension.groups:
                if group.when:
                    found.columns(check_condition(group.when, one.table).columns.values())
        else:
            ways = known_way(dimension, one.table)
            found.add(ways.path, ways.column, ways.table)
    return found


def known_way(dimension: Dimension, table: str) -> Way:
    """The way of a dimension that is known to be reached."""
    found = way(dimension, table)
    assert found is not None
    return found


def map_name(dimension: Dimension) -> str:
    """Relation of an engine that holds code → group of a dimension, or unit → groups."""
    return f"_g_{dimension.id}"


def mapped(dimension: Dimension) -> bool:
    """Do its groups stand in a relation, rather than in the column itself?"""
    return bool(dimension.climb or dimension.then)


def group_expression(dimension: Dimension, table: str, dialect: Duck) -> str:
    """The group of a row, as it is written over the joined columns; never null."""
    if dimension.groups:
        return _by_conditions(dimension, table, dialect)
    found = known_way(dimension, table)
    own = dialect.quote(found.label)
    grouped = f"{dialect.quote(map_name(dimension))}.grp"
    if found.many:
        own = grouped
    elif mapped(dimension):
        own = grouped if dimension.then else f"COALESCE({grouped}, {own})"
    if dimension.prefix:
        own = _prefix(own, dimension.prefix)
    return f"COALESCE({dialect.textual(own)}, {text(UNFILLED)})"


def _by_conditions(dimension: Dimension, table: str, dialect: Duck) -> str:
    branches = ""
    rest = UNFILLED
    for group in dimension.groups:
        if group.when:
            tree: exp.Expr = check_condition(group.when, table).tree
            branches += f" WHEN {dialect.expression(tree)} THEN {text(group.id)}"
        else:
            rest = group.id
    return f"CASE{branches} ELSE {text(rest)} END"


def _prefix(column: str, length: int) -> str:
    """First digits of a code, without the letter that some files write before them.

    A code shorter than that does not say its group.
    """
    bare = (
        f"CASE WHEN length({column}) > 1 AND substr({column}, 1, 1) BETWEEN 'A' AND 'Z'"
        f" THEN substr({column}, 2) ELSE {column} END"
    )
    return f"CASE WHEN length({bare}) >= {length} THEN substr({bare}, 1, {length}) END"


def register_part(compiled: Compiled) -> exp.Expr | None:
    """The part of a measure's condition that speaks of registers alone.

    It tells which units are expected before anything is known of their figures.
    """
    if compiled.condition is None:
        return None
    tables = compiled.condition.columns
    kept = [
        part
        for part in _conjuncts(compiled.condition.tree)
        if all(c.name in tables and tables[c.name].path for c in part.find_all(exp.Column))
    ]
    if not kept:
        return None
    tree: exp.Expr = exp.Paren(this=kept[0].copy())
    for part in kept[1:]:
        tree = exp.And(this=tree, expression=exp.Paren(this=part.copy()))
    return tree


def _conjuncts(tree: exp.Expr) -> list[exp.Expr]:
    if isinstance(tree, exp.Paren):
        return _conjuncts(tree.this)
    if isinstance(tree, exp.And):
        return [*_conjuncts(tree.this), *_conjuncts(tree.expression)]
    return [tree]
