"""The section of a paper that says what changed since the edition before."""

from __future__ import annotations

from collections.abc import Sequence

from liantu.systems.dispatch.edition import Change, EditionRef
from liantu.systems.dispatch.paper import Row
from liantu.systems.dispatch.pen import Pen, row
from liantu.systems.dispatch.wording import Part, joined

FIGURES = ("figure_added", "figure_revised", "figure_withdrawn")
CONFLICTS = ("conflict_added", "conflict_gone")
OTHER = ("target_added", "target_gone", "finding_added", "finding_gone")


def write_changes(
    pen: Pen, changes: Sequence[Change], previous: EditionRef, *, turned: str
) -> None:
    """Heading, one sentence of counts, and a table for each kind of difference.

    Args:
        turned: ``light`` or ``verdict``: which of the two the paper speaks of.
    """
    pen.heading(1, pen.say("changes.heading"))
    against = pen.say(
        "changes.against",
        period=pen.fact("previous.period", previous.period_label),
        number=pen.fact("previous.number", str(previous.number)),
        vintage=pen.fact("previous.vintage", previous.vintage),
    )
    if not changes:
        pen.body(against, pen.say("changes.none"))
        return
    pen.body(against, *_counts(pen, changes, turned))
    _table(pen, changes, f"{turned}s_table", (turned,))
    _table(pen, changes, "figures_table", FIGURES, kinds=True)
    _table(pen, changes, "conflicts_table", CONFLICTS, kinds=True)
    _table(pen, changes, "other_table", OTHER, kinds=True)


def _counts(pen: Pen, changes: Sequence[Change], turned: str) -> list[Part]:
    """One clause for each kind of difference that occurs."""
    clauses = []
    for kind in (turned, *FIGURES, *CONFLICTS, *OTHER):
        found = [str(place) for place, one in enumerate(changes) if one.kind == kind]
        if found:
            clauses.append(pen.say(f"changes.{kind}", count=pen.count(f"change.{kind}", found)))
    return [joined(clauses, pen.wording.word("clause_mark")), pen.wording.word("stop")]


def _table(
    pen: Pen, changes: Sequence[Change], caption: str, wanted: Sequence[str], *, kinds: bool = False
) -> None:
    found = [(place, one) for place, one in enumerate(changes) if one.kind in wanted]
    if not found:
        return
    sentences = wanted[0] in (*CONFLICTS, *OTHER)
    columns = [
        *([pen.column("change", 14, "center")] if kinds else []),
        pen.column("item", 24 if sentences else 40),
        pen.column("before", 31 if sentences else 23),
        pen.column("after", 31 if sentences else 23),
    ]
    pen.table(
        pen.say(f"changes.{caption}"),
        columns,
        (_row(pen, place, one, kinds) for place, one in found),
    )


def _row(pen: Pen, place: int, one: Change, kinds: bool) -> Row:
    def part(side: str, words: str, cites: tuple[int, ...] = ()) -> Part:
        if not words:
            return pen.wording.word("none")
        figure = pen.figure(f"change.{place}.{side}", words, "change", [str(place)])
        return pen.cited(figure, cites)

    return row(
        *([pen.wording.word(f"change.{one.kind}")] if kinds else []),
        part("name", one.name),
        part("before", one.before),
        part("after", one.after, one.cites),
    )
