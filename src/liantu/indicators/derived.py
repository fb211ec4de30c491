"""Derived measures: vector operations on the values of others.

Each function of a measure becomes a column beside the rows asked for, joined from the measure's
own frame with its period or its grouping moved; the formula is then arithmetic over columns.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import polars as pl
from sqlglot import exp

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.checking import written_number, written_text
from liantu.indicators.formula import DERIVED, function_of
from liantu.indicators.planning import Wanted, reads
from liantu.indicators.time import Span, crosses
from liantu.indicators.values import FIXED, Absence, Grouping, schema

GROUPED_NOT = "\x00"
"""Stands for "not grouped by this" while computing, so that rows can be joined on it."""
_WEIGHT = {
    Absence.NOT_APPLICABLE.value: 0,
    Absence.NOT_REPORTED.value: 1,
    Absence.NOT_DUE.value: 2,
    Absence.SUPPRESSED.value: 3,
}
"""Of several parts that are absent, the kind that is told."""


@dataclass
class _Making:
    """One derived measure in the making."""

    frame: pl.DataFrame
    """Rows asked for: ``period``, dimensions; then a column for every leaf."""
    found: dict[str, pl.DataFrame]
    dimensions: Sequence[str]
    periods: dict[str, Span]
    beside: list[str] = field(default_factory=list)
    """Prefixes of the columns joined: what a leaf's value, units … are called after."""
    compared: dict[tuple[str, str], None] = field(default_factory=dict)
    """(measure, function with its arguments) that reach back to another period."""

    def leaf(
        self, measure: str, move: Callable[[Span], Span | None] | None = None,
        without: Sequence[str] = (),
    ) -> pl.Expr:  # fmt: skip
        """The measure's value in every row, at another period or with dimensions rolled up."""
        name = f"_l{len(self.beside)}"
        keys = ["_at", *self.dimensions]
        moved = {code: (move(period) if move else period) for code, period in self.periods.items()}
        codes = {code: period.code if period else None for code, period in moved.items()}
        at = pl.col("period").replace_strict(codes, return_dtype=pl.String())
        rolled = [
            (pl.lit(GROUPED_NOT) if d in without else pl.col(d)).alias(d) for d in self.dimensions
        ]
        wanted = self.frame.select(at.alias("_at"), *rolled)
        source = self.found.get(measure)
        if source is None or not source.height:
            source = pl.DataFrame(schema=schema(self.dimensions))
        own = source.select(
            pl.col("period").alias("_at"), *self.dimensions,
            *(pl.col(c).alias(f"{name}{c}") for c in _CARRIED),
        )  # fmt: skip
        joined = wanted.join(own, on=keys, how="left", maintain_order="left").drop(keys)
        missing = pl.col(f"{name}value").is_null() & pl.col(f"{name}absence").is_null()
        joined = joined.with_columns(
            pl.when(missing).then(pl.lit(Absence.NOT_REPORTED.value))
            .otherwise(pl.col(f"{name}absence")).alias(f"{name}absence")
        )  # fmt: skip
        self.frame = self.frame.hstack(joined)
        self.beside.append(name)
        return pl.col(f"{name}value")


_CARRIED = tuple(name for name in FIXED if name not in ("measure", "period"))


def derive(
    catalogue: Catalogue, compiled: Compiled, wanted: Wanted, found: dict[str, pl.DataFrame],
    dimensions: Sequence[str],
) -> pl.DataFrame:  # fmt: skip
    """Rows of a derived measure, as :func:`liantu.indicators.values.schema` says.

    Args:
        wanted: groupings and periods to give.
        found: frames of the measures it names; dimensions not grouped by hold
            :data:`GROUPED_NOT`.
    """
    assert compiled.derived is not None
    periods = {one.code: one for one in wanted.periods}
    rows = _rows(compiled.derived.inputs, wanted, found, dimensions)
    making = _Making(rows, found, dimensions, periods)
    value = _value(compiled.derived.tree, making) * float(compiled.factor)
    told = making.frame.with_columns(_value=value.cast(pl.Float64)).with_columns(
        _value=pl.when(pl.col("_value").is_finite()).then(pl.col("_value"))
    )
    broken = _broken(catalogue, compiled, wanted, making)
    if compiled.derived.chooses:
        which = _which(compiled, wanted, found, dimensions)
        told = told.with_columns(*_taken(making.beside, which)).with_columns(
            _value=pl.col(f"{_TAKEN}value") * float(compiled.factor)
        )
        making.beside = [_TAKEN]
    return _finished(told, making.beside, compiled.measure.id, broken, dimensions)


