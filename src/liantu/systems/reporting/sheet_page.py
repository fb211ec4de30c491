"""What the page of a sheet shows: each row's figures, those of the period before, and remarks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import polars as pl

from liantu.errors import Message
from liantu.records.doors.problems import SCHEMA
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Column, Table, table
from liantu.systems.reporting.forms import (
    check_drafts,
    codes_of,
    columns_to_fill,
    names_of_entities,
    shown,
)
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.periods import Period, period_of
from liantu.systems.reporting.rows import Filed, by_level, filed, rows_of_unit
from liantu.words import words

FEW = 3
"""Columns of a row that the list shows, of those that hold figures; the form shows them all."""
_TIMES = 10
PER_PAGE = 50


@dataclass(frozen=True)
class Remark:
    """One problem of one cell; ``error`` keeps the sheet from being filed."""

    column: str
    error: bool
    zh: str
    en: str


@dataclass(frozen=True)
class Cell:
    """One column of one row: as filed or typed, the period before, the year before."""

    column: Column
    text: str
    before: str
    year: str
    change: str
    remarks: tuple[Remark, ...]

    @property
    def kind(self) -> str:
        """How it is entered."""
        if self.column.choices or self.column.type == "boolean":
            return "select"
        return "figure" if self.column.numeric else "date" if self.column.type == "date" else "text"

    @property
    def options(self) -> list[str]:
        """Choices of a coded column."""
        if self.column.type == "boolean":
            return ["是", "否"]
        return [choice.zh for choice in self.column.choices]


@dataclass(frozen=True)
class Row:
    """One row of a sheet. ``state``: ``missing``, ``draft`` or ``filed``."""

    code: str
    name: str
    state: str
    cells: tuple[Cell, ...]
    remarks: tuple[Remark, ...]

    few: tuple[Cell, ...] = ()
    """The first figures that anybody has, for the list."""

    @property
    def errors(self) -> int:
        """Remarks that keep it from being filed."""
        return sum(remark.error for remark in self.remarks)

    @property
    def warnings(self) -> int:
        """Remarks that do not."""
        return len(self.remarks) - self.errors


@dataclass(frozen=True)
class SheetView:
    """A sheet with its rows."""

    sheet: Sheet
    table: Table
    period: Period
    rows: tuple[Row, ...]
    columns: tuple[Column, ...] = field(default=())
    gaps: tuple[Message, ...] = ()
    """Totals that do not come to what was filed on its own."""

    @property
    def counts(self) -> dict[str, int]:
        """Rows by state, and remarks."""
        told = dict.fromkeys(("missing", "draft", "filed"), 0)
        for row in self.rows:
            told[row.state] += 1
        told["errors"] = sum(row.errors for row in self.rows)
        told["warnings"] = sum(row.warnings for row in self.rows) + len(self.gaps)
        return told


def view(sheet: Sheet) -> SheetView:
    """A leaf's rows, those due and those filed, by code."""
    declared, period = table(sheet.cycle.table), period_of(sheet.cycle.period)
    codes = codes_of(sheet)
    names = names_of_entities(declared, codes)
    by = by_level(sheet.level)
    now = filed(sheet)
    stood = _by_code(declared, now.rows)
    before = _by_code(declared, rows_of_unit(declared, period.shifted(-1), by, sheet.unit))
    year = _by_code(declared, rows_of_unit(declared, period.a_year_before, by, sheet.unit))
    remarks = _of_drafts(sheet) if sheet.drafts else {}
    for code, found in _of_findings(now.findings).items():
        if code not in sheet.drafts:
            remarks.setdefault(code, []).extend(found)
    columns = tuple(columns_to_fill(declared))
    rows = []
    for code in codes:
        said = remarks.get(code, [])
        draft = sheet.drafts.get(code)
        cells = tuple(
            _cell(
                column, draft, stood.get(code, {}), before.get(code, {}), year.get(code, {}), said
            )
            for column in columns
        )
        state = "draft" if draft is not None else "filed" if code in stood else "missing"
        rows.append(Row(code, names.get(code) or "", state, cells, tuple(said)))
    return SheetView(sheet, declared, period, _with_few(rows), columns, _gaps(now))


