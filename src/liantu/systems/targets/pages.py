"""Pages of the targets system: the list, one target, and their files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import NotFound
from liantu.plan.finding import Finding
from liantu.plan.package import Clause, Target
from liantu.quantity.bound import Bound
from liantu.records.figures.observation import Observation, SourceRef
from liantu.systems.language import language
from liantu.systems.targets import downloads, listing, summary
from liantu.systems.targets.computed import (
    Computed,
    difference,
    published_years,
    well_covered,
)
from liantu.systems.targets.evaluate import area_of
from liantu.systems.targets.explain import explain
from liantu.systems.targets.from_records import computed
from liantu.systems.targets.moment import Moment, moment_of
from liantu.systems.targets.state import TargetState
from liantu.systems.targets.trend import trend, trend_in_words
from liantu.systems.targets.wording import amount
from liantu.words import words

NUMERIC = ("baseline", "target", "year", "attained", "required", "progress")


def targets(request: HttpRequest) -> HttpResponse:
    """``/targets/``: filters, sort, columns and density all stand in the address."""
    moment, asked, rows, chapter = _listed(request)
    everything = summary.watched(moment.board)
    context = {
        "moment": moment,
        "listing": asked,
        "rows": [Row(row) for row in rows],
        "total": len(everything),
        "tally": summary.tally(rows),
        "columns": listing.COLUMNS,
        "numeric": NUMERIC,
        "sortable": listing.SORTABLE,
        "choices": _choices(everything, asked, chapter),
        "filter_tail": _tail(moment, asked),
    }
    return render(request, "targets/list.html", context)


class Row:
    """A row of the list: target and state, with the text that the search looks into."""

    def __init__(self, row: summary.Watched) -> None:
        self.target = row.target
        self.state = row.state
        self.search = listing.search_text(row)


def _listed(
    request: HttpRequest,
) -> tuple[Moment, listing.Listing, tuple[summary.Watched, ...], dict[str, Clause]]:
    moment = moment_of(request)
    asked = listing.read_listing(request.GET.dict())
    chapter = summary.chapter_of(moment.board.package)
    rows = listing.listed(summary.watched(moment.board), asked, chapter)
    return moment, asked, rows, chapter


def _tail(moment: Moment, asked: listing.Listing) -> str:
    """Filters and sort to append to a download's address, after the moment."""
    pairs = {**asked.filters, **({"sort": asked.sort} if asked.sort else {})}
    if not pairs:
        return ""
    return ("&" if moment.asked else "?") + urlencode(pairs)


def _choices(
    rows: Sequence[summary.Watched], asked: listing.Listing, chapter: dict[str, Clause]
) -> list[dict[str, Any]]:
    """Values that occur, for each filter that has more than one."""
    chapters = {clause.id: summary.chapter_label(clause) for clause in chapter.values()}
    present = {chapter[row.target.clause].id for row in rows if row.target.clause in chapter}
    options: dict[str, list[tuple[str, str]]] = {
        "light": [(light, words().say(f"light.{light}", language())) for light in summary.LIGHTS],
        "category": _distinct(listing.category_of(row, chapter) for row in rows),
        "chapter": [(id_, label) for id_, label in chapters.items() if id_ in present],
        "form": [
            (form, words().say(f"form.{form}", language()))
            for form, _ in _distinct(row.target.form for row in rows)
        ],
        "nature": [
            (nature, words().say(f"nature.{nature}", language()))
            for nature, _ in _distinct(row.target.nature for row in rows)
            if nature
        ],
    }
    return [
        {"name": name, "options": found, "chosen": getattr(asked, name)}
        for name, found in options.items()
        if len(found) > 1
    ]


def _distinct(values: Any) -> list[tuple[str, str]]:
    return [(value, value) for value in dict.fromkeys(values)]


