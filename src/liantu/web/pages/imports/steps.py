"""The steps of an import: file, table and source, columns, check, into the records.

Every form ends in a redirect. A step may be gone back to until the last; the last is done once,
however often its form is sent.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liantu.errors import (
    LiantuError,
    NothingToCompute,
    StorageFailed,
    UnreadableInput,
    UsageError,
)
from liantu.records import intake
from liantu.records.doors import write_rejected
from liantu.records.doors.rules import door_rules
from liantu.records.quarantine import as_checked
from liantu.records.tables.declared import Table, load_tables, table
from liantu.systems.language import language
from liantu.web.pages.imports import checking, columns, uploads
from liantu.web.pages.imports.files import attached, mend_name
from liantu.web.pages.imports.receiving import received
from liantu.web.pages.imports.showing import changed, grid, warning
from liantu.web.pages.imports.signature import (
    LONGEST_NAME,
    check_signature,
    known_name,
    remember_name,
    typed,
)
from liantu.web.pages.imports.uploads import Upload
from liantu.words import words

STEPS = ("file", "table", "columns", "check", "done")
_OTHERS = (intake.OBSERVATIONS, intake.CORRECTIONS)
"""What a file may hold that is no declared table."""

_log = logging.getLogger(__name__)

View = Callable[..., HttpResponse]


@dataclass(frozen=True)
class Choice:
    """One table that a sheet may hold, as the form shows it."""

    value: str
    sheet: str
    table: Table
    guess: intake.Guess | None
    chosen: bool


def on_upload(view: View) -> View:
    """A step of a file that is still on its way; one imported already leads to its batch."""

    @wraps(view)
    def step(request: HttpRequest, token: str) -> HttpResponse:
        upload = uploads.find(token)
        if upload.path.is_file():
            return view(request, upload)
        if not upload.state.done:
            raise uploads.gone()
        return receipt_page(upload, list(upload.state.done.values())[-1])

    return step


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
    offered = [guess for guess in guesses if guess.table not in _OTHERS]
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
        if _accepted_since(upload, now):
            return _table_step(upload)
        before = now.state
        if (before.table, before.sheet, before.source) != choice:
            changes |= {"matches": (), "fill": {}, "result": {}, "trouble": None, "redone": False}
        upload = uploads.settle(now, **changes)
    if request.POST.get("go") == "check":
        return _checked(upload)
    return HttpResponseRedirect(reverse("imports-columns", args=[upload.token]))


def _table_step(upload: Upload) -> HttpResponseRedirect:
    """Where one goes on from, whatever became of the file meanwhile."""
    return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))


def _accepted_since(upload: Upload, now: Upload) -> bool:
    """Was something of the file imported since this request began?"""
    return now.state.done != upload.state.done or not now.path.is_file()


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
            return _checked(upload, matches=matches, fill=fill)
    context = {
        "steps": steps_shown("columns", upload),
        "upload": upload,
        "matching": shown,
        "units": columns.units_of(shown.table),
        "trouble": trouble,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "liantu/imports/columns.html", context, status=status)


def _checked(upload: Upload, **changes: Any) -> HttpResponse:
    """Keep what a step settled and check; what stops the check is said beside the columns.

    Where the file was imported meanwhile, or another table chosen, its table is chosen anew.
    """
    chosen = (upload.state.table, upload.state.sheet)
    with uploads.alone(upload) as now:
        if _accepted_since(upload, now) or (now.state.table, now.state.sheet) != chosen:
            return _table_step(upload)
        upload = checking.check(uploads.settle(now, **changes) if changes else now)
    where = "imports-columns" if upload.state.trouble else "imports-check"
    return HttpResponseRedirect(reverse(where, args=[upload.token]))


# Check -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_upload
def check(request: HttpRequest, upload: Upload) -> HttpResponse:
    """``/imports/<token>/check/``: what would change, what is sent back, what to look at."""
    if not upload.state.table:
        return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))
    if request.method == "POST":
        return _checked(upload)
    if not upload.state.result:
        return HttpResponseRedirect(reverse("imports-columns", args=[upload.token]))
    return render(request, "liantu/imports/check.html", _check_context(request, upload, None))


def _check_context(
    request: HttpRequest, upload: Upload, error: LiantuError | None
) -> dict[str, Any]:
    declared = table(upload.state.table)
    numbers = {name: _number(request, name) for name in ("new", "changed", "back", "look")}
    shown_new = checking.page(upload, "new", numbers["new"])
    shown_changed = checking.page(upload, "differences", numbers["changed"])
    look = checking.page(upload, "warnings", numbers["look"])
    back, back_total = checking.rejected(upload, numbers["back"])
    result = upload.state.result
    said = [declared[name] for name in result["said"]]
    return {
        "steps": steps_shown("check", upload),
        "upload": upload,
        "table": declared,
        "result": result,
        "synthetic": result["synthetic"],
        "trouble": error.message if error else None,
        "new_rows": grid(said, shown_new.rows),
        "new_page": shown_new,
        "differences": changed(declared, shown_changed.rows),
        "changed_page": shown_changed,
        "warnings": [warning(row) for row in look.rows],
        "look_page": look,
        "back": [as_checked(row) for row in back],
        "back_page": checking.Page([{}] * len(back), numbers["back"], back_total),
        "by": known_name(request),
        "reason": request.POST.get("reason", ""),
    }


def _number(request: HttpRequest, name: str) -> int:
    """Number of the page of a part.

    Raises:
        UsageError: it is no number.
    """
    text = request.GET.get(name, "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 7 or int(text) < 1:
        raise UsageError(
            f"参数 {name} 的值“{text[:40]}”无法识别，应为页码 1、2、3 …。",
            f"Parameter {name} has the unknown value {text[:40]!r}; expected a page 1, 2, 3 ….",
        )
    return int(text)


@never_cache
@require_safe
@on_upload
def mend_file(request: HttpRequest, upload: Upload) -> HttpResponse:
    """Rows that would be sent back, as a workbook to mend: before anything is imported."""
    if not upload.state.result:
        raise uploads.gone()
    rejected, total = checking.rejected(upload)
    if not total:
        raise NothingToCompute("没有需要退回的行。", "No row would be sent back.")
    synthetic = bool(upload.state.result["synthetic"])
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / mend_name(upload.state.file_name, synthetic=synthetic)
        write_rejected(rejected, path, synthetic=synthetic)
        return attached(path)


@never_cache
@require_safe
def progress(request: HttpRequest, token: str) -> JsonResponse:
    """How far the work on a file is, in words; empty where nothing is being done."""
    stage, seconds = checking.progress(uploads.find(token))
    if not stage:
        return JsonResponse({"text": ""})
    text = words().say(f"imports.stage.{stage}", language(), seconds=round(seconds))
    return JsonResponse({"text": text})


# Into the records ------------------------------------------------------------------------------


@never_cache
@require_POST
def commit(request: HttpRequest, token: str) -> HttpResponse:
    """Accept what was shown; once, however often the form is sent."""
    seen = request.POST.get("fingerprint", "")
    by, reason = typed(request.POST, "by"), typed(request.POST, "reason")
    with uploads.alone(uploads.find(token)) as upload:
        if seen in upload.state.done:
            return receipt_page(upload, upload.state.done[seen])
        if not upload.state.result or not upload.path.is_file():
            raise uploads.gone()
        try:
            check_signature(by, reason)
            upload, batch = _accept(upload, seen, by, reason)
        except StorageFailed:
            raise
        except LiantuError as error:
            context = _check_context(request, upload, error)
            return render(request, "liantu/imports/check.html", context, status=422)
    if batch is None:
        return HttpResponseRedirect(reverse("imports-check", args=[upload.token]))
    return remember_name(receipt_page(upload, batch), by)


def _accept(upload: Upload, seen: str, by: str, reason: str) -> tuple[Upload, int | None]:
    """Check anew; the batch, or None where the check came to something else than was shown."""
    started = time.monotonic()
    checking.note(upload, "commit")
    try:
        found, batch = _commit(upload, seen, by, reason)
        if batch is None:
            seconds = time.monotonic() - started
            return checking.keep(upload, found, seconds=seconds, redone=True), None
    finally:
        checking.unnote(upload)
    return concluded(upload, seen, batch), batch


def _commit(
    upload: Upload, seen: str, by: str, reason: str, *, again: bool = False
) -> tuple[intake.Prepared, int | None]:
    """The batch, or None where the file compared anew is not what was shown.

    Rows that came before and were changed since count once more: that was shown.
    """
    mark = intake.latest_of(table(upload.state.table))
    found = checking.prepared(upload)
    if checking.fingerprint(found) != seen:
        return found, None
    counts = found.preview.counts
    receipt = intake.commit(found, by=by, reason=reason, again=again, seen=mark)
    if receipt.already and not again and (counts["new"] or counts["changed"]):
        # Others may have brought the same rows just now: compared with the records once more.
        return _commit(upload, seen, by, reason, again=True)
    return found, int(receipt.vintage)


def concluded(upload: Upload, seen: str, batch: int) -> Upload:
    """Note which batch a check became. That stands: what fails from here on is logged only."""
    try:
        upload = uploads.settle(
            upload, done={**upload.state.done, seen: batch}, result={}, matches=(), fill={},
            table="", sheet="", redone=False,
        )  # fmt: skip
        if not _others_left(upload):
            uploads.finish(upload)
    except Exception:
        _log.exception("Batch %d was imported; its upload could not be put away", batch)
    return upload


def _others_left(upload: Upload) -> bool:
    """Does the workbook hold other sheets that are tables of ours?"""
    sheets = {
        guess.sheet for guess in intake.guess(upload.path) if guess.table not in _OTHERS
    }  # fmt: skip
    return len(sheets) > len(upload.state.done)


def receipt_page(upload: Upload, batch: int) -> HttpResponseRedirect:
    """The batch's own page; a workbook with further sheets is kept and linked from there."""
    further = f"?upload={upload.token}" if upload.path.exists() else ""
    return HttpResponseRedirect(reverse("imports-batch", args=[batch]) + further)


@never_cache
@require_POST
def cancel(request: HttpRequest, token: str) -> HttpResponse:
    """Remove a file on its way; what was imported of it stays."""
    with uploads.alone(uploads.find(token)) as upload:
        uploads.discard(upload)
    return HttpResponseRedirect(reverse("imports"))


# Frame -----------------------------------------------------------------------------------------


def steps_shown(now: str, upload: Upload | None) -> list[dict[str, Any]]:
    """The steps with their addresses, as far as one can go back."""
    at = STEPS.index(now)
    addresses = {"table": "imports-table", "columns": "imports-columns"}
    return [
        {
            "name": name,
            "now": name == now,
            "past": place < at,
            "address": reverse(addresses[name], args=[upload.token])
            if upload and place < at and name in addresses
            else "",
        }
        for place, name in enumerate(STEPS)
    ]
