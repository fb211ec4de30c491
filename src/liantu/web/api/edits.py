"""Writing registers: add, edit, delete, restore, merge; every change names the version it saw."""

from __future__ import annotations

import re
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Schema
from ninja.params.functions import Query
from pydantic import AfterValidator, ConfigDict, Field

from liantu.errors import Message, NotFound, StaleEdit, UsageError
from liantu.records import access, registers
from liantu.records.models import Addition, AdditionState
from liantu.systems.api.answering import answer
from liantu.systems.api.operation import operation
from liantu.systems.api.problems import problem
from liantu.systems.api.rules import api_rules
from liantu.web.api.additions import AdditionSaid, said
from liantu.web.api.bearer import token_of
from liantu.web.api.cells import read
from liantu.web.api.idempotency import once
from liantu.web.api.records import (
    Record,
    declared_as,
    found_record,
    record_answer,
)
from liantu.web.api.records import (
    registers as router,
)

_VERSION = re.compile(r'(?:W/)?"(\d{1,9})(?:-[0-9a-f]+)?(?:;\w+)?"', re.ASCII)
_NEEDED = Message(
    "改动记录须带 If-Match 首部，写明您看到的版本（GET 该记录得到的 ETag）。没有改动。",
    "A change needs the If-Match header with the version that you saw (the ETag of the record)."
    " Nothing was changed.",
)
_REFUSES = (404, 409, 412, 422, 428)


def _kept(text: str) -> str:
    """A text that every database keeps."""
    if "\x00" in text:
        raise ValueError("holds a null character")
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise ValueError("holds a character that cannot be kept") from error
    return text


Text = Annotated[str, AfterValidator(_kept)]
Reason = Annotated[Text, Field(max_length=api_rules().longest_reason)]
WhyDeleted = Annotated[str, Query(min_length=1, max_length=api_rules().longest_reason)]
Given = Annotated[dict[str, Any], Field(min_length=1, max_length=api_rules().most_columns)]


class _Body(Schema):
    model_config = ConfigDict(extra="forbid")


class NewRecord(_Body):
    """A record that nobody filed before."""

    values: Given
    reason: Reason = ""


class Edit(_Body):
    """Cells to be changed; those left out stay as they are, null empties one."""

    values: Given
    reason: Reason = ""


class Restoring(_Body):
    """To bring a record back, or to the cells of an earlier version."""

    version: Annotated[int, Field(ge=1, le=10**9)] | None = None
    reason: Reason = ""


class Merging(_Body):
    """Another record that is the same thing, and goes into this one."""

    drop: Annotated[Text, Field(min_length=1, max_length=500)]
    drop_version: Annotated[int, Field(ge=1, le=10**9)]
    reason: Annotated[Reason, Field(min_length=1)]


def by(request: HttpRequest) -> str:
    """Who writes, as versions keep it: the account, and the token it came by."""
    token = token_of(request)
    name = access.current().name
    return f"{name[:70]}（令牌 {token.shown}）" if token else name[:100]


def _seen(request: HttpRequest) -> int | None:
    """The version that ``If-Match`` names; None where there is no such header.

    Raises:
        UsageError: it names none.
    """
    text = request.headers.get("If-Match")
    if text is None:
        return None
    found = _VERSION.fullmatch(text.strip())
    if found is None:
        raise UsageError(
            f'If-Match“{text[:40]}”无法识别，应为 GET 该记录得到的 ETag，例如 "3-0f…" 或 "3"。',
            f"If-Match {text[:40]!r} is not understood; expected the ETag of the record, such as"
            ' "3-0f…" or "3".',
        )
    return int(found[1])


def _changed(
    request: HttpRequest, table_id: str, key: str, change: Any, *, gone: bool = False
) -> HttpResponse:
    """Make a change of the version seen, and answer with what became of the record."""
    declared = declared_as(table_id, "register")
    seen = _seen(request)
    if seen is None:
        return problem(request, _NEEDED, 428)

    def run() -> HttpResponse:
        change(declared, seen)
        if gone:
            return HttpResponse(status=204)
        return record_answer(request, found_record(declared, key, None))

    try:
        return once(request, run, together=True)
    except StaleEdit as error:
        return problem(request, error.message, 412)


