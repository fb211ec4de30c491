"""Filling a sheet: a form made from the declared table, a workbook to fill in, and what comes back.

Whatever way figures come – typed on the page or in a workbook – they pass the same doors as every
file, and only rows of the sheet's own unit and period go in.
"""

from __future__ import annotations

import csv
import io
import re
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from django.db import transaction

from liantu.errors import InvalidRecords, Message, NothingToCompute, StaleEdit, UsageError
from liantu.records import registers
from liantu.records.accept import Receipt
from liantu.records.doors.marks import STARTS
from liantu.records.doors.writing import write_whole
from liantu.records.filing_units import units_of_rows
from liantu.records.intake.preparing import Prepared, commit, prepare
from liantu.records.tables.declared import Column, Table, table
from liantu.systems.reporting.machine import locks
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.periods import period_of
from liantu.systems.reporting.rows import by_level, rows_of_unit
from liantu.words import words

_NAMED = 5


def columns_to_fill(declared: Table) -> list[Column]:
    """Columns that a person fills in: all but the key and the name beside it."""
    return [c for c in declared.columns if c.name not in declared.key and not c.names]


def shown(column: Column, value: Any) -> str:
    """A value as a person types it, in the unit of the form."""
    if value is None:
        return ""
    if column.type == "boolean":
        return "是" if value else "否"
    if column.choices:
        return {choice.code: choice.zh for choice in column.choices}.get(value, str(value))
    if not column.numeric:
        return str(value)
    figure = value / (column.factor(column.written_unit) if column.written_unit else 1.0)
    return f"{round(figure, 6):.6f}".rstrip("0").rstrip(".")


def names_of_entities(declared: Table, codes: tuple[str, ...]) -> dict[str, str]:
    """Code → name, as the register has it now."""
    target = {c.name: t for c, t in declared.references}.get(declared.entity[0])
    if target is None:
        return {}
    key = table(target).key[0]
    found: dict[str, str] = {}
    for start in range(0, len(codes), 900):
        rows = registers.at(target).filter(**{f"{key}__in": codes[start : start + 900]})
        found.update(rows.order_by("key").values_list(key, "name"))
    return found


def codes_of(sheet: Sheet) -> tuple[str, ...]:
    """Codes that the sheet shows: those due, and whoever filed besides."""
    declared, period = table(sheet.cycle.table), period_of(sheet.cycle.period)
    rows = rows_of_unit(declared, period, by_level(sheet.level), sheet.unit)
    return tuple(sorted({*sheet.expected, *rows[declared.entity[0]]}))


# Drafts ---------------------------------------------------------------------------------------


def save_draft(sheet: Sheet, code: str, cells: dict[str, str], *, seen: int | None = None) -> Sheet:
    """Keep what was typed for one row; it is no part of the records before the sheet is filed.

    Raises:
        UsageError: the sheet is filed or accepted, or the row is not one of its own.
        StaleEdit: somebody else changed the sheet meanwhile.
    """
    declared = table(sheet.cycle.table)
    names = {column.name for column in columns_to_fill(declared)}
    kept = {name: str(text).strip() for name, text in cells.items() if name in names}
    with transaction.atomic():
        row = Sheet.objects.select_for_update().select_related("cycle").get(pk=sheet.pk)
        _refuse_closed(row)
        if seen is not None and row.version != seen:
            raise StaleEdit(
                f"“{row.unit_name}”的报送表已由他人改动，草稿未保存。请重新打开后再填。",
                f"The sheet of {row.unit_name} was changed meanwhile; the draft was not kept.",
                expected=seen,
                found=row.version,
            )
        if code not in codes_of(row):
            raise UsageError(
                f"“{code[:60]}”不在“{row.unit_name}”本期应报之列。请先在名录中核对其所属。",
                f"{code[:60]!r} is none that {row.unit_name} files this period. Check the"
                " register.",
            )
        row.drafts = {**row.drafts, code: kept}
        row.version += 1
        row.save(update_fields=["drafts", "version"])
    return row


