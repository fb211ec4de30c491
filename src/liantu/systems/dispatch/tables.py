"""Tables and charts that both papers print."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from liantu.declarations import Source
from liantu.records.figures.rules import observation_rules
from liantu.systems.dispatch.edition import TargetLine
from liantu.systems.dispatch.paper import (
    LightsBar,
    LightsChart,
    Position,
    PositionsChart,
    Row,
    Text,
)
from liantu.systems.dispatch.pen import LIGHT_OF, VERDICTS, Pen, group_row, row
from liantu.systems.dispatch.wording import Part, joined, runs
from liantu.systems.targets.rules import rule_by_id
from liantu.systems.targets.state import Light
from liantu.systems.targets.summary import LIGHTS
from liantu.words import words


def by_group(lines: Sequence[TargetLine]) -> list[tuple[str, list[TargetLine]]]:
    """Targets by category of the indicator table, then by chapter, in the snapshot's order."""
    return [
        (label, list(found))
        for (_, label), found in groupby(lines, key=lambda line: (line.from_table, line.group))
    ]


def verdict_rows(pen: Pen, lines: Sequence[TargetLine]) -> Iterator[Row]:
    """Group, total, met, not met, cannot tell; totals of the table and of the text, then all."""
    parts = [
        ("table", [line for line in lines if line.from_table]),
        ("text", [line for line in lines if not line.from_table]),
    ]
    for part, found in parts:
        if not found:
            continue
        yield group_row(pen.say(f"group.{part}"))
        for number, (label, group) in enumerate(by_group(found), start=1):
            yield _tally(pen, f"{part}.{number}", _label(pen, part, number, label), group)
        yield _tally(pen, part, pen.say("subtotal"), found)
    yield _tally(pen, "all", pen.say("total"), lines)


def _label(pen: Pen, part: str, number: int, label: str) -> Text:
    return runs(pen.figure(f"group.{part}.{number}", label, "plan"))


def _tally(pen: Pen, key: str, label: Part, lines: Sequence[TargetLine]) -> Row:
    counts = [
        pen.count(f"{key}.{verdict}", [line for line in lines if line.verdict == verdict])
        for verdict in VERDICTS
    ]
    return row(label, pen.count(f"{key}.targets", lines), *counts)


def light_rows(pen: Pen, lines: Sequence[TargetLine]) -> Iterator[Row]:
    """Group, total, then one column a light."""
    for number, (label, group) in enumerate(by_group(lines), start=1):
        yield _lights(pen, f"group{number}", _label(pen, "any", number, label), group)
    yield _lights(pen, "all", pen.say("total"), lines)


def _lights(pen: Pen, key: str, label: Part, lines: Sequence[TargetLine]) -> Row:
    counts = [
        pen.count(f"{key}.{light}", [line for line in lines if line.light == light])
        for light in LIGHTS
    ]
    return row(label, pen.count(f"{key}.targets", lines), *counts)


def lights_chart(
    pen: Pen, lines: Sequence[TargetLine], *, caption: str, verdicts: bool
) -> LightsChart:
    """One bar a group: verdicts in the final evaluation, lights in a dispatch."""
    shown: tuple[Light, ...] = ("done", "behind", "unknown") if verdicts else LIGHTS

    def light(line: TargetLine) -> Light:
        return LIGHT_OF[line.verdict] if verdicts else line.light

    names = (
        {LIGHT_OF[verdict]: pen.wording.word(f"verdict.{verdict}") for verdict in VERDICTS}
        if verdicts
        else {light: pen.wording.word(f"light.{light}") for light in LIGHTS}
    )
    bars = tuple(
        LightsBar(
            label=label,
            counts={one: n for one in shown if (n := sum(light(x) == one for x in group))},
        )
        for label, group in by_group(lines)
    )
    alt = pen.wording.word("list_mark").join(
        f"{bar.label}：" + " ".join(f"{names[one]}{count}" for one, count in bar.counts.items())
        for bar in bars
    )
    return LightsChart(caption=pen.chart_caption(caption), alt=alt, bars=bars, words=names)