def target(request: HttpRequest, target_id: str) -> HttpResponse:
    """``/targets/<id>/``: one number large, its target beside it, its light, trend and sources."""
    moment = moment_of(request)
    found, state = find(moment, target_id)
    chapter = summary.chapter_of(moment.board.package).get(found.clause)
    findings = [
        (number, finding)
        for number, finding in enumerate(moment.board.findings, start=1)
        if found.id in finding.items
    ]
    context = {
        "moment": moment,
        "row": summary.Watched(found, state),
        "target": found,
        "state": state,
        "clause": summary.clause_of(moment.board.package, found.clause),
        "chapter_now": chapter.id if chapter else "",
        "aside": [point for point in state.series if not point.comparable],
        "trend": trend(found, state, language()),
        "trend_words": trend_in_words(found, state, language()),
        "series": _series(state),
        "sources": _sources(state),
        "explained": explain(state, found, language()),
        "computed": _computed(moment, state),
        "quotation": _quotation(moment, found),
        "findings": [pair for pair in findings if not _is_general(pair[1], moment)],
        "general_findings": [pair for pair in findings if _is_general(pair[1], moment)],
    }
    return render(request, "targets/target.html", context)


@dataclass(frozen=True)
class ComputedRow:
    """A computed value beside the published one, and what became of it."""

    value: Computed
    published: Observation | None
    difference: str
    use: str
    """``used``, ``beside``, ``synthetic``, ``thin``."""


def _computed(moment: Moment, state: TargetState) -> list[ComputedRow]:
    """What the records come to of the target's indicator, synthetic values among them."""
    indicator = state.extra.get("indicator", "")
    if not indicator:
        return []
    package, as_of = moment.board.package, moment.as_of
    first = package.meta.start_year - 1
    values = computed([indicator], first, as_of, moment.vintage, synthetic_too=True)
    published = published_years(moment.board.observations, area_of(package), as_of)
    rows = []
    for one in values:
        said = published.get((indicator, one.year))
        rows.append(ComputedRow(one, said, difference(one, said) if said else "", _use(one, said)))
    return rows


def _use(one: Computed, said: Observation | None) -> str:
    if one.synthetic:
        return "synthetic"
    if said is not None:
        return "beside"
    return "used" if well_covered(one) else "thin"


_GENERAL = 4
"""A finding on more than one target in so many speaks of the plan, not of one target."""


def _is_general(finding: Finding, moment: Moment) -> bool:
    return len(finding.items) * _GENERAL > len(moment.board.package.targets)


def find(moment: Moment, target_id: str) -> tuple[Target, TargetState]:
    """The target and its state.

    Raises:
        NotFound: no target of the plan has this id.
    """
    for row in summary.watched(moment.board):
        if row.target.id == target_id:
            return row.target, row.state
    raise NotFound(
        f"规划中没有编号为“{target_id[:40]}”的目标。请从目标列表进入。",
        f"The plan has no target {target_id[:40]!r}. Start from the list of targets.",
    )


def _series(state: TargetState) -> list[tuple[Any, str]]:
    """Every point beside the required value of its year."""
    required = {point.year: amount(Bound(point.low, point.high), "").zh for point in state.path}
    return [(point, required.get(int(point.year), "")) for point in state.series]


def _sources(state: TargetState) -> list[SourceRef]:
    return list(dict.fromkeys(point.observation.source for point in state.series))


def _quotation(moment: Moment, found: Target) -> str:
    """The clause's own words, where the text is at hand and is the text of this package."""
    from liantu.records.ledger import source_text

    text = source_text(moment.board.package)
    return text[found.start : found.end] if text else ""


def targets_file(request: HttpRequest, kind: str) -> HttpResponse:
    """All targets in the format that compiling writes and that imports again unchanged."""
    return downloads.targets_file(moment_of(request).board.package, kind)


def states_file(request: HttpRequest, kind: str) -> HttpResponse:
    """The list as filtered and sorted, with lights and reasons."""
    moment, _, rows, _ = _listed(request)
    return downloads.states_file(rows, moment.as_of, kind)


def series_file(request: HttpRequest, target_id: str, kind: str) -> HttpResponse:
    """The observations behind one target's trend, in the format of the observations file."""
    found, state = find(moment_of(request), target_id)
    observations = list(dict.fromkeys(point.observation for point in state.series))
    return downloads.observations_file(observations, f"{found.id}-series", kind)
