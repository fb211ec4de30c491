"""What the address asks of the page of data quality, checked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.http import HttpRequest

from liantu.errors import UsageError
from liantu.records.moments import YEARS
from liantu.records.quality import QualityReport, report
from liantu.records.quality.listing import HEADERS, Asked
from liantu.records.tables.declared import load_tables

MEASURES = ("missing", "late", "wrong", "empty")
"""What a heat table shows, and the list of rows behind it."""
LISTS = tuple(HEADERS)


@dataclass(frozen=True)
class Question:
    """A checked address.

    The vintage is what had been accepted by then, the reference date the day by which returns
    are due; without them both are now. What was found a moment ago will do, unless ``fresh`` asks.
    """

    narrowed: Asked
    measure: str
    page: int
    until: str
    """Last period of the heat table; empty for the latest."""
    report: QualityReport


def read_question(request: HttpRequest) -> Question:
    """Read and check the address, and make the report it asks for.

    Raises:
        UsageError: an unknown table, measure, page number or date, each named.
        NotFound: the vintage is not in the ledger.
    """
    query = request.GET
    table = query.get("table", "")
    if table and table not in load_tables():
        raise _unknown("table", table, "、".join(load_tables()))
    measure = query.get("list", "")
    if measure and measure not in LISTS:
        raise _unknown("list", measure, "、".join(LISTS))
    page = query.get("page", "1")
    if not page.isdecimal() or len(page) > 6 or int(page) < 1:
        raise _unknown("page", page, "1, 2, 3 …")
    narrowed = Asked(table, query.get("district", "")[:40], query.get("period", "")[:10])
    found = report(
        query.get("vintage", "").strip() or None,
        _day(query.get("as_of", "").strip()),
        lately=not query.get("fresh"),
    )
    return Question(narrowed, measure, int(page), query.get("until", "")[:10], found)


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise _unknown("as_of", text, "2025-12-31") from error
    if day.year not in YEARS:
        raise _unknown("as_of", text, "2025-12-31")
    return day


def _unknown(name: str, value: str, expected: str) -> UsageError:
    return UsageError(
        f"参数 {name} 的值“{value[:40]}”无法识别，应为：{expected}。",
        f"Parameter {name} has the unknown value {value[:40]!r}; expected: {expected}.",
    )
