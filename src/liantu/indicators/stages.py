"""The stages of a pass in the making: units, joined columns, arguments, pairs of years, groups."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlglot import exp

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.dialect import Duck
from liantu.indicators.planning import Pass, overlapping
from liantu.indicators.primitives import (
    EXACTLY,
    Argument,
    Collector,
    columns_in,
    leading,
    same_base,
    taken_apart,
)
from liantu.indicators.reaching import (
    group_expression,
    known_way,
    map_name,
    mapped,
    reading,
)
from liantu.records.tables.declared import Table, load_tables

ONE = exp.Literal.number(1)
YEAR = "year"
"""A register with a year in its key is kept by year: of a year without rows nothing is known."""
_OF_ITS_YEAR = "_j.year = year(_j.period_end)"


@dataclass(frozen=True)
class Columns:
    """Where a measure's figures stand in the result of the statement."""

    value: str
    units: str
    matched: str
    reported: str
    """Reported unit periods of the grain; of registers the same as units."""
    flagged: str
    top1: str
    top2: str


@dataclass
class Build:
    """A statement in the making."""

    one: Pass
    catalogue: Catalogue
    dialect: Duck
    flags: bool
    """Is there a relation of rows with a finding?"""
    merged: bool
    """May two rows of the source be of one unit and period, after codes were merged?"""
    leading: bool
    """Are the shares of the two leading units wanted?"""
    collector: Collector = field(default_factory=Collector)
    finals: list[str] = field(default_factory=list)
    columns: dict[str, Columns] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.read = reading(self.one, self.catalogue)
        self.table: Table = self.read.table
        self.yearly = not self.table.grain and YEAR in self.table.key
        if self.yearly:
            self.read.own[YEAR] = None
        self.reduces = bool(self.table.grain) and (
            self.table.grain != self.one.kind or self.merged or bool(self.one.carry)
        )

    def q(self, name: str) -> str:
        """A name as the dialect quotes it."""
        return self.dialect.quote(name)

    # Measures ----------------------------------------------------------------------------------

    def measures(self) -> None:
        """Take every measure apart."""
        for number, compiled in enumerate(self.one.measures):
            assert compiled.formula is not None
            condition = self.condition(compiled)
            tree = taken_apart(compiled.formula.tree, condition, self.collector)
            factor = float(compiled.factor)
            value = self.dialect.double(f"({self.dialect.expression(tree)})")
            self.finals.append(f"{value} * {factor!r} AS {self.q(f'_x{number}')}")
            tops = ("", "", "")
            if self.leading:
                tops = leading(compiled.formula.tree, condition, self.collector)
            top1, top2 = self._tops(number, tops)
            units, matched, reported, flagged = self._counts(compiled, condition)
            self.columns[compiled.measure.id] = Columns(
                f"_x{number}", units, matched, reported, flagged, top1, top2
            )

    def condition(self, compiled: Compiled) -> exp.Expr | None:
        """A measure's condition; of ``pairs``, that every column is there as well."""
        tree = compiled.condition.tree if compiled.condition else None
        if compiled.measure.missing != "pairs" or compiled.formula is None:
            return tree
        for name in sorted(compiled.formula.columns):
            there = exp.Not(this=exp.Is(this=exp.column(name, quoted=True), expression=exp.Null()))
            tree = there if tree is None else exp.And(this=exp.Paren(this=tree), expression=there)
        return tree

    def _tops(self, number: int, columns: tuple[str, str, str]) -> tuple[str, str]:
        if not columns[0]:
            return "", ""
        whole = self.q(columns[2])
        for at in (0, 1):
            share = f"{self.q(columns[at])} / nullif({whole}, 0)"
            self.finals.append(f"{share} AS {self.q(f'_t{at + 1}x{number}')}")
        return f"_t1x{number}", f"_t2x{number}"

    def contributes(self, compiled: Compiled, condition: exp.Expr | None) -> exp.Expr | None:
        """Whether a row has part in a value: its condition, and a figure in any own column."""
        assert compiled.formula is not None
        there: exp.Expr | None = None
        for name in self._own(compiled):
            part = exp.Not(this=exp.Is(this=exp.column(name, quoted=True), expression=exp.Null()))
            there = part if there is None else exp.Or(this=there, expression=part)
        if there is None or condition is None:
            return condition if there is None else there
        return exp.And(this=exp.Paren(this=condition.copy()), expression=exp.Paren(this=there))

    def _own(self, compiled: Compiled) -> list[str]:
        """Columns of the table itself that a formula reads, without those of its key."""
        assert compiled.formula is not None
        own = sorted(name for name, one in compiled.formula.columns.items() if not one.path)
        return [name for name in own if name not in self.table.key]

    def _counts(self, compiled: Compiled, condition: exp.Expr | None) -> tuple[str, str, str, str]:
        """Columns of units, of rows that meet the condition, of reported periods, of findings."""
        into = self.collector
        assert compiled.formula is not None
        both = self.contributes(compiled, condition)
        units = same_base(compiled.formula.tree, condition, into)
        units = units or into.primitive("count", into.argument(ONE, both)).name
        where = compiled.condition.tree if compiled.condition else None
        matched = into.primitive("count", into.argument(ONE, where)).name
        reported = units
        if self.reduces:
            reported = into.primitive(
                "sum", into.argument(_members(self._own(compiled)), both)
            ).name
        flagged = ""
        if self.flags:
            flag = exp.column("_flag", quoted=True)
            flagged = into.primitive("sum", into.argument(flag, both)).name
        return units, matched, reported, flagged

    # Stages ------------------------------------------------------------------------------------

    def units(self) -> str:
        """One row a unit and period; figures of several periods come to one as declared."""
        key = [name for name in self.table.key if name != self.table.period]
        own = [name for name in self.read.own if name not in key and name != self.table.period]
        if not self.table.grain:
            return self._register_rows([*key, *own])
        period = self.q(str(self.table.period))
        flag = f", {self._flag()}" if self.flags else ""
        joined = f"FROM _s JOIN _m ON _s.{period} = _m.member{self._flag_join()}"
        if not self.reduces:
            cells = ", ".join(f"_s.{self.q(name)}" for name in (*key, *own))
            return f"SELECT {cells}, _m.period AS _period{flag} {joined}"
        cells = ", ".join(f"_s.{self.q(name)}" for name in key)
        parts = [f"{self._reduced(name)} AS {self.q(name)}" for name in own]
        counts = [f"count(_s.{self.q(name)}) AS {self.q(f'_n_{name}')}" for name in own]
        listed = ", ".join([cells, "_m.period AS _period", "count(*) AS _n", *parts, *counts])
        if self.flags:
            listed += f", max({self._flag().removesuffix(' AS _flag')}) AS _flag"
        return f"SELECT {listed} {joined} GROUP BY {cells}, _m.period"

    def _reduced(self, name: str) -> str:
        column = f"_s.{self.q(name)}"
        how = self.table[name].over_periods
        if how == "sum":
            return self.dialect.double(f"sum({self.dialect.exact(column)})")
        if how == "mean":
            whole = self.dialect.double(f"sum({self.dialect.exact(column)})")
            return f"{whole} / nullif(count({column}), 0)"
        return self.dialect.last(column, "_m.member")

    def _flag(self) -> str:
        return "CASE WHEN _f.entity IS NULL THEN 0 ELSE 1 END AS _flag"

    def _flag_join(self) -> str:
        if not self.flags:
            return ""
        entity, period = self.q(self.table.entity[0]), self.q(str(self.table.period))
        return f" LEFT JOIN _f ON _f.entity = _s.{entity} AND _f.period = _s.{period}"

    def _register_rows(self, columns: Sequence[str]) -> str:
        """Rows of a register for every period; those with days of validity, where they are so."""
        cells = ", ".join(f"_s.{self.q(name)}" for name in dict.fromkeys(columns))
        valid = ""
        if {"valid_from", "valid_to"} <= set(self.table.by_name):
            valid = (
                " WHERE (_s.valid_from IS NULL OR _s.valid_from <= _p.period_end)"
                " AND (_s.valid_to IS NULL OR _s.valid_to >= _p.period_end)"
            )
        return f"SELECT {cells}, _p.period AS _period FROM _s CROSS JOIN _p{valid}"

    def joined(self) -> str:
        """Columns of the registers beside the unit's own."""
        parts = ["_u.*", "_p.period_start", "_p.period_end"]
        parts += [
            f"{self.q(_alias(path))}.{self.q(column)} AS {self.q(label)}"
            for label, (path, column) in self.read.labels.items()
        ]
        for name in sorted(columns_in(one.tree for one in self._listed())):
            if name.startswith(EXACTLY):
                parts.append(f"{self._exact(name.removeprefix(EXACTLY))} AS {self.q(name)}")
        sql = f"SELECT {', '.join(parts)} FROM _u JOIN _p ON _p.period = _u._period"
        for path in sorted(self.read.joins, key=len):
            register = self.read.joins[path]
            from_ = "_u" if len(path) == 1 else self.q(_alias(path[:-1]))
            code = code_of(register)
            alias = self.q(_alias(path))
            sql += (
                f" LEFT JOIN {self.q(f'_r_{register}')} AS {alias}"
                f" ON {alias}.{self.q(code)} = {from_}.{self.q(path[-1])}"
            )
        return sql

    def _exact(self, name: str) -> str:
        if name not in self.read.labels:
            return self.dialect.exact(f"_u.{self.q(name)}")
        path, column = self.read.labels[name]
        return self.dialect.exact(f"{self.q(_alias(path))}.{self.q(column)}")

    def arguments(self) -> str:
        """Groups and arguments of every row."""
        key = self.table.entity[0]
        there = f"CASE WHEN {_OF_ITS_YEAR} THEN 1 END" if self.yearly else "1"
        cells = ["_j._period", f"_j.{self.q(key)} AS _entity", f"{there} AS _there"]
        joins = ""
        for name in self.one.dimensions:
            dimension = self.catalogue.dimensions[name]
            cells.append(
                f"{group_expression(dimension, self.one.table, self.dialect)} AS {self.q(name)}"
            )
            joins += self.map_join(name)
        cells += [f"{self.dialect.expression(one.tree)} AS {one.name}" for one in self._listed()]
        return f"SELECT {', '.join(cells)} FROM _j{joins}"

    def _listed(self) -> list[Argument]:
        return list(self.collector.arguments.values())

    def map_join(self, name: str) -> str:
        dimension = self.catalogue.dimensions[name]
        if dimension.groups:
            return ""
        found = known_way(dimension, self.one.table)
        if not (found.many or mapped(dimension)):
            return ""
        relation = self.q(map_name(dimension))
        return f" LEFT JOIN {relation} ON {relation}.code = _j.{self.q(found.label)}"

    def paired(self) -> str:
        """Every row beside the same unit's row of the year before."""
        dims = [
            f"COALESCE(n.{self.q(name)}, b.{self.q(name)}) AS {self.q(name)}"
            for name in self.one.dimensions
        ]
        cells = ["COALESCE(n._period, b._period) AS _period", *dims]
        for one in self._listed():
            cells += [f"n.{one.name} AS {one.name}", f"b.{one.name} AS _before{one.name}"]
        same = " AND ".join(
            ["n._entity = b._entity", "n._period = b._period",
             *(f"n.{self.q(name)} = b.{self.q(name)}" for name in self.several())]
        )  # fmt: skip
        columns = ["_entity", *(self.q(name) for name in self.one.dimensions)]
        columns += [one.name for one in self._listed()]
        later = f"SELECT _p.period AS _period, {', '.join(f'_r.{c}' for c in columns)}"
        return (
            f"SELECT {', '.join(cells)}, n._there AS _there,"
            " COALESCE(n._period, b._period) IN (SELECT _period FROM _r) AS _now,"
            " COALESCE(n._period, b._period) IN (SELECT _p.period FROM _p JOIN _r"
            " ON _r._period = _p.before) AS _prior"
            f" FROM _r AS n FULL OUTER JOIN"
            f" ({later} FROM _r JOIN _p ON _p.before = _r._period) AS b ON {same}"
        )

    def several(self) -> tuple[str, ...]:
        """Dimensions by which rows of this pass are multiplied."""
        return tuple(
            dict.fromkeys(
                name
                for grouping in self.one.groupings
                for name in overlapping(self.catalogue.dimensions, self.one.table, grouping)
            )
        )

    def grouped(self, source: str) -> str:
        """Primitives of every group of every grouping."""
        dims = [self.q(name) for name in self.one.dimensions]
        bits = [f"GROUPING({name}) * {2**at}" for at, name in enumerate(reversed(dims))]
        number = " + ".join(bits) or "0"
        seen = "count(_there)"
        sets = ", ".join(
            f"({', '.join(['_period', *(self.q(name) for name in one)])})"
            for one in self.one.groupings
        )
        cells = [f"{number} AS _set", "_period", *dims, f"{seen} AS _seen"]
        cells += [
            f"{self.dialect.primitive(one)} AS {one.name}"
            for one in self.collector.primitives.values()
        ]
        return f"SELECT {', '.join(cells)} FROM {source} GROUP BY GROUPING SETS ({sets})"


def _members(own: Sequence[str]) -> exp.Expr:
    """Periods of the grain in which a unit reported any of the columns."""
    counts: list[exp.Expr] = [exp.column(f"_n_{name}", quoted=True) for name in own]
    if not counts:
        return exp.column("_n", quoted=True)
    if len(counts) == 1:
        return counts[0]
    return exp.Greatest(this=counts[0], expressions=counts[1:], ignore_nulls=True)


def _alias(path: tuple[str, ...]) -> str:
    return "_j_" + "__".join(path)


def code_of(register: str) -> str:
    """Column by which others name a record of a register."""
    return load_tables()[register].key[0]
