"""A board taken down as plain records: what an edition stores of the evaluation.

Copies and numbers; computes nothing. Sources get their numbers here, the plan first, then in
the order in which the targets use them.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from liantu.plan.finding import Finding
from liantu.plan.package import PlanPackage, Target
from liantu.quantity.bound import Bound, Verdict
from liantu.records.figures.observation import Observation, SourceRef
from liantu.systems.dispatch.edition import (
    FindingLine,
    InputLine,
    ObservationLine,
    PlanRef,
    SetAside,
    SourceLine,
    Span,
    StepLine,
    TargetLine,
)
from liantu.systems.dispatch.wording import Wording
from liantu.systems.targets import summary
from liantu.systems.targets.board import Board
from liantu.systems.targets.state import Input, TargetState
from liantu.systems.targets.summary import chapter_label
from liantu.systems.targets.wording import amount, target_text

PLAN_SOURCE = 1
"""The plan's own text is the first source of every paper."""


@dataclass(frozen=True)
class Snapshot:
    """The evaluation as an edition keeps it."""

    plan: PlanRef
    targets: tuple[TargetLine, ...]
    findings: tuple[FindingLine, ...]
    observations: tuple[ObservationLine, ...]
    sources: tuple[SourceLine, ...]


def snapshot(board: Board, wording: Wording) -> Snapshot:
    """Take down the board's targets in the order of the plan's table, then of its text."""
    used = _Used(board.package, wording)
    chapters = {chapter_label(clause): clause for clause in board.package.clauses}

    def label(group: summary.Group) -> str:
        clause = chapters.get(group.label)
        if group.from_table or clause is None or clause.kind != "chapter":
            return group.label
        return wording.word("chapter").format(number=clause.clause, title=clause.title)

    targets = tuple(
        _target(row, label(group), group.from_table, used, wording)
        for group in summary.groups(board)
        for row in group.watched
    )
    return Snapshot(
        plan=plan_ref(board.package),
        targets=targets,
        findings=findings(board.findings, board.package, wording),
        observations=tuple(used.observations.values()),
        sources=used.sources(),
    )


def plan_ref(package: PlanPackage) -> PlanRef:
    """Which plan, by title and by hash of its text and of what was compiled from it."""
    meta = package.meta
    compiled = hashlib.sha256(package.model_dump_json().encode()).hexdigest()
    return PlanRef(
        title=meta.title.strip("《》"),
        area=meta.area,
        start_year=meta.start_year,
        end_year=meta.end_year,
        source_sha256=meta.source_sha256,
        package_sha256=compiled,
        targets=len(package.targets),
    )


class _Used:
    """Observations and sources met so far, each numbered once."""

    def __init__(self, package: PlanPackage, wording: Wording) -> None:
        plan = SourceRef(
            title=wording.word("source.plan").format(title=package.meta.title),
            url="",
            trust="plan",
            published="",
        )
        self._numbers: dict[tuple[str, str], int] = {(plan.title, ""): PLAN_SOURCE}
        self._refs: list[SourceRef] = [plan]
        self.observations: dict[str, ObservationLine] = {}

    def observation(self, one: Observation) -> int:
        """Take an observation down; the number of its source."""
        number = self._source(one.source)
        self.observations.setdefault(one.id, _observation(one, number))
        return number

    def _source(self, ref: SourceRef) -> int:
        if ref.trust == "plan":
            return PLAN_SOURCE
        key = (ref.title, ref.url)
        if key not in self._numbers:
            self._refs.append(ref)
            self._numbers[key] = len(self._refs)
        return self._numbers[key]

    def sources(self) -> tuple[SourceLine, ...]:
        """The list of sources, each with how many figures were taken from it."""
        return tuple(
            SourceLine(
                number=number,
                title=ref.title,
                url=ref.url,
                trust=ref.trust,
                published=ref.published,
                figures=sum(1 for one in self.observations.values() if one.source == number),
            )
            for number, ref in enumerate(self._refs, start=1)
        )


def _observation(one: Observation, source: int) -> ObservationLine:
    return ObservationLine(
        id=one.id,
        indicator=one.indicator,
        name=one.name,
        scope=one.scope,
        area=one.area,
        period=one.period.label,
        period_code=one.period.code,
        value=one.value,
        unit=one.unit,
        qualifier=one.qualifier,
        status=one.status,
        note=one.note,
        source=source,
    )


def _target(
    row: summary.Watched, group: str, from_table: bool, used: _Used, wording: Wording
) -> TargetLine:
    aside = _set_aside(row, used)
    inputs = tuple(_input(one, used) for one in row.state.inputs)
    for point in row.state.series:
        used.observation(point.observation)
    cites = tuple(dict.fromkeys(line.source for line in inputs if line.observation))
    return TargetLine(
        **_of_plan(row.target, wording),
        **_of_state(row.state, row.target, wording),
        group=group,
        from_table=from_table,
        inputs=inputs,
        set_aside=aside,
        cites=cites,
    )


