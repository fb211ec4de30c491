"""An xlsx to fill in: headers with units, drop-downs, an example, what each column means.

The example row begins with a mark by which the import leaves it aside.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import xlsxwriter

from liantu.records.doors.rules import door_rules
from liantu.records.doors.writing import write_whole
from liantu.records.tables.declared import Column, Table

_ROWS = 20_000
"""Rows that carry drop-downs and checks."""
_PERIODS = {"month": "2025-03", "quarter": "2025Q1", "year": "2025"}
_EXAMPLES = {"integer": "12", "number": "12.5", "money": "1234.56", "share": "0.5"}


def write_template(table: Table, path: Path) -> None:
    """Write the template of a table as xlsx."""
    write_whole(path, template(table))


def template(table: Table) -> bytes:
    """The template of a table: a sheet to fill in, a sheet of notes, the lists behind both."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, "strings_to_urls": False}) as book:
        page = book.add_worksheet(table.zh[:31])
        notes = book.add_worksheet(door_rules().notes_sheet)
        lists = book.add_worksheet(door_rules().lists_sheet)
        lists.hide()
        formats = _formats(book)
        for at, column in enumerate(table.columns):
            header = formats["required" if column.required else "header"]
            page.write_string(0, at, column.header, header)
            page.write_string(1, at, _example(table, column, first=at == 0), formats["example"])
            text = column.type in ("text", "code", "reference", "period")
            page.set_column(at, at, max(12, 2 * len(column.header)),
                            formats["text"] if text else None)  # fmt: skip
            _validate(page, lists, at, column)
        page.freeze_panes(1, 1)
        _write_notes(notes, table, formats)
    return memory.getvalue()


def _formats(book: Any) -> dict[str, Any]:
    return {
        "required": book.add_format({"bold": True, "bg_color": "#FCE4D6", "text_wrap": True}),
        "header": book.add_format({"bold": True, "bg_color": "#E7E6E6", "text_wrap": True}),
        "example": book.add_format({"italic": True, "font_color": "#7F7F7F", "num_format": "@"}),
        "text": book.add_format({"num_format": "@"}),
        "wrap": book.add_format({"text_wrap": True, "valign": "top"}),
        "bold": book.add_format({"bold": True}),
    }


def _example(table: Table, column: Column, *, first: bool) -> str:
    shown = example_of(table, column)
    return f"{door_rules().example}（此行不导入）{shown}" if first else shown


def example_of(table: Table, column: Column) -> str:
    """A cell of the example row: as declared, else by its type; empty where that says nothing."""
    if column.example:
        return column.example
    if column.type == "period":
        return _PERIODS[table.grain or "year"]
    if column.type == "date":
        return "2025-03-31" if column.required else ""
    if column.type == "boolean":
        return "是"
    if column.type == "enum":
        return column.choices[0].zh
    return _EXAMPLES.get(column.type, "")


def _validate(page: Any, lists: Any, at: int, column: Column) -> None:
    """Drop-downs and bounds; a spreadsheet warns, the import decides."""
    message = {
        "input_title": column.zh[:32],
        "input_message": column.meaning_zh[:255],
        "ignore_blank": not column.required,
        "error_type": "warning",
    }
    options = [choice.zh for choice in column.choices]
    if column.type == "boolean":
        options = ["是", "否"]
    if options:
        for row, option in enumerate(options):
            lists.write_string(row, at, option)
        letter = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
        source = f"={door_rules().lists_sheet}!{letter}$1:{letter}${len(options)}"
        rule = {"validate": "list", "source": source, **message, "error_type": "stop"}
    elif column.numeric and (column.minimum is not None or column.maximum is not None):
        rule = {**_bounds(column), **message}
    else:
        rule = {"validate": "any", **message}
    page.data_validation(2, at, _ROWS, at, rule)


def _bounds(column: Column) -> dict[str, Any]:
    factor = column.factor(column.written_unit) if column.written_unit else 1.0
    low = None if column.minimum is None else column.minimum / factor
    high = None if column.maximum is None else column.maximum / factor
    if low is not None and high is not None:
        return {"validate": "decimal", "criteria": "between", "minimum": low, "maximum": high}
    if low is not None:
        return {"validate": "decimal", "criteria": ">=", "value": low}
    return {"validate": "decimal", "criteria": "<=", "value": high}


def _write_notes(notes: Any, table: Table, formats: dict[str, Any]) -> None:
    """Meaning, unit and bounds of each column, in both languages."""
    lines = [
        f"{table.zh} {table.en}",
        table.meaning_zh,
        table.meaning_en,
        f"填报：{table.owner} / {table.owner_en}",
        f"以“{door_rules().example}”开头的行不导入；橙色表头为必填。",
        "The row that begins with 示例 is not imported; orange headers must be filled in.",
    ]
    if table.due_days is not None:
        lines.append(
            f"期末后 {table.due_days} 天内报送。Due {table.due_days} days after the period."
        )
    for row, line in enumerate(lines):
        notes.write_string(row, 0, line, formats["bold"] if row == 0 else None)
    top = len(lines) + 1
    headers = ("列", "Column", "必填", "单位", "取值", "含义", "Meaning")
    for at, header in enumerate(headers):
        notes.write_string(top, at, header, formats["header"])
    for row, column in enumerate(table.columns, start=top + 1):
        values = "、".join(choice.zh for choice in column.choices) or column.pattern
        cells = (column.header, f"{column.en} ({column.name})", "是" if column.required else "",
                 column.written_unit, values, column.meaning_zh, column.meaning_en)  # fmt: skip
        for at, cell in enumerate(cells):
            notes.write_string(row, at, cell, formats["wrap"])
    notes.set_column(0, 6, 24)
