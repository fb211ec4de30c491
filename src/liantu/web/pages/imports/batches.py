"""Batches: all that were imported, and one of them with what it brought."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.core.paginator import Paginator
from django.db.models import Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from liantu.errors import NotFound, UsageError
from liantu.records import lake, registers
from liantu.records.models import Batch
from liantu.records.moments import refuse_later
from liantu.records.quarantine import PUBLISHED, Wanted, stored_table, wanted_rows
from liantu.records.tables.declared import Table, load_tables
from liantu.web.pages.imports import uploads
from liantu.web.pages.imports.rules import upload_rules
from liantu.web.pages.imports.showing import grid
from liantu.web.pages.imports.uploads import Upload
from liantu.web.pages.registers.recorded import recorded


@dataclass(frozen=True)
class Brought:
    """One record of a register that a batch added or changed."""

    key: str
    name: str
    action: str
    """``add``, ``change`` or ``restore``."""
    address: str
    """Its own page; empty where it has none."""


@never_cache
@require_safe
def batches(request: HttpRequest) -> HttpResponse:
    """``/imports/``: batches, the latest first; templates of every table."""
    wanted = known_table(request.GET.get("table", ""))
    tables = load_tables()
    found = Batch.objects.order_by("-accepted_at", "-pk")
    if wanted:
        found = found.filter(table=stored_table(wanted))
    then = recorded(request)
    every = Batch.objects.all()
    if then.moment is not None:
        found, every = (rows.filter(accepted_at__lte=then.moment) for rows in (found, every))
    brought = set(every.values_list("table", flat=True).distinct())
    page = paged(request, found, upload_rules().batches_shown)
    context = {
        "recorded": then,
        "page": page,
        "batches": [(batch, tables.get(batch.table)) for batch in page],
        "wanted": wanted,
        "filters": [tables[name] for name in tables if name in brought],
        "figures": stored_table(PUBLISHED) in brought,
        "count": every.count(),
        "rows": every.aggregate(total=Sum("accepted"))["total"] or 0,
        "waiting": wanted_rows(Wanted(state="open", moment=then.moment)).count(),
        "synthetic_count": every.filter(synthetic=True).count(),
        "groups": _by_kind(tables.values()),
    }
    return render(request, "liantu/imports/batches.html", context)


def known_table(name: str) -> str:
    """A table that batches may be of, :data:`PUBLISHED`, or nothing.

    Raises:
        UsageError: there is no such table.
    """
    if name and name != PUBLISHED and name not in load_tables():
        raise UsageError(
            f"没有名为“{name[:40]}”的数据表。请从列表中选。",
            f"There is no table {name[:40]!r}. Choose from the list.",
        )
    return name


def _by_kind(tables: Iterable[Table]) -> list[tuple[str, list[Table]]]:
    every = list(tables)
    return [(kind, [t for t in every if t.kind == kind]) for kind in ("register", "series")]


def paged(request: HttpRequest, rows: Any, size: int) -> Any:
    """One page of a query, named by ``page`` in the address.

    Raises:
        UsageError: it is no number.
        NotFound: there is no such page.
    """
    text = request.GET.get("page", "1")
    if not text.isascii() or not text.isdecimal() or len(text) > 7 or int(text) < 1:
        raise UsageError(
            f"参数 page 的值“{text[:40]}”无法识别，应为页码 1、2、3 …。",
            f"Parameter page has the unknown value {text[:40]!r}; expected 1, 2, 3 ….",
        )
    pages = Paginator(rows, size)
    if int(text) > pages.num_pages:
        raise NotFound(
            f"没有第 {text} 页，共 {pages.num_pages} 页。",
            f"There is no page {text}; there are {pages.num_pages}.",
        )
    return pages.page(int(text))


# One batch -------------------------------------------------------------------------------------


@never_cache
@require_safe
def batch(request: HttpRequest, number: int) -> HttpResponse:
    """``/imports/batch/<number>/``: what a batch brought, what was sent back, what to look at."""
    found = Batch.objects.filter(pk=number).first() if number < 2**63 else None
    if found is None:
        raise Http404(number)
    then = recorded(request)
    refuse_later(found, then.said)
    waiting = Wanted(batch=found.pk, state="open", moment=then.moment)
    table = load_tables().get(found.table)
    size = upload_rules().rows_shown
    page = paged(request, _brought(found, table), size) if table else None
    context = {
        "recorded": then,
        "batch": found,
        "table": table,
        "synthetic": found.synthetic,
        "page": page,
        "brought": _records(page, table) if table and table.kind == "register" else [],
        "rows": grid(table.columns, list(page))
        if page and table and table.kind == "series"
        else None,
        "corrections": list(found.corrections.all()),
        "warnings": found.warnings[:size],
        "warnings_count": len(found.warnings),
        "waiting": wanted_rows(waiting).count(),
        "mended": found.mended_rows.count(),
        "further": _further(request),
    }
    return render(request, "liantu/imports/batch.html", context)


def _further(request: HttpRequest) -> Upload | None:
    """The workbook that this batch came in, where further sheets of it may follow."""
    token = request.GET.get("upload", "")
    if not token:
        return None
    try:
        upload = uploads.find(token) if uploads.is_token(token) else None
    except NotFound:
        return None
    return upload if upload and upload.path.is_file() else None


def _brought(found: Batch, table: Table | None) -> Any:
    """Rows to be paged: versions of a register, or rows of a series."""
    assert table is not None
    if table.kind == "register":
        return registers.model_of(table.id).versions.filter(batch=found).order_by("key", "version")
    history = lake.history(table, str(found.pk)).filter(pl.col("batch") == found.pk)
    return _Rows(history.sort(list(table.key)))


class _Rows:
    """Rows of a series as something that can be paged."""

    def __init__(self, rows: pl.LazyFrame) -> None:
        self._rows = rows

    def count(self) -> int:
        """How many."""
        return int(self._rows.select(pl.len()).collect().item())

    def __len__(self) -> int:
        return self.count()

    def __getitem__(self, at: slice) -> list[dict[str, Any]]:
        start, stop, _ = at.indices(2**40)
        return self._rows.slice(start, stop - start).collect().to_dicts()


def _records(page: Any, table: Table) -> list[Brought]:
    return [
        Brought(row.key, str(row), row.action, record_address(table.id, row.key)) for row in page
    ]


def record_address(table_id: str, key: str) -> str:
    """A record's own page; empty where its register has none."""
    try:
        return reverse("record", args=[table_id, key])
    except NoReverseMatch:
        return ""
