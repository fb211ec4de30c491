"""The first page and its projector view: the whole plan at one glance."""

from __future__ import annotations

from collections import Counter, OrderedDict
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from liantu.systems.language import language
from liantu.systems.targets import summary
from liantu.systems.targets.board import Board, board
from liantu.systems.targets.moment import Moment, moment_of, previous_quarter_end
from liantu.words import words

_FEW = 4
"""Entries of a list on the first screen; the rest is one click away."""


def overview(request: HttpRequest) -> HttpResponse:
    """``/``: one sentence, lights by category, what turned, what is missing, headline targets."""
    moment = moment_of(request)
    context = {"moment": moment, "content": _content(request, moment)}
    return render(request, "liantu/pages/overview.html", context)


_KEPT = 32
_CONTENTS: OrderedDict[tuple[int, int, str, str], tuple[Board, Board, str]] = OrderedDict()
"""Contents as rendered, beside the boards they show: while an entry is kept, so are its boards,
and their identities cannot be taken over by others."""


def _content(request: HttpRequest, moment: Moment) -> str:
    """What the page says of two boards, which never change: rendered once for each language."""
    before = board(previous_quarter_end(moment.as_of), moment.vintage)
    key = (id(moment.board), id(before), language(), moment.query)
    found = _CONTENTS.get(key)
    if found is None:
        said = render_to_string("liantu/pages/overview_content.html", _context(moment), request)
        found = _CONTENTS[key] = (moment.board, before, said)
        while len(_CONTENTS) > _KEPT:
            _CONTENTS.popitem(last=False)
    return found[2]


def screen(request: HttpRequest) -> HttpResponse:
    """``/screen/``: the same for a projector, dark and large."""
    return render(request, "liantu/pages/screen.html", _context(moment_of(request)))


def _context(moment: Moment) -> dict[str, Any]:
    rows = summary.watched(moment.board)
    before = previous_quarter_end(moment.as_of)
    turns = summary.turned(moment.board, board(before, moment.vintage))
    lacking = summary.lacking(sorted(rows, key=lambda row: not row.target.number))
    findings = moment.board.findings
    return {
        "moment": moment,
        "tally": summary.tally(rows),
        "headline": summary.headline(rows),
        "headline_tally": summary.tally(summary.headline(rows)),
        "groups": summary.groups(moment.board),
        "before": before,
        "turns": turns[:_FEW],
        "turns_more": turns[_FEW:],
        "turns_total": len(turns),
        "lacking": lacking[: _FEW - 1],
        "lacking_total": len(lacking),
        "unknown_tally": Counter(
            row.state.freshness for row in rows if row.state.light == "unknown"
        ).most_common(),
        "findings_total": len(findings),
        "findings_high": sum(finding.severity == "high" for finding in findings),
        "sentence": _sentence(moment, summary.tally(rows)),
    }


def _sentence(moment: Moment, tally: summary.Tally) -> str:
    """The first line of the page, in the reader's language, from the counts."""
    say, chosen = words().say, language()
    parts = [
        say("overview.part", chosen, count=count, light=say(f"light.{light}", chosen))
        for light, count in tally.in_order
        if count
    ]
    as_of = moment.as_of
    ended = as_of >= date(moment.board.package.meta.end_year, 12, 31)
    return (say("overview.ended", chosen) if ended else "") + say(
        "overview.sentence",
        chosen,
        day=say("day.label", chosen, year=as_of.year, month=as_of.month, day=as_of.day),
        total=tally.total,
        parts=say("overview.joint", chosen).join(parts),
    )
