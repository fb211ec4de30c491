"""One record: looked up as of a moment, its history, changed by hand; rows taken back."""

from __future__ import annotations

import pytest

from liantu.errors import InvalidRecords, NotFound, StaleEdit, UsageError
from liantu.records import intake, lake, registers

from .conftest import Bring, code

pytestmark = pytest.mark.django_db

A, B = code(1), code(2)
HEAD = "统一社会信用代码,月份,营业收入（万元）,从业人员\n"


def test_a_row_of_a_series_has_a_history(bring: Bring) -> None:
    first = bring(f"{HEAD}{A},2025-03,10,5\n")
    bring(f"{HEAD}{A},2025-03,12,5\n")
    intake.withdraw(
        "firm_month", intake.keys_frame(lake_table(), [(A, "2025-03")]), by="乙", reason="误报"
    )
    with pytest.raises(NotFound, match="2025-03"):
        intake.record_of("firm_month", (A, "2025-03"))
    then = intake.record_of("firm_month", (f"{A}|2025-03",), as_of=first.vintage)
    assert (then.values["revenue_cny"], then.shown("revenue_cny")) == (100_000, "10")
    assert f"批次 {first.vintage}" in then.told.zh
    changes = intake.history_of_record("firm_month", (A, "2025-03"))
    assert [c.action for c in changes] == ["新增", "修改", "撤销"]
    assert changes[1].told == ("营业收入 10 → 12万元",)
    assert (changes[2].by, changes[2].reason) == ("乙", "误报")
    past = intake.history_of_record("firm_month", (A, "2025-03"), as_of=first.vintage)
    assert len(past) == 1


def lake_table() -> object:
    from liantu.records.tables.declared import table

    return table("firm_month")


def test_a_file_withdrawn_can_be_brought_again_on_request(bring: Bring) -> None:
    text = f"{HEAD}{A},2025-03,10,5\n"
    bring(text)
    rows = intake.rows_of("firm_month", where={"period": "2025-03"})
    intake.withdraw("firm_month", rows, by="", reason="误报")
    receipt = bring(text)
    assert receipt.already
    assert "--again" in receipt.summary_zh
    assert lake.read("firm_month").collect().height == 0


def test_again_brings_it_once_more(bring: Bring, write: object) -> None:
    text = f"{HEAD}{A},2025-03,10,5\n"
    bring(text)
    bring(f"{HEAD}{A},2025-03,11,5\n")
    prepared = intake.prepare(write(text), "firm_month")  # type: ignore[operator]
    assert intake.commit(prepared, by="").already
    receipt = intake.commit(prepared, by="", again=True)
    assert (receipt.already, receipt.changed) == (False, 1)
    (row,) = lake.read("firm_month").collect().iter_rows(named=True)
    assert row["revenue_cny"] == 100_000


def test_what_is_withdrawn_must_be_there(bring: Bring) -> None:
    bring(f"{HEAD}{A},2025-03,10,5\n")
    keys = intake.keys_frame(lake_table(), [(B, "2025-03")])  # type: ignore[arg-type]
    with pytest.raises(InvalidRecords, match=B):
        intake.withdraw("firm_month", keys, by="", reason="误报")
    with pytest.raises(UsageError, match="理由"):
        intake.withdraw("firm_month", keys, by="", reason=" ")
    with pytest.raises(UsageError, match="2 个值"):
        intake.keys_frame(lake_table(), [(B,)])  # type: ignore[arg-type]


def firm(bring: Bring) -> None:
    bring(f"统一社会信用代码,企业名称,注册资本（万元）\n{A},甲,100\n{B},乙,5\n", "firms")


