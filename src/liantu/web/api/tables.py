"""``/api/v1/tables``: the declarations that everything else is written in."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from liantu.records.tables.declared import Column, Table, load_tables, table
from liantu.systems.api.answering import paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Offset
from liantu.systems.api.schemas import Listed

router = Router()


class ChoiceSaid(Schema):
    """One code of an enum."""

    code: str
    zh: str
    en: str


class ColumnSaid(Schema):
    """One column; ``unit`` is that of the API's figures."""

    name: str
    zh: str
    en: str
    type: str
    unit: str
    required: bool
    minimum: float | None
    maximum: float | None
    pattern: str
    choices: list[ChoiceSaid]
    references: str
    meaning_zh: str
    meaning_en: str


class TableSaid(Schema):
    """One table without its columns."""

    id: str
    zh: str
    en: str
    kind: str
    grain: str | None
    key: list[str]
    owner: str
    owner_en: str
    due_days: int | None
    meaning_zh: str
    meaning_en: str
    href: str
    rows: str


class TableWhole(TableSaid):
    """One table with its columns."""

    columns: list[ColumnSaid]


class TableList(Listed):
    """All tables."""

    items: list[TableSaid]


def rows_address(declared: Table) -> str:
    """Where the rows of a table are listed."""
    if declared.kind == "register":
        return f"/api/v1/registers/{declared.id}/records"
    return f"/api/v1/series/{declared.id}/rows"


def _said(declared: Table) -> dict[str, object]:
    return {
        **{name: getattr(declared, name) for name in (
            "id", "zh", "en", "kind", "grain", "owner", "owner_en", "due_days", "meaning_zh",
            "meaning_en")},
        "key": list(declared.key),
        "href": f"/api/v1/tables/{declared.id}",
        "rows": rows_address(declared),
    }  # fmt: skip


def _column(column: Column) -> ColumnSaid:
    return ColumnSaid(
        **{name: getattr(column, name) for name in (
            "name", "zh", "en", "type", "required", "minimum", "maximum", "pattern", "references",
            "meaning_zh", "meaning_en")},
        unit=column.unit if column.numeric else "",
        choices=[ChoiceSaid(code=one.code, zh=one.zh, en=one.en) for one in column.choices],
    )  # fmt: skip


@operation(router, "GET", "", TableList)
def list_tables(request: HttpRequest, limit: Limit = PAGE_ROWS, offset: Offset = 0) -> TableList:
    """Every declared table."""
    every = list(load_tables().values())
    items = [TableSaid.model_validate(_said(one)) for one in slice_of(every, limit, offset)]
    return TableList(items=items, **paged(request, len(every), limit, offset))


@operation(router, "GET", "/{table_id}", TableWhole, refuses=(404,))
def get_table(request: HttpRequest, table_id: str) -> TableWhole:
    """One table with its columns."""
    declared = table(table_id)
    columns = [_column(one) for one in declared.columns]
    return TableWhole.model_validate({**_said(declared), "columns": columns})
