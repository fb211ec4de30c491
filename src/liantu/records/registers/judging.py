"""A record entered on a page is held to the rules that a file is held to at the door."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.utils import timezone

from liantu.errors import InvalidRecords, Message
from liantu.records.doors.agreeing import judge_agreements
from liantu.records.doors.grid import ROW
from liantu.records.doors.judge import judge_columns, judge_references, judge_rows
from liantu.records.doors.problems import Log, Problem, RejectedRows
from liantu.records.registers.register import Register, register_of
from liantu.records.tables.agreement import Agreement, asked_of
from liantu.records.tables.declared import CrossCheck, Table, load_tables


@dataclass(frozen=True)
class Verdict:
    """What is wrong with a record (errors) and what a person should look at (warnings).

    Each with the column it is about; empty where it is about the row.
    """

    errors: tuple[tuple[str, Message], ...]
    warnings: tuple[tuple[str, Message], ...]


def judge_edit(table: Table, row: pl.DataFrame, changed: Collection[str]) -> None:
    """Check the changed cells of one row, and the row's cross-checks.

    Cells that were not touched are not judged again: a rule made stricter since must not stand
    in the way of mending another cell.

    Raises:
        InvalidRecords: with one message a problem.
    """
    _refuse(judge(table, row, changed))


def judge_record(reg: Register, row: pl.DataFrame, changed: Collection[str]) -> None:
    """As :func:`judge_edit`, of a record of a register with the records that it names.

    Raises:
        InvalidRecords: with one message a problem.
    """
    _refuse(judge(reg.table, row, changed), judge_links(reg, row, changed))


def _refuse(*verdicts: Verdict) -> None:
    problems = [message for verdict in verdicts for _, message in verdict.errors]
    if problems:
        raise InvalidRecords(
            f"修改没有保存：{' '.join(p.zh for p in problems)}",
            f"Nothing was saved: {' '.join(p.en for p in problems)}",
            problems,
        )


def judge(table: Table, row: pl.DataFrame, changed: Collection[str]) -> Verdict:
    """Errors and warnings of the changed cells of one row, and of the row's cross-checks.

    Args:
        table: a register or a series.
        row: all declared columns, in their stored units.
        changed: columns to be judged.
    """
    names = list(table.by_name)
    numbered = row.select(names).with_columns(pl.lit(1, dtype=pl.UInt32).alias(ROW))
    log = Log()
    touched = frozenset(changed)
    judge_columns(numbered, table, touched, timezone.localdate(), log)
    checks = tuple(one for one in table.checks if touched.intersection(_about(one)))
    narrowed = table.model_copy(update={"checks": checks})
    judge_rows(numbered, narrowed, frozenset(names), log)
    errors, warnings = (_said(found, table) for found in (log.errors, log.warnings))
    return Verdict((*_choices(table, row, touched), *errors), warnings)


def _about(check: CrossCheck) -> set[str]:
    """Words of its expression, the columns that it speaks of among them."""
    return {*re.findall(r"\w+", check.expression), *check.columns}


def judge_links(reg: Register, row: pl.DataFrame, changed: Collection[str]) -> Verdict:
    """Codes among the changed cells that their register does not know, names that do not fit."""
    numbered = row.select(reg.columns).with_columns(pl.lit(1, dtype=pl.UInt32).alias(ROW))
    touched = frozenset(changed)
    log = Log()
    judge_references(numbered, reg.table, touched, _known_of(reg, row, touched), log)
    rules = tuple(rule for rule in reg.table.agreements if touched.intersection(rule.cells))
    narrowed = reg.table.model_copy(update={"agreements": rules})
    cells = frozenset(name for rule in rules for name in rule.cells)
    # Against the register as it stands: a record is not held against what it says of itself.
    judge_agreements(numbered, narrowed, cells, _known_of(reg, row, cells, rules), log)
    return Verdict(_said(log.errors, reg.table), _said(log.warnings, reg.table))


def _known_of(
    reg: Register, row: pl.DataFrame, cells: Collection[str], rules: Sequence[Agreement] = ()
) -> dict[str, pl.DataFrame]:
    """What the registers say of the codes in some cells of one row, as the doors ask for it."""
    narrowed = [reg.table.model_copy(update={"agreements": tuple(rules)})]
    known = {}
    for column, target in reg.table.references:
        code = row[column.name][0]
        if column.name in cells and code is not None:
            more = asked_of(target, narrowed, load_tables())
            whole = any(rule.apart and reg.table[rule.ours] == column for rule in rules)
            known[target] = _known(register_of(target), None if whole else code, more)
    return known


def _known(target: Register, code: str | None, more: Sequence[str]) -> pl.DataFrame:
    """What a register says of a code, or of all; one other row where it does not know it."""
    name = "name" if "name" in target.table.by_name else target.table.key[0]
    columns = [target.table.key[0], name, *more]
    rows = target.model.objects.order_by()
    wanted = rows if code is None else rows.filter(**{target.table.key[0]: code})
    found = list(wanted.values_list(*columns)[: None if code is None else 10])
    found = found or list(rows.values_list(*columns)[:1])
    named = dict(zip(columns[2:], (target.table[n].dtype for n in more), strict=True))
    return pl.DataFrame(
        found, schema={"code": pl.String(), "name": pl.String(), **named}, orient="row"
    )


def remarks(reg: Register, values: Mapping[str, Any]) -> list[Message]:
    """What a person should look at in a record as it stands."""
    row = pl.DataFrame([values], schema=reg.table.dtypes)
    verdicts = (judge(reg.table, row, reg.columns), judge_links(reg, row, reg.columns))
    return [message for v in verdicts for _, message in (*v.errors, *v.warnings)]


def _said(found: list[pl.DataFrame], table: Table) -> tuple[tuple[str, Message], ...]:
    if not found:
        return ()
    rows = RejectedRows(pl.DataFrame({ROW: [1]}), pl.concat(found))
    return tuple((problem.column, _one(problem, table)) for row in rows for problem in row.problems)


def _one(problem: Problem, table: Table) -> Message:
    """One sentence; of a cross-check its own words with the cells that it is about."""
    said = table.sentences.get(problem.code)
    if said is None:
        return problem.message
    return Message(f"{said.zh}（{problem.found}）。", f"{said.en} ({problem.found}).")


def _choices(
    table: Table, row: pl.DataFrame, touched: Collection[str]
) -> list[tuple[str, Message]]:
    """Coded values that are none of the declared ones."""
    found = []
    for column in table.columns:
        value = row[column.name][0]
        codes = [choice.code for choice in column.choices]
        if column.name in touched and codes and value is not None and value not in codes:
            listed = [f"{choice.code} {choice.zh}" for choice in column.choices]
            message = Message(
                f"{column.zh} “{value}”，应为 {'、'.join(listed)} 之一。",
                f"{column.name}: found “{value}”, expected one of {', '.join(codes)}.",
            )
            found.append((column.name, message))
    return found
