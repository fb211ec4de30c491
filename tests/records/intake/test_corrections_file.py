"""A file of corrections: read from csv and xlsx, kept whole or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
import xlsxwriter

from liantu.errors import InvalidRecords, LiantuError, NothingToCompute, UnreadableInput
from liantu.records import intake, lake, registers
from liantu.records.models import Batch, Correction

from .conftest import Bring, Write, code

pytestmark = pytest.mark.django_db

HEAD = "table,key,column,expect,value,reason"
YEAR = f'firm_year,"[""{code(1)}"",""2024""]",land_mu,40,44,见台账'
NAME = "chains,c1,name,甲链,乙链,公布的名称"


def row(text: str) -> str:
    return f"{HEAD}\n{text}\n"


@pytest.fixture
def filled(bring: Bring) -> None:
    """One firm's year and one chain; both have a cell wrong."""
    bring(f"统一社会信用代码,企业名称\n{code(1)},甲厂\n", "firms", "firms.csv")
    bring(f"统一社会信用代码,年份,用地面积（亩）\n{code(1)},2024,40\n", "firm_year", "y.csv")
    bring("产业链代码,产业链名称\nc1,甲链\n", "chains", "chains.csv")


def state() -> tuple[list[float], list[str], int, int]:
    return (
        list(lake.read("firm_year").collect()["land_mu"]),
        list(registers.read("chains")["name"]),
        Correction.objects.count(),
        Batch.objects.count(),
    )


@pytest.mark.usefixtures("filled")
def test_corrections_of_a_series_and_a_register_are_made(write: Write) -> None:
    read = intake.read_corrections(write(f"{HEAD}\n{YEAR}\n\n{NAME}\n"))
    kept = intake.add_corrections(read, by="亩均办")
    assert [one.correction.value for one in kept] == ["44", "乙链"]
    assert state()[:3] == ([44.0], ["乙链"], 2)
    assert [one.id for one in intake.add_corrections(read, by="又")] == [one.id for one in kept]


@pytest.mark.usefixtures("filled")
@pytest.mark.parametrize(
    ("bad", "says"),
    [
        (NAME.replace("甲链", "丙链"), "预期原值"),
        (NAME.replace("name", "nickname"), "nickname"),
        (NAME.replace("乙链", ""), "产业链名称"),
        (NAME + "\n" + NAME.replace("乙链", "丁链"), "多条"),
        ('firm_year,"[""x"",""2024"",""1""]",land_mu,1,2,因', "主键"),
    ],
)
def test_all_are_kept_or_none(write: Write, bad: str, says: str) -> None:
    before = state()
    with pytest.raises(InvalidRecords, match=says):
        intake.add_corrections(intake.read_corrections(write(f"{HEAD}\n{YEAR}\n{bad}\n")), by="x")
    assert state() == before
    assert lake.check().sound


@pytest.mark.usefixtures("filled")
def test_a_key_written_another_way_is_the_same_key(write: Write) -> None:
    read = intake.read_corrections(write(row(YEAR.replace("2024", "2024年"))))
    (kept,) = intake.add_corrections(read, by="x")
    assert kept.correction.key == (code(1), "2024")
    assert [one.id for one in intake.add_corrections(read, by="y")] == [kept.id]


@pytest.mark.usefixtures("filled")
def test_two_of_a_kind_count_once(write: Write) -> None:
    read = intake.read_corrections(write(f"{HEAD}\n{NAME}\n{NAME}\n"))
    assert len({one.id for one in intake.add_corrections(read, by="x")}) == 1


def test_a_workbook_will_do_and_columns_in_any_order(tmp_path: Path) -> None:
    path = tmp_path / "corrections.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["reason", "value", "expect", "column", "key", "table"])
        page.write_row(1, 0, ["因", 44, 40, "land_mu", f'["{code(1)}", 2024]', "firm_year"])
    (read,) = intake.read_corrections(path)
    assert (read.key, read.expect, read.value) == ((code(1), "2024"), "40", "44")


@pytest.mark.parametrize(
    ("text", "kind", "says"),
    [
        (HEAD, NothingToCompute, "只有表头"),
        ("table,key\nfirms,1\n", UnreadableInput, "表头应为"),
        (HEAD + "," + "x" * 9000 + "\n", UnreadableInput, "表头应为"),
        (row("chains,c1"), InvalidRecords, "2 个单元格"),
        (row(NAME + ",多"), InvalidRecords, "7 个单元格"),
        (row(NAME.replace("公布的名称", "")), InvalidRecords, "没有理由"),
        (row(NAME.replace("甲链", "甲\x07")), InvalidRecords, "控制字符"),
        (row(NAME.replace("乙链", "乙" * 5000)), InvalidRecords, "4000"),
        (row(NAME.replace("chains", "表")), InvalidRecords, "表"),
        (row(NAME.replace("c1", "[" * 9000)), InvalidRecords, "key"),
        (row(NAME.replace("c1", '"[""\\u0000""]"')), InvalidRecords, "JSON"),
        (row(NAME.replace("c1", '"[[1]]"')), InvalidRecords, "JSON"),
        (row(NAME.replace("c1", '"[""\\ud800""]"')), InvalidRecords, "JSON"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_told(
    write: Write, text: str, kind: type[LiantuError], says: str
) -> None:
    with pytest.raises(kind, match=says) as refused:
        intake.read_corrections(write(text))
    assert len(str(refused.value)) < 2000
    str(refused.value).encode()
