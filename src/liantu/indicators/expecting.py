"""How many units should have reported: by group and period, before anything is known of figures.

A unit files from a first to a last period. Units are counted by group and by those two; what a
period then expects follows from few numbers.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl
from sqlglot import exp

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.dialect import Duck
from liantu.indicators.planning import Pass
from liantu.indicators.reaching import (
    Reading,
    group_expression,
    known_way,
    map_name,
    mapped,
    register_part,
)
from liantu.indicators.stages import code_of
from liantu.records.tables.declared import load_tables


@dataclass(frozen=True)
class Expecting:
    """A statement that counts expected units over ``_e`` (entity, first, last).

    Its result: ``_set``, dimensions, ``_first``, ``_last``, and a count for every condition.
    """

    sql: str
    dimensions: tuple[str, ...]
    groupings: tuple[tuple[str, ...], ...]
    counts: dict[str, str]
    """Measure → column of its count."""
    registers: frozenset[str]
    maps: frozenset[str]


def expecting(one: Pass, catalogue: Catalogue, dialect: Duck) -> Expecting | None:
    """The statement for a pass; None for registers, of which nobody expects a return.

    Groupings that only figures decide (bands) are left out: who would be in them is not known.
    """
    table = load_tables()[one.table]
    if not table.grain:
        return None
    read = Reading(table)
    groupings = [g for g in one.groupings if all(_known(catalogue, one.table, n) for n in g)]
    dims = tuple(dict.fromkeys(name for grouping in groupings for name in grouping))
    for name in dims:
        ways = known_way(catalogue.dimensions[name], one.table)
        read.add(ways.path, ways.column, ways.table)
    conditions: dict[str, tuple[str, exp.Expr | None]] = {}
    counts = {}
    for compiled in one.measures:
        part = register_part(compiled)
        if part is not None and compiled.condition is not None:
            used = {column.name for column in part.find_all(exp.Column)}
            read.columns(c for name, c in compiled.condition.columns.items() if name in used)
        key = part.sql("duckdb") if part is not None else ""
        column = conditions.setdefault(key, (f"_c{len(conditions)}", part))[0]
        counts[compiled.measure.id] = column
    if any(path[0] != table.entity[0] for path in read.joins):
        return None  # what the unit is known by does not lead there
    sql = _sql(read, catalogue, dialect, groupings, dims, list(conditions.values()))
    maps = {name for name in dims if _map(catalogue, one.table, name)}
    return Expecting(
        sql, dims, tuple(groupings), counts, frozenset(read.joins.values()), frozenset(maps)
    )


def _known(catalogue: Catalogue, table: str, name: str) -> bool:
    """Is the group of a unit known by the unit alone?"""
    dimension = catalogue.dimensions[name]
    if dimension.groups:
        return False
    ways = known_way(dimension, table)
    return bool(ways.path) or ways.column == load_tables()[table].entity[0]


def _map(catalogue: Catalogue, table: str, name: str) -> bool:
    dimension = catalogue.dimensions[name]
    return known_way(dimension, table).many or mapped(dimension)


def _sql(
    read: Reading, catalogue: Catalogue, dialect: Duck, groupings: Sequence[tuple[str, ...]],
    dims: Sequence[str], conditions: Sequence[tuple[str, exp.Expr | None]],
) -> str:  # fmt: skip
    q, table = dialect.quote, read.table
    joins, labels = "", [f"_e.entity AS {q(table.entity[0])}", "_e.first AS _first",
                         "_e.last AS _last"]  # fmt: skip
    for path in sorted(read.joins, key=len):
        alias, register = q("_j_" + "__".join(path)), read.joins[path]
        left = "_e.entity" if len(path) == 1 else f"{q('_j_' + '__'.join(path[:-1]))}.{q(path[-1])}"
        joins += (
            f" LEFT JOIN {q(f'_r_{register}')} AS {alias}"
            f" ON {alias}.{q(code_of(register))} = {left}"
        )
    labels += [
        f"{q('_j_' + '__'.join(path))}.{q(column)} AS {q(label)}"
        for label, (path, column) in read.labels.items()
    ]
    maps, cells = "", ["_first", "_last"]
    for name in dims:
        dimension = catalogue.dimensions[name]
        if _map(catalogue, table.id, name):
            relation, label = q(map_name(dimension)), q(known_way(dimension, table.id).label)
            maps += f" LEFT JOIN {relation} ON {relation}.code = _j.{label}"
        cells.append(f"{group_expression(dimension, table.id, dialect)} AS {q(name)}")
    for column, tree in conditions:
        told = "1" if tree is None else f"CASE WHEN {dialect.expression(tree)} THEN 1 END"
        cells.append(f"{told} AS {column}")
    bits = [f"GROUPING({q(name)}) * {2**at}" for at, name in enumerate(reversed(dims))]
    out = [f"{' + '.join(bits) or '0'} AS _set", *(q(name) for name in dims), "_first", "_last"]
    out += [f"count({column}) AS {column}" for column, _ in conditions]
    sets = ", ".join(f"({', '.join(['_first', '_last', *map(q, one)])})" for one in groupings)
    return (
        f"WITH _j AS (SELECT {', '.join(labels)} FROM _e{joins}),"
        f" _r AS (SELECT {', '.join(cells)} FROM _j{maps})"
        f" SELECT {', '.join(out)} FROM _r GROUP BY GROUPING SETS ({sets})"
    )


def place(code: pl.Expr, grain: str) -> pl.Expr:
    """A period of a grain as a whole number, one apart from the next."""
    year = code.str.slice(0, 4).cast(pl.Int64, strict=False)
    if grain == "year":
        return year
    if grain == "quarter":
        return year * 4 + code.str.slice(5, 1).cast(pl.Int64, strict=False) - 1
    return year * 12 + code.str.slice(5, 2).cast(pl.Int64, strict=False) - 1


def expected_counts(found: pl.DataFrame, what: Expecting, one: Pass) -> pl.DataFrame:
    """Expected units and unit periods of every group and period.

    Returns:
        ``_set``, ``_period``, dimensions; for every count ``_cN`` (units) and ``_cN_m``
        (unit periods of the grain).
    """
    grain = load_tables()[one.table].grain or "year"
    inside = [(period.code, period.members(grain)) for period in one.periods]
    bounds = pl.DataFrame(
        [(code, members[0], members[-1]) for code, members in inside if members],
        schema={"_period": pl.String(), "_from": pl.String(), "_to": pl.String()},
        orient="row",
    )
    columns = sorted(set(what.counts.values()))
    numbered = {name: place(pl.col(name), grain) for name in ("_first", "_last", "_from", "_to")}
    few = found.with_columns(_first=numbered["_first"], _last=numbered["_last"])
    spans = bounds.with_columns(_from=numbered["_from"], _to=numbered["_to"])
    overlap = (pl.min_horizontal("_last", "_to") - pl.max_horizontal("_first", "_from") + 1).clip(
        lower_bound=0
    )
    crossed = few.join(spans, how="cross").with_columns(_n=overlap).filter(pl.col("_n") > 0)
    return crossed.group_by("_set", "_period", *what.dimensions).agg(
        *(pl.col(column).sum() for column in columns),
        *((pl.col(column) * pl.col("_n")).sum().alias(f"{column}_m") for column in columns),
    )
