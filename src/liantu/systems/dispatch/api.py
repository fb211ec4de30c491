"""Frozen editions, for programs: what each was made from, and its whole content."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from liantu.systems.api.answering import paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Number, Offset, Words
from liantu.systems.api.schemas import Listed
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.models import FrozenEdition

router = Router()


class EditionSaid(Schema):
    """One frozen paper; the hashes say what it was made from and what it says."""

    kind: str
    number: int
    period: str
    as_of: str
    plan_title: str
    plan_sha256: str
    vintage: str
    synthetic: bool
    summary: str
    created_at: str
    fingerprint: str
    sha256: str
    href: str


class EditionWhole(EditionSaid):
    """A frozen paper with its content."""

    content: dict[str, Any]


class EditionList(Listed):
    """Frozen papers, the newest first."""

    items: list[EditionSaid]


def _said(row: FrozenEdition) -> dict[str, Any]:
    return {
        **{name: getattr(row, name) for name in (
            "kind", "number", "period", "plan_title", "plan_sha256", "vintage", "synthetic",
            "summary", "fingerprint", "sha256")},
        "as_of": row.as_of.isoformat(),
        "created_at": row.created_at.isoformat(),
        "href": f"/api/v1/editions/{row.kind}/{row.number}",
    }  # fmt: skip


@operation(router, "GET", "", EditionList)
def list_editions(
    request: HttpRequest, kind: Words = "", limit: Limit = PAGE_ROWS, offset: Offset = 0
) -> EditionList:
    """Frozen papers of all kinds, or of one."""
    rows = [row for row in ledger.listed() if not kind or row.kind == kind]
    items = [EditionSaid.model_validate(_said(row)) for row in slice_of(rows, limit, offset)]
    return EditionList(items=items, **paged(request, len(rows), limit, offset))


@operation(router, "GET", "/{kind}/{number}", EditionWhole, refuses=(404,))
def get_edition(request: HttpRequest, kind: str, number: Number) -> EditionWhole:
    """One frozen paper with its whole content, checked against its hash."""
    content = ledger.read(kind, number).model_dump(mode="json")  # type: ignore[arg-type]
    row = next(row for row in ledger.listed() if (row.kind, row.number) == (kind, number))
    return EditionWhole.model_validate({**_said(row), "content": content})
