"""``/records/``: what the city knows, table by table: how much, since when, from whom."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from liantu.records import registers, rolls, synthetic
from liantu.records.models import Batch
from liantu.records.moments import moment_of
from liantu.records.tables.declared import Table
from liantu.web.pages.registers.recorded import recorded_by
from liantu.web.pages.registers.shown import ordered_tables


@dataclass(frozen=True)
class Holding:
    """One table and what it holds. ``last`` is the batch that brought rows last."""

    table: Table
    rows: int
    last: Batch | None


@require_safe
@cache_control(private=True, no_store=True)
def overview(request: HttpRequest) -> HttpResponse:
    """Every declared table with its rows and its last batch, as of the vintage asked for."""
    vintage = recorded_by(request.GET)
    held = holdings(vintage)
    kept = [item for item in held if item.table.kind == "register"]
    series = [item for item in held if item.table.kind == "series"]
    context: dict[str, Any] = {
        "groups": (("register", kept), ("series", series)),
        "records": sum(item.rows for item in kept),
        "registers": _filled(kept),
        "rows": sum(item.rows for item in series),
        "series": _filled(series),
        "last": _latest(held),
        "synthetic": synthetic.of_tables([item.table.id for item in held], vintage).any,
        "recorded_on": _local(vintage),
    }
    return render(request, "liantu/records/overview.html", context)


def _local(vintage: str | None) -> datetime | None:
    moment = moment_of(vintage)
    return timezone.localtime(moment) if moment else None


def holdings(vintage: str | None) -> list[Holding]:
    """Every declared table with its rows as of a vintage.

    Raises:
        NotFound, UsageError: no such vintage.
    """
    last = _last_batches(vintage)
    return [Holding(table, count(table, vintage), last.get(table.id)) for table in ordered_tables()]


def count(table: Table, vintage: str | None) -> int:
    """Rows of a table as of a vintage."""
    if table.kind == "register":
        return registers.at(table.id, vintage).count()
    return rolls.count_of_series(table, vintage)


def _last_batches(vintage: str | None) -> dict[str, Batch]:
    moment = moment_of(vintage)
    found = Batch.objects.exclude(table="").filter(accepted__gt=0)
    if moment is not None:
        found = found.filter(accepted_at__lte=moment)
    return {batch.table: batch for batch in found.order_by("accepted_at")}


def _filled(held: Sequence[Holding]) -> int:
    return sum(1 for item in held if item.rows)


def _latest(held: Sequence[Holding]) -> Holding | None:
    """The table that a batch reached last."""
    dated = [item for item in held if item.last]
    return max(dated, key=lambda item: item.last.accepted_at, default=None)  # type: ignore[union-attr]