def _gaps(now: Filed) -> tuple[Message, ...]:
    """Each total that does not agree, in words."""
    rules = {rule.id: rule for rule in quality_rules().sums}
    told = []
    for row in now.gaps.iter_rows(named=True):
        rule = rules[row["sum"]]
        column = table(rule.whole)[rule.total]
        figures = {
            "parts": shown(column, row["parts"]), "whole": shown(column, row["whole"]),
            "unit": column.written_unit, "share": f"{row['share']:+.1%}".replace("-", "−"),
        }  # fmt: skip
        said = words().say
        told.append(
            Message(
                said("cycles.gap", "zh", name=rule.zh, **figures),
                said("cycles.gap", "en", name=rule.en, **figures),
            )
        )
    return tuple(told)


def _with_few(rows: list[Row]) -> tuple[Row, ...]:
    """The rows, each with the first columns in which some row has a figure, now or before."""
    used = [
        at
        for at, cell in enumerate(rows[0].cells if rows else ())
        if cell.column.numeric and any(row.cells[at].text or row.cells[at].before for row in rows)
    ][:FEW]
    return tuple(replace(row, few=tuple(row.cells[at] for at in used)) for row in rows)


def _cell(
    column: Column, draft: Mapping[str, str] | None, stood: Mapping[str, Any],
    before: Mapping[str, Any], year: Mapping[str, Any], said: list[Remark],
) -> Cell:  # fmt: skip
    now = stood.get(column.name)
    text = shown(column, now) if draft is None else draft.get(column.name, "")
    past = before.get(column.name)
    return Cell(
        column,
        text,
        shown(column, past),
        shown(column, year.get(column.name)),
        _change(text, shown(column, past)) if column.numeric else "",
        tuple(remark for remark in said if remark.column == column.name),
    )


def _change(now: str, before: str) -> str:
    """``+3.2%`` or ``×12`` against the period before; empty where it cannot be told."""
    try:
        here, there = float(now.replace(",", "")), float(before)
    except ValueError:
        return ""
    if there <= 0:
        return ""
    if here / there >= _TIMES:
        return f"×{here / there:,.0f}"
    share = here / there - 1
    return f"{share:+.1%}".replace("-", "−")


def _by_code(declared: Table, rows: pl.DataFrame) -> dict[str, dict[str, Any]]:
    return {row[declared.entity[0]]: row for row in rows.iter_rows(named=True)}


def _of_findings(found: pl.DataFrame) -> dict[str, list[Remark]]:
    told: dict[str, list[Remark]] = {}
    for row in found.iter_rows(named=True):
        told.setdefault(row["entity"], []).append(_remark(row, row["severity"] == "error"))
    return told


def _of_drafts(sheet: Sheet) -> dict[str, list[Remark]]:
    """What the doors say of each row as typed."""
    prepared = check_drafts(sheet)
    if prepared is None:
        return {}
    codes = sorted(sheet.drafts)
    told: dict[str, list[Remark]] = {}
    empty = pl.DataFrame(schema=SCHEMA)
    for frame, error in (
        (prepared.checked.rejected.problems if len(prepared.checked.rejected) else empty, True),
        (prepared.checked.warnings, False),
    ):
        for row in frame.iter_rows(named=True):
            at = row["row"] - 2  # the header is the first line of the file
            if 0 <= at < len(codes):
                told.setdefault(codes[at], []).append(_remark(row, error))
    return told


def _remark(row: Mapping[str, Any], error: bool) -> Remark:
    head_zh = f"{row['header']}“{row['found']}”" if row["header"] else f"“{row['found']}”"
    return Remark(
        row["column"],
        error,
        f"{head_zh}，应为{row['expected_zh']}。{row['fix_zh']}。",
        f"{row['column']} “{row['found']}”: expected {row['expected_en']}. {row['fix_en']}.",
    )
