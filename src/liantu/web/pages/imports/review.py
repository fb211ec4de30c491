"""The review queue: may two be one? Side by side, with the reason; decided by a person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from liantu.errors import LiantuError, NotFound, Refused, StorageFailed, UsageError
from liantu.records import access
from liantu.records.identity import merger, review
from liantu.records.identity.past import told
from liantu.records.models import CaseKind, CaseState, ReviewCase
from liantu.records.tables.declared import Column, Table, table
from liantu.web.pages.imports.batches import paged, record_address
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.showing import cell
from liantu.web.pages.imports.signature import check_reason, typed
from liantu.web.pages.registers.recorded import recorded

_STATES = tuple(CaseState.values)
_KINDS = tuple(CaseKind.values)
_DECIDED = (CaseState.SAME, CaseState.DIFFERENT, CaseState.UNSURE)


@never_cache
@require_safe
def queue(request: HttpRequest) -> HttpResponse:
    """``/imports/review/``: cases, the likeliest first; those that wait unless asked otherwise."""
    state = _asked(request, "state", (*_STATES, "all"), "waiting")
    kind = _asked(request, "kind", _KINDS, "")
    search = typed(request.GET, "q")[:100]
    states = () if state == "all" else (state,)
    then = recorded(request)
    found = review.cases(*states, kind=kind, search=search, as_of=then.said)
    page = paged(request, found, upload_rules().rows_shown)
    context = {
        "recorded": then,
        "page": page,
        "rows": told(page, then.moment),
        "state": state,
        "kind": kind,
        "q": search,
        "states": (*_STATES, "all"),
        "kinds": _KINDS,
        "waiting": review.cases(CaseState.WAITING, as_of=then.said).count(),
        "decided": review.cases(*_DECIDED, as_of=then.said).count(),
    }
    return render(request, "liantu/imports/review.html", context)


def _asked(request: HttpRequest, name: str, known: tuple[str, ...], default: str) -> str:
    value = request.GET.get(name, "") or default
    if value and value not in known:
        raise UsageError(
            f"参数 {name} 的值“{value[:40]}”无法识别，应为 {'、'.join(known)} 之一。",
            f"Parameter {name} has the unknown value {value[:40]!r}; use one of"
            f" {', '.join(known)}.",
        )
    return value


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def case(request: HttpRequest, number: int) -> HttpResponse:
    """``/imports/review/<number>/``: both sides, the reason, what was decided, the form."""
    if request.method == "POST":
        return _decided(request, review.find(number))
    return _case_page(request, review.find(number, recorded(request).said), None)


@dataclass(frozen=True)
class Line:
    """One column of both sides, written out; empty where a side does not say."""

    column: Column
    left: str
    right: str
    agrees: bool | None


def _line(declared: Table, line: review.Beside) -> Line:
    column = declared[line.column]
    left, right = (
        "" if value is None else cell(column, value) for value in (line.left, line.right)
    )
    return Line(column, left, right, line.agrees)


def _decided(request: HttpRequest, found: ReviewCase) -> HttpResponse:
    """Keep the verdict and go on to the next case that waits."""
    form = request.POST
    by, reason = access.current().name, typed(form, "reason")
    version = form.get("version", "")
    try:
        if not (version.isascii() and version.isdecimal() and len(version) < 10):
            raise UsageError(
                "表单不完整，请刷新页面后重试。未作任何改动。",
                "The form is incomplete. Reload the page and try again. Nothing was changed.",
            )
        check_reason(reason)
        review.decide(
            found.pk, typed(form, "verdict"), by, reason,
            keep=typed(form, "keep"), expected_version=int(version),
            versions=(_version(form.get("left_version")), _version(form.get("right_version"))),
        )  # fmt: skip
    except (StorageFailed, NotFound):
        raise
    except Refused:
        raise
    except LiantuError as error:
        return _case_page(request, review.find(found.pk), error)
    return HttpResponseRedirect(reverse("imports-case", args=[found.pk]))


def _version(text: str | None) -> int | None:
    """A version as the form carries it; None where the case has no such record."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 10 else None


def _case_page(request: HttpRequest, found: ReviewCase, error: LiantuError | None) -> HttpResponse:
    then = recorded(request)
    waiting = review.cases(CaseState.WAITING, as_of=then.said)
    context: dict[str, Any] = {
        "recorded": then,
        "case": found,
        "told": told([found], then.moment)[0],
        "trouble": error.message if error else None,
        "seen": merger.seen(found),
        "beside": [_line(table(found.register), line) for line in review.beside(found, then.said)],
        "rivals": told(review.rivals(found, then.said), then.moment),
        "decisions": review.decisions(found, then.said),
        "left_address": record_address(found.register, found.left_key) if found.left_key else "",
        "right_address": record_address(found.register, found.right_key),
        "verdicts": [v for v in review.VERDICTS if v != found.state],
        "mergeable": found.kind == CaseKind.PAIR and not found.dropped_key,
        "next": waiting.exclude(pk=found.pk).first(),
        "waiting": waiting.count(),
        "reason": request.POST.get("reason", ""),
    }
    status = 422 if error else 200
    return render(request, "liantu/imports/case.html", context, status=status)
