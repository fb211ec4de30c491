"""``/records/<table>/merge/``: two records that are one, side by side, then merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import Message, NotFound, UsageError
from liantu.records import registers
from liantu.records.registers import register_of
from liantu.records.tables.declared import Column
from liantu.web.pages.registers import author
from liantu.web.pages.registers.cells import plain_text
from liantu.web.pages.registers.editing import done, form_methods, private, reason, refuse_gone
from liantu.web.pages.registers.found import Found, current


@dataclass(frozen=True)
class Pair:
    """One cell of both records, and what the merged one will hold."""

    column: Column
    kept: str
    dropped: str
    result: str
    differs: bool
    filled: bool
    """Is the cell empty in the record that stays, and filled from the other?"""


@form_methods
@private
def merge(request: HttpRequest, table_id: str) -> HttpResponse:
    """Choose two records, compare them, merge one into the other with a reason."""
    reg = register_of(table_id)
    source = request.POST if request.method == "POST" else request.GET
    keep, drop = source.get("keep", "").strip(), source.get("drop", "").strip()
    context: dict[str, Any] = {
        "table": reg.table,
        "table_id": table_id,
        "keep": keep,
        "drop": drop,
        "by": author.given(request) or author.remembered(request),
        "reason": reason(request),
    }
    if not keep or not drop:
        return render(request, "liantu/records/merge.html", context)
    try:
        kept, dropped = _two(table_id, keep, drop)
        context |= {"kept": kept, "dropped": dropped, "pairs": _pairs(kept, dropped)}
        if request.method == "POST":
            _refuse_stale(request, kept, dropped)
            registers.merge(table_id, keep, drop, _by(request), reason(request))
            return done(request, "record", table_id, keep)
    except (UsageError, NotFound) as error:
        status = 404 if isinstance(error, NotFound) else 400
        return render(request, "liantu/records/merge.html",
                      {**context, "message": error.message}, status=status)  # fmt: skip
    return render(request, "liantu/records/merge.html", context)


def _by(request: HttpRequest) -> str:
    name = author.given(request)
    if not name:
        raise UsageError("请填写经手人。", "Say who you are.")
    return name


def _two(table_id: str, keep: str, drop: str) -> tuple[Found, Found]:
    if keep == drop:
        raise UsageError(
            f"{keep[:80]} 不能并入自身。请给出两条记录。",
            f"{keep[:80]} cannot be merged into itself. Name two records.",
        )
    kept, dropped = current(table_id, keep), current(table_id, drop)
    for found in (kept, dropped):
        refuse_gone(found)
    return kept, dropped


def _refuse_stale(request: HttpRequest, kept: Found, dropped: Found) -> None:
    """What was compared must be what is merged."""
    for name, found in (("keep_version", kept), ("drop_version", dropped)):
        if request.POST.get(name) != str(found.latest.version):
            message = Message(
                f"{found.key} 在您比较之后已由 {found.latest.by} 修改，尚未合并。"
                "请按下表重新核对。",
                f"{found.key} was changed by {found.latest.by} after you compared; nothing was"
                " merged. Compare again below.",
            )
            raise UsageError(message.zh, message.en)


def _pairs(kept: Found, dropped: Found) -> list[Pair]:
    found = []
    for column in kept.reg.table.columns:
        ours, theirs = kept.values[column.name], dropped.values[column.name]
        filled = ours is None and theirs is not None
        one, other = plain_text(column, ours)[:300], plain_text(column, theirs)[:300]
        found.append(Pair(column, one, other, other if filled else one, ours != theirs, filled))
    return found
