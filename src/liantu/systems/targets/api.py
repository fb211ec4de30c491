"""Targets with their states, for programs; the same records that the pages show."""

from __future__ import annotations

import math
from dataclasses import asdict
from typing import Any

from django.http import HttpRequest
from ninja import Router, Schema

from liantu.plan.package import Target
from liantu.systems.api.answering import paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Offset, Words
from liantu.systems.api.parameters import Moment as Asked
from liantu.systems.api.schemas import Listed
from liantu.systems.targets import listing, summary
from liantu.systems.targets.moment import moment_of
from liantu.systems.targets.pages import find
from liantu.systems.targets.state import TargetState

router = Router()


class Span(Schema):
    """What a figure may be; null where it is open to infinity."""

    low: float | None
    high: float | None
    low_open: bool
    high_open: bool


class StateSaid(Schema):
    """The state of a target on a day; ``detail`` holds its inputs, steps, series and path."""

    target_id: str
    as_of: str
    light: str
    verdict: str
    final: bool
    freshness: str
    reason: str
    reason_en: str
    attained: Span | None
    required: Span | None
    progress: Span | None
    detail: dict[str, Any]


class TargetRow(Schema):
    """A target beside its state."""

    target: Target
    state: StateSaid
    href: str


class TargetList(Listed):
    """Targets of the plan in force, in its order unless another was asked for."""

    as_of: str
    vintage: str
    items: list[TargetRow]


class TargetWhole(TargetRow):
    """One target with its state."""

    as_of: str
    vintage: str


def _state(found: TargetState) -> StateSaid:
    whole = _finite(asdict(found))
    named = {name: whole.pop(name) for name in StateSaid.model_fields if name != "detail"}
    return StateSaid.model_validate({**named, "detail": whole})


def _finite(value: Any) -> Any:
    """JSON has no infinity: an open end of an interval is null. Days are texts."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value


def _row(row: summary.Watched) -> dict[str, Any]:
    return {
        "target": row.target,
        "state": _state(row.state),
        "href": f"/api/v1/targets/{row.target.id}",
    }


@operation(router, "GET", "", TargetList, refuses=(404,))
def list_targets(
    request: HttpRequest,
    q: Words = "",
    light: Words = "",
    category: Words = "",
    chapter: Words = "",
    nature: Words = "",
    form: Words = "",
    freshness: Words = "",
    sort: Words = "",
    as_of: Asked = "",
    vintage: Asked = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> TargetList:
    """Every target with its state, by the same filters and orders as the page."""
    moment = moment_of(request)
    asked = listing.read_listing(request.GET.dict())
    chapters = summary.chapter_of(moment.board.package)
    rows = listing.listed(summary.watched(moment.board), asked, chapters)
    return TargetList(
        as_of=moment.as_of.isoformat(),
        vintage=moment.board.vintage,
        items=[TargetRow.model_validate(_row(row)) for row in slice_of(rows, limit, offset)],
        **paged(request, len(rows), limit, offset),
    )


@operation(router, "GET", "/{target_id}", TargetWhole, refuses=(404,))
def get_target(
    request: HttpRequest, target_id: str, as_of: Asked = "", vintage: Asked = ""
) -> TargetWhole:
    """One target with its state, inputs, arithmetic and series."""
    moment = moment_of(request)
    row = summary.Watched(*find(moment, target_id))
    return TargetWhole.model_validate(
        {**_row(row), "as_of": moment.as_of.isoformat(), "vintage": moment.board.vintage}
    )
