"""Prepared files: mappings kept by source, corrections made, previews, what is remembered."""

from __future__ import annotations

import pytest

from liantu.errors import InvalidRecords, NotFound, UnreadableInput, UsageError
from liantu.records import intake, lake, registers
from liantu.records.doors import Mapping, Match
from liantu.records.intake import Correction
from liantu.records.models import Batch
from liantu.records.models import Correction as Row
from liantu.records.tables.declared import table as declared

from .conftest import TODAY, Bring, Write, code

pytestmark = pytest.mark.django_db

A, B, C = code(1), code(2), code(3)
TAX = f"纳税人识别号,户名,实缴\n{A},甲机械有限公司,12.5\n{B},乙电子有限公司,7\n"
DECIDED = Mapping("firm_month", (Match("户名", "firm_name"), Match("实缴", "tax_cny", "万元")))


def tax_of(period: str) -> dict[str, float]:
    rows = lake.read("firm_month").collect().filter(period=period)
    return dict(rows.select("credit_code", "tax_cny").iter_rows())


def test_a_mapping_is_kept_for_its_source_and_used_again(bring: Bring, write: Write) -> None:
    fill = {"period": "2025-03"}
    bring(TAX, "firm_month", source="税务月报", mapping=DECIDED, fill=fill)
    assert tax_of("2025-03") == {A: 125_000, B: 70_000}
    (kept,) = intake.mappings()
    assert (kept.mapping.source, kept.table.id, kept.version) == ("税务月报", "firm_month", 1)
    assert kept.mapping.fill == {}  # the month of one file is not that of the next
    bring(TAX.replace("7\n", "8\n"), source="税务月报", fill={"period": "2025-04"})
    assert tax_of("2025-04") == {A: 125_000, B: 80_000}
    assert intake.mappings()[0].version == 1
    with pytest.raises(UnreadableInput, match="月份"):
        intake.prepare(write(TAX), "firm_month", source="税务月报")


def test_a_changed_mapping_is_a_version_and_can_be_forgotten(bring: Bring) -> None:
    fill = {"period": "2025-03"}
    bring(TAX, "firm_month", source="税务月报", mapping=DECIDED, fill=fill)
    other = Mapping("firm_month", (Match("实缴", "tax_cny", "元"),))
    bring(TAX, "firm_month", source="税务月报", mapping=other, fill=fill)
    assert tax_of("2025-03") == {A: 12.5, B: 7}
    assert [kept.version for kept in intake.history_of("税务月报", "firm_month")] == [1, 2]
    assert {m.header: m.unit for m in intake.mappings()[0].mapping.matches} == {
        "户名": None, "实缴": "元",
    }  # fmt: skip
    intake.forget("税务月报", "firm_month", by="甲")
    assert intake.mappings() == []
    assert intake.mapping_of("税务月报", "firm_month") is None
    with pytest.raises(NotFound, match="税务月报"):
        intake.forget("税务月报", "firm_month", by="甲")


def test_a_header_matched_without_unit_takes_the_line_above(bring: Bring) -> None:
    mapping = Mapping("firm_month", (Match("实缴", "tax_cny"),))
    bring(f"单位：元\n{TAX}", "firm_month", mapping=mapping, fill={"period": "2025-03"})
    assert tax_of("2025-03") == {A: 12.5, B: 7}


def test_preview_tells_what_would_change_and_changes_nothing(bring: Bring, write: Write) -> None:
    head = "统一社会信用代码,月份,营业收入（元）\n"
    bring(f"{head}{A},2025-03,10\n{B},2025-03,20\n")
    prepared = intake.prepare(
        write(f"{head}{A},2025-03,10\n{B},2025-03,21\n{C},2025-03,-1\n{C},2025-02,5\n"),
        today=TODAY,
    )
    assert prepared.table.id == "firm_month"
    assert prepared.preview.counts == {"new": 1, "changed": 1, "unchanged": 1, "rejected": 1}
    assert prepared.preview.differences.row(0)[2:] == ("revenue_cny", "20.0", "21.0")
    assert Batch.objects.count() == 1
    receipt = intake.commit(prepared, by="甲")
    assert (receipt.new, receipt.changed, receipt.unchanged, receipt.rejected) == (1, 1, 1, 1)


def test_registers_are_asked_and_merged_keys_left_out(bring: Bring, write: Write) -> None:
    firms = "统一社会信用代码,企业名称,曾用名\n"
    bring(f"{firms}{A},甲机械有限公司,甲厂（2015年止）；老甲\n{B},乙电子有限公司,\n", "firms")
    head = "统一社会信用代码,企业名称,月份,营业收入（元）\n"
    prepared = intake.prepare(
        write(
            f"{head}{A},老甲,2025-03,1\n{A},甲厂,2025-02,1\n{B},甲机械有限公司,2025-03,2\n"
            f"{C},丙,2025-03,3\n"
        ),
        today=TODAY,
    )
    assert prepared.checked.frame.height == 2
    assert not prepared.checked.warnings.height
    said = {row.row: row.problems[0].code for row in prepared.checked.rejected}
    assert said == {4: "swapped", 5: "unknown_code"}
    registers.merge("firms", A, B, "甲", "同一家")
    again = intake.prepare(write(f"{firms}{A},甲机械有限公司,\n{B},乙电子有限公司,\n"), "firms")
    assert any("已并入" in remark.zh for remark in again.remarks)
    assert again.preview.counts["new"] == 0
    month = intake.prepare(write(f"{head}{B},乙电子有限公司,2025-03,2\n"), today=TODAY)
    assert not len(month.checked.rejected)


