"""``/api/v1/additions``: new records that wait for the city, and what it said of them."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liantu.errors import UsageError
from liantu.records.models import Addition, AdditionState
from liantu.records.registers import admission
from liantu.records.tables.declared import table as declared
from liantu.systems.api.answering import paged
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Number, Offset, Words
from liantu.systems.api.schemas import Listed

router = Router()


class AdditionSaid(Schema):
    """A new record as it was filed; ``state`` is waiting, admitted or refused."""

    id: int
    table: str
    key: str
    values: dict[str, Any]
    state: str
    by: str
    asked_at: str
    batch: int | None
    decided_by: str
    decided_at: str | None
    because: str
    href: str


class AdditionList(Listed):
    """Additions, the latest first."""

    items: list[AdditionSaid]


def said(one: Addition) -> AdditionSaid:
    """An addition as the API says it."""
    return AdditionSaid(
        id=one.pk,
        asked_at=timezone.localtime(one.asked_at).isoformat(),
        decided_at=timezone.localtime(one.decided_at).isoformat() if one.decided_at else None,
        batch=one.batch_id,
        href=f"/api/v1/additions/{one.pk}",
        # In the order of the columns: a database may keep another.
        values={n: one.values[n] for n in declared(one.table).by_name if n in one.values},
        **{name: getattr(one, name) for name in (
            "table", "key", "state", "by", "decided_by", "because")},
    )  # fmt: skip


@operation(router, "GET", "", AdditionList, refuses=(404,))
def list_additions(
    request: HttpRequest,
    state: Words = "",
    table: Words = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> AdditionList:
    """New records that were filed by limited offices."""
    rows = Addition.objects.all()
    if table:
        rows = rows.filter(table=declared(table).id)
    if state:
        if state not in AdditionState.values:
            raise UsageError(
                f"参数 state 的值“{state[:40]}”无法识别，应为 {'、'.join(AdditionState.values)}。",
                f"Parameter state has the unknown value {state[:40]!r}; use one of"
                f" {', '.join(AdditionState.values)}.",
            )
        rows = rows.filter(state=state)
    items = [said(one) for one in rows[offset : offset + limit]]
    return AdditionList(items=items, **paged(request, rows.count(), limit, offset))


@operation(router, "GET", "/{number}", AdditionSaid, refuses=(404,))
def get_addition(request: HttpRequest, number: Number) -> AdditionSaid:
    """One of them."""
    return said(admission.find(number))
