"""Pages of the indicators: the catalogue, and one indicator."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from liantu.indicators.catalogue import Catalogue
from liantu.indicators.declared import Measure
from liantu.records import access, synthetic
from liantu.records.tables.declared import load_tables
from liantu.systems.indicators import held
from liantu.systems.indicators.asked import MOMENT, read_one, recorded_by
from liantu.systems.indicators.behind import shown_behind
from liantu.systems.indicators.formula import parts
from liantu.systems.indicators.inputs import inputs_of
from liantu.systems.indicators.listing import Line, by_topic, listed
from liantu.systems.indicators.mapping import choropleth
from liantu.systems.indicators.one import DISTRICT, One, compiled_of, look
from liantu.systems.indicators.present import base_tables, bases
from liantu.systems.indicators.published import published
from liantu.systems.indicators.ranking import absences
from liantu.systems.indicators.series import in_points, in_words, trend
from liantu.systems.indicators.targeted import aims, goals, observations, plan_board
from liantu.systems.indicators.wording import digits_of, figure_text
from liantu.systems.language import language
from liantu.words import words


def say(key: str, **figures: Any) -> str:
    """Words of a key in the reader's language."""
    return words().say(key, language(), **figures)


def indicators(request: HttpRequest) -> HttpResponse:
    """``/indicators/``: every measure by topic, with its latest value and what it lacks."""
    declared, faults = held.catalogue()
    as_of = recorded_by(request.GET)
    found = listed(declared, as_of, lately=not request.GET.get("fresh"))
    tables = {name for one in declared.compiled.values() for name in base_tables(declared, one)}
    asked = {name: request.GET.get(name, "").strip()[:80] for name in ("q", "topic", "state")}
    lines = [line for line in found.lines if _fits(line, asked)]
    counts = found.counts
    context = {
        "as_of": as_of,
        "groups": by_topic(declared, lines),
        "shown": len(lines),
        "total": len(found.lines),
        "counts": counts,
        "thin": found.thin,
        "asked": asked,
        "narrowed": any(asked.values()),
        "topics": list(declared.topics.values()),
        "states": [state for state in ("value", "none", "needs") if counts[state]],
        "faults": faults,
        "overtaken": timezone.localtime(found.held.made_at)
        if found.held and found.held.overtaken
        else None,
        "synthetic": synthetic.of_tables(tables, as_of).any,
        "dimensions": declared.dimensions,
    }
    return render(request, "indicators/list.html", context)


def _fits(line: Line, asked: dict[str, str]) -> bool:
    if asked["topic"] and line.measure.topic != asked["topic"]:
        return False
    if asked["state"] and line.state != asked["state"]:
        return False
    return all(word in line.search for word in asked["q"].lower().split())


def indicator(request: HttpRequest, measure_id: str) -> HttpResponse:
    """``/indicators/<id>/``: one number large, its target, trend, ranking, map, formula, inputs."""
    declared, _ = held.catalogue()
    compiled = compiled_of(declared, measure_id)
    measure = declared.measures[measure_id]
    shared = {"measure": measure, "place": declared.places.get(measure_id, ""),
              "topic": declared.topics.get(measure.topic)}  # fmt: skip
    if compiled is None:
        return render(request, "indicators/needs.html", {**shared, **_needed(request, measure)})
    one = look(declared, compiled, read_one(request.GET, compiled), language())
    return render(request, "indicators/one.html", {**shared, **_context(request, declared, one)})


def _needed(request: HttpRequest, measure: Measure) -> dict[str, Any]:
    """A measure without a formula: what was published of it, and its targets."""
    as_of = recorded_by(request.GET)
    plan = plan_board(as_of)
    area = plan.package.meta.area if plan else ""
    said = published(measure, area, observations(plan, as_of)) if area else {}
    return {
        "as_of": as_of,
        "aims": aims(plan, measure),
        "published": [said[code] for code in sorted(said, reverse=True)],
    }


def _context(request: HttpRequest, declared: Catalogue, one: One) -> dict[str, Any]:
    measure, asked, now = one.measure, one.asked, one.now
    goals_drawn = goals(one.aims, measure, language())
    drawn = trend(measure, one.kind, one.points, goals_drawn, language())
    kinds = [(kind, kind == one.kind) for kind in one.compiled.periods]
    tables = inputs_of(declared, one.compiled, asked.as_of)
    chart = None
    if one.by == DISTRICT and one.at is not None:
        rows = [{**place.row, "group": place.group} for place in one.places]
        names = {place.group: place.name for place in one.places}
        chart = choropleth(rows, names, asked.as_of)
    return {
        "one": one,
        "now": now,
        "in_points": in_points(measure),
        "kinds": kinds,
        "periods": list(reversed(one.periods)),
        "dimensions": [declared.dimensions[name] for name in one.compiled.by],
        "dimension": declared.dimensions.get(one.by),
        "trend": drawn,
        "trend_words": in_words(measure, one.points, language()),
        "points": list(reversed(one.points)),
        "trend_digits": digits_of(point.value for point in one.points),
        "place_digits": digits_of(place.value for place in one.places),
        "map": chart,
        "absences": absences([place.row for place in one.places]),
        "sentence": _sentence(one),
        "formula": parts(declared, one.compiled, measure.formula, language()),
        "condition": parts(declared, one.compiled, measure.where, language()),
        "table": load_tables().get(measure.of),
        "policy": declared.policies[measure.missing],
        "inputs": tables,
        "bases": [each.measure for each in bases(declared, one.compiled)],
        "digest": declared.digest([measure.id])[:16],
        "synthetic": any(each.synthetic for each in tables),
        **_records(request, declared, one),
        "as_of": asked.as_of,
        "may_export": access.allowed("export"),
        "carried": [(name, text) for name, text in request.GET.items() if name in MOMENT and text],
    }


def _records(request: HttpRequest, declared: Catalogue, one: One) -> dict[str, Any]:
    """Rows behind the value that the address asks for; of a derived measure, where to look."""
    asked = one.asked
    wanted = asked.group is not None or bool(request.GET.get("records"))
    if not wanted or one.at is None:
        return {"behind": None, "behind_asked": False}
    group = {} if asked.group is None else {one.by: asked.group}
    names = {place.group: place.name for place in one.places}
    said = names.get(asked.group, asked.group) if asked.group is not None else ""
    shown = None if one.compiled.derived else shown_behind(declared, one, group)
    return {"behind": shown, "behind_asked": True, "group_name": said,
            "group_asked": request.GET.get("group", "")}  # fmt: skip


def _sentence(one: One) -> str:
    """The page's first line in plain words, written from the data."""
    measure, now = one.measure, one.now
    name = measure.en if language() == "en" else measure.zh
    if now is None:
        return say("indicators.one_nothing", name=name)
    period = now.span.label_en if language() == "en" else now.span.label
    if now.value is None:
        why = say(f"indicators.absence.{now.row.get('absence') or 'not_reported'}")
        return say("indicators.one_absent", name=name, period=period, why=why)
    unit = measure.unit
    said = say("indicators.one_value", name=name, period=period, value=figure_text(now.value),
               unit=unit)  # fmt: skip
    if now.before is not None:
        key = "indicators.one_points" if in_points(measure) else "indicators.one_change"
        said += say(key, change=figure_text(now.before, signed=True))
    return said + say("indicators.one_stop")