def positions_chart(pen: Pen, lines: Sequence[TargetLine], *, caption: str) -> PositionsChart:
    """Where each target of the indicator table stands between baseline and aim."""
    rows = tuple(
        Position(
            label=line.name,
            light=LIGHT_OF[line.verdict],
            low=line.progress.low if line.progress else None,
            high=line.progress.high if line.progress else None,
            printed=line.attained_printed,
        )
        for line in lines
    )
    word = pen.wording.word
    return PositionsChart(
        caption=pen.chart_caption(caption),
        alt=word("positions.alt"),
        rows=rows,
        axis=(word("positions.baseline"), word("positions.aim")),
        nothing=word("positions.nothing"),
    )


def full_table_rows(pen: Pen, lines: Sequence[TargetLine], *, verdicts: bool) -> Iterator[Row]:
    """The annex's table of all targets, grouped."""
    word = pen.wording.word
    for number, (label, group) in enumerate(by_group(lines), start=1):
        yield group_row(pen.figure(f"group.full.{number}", label, "plan"))
        for line in group:
            state = (
                pen.verdict(line)
                if verdicts
                else pen.light(line.light, word(f"light.{line.light}"))
            )
            base = line.baseline or word("none")
            if line.baseline and line.baseline_year:
                base = f"{line.baseline}\n（{line.baseline_year}{word('year')}）"
            yield row(
                pen.of(line, "id", line.number or line.id),
                pen.name(line),
                pen.of(line, "clause", line.clause),
                line.nature or word("none"),
                pen.of(line, "baseline", base),
                pen.aim(line),
                pen.attained(line),
                pen.of(line, "required", line.required_printed)
                if line.required_printed
                else word("none"),
                state,
                pen.say(f"freshness.{line.freshness}"),
            )


def source_rows(pen: Pen) -> Iterator[Row]:
    """The source list: number, title with address, trust, how many figures."""
    for source in pen.snapshot.sources:
        title = f"{source.title}　{source.url}" if source.url else source.title
        yield row(
            pen.figure(f"source.{source.number}.number", str(source.number), "source"),
            pen.figure(f"source.{source.number}", title, "source"),
            words().say(f"trust.{source.trust}", "zh"),
            pen.figure(f"source.{source.number}.figures", str(source.figures), "count"),
        )


def rule_rows(pen: Pen) -> Iterator[Row]:
    """Rules of evaluation that the verdicts used, each with its source and how far trusted."""
    used = dict.fromkeys(id_ for line in pen.snapshot.targets for id_ in line.rules)
    for id_ in used:
        said, source = _rule(pen, id_)
        lines = [line.id for line in pen.snapshot.targets if id_ in line.rules]
        yield row(
            pen.figure(f"rule.{id_}", said, "edition", [id_]),
            pen.figure(f"rule.{id_}.source", source.title, "edition", [id_]),
            words().say(f"trust.{source.trust}", "zh"),
            pen.figure(f"rule.{id_}.targets", str(len(lines)), "count", lines),
        )


def _rule(pen: Pen, id_: str) -> tuple[str, Source]:
    """Words and source of a rule of evaluation, or of the rules that choose among sources."""
    choosing = observation_rules()
    if id_ == choosing.id:
        return pen.wording.word("rule.choosing"), choosing.source
    rule = rule_by_id(id_)
    return rule.zh, rule.source


def listed(pen: Pen, key: str, sentences: Sequence[str], refs: Sequence[str] = ()) -> Text:
    """Sentences of the evaluation, one after another, registered as one figure each."""
    return joined(
        (
            pen.figure(f"{key}.{number}", sentence, "target", refs)
            for number, sentence in enumerate(sentences, start=1)
        ),
        "",
    )