def _set_aside(row: summary.Watched, used: _Used) -> tuple[SetAside, ...]:
    return tuple(
        SetAside(
            observation=point.observation.id,
            printed=amount(point.value, row.target.unit).zh,
            period=point.period,
            why=point.why_not,
            source=used.observation(point.observation),
        )
        for point in row.state.series
        if not point.comparable
    )


def _of_plan(target: Target, wording: Wording) -> dict[str, Any]:
    """What the plan says of a target."""
    return {
        "id": target.id,
        "number": target.number,
        "clause": target.clause,
        "name": target_name(target, wording),
        "subject": target.subject,
        "indicator": target.indicator,
        "form": target.form,
        "nature": target.nature,
        "aspirational": target.aspirational,
        "aim": target_text(target),
        "low": target.low,
        "high": target.high,
        "comparator": target.comparator,
        "unit": target.unit,
        "year": target.year,
        "baseline": _printed_baseline(target),
        "baseline_value": target.baseline,
        "baseline_year": target.baseline_year,
    }


def _of_state(state: TargetState, target: Target, wording: Wording) -> dict[str, Any]:
    """What the evaluation says of it."""
    return {
        "light": state.light,
        "verdict": state.verdict,
        "final": state.final,
        "reason": state.reason,
        "reason_en": state.reason_en,
        "freshness": state.freshness,
        "freshness_reason": state.freshness_reason,
        "absence": state.absence,
        "points_to": _points_to(state),
        "attained": _span(state.attained),
        "attained_printed": _printed(state.attained, target.unit),
        "attained_period": _attained_period(state, target, wording),
        "required": _span(state.required),
        "required_printed": _printed(state.required, target.unit),
        "progress": _span(state.progress),
        "run_rate": state.run_rate,
        "projection": _projection(state, target, wording),
        "steps": tuple(
            StepLine(label=step.label, formula=step.formula, result=step.result)
            for step in state.steps
        ),
        "conflicts": state.conflicts,
        "missing": state.missing,
        "rules": state.rules,
    }


def _input(one: Input, used: _Used) -> InputLine:
    source = PLAN_SOURCE if one.observation is None else used.observation(one.observation)
    return InputLine(
        label=one.label,
        printed=amount(one.value, one.unit).zh,
        period=one.period,
        observation=one.observation.id if one.observation else "",
        clause=one.clause,
        source=source,
    )


def _attained_period(state: TargetState, target: Target, wording: Wording) -> str:
    """Period of the figure attained: of the observation that it is, else of those it joins."""
    if state.attained is None:
        return ""
    observed = [one for one in state.inputs if one.observation is not None]
    for one in reversed(observed):
        if one.value == state.attained:
            return one.period
    for point in reversed(state.series):
        if point.comparable and point.value == state.attained:
            return point.period
    years = sorted({one.observation.period.year for one in observed if one.observation})
    if not years:
        return ""
    if target.form == "level" or len(years) == 1:
        return observed[-1].period
    return wording.word("years").format(first=years[0], last=years[-1])


def _points_to(state: TargetState) -> Verdict | None:
    """``meets`` or ``fails`` where side evidence suggests it; a verdict needs no suggestion."""
    found = state.extra.get("points_to", "")
    if state.verdict != "cannot_tell":
        return None
    return "meets" if found == "meets" else "fails" if found == "fails" else None


def _span(bound: Bound | None) -> Span | None:
    return None if bound is None else Span.of(bound)


def _printed(bound: Bound | None, unit: str) -> str:
    return "" if bound is None else amount(bound, unit).zh


def _printed_baseline(target: Target) -> str:
    if target.baseline is None:
        return ""
    return amount(Bound.exact(target.baseline), target.unit).zh


def _projection(state: TargetState, target: Target, wording: Wording) -> str:
    found = state.projection
    if found is None:
        return ""
    return wording.word("projection").format(
        year=found.year,
        mid=amount(Bound.exact(found.mid), target.unit).zh,
        interval=amount(Bound(found.low, found.high), target.unit).zh,
        coverage=round(found.coverage * 100),
        points=found.points,
    )


def target_name(target: Target, wording: Wording) -> str:
    """The target's name; its subject leads where it is more than the whole area."""
    subject, own = target.subject, target.indicator
    if not own:
        return subject
    everywhere = wording.word("whole_area").split()
    if not subject or subject in everywhere or own.startswith(subject):
        return own
    # 新型显示产业 + 产业规模 is 新型显示产业规模: the word both share is said once.
    shared = next(
        (n for n in range(min(len(subject), len(own)), 0, -1) if subject.endswith(own[:n])), 0
    )
    return f"{subject}{own[shared:]}"


def findings(
    found: Iterable[Finding], package: PlanPackage, wording: Wording
) -> tuple[FindingLine, ...]:
    """Findings with the names of what they concern and a key that a later edition finds again."""
    names = {target.id: target_name(target, wording) for target in package.targets}
    names.update({fact.id: fact.indicator for fact in package.facts})
    return tuple(
        FindingLine(
            key=f"{finding.kind}:{'+'.join(finding.items)}",
            finding=finding,
            names=_names(finding.items, names),
        )
        for finding in found
    )


def _names(items: Sequence[str], names: dict[str, str]) -> tuple[str, ...]:
    return tuple(names.get(item, item) for item in items)
