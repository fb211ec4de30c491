"""``/api/v1/plan``: the plan in force, its clauses, and what the audit found in them."""

from __future__ import annotations

from django.http import HttpRequest
from ninja import Router, Schema

from liantu.errors import NotFound
from liantu.plan.finding import Finding
from liantu.plan.package import Clause, Meta, PlanPackage
from liantu.records.ledger import source_text
from liantu.systems.api.answering import paged, slice_of
from liantu.systems.api.operation import operation
from liantu.systems.api.parameters import PAGE_ROWS, Limit, Moment, Offset, Words
from liantu.systems.api.schemas import Listed
from liantu.systems.targets.moment import moment_of

router = Router()
_KINDS = (
    "targets", "facts", "industries", "carriers", "layouts", "zones", "measures", "platforms",
    "mechanisms",
)  # fmt: skip


class Plan(Schema):
    """The plan in force, and how much of each kind it says."""

    meta: Meta
    as_of: str
    vintage: str
    counts: dict[str, int]


class ClauseSaid(Schema):
    """One node of the outline."""

    id: str
    label: str
    kind: str
    title: str
    parent: str | None
    start: int
    end: int
    href: str


class ClauseWhole(ClauseSaid):
    """One clause with its text, where the ledger has it, and the ids of what stands in it."""

    text: str
    items: dict[str, list[str]]


class ClauseList(Listed):
    """The outline, in the order of the text."""

    items: list[ClauseSaid]


class FindingList(Listed):
    """Contradictions and gaps of the text."""

    items: list[Finding]


def _said(one: Clause) -> dict[str, object]:
    return {
        "id": one.id,
        "label": one.clause,
        "kind": one.kind,
        "title": one.title,
        "parent": one.parent,
        "start": one.start,
        "end": one.end,
        "href": f"/api/v1/plan/clauses/{one.id}",
    }


@operation(router, "GET", "", Plan, refuses=(404,))
def get_plan(request: HttpRequest, as_of: Moment = "", vintage: Moment = "") -> Plan:
    """The plan in force."""
    moment = moment_of(request)
    package = moment.board.package
    return Plan(
        meta=package.meta,
        as_of=moment.as_of.isoformat(),
        vintage=moment.board.vintage,
        counts={"clauses": len(package.clauses)}
        | {kind: len(getattr(package, kind)) for kind in _KINDS},
    )


@operation(router, "GET", "/clauses", ClauseList, refuses=(404,))
def list_clauses(
    request: HttpRequest,
    kind: Words = "",
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> ClauseList:
    """The outline of the plan in force."""
    package = moment_of(request).board.package
    found = [one for one in package.clauses if not kind or one.kind == kind]
    items = [ClauseSaid.model_validate(_said(one)) for one in slice_of(found, limit, offset)]
    return ClauseList(items=items, **paged(request, len(found), limit, offset))


@operation(router, "GET", "/clauses/{clause_id}", ClauseWhole, refuses=(404,))
def get_clause(
    request: HttpRequest, clause_id: str, as_of: Moment = "", vintage: Moment = ""
) -> ClauseWhole:
    """One clause with what stands in it."""
    package = moment_of(request).board.package
    chosen = _find(package, clause_id)
    text = source_text(package)
    items = {
        kind: [one.id for one in getattr(package, kind) if chosen.start <= one.start < chosen.end]
        for kind in _KINDS
    }
    return ClauseWhole.model_validate(
        {**_said(chosen), "text": text[chosen.start : chosen.end] if text else "", "items": items}
    )


def _find(package: PlanPackage, clause_id: str) -> Clause:
    for one in package.clauses:
        if one.id == clause_id:
            return one
    raise NotFound(
        f"规划中没有编号为“{clause_id[:40]}”的条款。可用 /api/v1/plan/clauses 查看。",
        f"The plan has no clause {clause_id[:40]!r}. See /api/v1/plan/clauses.",
    )


@operation(router, "GET", "/findings", FindingList, refuses=(404,))
def list_findings(
    request: HttpRequest,
    as_of: Moment = "",
    vintage: Moment = "",
    limit: Limit = PAGE_ROWS,
    offset: Offset = 0,
) -> FindingList:
    """What the audit of the text found."""
    found = moment_of(request).board.findings
    whole = paged(request, len(found), limit, offset)
    return FindingList(items=list(slice_of(found, limit, offset)), **whole)
