"""Rows sent back, of all batches: what was found, what is wrong, how to mend it."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liantu.errors import NothingToCompute, UsageError
from liantu.records import intake
from liantu.records.models import Batch
from liantu.records.moments import refuse_later
from liantu.records.quarantine import (
    PUBLISHED,
    STATES,
    Wanted,
    as_found,
    kind_name,
    kinds,
    settled_among,
    stored_table,
    tables_with_rows,
    wanted_rows,
)
from liantu.records.tables.declared import load_tables
from liantu.web.pages.imports.batches import paged
from liantu.web.pages.imports.files import attached, mend_name
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.registers.recorded import Recorded, recorded


@never_cache
@require_safe
def rejected(request: HttpRequest) -> HttpResponse:
    """``/imports/rejected/``: filtered by table, batch, kind and state; the address holds all."""
    then = recorded(request)
    wanted = _wanted(request, then)
    counted = kinds(wanted)
    if wanted.kind and wanted.kind not in counted:
        counted[wanted.kind] = 0
    rows = wanted_rows(wanted)
    page = paged(request, rows, upload_rules().rows_shown)
    later = settled_among(rows, then.moment)
    counts = replace(wanted, state="")
    context: dict[str, Any] = {
        "recorded": then,
        "wanted": wanted,
        "page": page,
        "rows": [
            (as_found(row, later.get(row.pk, 0), then.moment), load_tables().get(row.batch.table))
            for row in page
        ],
        "open": wanted_rows(replace(counts, state="open")).count(),
        "all": wanted_rows(counts).count(),
        "tables": [(name, load_tables().get(name)) for name in tables_with_rows(then.moment)],
        "batches": _batches(wanted),
        "kinds": [(code, kind_name(code), n) for code, n in counted.most_common()],
        "states": STATES,
    }
    return render(request, "liantu/imports/rejected.html", context)


def _wanted(request: HttpRequest, then: Recorded) -> Wanted:
    """What the address asks for.

    Raises:
        UsageError: a value that cannot be meant.
        NotFound: the batch came in only after the moment asked about.
    """
    asked = {name: request.GET.get(name, "").strip() for name in ("table", "batch", "kind")}
    state = request.GET.get("state", "")
    if asked["table"] and asked["table"] != PUBLISHED and asked["table"] not in load_tables():
        raise _unknown("table", asked["table"])
    text = asked["batch"]
    if text and not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise _unknown("batch", text)
    if asked["kind"] and not asked["kind"].replace("_", "").isalnum():
        raise _unknown("kind", asked["kind"])
    if state and state not in STATES:
        raise _unknown("state", state)
    batch = Batch.objects.filter(pk=int(text or 0)).first()
    if batch is not None:
        refuse_later(batch, then.said)
    return Wanted(asked["table"], int(text or 0), asked["kind"][:80], state, then.moment)


def _unknown(name: str, value: str) -> UsageError:
    return UsageError(
        f"参数 {name} 的值“{value[:40]}”无法识别。请从页面上的列表中选。",
        f"Parameter {name} has the unknown value {value[:40]!r}. Choose from the lists above.",
    )


def _batches(wanted: Wanted) -> list[Batch]:
    """Batches that rows were sent back from, the latest first."""
    found = Batch.objects.filter(rejected__gt=0).order_by("-pk")
    if wanted.table:
        found = found.filter(table=stored_table(wanted.table))
    if wanted.moment is not None:
        found = found.filter(accepted_at__lte=wanted.moment)
    shown = list(found[: upload_rules().batches_shown])
    if wanted.batch and all(batch.pk != wanted.batch for batch in shown):
        shown += list(found.filter(pk=wanted.batch))
    return shown


@never_cache
@require_safe
def mend_file(request: HttpRequest, number: int) -> HttpResponse:
    """``/imports/batch/<number>/rejected.xlsx``: its rows with what is wrong, to be mended."""
    batch = Batch.objects.filter(pk=number).first() if number < 2**63 else None
    if batch is None:
        raise Http404(number)
    if not batch.rejected:
        raise NothingToCompute(f"批次 {number} 没有退回的行。", f"Batch {number} sent no row back.")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / mend_name(batch.file_name, synthetic=batch.synthetic)
        intake.write_sent_back(path, str(number))
        return attached(path)


@require_safe
def moved(request: HttpRequest) -> HttpResponse:
    """``/sources/rejected/``: rows of published figures stand with all others."""
    return HttpResponsePermanentRedirect(f"{reverse('imports-rejected')}?table={PUBLISHED}")
