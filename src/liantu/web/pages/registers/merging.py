"""``/records/<table>/merge/``: two records that are one, side by side, then merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import Message, NotFound, StaleEdit, UsageError
from liantu.records import access, registers
from liantu.records.registers import register_of
from liantu.records.tables.declared import Column
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
        "by": access.current().name,
        "reason": reason(request),
    }
    if not keep or not drop:
        return render(request, "liantu/records/merge.html", context)
    try:
        context |= _compared(table_id, keep, drop)
        if request.method == "POST":
            versions = _version(request, "keep_version"), _version(request, "drop_version")
            registers.merge(table_id, keep, drop, access.current().name, reason(request), versions)
            return done("record", table_id, keep)
    except StaleEdit:
        context |= _compared(table_id, keep, drop)
        told = _told(versions, context["kept"], context["dropped"])
        return render(request, "liantu/records/merge.html",
                      {**context, "message": told}, status=409)  # fmt: skip
    except (UsageError, NotFound) as error:
        status = 404 if isinstance(error, NotFound) else 400
        return render(request, "liantu/records/merge.html",
                      {**context, "message": error.message}, status=status)  # fmt: skip
    return render(request, "liantu/records/merge.html", context)


def _version(request: HttpRequest, name: str) -> int:
    """The version that was compared; without it nobody can say what was."""
    text = request.POST.get(name, "")
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        raise UsageError(
            f"缺少所比较记录的版本（{name}）。请重新比较后再合并。",
            f"The version that was compared is not said ({name}). Compare again, then merge.",
        )
    return int(text)


def _compared(table_id: str, keep: str, drop: str) -> dict[str, Any]:
    kept, dropped = _two(table_id, keep, drop)
    return {"kept": kept, "dropped": dropped, "pairs": _pairs(kept, dropped)}


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


def _told(versions: tuple[int, int], kept: Found, dropped: Found) -> Message:
    """Who changed which of the two after they were compared."""
    pairs = zip(versions, (kept, dropped), strict=True)
    changed = [found for version, found in pairs if found.latest.version != version]
    zh = "、".join(f"{found.key} 已由 {found.latest.by} 修改" for found in changed)
    en = ", ".join(f"{found.key} was changed by {found.latest.by}" for found in changed)
    return Message(
        f"在您比较之后，{zh}，尚未合并。请按下表重新核对。",
        f"After you compared, {en}; nothing was merged. Compare again below.",
    )


def _pairs(kept: Found, dropped: Found) -> list[Pair]:
    found = []
    for column in kept.reg.table.columns:
        ours, theirs = kept.values[column.name], dropped.values[column.name]
        filled = ours is None and theirs is not None
        one, other = plain_text(column, ours)[:300], plain_text(column, theirs)[:300]
        found.append(Pair(column, one, other, other if filled else one, ours != theirs, filled))
    return found
