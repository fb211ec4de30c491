"""Rows with a name and no code: filled in, held, or sent back; never given away in silence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import UnreadableInput
from liantu.records import registers
from liantu.records.accept import accept, sent_back
from liantu.records.doors import Checked, check, write_rejected
from liantu.records.identity import review
from liantu.records.identity.credit_code import check_character, organisation_check_character
from liantu.records.identity.queue import find_duplicates
from liantu.records.identity.registered import FirmResolver, firm_resolver
from liantu.records.intake.preparing import commit, prepare
from liantu.records.models import CaseState


def code(organisation: str) -> str:
    first = "91430100" + organisation + organisation_check_character(organisation)
    return first + check_character(first)


ONE, OTHER, THIRD = code("MA4K7P2W"), code("MA3R9T6Q"), code("MA3R9T6A")
FIRMS = [
    {"credit_code": ONE, "name": "长沙华川电子有限公司", "former_names": "长沙市无线电七厂"},
    {"credit_code": OTHER, "name": "株洲仁和食品有限公司"},
    {"credit_code": THIRD, "name": "长沙宏远达机械有限公司"},
]
HEADER = "纳税人名称,纳税人识别号,税款所属期,入库税收（万元）"


@pytest.fixture(autouse=True)
def firms(db: None, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    registers.upsert("firms", FIRMS, by="登记处")


def taken(folder: Path, *rows: str, header: str = HEADER, table: str = "firm_month") -> Checked:
    path = folder / "tax.csv"
    path.write_text("\n".join([header, *rows]), encoding="utf-8")
    known = registers.read("firms", columns=["key", "name"]).rename({"key": "code"})
    return check(path, table, registers={"firms": known}, resolver=firm_resolver())


def test_a_sure_name_gets_its_code_and_a_remark(tmp_path: Path) -> None:
    checked = taken(
        tmp_path,
        "華川電子（长沙）有限责任公司,,2025-03,12",
        f"株洲仁和食品有限公司,{OTHER},2025-03,8",
        "长沙市无线电七厂,,2025-04,3",
    )

    assert checked.frame["credit_code"].to_list() == [ONE, OTHER, ONE]
    assert not checked.rejected
    first, second = checked.warnings.to_dicts()
    assert (first["row"], first["code"], first["found"]) == (
        2, "resolved", "華川電子（长沙）有限责任公司",
    )  # fmt: skip
    assert ONE in first["expected_zh"]
    assert "系统按规则认定，分值" in first["fix_zh"]
    assert "字号相同" in first["fix_zh"]
    assert "曾用名" in second["fix_zh"]
    assert any("2 行没有可用的代码" in remark.zh for remark in checked.remarks)


def test_a_file_without_the_column_is_taken_by_name(tmp_path: Path) -> None:
    header = "用户名称,用电月份,当月用电量（万千瓦时）"
    rows = ["长沙华川电子有限公司,2025-03,5", "衡阳无此企业有限公司,2025-03,5"]
    checked = taken(tmp_path, *rows, header=header)

    assert checked.frame["credit_code"].to_list() == [ONE]
    assert checked.frame["electricity_kwh"].to_list() == [50_000]
    assert "统一社会信用代码" in checked.rejected[0].cells, "a place to write the code into"
    with pytest.raises(UnreadableInput):
        check(tmp_path / "tax.csv", "firm_month")


def test_a_mistyped_code_is_mended_by_name_and_code(tmp_path: Path) -> None:
    wrong = ONE[:10] + ("8" if ONE[10] != "8" else "9") + ONE[11:]
    checked = taken(tmp_path, f"长沙华川电子有限公司,{wrong},2025-03,12")
    assert checked.frame["credit_code"].to_list() == [ONE]
    assert "代码仅差一处" in checked.warnings["fix_zh"][0]


def test_a_doubtful_name_is_held_and_comes_in_once_decided(tmp_path: Path) -> None:
    rows = ("长沙宏运达机械有限公司,,2025-03,12", "长沙华川电子有限公司,,2025-03,1")
    checked = taken(tmp_path, *rows)

    assert checked.frame["credit_code"].to_list() == [ONE]
    (row,) = checked.rejected
    assert [problem.code for problem in row.problems] == ["review"]
    assert THIRD in row.message.zh
    assert checked.held["key"].to_list() == [THIRD]

    receipt = accept(checked, by="税务局")
    assert (receipt.new, receipt.rejected) == (1, 1)
    (case,) = review.waiting()
    assert (case.left_name, case.right_key, case.row, str(case.batch_id)) == (
        "长沙宏运达机械有限公司", THIRD, 2, receipt.vintage,
    )  # fmt: skip
    assert accept(taken(tmp_path, *rows), by="税务局").already
    assert review.cases().count() == 1

    review.decide(case.pk, "same", "企业处", "营业执照核对")
    write_rejected(sent_back(receipt.vintage), tmp_path / "mend.xlsx")
    mended = check(tmp_path / "mend.xlsx", "firm_month", resolver=firm_resolver())
    assert mended.frame["credit_code"].to_list() == [THIRD]
    assert "企业处" in mended.warnings["fix_zh"][0]
    assert "营业执照核对" in mended.warnings["fix_zh"][0]
    assert accept(mended, by="税务局").new == 1

    april = taken(tmp_path, "長沙宏运达机械有限公司,,2025-04,12")
    assert april.frame["credit_code"].to_list() == [THIRD], "decided once, next month too"
    assert accept(april, by="税务局").new == 1
    assert review.waiting().count() == 0


def test_a_name_decided_to_be_another_is_not_asked_again(tmp_path: Path) -> None:
    row = "长沙宏运达机械有限公司,,2025-03,12"
    accept(taken(tmp_path, row), by="税务局")
    (case,) = review.waiting()
    review.decide(case.pk, "different", "企业处", "两家")

    checked = taken(tmp_path, row)
    assert [problem.code for problem in checked.rejected[0].problems] == ["unresolved"]
    assert THIRD in checked.rejected[0].message.zh, "named as near, not given"
    accept(checked, by="税务局")
    assert review.find(case.pk).state == CaseState.DIFFERENT


def test_an_automatic_answer_can_be_forbidden(tmp_path: Path) -> None:
    row = "华川电子（长沙）有限公司,,2025-03,12"
    assert taken(tmp_path, row).frame.height == 1
    case = review.declare("华川电子（长沙）有限公司", ONE, "企业处", "误判")
    review.decide(case.pk, "different", "企业处", "查明为另一家")
    assert taken(tmp_path, row).frame.height == 0


def test_nobody_knows_the_name(tmp_path: Path) -> None:
    checked = taken(tmp_path, "衡阳南岳茶业有限公司,,2025-03,12", ",,2025-03,5")
    unknown, empty = checked.rejected
    assert [problem.code for problem in unknown.problems] == ["unresolved"]
    assert "无" in unknown.problems[0].expected.zh
    assert [problem.code for problem in empty.problems] == ["missing"]


def test_two_firms_of_one_name_are_never_guessed(tmp_path: Path) -> None:
    registers.upsert("firms", [{"credit_code": code("MA55555A"), "name": FIRMS[0]["name"]}], by="x")
    checked = taken(tmp_path, "长沙华川电子有限公司,,2025-03,12")
    assert checked.frame.is_empty()
    assert checked.held.height == 2
    accept(checked, by="税务局")
    assert review.waiting().count() == 2


def test_a_name_of_five_thousand_firms_is_bounded_and_said(tmp_path: Path) -> None:
    crowd = [{"credit_code": f"X{n:05d}", "name": "长沙同名电子有限公司"} for n in range(5000)]
    registers.upsert("firms", crowd, by="x")
    checked = taken(tmp_path, "长沙同名电子有限公司,,2025-03,12")
    assert checked.frame.is_empty()
    assert checked.held.is_empty()
    assert "X00000" in checked.rejected[0].message.zh
    found = find_duplicates()
    assert found.crowded == (("长沙同名电子有限公司", 5000),)
    assert found.new == 0
    assert "“长沙同名电子有限公司”×5000" in found.message.zh


def test_an_import_resolves_without_being_told(tmp_path: Path) -> None:
    path = tmp_path / "power.csv"
    path.write_text(
        "用户名称,用电月份,当月用电量（万千瓦时）\n长沙华川电子有限公司,2025-03,5\n", "utf-8"
    )
    prepared = prepare(path, source="供电公司")
    assert prepared.table.id == "firm_month"
    assert prepared.checked.frame["credit_code"].to_list() == [ONE]
    assert commit(prepared, by="供电公司").new == 1


def test_codes_that_hold_are_not_touched(tmp_path: Path) -> None:
    checked = taken(
        tmp_path, f"株洲仁和食品有限公司,{ONE},2025-03,1", f"长沙华川电子有限公司,{OTHER},2025-03,2"
    )
    assert checked.frame.is_empty()
    assert {p.code for row in checked.rejected for p in row.problems} == {"swapped"}
    assert checked.held.is_empty()


def test_two_names_of_one_firm_in_one_month_are_a_conflict(tmp_path: Path) -> None:
    checked = taken(
        tmp_path, "长沙华川电子有限公司,,2025-03,1", f"华川电子（长沙）有限公司,{ONE},2025-03,2"
    )
    assert [p.code for row in checked.rejected for p in row.problems] == ["conflict", "conflict"]


def test_the_register_itself_keeps_its_name(tmp_path: Path) -> None:
    header = "企业名称,统一社会信用代码,地址"
    checked = taken(tmp_path, "华川电子（长沙）有限公司,,二路2号", header=header, table="firms")
    accept(checked, by="供电公司")
    record = registers.find("firms", ONE)
    assert (record.name, record.address) == ("长沙华川电子有限公司", "二路2号")


def test_an_optional_code_never_keeps_its_row_out(tmp_path: Path) -> None:
    header = "地块编号,所在地区代码,面积（亩）,用途,使用权人,使用权人信用代码"
    checked = taken(
        tmp_path,
        "A-001,430102,10,工业,长沙华川电子有限公司,",
        "A-002,430102,10,工业,长沙宏运达机械有限公司,",
        "A-003,430102,10,工业,李四,",
        header=header,
        table="parcels",
    )
    assert checked.frame["holder_code"].to_list() == [ONE, None, None], list(checked.rejected)
    assert checked.warnings["code"].to_list()[:2] == ["resolved", "review"]
    accept(checked, by="规划局")
    assert review.waiting().get().right_key == THIRD


def test_a_firm_gone_or_merged_is_not_given(tmp_path: Path) -> None:
    review.declare("宏达老厂", THIRD, "企业处", "来函")
    row = "宏达老厂,,2025-03,12"
    assert taken(tmp_path, row).frame["credit_code"].to_list() == [THIRD]
    registers.merge("firms", ONE, THIRD, by="李", reason="合并")
    assert taken(tmp_path, row).frame["credit_code"].to_list() == [ONE], "stands for the merged one"
    registers.delete("firms", ONE, by="李", reason="注销")
    assert taken(tmp_path, row).frame.is_empty()


@pytest.mark.parametrize(
    "name",
    ["华" * 3900, "\x07\x1b长沙", "（（（", "有限公司", "()", "=1+1", "𠮷" * 50, "原原原（原原）"],
    ids=range(8),
)
def test_odd_names_are_sent_back_whole(tmp_path: Path, name: str) -> None:
    checked = taken(tmp_path, f'"{name}",,2025-03,12')
    assert checked.frame.is_empty()
    assert len(checked.rejected) == 1
    accept(checked, by="税务局")


def test_order_of_rows_changes_no_answer() -> None:
    names = ["长沙宏运达机械有限公司", "华川电子（长沙）有限公司", "仁和食品", "长沙市无线电七厂"]
    asked = pl.DataFrame({"name": names, "code": [""] * 4})

    def answers(frame: pl.DataFrame) -> set[tuple[str, str, str]]:
        found = FirmResolver()(frame)
        name = frame["name"].gather(found["at"])
        return set(zip(name, found["decision"], found["key"], strict=True))

    assert answers(asked) == answers(asked.reverse())
    assert FirmResolver()(asked.clear()).is_empty()


def test_a_new_firm_with_a_wrong_code_is_told_of_its_code_alone(tmp_path: Path) -> None:
    header = "统一社会信用代码,企业名称"
    rows = [f"{ONE[:-1]}!,衡阳南岳茶业有限公司", ",衡阳岳北茶业有限公司"]
    wrong, bare = taken(tmp_path, *rows, header=header, table="firms").rejected
    assert [problem.code for problem in wrong.problems] == ["credit_code"]
    assert [problem.code for problem in bare.problems] == ["uncoded"]
    assert "新登记的请补填代码" in bare.message.zh
