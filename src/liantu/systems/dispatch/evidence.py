"""What the papers say of the evidence: the data, their defects, the plan's contradictions, and
what would settle the targets that nobody can tell."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from liantu.systems.dispatch.edition import FindingLine, SourceLine, TargetLine
from liantu.systems.dispatch.paper import Column, Row, Text
from liantu.systems.dispatch.pen import Pen, row
from liantu.systems.dispatch.wording import joined, runs
from liantu.words import words

WHYS = ("unbound", "no_data", "other_scope", "undecided")
"""Reasons why a verdict cannot be told, in the order in which they are asked."""


@dataclass(frozen=True)
class Ledger:
    """What the ledger held in the vintage, used or not."""

    observations: int
    mapped: int
    first_year: int | None = None
    last_year: int | None = None


@dataclass(frozen=True)
class Occasion:
    """When and on which data the paper was made, as printed."""

    as_of: str
    vintage: str
    ledger: Ledger | None = None


def why(line: TargetLine) -> str:
    """Why a target cannot be told."""
    observed = any(one.observation for one in line.inputs)
    if line.form == "assigned" and line.low is None and line.high is None and not observed:
        return "unbound"
    if observed:
        return "undecided"
    return "other_scope" if line.set_aside else "no_data"


def bare(line: TargetLine) -> bool:
    """Is there nothing to show for a target: no verdict, no figure, not even one set aside?"""
    return line.verdict == "cannot_tell" and why(line) in ("no_data", "unbound")


def why_unknown(pen: Pen, key: str, lines: Sequence[TargetLine]) -> Text:
    """Of the targets that cannot be told: how many for which reason."""
    parts = []
    for reason in WHYS:
        found = [line for line in lines if why(line) == reason]
        if found:
            parts.append(pen.say(f"why.{reason}", count=pen.count(f"{key}.why.{reason}", found)))
    return pen.say(
        "why",
        count=pen.count(f"{key}.why", lines),
        parts=joined(parts, pen.wording.word("clause_mark")),
    )


def data(pen: Pen, occasion: Occasion) -> None:
    """Where the data come from, how many, of which vintage."""
    used = pen.snapshot.observations
    sources = _published(pen)
    pen.heading(2, pen.say("basis.data.heading"))
    sentences = [
        pen.say(
            "basis.data",
            as_of=pen.fact("as_of", occasion.as_of),
            vintage=pen.fact("vintage", occasion.vintage),
            used=pen.count("observations", [one.id for one in used]),
            sources=pen.count("sources", [str(one.number) for one in sources]),
        )
    ]
    if occasion.ledger is not None:
        held = occasion.ledger
        sentences.insert(
            0,
            pen.say(
                "basis.ledger",
                total=pen.total("ledger", held.observations),
                mapped=pen.total("ledger.mapped", held.mapped),
                rest=pen.total("ledger.rest", held.observations - held.mapped),
            ),
        )
    pen.body(*sentences, *_by_trust(pen, sources))


def _published(pen: Pen) -> list[SourceLine]:
    return [one for one in pen.snapshot.sources if one.trust != "plan"]


def _by_trust(pen: Pen, sources: Sequence[SourceLine]) -> list[Text]:
    counts = Counter(one.trust for one in sources)
    parts = [
        pen.say(
            "basis.trust",
            trust=words().say(f"trust.{trust}", "zh"),
            count=pen.total(
                f"sources.{trust}", n, [str(one.number) for one in sources if one.trust == trust]
            ),
        )
        for trust, n in counts.most_common()
    ]
    if not parts:
        return []
    return [pen.say("basis.trusts", parts=joined(parts, pen.wording.word("list_mark")))]


def quality(pen: Pen, occasion: Occasion) -> None:
    """Coverage, conflicts, scope, timeliness: the defects that bear on the verdicts."""
    lines = pen.snapshot.targets
    pen.heading(1, pen.say("quality.heading"))
    pen.heading(2, pen.say("quality.coverage.heading"))
    observed = [line for line in lines if any(one.observation for one in line.inputs)]
    final_year = [line for line in observed if line.final]
    pen.body(
        pen.say(
            "quality.coverage",
            total=pen.count("all.targets", lines),
            observed=pen.count("observed", observed),
            final=pen.count("observed.final", final_year),
            bare=pen.count("unobserved", [line for line in lines if line not in observed]),
        )
    )
    _part(pen, "conflicts", lambda line: bool(line.conflicts))
    _part(pen, "scope", lambda line: bool(line.set_aside))
    _part(pen, "stale", lambda line: line.freshness in ("overdue", "never"))
    pen.heading(2, pen.say("quality.trust.heading"))
    published = _published(pen)
    low = [one for one in published if one.trust != "official"]
    if not published:
        pen.body(pen.say("quality.trust.none"))
        return
    pen.body(
        pen.say(
            "quality.trust.all" if len(low) == len(published) else "quality.trust",
            sources=pen.count("sources", [str(one.number) for one in published]),
            low=pen.count("sources.low", [str(one.number) for one in low]),
        )
    )


def _part(pen: Pen, key: str, concerned: Callable[[TargetLine], bool]) -> None:
    found = [line for line in pen.snapshot.targets if concerned(line)]
    pen.heading(2, pen.say(f"quality.{key}.heading"))
    if not found:
        pen.body(pen.say(f"quality.{key}.none"))
        return
    # What several targets share is counted once.
    amount = len(
        {
            one if isinstance(one, str) else one.observation
            for line in found
            for one in (line.conflicts if key == "conflicts" else line.set_aside)
        }
    )
    pen.body(
        pen.say(
            f"quality.{key}",
            targets=pen.count(f"quality.{key}", found),
            figures=pen.total(f"quality.{key}.figures", amount, [line.id for line in found]),
            names=pen.names(found, at_most=NAMED),
        )
    )


NAMED = 8
"""Names that a sentence lists; the annexes hold all."""
TOUCHED = 4
"""Targets named under a contradiction; of more, only their number."""


def contradictions(pen: Pen, findings: Sequence[FindingLine], lines: Sequence[TargetLine]) -> None:
    """Each finding with its arithmetic and the verdicts it bears on."""
    by_id = {line.id: line for line in lines}
    for number, line in enumerate(findings, start=1):
        found = line.finding
        key = f"finding.{line.key}"
        pen.heading(2, _heading(pen, line, key))
        touched = [by_id[item] for item in found.items if item in by_id]
        pen.body(
            pen.figure(f"{key}.message", found.message, "audit", found.items),
            *_touched(pen, touched, number),
        )
        _arithmetic(pen, line, key)


HEADING = 24
"""Characters that a heading may have and still stand on one line, its mark aside."""


def _heading(pen: Pen, line: FindingLine, key: str) -> Text:
    """The kind, and what it concerns where that fits on the line."""
    kind = pen.wording.word(f"finding.{line.finding.kind}")
    shortest = _shortest(line)
    if not shortest or len(kind) + len(shortest) > HEADING:
        return runs(kind)
    name = pen.figure(f"{key}.name", shortest, "audit", line.finding.items)
    return pen.say("contradictions.title", kind=kind, names=name)


def _shortest(line: FindingLine) -> str:
    return min(line.names, key=len, default="")


def _arithmetic(pen: Pen, line: FindingLine, key: str) -> None:
    if not line.finding.arithmetic:
        return
    columns = [pen.column("what", 32), pen.column("expression", 44), pen.column("result", 24)]
    rows = (
        row(
            *(
                pen.figure(f"{key}.step.{place}.{part}", words, "audit", line.finding.items)
                for part, words in (
                    ("label", step.label),
                    ("expression", step.expression),
                    ("result", step.result),
                )
            )
        )
        for place, step in enumerate(line.finding.arithmetic, start=1)
    )
    pen.table("", columns, rows)


def _touched(pen: Pen, lines: Sequence[TargetLine], number: int) -> list[Text]:
    if not lines:
        return []
    count = pen.count(f"finding.{number}.touched", lines)
    if len(lines) > TOUCHED:
        return [pen.say("contradictions.touched.many", count=count)]
    parts = [
        pen.say(
            "contradictions.touched.one",
            name=pen.name(line),
            clause=pen.of(line, "clause", line.clause),
            aim=pen.aim(line),
            verdict=pen.wording.word(f"verdict.{line.verdict}"),
        )
        for line in lines
    ]
    return [pen.say("contradictions.touched", count=count, parts=joined(parts, "；"))]


def wanted(lines: Sequence[TargetLine]) -> list[TargetLine]:
    """Targets that some data would settle or confirm."""
    return [
        line
        for line in lines
        if line.missing and not (line.verdict != "cannot_tell" and line.final)
    ]


def settle(pen: Pen, lines: Sequence[TargetLine], shown: Sequence[TargetLine]) -> None:
    """What data would settle the targets that cannot be told, and from whom.

    Args:
        shown: targets to list in the text; the annex lists all.
    """
    concerned = wanted(lines)
    pen.heading(2, pen.say("settle.heading"))
    if not concerned:
        pen.body(pen.say("settle.none"))
        return
    sentences = list(dict.fromkeys(text for line in concerned for text in line.missing))
    pen.body(
        pen.say(
            "settle.lead",
            wanted=pen.count("settle", sentences),
            targets=pen.count("settle.targets", concerned),
        )
    )
    listed = wanted(shown)
    if listed:
        pen.table(pen.say("settle.table"), wanted_columns(pen), wanted_rows(pen, listed))


def wanted_columns(pen: Pen) -> list[Column]:
    """Columns for :func:`wanted_rows`."""
    return [pen.column("order", 7, "center"), pen.column("for", 36), pen.column("wanted", 57)]


def wanted_rows(pen: Pen, lines: Sequence[TargetLine]) -> Iterator[Row]:
    """One row a target; targets of one name that want the same share a row."""
    found: dict[tuple[str, tuple[str, ...]], TargetLine] = {}
    for line in lines:
        found.setdefault((line.name, line.missing), line)
    for place, line in enumerate(found.values(), start=1):
        yield row(
            pen.figure(f"order.{place}", str(place), "count"),
            pen.name(line),
            pen.of(line, "missing", "".join(line.missing)),
        )


def clarify(pen: Pen, findings: Sequence[FindingLine]) -> None:
    """What the authors of the plan are asked to decide."""
    lines = pen.snapshot.targets
    unbound = [line for line in lines if line.verdict == "cannot_tell" and why(line) == "unbound"]
    pen.heading(2, pen.say("clarify.heading"))
    if unbound:
        pen.body(
            pen.say(
                "clarify.unbound", count=pen.count("unbound", unbound), names=pen.names(unbound)
            )
        )
    if findings:
        named = [
            pen.say(
                "clarify.finding",
                kind=pen.wording.word(f"finding.{line.finding.kind}"),
                name=pen.figure(
                    f"finding.{line.key}.name", _shortest(line), "audit", line.finding.items
                ),
            )
            for line in findings
        ]
        pen.body(
            pen.say(
                "clarify.findings",
                count=pen.count("findings.high", [line.key for line in findings]),
                names=joined(named, pen.wording.word("clause_mark")),
            )
        )
    if not unbound and not findings:
        pen.body(pen.say("clarify.none"))


NEXT = ("no_baseline", "no_owner", "no_data_source", "no_unit", "scope_unsaid", "nesting_unsaid")
"""Gaps that the next plan can avoid, in the order in which they are named."""


def next_plan(pen: Pen) -> None:
    """What the gaps of this plan say to the next one."""
    found = [
        (kind, [line for line in pen.snapshot.findings if line.finding.kind == kind])
        for kind in NEXT
    ]
    found = [(kind, lines) for kind, lines in found if lines]
    if not found:
        return
    pen.heading(2, pen.say("next.heading"))
    parts = []
    for kind, lines in found:
        items = list(dict.fromkeys(item for line in lines for item in line.finding.items))
        parts.append(pen.say(f"next.{kind}", count=pen.count(f"next.{kind}", items)))
    pen.body(pen.say("next.lead", parts=joined(parts, pen.wording.word("clause_mark"))))
