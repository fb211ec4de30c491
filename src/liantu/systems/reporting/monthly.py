"""The monthly bulletin (月通报): how the units filed, what they filed comes to, what changed."""

from __future__ import annotations

from collections.abc import Sequence

from liantu.systems.dispatch.edition import Change, EditionRef
from liantu.systems.dispatch.paper import Annex, Block, LightsBar, LightsChart, Row
from liantu.systems.dispatch.pen import Pen, row
from liantu.systems.dispatch.wording import Part, joined
from liantu.systems.reporting.changes import table_of_changes
from liantu.systems.reporting.errata import Slip
from liantu.systems.reporting.gathering import CycleGathered, Gathered, UnitFiled, UnitSum
from liantu.systems.targets.summary import LIGHTS
from liantu.words import words


class Monthly:
    """Writes the bulletin from what was gathered, by the pen that all papers are written with."""

    def __init__(
        self, pen: Pen, gathered: Gathered, slips: Sequence[Slip], changes: Sequence[Change],
        previous: EditionRef | None,
    ) -> None:  # fmt: skip
        self.pen, self.gathered, self.slips = pen, gathered, slips
        self.changes, self.previous = changes, previous

    def figures(self) -> None:
        """The body, one section after another."""
        self._filing()
        for each in self.gathered.cycles:
            if each.sums:
                self._sums(each)
        self._changes()
        self._errata()
        self._next()

    def body(self) -> tuple[Block, ...]:
        """The text as written so far."""
        return self.pen.taken()

    def annexes(self) -> tuple[Annex, ...]:
        """Every unit's filing, cycle by cycle."""
        pen = self.pen
        for each in self.gathered.cycles:
            columns = [
                pen.column("unit", 24), pen.column("light", 18), pen.column("state", 16),
                pen.column("late", 12, "right"), pen.column("rows", 12, "right"),
                pen.column("warnings", 9, "right"), pen.column("score", 9, "right"),
            ]  # fmt: skip
            rows = [self._unit_row(each, unit) for unit in each.units]
            key = each.rule.id
            pen.table(pen.say("filing.table", name=pen.fact(f"{key}.name", each.rule.zh)),
                      columns, rows, "small")  # fmt: skip
        pen.note(pen.say("filing.score_note"))
        return (Annex(title=pen.wording.word("annex.filing"), blocks=pen.taken()),)

    def _unit_row(self, each: CycleGathered, unit: UnitFiled) -> Row:
        pen, mark = self.pen, f"{each.rule.id}.{unit.unit}"

        def said(part: str, shown: str) -> Part:
            return pen.figure(f"{mark}.{part}", shown, "record", [self._place(each, mark)])

        score = pen.wording.word("none") if unit.score is None else f"{unit.score:.0f}"
        return row(
            self._name(each, unit),
            pen.light(unit.light, pen.wording.word(f"light.{unit.light}")),
            said("state", words().say(f"cycles.state.{unit.state}", "zh")),
            said("late", str(unit.late)),
            said("rows", f"{unit.rows}/{unit.expected}"),
            said("warnings", str(unit.warnings)),
            said("score", score),
        )

    def _name(self, each: CycleGathered, unit: UnitFiled) -> Part:
        return self.pen.figure(f"{each.rule.id}.{unit.unit}.name", unit.name, "record")

    # Sections -----------------------------------------------------------------------------

    def _place(self, each: CycleGathered, mark: str) -> str:
        return f"{each.rule.table}/{each.cycle.period}/{mark}@{each.cycle.vintage}"

    def _filing(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("filing.heading"))
        for each in self.gathered.cycles:
            key, units = each.rule.id, each.units
            late = [unit for unit in units if unit.late]
            waived = [unit for unit in units if unit.state == "waived"]
            parts: list[Part] = [
                pen.say(
                    "filing.lead",
                    name=pen.fact(f"{key}.name", each.rule.zh),
                    units=pen.count(f"{key}.units", [unit.unit or "-" for unit in units]),
                    timely=pen.total(f"{key}.timely", len(units) - len(late)),
                    late=pen.total(f"{key}.late", len(late)),
                    waived=pen.total(f"{key}.waived", len(waived)),
                    vintage=pen.fact(f"{key}.vintage", each.cycle.vintage),
                )
            ]
            if late:
                named = joined(
                    (
                        pen.say(
                            "filing.late_one",
                            name=pen.figure(f"{key}.{unit.unit}.name", unit.name, "record"),
                            days=pen.figure(f"{key}.{unit.unit}.late", str(unit.late), "record",
                                            [self._place(each, f"{key}.{unit.unit}")]),
                        )
                        for unit in late
                    ),
                    pen.wording.word("list_mark"),
                )  # fmt: skip
                parts.append(pen.say("filing.late", names=named))
            pen.body(*parts)
        pen.blocks.append(self._chart())

    def _chart(self) -> LightsChart:
        pen = self.pen
        bars = tuple(
            LightsBar(
                label=each.rule.zh,
                counts={light: sum(unit.light == light for unit in each.units) for light in LIGHTS},
            )
            for each in self.gathered.cycles
        )
        names = {light: pen.wording.word(f"light.{light}") for light in LIGHTS}
        alt = "；".join(
            f"{bar.label}：" + "，".join(f"{names[k]}{n}" for k, n in bar.counts.items() if n)
            for bar in bars
        )
        caption = pen.chart_caption("filing.chart")
        return LightsChart(caption=caption, alt=alt, bars=bars, words=names)

    def _sums(self, each: CycleGathered) -> None:
        pen = self.pen
        pen.heading(1, pen.say("sums.heading", name=pen.fact(f"{each.rule.id}.name", each.rule.zh)))
        totals = [one for one in each.sums if one.unit == ""]
        pen.body(
            *(self._total(each, one) for one in totals),
            pen.say("sums.method"),
        )
        columns = [pen.column("unit", 22)]
        # Where nobody filed the year before, there is no growth to print.
        grows = {one.column.name for one in totals if one.growth is not None}
        width = 78 / (len(totals) + len(grows))
        for one in totals:
            measure = one.column.written_unit
            title = f"{one.column.zh}（{measure}）" if measure else one.column.zh
            figure = pen.column("unit", width, "right").model_copy(update={"title": title})
            columns += [figure]
            columns += [pen.column("growth", width, "right")] if one.column.name in grows else []
        rows = []
        for unit in each.units:
            cells: list[Part] = [
                pen.figure(f"{each.rule.id}.{unit.unit}.name", unit.name, "record")
            ]
            for one in totals:
                shown, growth = self._cells(each, each.sum_of(unit.unit, one.column.name))
                cells += [shown, growth] if one.column.name in grows else [shown]
            rows.append(row(*cells))
        pen.table(pen.say("sums.table", name=pen.fact(f"{each.rule.id}.name", each.rule.zh)),
                  columns, rows)  # fmt: skip

    def _total(self, each: CycleGathered, one: UnitSum) -> Part:
        pen = self.pen
        figure, growth = self._cells(each, one)
        unit = one.column.written_unit
        key = "sums.total" if one.growth is not None else "sums.total_alone"
        parts: dict[str, Part] = {"name": one.column.zh, "amount": figure, "unit": unit}
        if one.growth is not None:
            parts |= {
                "growth": growth,
                "compared": pen.total(f"{each.rule.id}.{one.column.name}.compared", one.compared),
            }
        return pen.say(key, **parts)

    def _cells(self, each: CycleGathered, one: UnitSum | None) -> tuple[Part, Part]:
        none = self.pen.wording.word("none")
        if one is None:
            return none, none
        mark = f"{each.rule.id}.{one.unit or 'all'}.{one.column.name}"
        refs = [self._place(each, mark)]
        factor = one.column.factor(one.column.written_unit) if one.column.written_unit else 1.0
        shown = self.pen.figure(mark, _printed(one.amount / factor), "record", refs)
        if one.growth is None:
            return shown, none
        grown = f"{one.growth:+.1%}".replace("-", "−")
        return shown, self.pen.figure(f"{mark}.growth", grown, "record", refs)

    def _changes(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("changes.heading"))
        if self.previous is None:
            pen.body(pen.say("changes.first"))
            return
        named = self.pen.fact("previous", f"{self.previous.number}")
        if not self.changes:
            pen.body(pen.say("changes.none", number=named))
            return
        pen.body(pen.say("changes.lead", number=named,
                         count=pen.total("changes", len(self.changes))))  # fmt: skip
        table_of_changes(pen, self.changes, 46)

    def _errata(self) -> None:
        pen = self.pen
        if not self.slips:
            return
        pen.heading(1, pen.say("errata.heading"))
        for n, slip in enumerate(self.slips):
            pen.body(
                pen.figure(
                    f"erratum.{n}",
                    pen.wording.word("errata.line").format(
                        number=slip.number, day=slip.day, unit=slip.unit, what=slip.what,
                        before=slip.before, after=slip.after, reason=slip.reason,
                    ),
                    "record",
                    [f"{slip.cycle}/{self.gathered.period.code}/erratum/{slip.number}"],
                )
            )  # fmt: skip

    def _next(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("next.heading"))
        waived = [
            (each, unit)
            for each in self.gathered.cycles
            for unit in each.units
            if unit.state == "waived"
        ]
        if not waived:
            pen.body(pen.say("next.none"))
            return
        names = joined(
            (
                pen.figure(f"{each.rule.id}.{unit.unit}.name", unit.name, "record")
                for each, unit in waived
            ),
            pen.wording.word("list_mark"),
        )
        pen.body(pen.say("next.waived", names=names))


def _printed(amount: float) -> str:
    """A sum with its thousands parted; small ones keep a decimal."""
    if abs(amount) >= 100 or float(amount).is_integer():
        return f"{amount:,.0f}".replace("-", "−")
    return f"{amount:,.2f}".replace("-", "−")
