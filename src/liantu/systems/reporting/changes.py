"""The table of what a bulletin says otherwise than the one before it."""

from __future__ import annotations

from collections.abc import Sequence

from liantu.systems.dispatch.edition import Change
from liantu.systems.dispatch.pen import Pen, row


def table_of_changes(pen: Pen, changes: Sequence[Change], item: int) -> None:
    """Write the table; ``item`` is the width of the names, of 100, the rest goes to the figures."""
    width = (100 - item) / 2
    columns = [pen.column("item", item), pen.column("before", width, "right"),
               pen.column("after", width, "right")]  # fmt: skip
    rows = (
        row(
            pen.figure(f"change.{n}.name", one.name, "change"),
            pen.figure(f"change.{n}.before", one.before or "—", "change"),
            pen.figure(f"change.{n}.after", one.after or "—", "change"),
        )
        for n, one in enumerate(changes)
    )
    pen.table(pen.say("changes.table"), columns, rows, "small")