HEAD = "统一社会信用代码,年份,用地面积（亩）\n"
WRONG = Correction("firm_year", (A, "2024"), "land_mu", "400", "40", "小数点错位，见宗地台账")


def land() -> dict[str, float]:
    return dict(lake.read("firm_year").collect().select("credit_code", "land_mu").iter_rows())


def test_a_correction_is_made_at_every_import_of_its_cell(bring: Bring, write: Write) -> None:
    kept = intake.add_correction(WRONG, by="甲")
    prepared = intake.prepare(write(f"{HEAD}{A},2024,400\n{B},2024,4\n"), today=TODAY)
    assert [used.id for used in prepared.corrections] == [kept.id]
    assert any(f"#{kept.id}" in remark.zh for remark in prepared.remarks)
    receipt = intake.commit(prepared, by="甲")
    assert land() == {A: 40, B: 4}
    assert [b.pk for b in Row.objects.get().batches.all()] == [int(receipt.vintage)]
    bring(f"{HEAD}{B},2024,5\n")  # a file without the cell is no concern of it
    assert intake.corrections()[0].used == 1


def test_a_correction_stands_before_the_judgement(bring: Bring) -> None:
    intake.add_correction(
        Correction("firm_year", (A, "2024"), "land_mu", "-40", "40", "负号误录"), by="甲"
    )
    assert bring(f"{HEAD}{A},2024,-40\n").rejected == 0
    assert land() == {A: 40}


def test_a_correction_fails_once_the_source_repairs_itself(bring: Bring, write: Write) -> None:
    kept = intake.add_correction(WRONG, by="甲")
    bring(f"{HEAD}{A},2024,400\n")
    for said in ("40", "41", ""):
        with pytest.raises(InvalidRecords, match=f"#{kept.id}"):
            intake.prepare(write(f"{HEAD}{B},2024,7\n{A},2024,{said}\n"), today=TODAY)
    assert land() == {A: 40}
    intake.retire_correction(kept.id, by="乙", reason="来源已改")
    bring(f"{HEAD}{A},2024,41\n")
    assert land() == {A: 41}
    assert intake.corrections() == []
    (retired,) = intake.corrections(retired=True)
    assert (retired.retired_by, retired.retired_reason) == ("乙", "来源已改")
    with pytest.raises(NotFound):
        intake.retire_correction(kept.id, by="乙", reason="again")


def test_a_correction_retired_meanwhile_stops_the_commit(write: Write) -> None:
    kept = intake.add_correction(WRONG, by="甲")
    prepared = intake.prepare(write(f"{HEAD}{A},2024,400\n"), today=TODAY)
    intake.retire_correction(kept.id, by="乙", reason="复核")
    with pytest.raises(UsageError, match="已有增减"):
        intake.commit(prepared, by="甲")
    assert not Batch.objects.exists()
    assert land() == {}


@pytest.mark.parametrize(
    ("table", "head", "ending"),
    [("firm_year", HEAD, "2024,{}"), ("firms", "统一社会信用代码,企业名称", "{}厂")],
)
def test_records_changed_since_they_were_seen_stop_the_commit(
    bring: Bring, write: Write, table: str, head: str, ending: str
) -> None:
    def rows(firm: str, value: int) -> str:
        return f"{head.strip()}\n{firm},{ending.format(value)}\n"

    seen = intake.latest_of(declared(table))
    prepared = intake.prepare(write(rows(A, 400)), table, today=TODAY)
    first = bring(rows(B, 500), table, name="other.csv")
    with pytest.raises(UsageError, match="请重新检查"):
        intake.commit(prepared, by="甲", seen=seen)
    assert [str(batch.pk) for batch in Batch.objects.all()] == [first.vintage]
    seen = intake.latest_of(declared(table))
    assert intake.commit(prepared, by="甲", seen=seen).new == 1


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (Correction("firm_year", (A, "2024"), "land_mu", "1", "2", " "), "没有理由"),
        (Correction("firm_year", (A, "2024"), "nothing", "1", "2", "x"), "没有列"),
        (Correction("firm_year", (A,), "land_mu", "1", "2", "x"), "主键应为"),
        (Correction("firm_year", (A, "2024"), "period", "2024", "2025", "x"), "主键不能更正"),
        (Correction("firm_year", (A, "2024"), "land_mu", "1", "一亩多", "x"), "一亩多"),
        (Correction("firm_year", (A, "2024-13"), "land_mu", "1", "2", "x"), "2024-13"),
        (Correction("firm_year", (A, "2024"), "land_mu", "2", "2.0", "x"), "相同"),
    ],
)
def test_corrections_that_cannot_be_made_are_not_kept(wrong: Correction, says: str) -> None:
    with pytest.raises((InvalidRecords, NotFound), match=says):
        intake.add_correction(wrong, by="甲")
    assert not Row.objects.exists()


def test_a_cell_has_one_correction_in_force() -> None:
    first = intake.add_correction(WRONG, by="甲")
    with pytest.raises(UsageError, match="已有"):
        intake.add_correction(WRONG, by="甲")
    intake.retire_correction(first.id, by="甲", reason="重写")
    intake.add_correction(WRONG, by="甲")


def test_what_cannot_be_told_is_asked(write: Write) -> None:
    with pytest.raises(UnreadableInput, match="--table"):
        intake.prepare(write("a,b\n1,2\n"))
