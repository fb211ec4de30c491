"""``/records/<table>/``: one table, filtered, sorted, searched and paged as the address says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.records import access, synthetic
from liantu.records.registers import register_of
from liantu.records.tables.declared import Column, Table
from liantu.records.tables.declared import table as declared_table
from liantu.web.pages.registers import filters
from liantu.web.pages.registers.asked import PAGE, Asked, read_asked
from liantu.web.pages.registers.cells import cell, decimals, names_for, title_of
from liantu.web.pages.registers.recorded import NAMES
from liantu.web.pages.registers.rows import Rows, page_of, sortable
from liantu.web.pages.registers.shown import shown_of

_UNBROKEN = frozenset({"code", "date", "period", "enum", "boolean"})
"""Cells that are never broken over two lines."""


@dataclass(frozen=True)
class Head:
    """One column of the list."""

    column: Column
    unit: str
    sort: str
    """What the header sorts by when clicked; empty where it does not."""
    direction: str
    """``ascending`` or ``descending`` where the list is sorted by it."""


@dataclass(frozen=True)
class Line:
    """One row as printed."""

    title: str
    address: str
    cells: tuple[tuple[str, str | SafeString], ...]
    """How it is set (``num``, ``code`` or nothing), text."""
    synthetic: bool = False


@require_safe
@cache_control(private=True, no_store=True)
def listing(request: HttpRequest, table_id: str) -> HttpResponse:
    """One declared table."""
    table = declared_table(table_id)
    asked = read_asked(table, request.GET, sortable(table))
    found = page_of(asked, PAGE)
    last = max(1, -(-found.count // PAGE))
    front, more = filters.fields(asked)
    made = {column.name for column in table.columns if column.name in asked.columns}
    context: dict[str, Any] = {
        "table": table,
        "table_id": table.id,
        "asked": asked,
        "heads": _heads(asked),
        "title_sort": _title_sort(asked),
        "lines": _lines(asked, found),
        "count": found.count,
        "held": found.held,
        "first": (asked.page - 1) * PAGE + 1,
        "last_row": min(asked.page * PAGE, found.count),
        "page": asked.page,
        "last": last,
        "previous": min(asked.page - 1, last),
        "next": asked.page + 1 if asked.page < last else 0,
        "front": front,
        "more": more,
        "more_open": any(item.column.name in _set_by(asked) for item in more),
        "chips": filters.chips(asked, request.GET),
        "carried": filters.carried(request.GET, but=_fields_of(table)),
        "carried_all": filters.carried(request.GET, but=frozenset(NAMES)),
        "carried_page": filters.carried(request.GET),
        "moment_tail": _moment_tail(request),
        "choosable": [c for c in table.columns if c.type != "geometry"],
        "chosen": made,
        "editable": table.kind == "register" and access.writes(table.id, "edit"),
        "mergeable": table.kind == "register" and access.writes(table.id, "merge"),
        "recorded_on": timezone.localtime(asked.moment) if asked.moment else None,
        "synthetic": synthetic.of_table(table.id, asked.vintage).any,
        "query": _query(request),
    }
    return render(request, "liantu/records/list.html", context)


def _query(request: HttpRequest) -> str:
    kept = request.GET.copy()
    kept.pop("page", None)
    return f"?{kept.urlencode()}" if kept else ""


def _set_by(asked: Asked) -> set[str]:
    return {item.column.name for item in asked.filters}


def _fields_of(table: Table) -> frozenset[str]:
    """Parameters that the filter form has fields of its own for."""
    named = {f"{c.name}{side}" for c in table.columns for side in ("", ".min", ".max")}
    return frozenset(named | {"q", "columns"})


def _heads(asked: Asked) -> list[Head]:
    known = sortable(asked.table)
    title = shown_of(asked.table).title
    found = []
    for name in asked.columns:
        column = asked.table[name]
        if title == (name,):
            continue
        sort, direction = _sorting(asked, name) if name in known else ("", "")
        found.append(Head(column, _unit(column), sort, direction))
    return found


def _unit(column: Column) -> str:
    return column.written_unit if column.numeric else ""


def _sorting(asked: Asked, name: str) -> tuple[str, str]:
    """What a click sorts by, and how the list is sorted now; figures begin with the largest."""
    largest_first = asked.table[name].numeric
    if asked.sort_column != name:
        return (f"-{name}" if largest_first else name), ""
    now = "descending" if asked.descending else "ascending"
    return (name if asked.descending else f"-{name}"), now


def _title_sort(asked: Asked) -> tuple[str, str]:
    title = shown_of(asked.table).title
    if len(title) == 1 and title[0] in sortable(asked.table):
        return _sorting(asked, title[0])
    return "", ""


def _lines(asked: Asked, found: Rows) -> list[Line]:
    title = shown_of(asked.table).title
    columns = [asked.table[name] for name in asked.columns if title != (name,)]
    # Whose name stands in front of the row is not named again beside its code.
    said = {asked.table[name].names for name in title}
    named = [c for c in columns if c.name not in said]
    names = names_for(named, found.rows, asked.vintage)
    known = {c.name: names if c.name in {one.name for one in named} else {} for c in columns}
    places = {c.name: decimals(c, (row[c.name] for row in found.rows)) for c in columns}
    marked = _synthetic(asked, found)
    return [
        Line(
            title_of(asked.table, row, str(row.get("key") or row[asked.table.key[0]])),
            _address(asked.table, row),
            tuple(
                (_setting(c), cell(c, row[c.name], known[c.name], places[c.name])) for c in columns
            ),
            row.get("key") in marked,
        )
        for row in found.rows
    ]


def _setting(column: Column) -> str:
    if column.numeric:
        return "num"
    return "code" if column.type in _UNBROKEN else ""


def _synthetic(asked: Asked, found: Rows) -> frozenset[str]:
    """Records to be marked one by one: only where a list mixes synthetic and real ones."""
    if synthetic.of_table(asked.table.id, asked.vintage) is not synthetic.Extent.SOME:
        return frozenset()
    if asked.table.kind == "series":
        return frozenset()
    return synthetic.records(asked.table.id, [row["key"] for row in found.rows], asked.vintage)


def _address(table: Table, row: dict[str, Any]) -> str:
    """A record's own page; of a series, the page of what it is about."""
    if table.kind == "register":
        return reverse("record", args=(table.id, row["key"]))
    entity = table[table.entity[0]]
    target = register_of(entity.references)
    name = "record" if len(target.table.key) == 1 else "record-code"
    return reverse(name, args=(target.table.id, row[entity.name]))


def _moment_tail(request: HttpRequest) -> str:
    """The moment asked for, carried on to a record."""
    pairs = [(name, request.GET[name]) for name in NAMES if request.GET.get(name)]
    return f"?{urlencode(pairs)}" if pairs else ""
