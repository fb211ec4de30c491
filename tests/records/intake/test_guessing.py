"""Which table a file holds, told by header, periods and name."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from liantu.errors import UnreadableInput, UsageError
from liantu.records import intake
from liantu.records.doors import write_table, write_template
from liantu.records.intake import guess, settled
from liantu.records.tables.declared import load_tables, table

from .conftest import Write, code

pytestmark = pytest.mark.django_db

A = code(1)


@pytest.mark.parametrize("table_id", load_tables())
@pytest.mark.parametrize("kind", [".csv", ".xlsx", ".parquet"])
def test_own_files_are_known_for_what_they_are(table_id: str, kind: str, tmp_path: Path) -> None:
    declared = table(table_id)
    path = tmp_path / f"x{kind}"
    periods = {"month": "2025-03", "quarter": "2025Q1", "year": "2025"}
    row = {
        c.name: periods[declared.grain] if c.type == "period" and declared.grain else None
        for c in declared.columns
    }
    write_table(pl.DataFrame([row], schema=declared.dtypes), declared, path)
    (best,) = settled(path, guess(path))
    assert (best.table, best.missing) == (table_id, ())


@pytest.mark.parametrize("table_id", load_tables())
def test_templates_are_known(table_id: str, tmp_path: Path) -> None:
    path = tmp_path / "x.xlsx"
    write_template(table(table_id), path)
    assert guess(path)[0].table == table_id


@pytest.mark.parametrize(
    ("text", "told", "missing"),
    [
        (f"纳税人识别号,纳税人名称,税款所属期,入库税额\n{A},甲,2025-03,1\n", "firm_month", ()),
        (f"纳税人识别号,纳税人名称,入库税额,销售收入\n{A},甲,1,2\n", "firm_month", ("period",)),
        (f"用户名称,统一社会信用代码,用电月份,用电量\n甲,{A},202503,1\n", "firm_month", ()),
        (f"单位：万元\n统一社会信用代码,报告期,营业收入,利润总额\n{A},2025Q1,1,2\n",
         "firm_quarter", ()),
        (f"统一社会信用代码,报告期,营业收入,利润总额\n{A},2024年,1,2\n", "firm_year", ()),
        (f"统一社会信用代码,企业名称,资质名称,认定日期,有效期至\n{A},甲,高企,2024-01-01,\n",
         "titles", ()),
        ("宗地编号,坐落,用地面积（亩）,土地用途\nG1,甲路,3,工业\n", "parcels", None),
        ("项目编号,节点名称,计划完成日期\nP1,开工,2025-01-01\n", "milestones", None),
    ],
)  # fmt: skip
def test_exports_of_offices_are_told(
    text: str, told: str, missing: tuple[str, ...] | None, write: Write
) -> None:
    best = guess(write(text))[0]
    assert best.table == told, guess(write(text))
    assert missing is None or best.missing == missing


def test_published_figures_and_corrections_are_told(write: Write) -> None:
    head = "indicator,area,period,value,unit,source_title,source_url,note,trust\n"
    assert guess(write(head + "工业投资增速,甲市,2023,7.5,%,甲报,,,press\n"))[0].table == (
        intake.OBSERVATIONS
    )
    chinese = "指标,地区,时期,数值,单位,来源,网址,备注,可信度\n"
    assert (
        guess(write(chinese + "工业投资增速,甲市,2023,7.5,%,甲报,,,press\n"))[0].table
        == intake.OBSERVATIONS
    )
    assert guess(write("table,key,column,expect,value,reason\n"))[0].table == intake.CORRECTIONS


def test_every_sheet_of_a_workbook_is_told(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for name, rows in {
            "说明": [["本表由园区办填报"], ["联系电话 000"]],
            "Sheet2": [["产业链代码", "产业链名称"], ["c1", "集成电路"]],
            "企业": [["统一社会信用代码", "单位名称"], [A, "甲"]],
        }.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                sheet.write_row(at, 0, row)
    chosen = settled(path, guess(path))
    assert {(g.sheet, g.table) for g in chosen} == {("Sheet2", "chains"), ("企业", "firms")}


def test_two_tables_that_fit_alike_are_asked_about(write: Write) -> None:
    text = f"统一社会信用代码,报告期,营业收入,利润总额\n{A},,1,2\n"
    with pytest.raises(UsageError, match="--table"):
        settled(Path("x"), guess(write(text)))


@pytest.mark.parametrize("text", ["a,b\n1,2\n", "甲,乙,丙\n", "营业收入\n1\n"])
def test_what_fits_nothing_is_said(text: str, write: Write) -> None:
    path = write(text)
    with pytest.raises(UnreadableInput, match="--table"):
        settled(path, guess(path))
