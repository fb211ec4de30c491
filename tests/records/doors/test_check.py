"""One file through the door: values, units, rows that are none, rows sent back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter

from liantu.errors import NothingToCompute, UnreadableInput
from liantu.records.doors import Mapping, Match, check
from liantu.records.tables.declared import table

from .conftest import TODAY, Check, code

A, B, C = code(1), code(2), code(3)


def codes(checked: object) -> list[str]:
    problems: pl.DataFrame = checked.rejected.problems  # type: ignore[attr-defined]
    return problems["code"].to_list()


def test_an_offices_export_is_read_in_its_own_words(checked: Check) -> None:
    found = checked(
        "２０２５年３月税收情况\n单位：万元,,,\n纳税人识别号,纳税人名称,税款所属期,入库税收\n"
        f"{A},甲机械有限公司,202503,12.5\n{B},乙机械有限公司,2025年3月,\"1,234.5\"\n"
        f"合 计,,,1247\n填表人：张三,,,\n"
    )  # fmt: skip
    assert found.frame["tax_cny"].to_list() == [125_000, 12_345_000]
    assert found.frame["period"].to_list() == ["2025-03", "2025-03"]
    assert found.given == ("credit_code", "period", "firm_name", "tax_cny")
    assert not found.rejected
    assert found.frame.schema == pl.Schema(table("firm_month").dtypes)
    said = " ".join(remark.zh for remark in found.remarks)
    assert "1 个合计行未导入（第 6 行）" in said
    assert "注释行" in said


@pytest.mark.parametrize(
    ("header", "factor"),
    [
        ("营业收入（万元）", 10_000),
        ("营业收入(亿元)", 100_000_000),
        ("营业收入/元", 1),
        ("*营业收入，千元", 1000),
        ("营业收入(当月)(万元)", 10_000),
        ("revenue_cny", 1),
        ("营业收入", 10_000),
    ],
)
def test_units_stand_in_the_header(checked: Check, header: str, factor: float) -> None:
    quoted = f'"{header}"'
    found = checked(f"统一社会信用代码,月份,{quoted}\n{A},2025-03,0.57\n")
    assert found.frame["revenue_cny"][0] == round(0.57 * factor, 2)


def test_figures_since_january_are_never_taken_for_those_of_the_month(checked: Check) -> None:
    found = checked(
        f"统一社会信用代码,月份,营业收入(累计)(万元),营业收入同比,用电量\n{A},2025-03,9,8,7\n"
    )
    assert "revenue_cny" not in found.given
    assert found.frame["electricity_kwh"].to_list() == [70_000]
    assert any("累计" in remark.zh for remark in found.remarks)


def test_odd_spellings_of_figures(checked: Check) -> None:
    found = checked(
        "统一社会信用代码,月份,营业收入（万元）,从业人员\n"
        f"{A},2025-03,１２３．５,１２\n{B},2025-03,\"1,234\",\n{C},2025-03,1200元,—\n"
    )  # fmt: skip
    assert found.frame["revenue_cny"].to_list() == [1_235_000, 12_340_000, 1200]
    assert found.frame["employees"].to_list() == [12, None, None]


def test_what_is_wrong_with_a_row_is_named(checked: Check) -> None:
    found = checked(
        "统一社会信用代码,月份,营业收入（万元）,主营业务收入（万元）,从业人员,用电量\n"
        f"{A},2025-03,-4,,5,1\n"  # 2: below
        f"{A[:-1]}!,2025-03,1,,5,1\n"  # 3: code
        f"{B},2027-03,1,,5,1\n"  # 4: future
        f"{B},2025,1,,5,1\n"  # 5: not a month
        f"{B},2025-04,1,2,5,1\n"  # 6: cross-check
        f"{B},2025-05,=A1*2,,5,1\n"  # 7: formula
        f"{B},2025-06,abc,,5.5,1\n"  # 8: no number, no whole number
        f",2025-07,1,,5,1\n"  # 9: missing
        f"{C},2025-03,1,1,5,1\n"
    )
    assert found.frame["credit_code"].to_list() == [C]
    said = {(p["row"], p["column"]): p["code"] for p in found.rejected.problems.to_dicts()}
    assert said == {
        (2, "revenue_cny"): "below",
        (3, "credit_code"): "credit_code",
        (4, "period"): "future",
        (5, "period"): "not_period",
        (6, "main_revenue_cny"): "main_revenue_in_revenue",
        (7, "revenue_cny"): "formula",
        (8, "revenue_cny"): "not_number",
        (8, "employees"): "not_whole",
        (9, "credit_code"): "missing",
    }
    first = found.rejected[0]
    assert first.row == 2
    assert "-4万元" in first.message.zh
    assert "不小于 0万元" in first.message.zh
    assert [row.row for row in found.rejected] == list(range(2, 10))


def test_duplicates_and_conflicts(checked: Check) -> None:
    found = checked(
        "统一社会信用代码,月份,营业收入（万元）\n"
        f"{A},2025-03,1\n{A},2025-03,1\n{B},2025-03,1\n{B},2025-03,2\n"
    )
    assert found.frame["credit_code"].to_list() == [A]
    assert codes(found) == ["duplicate", "conflict", "conflict"]


def test_a_slip_of_the_unit_is_suspected_and_named(checked: Check) -> None:
    rows = "".join(
        f"{A},2025-{month:02},{1000 + month if month != 5 else 10_050_000},100\n"
        for month in range(1, 9)
    )
    found = checked("统一社会信用代码,月份,营业收入（万元）,从业人员\n" + rows)
    warned = found.warnings.filter(pl.col("row") == 6)
    assert {"slip_large", "jump"} <= set(warned["code"])
    assert "10,000" in " ".join(warned["fix_zh"])
    assert found.frame.height == 8


def test_history_of_accepted_rows_is_looked_at(checked: Check) -> None:
    header = "统一社会信用代码,月份,营业收入（万元）\n"
    before = checked(header + "".join(f"{A},2025-0{m},1000\n" for m in (1, 2, 3))).frame
    found = checked(header + f"{A},2025-04,10000000\n", current=before)
    assert set(found.warnings["code"]) == {"slip_large", "jump"}


def test_codes_and_names_are_compared_with_the_register(checked: Check) -> None:
    register = pl.DataFrame({"code": [A, B, B], "name": ["甲公司", "乙公司", "乙老公司"]})
    found = checked(
        "统一社会信用代码,企业名称,月份,营业收入（万元）\n"
        f"{A},乙公司,2025-03,1\n{B},甲公司,2025-03,1\n{B},乙老公司,2025-04,1\n"
        f"{A},甲集团公司,2025-04,1\n{C},丙公司,2025-03,1\n",
        registers={"firms": register},
    )
    assert codes(found) == ["swapped", "swapped", "unknown_code"]
    assert found.warnings["code"].to_list() == ["other_name"]
    assert found.numbers.to_list() == [4, 5]


def test_one_value_for_the_whole_file(checked: Check) -> None:
    found = checked(f"纳税人识别号,入库税收（元）\n{A},12\n", fill={"period": "2025年3月"})
    assert found.frame.select("period", "tax_cny").row(0) == ("2025-03", 12)
    again = checked(f"纳税人识别号,入库税收（元）\n{A},12\n", mapping=found.mapping)
    assert again.frame.equals(found.frame)


def test_a_mapping_is_kept_and_used_again(checked: Check) -> None:
    text = f"户号,开票额,月份\n{A},3,2025-03\n"
    with pytest.raises(UnreadableInput, match="户号"):
        checked(text)
    mapping = Mapping(
        "firm_month",
        (Match("户号", "credit_code"), Match("开票额", "revenue_cny", "亿元")),
        source="某税务局",
    )
    found = checked(text, mapping=Mapping.from_json(mapping.to_json()))
    assert found.frame["revenue_cny"].to_list() == [300_000_000]
    assert found.mapping.source == "某税务局"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("姓名,年龄\n甲,3\n", "没有“企业月报”的表头"),
        (f"统一社会信用代码,营业收入\n{A},1\n", "缺少"),
        (f"统一社会信用代码,月份,税收,税收\n{A},2025-03,1,2\n", "多列指同一项"),
        (f"统一社会信用代码,月份,营业收入（亩）\n{A},2025-03,1\n", "亩"),
    ],
)
def test_headers_that_do_not_fit(checked: Check, text: str, said: str) -> None:
    with pytest.raises(UnreadableInput, match=said):
        checked(text)


def test_a_header_without_rows(checked: Check) -> None:
    with pytest.raises(NothingToCompute):
        checked("统一社会信用代码,月份,营业收入\n")


def test_merged_headers_formulas_and_totals_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "book.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_worksheet("封面").write(0, 0, "说明")
        page = book.add_worksheet("企业月报")
        page.merge_range("B1:G1", "2025年3月企业数据")
        page.merge_range("B2:B3", "统一社会信用代码")
        page.merge_range("C2:C3", "所属期")
        page.merge_range("D2:E2", "营业收入（万元）")
        page.write_row("D3", ["本月", "累计"])
        page.merge_range("F2:F3", "从业人员（人）")
        page.write_row("B4", [A, "2025-03", 100, 300, 10])
        page.write_row("B5", [B, "2025-03"])
        page.write_formula("D5", "=D4*2", None, 200)
        page.write("F5", 20)
        page.write_row("B6", ["合计", "", 300, 300, 30])
    found = check(path, "firm_month", today=TODAY)
    assert found.frame.select("credit_code", "revenue_cny", "employees").rows() == [
        (A, 1_000_000, 10)
    ]
    assert [(row.row, row.problems[0].code) for row in found.rejected] == [(5, "formula")]
    assert any("封面" in remark.zh for remark in found.remarks)


def test_dates_words_and_areas(checked: Check) -> None:
    found = checked(
        "园区编码,体系版本,园区名称,级别,设立日期,规划面积（平方公里）\n"
        "P1,2021,甲园区,国家级,2020/3/1,2\nP2,2021,乙园区,省级,20200301,\n"
        "P3,2021,丙园区,宇宙级,2020年3月,1\n",
        "parks",
    )
    assert found.frame["level"].to_list() == ["national", "provincial"]
    assert found.frame["valid_from"].to_list() == [date(2020, 3, 1)] * 2
    assert found.frame["planned_mu"][0] == 3000
    assert set(codes(found)) == {"not_date", "not_choice"}
