"""What people type into fields, read as the doors read the cells of a file."""

from __future__ import annotations

from typing import Any

import polars as pl

from liantu.errors import Message, UsageError
from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log, RejectedRows
from liantu.records.doors.typed import read_column, whole
from liantu.records.tables.declared import Column, Grain


def read_texts(
    column: Column, text: str, grain: Grain | None = None, *, stored: bool = False
) -> tuple[Any, list[Message]]:
    """The value of a text in the unit that the column shows, and what is wrong with it.

    ``stored``: in the unit that is stored.
    """
    log = Log()
    rows = pl.Series(ROW, [1], dtype=pl.UInt32)
    said = column.unit if stored else column.written_unit
    unit = said if column.numeric and said else None
    cells = pl.Series(column.name, [text], dtype=pl.String)
    values = read_column(cells, column, unit, grain, rows, log)
    if column.type == "integer":
        values = whole(values, column, rows, log)
    errors, _ = log.frames()
    return values.cast(column.dtype)[0], messages(errors)


def messages(errors: pl.DataFrame) -> list[Message]:
    """Problems of one field as sentences, which stand beside the field and need not name it."""
    if errors.is_empty():
        return []
    rejected = RejectedRows(pl.DataFrame({ROW: [1]}), errors)
    return [
        Message(
            f"“{problem.found}”，应为{problem.expected.zh}。",
            f"Found “{problem.found}”, expected {problem.expected.en}.",
        )
        for row in rejected
        for problem in row.problems
    ]


def read_cell(
    column: Column, text: str, grain: Grain | None = None, *, stored: bool = False
) -> Any:
    """The value of a text, as :func:`read_texts`.

    Raises:
        UsageError: it cannot be read as the column's type; the message says what is expected.
    """
    value, problems = read_texts(column, text, grain, stored=stored)
    if problems:
        raise UsageError(
            f"{column.zh} {problems[0].zh}请改正后重试。",
            f"{column.name}: {problems[0].en} Mend it and try again.",
        )
    if value is None:
        raise UsageError(
            f"{column.zh}“{text[:40]}”没有可读的值，应为具体的值。请改正。",
            f"{column.name}: {text[:40]!r} says no value; expected one. Mend it.",
        )
    return value
