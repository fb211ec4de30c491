"""An edit on a page is held to the rules that a file is held to at the door."""

from __future__ import annotations

from collections.abc import Collection

import polars as pl
from django.utils import timezone

from liantu.errors import InvalidRecords, Message
from liantu.records.doors.grid import ROW
from liantu.records.doors.judge import judge_columns, judge_rows
from liantu.records.doors.problems import Log, RejectedRows
from liantu.records.registers.register import Register


def judge_edit(reg: Register, row: pl.DataFrame, changed: Collection[str]) -> None:
    """Check the changed cells of one row, and the row's cross-checks.

    Cells that were not touched are not judged again: a rule made stricter since must not stand
    in the way of mending another cell.

    Raises:
        InvalidRecords: with one message a problem.
    """
    numbered = row.select(reg.columns).with_columns(pl.lit(1, dtype=pl.UInt32).alias(ROW))
    log = Log()
    touched = frozenset(changed)
    judge_columns(numbered, reg.table, touched, timezone.localdate(), log)
    checks = tuple(check for check in reg.table.checks if touched.intersection(check.columns))
    narrowed = reg.table.model_copy(update={"checks": checks})
    judge_rows(numbered, narrowed, frozenset(reg.columns), log)
    errors, _ = log.frames()
    problems = [*_choices(reg, row, touched)]
    for rejected in RejectedRows(pl.DataFrame({ROW: [1]}), errors) if errors.height else ():
        problems += [problem.message for problem in rejected.problems]
    if problems:
        raise InvalidRecords(
            f"修改没有保存：{' '.join(p.zh for p in problems)}",
            f"Nothing was saved: {' '.join(p.en for p in problems)}",
            problems,
        )


def _choices(reg: Register, row: pl.DataFrame, touched: Collection[str]) -> list[Message]:
    """Coded values that are none of the declared ones."""
    found = []
    for column in reg.table.columns:
        value = row[column.name][0]
        codes = [choice.code for choice in column.choices]
        if column.name in touched and codes and value is not None and value not in codes:
            listed = [f"{choice.code} {choice.zh}" for choice in column.choices]
            found.append(
                Message(
                    f"{column.zh} “{value}”，应为 {'、'.join(listed)} 之一。",
                    f"{column.name}: found “{value}”, expected one of {', '.join(codes)}.",
                )
            )
    return found