@operation(
    router, "POST", "/{table_id}/records", Record,
    status=201, capability="edit", refuses=(404, 409, 422), idempotent=True, tag="edits",
    also={202: AdditionSaid},
)  # fmt: skip
def add_record(request: HttpRequest, table_id: str, body: NewRecord) -> HttpResponse:
    """File a record that nobody filed before; that of a limited office may wait for the city."""
    declared = declared_as(table_id, "register")

    def run() -> HttpResponse:
        values = read(declared, body.values)
        if held := _held(declared.id, values):
            return problem(request, held, 409)
        key = registers.ask(declared.id, values, by(request), body.reason)
        if registers.waits(declared.id):
            return _waiting(request, declared.id, key)
        return record_answer(request, found_record(declared, key, None), 201)

    return once(request, run, together=True)


def _waiting(request: HttpRequest, table_id: str, key: str) -> HttpResponse:
    """The addition that was filed: the same whether others hold its key or nobody does."""
    one = said(Addition.objects.filter(table=table_id, key=key, state=AdditionState.WAITING)[0])
    return answer(request, one, status=202, headers={"Location": one.href})


def _held(table_id: str, values: dict[str, Any]) -> Message | None:
    """Why a record cannot be new; None where nothing has its key."""
    reg = registers.register_of(table_id)
    if any(values.get(name) is None for name in reg.table.key):
        return None
    key = reg.key([values[name] for name in reg.table.key])
    try:
        registers.history(table_id, key)
    except NotFound:
        return None
    return Message(
        f"“{reg.table.zh}”的 {key[:80]} 已有记录（可能已删除或并入他条）。"
        "没有新增；请改用修改或恢复。",
        f"{reg.table.id} {key[:80]!r} is there already (perhaps deleted or merged). Nothing was"
        " added: edit or restore it.",
    )


@operation(
    router, "PATCH", "/{table_id}/records/{record_key:key}", Record,
    capability="edit", refuses=_REFUSES, if_match=True, idempotent=True, tag="edits",
)  # fmt: skip
def edit_record(request: HttpRequest, table_id: str, key: str, body: Edit) -> HttpResponse:
    """Change some cells of a record."""
    return _changed(
        request, table_id, key,
        lambda declared, seen: registers.edit(
            table_id, key, read(declared, body.values), seen, by(request), body.reason
        ),
    )  # fmt: skip


@operation(
    router, "DELETE", "/{table_id}/records/{record_key:key}", None,
    status=204, capability="edit", refuses=_REFUSES, if_match=True, idempotent=True, tag="edits",
)  # fmt: skip
def delete_record(
    request: HttpRequest, table_id: str, key: str, reason: WhyDeleted
) -> HttpResponse:
    """Mark a record as deleted; its history stays, and it can be restored."""
    return _changed(
        request, table_id, key,
        lambda _, seen: registers.delete(
            table_id, key, by(request), reason, expected_version=seen
        ),
        gone=True,
    )  # fmt: skip


@operation(
    router, "POST", "/{table_id}/records/{record_key:key}/restore", Record,
    capability="merge", refuses=_REFUSES, if_match=True, idempotent=True, tag="edits",
)  # fmt: skip
def restore_record(request: HttpRequest, table_id: str, key: str, body: Restoring) -> HttpResponse:
    """Bring a record back from deletion or merger, or to the cells of an earlier version."""
    return _changed(
        request, table_id, key,
        lambda _, seen: registers.restore(
            table_id, key, by(request), body.reason, body.version, expected_version=seen
        ),
    )  # fmt: skip


@operation(
    router, "POST", "/{table_id}/records/{record_key:key}/merge", Record,
    capability="merge", refuses=_REFUSES, if_match=True, idempotent=True, tag="edits",
)  # fmt: skip
def merge_records(request: HttpRequest, table_id: str, key: str, body: Merging) -> HttpResponse:
    """Two records turn out to be one: the other goes into this one."""
    return _changed(
        request, table_id, key,
        lambda _, seen: registers.merge(
            table_id, key, body.drop, by(request), body.reason, (seen, body.drop_version)
        ),
    )  # fmt: skip
