"""``/records/quality/``: one sentence, every table, one table by district and period, its rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.records import synthetic
from liantu.records.quality import QualityReport, TableQuality, listing, quality_rules
from liantu.records.quality.districts import NOWHERE
from liantu.records.quality.sentence import sentence
from liantu.records.tables.declared import load_tables
from liantu.systems.language import language
from liantu.web.pages.quality.asked import MEASURES, Question, read_question
from liantu.web.pages.quality.files import TYPES
from liantu.web.pages.quality.heat import bounds, heat_of
from liantu.words import words

PAGE = 50
_TODO = 8
_SUMS = 8


@dataclass(frozen=True)
class Summary:
    """One table in the first screen."""

    quality: TableQuality
    due: int

    @property
    def table_id(self) -> str:
        """Id of the table; a template asks the table itself for its columns."""
        return self.quality.table.id

    @property
    def is_series(self) -> bool:
        """Is it filed by period?"""
        return self.quality.table.kind == "series"

    @property
    def awaited(self) -> list[str]:
        """Periods that have fallen due and of which nothing has come."""
        return self.quality.grid.awaited if self.quality.grid else []

    @property
    def missing_share(self) -> str:
        """Of the returns due, as printed."""
        return _percent(self.quality.total("missing") / self.due) if self.due else ""

    @property
    def totals(self) -> dict[str, int]:
        """Counts over all districts and periods."""
        return {name: self.quality.total(name) for name in (*MEASURES, "records", "filed")}


@require_safe
@cache_control(private=True, no_store=True)
def quality(request: HttpRequest) -> HttpResponse:
    """The page; everything on it is asked by the address."""
    question = read_question(request)
    found = question.report
    summaries = [
        Summary(item, item.due)
        for item in found.tables.values()
        if item.total("records") or item.total("expected")
    ]
    said = sentence(found)
    context: dict[str, Any] = {
        "sentence": said.en if language() == "en" else said.zh,
        "day": found.day,
        "overtaken": timezone.localtime(found.found_at) if found.overtaken else None,
        "today": found.day == timezone.localdate(),
        "awaited": [item for item in summaries if item.awaited],
        "todo": _rows(listing.rows(found, "todo", listing.Asked()), _TODO),
        "todo_count": found.todo.height,
        "sums": [_in_units(row) for row in _rows(_sums(found), _SUMS)],
        "sums_count": _sums(found).height,
        "files": {name: _files(request, list=name) for name in ("todo", "sums")},
        "rules": quality_rules(),
        "synthetic": synthetic.of_tables(load_tables()).any,
        "asked": question.narrowed,
    }
    chosen = question.narrowed.table or _worst(summaries)
    context |= _groups(summaries, chosen)
    if chosen:
        context |= _one_table(request, question, found.tables[chosen])
    return render(request, "liantu/quality/page.html", context)


def _groups(summaries: list[Summary], chosen: str) -> dict[str, Any]:
    """Series, registers that need a look, and those that do not."""
    series = [item for item in summaries if item.is_series]
    registers = [item for item in summaries if not item.is_series]
    looked = [item for item in registers if item.totals["wrong"] or item.table_id == chosen]
    quiet = [item for item in registers if item not in looked]
    return {"groups": (("series", series), ("register", looked)), "quiet": quiet}


def _worst(summaries: list[Summary]) -> str:
    """The table that the first look goes to: most missing, else most doubtful, else largest."""
    ranked = sorted(
        summaries,
        key=lambda item: (
            -item.totals["missing"],
            -item.totals["wrong"],
            not item.is_series,
            -item.totals["records"],
        ),
    )
    return ranked[0].quality.table.id if ranked else ""


def _one_table(request: HttpRequest, question: Question, chosen: TableQuality) -> dict[str, Any]:
    """Heat table and rows of the chosen table."""
    report, asked = question.report, question.narrowed
    measures = [name for name in MEASURES if chosen.grid or name in ("wrong", "empty")]
    if chosen.table.kind == "register":
        measures = ["wrong"]
    measure = question.measure if question.measure in measures else _first(chosen, measures)
    nowhere = words().say("quality.nowhere", language())
    heat = heat_of(chosen, measure, report.districts.names, question.until, nowhere)
    narrowed = listing.Asked(chosen.table.id, asked.district, asked.period)
    rows = listing.rows(report, measure, narrowed)
    first = (question.page - 1) * PAGE
    return {
        "chosen": chosen,
        "table": chosen.table,
        "table_id": chosen.table.id,
        "measure": measure,
        "measures": measures,
        "totals": {name: chosen.total(name) for name in MEASURES},
        "absences": {
            name: chosen.total(name) for name in ("missing", "awaited", "not_due", "not_applicable")
        } if chosen.grid else None,
        "afterwards": chosen.total("afterwards"),
        "heat": heat,
        "bounds": bounds(),
        "district_name": nowhere if asked.district == NOWHERE
        else report.districts.names.get(asked.district, asked.district),
        "rows_files": _files(
            request, table=chosen.table.id, list=measure, district=asked.district,
            period=asked.period,
        ),
        "rows": [_linked(row, chosen) for row in rows[first : first + PAGE].rows(named=True)],
        "count": rows.height,
        "first": first + 1,
        "last": min(first + PAGE, rows.height),
        "previous_page": question.page - 1,
        "next_page": question.page + 1 if first + PAGE < rows.height else 0,
    }  # fmt: skip


def _first(chosen: TableQuality, measures: list[str]) -> str:
    """The measure with something to show."""
    return next((name for name in measures if chosen.total(name)), measures[0])


def _rows(rows: pl.DataFrame, most: int) -> list[dict[str, Any]]:
    tables = load_tables()
    return [
        {**row, "declared": tables.get(row.get("table", ""))}
        for row in rows.head(most).rows(named=True)
    ]


def _sums(report: QualityReport) -> pl.DataFrame:
    return listing.rows(report, "sums", listing.Asked())


def _in_units(row: dict[str, Any]) -> dict[str, Any]:
    """A total and its parts in the unit in which people know them."""
    rule = next(rule for rule in quality_rules().sums if rule.id == row["sum"])
    column = load_tables()[rule.whole][rule.total]
    unit = column.written_unit
    factor = column.factor(unit) if unit else 1.0
    shown = {name: f"{row[name] / factor:,.2f}" for name in ("parts", "whole")}
    gap = f"{row['gap'] / factor:+,.2f}".replace("-", "−")
    share = f"{row['share'] * 100:+.1f}".replace("-", "−") if row["share"] is not None else ""
    return {**row, **shown, "gap": gap, "share": share, "unit": unit}


def _files(request: HttpRequest, **query: str) -> list[tuple[str, str]]:
    """Kind and address of the files that hold a list, for the moment of this page."""
    moment = {name: request.GET.get(name, "").strip() for name in ("as_of", "vintage")}
    pairs = urlencode({name: value for name, value in {**query, **moment}.items() if value})
    return [(kind, f"{reverse('quality-file', args=(kind,))}?{pairs}") for kind in TYPES]


def _percent(share: float) -> str:
    return f"{share * 100:.1f}%"


def _linked(row: dict[str, Any], chosen: TableQuality) -> dict[str, Any]:
    """A row with the address of the record it speaks of."""
    if "entity" not in row:
        return {**row, "usual": _percent(row["usual"])}
    if chosen.table.kind == "register":
        return {**row, "address": _address("record", chosen.table.id, row["entity"])}
    register = next(t for column, t in chosen.table.references if column.name in chosen.table.key)
    # Figures of a code that nobody registered lead to no record.
    known = bool(row["name"])
    return {**row, "address": _address("record-code", register, row["entity"]) if known else ""}


def _address(page: str, table_id: str, key: str) -> str:
    """Address of a record; empty where its key has none."""
    try:
        return reverse(page, args=(table_id, key))
    except NoReverseMatch:
        return ""
