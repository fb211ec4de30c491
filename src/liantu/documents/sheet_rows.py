"""Rows of the spreadsheet annex, sheet by sheet: a table of columns and one function each."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from liantu.systems.dispatch.edition import Edition, Span, TargetLine
from liantu.systems.dispatch.wording import Wording
from liantu.words import words

Cell = str | int | float | bool | None
Rows = Iterator[tuple[Cell, ...]]


@dataclass(frozen=True)
class Sheet:
    """One sheet: its columns (keys of the wording), widths and rows."""

    key: str
    columns: tuple[str, ...]
    widths: tuple[float, ...]
    rows: Callable[[Edition, Wording], Rows]
    frozen: int = 1
    """Columns that stay in sight."""
    always: bool = True
    """Written even when it has no rows."""
    plain_numbers: bool = False


def _ends(span: Span | None) -> tuple[float | None, float | None]:
    return (None, None) if span is None else (span.low, span.high)


def targets(edition: Edition, wording: Wording) -> Rows:
    """One row a target: the plan's figures and the state, numbers as numbers."""
    for line in edition.targets:
        yield (
            line.id,
            line.number,
            line.group,
            line.clause,
            line.name,
            line.subject,
            line.indicator,
            words().say(f"form.{line.form}", "zh"),
            line.nature,
            line.baseline_value,
            line.baseline_year,
            line.comparator,
            line.low,
            line.high,
            line.unit,
            line.year,
            line.aim,
            line.attained_printed,
            line.attained_period,
            *_ends(line.attained),
            *_ends(line.required),
            *_ends(line.progress),
            wording.word(f"light.{line.light}"),
            wording.word(f"verdict.{line.verdict}"),
            line.final,
            wording.word(f"verdict.{line.points_to}") if line.points_to else "",
            wording.word(f"freshness.{line.freshness}"),
            line.reason,
            line.run_rate,
            line.projection,
            "".join(line.missing),
            "".join(f"[{number}]" for number in line.cites),
        )


def arithmetic(edition: Edition, wording: Wording) -> Rows:
    """Inputs and steps of every computation."""
    for line in edition.targets:
        yield from _computed(line, wording)


def _computed(line: TargetLine, wording: Wording) -> Rows:
    for one in line.inputs:
        yield (
            line.id,
            line.name,
            wording.word("sheet.input"),
            one.label,
            one.clause if one.clause and not one.observation else one.period,
            one.printed,
            one.source,
            one.observation,
        )
    for step in line.steps:
        kind = wording.word("sheet.step")
        yield (line.id, line.name, kind, step.label, step.formula, step.result, None, "")


def sources(edition: Edition, wording: Wording) -> Rows:
    """The numbered sources."""
    for one in edition.sources:
        trust = words().say(f"trust.{one.trust}", "zh")
        yield (one.number, one.title, one.url, trust, one.published, one.figures)


def observations(edition: Edition, wording: Wording) -> Rows:
    """Every figure used, drawn or set aside."""
    for one in edition.observations:
        yield (
            one.id,
            one.name,
            "、".join(one.scope),
            one.area,
            one.period,
            one.value,
            one.unit,
            words().say(f"qualifier.{one.qualifier}", "zh"),
            words().say(f"status.{one.status}", "zh"),
            one.note,
            one.source,
        )


def conflicts(edition: Edition, wording: Wording) -> Rows:
    """Conflicts of sources, and figures set aside."""
    for line in edition.targets:
        for sentence in line.conflicts:
            yield (line.id, line.name, wording.word("sheet.conflict"), sentence, None)
        for one in line.set_aside:
            words_of = f"{one.period} {one.printed}：{one.why}"
            yield (line.id, line.name, wording.word("sheet.aside"), words_of, one.source)


def contradictions(edition: Edition, wording: Wording) -> Rows:
    """Contradictions and gaps of the plan, with their arithmetic."""
    for number, line in enumerate(edition.findings, start=1):
        found = line.finding
        yield (
            number,
            wording.word(f"finding.{found.kind}"),
            wording.word(f"severity.{found.severity}"),
            "、".join(found.items),
            "、".join(dict.fromkeys(line.names)),
            found.message,
            "；".join(
                f"{step.label}：{step.expression} ＝ {step.result}" for step in found.arithmetic
            ),
        )


def changes(edition: Edition, wording: Wording) -> Rows:
    """What changed since the edition before."""
    for one in edition.changes:
        kind = wording.word(f"change.{one.kind}")
        cites = "".join(f"[{number}]" for number in one.cites)
        yield (kind, one.target, one.name, one.before, one.after, cites)


def about(edition: Edition, wording: Wording) -> Rows:
    """What the edition is and was made from."""
    plan = edition.plan
    facts: list[tuple[str, Cell]] = [
        ("title", "".join(edition.paper.title)),
        ("summary", edition.summary),
        ("summary_en", edition.summary_en),
        ("period", edition.period_label),
        ("as_of", edition.as_of.isoformat()),
        ("number", edition.number),
        ("vintage", edition.vintage),
        ("plan", plan.title),
        ("plan_sha256", plan.source_sha256),
        ("package_sha256", plan.package_sha256),
        ("created_at", edition.created_at.isoformat()),
        ("code_version", edition.code_version),
        ("sha256", edition.sha256),
    ]
    for key, value in facts:
        yield (wording.word(f"about.{key}"), value)
    for rule in edition.rules:
        yield (f"{wording.word('about.rule')} {rule.id}", rule.sha256)


_TARGET = (
    "id number group clause name subject indicator form nature baseline baseline_year comparator"
    " low high unit year aim attained attained_period attained_low attained_high required_low"
    " required_high progress_low progress_high light verdict final points_to freshness reason"
    " run_rate projection missing cites"
)
_OBSERVATION = "observation name scope area period value unit qualifier status note source"
_TARGET_WIDTHS = (
    9, 7, 16, 11, 30, 12, 24, 10, 8, 10, 8, 7, 10, 10, 9, 8, 18, 18, 14, 11, 11, 11, 11, 10, 10,
    10, 10, 8, 10, 10, 60, 30, 30, 40, 10,
)  # fmt: skip

SHEETS: tuple[Sheet, ...] = (
    Sheet("targets", tuple(_TARGET.split()), _TARGET_WIDTHS, targets, frozen=5),
    Sheet(
        "arithmetic",
        ("id", "name", "what", "label", "how", "result", "source", "observation"),
        (9, 30, 8, 40, 50, 30, 8, 16),
        arithmetic,
        frozen=2,
    ),
    Sheet(
        "sources",
        ("source", "title", "url", "trust", "published", "figures"),
        (8, 70, 50, 10, 14, 10),
        sources,
    ),
    Sheet(
        "conflicts",
        ("id", "name", "what", "content", "source"),
        (9, 30, 12, 100, 8),
        conflicts,
        frozen=2,
    ),
    Sheet(
        "contradictions",
        ("order", "kind", "severity", "items", "names", "message", "arithmetic"),
        (7, 22, 8, 24, 40, 80, 70),
        contradictions,
    ),
    Sheet(
        "observations",
        tuple(_OBSERVATION.split()),
        (16, 36, 14, 14, 16, 12, 9, 9, 9, 50, 8),
        observations,
        frozen=2,
    ),
    Sheet(
        "changes",
        ("what", "id", "name", "before", "after", "cites"),
        (14, 9, 40, 50, 50, 10),
        changes,
        always=False,
    ),
    Sheet("about", ("item", "content"), (36, 90), about),
)
