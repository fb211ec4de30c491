"""Corrections: a cell of the records mended by us, with the reason and what it must replace.

A correction never edits a source. It is a row of its own (``corrections`` file or table): table,
key, column, ``expect``, value, reason. ``expect`` is what the source says wrongly; once the
source says something else, it has mended itself, and the correction fails loudly, so that
nobody corrects a figure that is right.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import polars as pl

from liantu.errors import InvalidRecords, LiantuError, Message
from liantu.records.doors.problems import Log
from liantu.records.doors.typed import read_column, whole
from liantu.records.tables.declared import Column, Table, table

COLUMNS = ("table", "key", "column", "expect", "value", "reason")


@dataclass(frozen=True)
class Correction:
    """One cell: ``key`` holds the texts of the table's key columns in order.

    ``expect`` and ``value`` are written in the stored unit; empty means null.
    """

    table: str
    key: tuple[str, ...]
    column: str
    expect: str
    value: str
    reason: str

    @property
    def place(self) -> str:
        """``firm_year 9151… 2025 land_mu``, for messages."""
        return " ".join((self.table, *self.key, self.column))


def problem_of(correction: Correction) -> Message | None:
    """What is wrong with the correction itself."""
    if not correction.reason.strip():
        return Message(
            f"更正 {correction.place} 没有理由。请写明依据。",
            f"Correction {correction.place} gives no reason. Say what it rests on.",
        )
    try:
        declared = table(correction.table)
        column = declared[correction.column]
    except LiantuError as error:
        return error.message
    if len(correction.key) != len(declared.key):
        return Message(
            f"更正 {correction.place} 的主键应为 {'、'.join(declared.key)}。",
            f"The key of correction {correction.place} must be {', '.join(declared.key)}.",
        )
    if column.name in declared.key:
        return Message(
            f"更正 {correction.place} 改的是主键。主键不能更正，请另导入一行。",
            f"Correction {correction.place} changes a key, which cannot be. Import another row.",
        )
    return None


def apply_corrections(
    frame: pl.DataFrame, declared: Table, corrections: Iterable[Correction]
) -> pl.DataFrame:
    """Rows of a table with the corrections of that table made.

    Args:
        frame: rows as accepted, in the dtypes of the table.

    Raises:
        InvalidRecords: a correction whose row is gone or whose ``expect`` no longer holds; all
            such corrections are named, and none is made.
    """
    mine = [correction for correction in corrections if correction.table == declared.id]
    problems = [problem for each in mine if (problem := problem_of(each))]
    _raise(problems)
    for correction in mine:
        frame, problem = _apply(frame, declared, correction)
        if problem:
            problems.append(problem)
    _raise(problems)
    return frame


def _apply(
    frame: pl.DataFrame, declared: Table, correction: Correction
) -> tuple[pl.DataFrame, Message | None]:
    column = declared[correction.column]
    try:
        here = pl.all_horizontal(
            pl.col(name) == pl.lit(value_of(text, declared[name], declared))
            for name, text in zip(declared.key, correction.key, strict=True)
        )
        expect = value_of(correction.expect, column, declared)
        value = value_of(correction.value, column, declared)
    except InvalidRecords as error:
        return frame, error.message
    found = frame.filter(here)[column.name].to_list()
    if len(found) != 1:
        return frame, Message(
            f"更正 {correction.place} 应对应 1 行，找到 {len(found)} 行。"
            "请核对主键，或删去该更正。",
            f"Correction {correction.place} must meet 1 row, met {len(found)}. Check the key, or"
            " delete the correction.",
        )
    if found[0] != expect:
        return frame, Message(
            f"更正 {correction.place} 预期原值为“{correction.expect}”，现为“{found[0]}”："
            "来源已自行改正或再次变动。请复核后删去或改写该更正。",
            f"Correction {correction.place} expects “{correction.expect}”, found “{found[0]}”:"
            " the source has mended itself or changed again. Review it, then delete or rewrite"
            " the correction.",
        )
    new = pl.when(here).then(pl.lit(value, dtype=column.dtype)).otherwise(pl.col(column.name))
    return frame.with_columns(new.alias(column.name)), None


def value_of(text: str, column: Column, declared: Table, unit: str | None = None) -> Any:
    """One text as a value of the column; figures in ``unit``, by default the stored one.

    Raises:
        InvalidRecords: the text is none that the column can hold.
    """
    log, rows = Log(), pl.Series([0], dtype=pl.UInt32)
    unit = (column.unit if unit is None else unit) if column.numeric else None
    values = read_column(pl.Series([text]), column, unit, declared.grain, rows, log)
    if column.type == "integer":
        values = whole(values, column, rows, log)
    if log.errors:
        said = log.errors[0].row(0, named=True)
        raise InvalidRecords(
            f"“{text}”不能用于 {column.zh}：应为{said['expected_zh']}。",
            f"“{text}” cannot stand in {column.name}: expected {said['expected_en']}.",
        )
    return values.cast(column.dtype)[0]


def _raise(problems: list[Message]) -> None:
    if problems:
        raise InvalidRecords(
            "更正未执行：\n" + "\n".join(problem.zh for problem in problems),
            "No correction was made:\n" + "\n".join(problem.en for problem in problems),
            problems,
        )
