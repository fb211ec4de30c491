"""The main path: what is asked → passes → values, absences told, derived measures last.

Everything is computed as of the whole city. Who may see which of the values is decided where they
are shown (:mod:`.showing`), in one place for pages, API and commands.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import polars as pl
from sqlglot import exp

from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.derived import GROUPED_NOT, derive
from liantu.indicators.expecting import Expecting, expected_counts
from liantu.indicators.formula import function_of
from liantu.indicators.inputs import Inputs
from liantu.indicators.planning import Pass, Wanted, closure, passes
from liantu.indicators.statement import Statement, set_number
from liantu.indicators.time import Span, span
from liantu.indicators.timing import begun_inside, going_on_still, to_come
from liantu.indicators.values import WHOLE, Absence, Grouping, Values, schema
from liantu.records.tables.declared import load_tables


class Engine(Protocol):
    """What runs passes: DuckDB, or Spark."""

    def run(self, one: Pass) -> tuple[Statement, pl.DataFrame]:
        """The statement of a pass, and what it comes to."""
        ...

    def expect(self, one: Pass) -> tuple[Expecting, pl.DataFrame] | None:
        """Expected units of a pass; None where nothing is known to be expected."""
        ...


def compute(
    catalogue: Catalogue,
    inputs: Inputs,
    measures: Sequence[str],
    periods: Sequence[str | Span],
    by: Sequence[Grouping] = (WHOLE,),
    *,
    engine: Engine | None = None,
    leading: bool = False,
) -> Values:
    """Values of some measures.

    Args:
        catalogue: checked declarations.
        inputs: what is computed from.
        measures: ids.
        periods: codes (``2025Q4``) or spans, of any kinds; a measure is left out of kinds that it
            has not.
        by: groupings, each some dimensions; the empty one is the whole city. A measure is left
            out of groupings that it does not allow.
        engine: opened for the tables it needs; DuckDB in this process by default.
        leading: give ``top1`` and ``top2`` as well, for disclosure control; without an engine.

    Raises:
        NotFound, UsageError: unknown measure, period or dimension.
        StorageFailed: a file of the lake is missing or damaged.
    """
    asked = [span(one) if isinstance(one, str) else one for one in periods]
    wanted = closure(catalogue, measures, asked, by)
    planned = passes(catalogue, wanted)
    dimensions = [name for name in catalogue.dimensions if any(name in one for one in by)]
    inside = sorted({name for each in wanted.values() for one in each.groupings for name in one},
                    key=list(catalogue.dimensions).index)  # fmt: skip
    if engine is None:
        from liantu.indicators.duck import DuckEngine

        with DuckEngine(inputs, catalogue, leading=leading) as own:
            found = _base(own.open({one.table for one in planned}), planned, wanted, inputs, inside)
    else:
        found = _base(engine, planned, wanted, inputs, inside)
    for name, compiled in catalogue.compiled.items():
        if name in wanted and compiled.derived:
            found[name] = derive(catalogue, compiled, wanted[name], found, inside)
    return _asked(found, list(dict.fromkeys(measures)), asked, by, dimensions, inside, catalogue)


def _base(
    engine: Engine, planned: Sequence[Pass], wanted: dict[str, Wanted], inputs: Inputs,
    dimensions: Sequence[str],
) -> dict[str, pl.DataFrame]:  # fmt: skip
    """Base measures: a frame each, as :func:`liantu.indicators.values.schema` but grouped-not."""
    parts: dict[str, list[pl.DataFrame]] = {}
    listed = {
        c.measure.id for one in planned for c in one.measures if c.measure.missing == "listed"
    }
    for one in planned:
        statement, result = engine.run(one)
        wide = _with_expected(one, statement, result, engine.expect(one))
        first = inputs.first_period(one.table)
        for compiled in one.measures:
            name = compiled.measure.id
            own = wide.filter(_own(one, wanted[name]))
            parts.setdefault(name, []).append(
                _values(compiled, one, statement, own, inputs, first, dimensions)
            )
    return {
        name: _listed(pl.concat(frames), dimensions) if name in listed else pl.concat(frames)
        for name, frames in parts.items()
    }


def _listed(frame: pl.DataFrame, dimensions: Sequence[str]) -> pl.DataFrame:
    """Where the whole city has none of a kind, nobody put it on record: no zeros are told."""
    ungrouped = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(name) == GROUPED_NOT for name in dimensions)
    )
    some = frame.filter(ungrouped, pl.col("value") > 0)["period"].to_list()
    none = ~pl.col("period").is_in(some)
    told = pl.when(pl.col("absence").is_null()).then(pl.lit(Absence.NOT_REPORTED.value))
    return frame.with_columns(
        value=pl.when(~none).then("value"),
        absence=pl.when(none).then(told.otherwise("absence")).otherwise("absence"),
    )


def _own(one: Pass, wanted: Wanted) -> pl.Expr:
    """(row,) did the measure ask for it? A pass holds the groupings and periods of several."""
    numbers = [set_number(g, one.dimensions) for g in one.groupings if g in wanted.groupings]
    codes = [period.code for period in one.periods if period in wanted.periods]
    return pl.col("_set").is_in(numbers) & pl.col("_period").is_in(codes)


def _with_expected(
    one: Pass, statement: Statement, result: pl.DataFrame,
    expected: tuple[Expecting, pl.DataFrame] | None,
) -> pl.DataFrame:  # fmt: skip
    """Every group of every period, whether anything came of it or not, with what was expected."""
    dims = list(one.dimensions)
    keys = ["_set", "_period", *dims]
    marked = _marked(result.with_columns(pl.col("_set").cast(pl.Int64)), one, dims)
    parts = [marked.select("_set", *dims)]
    counts = None
    if expected is not None:
        what, found = expected
        counts = _renumbered(expected_counts(found, what, one), what, one, dims)
        parts.append(counts.select("_set", *dims))
    if WHOLE in one.groupings:
        whole = {"_set": set_number(WHOLE, dims), **dict.fromkeys(dims, GROUPED_NOT)}
        parts.append(pl.DataFrame([whole], schema={"_set": pl.Int64(), **_texts(dims)}))
    groups = pl.concat(parts).unique()
    grid = groups.join(pl.DataFrame({"_period": [p.code for p in one.periods]}), how="cross")
    whole_grid = grid.join(marked, on=keys, how="left")
    if counts is not None and expected is not None:
        columns = sorted(set(expected[0].counts.values()))
        whole_grid = whole_grid.join(counts, on=keys, how="left")
        told = [set_number(g, dims) for g in expected[0].groupings]
        whole_grid = whole_grid.with_columns(
            pl.when(pl.col("_set").is_in(told)).then(pl.col(name).fill_null(0)).alias(name)
            for column in columns for name in (column, f"{column}_m")
        )  # fmt: skip
        whole_grid = whole_grid.rename(
            {name: f"_e{name}" for column in columns for name in (column, f"{column}_m")}
        ).with_columns(
            *(
                pl.col(f"_e{expected[0].counts[c.measure.id]}{end}").alias(f"_x{end}:{c.measure.id}")
                for c in one.measures for end in ("", "_m")
            )
        )  # fmt: skip
    return whole_grid


def _texts(names: Sequence[str]) -> dict[str, pl.DataType]:
    return dict.fromkeys(names, pl.String())


def _marked(frame: pl.DataFrame, one: Pass, dims: Sequence[str]) -> pl.DataFrame:
    """Null of a dimension that a row is not grouped by, as a text that can be joined on."""
    return frame.with_columns(pl.col(name).cast(pl.String).fill_null(GROUPED_NOT) for name in dims)


def _renumbered(
    counts: pl.DataFrame, what: Expecting, one: Pass, dims: Sequence[str]
) -> pl.DataFrame:
    """Expected counts under the numbers and dimensions of the pass, which may group by more."""
    numbers = {set_number(g, what.dimensions): set_number(g, dims) for g in what.groupings}
    added = [pl.lit(None, pl.String()).alias(name) for name in dims if name not in what.dimensions]
    shaped = counts.with_columns(*added, _set=pl.col("_set").cast(pl.Int64)).with_columns(
        _set=pl.col("_set").replace_strict(numbers, return_dtype=pl.Int64())
    )
    return _marked(shaped, one, dims)


def _values(
    compiled: Compiled, one: Pass, statement: Statement, wide: pl.DataFrame, inputs: Inputs,
    first: str, dimensions: Sequence[str],
) -> pl.DataFrame:  # fmt: skip
    """One measure's rows of a pass; ``first`` is the earliest period that the table has."""
    at, name = statement.columns[compiled.measure.id], compiled.measure.id
    series = bool(load_tables()[one.table].grain)
    units = pl.col(at.units).cast(pl.Int64).fill_null(0)
    matched = pl.col(at.matched).cast(pl.Int64).fill_null(0)
    reported = pl.col(at.reported).cast(pl.Int64).fill_null(0)
    known = f"_x:{name}" in wide.columns
    expected = pl.col(f"_x:{name}") if known else (pl.lit(None) if series else matched)
    due = pl.col(f"_x_m:{name}") if known else (pl.lit(None) if series else matched)
    expected = pl.max_horizontal(expected.cast(pl.Int64), units) if series else expected
    due = pl.max_horizontal(due.cast(pl.Int64), reported) if series else due
    coverage = pl.when(due > 0).then(reported / due)
    number = pl.col(at.value)
    there = (pl.col("_seen").fill_null(0) > 0) | pl.lit(_tells_of_the_gone(compiled))
    sound = pl.when(number.is_finite() & there).then(number)
    enough = _policy(compiled, coverage)
    going_on = pl.col("_period").is_in(to_come(one, inputs.day))
    if series:
        going_on |= going_on_still(one, inputs.day, expected, reported)
    whole = ~pl.col("_period").is_in(begun_inside(one, compiled, first))
    value = pl.when(enough & whole & ~going_on).then(sound)
    groups = [
        pl.col(d) if d in one.dimensions else pl.lit(GROUPED_NOT).alias(d) for d in dimensions
    ]
    frame = wide.select(
        *groups,
        measure=pl.lit(name), period=pl.col("_period"), value=value, units=units,
        expected=expected.cast(pl.Int64), coverage=coverage.cast(pl.Float64),
        _seen=pl.col("_seen").fill_null(0), _matched=matched, _enough=enough & whole,
        _going_on=going_on,
        flagged=pl.col(at.flagged).cast(pl.Int64) if at.flagged else pl.lit(None, pl.Int64),
        top1=pl.col(at.top1) if at.top1 else pl.lit(None, pl.Float64),
        top2=pl.col(at.top2) if at.top2 else pl.lit(None, pl.Float64),
        broken=pl.lit(value=False),
    )  # fmt: skip
    return frame.with_columns(absence=_absence(one, inputs, dimensions)).select(*schema(dimensions))


