"""``/records/<table>/<key>/history/``: every version, what it changed, who, when, why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.records.models import Batch
from liantu.records.registers import Change
from liantu.records.tables.declared import Column, Table
from liantu.web.pages.registers.cells import plain_text
from liantu.web.pages.registers.found import find

_CLIPPED = 200


@dataclass(frozen=True)
class Step:
    """One version against the one before it."""

    change: Change
    cells: tuple[tuple[Column, str, str], ...]
    """Column, before, after."""
    batch: Batch | None
    restorable: bool


@require_safe
@cache_control(private=True, no_store=True)
def history(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """The versions of a record, newest first, deleted and merged records too.

    As of a moment: those that had been recorded by then; what can be restored is restored now.
    """
    found = find(request, table_id, key)
    batches = Batch.objects.in_bulk({one.batch for one in found.versions if one.batch})
    latest = found.latest
    steps = [
        Step(
            one,
            tuple(_cells(found.reg.table, one)),
            batches.get(one.batch) if one.batch else None,
            latest.deleted or one.values != latest.values,
        )
        for one in reversed(found.known)
    ]
    context: dict[str, Any] = {
        "found": found,
        "table": found.reg.table,
        "table_id": table_id,
        "key": key,
        "title": found.title,
        "steps": steps,
        "latest": latest,
    }
    return render(request, "liantu/records/history.html", context)


def _cells(table: Table, change: Change) -> list[tuple[Column, str, str]]:
    return [
        (table[name], _clipped(table[name], before), _clipped(table[name], after))
        for name, (before, after) in change.changes.items()
    ]


def _clipped(column: Column, value: Any) -> str:
    text = plain_text(column, value)
    return text if len(text) <= _CLIPPED else f"{text[:_CLIPPED]}…（{len(text)}）"
