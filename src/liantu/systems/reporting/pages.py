"""Pages of the cycles: the city's view, one cycle, one sheet. What changes is in ``actions``."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from liantu.errors import NotFound
from liantu.records import synthetic
from liantu.systems.language import language
from liantu.systems.reporting import permits
from liantu.systems.reporting.agenda import agenda
from liantu.systems.reporting.correcting import asked, errata
from liantu.systems.reporting.duties import duties
from liantu.systems.reporting.forms import form_workbook
from liantu.systems.reporting.models import Cycle, Passage, Sheet
from liantu.systems.reporting.own_returns import OwnReturn, own_returns
from liantu.systems.reporting.rules import Step, cycle_rule, cycle_rules
from liantu.systems.reporting.scoring import score_of
from liantu.systems.reporting.sheet_page import PER_PAGE, view
from liantu.systems.reporting.standing import Board, Line, board, boards, line_of
from liantu.systems.reporting.steps import cycle_named
from liantu.words import words

AHEAD = 31
"""Days of the calendar shown on the first page."""
SHOWN = 120
"""Periods looked at, the latest first."""
CLOSED = 24
"""Published periods shown."""
HISTORY = 60
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def say(key: str, **figures: Any) -> str:
    """Words of a key in the reader's language."""
    return words().say(key, language(), **figures)


def cycles(request: HttpRequest) -> HttpResponse:
    """``/cycles/``: who has filed, who is late, what waits for whoever looks."""
    today = timezone.localdate()
    shown = [_seen(each) for each in boards(list(Cycle.objects.all()[:SHOWN]), today)]
    shown = [each for each in shown if each.lines]
    going = [each for each in shown if each.top.sheet.state != "published"]
    closed = [each for each in shown if each.top.sheet.state == "published"][:CLOSED]
    late = sum(each.counts["late"] for each in going)
    own = own_returns(today)
    context = {
        "title": _own_sentence(own) if own else _sentence(going, late),
        "own": own,
        "going": [CycleLine(each) for each in going],
        "closed": [CycleLine(each) for each in closed],
        "duties": duties(today),
        "asked": [one for one in asked() if permits.may_see([one.sheet])],
        "agenda": agenda(today, today + timedelta(days=AHEAD)),
        "openable": permits.may_open(),
        "rules": cycle_rules(),
        "synthetic": synthetic_of({each.cycle.table for each in shown}),
    }
    return render(request, "reporting/cycles.html", context)


def _sentence(going: list[Board], late: int) -> str:
    if not going:
        return say("cycles.sentence_none")
    units = sum(each.counts["units"] for each in going)
    waiting = sum(each.counts["open"] for each in going)
    filed = sum(each.counts["filed"] for each in going)
    return say(
        "cycles.sentence", cycles=len(going), units=units, waiting=waiting, filed=filed, late=late
    )


def _own_sentence(own: list[OwnReturn]) -> str:
    done = sum(one.filed >= one.due for one in own)
    return say("cycles.own_sentence", returns=len(own), done=done, left=len(own) - done)


class CycleLine:
    """One period of a cycle, as the lists show it."""

    def __init__(self, found: Board) -> None:
        self.board, self.cycle = found, found.cycle
        self.rule = cycle_rule(found.cycle.rule)
        self.top, self.counts = found.top.sheet, found.counts
        self.marks = found.leaves


def cycle(request: HttpRequest, rule: str, period: str) -> HttpResponse:
    """One period: every unit with its light, and what can be done next."""
    found = _seen(board(cycle_named(rule, period)))
    if not found.lines:
        raise NotFound("您的范围内没有该期的报送表。", "Nothing of this period is in your scope.")
    made = errata(found.cycle)
    passages = Passage.objects.filter(
        sheet__in=[line.sheet.pk for line in found.lines]
    ).select_related("sheet")
    counts = found.counts
    context = {
        "board": found,
        "rule": cycle_rule(rule),
        "counts": counts,
        "lines": [UnitLine(line) for line in found.lines],
        "top": UnitLine(found.top) if found.top.sheet.level == "city" else None,
        "errata": [one for one in made if permits.may_see([one.sheet])],
        "asked": [one for one in asked(found.cycle) if permits.may_see([one.sheet])],
        "decides": permits.may_publish(),
        "bulletin": found.cycle.rhythm == "month"
        and found.top.sheet.state == "published"
        and permits.may_publish(),
        "passages": passages.order_by("-at", "-id")[:HISTORY],
        "title": say("cycles.cycle_sentence", **counts),
        "synthetic": synthetic_of({found.cycle.table}),
    }
    return render(request, "reporting/cycle.html", context)