def _refuse_closed(sheet: Sheet) -> None:
    if not sheet.leaf:
        raise UsageError(
            f"“{sheet.unit_name}”是汇总表，不直接填报。请打开下级单位的报送表。",
            f"The sheet of {sheet.unit_name} only sums up; figures are filed in those below.",
        )
    if sheet.state != "open":
        word = words().say(f"cycles.state.{sheet.state}", "zh")
        raise UsageError(
            f"“{sheet.unit_name}”的报送表当前为“{word}”，不能填写。"
            + ("请先由上级取消接收。" if locks(sheet.state) else "请先撤回，改后重报。"),  # type: ignore[arg-type]
            f"The sheet of {sheet.unit_name} stands {sheet.state} and takes no figures. Recall or"
            " reopen it first.",
        )


def draft_file(sheet: Sheet, folder: Path) -> tuple[Path, tuple[str, ...]]:
    """What was typed, as a file for the door; and columns that were emptied by hand."""
    declared, period = table(sheet.cycle.table), period_of(sheet.cycle.period)
    columns = columns_to_fill(declared)
    rows = rows_of_unit(declared, period, by_level(sheet.level), sheet.unit)
    stood = {row[declared.entity[0]]: row for row in rows.iter_rows(named=True)}
    entity = declared[declared.entity[0]]
    memory = io.StringIO()
    writer = csv.writer(memory)
    writer.writerow([entity.header, declared[str(declared.period)].header,
                     *(column.header for column in columns)])  # fmt: skip
    emptied = set()
    for code, cells in sorted(sheet.drafts.items()):
        writer.writerow([code, period.code, *(_safe(cells.get(c.name, "")) for c in columns)])
        for column in columns:
            if not cells.get(column.name) and stood.get(code, {}).get(column.name) is not None:
                emptied.add(column.name)
    path = folder / f"{sheet.unit_name}-{period.code}.csv".replace("/", "_")
    path.write_text(memory.getvalue(), encoding="utf-8")
    return path, tuple(sorted(emptied))


def _safe(text: str) -> str:
    """Text that begins like a formula bears the doors' mark; figures with a sign stay figures."""
    if re.match(STARTS, text) and not re.fullmatch(r"[+\-＋－][\d.,，]+%?", text):
        return f"'{text}"
    return text


def check_drafts(sheet: Sheet) -> Prepared | None:
    """What was typed, as the doors see it; None where nothing was typed. Changes nothing."""
    if not sheet.drafts:
        return None
    with tempfile.TemporaryDirectory() as folder:
        path, emptied = draft_file(sheet, Path(folder))
        prepared = prepare(path, sheet.cycle.table)
    return replace(prepared, checked=replace(prepared.checked, emptied=emptied))


def bring_drafts(sheet: Sheet, *, by: str) -> Receipt | None:
    """Take in what was typed, through the doors.

    Raises:
        InvalidRecords: cells that cannot stand; nothing was taken in, the draft is kept.
    """
    prepared = check_drafts(sheet)
    return None if prepared is None else _taken_in(sheet, prepared, by)


def check_file(sheet: Sheet, path: Path) -> Prepared:
    """A filled-in workbook or csv, as the doors see it. Changes nothing.

    Raises:
        InvalidRecords: rows of another unit or period.
        UsageError: the sheet takes no figures now.
        UnreadableInput, NothingToCompute: as the doors.
    """
    _refuse_closed(sheet)
    prepared = prepare(path, sheet.cycle.table)
    _refuse_others(sheet, prepared)
    return prepared


def bring_file(sheet: Sheet, path: Path, *, by: str) -> Receipt:
    """Take in a filled-in workbook or csv.

    Raises:
        InvalidRecords: cells that cannot stand, or rows of others; nothing was taken in.
    """
    return _taken_in(sheet, check_file(sheet, path), by)


