"""The example row of every template: filled in as declared, and good by the door's own rules."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import fastexcel
import pytest
import xlsxwriter

from liantu.records.doors import check, write_template
from liantu.records.doors.rules import door_rules
from liantu.records.doors.template import example_of
from liantu.records.tables.declared import Table, load_tables

TABLES = load_tables()
TODAY = date(2026, 3, 1)


@pytest.fixture(params=TABLES.values(), ids=TABLES)
def each(request: pytest.FixtureRequest) -> Table:
    found: Table = request.param
    return found


def test_an_example_filled_in_passes_the_door(each: Table, tmp_path: Path) -> None:
    path = tmp_path / f"{each.id}.csv"
    cells = [example_of(each, column) for column in each.columns]
    head = ",".join(column.header for column in each.columns)
    row = ",".join(f'"{cell}"' for cell in cells)
    path.write_text(f"{head}\n{row}\n", encoding="utf-8")
    checked = check(path, each.id, today=TODAY)
    assert not [problem.message.zh for back in checked.rejected for problem in back.problems]
    assert not checked.warnings["found"].to_list()
    assert checked.frame.height == 1


def test_the_sheets_beside_the_rows_are_left_aside_without_a_word(tmp_path: Path) -> None:
    firms, path = TABLES["firms"], tmp_path / "firms.xlsx"
    write_template(firms, path)
    sheets = fastexcel.read_excel(path).sheet_names
    assert sheets == [firms.zh, *door_rules().own_sheets]
    page = fastexcel.read_excel(path).load_sheet(0, header_row=None, dtypes="string").to_polars()
    assert str(page.row(1)[0]).startswith(door_rules().example)
    with xlsxwriter.Workbook(path) as book:
        rows, *beside = [book.add_worksheet(name) for name in sheets]
        for at, column in enumerate(firms.columns):
            rows.write_string(0, at, column.header)
            rows.write_string(1, at, example_of(firms, column))
        for sheet in beside:
            sheet.write_string(0, 0, "x")
    checked = check(path, "firms", today=TODAY)
    assert checked.frame.height == 1
    assert not checked.remarks
