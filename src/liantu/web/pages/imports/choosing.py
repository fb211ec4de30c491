"""The first steps of an import: which file, which table and source, what its columns mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from liantu.errors import LiantuError, UnreadableInput, UsageError
from liantu.records import intake
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import Table, load_tables, table
from liantu.web.pages.imports import columns, uploads
from liantu.web.pages.imports.receiving import received
from liantu.web.pages.imports.signature import LONGEST_NAME, typed
from liantu.web.pages.imports.steps import (
    OTHERS,
    accepted_since,
    checked,
    on_upload,
    steps_shown,
    table_step,
)
from liantu.web.pages.imports.uploads import Upload


@dataclass(frozen=True)
class Choice:
    """One table that a sheet may hold, as the form shows it."""

    value: str
    sheet: str
    table: Table
    guess: intake.Guess | None
    chosen: bool


# File ------------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """``/imports/new/``: choose a file."""
    if request.method == "POST":
        try:
            upload = received(request)
            _guesses(upload)
        except (UnreadableInput, UsageError) as error:
            return _new_page(request, error)
        return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))
    return _new_page(request, None)


def _new_page(request: HttpRequest, error: LiantuError | None) -> HttpResponse:
    context = {
        "steps": steps_shown("file", None),
        "trouble": error.message if error else None,
        "limit_mb": door_rules().limits.largest_mb,
        "tables": list(load_tables().values()),
    }
    return render(request, "liantu/imports/new.html", context, status=422 if error else 200)


def _guesses(upload: Upload) -> tuple[intake.Guess, ...]:
    """Tables that the file may hold; a file that is no table at all is not kept."""
    try:
        return intake.guess(upload.path, source=upload.state.source)
    except (UnreadableInput, UsageError):
        uploads.discard(upload)
        raise


# Table and source ------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_upload
def choose_table(request: HttpRequest, upload: Upload) -> HttpResponse:
    """``/imports/<token>/table/``: which table, from which source."""
    guesses = _guesses(upload)
    if request.method == "POST":
        return _chosen(request, upload)
    choices = _choices(upload, guesses)
    context = {
        "steps": steps_shown("table", upload),
        "upload": upload,
        "choices": choices,
        "chosen": any(choice.chosen for choice in choices),
        "sheets": len({choice.sheet for choice in choices}) > 1,
        "figures": any(guess.table == intake.OBSERVATIONS for guess in guesses),
        "corrections": any(guess.table == intake.CORRECTIONS for guess in guesses),
        "tables": list(load_tables().values()),
        "sources": sorted({kept.mapping.source for kept in intake.mappings()}),
    }
    return render(request, "liantu/imports/table.html", context)


def _choices(upload: Upload, guesses: tuple[intake.Guess, ...]) -> list[Choice]:
    """Guesses as choices, what was chosen before or fits best marked."""
    state = upload.state
    offered = [guess for guess in guesses if guess.table not in OTHERS]
    known = load_tables()
    chosen = (state.table, state.sheet) if state.table else None
    if chosen is None and offered and guesses[0] is offered[0]:
        chosen = (offered[0].table, offered[0].sheet)
    return [
        Choice(f"{g.table}|{g.sheet}", g.sheet, known[g.table], g, (g.table, g.sheet) == chosen)
        for g in offered
    ]


def _chosen(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Keep the choice; headers matched by hand for another table are forgotten."""
    table_id, _, sheet = typed(request.POST, "table").partition("|")
    if table_id == intake.OBSERVATIONS:
        return HttpResponseRedirect(reverse("imports-figures", args=[upload.token]))
    if table_id == "other":
        table_id, sheet = typed(request.POST, "other"), ""
    declared = table(table_id)
    source = typed(request.POST, "source")[:LONGEST_NAME]
    choice = (declared.id, sheet, source)
    changes: dict[str, Any] = dict(zip(("table", "sheet", "source"), choice, strict=True))
    with uploads.alone(upload) as now:
        if accepted_since(upload, now):
            return table_step(upload)
        before = now.state
        if (before.table, before.sheet, before.source) != choice:
            changes |= {"matches": (), "fill": {}, "result": {}, "trouble": None, "redone": False}
        upload = uploads.settle(now, **changes)
    if request.POST.get("go") == "check":
        return checked(upload)
    return HttpResponseRedirect(reverse("imports-columns", args=[upload.token]))


# Columns ---------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_upload
def match_columns(request: HttpRequest, upload: Upload) -> HttpResponse:
    """``/imports/<token>/columns/``: what each header means, and values for the whole file."""
    if not upload.state.table:
        return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))
    shown = columns.matching(upload)
    trouble = upload.state.trouble
    if request.method == "POST":
        try:
            matches, fill = columns.read_form(request.POST.dict(), shown)
        except UsageError as error:
            trouble = (error.message.zh, error.message.en)
        else:
            return checked(upload, matches=matches, fill=fill)
    context = {
        "steps": steps_shown("columns", upload),
        "upload": upload,
        "matching": shown,
        "units": columns.units_of(shown.table),
        "trouble": trouble,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "liantu/imports/columns.html", context, status=status)
