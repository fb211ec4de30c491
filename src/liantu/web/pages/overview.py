"""The first page and its projector view: the whole plan at one glance."""

from __future__ import annotations

from collections import Counter
from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.systems.language import language
from liantu.systems.targets import summary
from liantu.systems.targets.board import board
from liantu.systems.targets.moment import Moment, moment_of, previous_quarter_end
from liantu.words import words

_FEW = 4
"""Entries of a list on the first screen; the rest is one click away."""


def overview(request: HttpRequest) -> HttpResponse:
    """``/``: one sentence, lights by category, what turned, what is missing, headline targets."""
    return render(request, "liantu/pages/overview.html", _context(moment_of(request)))


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
