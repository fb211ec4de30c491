"""``/api/v1/quality``: how complete and plausible every table is, and the rows behind a count."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.http import HttpRequest
from django.utils import timezone
from ninja import Router, Schema

from liantu.errors import UsageError
from liantu.records.quality import listing
from liantu.records.quality.report import COUNTS
from liantu.records.quality.sentence import sentence
from liantu.systems.api.answering import paged
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Offset, Words
from liantu.systems.api.schemas import Listed
from liantu.web.pages.quality.asked import LISTS, read_question

router = Router()


class TableCounts(Schema):
    """Counts of one table over all districts and periods."""

    table: str
    zh: str
    en: str
    due: int
    counts: dict[str, int]


class Quality(Schema):
    """All tables on a day; ``overtaken`` where something has been recorded since ``found_at``."""

    day: str
    found_at: str
    overtaken: bool
    sentence_zh: str
    sentence_en: str
    items: list[TableCounts]


class QualityRows(Listed):
    """Rows behind a count; their members are those of the page's list."""

    day: str
    name: str
    items: list[dict[str, Any]]


@operation(router, "GET", "", Quality, refuses=(404, 503))
def get_quality(request: HttpRequest, as_of: Moment = "", vintage: Moment = "") -> Quality:
    """Every table in figures; ``as_of`` is the day by which returns are due."""
    report = read_question(request).report
    said = sentence(report)
    return Quality(
        day=report.day.isoformat(),
        found_at=timezone.localtime(report.found_at).isoformat(timespec="seconds"),
        overtaken=report.overtaken,
        sentence_zh=said.zh,
        sentence_en=said.en,
        items=[
            TableCounts(
                table=one.table.id,
                zh=one.table.zh,
                en=one.table.en,
                due=one.due,
                counts={name: one.total(name) for name in COUNTS},
            )
            for one in report.tables.values()
        ],
    )


@operation(router, "GET", "/rows", QualityRows, refuses=(404, 503))
def list_quality_rows(
    request: HttpRequest,
    list: Words = "wrong",
    table: Words = "",
    district: Words = "",
    period: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> QualityRows:
    """What is missing, late, wrong or empty, sums that do not agree, or whom to ask."""
    if list not in LISTS:
        raise UsageError(
            f"没有“{list[:20]}”这一清单，应为 {'、'.join(LISTS)} 之一。",
            f"There is no list {list[:20]!r}; expected one of {', '.join(LISTS)}.",
        )
    question = read_question(request)
    rows = listing.rows(question.report, list, question.narrowed)
    shown = rows.slice(offset, limit).rows(named=True)
    return QualityRows(
        day=question.report.day.isoformat(),
        name=list,
        items=[{name: _plain(value) for name, value in row.items()} for row in shown],
        **paged(request, rows.height, limit, offset),
    )


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date | datetime) else value
