"""Registers and series: lists by the same question as the pages, one record, its history."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.urls import register_converter
from ninja import Router, Schema

from liantu.errors import InvalidRecords, NotFound, UsageError
from liantu.records import intake, synthetic
from liantu.records.registers import register_of
from liantu.records.tables.declared import Table, table
from liantu.systems.api.answering import answer, paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Offset, Words
from liantu.systems.api.schemas import Listed, Values
from liantu.web.api.cells import plain, plain_row
from liantu.web.pages.registers.asked import Asked, read_asked
from liantu.web.pages.registers.converters import KeyConverter
from liantu.web.pages.registers.recorded import recorded_by
from liantu.web.pages.registers.rows import slice_of as rows_of
from liantu.web.pages.registers.rows import sortable

registers, series = Router(), Router()
register_converter(KeyConverter, "record_key")
_PAGING = ("limit", "offset")
_FOR_PAGES = ("page", "density", "from")


class Record(Schema):
    """One record; ``version`` of a register, ``batch`` that its state came in by."""

    table: str
    key: str
    href: str
    version: int | None
    batch: int | None
    synthetic: bool
    told_zh: str
    told_en: str
    values: Values


class Row(Schema):
    """One row of a list."""

    key: str
    href: str
    version: int | None
    values: Values


class RowList(Listed):
    """Rows of a table; ``held`` are all that it holds at that moment."""

    table: str
    vintage: str | None
    held: int
    synthetic: bool
    items: list[Row]


class Changed(Schema):
    """One cell before and after."""

    before: Any
    after: Any


class Change(Schema):
    """One version of a record, and what it changed."""

    version: int
    at: str
    action: str
    by: str
    reason: str
    batch: int | None
    changes: dict[str, Changed]


class ChangeList(Listed):
    """Versions of a record, the oldest first."""

    table: str
    key: str
    items: list[Change]


def record_address(declared: Table, key: str) -> str:
    """Where a record is found."""
    part = KeyConverter().to_url(key)
    if declared.kind == "register":
        return f"/api/v1/registers/{declared.id}/records/{part}"
    return f"/api/v1/series/{declared.id}/rows/{part}"


def declared_as(table_id: str, kind: str) -> Table:
    """A declared table of a kind.

    Raises:
        NotFound: no such table of that kind.
    """
    declared = table(table_id)
    if declared.kind != kind:
        raise NotFound(
            f"“{declared.zh}”不在此处，请用 {'series' if kind == 'register' else 'registers'}。",
            f"{declared.id} is not here; see {'series' if kind == 'register' else 'registers'}.",
        )
    return declared


# Lists ------------------------------------------------------------------------------------------


def _listed(request: HttpRequest, declared: Table, limit: int, offset: int) -> RowList:
    asked = read_asked(declared, _question(request.GET), sortable(declared), stored=True)
    found = rows_of(asked, offset, limit)
    names = _columns(request.GET, asked)
    return RowList(
        table=declared.id,
        vintage=asked.vintage,
        held=found.held,
        synthetic=synthetic.of_table(declared.id, asked.vintage).any,
        items=[_row(declared, row, names) for row in found.rows],
        **paged(request, found.count, limit, offset),
    )


def _question(query: QueryDict) -> QueryDict:
    """The question as pages ask it; what only pages know is left in, to be named as unknown."""
    asked = query.copy()
    for name in _PAGING:
        if len(asked.getlist(name)) > 1:
            raise UsageError(
                f"参数 {name} 应只给一次。请改正地址。",
                f"Parameter {name} is given once. Mend the address.",
            )
        asked.pop(name, None)
    wrong = [name for name in _FOR_PAGES if name in asked]
    if wrong:
        raise UsageError(
            f"参数 {'、'.join(wrong)} 只用于页面；此处请用 limit 与 offset。",
            f"Parameters {', '.join(wrong)} are for pages; use limit and offset here.",
        )
    return asked


def _columns(query: QueryDict, asked: Asked) -> list[str]:
    """All columns but outlines, where the address names none."""
    if query.get("columns"):
        return list(asked.columns)
    return [one.name for one in asked.table.columns if one.type != "geometry"]


def _row(declared: Table, row: dict[str, Any], names: list[str]) -> Row:
    key = row.get("key") or "|".join(str(row[name]) for name in declared.key)
    return Row(
        key=key,
        href=record_address(declared, key),
        version=row.get("version"),
        values=plain_row(declared, row, names),
    )


@operation(registers, "GET", "/{table_id}/records", RowList, refuses=(404,), filters=True)
def list_records(
    request: HttpRequest,
    table_id: str,
    q: Words = "",
    sort: Words = "",
    columns: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> RowList:
    """Records of a register; further parameters are filters, named like columns."""
    return _listed(request, declared_as(table_id, "register"), limit, offset)


@operation(series, "GET", "/{table_id}/rows", RowList, refuses=(404,), filters=True)
def list_rows(
    request: HttpRequest,
    table_id: str,
    q: Words = "",
    sort: Words = "",
    columns: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> RowList:
    """Rows of a series; further parameters are filters, named like columns."""
    return _listed(request, declared_as(table_id, "series"), limit, offset)


# One record -------------------------------------------------------------------------------------


def found_record(declared: Table, key: str, as_of: str | None) -> Record:
    """A record as of a moment.

    Raises:
        NotFound: nobody filed it by then, it is gone, or its key is none that could be.
    """
    try:
        found = intake.record_of(declared.id, _parts(declared, key), as_of=as_of)
    except (InvalidRecords, UsageError) as error:  # a key that its columns cannot hold is nobody's
        raise NotFound(error.message.zh, error.message.en) from error
    own = register_of(declared.id).key(found.key) if declared.kind == "register" else key
    return Record(
        table=declared.id,
        key=own,
        href=record_address(declared, own),
        version=found.version,
        batch=found.batch,
        synthetic=found.synthetic,
        told_zh=found.told.zh,
        told_en=found.told.en,
        values=plain_row(declared, found.values),
    )


def _parts(declared: Table, key: str) -> list[str]:
    """The parts of a key as stored: ``|`` between them, ``\\`` before one that is meant."""
    parts, escaped = [""], False
    for character in key:
        if escaped or character not in "\\|" or len(declared.key) == 1:
            parts[-1] += character
            escaped = False
        elif character == "\\":
            escaped = True
        else:
            parts.append("")
    return parts


def record_answer(request: HttpRequest, found: Record, status: int = 200) -> HttpResponse:
    """A record with its version as the tag of ``If-Match``."""
    headers = {"Location": found.href} if status == 201 else None
    return answer(request, found, status=status, version=found.version, headers=headers)


@operation(registers, "GET", "/{table_id}/records/{record_key:key}", Record, refuses=(404,))
def get_record(
    request: HttpRequest, table_id: str, key: str, as_of: Moment = "", vintage: Moment = ""
) -> HttpResponse:
    """One record; a key that was merged finds the record that stands for it."""
    declared = declared_as(table_id, "register")
    moment = recorded_by(request.GET)
    return record_answer(request, found_record(declared, key, moment))


@operation(series, "GET", "/{table_id}/rows/{record_key:key}", Record, refuses=(404,))
def get_row(
    request: HttpRequest, table_id: str, key: str, as_of: Moment = "", vintage: Moment = ""
) -> HttpResponse:
    """One row of a series; the parts of its key are joined by ``|``."""
    declared = declared_as(table_id, "series")
    moment = recorded_by(request.GET)
    return record_answer(request, found_record(declared, key, moment))


# History ----------------------------------------------------------------------------------------


def _history(
    request: HttpRequest, declared: Table, key: str, limit: int, offset: int
) -> ChangeList:
    moment = recorded_by(request.GET)
    try:
        changes = intake.history_of_record(declared.id, _parts(declared, key), as_of=moment)
    except (InvalidRecords, UsageError) as error:
        raise NotFound(error.message.zh, error.message.en) from error
    items = [
        Change(
            version=one.version,
            at=one.at.isoformat(),
            action=one.action,
            by=one.by,
            reason=one.reason,
            batch=one.batch,
            changes={
                name: Changed(
                    before=plain(declared[name], before), after=plain(declared[name], after)
                )
                for name, (before, after) in one.changes.items()
            },
        )
        for one in slice_of(changes, limit, offset)
    ]
    whole = paged(request, len(changes), limit, offset)
    return ChangeList(table=declared.id, key=key, items=items, **whole)


@operation(
    registers, "GET", "/{table_id}/records/{record_key:key}/history", ChangeList, refuses=(404,)
)
def get_record_history(
    request: HttpRequest,
    table_id: str,
    key: str,
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> ChangeList:
    """Every version of a record: what it changed, who, when, why."""
    return _history(request, declared_as(table_id, "register"), key, limit, offset)


@operation(series, "GET", "/{table_id}/rows/{record_key:key}/history", ChangeList, refuses=(404,))
def get_row_history(
    request: HttpRequest,
    table_id: str,
    key: str,
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> ChangeList:
    """Every batch that brought or changed a row of a series."""
    return _history(request, declared_as(table_id, "series"), key, limit, offset)
