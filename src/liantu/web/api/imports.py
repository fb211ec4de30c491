"""Files in: upload, check, look at what would change, accept; the steps of the pages.

A file is accepted exactly as it was shown: the commit names the fingerprint of the check, and
where the records changed since, nothing is taken in and the file is checked anew.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any

import polars as pl
from django.http import HttpRequest, HttpResponse
from ninja import Router, Schema
from ninja.params.functions import Query
from pydantic import ConfigDict, Field

from liantu.errors import LiantuError, Message, UsageError
from liantu.records import intake
from liantu.records.tables.declared import table
from liantu.systems.api.answering import answer, paged
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Offset, Words
from liantu.systems.api.problems import problem
from liantu.systems.api.schemas import Listed, Said
from liantu.web.api import jobs
from liantu.web.api.batches import BatchSaid, find, said
from liantu.web.api.edits import Reason, by
from liantu.web.api.idempotency import once
from liantu.web.jobs import queue
from liantu.web.jobs.models import OPEN, Job
from liantu.web.jobs.rules import job_rules
from liantu.web.pages.imports import checking, uploads
from liantu.web.pages.imports.receiving import FIELD, received
from liantu.web.pages.imports.steps import concluded
from liantu.web.pages.imports.uploads import Upload

router = Router()
PARTS = ("new", "differences", "cells", "problems", "warnings")
"""What a check found: rows that are new, cells that differ, rows that would be sent back and why,
rows to be looked at."""
_CHANGED = Message(
    "检查之后，记录或文件的检查结果已有变动，没有导入任何数据。已按现状重新检查，请查看新的结果，"
    "再用新的 fingerprint 提交。",
    "The records changed since the check, and nothing was imported. The file was checked anew:"
    " look at the result, then commit with its fingerprint.",
)
_NO_CHECK = Message(
    "这份文件还没有检查通过，不能提交。请先看 trouble 中的说明。",
    "The file has no check that could be committed; see its trouble.",
)


class Guessed(Schema):
    """A table that the file may hold."""

    table: str
    sheet: str
    score: float


class Import(Schema):
    """A file on its way in; ``counts`` and ``fingerprint`` are those of its check."""

    token: str
    href: str
    file_name: str
    size: int
    table: str
    sheet: str
    source: str
    guesses: list[Guessed]
    checked: bool
    fingerprint: str
    counts: dict[str, int]
    problem_kinds: dict[str, int]
    warning_kinds: dict[str, int]
    remarks: list[Said]
    synthetic: bool
    trouble: Said | None
    batches: list[int]


class ImportRows(Listed):
    """Rows of one part of what a check found."""

    part: str
    items: list[dict[str, Any]]


class Commit(Schema):
    """What was looked at, and why it comes in."""

    model_config = ConfigDict(extra="forbid")

    fingerprint: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    reason: Reason = ""


def _said(upload: Upload, guesses: tuple[intake.Guess, ...] = ()) -> Import:
    state, result = upload.state, upload.state.result
    counts = {name: int(result[name]) for name in (
        "rows", "new", "changed", "unchanged", "cells", "warnings") if name in result}  # fmt: skip
    return Import(
        token=upload.token,
        href=f"/api/v1/imports/{upload.token}",
        file_name=state.file_name,
        size=state.size,
        table=state.table,
        sheet=state.sheet,
        source=state.source,
        guesses=[Guessed(table=one.table, sheet=one.sheet, score=one.score) for one in guesses],
        checked=bool(result),
        fingerprint=result.get("fingerprint", ""),
        counts=counts | _sent_back(upload),
        problem_kinds=result.get("problem_kinds", {}),
        warning_kinds=result.get("warning_kinds", {}),
        remarks=[Said(zh=zh, en=en) for zh, en in result.get("remarks", [])],
        synthetic=bool(result.get("synthetic", False)),
        trouble=Said(zh=state.trouble[0], en=state.trouble[1]) if state.trouble else None,
        batches=list(state.done.values()),
    )


def _sent_back(upload: Upload) -> dict[str, int]:
    return {"sent_back": checking.rejected(upload)[1]} if upload.state.result else {}


def _open(token: str) -> Upload:
    """The file under a token, not taken in yet.

    Raises:
        NotFound: there is none, or it has expired.
    """
    if not uploads.is_token(token):
        raise uploads.gone()
    return uploads.find(token)


@operation(
    router, "POST", "", Import,
    status=201, capability="import", refuses=(404, 409, 413, 422, 507), file=True, idempotent=True,
)  # fmt: skip
def upload_file(
    request: HttpRequest, table_id: Words = "", sheet: Words = "", source: Words = ""
) -> HttpResponse:
    """Send a file and have it checked; the table is guessed where none is named."""

    def run() -> HttpResponse:
        upload = received(request)
        try:
            guesses = intake.guess(upload.path, source=source)
            upload = _chosen(upload, guesses, table_id, sheet, source)
        except LiantuError:
            uploads.discard(upload)
            raise
        found = _said(upload, guesses)
        return answer(request, found, status=201, headers={"Location": found.href})

    return once(request, run, together=False, body=_file_of(request))


def _file_of(request: HttpRequest) -> bytes:
    """What tells one upload from another: the names, sizes and bytes of its files."""
    digest = hashlib.sha256()
    for file in request.FILES.getlist(FIELD):
        digest.update(f"{file.name}\n{file.size}\n".encode("utf-8", "replace"))
        for chunk in file.chunks():
            digest.update(chunk)
        file.seek(0)
    return digest.digest()


def _chosen(
    upload: Upload, guesses: tuple[intake.Guess, ...], table_id: str, sheet: str, source: str
) -> Upload:
    if table_id:
        chosen = table(table_id).id
    else:
        tables = [
            one for one in intake.settled(upload.path, guesses)
            if one.table not in (intake.OBSERVATIONS, intake.CORRECTIONS)
            and (not sheet or one.sheet == sheet)
        ]  # fmt: skip
        if not tables:
            raise UsageError(
                f"认不出 {upload.state.file_name} 是哪张表，请用 table_id 指明。",
                f"No table is told from {upload.state.file_name}: name it by table_id.",
            )
        best = max(tables, key=lambda one: one.score)
        chosen, sheet = best.table, sheet or best.sheet
    settled = uploads.settle(upload, table=chosen, sheet=sheet, source=source)
    with uploads.alone(settled) as now:
        return checking.check(now)


@operation(router, "GET", "/{token}", Import, capability="import", refuses=(404,))
def get_import(request: HttpRequest, token: str) -> Import:
    """A file on its way in, and what its check came to."""
    return _said(_open(token))


@operation(router, "GET", "/{token}/rows", ImportRows, capability="import", refuses=(404,))
def list_import_rows(
    request: HttpRequest,
    token: str,
    part: Annotated[str, Query(max_length=20)] = "problems",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> ImportRows:
    """What a check found, part by part."""
    if part not in PARTS:
        raise UsageError(
            f"没有“{part}”这一部分，应为 {'、'.join(PARTS)} 之一。",
            f"There is no part {part!r}; expected one of {', '.join(PARTS)}.",
        )
    rows = checking.rows(_open(token), part)  # type: ignore[arg-type]
    count = int(rows.select(pl.len()).collect().item())
    shown = rows.slice(offset, limit).collect().to_dicts()
    items = [{name: _plain(value) for name, value in row.items()} for row in shown]
    return ImportRows(part=part, items=items, **paged(request, count, limit, offset))


def _plain(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


@operation(
    router, "POST", "/{token}/commit", BatchSaid,
    status=201, capability="import", refuses=(404, 409, 422, 503, 507), idempotent=True,
    also={202: jobs.JobSaid},
)  # fmt: skip
def commit_import(request: HttpRequest, token: str, body: Commit) -> HttpResponse:
    """Accept what was looked at; once, however often it is sent.

    Many rows, or a call that says ``Prefer: respond-async``, become a job: 202, and its address.
    """

    def run() -> HttpResponse:
        with uploads.alone(_open(token)) as upload:
            number = upload.state.done.get(body.fingerprint)
            if number is None:
                if not upload.state.result or not upload.path.is_file():
                    return problem(request, _NO_CHECK, 409)
                if _in_background(request, upload):
                    return jobs.accepted(request, _asked(upload, body))
                number = _accept(upload, body, by(request))
        if number is None:
            return problem(request, _CHANGED, 409)
        found = said(find(number))
        return answer(request, found, status=201, headers={"Location": found.href})

    return once(request, run, together=False)


def _in_background(request: HttpRequest, upload: Upload) -> bool:
    """Source: RFC 7240, 4.1."""
    wished = {one.strip().lower() for one in request.headers.get("Prefer", "").split(",")}
    many = int(upload.state.result["rows"]) > job_rules().background_rows
    return many or "respond-async" in wished


def _asked(upload: Upload, body: Commit) -> Job:
    """The job that accepts it, which is one, however often it is asked for."""
    asked = {"token": upload.token, "fingerprint": body.fingerprint, "reason": body.reason}
    waiting = queue.seen().filter(kind="import", state__in=OPEN, inputs__token=upload.token)
    known = waiting.filter(inputs__fingerprint=body.fingerprint).first()
    return known or queue.ask("import", asked)


def _accept(upload: Upload, body: Commit, who: str, *, again: bool = False) -> int | None:
    """The batch; None where the file compared anew is not what was shown, and was kept so."""
    mark = intake.latest_of(table(upload.state.table))
    found = checking.prepared(upload)
    if checking.fingerprint(found) != body.fingerprint:
        checking.keep(upload, found, seconds=0, redone=True)
        return None
    counts = found.preview.counts
    receipt = intake.commit(found, by=who, reason=body.reason, again=again, seen=mark)
    if receipt.already and not again and (counts["new"] or counts["changed"]):
        # The rows came before and were changed since; they count once more, as was shown.
        return _accept(upload, body, who, again=True)
    number = int(receipt.vintage)
    concluded(upload, body.fingerprint, number)
    return number


@operation(router, "DELETE", "/{token}", None, status=204, capability="import", refuses=(404,))
def cancel_import(request: HttpRequest, token: str) -> HttpResponse:
    """Remove a file on its way; what was imported of it stays."""
    with uploads.alone(_open(token)) as upload:
        uploads.discard(upload)
    return HttpResponse(status=204)
