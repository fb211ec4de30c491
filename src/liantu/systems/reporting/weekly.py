"""The weekly report (周报告): who filed in the week, who is late, what falls due next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils import timezone

from liantu.errors import NothingToCompute, UsageError
from liantu.records.moments import moment_of
from liantu.systems.dispatch.edition import Change, EditionRef
from liantu.systems.dispatch.paper import Annex, Block
from liantu.systems.dispatch.pen import Pen, row
from liantu.systems.reporting.agenda import DueDay, agenda
from liantu.systems.reporting.changes import table_of_changes
from liantu.systems.reporting.models import Cycle, Passage
from liantu.systems.reporting.periods import Period, period_of
from liantu.systems.reporting.rules import cycle_rule
from liantu.systems.reporting.standing import Board, board

STEPS = ("file", "accept", "send_back", "waive", "reopen", "publish", "correct")
"""Steps that the report counts, in this order."""


@dataclass(frozen=True)
class Week:
    """What a week came to."""

    period: Period
    moment: datetime
    """As of when it is told."""
    boards: tuple[Board, ...]
    steps: tuple[tuple[str, int], ...]
    due: tuple[DueDay, ...]


def week_of(code: str, now: datetime, as_of: str | None = None) -> Week:
    """The week as it stood at a moment: by default its end, while it runs now.

    Told from the steps that were taken up to then: it can be told again at any time.

    Args:
        as_of: a day or time within the week, or the batch that ended then.

    Raises:
        InvalidPeriod: no such week.
        UsageError: the week has not begun, or the moment lies outside it.
        NotFound: no such batch.
        NothingToCompute: no period was opened by then.
    """
    period = period_of(code, "week")
    zone = timezone.get_current_timezone()
    first = datetime.combine(period.start, time.min, zone)
    last = _moment(period, first, now, as_of)
    day = timezone.localtime(last).date()
    cycles = Cycle.objects.filter(opened_at__lte=last)
    boards = tuple(board(cycle, day, last) for cycle in cycles)
    going = tuple(
        each for each in boards
        if each.top.sheet.state != "published" or each.top.sheet.entered_at >= first
    )  # fmt: skip
    if not going:
        raise NothingToCompute(
            f"{period.code} 没有进行中的报送期。请先开期（liantu cycles open）。",
            f"No period was going on in {period.code}. Open one first (liantu cycles open).",
        )
    taken = Passage.objects.filter(at__gte=first, at__lte=last)
    steps = tuple((step, taken.filter(step=step).count()) for step in STEPS)
    due = tuple(agenda(period.end + timedelta(days=1), period.end + timedelta(days=7)))
    return Week(period, last, going, steps, due)


def _moment(period: Period, first: datetime, now: datetime, as_of: str | None) -> datetime:
    if first > now:
        raise UsageError(
            f"{period.code} 自 {period.start} 开始，还没有可报告的内容。",
            f"{period.code} begins on {period.start}; there is nothing to report yet.",
        )
    last = min(now, datetime.combine(period.end, time.max, first.tzinfo))
    asked = moment_of(as_of)
    if asked is None:
        return last
    # The end of the day that runs is now.
    asked = now if now < asked and timezone.localtime(asked).date() == now.date() else asked
    if not first <= asked <= last:
        end = timezone.localtime(last).strftime("%Y-%m-%d %H:%M")
        raise UsageError(
            f"时点 {as_of} 不在 {period.code}（{period.start} 至 {end}）之内。请改正时点或报告期。",
            f"The moment {as_of} does not lie within {period.code} ({period.start} to {end})."
            " Mend the moment or the week.",
        )
    return asked


class Weekly:
    """Writes the report from a week."""

    def __init__(
        self, pen: Pen, week: Week, changes: Sequence[Change], previous: EditionRef | None
    ) -> None:
        self.pen, self.week, self.changes, self.previous = pen, week, changes, previous

    def figures(self) -> None:
        """The body, one section after another."""
        self._going()
        self._steps()
        self._late()
        self._changes()
        self._due()

    def body(self) -> tuple[Block, ...]:
        """The text as written so far."""
        return self.pen.taken()

    def annexes(self) -> tuple[Annex, ...]:
        """None."""
        return ()

    def _going(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("going.heading"))
        columns = [pen.column("cycle", 34), pen.column("due", 18),
                   *(pen.column(name, 12, "right") for name in
                     ("units", "open", "filed", "settled"))]  # fmt: skip
        rows = []
        for each in self.week.boards:
            key, counts = f"{each.cycle.rule}.{each.cycle.period}", each.counts
            counts = {**counts, "settled": counts["accepted"] + counts["waived"]}
            named = f"{cycle_rule(each.cycle.rule).zh} {each.cycle.period}"
            rows.append(
                row(
                    pen.figure(f"{key}.name", named, "record"),
                    pen.figure(f"{key}.due", each.cycle.due_on.isoformat(), "record"),
                    *(
                        pen.figure(f"{key}.{name}", str(counts[name]), "record", [key])
                        for name in ("units", "open", "filed", "settled")
                    ),
                )
            )
        pen.body(pen.say("going.lead", cycles=pen.total("cycles", len(self.week.boards))))
        pen.table(pen.say("going.table"), columns, rows)

    def _steps(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("steps.heading"))
        pen.body(
            pen.say(
                "steps.lead",
                **{step: pen.total(f"step.{step}", count) for step, count in self.week.steps},
            )
        )

    def _late(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("late.heading"))
        late = [
            (each, line) for each in self.week.boards for line in each.leaves
            if line.light == "behind"
        ]  # fmt: skip
        if not late:
            pen.body(pen.say("late.none"))
            return
        pen.body(pen.say("late.lead", count=pen.total("late", len(late))))
        columns = [pen.column("unit", 34), pen.column("cycle", 46), pen.column("days", 20, "right")]
        rows = []
        for each, line in late:
            key = f"{each.cycle.rule}.{each.cycle.period}.{line.sheet.level}:{line.sheet.unit}"
            named = f"{cycle_rule(each.cycle.rule).zh} {each.cycle.period}"
            rows.append(
                row(
                    pen.figure(f"{key}.unit", line.sheet.unit_name, "record"),
                    pen.figure(f"{key}.cycle", named, "record"),
                    pen.figure(f"{key}.late", str(line.late), "record", [key]),
                )
            )
        pen.table(pen.say("late.table"), columns, rows)

    def _changes(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("changes.heading"))
        if self.previous is None:
            pen.body(pen.say("changes.first"))
            return
        number = pen.fact("previous", f"{self.previous.number}")
        pen.body(
            pen.say("changes.lead", number=number, count=pen.total("changes", len(self.changes)))
        )
        if self.changes:
            table_of_changes(pen, self.changes, 60)

    def _due(self) -> None:
        pen = self.pen
        pen.heading(1, pen.say("due.heading"))
        if not self.week.due:
            pen.body(pen.say("due.none"))
            return
        columns = [pen.column("due", 20), pen.column("cycle", 44), pen.column("lead", 36)]
        rows = (
            row(
                pen.figure(f"due.{n}.day", each.due.isoformat(), "record"),
                pen.figure(f"due.{n}.cycle", f"{each.cycle.zh} {each.period.code}", "record"),
                pen.figure(f"due.{n}.lead", each.cycle.lead.zh, "record"),
            )
            for n, each in enumerate(self.week.due)
        )
        pen.table(pen.say("due.table"), columns, rows)
