"""Editing one record: form, check while typing, save; delete, restore; a new record.

Whoever saves says which version they saw. Where somebody else was first, nothing is written:
the form comes back with both entries side by side and the newer version underneath.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_http_methods, require_POST

from liantu.errors import Message, StaleEdit, UsageError
from liantu.records import access, registers
from liantu.records.registers import Register, register_of
from liantu.records.tables.declared import Column
from liantu.systems.language import language
from liantu.web.pages.registers.cells import plain_text
from liantu.web.pages.registers.form import Entered, Field, beside, fields, read_form, texts_of
from liantu.web.pages.registers.found import Found, current
from liantu.words import Language, words

private = cache_control(private=True, no_store=True)
form_methods = require_http_methods(["GET", "HEAD", "POST"])
_LONGEST_REASON = 1000


@form_methods
@private
def edit(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """``/records/<table>/<key>/edit/``."""
    found = current(table_id, key)
    refuse_gone(found)
    if request.method != "POST":
        entered = Entered(texts_of(found.reg, found.values), found.values)
        return _form(request, found, entered, found.latest.version)
    expected = _expected(request)
    seen = _seen(found, expected)
    entered = read_form(found.reg, request.POST.dict(), seen)
    if entered.errors:
        return _form(request, found, entered, expected, status=400)
    changes = {n: v for n, v in entered.values.items() if v != seen[n]}
    try:
        registers.edit(table_id, key, changes, expected, access.current().name, reason(request))
    except StaleEdit as error:
        newer = current(table_id, key)
        refuse_gone(newer)
        return _both(request, newer, entered, seen, error)
    return done("record", table_id, key)


def _seen(found: Found, expected: int) -> dict[str, Any]:
    """Cells of the version that the form was filled with."""
    for version in found.versions:
        if version.version == expected:
            return version.values
    raise UsageError(
        f"没有版本 {expected}。请重新打开编辑页。",
        f"There is no version {expected}. Open the form again.",
    )


def _both(
    request: HttpRequest, newer: Found, entered: Entered, seen: Mapping[str, Any], error: StaleEdit
) -> HttpResponse:
    """The form once more: own entries kept, cells others changed beside them, newer version."""
    touched = {name for name, value in entered.values.items() if value != seen[name]}
    stored = texts_of(newer.reg, newer.values)
    texts = {n: entered.texts[n] if n in touched else stored[n] for n in entered.texts}
    since = {
        name: change.by
        for change in newer.versions
        if change.version > error.expected
        for name in change.changes
    }
    shown = fields(newer.reg, Entered(texts, newer.values), new=False)
    shown = [
        beside(one, newer.values[one.column.name], since[one.column.name])
        if one.column.name in touched and one.column.name in since
        else one
        for one in shown
    ]
    told = Message(*(_told(newer, error.expected, said) for said in ("zh", "en")))
    return _page(request, newer, shown, newer.latest.version, told, 409)


def _told(newer: Found, expected: int, said: Language) -> str:
    """Who changed what since the version that was seen."""
    say = words().say
    sentences = []
    for change in newer.versions:
        if change.version <= expected:
            continue
        cells = [
            say("form.clash_cell", said, name=getattr(newer.reg.table[name], said),
                before=_shown(newer.reg.table[name], before),
                after=_shown(newer.reg.table[name], after))
            for name, (before, after) in change.changes.items()
        ]  # fmt: skip
        changes = ("、" if said == "zh" else ", ").join(cells) or say("form.clash_none", said)
        at = f"{change.at:%Y-%m-%d %H:%M}"
        sentences.append(
            say("form.clash", said, by=change.by, at=at, version=change.version, changes=changes)
        )
    return " ".join(sentences)


def _shown(column: Column, value: Any) -> str:
    return plain_text(column, value)[:60] or "—"


def _form(
    request: HttpRequest, found: Found, entered: Entered, version: int, status: int = 200
) -> HttpResponse:
    shown = fields(found.reg, entered, new=False)
    return _page(request, found, shown, version, _lacking(request, entered), status)


def _page(
    request: HttpRequest, found: Found, shown: list[Field], version: int,
    message: Message | None, status: int,
) -> HttpResponse:  # fmt: skip
    context = {
        **_basis(request, found.reg, shown, message),
        "found": found,
        "key": found.key,
        "title": found.title,
        "version": version,
        "conflict": status == 409,
    }
    return render(request, "liantu/records/form.html", context, status=status)


def _basis(
    request: HttpRequest, reg: Register, shown: list[Field], message: Message | None
) -> dict[str, Any]:
    return {
        "table": reg.table,
        "table_id": reg.table.id,
        "fields": shown,
        "message": message,
        "by": access.current().name,
        "reason": reason(request),
        "errors": sum(len(one.errors) for one in shown),
    }


def _lacking(request: HttpRequest, entered: Entered) -> Message | None:
    """What a form that was sent still lacks."""
    wrong = len(entered.errors)
    if request.method != "POST" or not wrong:
        return None
    return Message(
        f"没有保存：{wrong} 处有误，见各栏下的说明。",
        f"Not saved: {wrong} fields are wrong; see below each.",
    )


@form_methods
@private
def new(request: HttpRequest, table_id: str) -> HttpResponse:
    """``/records/<table>/new/``."""
    reg = register_of(table_id)
    if request.method != "POST":
        return _new_form(request, reg, Entered({}, {}), None, 200)
    entered = read_form(reg, request.POST.dict(), None)
    if entered.errors:
        return _new_form(request, reg, entered, _lacking(request, entered), 400)
    try:
        key = registers.ask(table_id, entered.values, access.current().name, reason(request))
    except UsageError as error:
        return _new_form(request, reg, entered, error.message, 409)
    if registers.waits(table_id):
        return HttpResponseRedirect(reverse("imports-additions"))
    return done("record", table_id, key)


def _new_form(
    request: HttpRequest, reg: Register, entered: Entered, message: Message | None, status: int
) -> HttpResponse:
    context = _basis(request, reg, fields(reg, entered, new=True), message)
    context["waits"] = access.writes(reg.table.id, "edit") and registers.waits(reg.table.id)
    return render(request, "liantu/records/form.html", context, status=status)


@require_POST
@private
def check(request: HttpRequest, table_id: str) -> JsonResponse:
    """``/records/<table>/check/``: what is wrong with a form so far, asked on leaving a field."""
    reg = register_of(table_id)
    key, before = request.POST.get("key", ""), None
    if key:
        before = current(table_id, key).values
    entered = read_form(reg, request.POST.dict(), before)
    said = "en" if language() == "en" else "zh"
    return JsonResponse(
        {
            kind: {name: [getattr(m, said) for m in found] for name, found in messages.items()}
            for kind, messages in (("errors", entered.errors), ("warnings", entered.warnings))
        }
    )


@form_methods
@private
def delete(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """``/records/<table>/<key>/delete/``: asks for the reason, then marks as deleted."""
    found = current(table_id, key)
    refuse_gone(found)
    if request.method == "POST":
        try:
            registers.delete(
                table_id, key, access.current().name, reason(request), _expected(request)
            )
        except StaleEdit as error:
            return _ask(request, current(table_id, key), "delete", error.message, 409)
        except UsageError as error:
            return _ask(request, found, "delete", error.message, 400)
        return done("record-history", table_id, key)
    return _ask(request, found, "delete", None, 200)


@form_methods
@private
def restore(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """``/records/<table>/<key>/restore/``: from deletion or merger, or to an earlier version."""
    found = current(table_id, key)
    version = _version(request, found)
    if request.method == "POST":
        try:
            registers.restore(
                table_id, key, access.current().name, reason(request), version, _expected(request)
            )
        except StaleEdit as error:
            return _ask(request, current(table_id, key), "restore", error.message, 409, version)
        except UsageError as error:
            return _ask(request, found, "restore", error.message, 400, version)
        return done("record", table_id, key)
    return _ask(request, found, "restore", None, 200, version)


def _version(request: HttpRequest, found: Found) -> int | None:
    text = request.POST.get("version") or request.GET.get("version") or ""
    if not text:
        return None
    known = {str(one.version): one.version for one in found.versions}
    if text not in known:
        raise UsageError(
            f"没有版本“{text[:20]}”。应为 1 至 {found.latest.version}，请从历史页选择。",
            f"There is no version {text[:20]!r}. Expected 1 to {found.latest.version}; choose one"
            " from the history.",
        )
    return known[text]


def _ask(
    request: HttpRequest, found: Found, action: str, message: Message | None, status: int,
    version: int | None = None,
) -> HttpResponse:  # fmt: skip
    context = {
        "action": action,
        "found": found,
        "table": found.reg.table,
        "table_id": found.reg.table.id,
        "key": found.key,
        "title": found.title,
        "message": message,
        "version": version,
        "by": access.current().name,
        "reason": reason(request),
    }
    return render(request, "liantu/records/ask.html", context, status=status)


# What the forms share ----------------------------------------------------------------------


def refuse_gone(found: Found) -> None:
    """Deleted and merged records are restored before they are edited.

    Raises:
        UsageError: the record is deleted or merged.
    """
    latest = found.latest
    if latest.merged_into:
        raise UsageError(
            f"{found.key} 已由 {latest.by} 并入 {latest.merged_into}。"
            "请编辑后者，或先在历史页恢复。",
            f"{found.key} was merged into {latest.merged_into} by {latest.by}. Edit that one, or"
            " restore this one from its history first.",
        )
    if latest.deleted:
        raise UsageError(
            f"{found.key} 已由 {latest.by} 删除（{latest.reason}）。请先在历史页恢复。",
            f"{found.key} was deleted by {latest.by} ({latest.reason}). Restore it from its history"
            " first.",
        )


def reason(request: HttpRequest) -> str:
    """Why, as entered."""
    return request.POST.get("reason", "").replace("\x00", "").strip()[:_LONGEST_REASON]


def _expected(request: HttpRequest) -> int:
    text = request.POST.get("expected_version", "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise UsageError(
            "表单不完整：缺少所见版本。请重新打开编辑页。",
            "The form is not whole: it does not say which version was seen. Open it again.",
        )
    return int(text)


def done(name: str, table_id: str, key: str) -> HttpResponse:
    """On to a page that reloading does not send again."""
    return HttpResponseRedirect(reverse(name, args=(table_id, key)))
