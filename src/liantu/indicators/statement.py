"""The one statement of a pass: units to a row a period, columns to arguments, those to groups.

Relations that an engine provides: ``_s`` (rows of the table), ``_m`` (member, period),
``_p`` (period, period_start, period_end, before), a register by ``_r_<id>``, a dimension's
``_g_<id>`` (code or unit, grp), and ``_f`` (entity, period) of rows with a finding.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.dialect import Duck, text
from liantu.indicators.planning import Pass
from liantu.indicators.reaching import (
    Reading,
    group_expression,
)
from liantu.indicators.stages import Build, Columns


@dataclass
class Statement:
    """A statement, and how its result is read."""

    sql: str
    groupings: tuple[tuple[str, ...], ...]
    """By number, as ``_set`` says."""
    dimensions: tuple[str, ...]
    columns: dict[str, Columns]
    reading: Reading
    registers: set[str] = field(default_factory=set)
    maps: set[str] = field(default_factory=set)


def build(
    one: Pass,
    catalogue: Catalogue,
    dialect: Duck,
    *,
    flags: bool = False,
    merged: bool = False,
    leading: bool = False,
) -> Statement:
    """The statement of a pass; what is optional see :class:`Build`."""
    making = Build(one, catalogue, dialect, flags, merged, leading)
    making.measures()
    stages = [f"_u AS ({making.units()})", f"_j AS ({making.joined()})",
              f"_r AS ({making.arguments()})"]  # fmt: skip
    source = "_r"
    if making.collector.paired:
        stages.append(f"_b AS ({making.paired()})")
        source = "_b"
    stages.append(f"_a AS ({making.grouped(source)})")
    dims = [making.q(name) for name in one.dimensions]
    kept = {
        name
        for each in making.columns.values()
        for name in (each.units, each.matched, each.reported, each.flagged)
        if name
    }
    cells = [*(f"_a.{name}" for name in ("_set", "_period", *dims, "_seen", *sorted(kept))),
             *making.finals]  # fmt: skip
    sql = (
        f"WITH {', '.join(stages)} SELECT {', '.join(cells)}"
        " FROM _a JOIN _p ON _p.period = _a._period WHERE _p.asked"
    )
    maps = {name for name in one.dimensions if making.map_join(name)}
    return Statement(
        sql, one.groupings, one.dimensions, making.columns, making.read,
        set(making.read.joins.values()), maps,
    )  # fmt: skip


def units_of(
    one: Pass,
    catalogue: Catalogue,
    dialect: Duck,
    group: Mapping[str, str],
    *,
    merged: bool = False,
) -> Statement:
    """The statement of the units behind one value: a pass of one measure and one period.

    Args:
        group: dimension → group; the dimensions of the pass's only grouping.
    """
    making = Build(one, catalogue, dialect, flags=False, merged=merged, leading=False)
    (compiled,) = one.measures
    told = making.contributes(compiled, making.condition(compiled))
    conditions = ["_j._period = " + text(one.periods[0].code)]
    conditions += [] if told is None else [f"({dialect.expression(told)})"]
    joins = ""
    for name in one.dimensions:
        joins += making.map_join(name)
        own = group_expression(catalogue.dimensions[name], one.table, dialect)
        conditions.append(f"{own} = {text(group[name])}")
    key = making.q(making.table.entity[0])
    sql = (
        f"WITH _u AS ({making.units()}), _j AS ({making.joined()})"
        f" SELECT DISTINCT CAST(_j.{key} AS VARCHAR) AS entity FROM _j{joins}"
        f" WHERE {' AND '.join(conditions)}"
    )
    maps = {name for name in one.dimensions if making.map_join(name)}
    return Statement(
        sql, one.groupings, one.dimensions, {}, making.read,
        set(making.read.joins.values()), maps,
    )  # fmt: skip


def set_number(grouping: Sequence[str], dimensions: Sequence[str]) -> int:
    """Number of a grouping in ``_set``: a bit for each dimension that is rolled up."""
    number = 0
    for name in dimensions:
        number = number * 2 + (name not in grouping)
    return number