_TAKEN = "_taken_"


def _which(compiled: Compiled, wanted: Wanted, found: dict[str, pl.DataFrame],
           dimensions: Sequence[str]) -> dict[str, int]:  # fmt: skip
    """Period → which of the measures of a choice is taken: the first with a value of the city.

    One for all groups of a period, or groups would not add up to the whole.
    """
    assert compiled.derived is not None
    inputs = compiled.derived.inputs
    taken = {one.code: len(inputs) - 1 for one in wanted.periods}
    for number, name in reversed(list(enumerate(inputs))):
        frame = found.get(name, pl.DataFrame(schema=schema(dimensions)))
        whole = pl.all_horizontal(
            pl.col("value").is_not_null(), *(pl.col(d) == GROUPED_NOT for d in dimensions)
        )
        taken |= {code: number for code in frame.filter(whole)["period"] if code in taken}
    return taken


def _taken(beside: Sequence[str], which: dict[str, int]) -> list[pl.Expr]:
    """Columns of the measure that is taken in each period."""

    def chosen(column: str) -> pl.Expr:
        result = pl.lit(None)
        for number, one in enumerate(beside):
            codes = [code for code, taken in which.items() if taken == number]
            result = pl.when(pl.col("period").is_in(codes)).then(f"{one}{column}").otherwise(result)
        return result.alias(f"{_TAKEN}{column}")

    return [chosen(column) for column in _CARRIED]


def _rows(
    inputs: Sequence[str], wanted: Wanted, found: dict[str, pl.DataFrame], dimensions: Sequence[str]
) -> pl.DataFrame:
    """Period and group of every row: wherever any input has one."""
    keys = ["period", *dimensions]
    shape = {name: pl.String() for name in keys}
    frames = [found[name].select(keys) for name in inputs if name in found]
    rows = pl.concat([pl.DataFrame(schema=shape), *frames]).unique(maintain_order=True)
    codes = [one.code for one in wanted.periods]
    return rows.filter(pl.col("period").is_in(codes), _in_any(wanted.groupings, dimensions))


def _in_any(groupings: set[Grouping], dimensions: Sequence[str]) -> pl.Expr:
    tests = [
        pl.all_horizontal(
            pl.lit(value=True), *((pl.col(d) != GROUPED_NOT) == (d in one) for d in dimensions)
        )
        for one in sorted(groupings)
    ]
    return pl.any_horizontal(pl.lit(value=False), *tests)


def _finished(
    told: pl.DataFrame, beside: Sequence[str], name: str, broken: pl.Expr, dimensions: Sequence[str]
) -> pl.DataFrame:
    """The columns of a frame of values: coverage of the least covered part, and so on."""

    def least(column: str) -> pl.Expr:
        return pl.min_horizontal(pl.col(f"{one}{column}") for one in beside)

    weights = pl.max_horizontal(
        pl.col(f"{one}absence").replace_strict(_WEIGHT, default=None, return_dtype=pl.Int64())
        for one in beside
    )
    kinds = {at: kind for kind, at in _WEIGHT.items()}
    absence = pl.coalesce(
        weights.replace_strict(kinds, default=None, return_dtype=pl.String()),
        pl.lit(Absence.NOT_APPLICABLE.value),
    )
    first = beside[0]
    return told.select(
        *dimensions,
        measure=pl.lit(name), period="period", value="_value", units=least("units"),
        expected=pl.col(f"{first}expected"), coverage=least("coverage"),
        absence=pl.when(pl.col("_value").is_null()).then(absence),
        flagged=pl.max_horizontal(pl.col(f"{one}flagged") for one in beside),
        top1=pl.col(f"{first}top1"), top2=pl.col(f"{first}top2"),
        broken=broken | pl.any_horizontal(pl.col(f"{one}broken").fill_null(value=False)
                                          for one in beside),
    ).select(*schema(dimensions))  # fmt: skip