def _tells_of_the_gone(compiled: Compiled) -> bool:
    """Can a group have a value although none of its units is there any more (exited)?"""
    tree = compiled.formula.tree if compiled.formula else exp.Null()
    return any(function_of(node) == "exited" for node in tree.find_all(exp.Anonymous))


def _policy(compiled: Compiled, coverage: pl.Expr) -> pl.Expr:
    """(row,) has enough come, by the measure's policy? What is not known to be expected has."""
    measure = compiled.measure
    if measure.missing == "complete":
        return (coverage >= 1).fill_null(value=True)
    if measure.missing == "at_least":
        return (coverage >= measure.coverage).fill_null(value=True)
    return pl.lit(value=True)


def _absence(one: Pass, inputs: Inputs, dimensions: Sequence[str]) -> pl.Expr:
    """(row,) why there is no value; null where there is one."""
    table = load_tables()[one.table]
    late = table.due_days or 0
    early = [p.code for p in one.periods if (inputs.day - p.end).days <= late]
    grouped = pl.any_horizontal(
        pl.lit(value=False), *(pl.col(name) != GROUPED_NOT for name in dimensions)
    )
    nothing = pl.col("_seen") == 0
    declared = one.table in inputs.expected  # else nobody knows that nothing was expected
    nobody = grouped & (pl.col("expected").fill_null(1) == 0) & declared
    empty = nothing | ((pl.col("_matched") > 0) & (pl.col("units") == 0))
    return (
        pl.when(pl.col("value").is_not_null()).then(None)
        .when(nothing & nobody).then(pl.lit(Absence.NOT_APPLICABLE.value))
        .when("_going_on").then(pl.lit(Absence.NOT_DUE.value))
        .when(empty & pl.col("period").is_in(early)).then(pl.lit(Absence.NOT_DUE.value))
        .when(empty | ~pl.col("_enough")).then(pl.lit(Absence.NOT_REPORTED.value))
        .otherwise(pl.lit(Absence.NOT_APPLICABLE.value))
    )  # fmt: skip


def _asked(
    found: dict[str, pl.DataFrame], measures: Sequence[str], periods: Sequence[Span],
    by: Sequence[Grouping], dimensions: Sequence[str], inside: Sequence[str], catalogue: Catalogue,
) -> Values:  # fmt: skip
    """Only what was asked for, in order; grouped-not as null."""
    order = list(catalogue.dimensions)
    groupings = [tuple(sorted(one, key=order.index)) for one in by]
    shown = pl.any_horizontal(
        pl.lit(value=False),
        *(
            pl.all_horizontal(
                pl.lit(value=True),
                *((pl.col(d) != GROUPED_NOT) == (d in one) for d in inside),
            )
            for one in groupings
        ),
    )
    codes = [one.code for one in periods]
    wanted = schema(dimensions)
    frames = [
        found[name]
        .filter(shown, pl.col("period").is_in(codes))
        .select(*wanted)
        .sort("period", *dimensions)
        for name in measures
        if name in found
    ]
    whole = pl.concat(frames) if frames else pl.DataFrame(schema=wanted)
    ordered = whole.with_columns(
        pl.when(pl.col(d) != GROUPED_NOT).then(pl.col(d)).alias(d) for d in dimensions
    )
    return Values(ordered, tuple(dimensions))
