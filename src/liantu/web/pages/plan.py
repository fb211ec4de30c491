"""The plan reader: outline, text with its targets marked, what each clause holds, the audit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from liantu.errors import NotFound, UsageError
from liantu.plan.audit.rules import audit_rules, chosen_assumptions
from liantu.plan.finding import Finding
from liantu.plan.package import Clause, Industry, PlanPackage
from liantu.systems.language import language
from liantu.systems.targets import summary
from liantu.systems.targets.board import findings_of
from liantu.systems.targets.moment import Moment, moment_of
from liantu.web.marked_text import marked

_KINDS = (
    "facts", "industries", "carriers", "layouts", "zones", "measures", "platforms", "mechanisms",
)  # fmt: skip


def plan(request: HttpRequest) -> HttpResponse:
    """``/plan/``: the outline and what was found in the whole plan."""
    moment = moment_of(request)
    package = moment.board.package
    context = {
        **_reader(moment),
        "lights": summary.LIGHTS,
        "kinds": [("targets", len(package.targets))]
        + [(kind, len(getattr(package, kind))) for kind in _KINDS],
        "chapters_list": summary.chapters(moment.board),
        "assigned": _count_by_kind(moment.board.findings),
    }
    return render(request, "liantu/pages/plan.html", context)


def clause(request: HttpRequest, clause_id: str) -> HttpResponse:
    """``/plan/<id>/``: one clause with everything below it."""
    moment = moment_of(request)
    package = moment.board.package
    chosen = _find(package, clause_id)
    below = [other for other in package.clauses if _within(other, chosen)]
    rows = [row for row in summary.watched(moment.board) if _inside(row.target, chosen)]
    ids = {row.target.id for row in rows} | {
        fact.id for fact in package.facts if _inside(fact, chosen)
    }
    root = summary.chapter_of(package).get(chosen.clause)
    context = {
        **_reader(moment),
        "chosen": chosen,
        "chapter_now": root.id if root else "",
        "above": _above(package, chosen),
        "next": _neighbour(package, chosen, 1),
        "previous": _neighbour(package, chosen, -1),
        "paragraphs": _paragraphs(moment, chosen, below, rows),
        "contents": _contents(package, below, rows),
        "rows": rows,
        "tally": summary.tally(rows),
        "clause_findings": [
            (number, finding)
            for number, finding in enumerate(moment.board.findings, start=1)
            if ids & set(finding.items)
        ],
    }
    return render(request, "liantu/pages/clause.html", context)


def findings(request: HttpRequest) -> HttpResponse:
    """``/plan/findings/``: each contradiction with its arithmetic; assumptions in the address."""
    moment = moment_of(request)
    package = moment.board.package
    given = _assumptions(request)
    found = findings_of(package, given) if given else moment.board.findings
    chosen = chosen_assumptions(given)
    named = {row.target.id: row for row in summary.watched(moment.board)}
    facts = {fact.id: fact for fact in package.facts}
    context = {
        "moment": moment,
        "findings": [
            Shown(number, finding, named, facts) for number, finding in enumerate(found, start=1)
        ],
        "severities": _count_by_severity(found),
        "assumptions": [
            {
                "name": name,
                "words": rule.en if language() == "en" else rule.zh,
                "percent": f"{chosen[name] * 100:g}",
                "default": f"{rule.default * 100:g}",
                "low": f"{rule.low * 100:g}",
                "high": f"{rule.high * 100:g}",
                "changed": chosen[name] != rule.default,
                "used": any(name in finding.assumptions for finding in found),
            }
            for name, rule in audit_rules().assumptions.items()
        ],
        "adjusted": bool(given),
    }
    return render(request, "liantu/pages/findings.html", context)


class Shown:
    """A finding with the targets and facts it concerns."""

    def __init__(
        self, number: int, finding: Finding, rows: dict[str, Any], facts: dict[str, Any]
    ) -> None:
        self.number = number
        self.finding = finding
        self.rows = [rows[item] for item in finding.items if item in rows]
        self.facts = [facts[item] for item in finding.items if item in facts]


def _assumptions(request: HttpRequest) -> dict[str, float]:
    """Assumptions named in the address, in percent there, as fractions here."""
    given = {}
    for name in audit_rules().assumptions:
        text = request.GET.get(name, "").strip()
        if not text:
            continue
        try:
            given[name] = round(float(text) / 100, 6)
        except ValueError as error:
            raise UsageError(
                f"假设 {name} 的值“{text[:40]}”不是数，应以百分数填写，例如 6。",
                f"Assumption {name} is {text[:40]!r}, not a number; write percent, such as 6.",
            ) from error
    defaults = chosen_assumptions(None)
    return {name: value for name, value in given.items() if value != defaults[name]}


def _reader(moment: Moment) -> dict[str, Any]:
    return {"moment": moment, "outline": tree(moment.board.package)}


def tree(package: PlanPackage) -> list[dict[str, Any]]:
    """Chapters, sections, items and boxes nested; entries and paragraphs left out."""
    nodes: dict[str, dict[str, Any]] = {}
    roots: list[dict[str, Any]] = []
    for item in package.clauses:
        if item.kind in ("entry", "paragraph"):
            continue
        node: dict[str, Any] = {"clause": item, "below": []}
        nodes[item.id] = node
        above = nodes.get(item.parent) if item.parent else None
        (above["below"] if above else roots).append(node)
    return roots


def _find(package: PlanPackage, clause_id: str) -> Clause:
    for item in package.clauses:
        if item.id == clause_id:
            return item
    raise NotFound(
        f"规划中没有编号为“{clause_id[:40]}”的条款。请从左侧目录进入。",
        f"The plan has no clause {clause_id[:40]!r}. Start from the outline.",
    )


def _within(other: Clause, chosen: Clause) -> bool:
    return chosen.start <= other.start and other.end <= chosen.end


def _inside(item: Any, chosen: Clause) -> bool:
    return bool(chosen.start <= item.start < chosen.end)


def _above(package: PlanPackage, chosen: Clause) -> list[Clause]:
    by_id = {item.id: item for item in package.clauses}
    found: list[Clause] = []
    item = chosen
    while item.parent and item.parent in by_id:
        item = by_id[item.parent]
        found.insert(0, item)
    return found


def _neighbour(package: PlanPackage, chosen: Clause, step: int) -> Clause | None:
    """The next or previous clause of the same kind or above, to read on."""
    level = [item for item in package.clauses if item.kind == chosen.kind]
    at = level.index(chosen) + step
    return level[at] if 0 <= at < len(level) else None


def _paragraphs(
    moment: Moment, chosen: Clause, below: Sequence[Clause], rows: Sequence[summary.Watched]
) -> list[Any]:
    from liantu.records.ledger import source_text

    text = source_text(moment.board.package)
    if not text:
        return []
    return marked(text, chosen, below, {row.target.id: row for row in rows})


def _contents(
    package: PlanPackage, below: Sequence[Clause], rows: Sequence[summary.Watched]
) -> list[dict[str, Any]]:
    """What each clause holds itself, one entry a clause, empty clauses left out.

    An item belongs to the narrowest clause that its place lies in: labels alone do not tell
    a paragraph from the chapter it stands in.
    """
    held: dict[str, dict[str, list[Any]]] = {
        clause.id: {kind: [] for kind in ("rows", *_KINDS)} for clause in below
    }
    narrow = sorted(below, key=lambda clause: clause.end - clause.start)

    def place(kind: str, item: Any, start: int) -> None:
        clause = next((c for c in narrow if c.start <= start < c.end), None)
        if clause is not None:
            held[clause.id][kind].append(item)

    for row in rows:
        place("rows", row, row.target.start)
    for kind in _KINDS:
        for item in getattr(package, kind):
            place(kind, item, item.start)
    return [
        {"clause": clause, **held[clause.id], "industries": grown(held[clause.id]["industries"])}
        for clause in below
        if any(held[clause.id].values())
    ]


def grown(nodes: Sequence[Industry]) -> list[dict[str, Any]]:
    """Nodes of the industry tree nested; one whose parent stands elsewhere is a root here."""
    found: dict[str, dict[str, Any]] = {node.id: {"node": node, "below": []} for node in nodes}
    roots: list[dict[str, Any]] = []
    for node in nodes:
        above = found.get(node.parent) if node.parent else None
        (above["below"] if above else roots).append(found[node.id])
    return roots


def _count_by_kind(found: Sequence[Finding]) -> list[tuple[str, int]]:
    counts: dict[str, int] = {}
    for finding in found:
        counts[finding.kind] = counts.get(finding.kind, 0) + 1
    return list(counts.items())


def _count_by_severity(found: Sequence[Finding]) -> list[tuple[str, int]]:
    return [
        (severity, sum(finding.severity == severity for finding in found))
        for severity in ("high", "medium", "low")
    ]
