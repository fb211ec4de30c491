"""``/records/<table>/<key>/``: one record, where each cell came from, and what belongs to it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.safestring import SafeString
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.errors import NotFound
from liantu.records import access, registers, synthetic
from liantu.records.registers import Change, register_of
from liantu.records.registers.judging import remarks
from liantu.records.tables.declared import Column
from liantu.web.pages.registers import places, related
from liantu.web.pages.registers.cells import cell, decimals, header_unit, names_for
from liantu.web.pages.registers.found import Found, find
from liantu.web.pages.registers.recorded import recorded_by
from liantu.web.pages.registers.shown import shown_of


@dataclass(frozen=True)
class Fact:
    """One cell of a record, and the version that it stands since."""

    column: Column
    text: str | SafeString
    unit: str
    since: Change | None


@require_safe
@cache_control(private=True, no_store=True)
def record(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """One record; a merged one leads to the record that stands for it, and says so there."""
    found = find(request, table_id, key)
    if found.version.merged_into:
        return HttpResponseRedirect(_kept(found))
    present = not found.past and not found.version.deleted
    told = facts(found)
    context: dict[str, Any] = {
        "found": found,
        "table": found.reg.table,
        "table_id": table_id,
        "key": key,
        "title": found.title,
        "deleted": found.version if found.version.deleted else None,
        "came_from": _came_from(request, found),
        "came_from_key": request.GET.get("from", ""),
        "facts": told,
        "headline": headline(found, told),
        "remarks": remarks(found.reg, found.values),
        "groups": related.groups(found),
        "series": related.series(found, request.GET.get("measure", "")),
        "map": places.map_of(found),
        "synthetic": bool(synthetic.records(table_id, [key], found.vintage)),
        "other_keys": registers.keys_of(table_id, key, found.vintage)[1:],
        "editable": present and access.writes(table_id, "edit"),
        "mergeable": present and access.writes(table_id, "merge"),
    }
    return render(request, "liantu/records/record.html", context)


def _kept(found: Found) -> str:
    """Address of the record that a merged one went into."""
    ends = registers.merged(found.reg.table.id, found.vintage)
    address = reverse("record", args=(found.reg.table.id, ends[found.key]))
    pairs = {"from": found.key, **({"vintage": found.vintage} if found.vintage else {})}
    return f"{address}?{urlencode(pairs)}"


def _came_from(request: HttpRequest, found: Found) -> Change | None:
    """The merger that led here, if the address says that one did and it is so."""
    dropped = request.GET.get("from", "")
    if not dropped or dropped not in registers.keys_of(found.reg.table.id, found.key)[1:]:
        return None
    return registers.history(found.reg.table.id, dropped)[-1]


def facts(found: Found) -> list[Fact]:
    """Every declared cell but boundaries, which are drawn."""
    columns = [column for column in found.reg.table.columns if column.type != "geometry"]
    names = names_for(columns, [found.values], found.vintage)
    since = _since(found)
    return [
        Fact(
            column,
            cell(column, found.values[column.name], names,
                 decimals(column, [found.values[column.name]])),
            header_unit(column),
            since.get(column.name),
        )
        for column in columns
    ]  # fmt: skip


def _since(found: Found) -> dict[str, Change]:
    """Column → the version that gave it the value it has."""
    since: dict[str, Change] = {}
    for version in found.versions:
        if version.version > found.version.version:
            break
        for name in version.changes:
            since[name] = version
    return since


_HEADLINE = 4


def headline(found: Found, told: Sequence[Fact]) -> Sequence[Fact]:
    """The few of its facts that a reader looks for first: those the list shows first."""
    wanted = shown_of(found.reg.table).shown
    by_name = {fact.column.name: fact for fact in told}
    filled = [by_name[n] for n in wanted if n in by_name and found.values[n] is not None]
    return [fact for fact in filled if fact.column.name not in found.reg.table.key][:_HEADLINE]


@require_safe
def by_code(request: HttpRequest, table_id: str, code: str) -> HttpResponse:
    """``/records/<table>/code/<code>/``: of several records of one code, the latest."""
    reg = register_of(table_id)
    first = reg.table.key[0]
    rows = registers.at(table_id, recorded_by(request.GET))
    keys = list(rows.filter(**{first: code}).order_by("-key").values_list("key", flat=True))
    if not keys:
        raise NotFound(
            f"“{reg.table.zh}”中没有代码 {code[:80]}。请核对代码，或先导入。",
            f"{reg.table.id} has no code {code[:80]!r}. Check it, or import it first.",
        )
    query = f"?{request.GET.urlencode()}" if request.GET else ""
    return HttpResponseRedirect(reverse("record", args=(table_id, keys[0])) + query)
