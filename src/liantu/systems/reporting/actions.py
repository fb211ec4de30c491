"""What pages of the cycles change: drafts, uploads, steps, corrections; each answers by a page."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from liantu.errors import InvalidRecords, LiantuError, Refused, SignInNeeded, UsageError
from liantu.records.access import current
from liantu.records.tables.declared import table
from liantu.systems.reporting import permits
from liantu.systems.reporting.correcting import ask, decide, erratum_named
from liantu.systems.reporting.feed import end_feed, new_feed
from liantu.systems.reporting.filing import file_sheet
from liantu.systems.reporting.forms import bring_file, columns_to_fill, save_draft
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.opening import open_due
from liantu.systems.reporting.pages import sheet_of
from liantu.systems.reporting.rules import step_named
from liantu.systems.reporting.steps import take

_MOST = 8


@require_POST
def draft(request: HttpRequest, number: int) -> HttpResponse:
    """Keep one row as typed; with ``file`` also file the sheet."""
    sheet = sheet_of(number)
    permits.check(step_named("file"), sheet)
    code = request.POST.get("code", "")
    names = [column.name for column in columns_to_fill(table(sheet.cycle.table))]
    cells = {name: request.POST.get(f"c-{name}", "") for name in names}
    try:
        kept = save_draft(sheet, code, cells, seen=_seen(request))
        if "file" in request.POST:
            file_sheet(kept, reason=request.POST.get("reason", ""), seen=kept.version)
    except LiantuError as error:
        return _told(request, sheet, error, code)
    return _back(sheet, "" if "file" in request.POST else code)


@require_POST
def upload(request: HttpRequest, number: int) -> HttpResponse:
    """Take in a filled-in workbook; the sheet stays open to be looked at and filed."""
    sheet = sheet_of(number)
    who, _ = permits.check(step_named("file"), sheet)
    problem = getattr(request, "upload_problem", None)
    sent = request.FILES.get("file")
    try:
        if problem is not None:
            raise problem
        if sent is None:
            raise UsageError("没有选择文件。请选择填好的表。", "No file was chosen.")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"form{Path(str(sent.name)).suffix.lower()[:10]}"
            with path.open("wb") as target:
                for chunk in sent.chunks():
                    target.write(chunk)
            bring_file(sheet, path, by=who)
    except LiantuError as error:
        return _told(request, sheet, error)
    return _back(sheet)


@require_POST
def step(request: HttpRequest, number: int, step_id: str) -> HttpResponse:
    """Take a step."""
    sheet = sheet_of(number)
    reason = request.POST.get("reason", "")
    try:
        if step_id == "file":
            file_sheet(sheet, reason=reason, seen=_seen(request))
        else:
            take(sheet, step_id, reason=reason, seen=_seen(request))
    except LiantuError as error:
        return _told(request, sheet, error)
    if request.POST.get("next") == "cycle":
        return redirect("cycle", sheet.cycle.rule, sheet.cycle.period)
    return _back(sheet)


@require_POST
def correction(request: HttpRequest, number: int) -> HttpResponse:
    """Ask for a published figure to be corrected."""
    sheet = sheet_of(number)
    said = request.POST
    try:
        ask(sheet, said.get("code", ""), said.get("column", ""), said.get("value", ""),
            reason=said.get("reason", ""))  # fmt: skip
    except LiantuError as error:
        return _told(request, sheet, error)
    return redirect("cycle", sheet.cycle.rule, sheet.cycle.period)


@require_POST
def decision(request: HttpRequest, number: int) -> HttpResponse:
    """Grant or refuse a correction."""
    erratum = erratum_named(number)
    decide(erratum, grant="grant" in request.POST, reason=request.POST.get("reason", ""))
    return redirect("cycle", erratum.sheet.cycle.rule, erratum.sheet.cycle.period)


@require_POST
def open_now(request: HttpRequest) -> HttpResponse:
    """Open every period that has just ended."""
    permits.refuse_opening()
    open_due(by=current().name)
    return redirect("cycles")


@require_POST
def feed(request: HttpRequest) -> HttpResponse:
    """Make a new calendar feed (which ends the old), or end it."""
    if "end" in request.POST:
        end_feed(request.user)
    else:
        request.session["reporting-feed"] = new_feed(request.user)
    return redirect("cycles-duties")


def _seen(request: HttpRequest) -> int | None:
    said = request.POST.get("seen", "")
    return int(said) if said.isdecimal() and len(said) < 10 else None


def _back(sheet: Sheet, row: str = "") -> HttpResponse:
    from urllib.parse import urlencode

    from django.urls import reverse

    tail = f"?{urlencode({'row': row})}#row" if row else ""
    return redirect(reverse("cycles-sheet", args=[sheet.pk]) + tail)


def _told(request: HttpRequest, sheet: Sheet, error: LiantuError, row: str = "") -> HttpResponse:
    """Back to the sheet, which says what was wrong; what was typed stands as draft.

    Raises:
        Refused, SignInNeeded: what nobody may do is no matter of the form.
    """
    if isinstance(error, Refused | SignInNeeded):
        raise error
    problems = list(error.problems[:_MOST]) if isinstance(error, InvalidRecords) else []
    request.session["reporting-problem"] = {
        "zh": error.message.zh,
        "en": error.message.en,
        "each": [{"zh": each.zh, "en": each.en} for each in problems],
    }
    return _back(sheet, row)
