"""What imports remember: how headers of a source are meant, and cells that we correct."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from liantu.errors import LiantuError, Refused, StorageFailed
from liantu.records import access, intake
from liantu.records.tables.declared import load_tables, table
from liantu.web.pages.imports.signature import check_reason, typed
from liantu.web.pages.registers.recorded import recorded


@never_cache
@require_safe
def memory(request: HttpRequest) -> HttpResponse:
    """``/imports/memory/``: mappings by source, corrections, a form for another correction."""
    return _page(request, None)


def _page(request: HttpRequest, error: LiantuError | None) -> HttpResponse:
    asked = request.POST if request.method == "POST" else request.GET
    chosen = load_tables().get(asked.get("table", ""))
    retired = request.GET.get("retired") == "1"
    then = recorded(request)
    every = intake.corrections(retired=True, as_of=then.said)
    context: dict[str, Any] = {
        "recorded": then,
        "trouble": error.message if error else None,
        "mappings": [
            (kept, kept.table, _history(kept)) for kept in intake.mappings(as_of=then.said)
        ],
        "corrections": [kept for kept in every if retired or not kept.retired_at],
        "in_force": sum(1 for kept in every if not kept.retired_at),
        "ended": sum(1 for kept in every if kept.retired_at),
        "retired": retired,
        "tables": list(load_tables().values()),
        "chosen": chosen,
        "free": [c for c in chosen.columns if c.name not in chosen.key] if chosen else [],
        "form": asked,
    }  # fmt: skip
    return render(request, "liantu/imports/memory.html", context, status=422 if error else 200)


def _history(kept: intake.KeptMapping) -> list[intake.KeptMapping]:
    """Earlier versions, the latest first."""
    every = intake.history_of(kept.mapping.source, kept.mapping.table)
    return [one for one in reversed(every) if one.version < kept.version]


@never_cache
@require_POST
def forget(request: HttpRequest) -> HttpResponse:
    """End a mapping of a source; its versions stay."""
    source, table_id = typed(request.POST, "source"), typed(request.POST, "table")
    return _done(request, "mappings", lambda by: intake.forget(source, table(table_id).id, by))


@never_cache
@require_POST
def correct(request: HttpRequest) -> HttpResponse:
    """Keep a correction: made at every import of its cell, as long as the source is wrong."""
    form = request.POST

    def add(by: str) -> None:
        declared = table(typed(form, "table"))
        correction = intake.Correction(
            declared.id,
            tuple(typed(form, f"key-{name}") for name in declared.key),
            typed(form, "column"),
            typed(form, "expect"),
            typed(form, "value"),
            typed(form, "reason"),
        )
        intake.add_correction(correction, by=by)

    return _done(request, "corrections", add)


@never_cache
@require_POST
def retire(request: HttpRequest) -> HttpResponse:
    """End a correction, with the reason; it stays to be looked up."""
    text, reason = request.POST.get("number", ""), typed(request.POST, "reason")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
    return _done(
        request, "corrections", lambda by: intake.retire_correction(number, by=by, reason=reason)
    )


def _done(request: HttpRequest, part: str, work: Any) -> HttpResponse:
    """Do it in somebody's name and go back to the list; what was wrong is said beside the form."""
    by = access.current().name
    try:
        check_reason(typed(request.POST, "reason"))
        work(by)
    except (Refused, StorageFailed):
        raise
    except LiantuError as error:
        return _page(request, error)
    return HttpResponseRedirect(f"{reverse('imports-memory')}#{part}")
