"""The final evaluation of a plan (终期评估): what was met, what was not, what nobody can tell."""

from __future__ import annotations

from collections.abc import Sequence

from liantu.quantity.bound import Verdict
from liantu.systems.dispatch import annexes, evidence, tables
from liantu.systems.dispatch.changes_text import write_changes
from liantu.systems.dispatch.edition import TargetLine
from liantu.systems.dispatch.paper import Annex, Block, Column, Row, Text
from liantu.systems.dispatch.pen import VERDICTS, row
from liantu.systems.dispatch.wording import Part, joined
from liantu.systems.dispatch.writer import Writer

NAMED_IN_SUMMARY = 12
"""Targets that the summary names under one verdict; the text lists all."""


class Final(Writer):
    """Writes the paper from a snapshot, section by section."""

    @property
    def table(self) -> list[TargetLine]:
        """Targets of the plan's table."""
        return [line for line in self.lines if line.from_table]

    @property
    def prose(self) -> list[TargetLine]:
        """Targets of the plan's text."""
        return [line for line in self.lines if not line.from_table]

    def body(self) -> tuple[Block, ...]:
        """The text, without annexes."""
        self._summary()
        self._basis()
        self._overall()
        for key, lines in (("table", self.table), ("prose", self.prose)):
            if lines:
                self._one_by_one(key, lines)
        if self.previous is not None:
            write_changes(self.pen, self.changes, self.previous, turned="verdict")
        self._contradictions()
        evidence.quality(self.pen, self.occasion)
        self._conclusions()
        return self.pen.taken()

    def annexes(self) -> tuple[Annex, ...]:
        """Full table, arithmetic, figures set aside, rules, sources."""
        pen = self.pen
        return (
            annexes.full_table(pen, self.lines, verdicts=True),
            annexes.arithmetic(pen, self.lines),
            *annexes.optional(
                annexes.wanted(pen, self.lines),
                annexes.set_aside(pen, self.lines),
                annexes.conflicts(pen, self.lines),
                annexes.audit(pen),
            ),
            annexes.rules(pen),
            annexes.sources(pen),
        )

    # Sections -----------------------------------------------------------------------------

    def _summary(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("summary.heading"))
        pen.body(pen.say("summary.purpose", **self._frame()))
        pen.body(pen.say("summary.result", **self._counts("all", self.lines)), self._table_result())
        named: tuple[Verdict, ...] = ("meets", "fails")
        for verdict in named:
            found = self._of(verdict)
            if found:
                names = pen.named_with_aim(found, at_most=NAMED_IN_SUMMARY)
                pen.body(pen.say(f"summary.names.{verdict}", names=names))
        if self._of("cannot_tell"):
            pen.body(evidence.why_unknown(pen, "all", self._of("cannot_tell")))
        pen.body(self._contradiction_counts(), pen.say("summary.limits"))

    def _table_result(self) -> Part:
        if not self.table or not self.prose:
            return ""
        return self.pen.say(
            "summary.parts",
            table=self._tally("table", self.table),
            prose=self._tally("prose", self.prose),
        )

    def _basis(self) -> None:
        pen, plan = self.pen, self.pen.snapshot.plan
        pen.heading(1, pen.say("basis.heading"))
        pen.heading(2, pen.say("basis.object.heading"))
        pen.body(
            pen.say(
                "basis.object",
                title=pen.fact("title", plan.title),
                start=pen.fact("start", str(plan.start_year)),
                end=pen.fact("end", str(plan.end_year)),
                total=pen.count("all.targets", self.lines),
            ),
            self._natures(),
            pen.say("basis.text", sha=pen.fact("plan.sha256", plan.source_sha256[:16])),
        )
        evidence.data(pen, self.occasion)
        pen.heading(2, pen.say("basis.rules.heading"))
        for key in ("verdicts", "bounds", "scope", "conflicts", "period", "forms"):
            pen.body(pen.say(f"basis.rules.{key}"))
        pen.heading(2, pen.say("basis.limits.heading"))
        pen.body(pen.say("basis.limits"))

    def _natures(self) -> Part:
        binding = [line for line in self.lines if line.nature == "约束性"]
        expected = [line for line in self.lines if line.nature == "预期性"]
        if not self.table:
            return ""
        return self.pen.say(
            "basis.natures",
            table=self.pen.count("table.targets", self.table),
            prose=self.pen.count("text.targets", self.prose),
            binding=self.pen.count("binding", binding),
            expected=self.pen.count("expected", expected),
        )

    def _overall(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("overall.heading"))
        pen.body(pen.say("overall.lead", **self._counts("all", self.lines)), self._provisional())
        self._indications()
        columns = [
            pen.column("group", 40),
            *(pen.column(key, 12, "right") for key in ("targets", *VERDICTS)),
        ]
        pen.table(pen.say("overall.table"), columns, tables.verdict_rows(pen, self.lines))
        pen.blocks.append(
            tables.lights_chart(pen, self.lines, caption="overall.chart", verdicts=True)
        )
        placed = [line for line in self.table or self.lines if line.progress is not None]
        if placed:
            pen.body(pen.say("overall.positions", shown=pen.count("positions", placed)))
            pen.blocks.append(
                tables.positions_chart(pen, placed, caption="overall.positions_chart")
            )
            pen.note(pen.say("overall.positions_note"))

    def _provisional(self) -> Part:
        pen = self.pen
        met = self._of("meets")
        early = [line for line in met if not line.final]
        if not early:
            return ""
        return pen.say(
            "overall.provisional",
            met=pen.count("all.meets", met),
            sure=pen.count("sure", [line for line in met if line.final]),
            early=pen.count("early", early),
            names=pen.names(early),
        )

    def _indications(self) -> None:
        pen = self.pen
        found = {
            side: [line for line in self.lines if line.points_to == side]
            for side in ("meets", "fails")
        }
        if any(found.values()):
            counts = {side: pen.count(f"points_to.{side}", lines) for side, lines in found.items()}
            pen.body(pen.say("overall.indications", **counts))

    def _one_by_one(self, key: str, lines: Sequence[TargetLine]) -> None:
        pen = self.pen
        pen.heading(1, pen.say(f"{key}.heading"))
        pen.body(pen.say(f"{key}.lead", tally=self._tally(key, lines)))
        part = "table" if key == "table" else "text"
        for number, (label, group) in enumerate(tables.by_group(lines), start=1):
            self._group(f"{part}.{number}", label, group)

    def _group(self, key: str, label: str, group: Sequence[TargetLine]) -> None:
        pen = self.pen
        pen.heading(2, pen.figure(f"group.{key}", label, "plan"))
        # The indicator table is shown whole; in the text, targets without any figure share
        # one sentence, since each row would say the same.
        bare = [line for line in group if evidence.bare(line)] if key.startswith("text") else []
        shown = [line for line in group if line not in bare]
        count = pen.count(f"{key}.targets", group)
        if not shown:
            pen.body(pen.say("group.all_bare", count=count, names=pen.named_with_aim(bare)))
            return
        pen.body(pen.say("group.lead", count=count, tally=self._tally(key, group)))
        short = pen.figure(f"group.{key}.short", label.split("　")[0], "plan")
        pen.table(
            pen.say("one_by_one.table", group=short),
            self._columns(),
            (self._row(line) for line in shown),
        )
        if bare:
            rest = pen.count(f"{key}.bare", bare)
            pen.body(pen.say("group.bare", count=rest, names=pen.named_with_aim(bare)))

    def _columns(self) -> list[Column]:
        pen = self.pen
        return [
            pen.column("name", 19),
            pen.column("aim", 13),
            pen.column("attained", 18),
            pen.column("verdict", 16),
            pen.column("reason", 44),
        ]

    def _row(self, line: TargetLine) -> Row:
        pen = self.pen
        return row(
            pen.name(line),
            pen.aim(line),
            pen.attained(line, cited=False),
            pen.verdict(line),
            pen.reason(line),
        )

    def _contradictions(self) -> None:
        pen = self.pen
        found = pen.snapshot.findings
        pen.heading(1, pen.say("contradictions.heading"))
        if not found:
            pen.body(pen.say("contradictions.none"))
            return
        pen.body(self._contradiction_counts(), pen.say("contradictions.treatment"))
        grave = [line for line in found if line.finding.severity != "low"]
        evidence.contradictions(pen, grave, self.lines)
        slight = [line for line in found if line.finding.severity == "low"]
        if slight:
            pen.body(
                pen.say(
                    "contradictions.slight",
                    count=pen.count("findings.low", [line.key for line in slight]),
                )
            )

    def _contradiction_counts(self) -> Text:
        pen = self.pen
        found = pen.snapshot.findings
        if not found:
            return pen.say("contradictions.none")
        by_severity = {
            severity: pen.count(
                f"findings.{severity}",
                [line.key for line in found if line.finding.severity == severity],
            )
            for severity in ("high", "medium", "low")
        }
        touched = {
            item for line in found if line.finding.severity != "low" for item in line.finding.items
        }
        targets = [line for line in self.lines if line.id in touched]
        return pen.say(
            "contradictions.counts",
            count=pen.count("findings", [line.key for line in found]),
            **by_severity,
            targets=pen.count("findings.targets", targets),
        )

    def _conclusions(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("conclusions.heading"))
        pen.heading(2, pen.say("conclusions.verdict.heading"))
        pen.body(pen.say("conclusions.verdict", **self._counts("all", self.lines)))
        decided = [*self._of("meets"), *self._of("fails")]
        if decided:
            pen.body(
                *(
                    pen.say(f"conclusions.names.{verdict}", names=pen.named_with_aim(found))
                    for verdict in ("meets", "fails")
                    if (found := self._of(verdict))
                )
            )
            pen.body(
                pen.say(
                    "conclusions.decided",
                    decided=pen.count("decided", decided),
                    met=pen.count("all.meets", self._of("meets")),
                    share=pen.figure(
                        "share.met",
                        f"{100 * len(self._of('meets')) / len(decided):.1f}%",
                        "count",
                        [line.id for line in decided],
                    ),
                )
            )
        evidence.settle(pen, self.lines, self.table)
        evidence.clarify(pen, self._grave())
        evidence.next_plan(pen)

    # Counts -------------------------------------------------------------------------------

    def _of(self, verdict: Verdict) -> list[TargetLine]:
        return [line for line in self.lines if line.verdict == verdict]

    def _frame(self) -> dict[str, Part]:
        pen, plan = self.pen, self.pen.snapshot.plan
        return {
            "title": pen.fact("title", plan.title),
            "start": pen.fact("start", str(plan.start_year)),
            "end": pen.fact("end", str(plan.end_year)),
            "total": pen.count("all.targets", self.lines),
            "as_of": pen.fact("as_of", self.occasion.as_of),
        }

    def _counts(self, key: str, lines: Sequence[TargetLine]) -> dict[str, Part]:
        pen = self.pen
        counts: dict[str, Part] = {
            verdict: pen.count(
                f"{key}.{verdict}", [line for line in lines if line.verdict == verdict]
            )
            for verdict in VERDICTS
        }
        return {**counts, "total": pen.count(f"{key}.targets", lines)}

    def _tally(self, key: str, lines: Sequence[TargetLine]) -> Text:
        """已达到3项、无法判断2项: verdicts that occur."""
        pen = self.pen
        parts = []
        for verdict in VERDICTS:
            found = [line for line in lines if line.verdict == verdict]
            if found:
                count = pen.count(f"{key}.{verdict}", found)
                parts.append(
                    pen.say("tally", word=pen.wording.word(f"verdict.{verdict}"), count=count)
                )
        return joined(parts, pen.wording.word("list_mark"))