def _taken_in(sheet: Sheet, prepared: Prepared, by: str) -> Receipt:
    _refuse_closed(sheet)
    _refuse_others(sheet, prepared)
    rejected = prepared.checked.rejected
    if len(rejected):
        raise InvalidRecords(
            f"“{sheet.unit_name}”有 {len(rejected)} 行未通过检查，未报送。请按下列说明改正。",
            f"{len(rejected)} rows of {sheet.unit_name} failed their checks; nothing was filed.",
            [row.message for row in rejected[:_NAMED]],
        )
    if not prepared.checked.frame.height:
        raise NothingToCompute("没有可报送的行。", "There are no rows to file.")
    reason = f"{sheet.cycle} {sheet.unit_name} 报送"
    return commit(prepared, by=by, reason=reason, again=True)


def _refuse_others(sheet: Sheet, prepared: Prepared) -> None:
    """Only rows of the sheet's own unit and period."""
    declared, frame = prepared.table, prepared.checked.frame
    if not frame.height:
        return
    period = period_of(sheet.cycle.period)
    units = units_of_rows(declared, frame, by_level(sheet.level))
    other = frame.filter(
        (units != sheet.unit) | (pl.col(str(declared.period)) != period.code)
    ).select(declared.key)
    if other.height:
        listed = [" ".join(str(part) for part in row) for row in other.head(_NAMED).iter_rows()]
        raise InvalidRecords(
            f"有 {other.height} 行不属于“{sheet.unit_name}” {period.code}，未导入任何数据。"
            "请删去这些行，或核对名录中的所属区县与报告期。",
            f"{other.height} rows are not of {sheet.unit_name} {period.code}; nothing was"
            " imported. Delete them, or check the register and the period.",
            [Message(each, each) for each in listed],
        )


# The workbook ---------------------------------------------------------------------------------


def write_form(sheet: Sheet, path: Path) -> None:
    """The sheet as a workbook to fill in, with the period before on a page of its own.

    Codes, names and what is filed already stand in it; it comes back through :func:`bring_file`.
    """
    write_whole(path, form_workbook(sheet))


def form_workbook(sheet: Sheet) -> bytes:
    """Bytes of :func:`write_form`."""
    declared, period = table(sheet.cycle.table), period_of(sheet.cycle.period)
    before = period.shifted(-1)
    by = by_level(sheet.level)
    codes = codes_of(sheet)
    names = names_of_entities(declared, codes)
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        for title, each, filled in (
            (declared.zh, period, sheet.drafts),
            (words().say("cycles.form.before", "zh"), before, {}),
        ):
            rows = rows_of_unit(declared, each, by, sheet.unit)
            _page(book, title, declared, each.code, codes, names, rows, filled)
    return memory.getvalue()


def _page(
    book: Any, title: str, declared: Table, period: str, codes: tuple[str, ...],
    names: dict[str, str], rows: pl.DataFrame, drafts: dict[str, dict[str, str]],
) -> None:  # fmt: skip
    page = book.add_worksheet(title[:31])
    head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "text_wrap": True})
    text = book.add_format({"num_format": "@"})
    stood = {row[declared.entity[0]]: row for row in rows.iter_rows(named=True)}
    for at, column in enumerate(declared.columns):
        page.write_string(0, at, column.header, head)
        page.set_column(at, at, max(12, 2 * len(column.header)), None if column.numeric else text)
    for line, code in enumerate(codes, start=1):
        for at, column in enumerate(declared.columns):
            if column.name == declared.entity[0]:
                said = code
            elif column.name == declared.period:
                said = period
            elif column.names:
                said = names.get(code, "")
            else:
                value = stood.get(code, {}).get(column.name)
                said = drafts.get(code, {}).get(column.name, shown(column, value))
            _cell(page, line, at, column, said)
    page.freeze_panes(1, 2)


def _cell(page: Any, line: int, at: int, column: Column, said: str) -> None:
    if not said:
        return
    if column.numeric:
        try:
            page.write_number(line, at, float(said))
        except ValueError:
            page.write_string(line, at, said)
        return
    page.write_string(line, at, said)
