"""``/api/v1/batches``: files as accepted, which are the vintages; rows that were sent back."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liantu.errors import NotFound
from liantu.records.models import Batch
from liantu.records.moments import moment_of
from liantu.records.quarantine import (
    PUBLISHED,
    Wanted,
    as_found,
    settled_among,
    stored_table,
    wanted_rows,
)
from liantu.systems.api.answering import paged
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Number, Offset, Words
from liantu.systems.api.schemas import Listed, Said
from liantu.web.pages.imports.batches import known_table
from liantu.web.pages.registers.recorded import recorded_by

router = Router()


class BatchSaid(Schema):
    """One accepted file; a vintage is what had been accepted by its moment."""

    id: int
    table: str
    accepted_at: str
    file_name: str
    sha256: str
    by: str
    reason: str
    accepted: int
    new: int | None
    changed: int | None
    duplicates: int
    rejected: int
    synthetic: bool
    href: str


class BatchList(Listed):
    """Batches, the latest first."""

    items: list[BatchSaid]


class FaultSaid(Schema):
    """One thing wrong with a row."""

    column: str
    header: str
    code: str
    found: str
    expected: Said
    fix: Said


class SentBackSaid(Schema):
    """A row as it was found, and what is wrong with it; ``mended_in`` the batch that settled it."""

    row: int
    cells: dict[str, str]
    faults: list[FaultSaid]
    mended_in: int | None


class SentBackList(Listed):
    """Rows of a batch that were sent back."""

    batch: int
    items: list[SentBackSaid]


def said(batch: Batch) -> BatchSaid:
    """A batch as the API says it."""
    return BatchSaid(
        id=batch.pk,
        table=batch.table or PUBLISHED,
        accepted_at=timezone.localtime(batch.accepted_at).isoformat(),
        href=f"/api/v1/batches/{batch.pk}",
        **{name: getattr(batch, name) for name in (
            "file_name", "sha256", "by", "reason", "accepted", "new", "changed", "duplicates",
            "rejected", "synthetic")},
    )  # fmt: skip


@operation(router, "GET", "", BatchList, refuses=(404,))
def list_batches(
    request: HttpRequest,
    table: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> BatchList:
    """Batches of all tables, or of one."""
    rows = Batch.objects.order_by("-accepted_at", "-pk")
    if table:
        rows = rows.filter(table=stored_table(known_table(table)))
    moment = moment_of(recorded_by(request.GET))
    if moment is not None:
        rows = rows.filter(accepted_at__lte=moment)
    items = [said(one) for one in rows[offset : offset + limit]]
    return BatchList(items=items, **paged(request, rows.count(), limit, offset))


def find(number: int) -> Batch:
    """One batch.

    Raises:
        NotFound: there is none.
    """
    found = Batch.objects.filter(pk=number).first()
    if found is None:
        raise NotFound(
            f"没有批次 {str(number)[:20]}。可用 /api/v1/batches 查看。",
            f"There is no batch {str(number)[:20]}. See /api/v1/batches.",
        )
    return found


@operation(router, "GET", "/{number}", BatchSaid, refuses=(404,))
def get_batch(request: HttpRequest, number: Number) -> BatchSaid:
    """One batch."""
    return said(find(number))


@operation(router, "GET", "/{number}/rejected", SentBackList, refuses=(404,))
def list_rejected(
    request: HttpRequest, number: Number, limit: Limit = PAGE_ROWS, offset: Offset = 0
) -> SentBackList:
    """Rows of a batch that were sent back, as they were found."""
    batch = find(number)
    rows = wanted_rows(Wanted(batch=batch.pk))
    settled = settled_among(rows)
    items = []
    for row in rows[offset : offset + limit]:
        found = as_found(row, settled.get(row.pk, 0))
        faults = [
            FaultSaid(
                column=one.column,
                header=one.header,
                code=one.code,
                found=one.found,
                expected=Said(zh=one.expected.zh, en=one.expected.en),
                fix=Said(zh=one.fix.zh, en=one.fix.en),
            )
            for one in found.faults
        ]
        items.append(
            SentBackSaid(
                row=found.row, cells=found.cells, faults=faults, mended_in=found.mended_in or None
            )
        )
    whole = paged(request, rows.count(), limit, offset)
    return SentBackList(batch=batch.pk, items=items, **whole)
