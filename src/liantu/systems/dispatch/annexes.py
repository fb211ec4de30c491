"""Annexes of the papers: everything that the text rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from liantu.systems.dispatch import evidence, tables
from liantu.systems.dispatch.edition import TargetLine
from liantu.systems.dispatch.paper import Annex, Row, Run
from liantu.systems.dispatch.pen import Pen, group_row, row


def full_table(pen: Pen, lines: Sequence[TargetLine], *, verdicts: bool) -> Annex:
    """Every target in one wide table."""
    columns = [
        pen.column("number", 9, "center"),
        pen.column("name", 36),
        pen.column("clause", 14),
        pen.column("nature", 11, "center"),
        pen.column("baseline", 16, "right"),
        pen.column("aim", 22, "right"),
        pen.column("attained", 26, "right"),
        pen.column("required", 15, "right"),
        pen.column("verdict" if verdicts else "light", 16),
        pen.column("freshness", 12, "center"),
    ]
    rows = tables.full_table_rows(pen, lines, verdicts=verdicts)
    pen.table("", columns, rows, size="small")
    pen.note(pen.say("annex.full.note"))
    return _annex(pen, "annex.full", landscape=True)


def arithmetic(pen: Pen, lines: Sequence[TargetLine]) -> Annex:
    """Inputs and steps behind each verdict."""
    columns = [pen.column("what", 30), pen.column("how", 46), pen.column("result", 24)]
    computed = [line for line in lines if line.inputs or line.steps]
    pen.body(
        pen.say(
            "annex.arithmetic.lead",
            computed=pen.count("computed", computed),
            rest=pen.count("uncomputed", [line for line in lines if line not in computed]),
        )
    )
    pen.table("", columns, (row for line in computed for row in _computed(pen, line)), size="small")
    return _annex(pen, "annex.arithmetic")


def _computed(pen: Pen, line: TargetLine) -> Iterator[Row]:
    title = pen.say(
        "annex.arithmetic.title",
        number=pen.of(line, "id", line.number or line.id),
        name=pen.name(line),
        aim=pen.aim(line),
        verdict=pen.wording.word(f"verdict.{line.verdict}"),
    )
    yield group_row(title)
    for place, one in enumerate(line.inputs, start=1):
        where = one.clause if one.clause and not one.observation else one.period
        figure = pen.of(line, f"input.{place}", one.printed)
        yield row(
            pen.of(line, f"input.{place}.label", one.label),
            pen.say("annex.arithmetic.input", where=pen.of(line, f"input.{place}.where", where)),
            Run(text=figure.text, origin=figure.id, cites=(one.source,)),
        )
    for place, step in enumerate(line.steps, start=1):
        yield row(
            pen.of(line, f"step.{place}.label", step.label),
            pen.of(line, f"step.{place}.formula", step.formula),
            pen.of(line, f"step.{place}.result", step.result),
        )


def set_aside(pen: Pen, lines: Sequence[TargetLine]) -> Annex | None:
    """Figures at hand that were not used, and why."""
    found = [line for line in lines if line.set_aside]
    if not found:
        return None
    columns = [pen.column("name", 30), pen.column("aside", 28), pen.column("why", 42)]
    rows = (
        row(
            pen.name(line),
            pen.aside(line, one),
            pen.figure(
                f"{line.id}.why.{one.observation}", one.why, "observation", [one.observation]
            ),
        )
        for line in found
        for one in line.set_aside
    )
    pen.table("", columns, rows, size="small")
    return _annex(pen, "annex.aside")


def conflicts(pen: Pen, lines: Sequence[TargetLine]) -> Annex | None:
    """Conflicts of sources, each with both figures."""
    found = [line for line in lines if line.conflicts]
    if not found:
        return None
    columns = [pen.column("name", 30), pen.column("conflict", 70)]
    # Targets of one name that share a conflict share its row.
    unique = {
        (line.name, sentence): (line, place)
        for line in reversed(found)
        for place, sentence in enumerate(line.conflicts, start=1)
    }
    rows = (
        row(pen.name(line), pen.of(line, f"conflict.{place}", sentence))
        for (_, sentence), (line, place) in reversed(unique.items())
    )
    pen.table("", columns, rows, size="small")
    return _annex(pen, "annex.conflicts")


def audit(pen: Pen) -> Annex | None:
    """Every finding of the audit, the slight ones as well."""
    found = pen.snapshot.findings
    if not found:
        return None
    columns = [
        pen.column("order", 6, "center"),
        pen.column("severity", 8, "center"),
        pen.column("kind", 18),
        pen.column("message", 68),
    ]
    rows = (
        row(
            pen.figure(f"order.{place}", str(place), "count"),
            pen.wording.word(f"severity.{line.finding.severity}"),
            pen.wording.word(f"finding.{line.finding.kind}"),
            pen.figure(
                f"finding.{line.key}.message", line.finding.message, "audit", line.finding.items
            ),
        )
        for place, line in enumerate(found, start=1)
    )
    pen.table("", columns, rows, size="small")
    return _annex(pen, "annex.audit")


def wanted(pen: Pen, lines: Sequence[TargetLine]) -> Annex | None:
    """What data would settle each target, and from whom."""
    found = evidence.wanted(lines)
    if not found:
        return None
    pen.table("", evidence.wanted_columns(pen), evidence.wanted_rows(pen, found), size="small")
    return _annex(pen, "annex.wanted")


def rules(pen: Pen) -> Annex:
    """Rules of evaluation used, with sources."""
    columns = [
        pen.column("rule", 44),
        pen.column("rule_source", 34),
        pen.column("trust", 11, "center"),
        pen.column("targets", 11, "right"),
    ]
    pen.body(pen.say("annex.rules.lead"))
    pen.table("", columns, tables.rule_rows(pen), size="small")
    return _annex(pen, "annex.rules")


def sources(pen: Pen) -> Annex:
    """The numbered list that the marks [n] point to."""
    columns = [
        pen.column("source", 8, "center"),
        pen.column("title", 66),
        pen.column("trust", 13, "center"),
        pen.column("figures", 13, "right"),
    ]
    pen.table("", columns, tables.source_rows(pen), size="small", lists_sources=True)
    return _annex(pen, "annex.sources")


def optional(*found: Annex | None) -> tuple[Annex, ...]:
    """Those that have something to show."""
    return tuple(one for one in found if one is not None)


def _annex(pen: Pen, key: str, *, landscape: bool = False) -> Annex:
    return Annex(title=pen.wording.word(key), landscape=landscape, blocks=pen.taken())