class UnitLine:
    """One sheet on the page of its cycle, with what whoever looks may do with it."""

    def __init__(self, line: Line) -> None:
        self.line, self.sheet = line, line.sheet
        key, figures = line.reason
        self.why = say(key, **figures)
        self.steps = steps_of(line)
        self.score = score_of(line) if line.sheet.leaf else None
        self.indent = line.depth


def steps_of(line: Line) -> list[Step]:
    """Steps possible now and allowed to whoever looks; whoever can send back need not recall."""
    found = [step for step in line.steps if permits.role_for(step, line.sheet) is not None]
    back = any(step.id == "send_back" for step in found)
    return [step for step in found if not (back and step.id == "recall")]


def sheet(request: HttpRequest, number: int) -> HttpResponse:
    """One unit's sheet: figures beside those of the period before, filled in and filed here."""
    found = sheet_of(number)
    line = line_of(found, timezone.localdate())
    context: dict[str, Any] = {
        "sheet": found,
        "unit": UnitLine(line),
        "rule": cycle_rule(found.cycle.rule),
        "passages": found.passages.order_by("-at", "-id")[:HISTORY],
        "errata": [one for one in errata(found.cycle) if one.sheet_id == found.pk],
        "synthetic": synthetic_of({found.cycle.table}),
        "problem": request.session.pop("reporting-problem", None),
    }
    if not found.leaf:
        below = Sheet.objects.filter(above=found).select_related("cycle", "above__above")
        lines = [line_of(each, timezone.localdate(), 1) for each in below.order_by("unit")]
        context |= {"lines": [UnitLine(each) for each in lines]}
        return render(request, "reporting/summary.html", context)
    seen = view(found)
    chosen = _chosen(request, seen.rows)
    page, pages = _page(request, len(seen.rows))
    only = request.GET.get("only", "")
    rows = [
        row
        for row in seen.rows
        if not only or row.state == only or (only == "told" and row.remarks)
    ]
    top = (
        Sheet.objects.filter(cycle=found.cycle, above=None).values_list("state", flat=True).first()
    )
    context |= {
        "view": seen,
        "counts": seen.counts,
        "row": chosen,
        "rows": rows[(page - 1) * PER_PAGE : page * PER_PAGE],
        "shown": len(rows),
        "only": only,
        "page": page,
        "pages": pages,
        "fillable": found.state == "open" and _may(found, "file"),
        "correctable": top == "published" and _may(found, "file"),
        "before": seen.period.shifted(-1),
        "year": seen.period.a_year_before,
    }
    return render(request, "reporting/sheet.html", context)


def _may(sheet: Sheet, step: str) -> bool:
    found = next(each for each in cycle_rules().steps if each.id == step)
    return permits.role_for(found, sheet) is not None


def _chosen(request: HttpRequest, rows: tuple[Any, ...]) -> Any:
    code = request.GET.get("row", "")
    if not code:
        return rows[0] if len(rows) == 1 else None
    return next((row for row in rows if row.code == code), None)


def _page(request: HttpRequest, count: int) -> tuple[int, int]:
    pages = max(1, -(-count // PER_PAGE))
    said = request.GET.get("page", "1")
    return min(max(int(said), 1), pages) if said.isdecimal() and len(said) < 7 else 1, pages


def form_file(request: HttpRequest, number: int) -> HttpResponse:
    """The sheet as a workbook to fill in."""
    found = sheet_of(number)
    response = HttpResponse(form_workbook(found), content_type=XLSX)
    name = f"{found.cycle.rule}-{found.cycle.period}-{found.unit or found.level}.xlsx"
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def sheet_of(number: int) -> Sheet:
    """The sheet of a number, where whoever acts may see it.

    Raises:
        NotFound: there is none, or it is outside their scope.
    """
    found = Sheet.objects.select_related("cycle", "above__above").filter(pk=number).first()
    if found is None:
        raise permits.no_sheet(number)
    permits.refuse_unseen(found)
    return found


def synthetic_of(tables: set[str]) -> bool:
    """Is any of the figures shown synthetic?"""
    return any(synthetic.of_table(name).any for name in sorted(tables))


def _seen(found: Board) -> Board:
    """The board as far as whoever looks may see it."""
    sheets = {each.pk for each in permits.may_see([line.sheet for line in found.lines])}
    return Board(found.cycle, tuple(line for line in found.lines if line.sheet.pk in sheets))
