"""From what is asked to passes: few statements, each over one table and one kind of period.

What a derived measure needs (the year before, the whole city, the other groups) is added first.
Then measures of one table and kind of period are put into one pass; groupings by a dimension in
which a unit may be several times have passes of their own, since their rows are multiplied;
and so have measures that compare units with themselves a year before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlglot import exp

from liantu.errors import UsageError
from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.checking import written_number, written_text
from liantu.indicators.declared import Dimension
from liantu.indicators.formula import DERIVED, function_of, is_paired
from liantu.indicators.grouping import way
from liantu.indicators.time import Span, span
from liantu.indicators.values import WHOLE, Grouping
from liantu.records.tables.declared import load_tables

TOGETHER = 60
"""Measures computed in one statement; more would make statements too large to plan."""


@dataclass
class Wanted:
    """For one measure: in which groupings and for which periods."""

    groupings: set[Grouping] = field(default_factory=set)
    periods: set[Span] = field(default_factory=set)


@dataclass(frozen=True)
class Pass:
    """One reduction of one table."""

    table: str
    kind: str
    measures: tuple[Compiled, ...]
    groupings: tuple[Grouping, ...]
    """Each in the order of the dimensions declared."""
    periods: tuple[Span, ...]
    carry: int = 0
    """Earlier periods of the grain in which a unit's last figure is looked for."""

    @property
    def dimensions(self) -> tuple[str, ...]:
        """All dimensions of its groupings."""
        return tuple(dict.fromkeys(name for one in self.groupings for name in one))


def closure(
    catalogue: Catalogue,
    measures: Iterable[str],
    periods: Sequence[Span],
    groupings: Sequence[Grouping],
) -> dict[str, Wanted]:
    """What has to be computed for what is asked, inputs of derived measures included.

    A measure is left out of groupings that it does not allow and of periods that it has not.

    Raises:
        NotFound: an unknown measure.
        UsageError: an unknown dimension.
    """
    order = list(catalogue.dimensions)
    for name in (name for one in groupings for name in one):
        if name not in catalogue.dimensions:
            raise UsageError(
                f"没有名为“{name}”的分组维度。可用：{'、'.join(order)}。",
                f"There is no dimension {name!r}. Dimensions: {', '.join(order)}.",
            )
    ordered = [tuple(sorted(one, key=order.index)) for one in groupings]
    wanted: dict[str, Wanted] = defaultdict(Wanted)
    for name in measures:
        measure = catalogue[name]
        compiled = catalogue.compiled.get(name)
        if compiled is None:
            continue
        wanted[measure.id].groupings |= {one for one in ordered if set(one) <= set(compiled.by)}
        wanted[measure.id].periods |= {one for one in periods if one.kind in compiled.periods}
    for name in reversed(list(catalogue.compiled)):  # what is derived before its inputs
        if name in wanted and catalogue.compiled[name].derived:
            _inputs(catalogue, name, wanted, order)
    for name, one in wanted.items():
        if catalogue[name].missing == "listed" and one.groupings:
            one.groupings.add(WHOLE)  # whether the kind is on record at all, the whole city tells
    return dict(wanted)


def _inputs(
    catalogue: Catalogue, name: str, wanted: dict[str, Wanted], order: Sequence[str]
) -> None:
    derived = catalogue.compiled[name].derived
    assert derived is not None
    asked = wanted[name]
    for node in derived.tree.walk():
        function = function_of(node) if isinstance(node, exp.Anonymous) else ""
        if function in DERIVED:
            source = wanted[node.expressions[0].name]
            source.periods |= {back for one in asked.periods for back in reads(node, one)}
            source.groupings |= {g for one in asked.groupings for g in beside(node, one, order)}
    for one in derived.inputs:
        wanted[one].periods |= asked.periods
        wanted[one].groupings |= asked.groupings
        if derived.chooses and asked.groupings:
            wanted[one].groupings.add(WHOLE)  # by it one is taken for all groups
    for one in derived.inputs:  # of a choice, each has its own kinds of periods
        able = catalogue.compiled[one].periods
        wanted[one].periods = {period for period in wanted[one].periods if period.kind in able}


