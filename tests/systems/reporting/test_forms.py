"""Filling a sheet on a page or in a workbook: the same doors, the same words, only one's own."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.errors import InvalidRecords, StaleEdit, UsageError
from liantu.records import lake
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.tables.declared import table
from liantu.systems.reporting.filing import file_sheet
from liantu.systems.reporting.forms import (
    check_drafts,
    codes_of,
    columns_to_fill,
    save_draft,
    shown,
    write_form,
)
from liantu.systems.reporting.models import Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.rows import filed
from liantu.systems.reporting.sheet_page import view
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, FIRMS, HEAD, Bring

pytestmark = pytest.mark.django_db

MONTH = "2026-10"
MINE = [code for code, area in FIRMS.items() if area == "A1"]


@pytest.fixture
def east(bring: Bring) -> Sheet:
    """The open sheet of one district, the month before filed."""
    for district in DISTRICTS:
        bring(district, "2026-09", revenue=4800)
    return sheet_named(open_cycle("firm_month", MONTH, by="规划处"), "A1")


def typed(revenue: str, head: str = "100") -> dict[str, str]:
    """A row as a page sends it: every column of the form, most of them empty."""
    cells = {column.name: "" for column in columns_to_fill(table("firm_month"))}
    return cells | {"revenue_cny": revenue, "employees": head}


def figures(month: str = MONTH) -> dict[str, tuple[float | None, int | None]]:
    rows = lake.read("firm_month").filter(pl.col("period") == month).collect()
    return {
        code: (revenue, head)
        for code, revenue, head in rows.select("credit_code", "revenue_cny", "employees").rows()
    }


def test_the_form_asks_for_everything_the_table_declares() -> None:
    declared = table("firm_month")
    asked = {column.name for column in columns_to_fill(declared)}
    assert asked == set(declared.by_name) - {"credit_code", "period", "firm_name"}


def test_a_draft_is_no_record_until_it_is_filed(east: Sheet) -> None:
    for code in MINE:
        east = save_draft(east, code, typed("5010.5"), seen=east.version)
    assert figures() == {}
    taken = file_sheet(east, by="东区")
    assert figures() == dict.fromkeys(MINE, (50_105_000.0, 100))
    assert (taken.sheet.state, taken.sheet.rows, taken.sheet.drafts) == ("filed", 4, {})


def test_wrong_cells_are_told_and_nothing_is_filed(east: Sheet) -> None:
    save_draft(east, MINE[0], typed("很多"))
    save_draft(east, MINE[1], typed("5000", "-3"))
    with pytest.raises(InvalidRecords) as refused:
        file_sheet(sheet_named(east.cycle, "A1"), by="东区")
    said = "".join(message.zh for message in refused.value.problems)
    assert "很多" in said
    assert "从业人员" in said
    assert figures() == {}
    kept = sheet_named(east.cycle, "A1")
    assert (kept.state, set(kept.drafts)) == ("open", {MINE[0], MINE[1]})


def test_a_cell_emptied_by_hand_is_emptied(east: Sheet, bring: Bring) -> None:
    bring("A1", MONTH)
    save_draft(east, MINE[0], typed("5000", ""))
    file_sheet(sheet_named(east.cycle, "A1"), by="东区")
    assert figures()[MINE[0]] == (50_000_000.0, None)
    assert figures()[MINE[1]] == (50_000_000.0, 100)


def test_formulas_typed_into_a_cell_stay_text(east: Sheet) -> None:
    declared = table("project_month")
    assert "difficulties" in {column.name for column in columns_to_fill(declared)}
    save_draft(east, MINE[0], typed("=1+1"))
    checked = check_drafts(sheet_named(east.cycle, "A1"))
    assert checked is not None
    assert len(checked.checked.rejected) == 1


def test_two_who_fill_the_same_sheet_are_told(east: Sheet) -> None:
    save_draft(east, MINE[0], typed("5000"), seen=east.version)
    with pytest.raises(StaleEdit, match="草稿未保存"):
        save_draft(east, MINE[1], typed("5000"), seen=east.version)


def test_only_ones_own_rows(east: Sheet, tmp_path: Path) -> None:
    west = next(code for code, area in FIRMS.items() if area == "A2")
    with pytest.raises(UsageError, match="不在“东区”本期应报之列"):
        save_draft(east, west, typed("5000"))
    for number, line in enumerate((f"{west},{MONTH},1,1", f"{MINE[0]},2026-09,1,1")):
        path = tmp_path / f"other{number}.csv"
        path.write_text(f"{HEAD}\n{MINE[1]},{MONTH},5000,1\n{line}", encoding="utf-8")
        with pytest.raises(InvalidRecords, match="有 1 行不属于“东区”"):
            file_sheet(east, by="东区", path=path)
    assert figures() == {}


def test_a_filed_sheet_takes_no_draft(east: Sheet, bring: Bring) -> None:
    bring("A1", MONTH)
    take(east, "file", by="东区")
    with pytest.raises(UsageError, match="当前为“已报”"):
        save_draft(sheet_named(east.cycle, "A1"), MINE[0], typed("1"))
    with pytest.raises(UsageError, match="汇总表"):
        save_draft(sheet_named(east.cycle, "city"), MINE[0], typed("1"))


def test_the_workbook_comes_back_as_it_was_filled_in(east: Sheet, tmp_path: Path) -> None:
    save_draft(east, MINE[0], typed("5123.45"))
    path = tmp_path / "form.xlsx"
    write_form(sheet_named(east.cycle, "A1"), path)
    page = pl.read_excel(path, sheet_name=table("firm_month").zh, infer_schema_length=None)
    assert page.height == 4
    before = pl.read_excel(path, sheet_name="上期数（仅供参考）", infer_schema_length=None)
    assert set(before["营业收入（万元）"].cast(pl.Float64)) == {4800.0}
    file_sheet(sheet_named(east.cycle, "A1"), by="东区", path=path)
    assert figures()[MINE[0]] == (51_234_500.0, 100)


def test_whoever_files_besides_is_shown_too(east: Sheet, bring: Bring) -> None:
    assert codes_of(east) == tuple(sorted(MINE))
    Sheet.objects.filter(pk=east.pk).update(expected=MINE[:2])
    bring("A1", MONTH)
    assert codes_of(sheet_named(cycle_named("firm_month", MONTH), "A1")) == tuple(sorted(MINE))


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("revenue_cny", 50_105_000.0, "5010.5"), ("employees", 12, "12"), ("revenue_cny", None, ""),
     ("revenue_cny", -0.5, "-0.00005")],
)  # fmt: skip
def test_values_as_typed(name: str, value: float | None, said: str) -> None:
    assert shown(table("firm_month")[name], value) == said


def test_a_total_that_does_not_come_to_its_parts_is_told(bring: Bring, tmp_path: Path) -> None:
    firms = "\n".join(f"{code},2025,1000,10" for code, area in FIRMS.items() if area == "A1")
    for name, table_id, text in (
        ("firms.csv", "firm_year",
         f"统一社会信用代码,年份,营业收入（万元）,从业人员（人）\n{firms}"),
        ("area.csv", "area_year",
         "地区代码,年份,规上工业营业收入（万元）,规上工业从业人员（人）\nA1,2025,8000,40"),
    ):  # fmt: skip
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        accept(check(path, table_id), by="x")
    sheet = sheet_named(open_cycle("area_year", "2025", by="规划处"), "A1")
    found = view(sheet)
    (gap,) = [one for one in found.gaps if "营业收入" in one.zh]
    assert "−50.0%" in gap.zh
    assert found.counts["warnings"] >= 1
    assert take(sheet, "file", by="东区").sheet.warnings == filed(sheet).warnings >= 1
