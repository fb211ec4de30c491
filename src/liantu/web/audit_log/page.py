"""``/audit/``: the log, looked through by who, what, which object and when."""

from __future__ import annotations

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from liantu.errors import UsageError
from liantu.records import access, audit
from liantu.web.audit_log.told import told

_PAGE = 100
_TEXTS = {"by": 150, "act": 40, "kind": 80, "key": 300}


@require_safe
def log(request: HttpRequest) -> HttpResponse:
    """Entries that fit, latest first; paged by number, which never shifts."""
    access.require("audit")
    asked = _read(request)
    found = audit.entries(asked)
    before = request.GET.get("before", "")
    if before:
        found = found.filter(number__lt=_number(before))
    entries = list(found[: _PAGE + 1])
    context = {
        "asked": asked,
        "acts": list(audit.Act),
        "rows": [told(entry) for entry in entries[:_PAGE]],
        "count": audit.entries(asked).count(),
        "older": entries[_PAGE - 1].number if len(entries) > _PAGE else None,
        "newer": bool(before),
    }
    return render(request, "liantu/audit/page.html", context)


def _read(request: HttpRequest) -> audit.Asked:
    by, act, kind, key = (request.GET.get(n, "").strip()[:most] for n, most in _TEXTS.items())
    first, last = (_day(request.GET.get(name, "")) for name in ("first", "last"))
    return audit.Asked(by, act, kind, key, first, last)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise _unclear(text, "2026-11-01") from error


def _number(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) < 19):
        raise _unclear(text, "1200")
    return int(text)


def _unclear(text: str, like: str) -> UsageError:
    return UsageError(
        f"条件“{text[:40]}”无法识别，应形如 {like}。", f"{text[:40]!r} is not such as {like}."
    )
