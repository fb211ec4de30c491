"""New records that wait for the city: what was asked for, beside what is held, and the decision."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Count
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from liantu.errors import LiantuError, NotFound, Refused, StorageFailed, UsageError
from liantu.records import access, synthetic
from liantu.records.models import Addition, AdditionState
from liantu.records.registers import admission, register_of
from liantu.records.tables.declared import Column, load_tables, table
from liantu.web.pages.imports.batches import paged, record_address
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.showing import cell
from liantu.web.pages.imports.signature import check_reason, typed

STATES = tuple(AdditionState.values)


@never_cache
@require_safe
def additions(request: HttpRequest) -> HttpResponse:
    """``/imports/additions/``: those that wait unless asked otherwise, the latest first."""
    state, wanted = _asked(request)
    found = Addition.objects.filter(**({} if state == "all" else {"state": state}))
    if wanted:
        found = found.filter(table=wanted)
    page = paged(request, found, upload_rules().rows_shown)
    counted = dict(Addition.objects.order_by().values_list("state").annotate(Count("pk")))
    context = {
        "page": page,
        "lines": [_Line(one, table(one.table).zh, table(one.table).en) for one in page],
        "state": state,
        "wanted": wanted,
        "states": (*STATES, "all"),
        "tables": _tables(),
        "waiting": counted.get(AdditionState.WAITING, 0),
        "decided": sum(counted.values()) - counted.get(AdditionState.WAITING, 0),
        "may_decide": any(admission.may_decide(one.table) for one in page),
    }
    return render(request, "liantu/imports/additions.html", context)


@dataclass(frozen=True)
class _Line:
    """One addition in the list."""

    one: Addition
    table_zh: str
    table_en: str

    @property
    def name(self) -> str:
        """What the record calls itself; empty where it does not."""
        return str(self.one.values.get("name") or "")


def _tables() -> list[Any]:
    asked = set(Addition.objects.order_by().values_list("table", flat=True).distinct())
    return [one for name, one in load_tables().items() if name in asked]


def _asked(request: HttpRequest) -> tuple[str, str]:
    state = request.GET.get("state", "") or AdditionState.WAITING.value
    wanted = request.GET.get("table", "")
    if state not in (*STATES, "all"):
        raise UsageError(
            f"参数 state 的值“{state[:40]}”无法识别，应为 {'、'.join(STATES)}、all 之一。",
            f"Parameter state has the unknown value {state[:40]!r}; use one of"
            f" {', '.join(STATES)}, all.",
        )
    return state, table(wanted).id if wanted else ""


@dataclass(frozen=True)
class Beside:
    """One column: as asked for, and as held now; empty where it is not said."""

    column: Column
    asked: str
    held: str

    @property
    def agrees(self) -> bool | None:
        """Are both the same? None where one side says nothing."""
        return None if not self.asked or not self.held else self.asked == self.held


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def addition(request: HttpRequest, number: int) -> HttpResponse:
    """``/imports/additions/<number>/``: what was filed, what is held, the form to decide."""
    one = admission.find(number)
    if request.method != "POST":
        return _page(request, one, None)
    try:
        reason = typed(request.POST, "reason")
        check_reason(reason)
        admission.decide(
            one.pk, admit=_verdict(request) == "admit", by=access.current().name, reason=reason,
            seen=_seen(request),
        )  # fmt: skip
    except (StorageFailed, NotFound, Refused):
        raise
    except LiantuError as error:
        return _page(request, admission.find(number), error)
    return HttpResponseRedirect(reverse("imports-addition", args=[one.pk]))


def _verdict(request: HttpRequest) -> str:
    verdict = request.POST.get("verdict", "")
    if verdict not in ("admit", "refuse"):
        raise UsageError(
            "表单不完整，请刷新页面后重试。未作任何改动。",
            "The form is incomplete. Reload the page and try again. Nothing was changed.",
        )
    return verdict


def _seen(request: HttpRequest) -> int:
    text = request.POST.get("version", "")
    if not (text.isascii() and text.isdecimal() and len(text) < 10):
        raise UsageError(
            "表单不完整，请刷新页面后重试。未作任何改动。",
            "The form is incomplete. Reload the page and try again. Nothing was changed.",
        )
    return int(text)


@require_POST
def admit_new(request: HttpRequest) -> HttpResponse:
    """``/imports/additions/admit/``: those ticked that nobody has, all of them or none."""
    numbers = [
        int(text)
        for text in request.POST.getlist("number")[: upload_rules().rows_shown]
        if text.isascii() and text.isdecimal() and len(text) < 18
    ]
    if not numbers:
        raise UsageError("没有勾选任何一条。请先勾选，再核定。", "None is ticked. Tick some first.")
    reason = typed(request.POST, "reason")
    check_reason(reason)
    admission.admit_new(numbers, by=access.current().name, reason=reason)
    return HttpResponseRedirect(reverse("imports-additions"))


def _page(request: HttpRequest, one: Addition, error: LiantuError | None) -> HttpResponse:
    may = admission.may_decide(one.table)
    # Whoever asked is not shown whether others hold the key.
    held = admission.standing(one) if may else None
    context: dict[str, Any] = {
        "one": one,
        "table": table(one.table),
        "name": str(one.values.get("name") or one.key),
        "trouble": error.message if error else None,
        "beside": _beside(one, held),
        "held": held,
        "synthetic": held is not None and synthetic.of_table(one.table).any,
        "held_address": record_address(one.table, one.key) if held else "",
        "may_decide": may and one.state == AdditionState.WAITING,
        "reason": request.POST.get("reason", ""),
        "own_address": record_address(one.table, one.key)
        if one.state == AdditionState.ADMITTED
        else "",
    }
    return render(request, "liantu/imports/addition.html", context, status=422 if error else 200)


def _beside(one: Addition, held: Any) -> list[Beside]:
    reg = register_of(one.table)
    cells = reg.frame([one.values]).row(0, named=True)
    lines = []
    for column in reg.table.columns:
        stored = getattr(held, column.name) if held is not None else None
        asked = cells.get(column.name)
        if asked is not None or stored is not None:
            lines.append(
                Beside(
                    column,
                    "" if asked is None else cell(column, asked),
                    "" if stored is None else cell(column, stored),
                )
            )
    return lines
