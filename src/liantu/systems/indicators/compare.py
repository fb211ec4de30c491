"""``/indicators/compare/``: some measures by one dimension and some periods, as one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import UsageError
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import UNFILLED, Measure
from liantu.indicators.time import Span
from liantu.indicators.values import WHOLE, Grouping
from liantu.records import access, synthetic
from liantu.systems.indicators import held
from liantu.systems.indicators.asked import MOMENT, CompareAsked, read_compare
from liantu.systems.indicators.files import TYPES, figures_of, send
from liantu.systems.indicators.listing import by_topic, lines_of
from liantu.systems.indicators.present import (
    base_tables,
    candidates,
    opening,
    opens_with,
    present,
)
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.indicators.wording import digits_of
from liantu.systems.language import language


@dataclass(frozen=True)
class Column:
    """One measure in one period."""

    measure: Measure
    span: Span
    able: bool
    """Has the measure this kind of period, and the dimension?"""
    digits: int = 2


@dataclass(frozen=True)
class Row:
    """One group; ``cells`` are rows of the frame of values, in the order of the columns."""

    group: str | None
    """None for the whole city."""
    name: str
    cells: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True)
class Table:
    """The comparison."""

    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    periods: tuple[Span, ...]
    held: held.Held | None

    @property
    def pairs(self) -> list[tuple[Measure, int]]:
        """Measures, each over so many columns."""
        return [
            (measure, len(self.periods))
            for measure in dict.fromkeys(column.measure for column in self.columns)
        ]


def compare(request: HttpRequest) -> HttpResponse:
    """The page; without measures it asks which."""
    declared, _ = held.catalogue()
    asked = read_compare(request.GET, declared)
    table = tabulate(declared, asked) if asked.measures else None
    context = {
        "asked": asked,
        "table": table,
        "rows": _listed(table) if table else [],
        "chosen": [declared[name] for name in asked.measures],
        "most": indicator_rules().compared,
        "periods_text": ",".join(span.code for span in (table.periods if table else ())),
        "topics": by_topic(declared, lines_of(declared)),
        "dimensions": _dimensions(declared, asked),
        "dimension": declared.dimensions.get(asked.by),
        "synthetic": bool(table) and synthetic.of_tables(_tables(declared, asked), asked.as_of).any,
        "may_export": access.allowed("export"),
        "as_of": asked.as_of,
        "carried": [(name, text) for name, text in request.GET.items() if name in MOMENT and text],
    }
    return render(request, "indicators/compare.html", context)


def compare_file(request: HttpRequest, kind: str) -> FileResponse:
    """``/indicators/compare/values.<csv|xlsx>``: one row a value, with all that is said of it.

    Raises:
        UsageError: no measure was named.
    """
    access.require("export")
    declared, _ = held.catalogue()
    asked = read_compare(request.GET, declared)
    if kind not in TYPES:
        raise Http404(kind)
    if not asked.measures:
        raise UsageError(
            "没有选指标。请在对比页选好指标后再下载。",
            "No indicator is chosen. Choose some on the page of the comparison, then download.",
        )
    table = tabulate(declared, asked)
    rows = [_long(declared, asked, column, row, cell)
            for row in table.rows for column, cell in zip(table.columns, row.cells, strict=True)
            if column.able]  # fmt: skip
    marked = synthetic.of_tables(_tables(declared, asked), asked.as_of).any
    return send(rows, "指标对比", kind, marked)


def _long(
    declared: Catalogue, asked: CompareAsked, column: Column, row: Row, cell: Mapping[str, Any]
) -> dict[str, Any]:
    said = {"指标编号": column.measure.id, "指标": column.measure.zh,
            "计量单位": column.measure.unit, "期间": column.span.code}  # fmt: skip
    if asked.by:
        name = declared.dimensions[asked.by].zh
        said |= {name: row.name, f"{name}代码": row.group or ""}
    return {**said, **figures_of(cell)}


def tabulate(declared: Catalogue, asked: CompareAsked) -> Table:
    """Compute the comparison.

    Raises:
        NotFound, UsageError: no such vintage.
    """
    periods = asked.periods or _opening(declared, asked)
    if not periods:
        return Table((), (), (), None)
    groupings: tuple[Grouping, ...] = (WHOLE, (asked.by,)) if asked.by else (WHOLE,)
    made = held.values(declared, [(asked.measures, periods)], groupings, asked.as_of)
    cells = {
        (row["measure"], row["period"], row[asked.by] if asked.by else None): row
        for row in made.values.frame.iter_rows(named=True)
    }
    names = made.names.get(asked.by, {})
    groups = sorted({group for _, _, group in cells if group is not None},
                    key=lambda group: (group == UNFILLED, group))  # fmt: skip
    columns = []
    for name in asked.measures:
        compiled = declared.compiled[name]
        digits = digits_of(
            cells.get((name, span.code, group), {}).get("value")
            for span in periods for group in (None, *groups)
        )  # fmt: skip
        for span in periods:
            able = span.kind in compiled.periods and (not asked.by or asked.by in compiled.by)
            columns.append(Column(compiled.measure, span, able, digits))
    rows = [
        Row(
            group,
            "" if group is None else names.get(group, (group, group))[language() == "en"],
            tuple(cells.get((c.measure.id, c.span.code, group), {}) for c in columns),
        )
        for group in (None, *groups)
    ]
    return Table(tuple(columns), tuple(rows), tuple(periods), made)


def _opening(declared: Catalogue, asked: CompareAsked) -> tuple[Span, ...]:
    """The period that the first measure's own page opens with."""
    compiled = declared.compiled[asked.measures[0]]
    there = present(base_tables(declared, compiled), asked.as_of)
    spans = candidates(there.of(declared, compiled, opens_with(declared, compiled, there)))
    if not spans:
        return ()
    made = held.values(declared, [((compiled.measure.id,), tuple(spans))], as_of=asked.as_of)
    found = opening(made.values, compiled.measure.id, spans) or spans[-1]
    return (found,)


def _listed(table: Table) -> list[tuple[Row, list[tuple[Column, Mapping[str, Any]]]]]:
    """Rows with each cell beside its column, as the page loops over them."""
    return [(row, list(zip(table.columns, row.cells, strict=True))) for row in table.rows]


def _tables(declared: Catalogue, asked: CompareAsked) -> set[str]:
    return {
        table for name in asked.measures for table in base_tables(declared, declared.compiled[name])
    }


def _dimensions(declared: Catalogue, asked: CompareAsked) -> Sequence[Any]:
    """Dimensions that any of the chosen measures has."""
    able = {name for one in asked.measures for name in declared.compiled[one].by}
    return [one for name, one in declared.dimensions.items() if not asked.measures or name in able]
