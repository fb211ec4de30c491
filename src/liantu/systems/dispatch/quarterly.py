"""The quarterly dispatch (季度调度): where every target stands, what turned, what to do next."""

from __future__ import annotations

from liantu.systems.dispatch import annexes, evidence, tables
from liantu.systems.dispatch.changes_text import write_changes
from liantu.systems.dispatch.edition import TargetLine
from liantu.systems.dispatch.paper import Annex, Block
from liantu.systems.dispatch.pen import row
from liantu.systems.dispatch.wording import Part, joined
from liantu.systems.dispatch.writer import Writer
from liantu.systems.targets.state import Light
from liantu.systems.targets.summary import LIGHTS


class Quarterly(Writer):
    """Writes the paper from a snapshot and the differences to the edition before."""

    def body(self) -> tuple[Block, ...]:
        """The text, without annexes."""
        self._overall()
        self._changes()
        self._attention()
        self._unknown()
        self._contradictions()
        self._next()
        return self.pen.taken()

    def annexes(self) -> tuple[Annex, ...]:
        """Full table, figures set aside, conflicts, sources."""
        return (
            annexes.full_table(self.pen, self.lines, verdicts=False),
            *annexes.optional(
                annexes.wanted(self.pen, self.lines),
                annexes.set_aside(self.pen, self.lines),
                annexes.conflicts(self.pen, self.lines),
            ),
            annexes.sources(self.pen),
        )

    def _of(self, *lights: Light) -> list[TargetLine]:
        return [line for line in self.lines if line.light in lights]

    # Sections -----------------------------------------------------------------------------

    def _overall(self) -> None:
        pen, plan = self.pen, self.pen.snapshot.plan
        pen.heading(1, pen.say("overall.heading"))
        counts: dict[str, Part] = {
            light: pen.count(f"all.{light}", self._of(light)) for light in LIGHTS
        }
        sources = [one for one in pen.snapshot.sources if one.trust != "plan"]
        pen.body(
            pen.say(
                "overall.lead",
                title=pen.fact("title", plan.title),
                as_of=pen.fact("as_of", self.occasion.as_of),
                total=pen.count("all.targets", self.lines),
                **counts,
            ),
            self._table_part(),
            pen.say(
                "overall.data",
                vintage=pen.fact("vintage", self.occasion.vintage),
                used=pen.count("observations", [one.id for one in pen.snapshot.observations]),
                sources=pen.count("sources", [str(one.number) for one in sources]),
            ),
        )
        columns = [
            pen.column("group", 42),
            pen.column("targets", 12, "right"),
            *(pen.column(light, 19 if light == "unknown" else 15, "right") for light in LIGHTS),
        ]
        pen.table(pen.say("overall.table"), columns, tables.light_rows(pen, self.lines))
        pen.note(pen.say("overall.note"))
        pen.blocks.append(
            tables.lights_chart(pen, self.lines, caption="overall.chart", verdicts=False)
        )

    def _table_part(self) -> Part:
        table = [line for line in self.lines if line.from_table]
        if not table or len(table) == len(self.lines):
            return ""
        parts = [
            self.pen.say(
                "tally.light",
                word=self.pen.wording.word(f"light.{light}"),
                count=self.pen.count(f"table.{light}", found),
            )
            for light in LIGHTS
            if (found := [line for line in table if line.light == light])
        ]
        return self.pen.say(
            "overall.table_part",
            count=self.pen.count("table.targets", table),
            tally=joined(parts, self.pen.wording.word("list_mark")),
        )

    def _changes(self) -> None:
        if self.previous is not None:
            write_changes(self.pen, self.changes, self.previous, turned="light")
            return
        self.pen.heading(1, self.pen.say("changes.heading"))
        self.pen.body(self.pen.say("changes.first"))

    def _attention(self) -> None:
        pen = self.pen
        none = pen.wording.word("none")
        pen.heading(1, pen.say("attention.heading"))
        found = [*self._of("behind"), *self._of("watch")]
        if not found:
            pen.body(pen.say("attention.none"))
            return
        pen.body(
            pen.say(
                "attention.lead",
                behind=pen.count("all.behind", self._of("behind")),
                watch=pen.count("all.watch", self._of("watch")),
            )
        )
        paced = any(line.run_rate for line in found)
        columns = [
            pen.column("name", 20),
            pen.column("light", 13),
            pen.column("aim", 14),
            pen.column("attained", 18),
            pen.column("reason", 36 if paced else 50),
            *([pen.column("run_rate", 20)] if paced else []),
        ]
        rows = (
            row(
                pen.name(line),
                pen.light(line.light, pen.wording.word(f"light.{line.light}")),
                pen.aim(line),
                pen.attained(line, cited=False),
                pen.reason(line),
                *([pen.of(line, "run_rate", line.run_rate or none)] if paced else []),
            )
            for line in found
        )
        pen.table(pen.say("attention.table"), columns, rows)

    def _unknown(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("unknown.heading"))
        found = self._of("unknown")
        if not found:
            pen.body(pen.say("unknown.none"))
            return
        pen.body(evidence.why_unknown(pen, "unknown", found))
        # Targets of the text without any figure share one sentence; their rows would be alike.
        bare = [line for line in found if evidence.bare(line) and not line.from_table]
        shown = [line for line in found if line not in bare]
        if shown:
            columns = [
                pen.column("name", 20),
                pen.column("aim", 14),
                pen.column("have", 42),
                pen.column("lack", 34),
            ]
            rows = (
                row(
                    pen.name(line),
                    pen.aim(line),
                    pen.reason(line),
                    pen.of(line, "missing", "".join(line.missing) or pen.wording.word("none")),
                )
                for line in shown
            )
            pen.table(pen.say("unknown.table"), columns, rows)
        if bare:
            rest = pen.count("unknown.bare", bare)
            pen.body(pen.say("unknown.bare", count=rest, names=pen.named_with_aim(bare)))

    def _contradictions(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("contradictions.heading"))
        concerned = {line.id for line in self._of("behind", "watch", "unknown")}
        found = [line for line in self._grave() if concerned.intersection(line.finding.items)]
        if not found:
            pen.body(pen.say("contradictions.none"))
            return
        pen.body(
            pen.say(
                "contradictions.lead",
                count=pen.count("findings.relevant", [line.key for line in found]),
            )
        )
        evidence.contradictions(pen, found, self.lines)

    def _next(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("next_steps.heading"))
        behind = self._of("behind")
        if behind:
            pen.heading(2, pen.say("attention_next.heading"))
            pen.body(
                pen.say(
                    "attention_next", count=pen.count("all.behind", behind), names=pen.names(behind)
                )
            )
        evidence.settle(pen, self.lines, ())
        evidence.clarify(pen, self._grave())