def _broken(catalogue: Catalogue, compiled: Compiled, wanted: Wanted, making: _Making) -> pl.Expr:
    """(row,) does a break of the measure, or of what it is derived from, lie in between?"""
    assert compiled.derived is not None
    codes = []
    for period in wanted.periods:
        for node in compiled.derived.tree.walk():
            if not isinstance(node, exp.Anonymous) or function_of(node) not in DERIVED:
                continue
            earliest = min(reads(node, period), default=period)  # none: before the base year
            firsts = _breaks(catalogue, node.expressions[0].name)
            firsts += [one.from_ for one in compiled.measure.breaks]
            if any(crosses(first, earliest, period) for first in firsts):
                codes.append(period.code)
    del making
    return pl.col("period").is_in(codes)


def _breaks(catalogue: Catalogue, name: str) -> list[str]:
    """First periods of new series of a measure and of all that it is derived from."""
    found = [one.from_ for one in catalogue.measures[name].breaks]
    compiled = catalogue.compiled.get(name)
    for one in compiled.derived.inputs if compiled and compiled.derived else ():
        found += _breaks(catalogue, one)
    return found


# The formula ---------------------------------------------------------------------------------


def _value(node: exp.Expr, making: _Making) -> pl.Expr:
    """A checked derived formula over the joined columns."""
    if isinstance(node, exp.Column):
        return making.leaf(node.name)
    if isinstance(node, exp.Literal):
        return pl.lit(str(node.this) if node.is_string else float(str(node.this)))
    if isinstance(node, exp.Boolean):
        return pl.lit(bool(node.this))
    if isinstance(node, exp.Null):
        return pl.lit(None)
    if isinstance(node, exp.Anonymous):
        return _function(node, making)
    if isinstance(node, exp.Case):
        return _case(node, making)
    many = [node.this, *node.expressions] if node.args.get("expressions") is not None else None
    if isinstance(node, (exp.Coalesce, exp.Greatest, exp.Least, exp.In)) and many:
        parts = [_value(part, making) for part in many]
        if isinstance(node, exp.In):
            return pl.any_horizontal(*(parts[0] == other for other in parts[1:]))
        if isinstance(node, exp.Coalesce):
            return pl.coalesce(parts)
        return (pl.max_horizontal if isinstance(node, exp.Greatest) else pl.min_horizontal)(parts)
    if isinstance(node, exp.Between):
        low, high = _value(node.args["low"], making), _value(node.args["high"], making)
        return _value(node.this, making).is_between(low, high)
    if type(node) in _BINARY:
        one = _value(node.this, making)
        return _BINARY[type(node)](one, _value(node.expression, making))
    return _UNARY[type(node)](_value(node.this, making), node)


def _case(node: exp.Case, making: _Making) -> pl.Expr:
    base = _value(node.this, making) if node.this else None
    result = _value(node.args["default"], making) if node.args.get("default") else pl.lit(None)
    for branch in reversed(node.args["ifs"]):
        test = _value(branch.this, making)
        test = test if base is None else base == test
        result = pl.when(test).then(_value(branch.args["true"], making)).otherwise(result)
    return result