def reads(node: exp.Expr, at: Span) -> list[Span]:
    """Periods of its measure that a function of a derived formula reads for one period."""
    function = function_of(node)
    if function in ("growth", "change"):
        return [at, at.back()]
    if function in ("average_growth", "annual_average"):
        years = int(written_number(node.expressions[1]) or 1)
        if function == "average_growth":
            return [at, at.back(years)]
        return [at.back(back) for back in range(years)]
    if function in ("since", "cumulated"):
        base = int(written_text(node.expressions[1]) or at.year)
        if function == "since":
            return [at, at.back(at.year - base)]
        return [at.back(back) for back in range(at.year - base + 1)]
    return [at]


def beside(node: exp.Expr, grouping: Grouping, order: Sequence[str]) -> list[Grouping]:
    """Groupings of its measure that a function of a derived formula reads for one grouping."""
    function = function_of(node)
    if function in ("share", "total"):
        return [grouping, WHOLE]
    if function in ("share_of", "lq"):
        dimension = str(written_text(node.expressions[1]))
        if dimension not in grouping:
            return [grouping]
        rest = tuple(name for name in grouping if name != dimension)
        return [grouping, rest, (dimension,), WHOLE]
    return [grouping]


def passes(catalogue: Catalogue, wanted: dict[str, Wanted]) -> list[Pass]:
    """Passes over the tables for all base measures that are wanted."""
    gathered: dict[tuple[str, str, int, Grouping, bool], list[str]] = defaultdict(list)
    for name, one in wanted.items():
        compiled = catalogue.compiled[name]
        if compiled.derived or not one.groupings:
            continue
        table = compiled.measure.of
        carry = compiled.measure.carry or 0
        many = {overlapping(catalogue.dimensions, table, grouping) for grouping in one.groupings}
        for sort in {period.kind for period in one.periods}:
            for several in many:
                gathered[table, sort, carry, several, paired(compiled)].append(name)
    found = []
    for (table, kind, carry, several, _), names in sorted(gathered.items()):
        for start in range(0, len(names), TOGETHER):
            part = names[start : start + TOGETHER]
            groupings = {
                grouping
                for name in part
                for grouping in wanted[name].groupings
                if overlapping(catalogue.dimensions, table, grouping) == several
            }
            periods = {p for name in part for p in wanted[name].periods if p.kind == kind}
            found.append(
                Pass(
                    table,
                    kind,
                    tuple(catalogue.compiled[name] for name in part),
                    tuple(sorted(groupings)),
                    tuple(sorted(periods)),
                    carry,
                )
            )
    return found


def paired(compiled: Compiled) -> bool:
    """Does its formula compare units with themselves a year before? Such rows cost twice."""
    return compiled.formula is not None and any(
        is_paired(node) for node in compiled.formula.tree.walk()
    )


def overlapping(
    dimensions: dict[str, Dimension], table: str, grouping: Grouping
) -> tuple[str, ...]:
    """Dimensions of a grouping in which a row of the table may be several times."""
    found = []
    for name in grouping:
        ways = None if dimensions[name].groups else way(dimensions[name], table)
        if ways is not None and ways.many:
            found.append(name)
    return tuple(found)


def members_of(one: Pass) -> list[tuple[str, str]]:
    """(period of the table, period computed) for every period that the pass reads."""
    grain = load_tables()[one.table].grain or ""
    found = []
    for period in one.periods:
        inside = period.members(grain)
        if inside and one.carry:
            first = span(inside[0])
            inside = [first.earlier(back).code for back in range(one.carry, 0, -1)] + inside
        found += [(member, period.code) for member in inside]
    return found


def periods_of(one: Pass, day: date) -> list[tuple[str, date, date, str, bool]]:
    """Code, first and last day, code of the year before, and whether it is asked for.

    The last day of a period that is still going on is ``day``: what is counted at its end is
    counted today, and a title that will expire before the year is out is held.
    """
    spans = {period.code: (period, True) for period in one.periods}
    for period in one.periods:
        spans.setdefault(period.back().code, (period.back(), False))
    return [
        (code, period.start, max(period.start, min(period.end, day)), period.back().code, asked)
        for code, (period, asked) in sorted(spans.items())
    ]
