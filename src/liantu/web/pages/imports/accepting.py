"""The last steps of an import: what would change, and into the records, once."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liantu.errors import LiantuError, NothingToCompute, Refused, StorageFailed, UsageError
from liantu.records import access, intake
from liantu.records.doors import write_rejected
from liantu.records.quarantine import as_checked
from liantu.records.tables.declared import table
from liantu.systems.language import language
from liantu.web.jobs import queue as jobs
from liantu.web.jobs.rules import job_rules
from liantu.web.pages.imports import checking, uploads
from liantu.web.pages.imports.files import attached, mend_name
from liantu.web.pages.imports.showing import changed, grid, warning
from liantu.web.pages.imports.signature import check_reason, typed
from liantu.web.pages.imports.steps import checked, concluded, on_upload, receipt_page, steps_shown
from liantu.web.pages.imports.uploads import Upload
from liantu.words import words

# Check -----------------------------------------------------------------------------------------


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@on_upload
def check(request: HttpRequest, upload: Upload) -> HttpResponse:
    """``/imports/<token>/check/``: what would change, what is sent back, what to look at."""
    if not upload.state.table:
        return HttpResponseRedirect(reverse("imports-table", args=[upload.token]))
    if request.method == "POST":
        return checked(upload)
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
    by, reason = access.current().name, typed(request.POST, "reason")
    with uploads.alone(uploads.find(token)) as upload:
        if seen in upload.state.done:
            return receipt_page(upload, upload.state.done[seen])
        if not upload.state.result or not upload.path.is_file():
            raise uploads.gone()
        try:
            check_reason(reason)
            if upload.state.result["rows"] > job_rules().background_rows:
                return _in_background(upload, seen, reason)
            upload, batch = _accept(upload, seen, by, reason)
        except (Refused, StorageFailed):
            raise
        except LiantuError as error:
            context = _check_context(request, upload, error)
            return render(request, "liantu/imports/check.html", context, status=422)
    if batch is None:
        return HttpResponseRedirect(reverse("imports-check", args=[upload.token]))
    return receipt_page(upload, batch)


def _in_background(upload: Upload, seen: str, reason: str) -> HttpResponseRedirect:
    """A worker brings it in; its page says how far it is.

    Few rows are brought in by the request itself, whose answer is the batch: the person stands
    before what they just checked.
    """
    asked = {"token": upload.token, "fingerprint": seen, "reason": reason}
    return HttpResponseRedirect(reverse("job", args=[jobs.ask("import", asked).pk]))


def accept_shown(upload: Upload, seen: str, by: str, reason: str) -> int | None:
    """Accept what was shown of an upload that the caller is alone with; for background jobs.

    Returns:
        The batch; None where the check came to something else, which is shown anew.

    Raises:
        NotFound: the file was cancelled or has expired.
        UsageError: who brings it, or why, is missing.
    """
    if seen in upload.state.done:
        return upload.state.done[seen]
    if not upload.state.result or not upload.path.is_file():
        raise uploads.gone()
    check_reason(reason)
    return _accept(upload, seen, by, reason)[1]


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