def _function(node: exp.Anonymous, making: _Making) -> pl.Expr:
    """growth, share … of a measure."""
    function, measure = function_of(node), node.expressions[0].name
    now = making.leaf(measure)
    if function in ("growth", "change"):
        before = making.leaf(measure, Span.back)
        return _grown(now, before) if function == "growth" else now - before
    if function in ("average_growth", "annual_average"):
        years = int(written_number(node.expressions[1]) or 1)
        if function == "average_growth":
            ratio = _grown(now, making.leaf(measure, lambda one: one.back(years))) + 1
            return pl.when(ratio > 0).then(ratio ** (1 / years)) - 1
        parts = [making.leaf(measure, _back(back)) for back in range(1, years)]
        return _total([now, *parts]) / years
    if function == "since":
        base = int(written_text(node.expressions[1]) or 0)
        return _grown(now, making.leaf(measure, lambda one: one.back(one.year - base)))
    if function == "cumulated":
        return _cumulated(node, making, now)
    if function == "total":
        return making.leaf(measure, without=making.dimensions)
    if function == "share":
        return _part(now, making.leaf(measure, without=making.dimensions))
    dimension = str(written_text(node.expressions[1]))
    share = _part(now, making.leaf(measure, without=[dimension]))
    if function == "share_of":
        return share
    others = [name for name in making.dimensions if name != dimension]
    whole = _part(
        making.leaf(measure, without=others), making.leaf(measure, without=making.dimensions)
    )
    return _part(share, whole)


def _back(years: int) -> Callable[[Span], Span]:
    return lambda one: one.back(years)


def _cumulated(node: exp.Anonymous, making: _Making, now: pl.Expr) -> pl.Expr:
    """Sum since a base year, which for each period is of a number of years of its own."""
    base = int(written_text(node.expressions[1]) or 0)
    longest = max((one.year - base for one in making.periods.values()), default=0)
    result = now
    for back in range(1, longest + 1):
        inside = [code for code, one in making.periods.items() if one.year - back >= base]
        part = making.leaf(node.expressions[0].name, _back(back))
        result = result + pl.when(pl.col("period").is_in(inside)).then(part).otherwise(0.0)
    early = [code for code, one in making.periods.items() if one.year < base]
    return pl.when(~pl.col("period").is_in(early)).then(result)


def _total(parts: Sequence[pl.Expr]) -> pl.Expr:
    """Sum, null where any part is."""
    whole = parts[0]
    for part in parts[1:]:
        whole = whole + part
    return whole


def _grown(now: pl.Expr, before: pl.Expr) -> pl.Expr:
    """now / before − 1; nothing grows from zero or from a loss."""
    return pl.when(before > 0).then(now / before - 1)


def _part(one: pl.Expr, whole: pl.Expr) -> pl.Expr:
    return pl.when(whole != 0).then(one / whole)


def _divided(one: pl.Expr, other: pl.Expr) -> pl.Expr:
    return pl.when(other != 0).then(one / other)


_BINARY: dict[type[exp.Expr], Callable[[pl.Expr, pl.Expr], pl.Expr]] = {
    exp.Add: lambda a, b: a + b, exp.Sub: lambda a, b: a - b, exp.Mul: lambda a, b: a * b,
    exp.Div: _divided, exp.EQ: lambda a, b: a == b, exp.NEQ: lambda a, b: a != b,
    exp.GT: lambda a, b: a > b, exp.GTE: lambda a, b: a >= b, exp.LT: lambda a, b: a < b,
    exp.LTE: lambda a, b: a <= b, exp.And: lambda a, b: a & b, exp.Or: lambda a, b: a | b,
    exp.Pow: lambda a, b: a**b, exp.Nullif: lambda a, b: pl.when(a != b).then(a),
}  # fmt: skip
_UNARY: dict[type[exp.Expr], Callable[[pl.Expr, exp.Expr], pl.Expr]] = {
    exp.Paren: lambda a, _: a, exp.Neg: lambda a, _: -a, exp.Not: lambda a, _: ~a,
    exp.Abs: lambda a, _: a.abs(), exp.Floor: lambda a, _: a.floor(),
    exp.Ceil: lambda a, _: a.ceil(), exp.Ln: lambda a, _: a.log(), exp.Exp: lambda a, _: a.exp(),
    exp.Sqrt: lambda a, _: a.sqrt(),
    exp.Round: lambda a, node: a.round(int(written_number(node.args["decimals"]) or 0)
                                       if node.args.get("decimals") else 0),
    exp.Is: lambda a, node: a.is_null() if isinstance(node.expression, exp.Null)
    else a.eq_missing(pl.lit(bool(node.expression.this))),
}  # fmt: skip
