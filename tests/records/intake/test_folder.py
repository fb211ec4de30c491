"""Folders and workbooks: everything in the order of its references, once."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from liantu.errors import NotFound, NothingToCompute
from liantu.records import intake, lake, registers
from liantu.records.tables.declared import load_tables

from .conftest import Write, code

pytestmark = pytest.mark.django_db

A, B = code(1), code(2)


def put_city(write: Write) -> Path:
    """Files whose names are in no order in which they could be imported."""
    write(f"统一社会信用代码,企业名称,月份,营业收入（元）\n{A},甲,2025-03,5\n", "city/a月报.csv")
    write(f"统一社会信用代码,企业名称,月份,营业收入（元）\n{A},甲,2025-04,6\n", "city/b/四月.csv")
    write(f"统一社会信用代码,企业名称,称号,认定日期\n{A},甲,高企,2024-01-01\n", "city/c.csv")
    write(f"统一社会信用代码,企业名称,所在地区代码\n{A},甲,990101\n{B},乙,990101\n", "city/z.csv")
    write("地区代码,地区名称,级别,生效日期\n990101,甲区,区县,2010-01-01\n", "city/zz地区.csv")
    return write("甲,乙\n1,2\n", "city/readme.csv").parent


def test_a_folder_is_imported_in_the_order_of_its_references(write: Write) -> None:
    folder = put_city(write)
    said: list[str] = []
    done = intake.import_folder(folder, by="甲", progress=said.append)
    assert [receipt.table.id for receipt in done] == [  # type: ignore[union-attr]
        "areas", "firms", "firm_month", "firm_month", "titles",
    ]  # fmt: skip
    assert sum(receipt.rejected for receipt in done) == 0
    assert [left.path.name for left in done.left] == ["readme.csv"]
    assert not done.failed
    assert "a月报.csv" in said
    assert lake.read("firm_month").collect().height == 2
    assert registers.at("firms").count() == 2


def test_a_run_broken_off_is_started_again(write: Write) -> None:
    folder = put_city(write)
    first = intake.import_folder(folder, by="甲")
    write(f"统一社会信用代码,企业名称,月份,营业收入（元）\n{A},甲,2025-05,7\n", "city/五月.csv")
    again = intake.import_folder(folder, by="甲")
    assert len(again) == len(first) + 1
    assert [r.already for r in again].count(False) == 1
    assert lake.read("firm_month").collect().height == 3


def test_what_rests_on_a_file_that_failed_is_not_imported(write: Write) -> None:
    folder = put_city(write)
    intake.add_correction(
        intake.Correction("firms", (A,), "name", "旧甲", "甲", "更名未报"), by="甲"
    )
    done = intake.import_folder(folder, by="甲")
    assert [receipt.table.id for receipt in done] == ["areas"]  # type: ignore[union-attr]
    assert {left.path.name for left in done.failed} == {"z.csv", "c.csv", "a月报.csv", "四月.csv"}
    assert "更正" in next(left.why.zh for left in done.failed if left.path.name == "z.csv")
    assert "firms" in next(left.why.zh for left in done.failed if left.path.name == "c.csv")


def test_a_workbook_of_several_tables_is_a_folder(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    sheets = {
        "月报": [["信用代码", "企业名称", "月份", "营业收入（元）"], [A, "甲", "2025-03", 5]],
        "说明": [["本表由园区办填报"]],
        "企业": [["统一社会信用代码", "单位名称"], [A, "甲"]],
    }
    with xlsxwriter.Workbook(path) as book:
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    done = intake.import_folder(path, by="甲")
    assert [receipt.table.id for receipt in done] == ["firms", "firm_month"]  # type: ignore[union-attr]
    assert not done.left


def test_folders_without_files_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        intake.import_folder(tmp_path / "nowhere", by="")
    (tmp_path / "empty").mkdir()
    with pytest.raises(NothingToCompute):
        intake.import_folder(tmp_path / "empty", by="")


def test_every_table_comes_after_what_it_refers_to() -> None:
    order = intake.import_order(list(load_tables()))
    for declared in load_tables().values():
        for _, target in declared.references:
            assert target == declared.id or order.index(target) < order.index(declared.id)