def test_a_record_is_edited_in_the_units_people_use(bring: Bring) -> None:
    firm(bring)
    change = {"注册资本（万元）": "500", "企业规模": "小型"}
    version = intake.edit_record(
        "firms", (A,), change, expected_version=None, by="甲", reason="增资"
    )
    record = intake.record_of("firms", (A,))
    assert (record.version, record.values["capital_cny"]) == (version, 5_000_000)
    assert (record.shown("size"), record.shown("capital_cny")) == ("小型", "500")
    told = intake.history_of_record("firms", (A,))[-1].told
    assert "注册资本 100 → 500万元" in told
    with pytest.raises(StaleEdit):
        intake.edit_record("firms", (A,), change, expected_version=1, by="乙", reason="x")
    with pytest.raises(NotFound, match="没有列"):
        intake.edit_record("firms", (A,), {"股价": "1"}, expected_version=None, by="", reason="x")
    with pytest.raises(InvalidRecords, match="五百"):
        intake.edit_record(
            "firms", (A,), {"注册资本": "五百多"}, expected_version=None, by="", reason="x"
        )
    with pytest.raises(UsageError, match="序列"):
        intake.edit_record(
            "firm_month", (A, "2025-03"), {"税收": "1"}, expected_version=None, by="", reason="x"
        )


def test_a_merged_key_finds_the_record_that_stands_for_it(bring: Bring) -> None:
    firm(bring)
    registers.merge("firms", A, B, "甲", "同一家")
    assert intake.record_of("firms", (B,)).key == (A,)
    assert "并入" in "".join(intake.history_of_record("firms", (B,))[-1].told)


def test_a_correction_puts_the_record_right_at_once(bring: Bring) -> None:
    firm(bring)
    bring(f"{HEAD}{A},2025-03,10,5\n")
    wrong = intake.Correction("firm_month", (A, "2025-03"), "employees", "5", "50", "漏一位")
    kept = intake.add_correction(wrong, by="甲")
    assert intake.record_of("firm_month", (A, "2025-03")).values["employees"] == 50
    assert kept.used == 1
    assert not bring(f"{HEAD}{A},2025-03,10,5\n").changed
    empty = intake.Correction("firm_month", (A, "2025-03"), "revenue_cny", "100000", "", "不实")
    intake.add_correction(empty, by="甲")
    assert intake.record_of("firm_month", (A, "2025-03")).values["revenue_cny"] is None
    bring(f"{HEAD}{A},2025-03,10,5\n")
    assert intake.record_of("firm_month", (A, "2025-03")).values["revenue_cny"] is None
    named = intake.Correction("firms", (A,), "name", "甲", "甲机械有限公司", "简称")
    intake.add_correction(named, by="甲")
    change = intake.history_of_record("firms", (A,))[-1]
    assert change.told == ("企业名称 甲 → 甲机械有限公司",)
    assert "#3" in change.reason or "更正" in change.reason


@pytest.mark.parametrize(
    ("column", "expect", "value", "says"),
    [
        ("employees", "5", "-3", "从业人员"),
        ("employees", "5", "3000000", "从业人员"),
        ("revenue_cny", "100000", "-1", "营业收入"),
        ("main_revenue_cny", "", "200000", "主营业务收入大于营业收入"),
    ],
)
def test_a_correction_of_a_figure_is_judged_as_the_door_would(
    bring: Bring, column: str, expect: str, value: str, says: str
) -> None:
    firm(bring)
    bring(f"{HEAD}{A},2025-03,10,5\n")
    before = intake.record_of("firm_month", (A, "2025-03")).values
    wrong = intake.Correction("firm_month", (A, "2025-03"), column, expect, value, "笔误")
    with pytest.raises(InvalidRecords, match=says):
        intake.add_correction(wrong, by="甲")
    assert intake.corrections() == []
    assert intake.record_of("firm_month", (A, "2025-03")).values == before


def test_a_correction_of_what_the_records_do_not_say_is_refused(bring: Bring) -> None:
    firm(bring)
    wrong = intake.Correction("firms", (A,), "name", "丙", "丁", "x")
    with pytest.raises(InvalidRecords, match="现有记录为“甲”"):
        intake.add_correction(wrong, by="甲")
    assert intake.corrections() == []
