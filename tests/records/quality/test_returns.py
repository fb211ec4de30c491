"""Who should have filed what: missing, late, not due, not applicable, and since when it is told."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from tests.records.quality.conftest import EAST, WEST, Bring, code, firm, month, register

from liantu.records import registers
from liantu.records.quality import report
from liantu.records.quality.sentence import sentence

pytestmark = pytest.mark.django_db

MONTHS = [f"2025-{n:02}" for n in range(1, 7)]


def cell(district: str, period: str, day: date, table: str = "firm_month") -> dict[str, Any]:
    counts = report(day=day).tables[table].counts
    found = counts.filter((counts["district"] == district) & (counts["period"] == period))
    assert found.height == 1
    return found.row(0, named=True)


def missing(day: date, as_of: str | None = None) -> set[tuple[str, str]]:
    rows = report(as_of, day).tables["firm_month"].rows("missing")
    return set(rows.select("entity", "period").rows())


@pytest.fixture
def filed(bring: Bring) -> Bring:
    """Three firms; number 2 leaves March out, number 3 lies in the west and stops in April."""
    register("firms", [firm(1), firm(2), firm(3, area_code=WEST), firm(9, above_scale=False)])
    for n, period in enumerate(MONTHS[:4], start=2):
        rows = [month(1, period)]
        rows += [month(2, period)] if period != "2025-03" else []
        rows += [month(3, period)] if period < "2025-04" else []
        bring("firm_month", rows, date(2025, n, 12))
    return bring


def test_due_and_not_there_is_missing(filed: Bring) -> None:
    assert missing(date(2025, 6, 10)) == {(code(2), "2025-03"), (code(3), "2025-04")}


def test_not_due_is_not_missing(filed: Bring) -> None:
    due = date(2025, 6, 18)
    assert (code(3), "2025-05") not in missing(due)
    assert cell(WEST, "2025-05", due)["not_due"] == 1
    filed("firm_month", [month(1, "2025-05")], date(2025, 6, 12))
    assert (code(3), "2025-05") not in missing(due)
    assert (code(3), "2025-05") in missing(date(2025, 6, 19))
    assert cell(WEST, "2025-06", due)["not_due"] == 1


def test_counts_of_a_cell_add_up(filed: Bring) -> None:
    for period in MONTHS[:5]:
        told = cell(EAST, period, date(2025, 6, 25))
        assert told["expected"] == 2
        states = ("filed", "missing", "awaited", "not_due")
        assert sum(told[state] for state in states) == told["expected"]


def test_a_period_that_nobody_filed_is_awaited_not_missing(filed: Bring) -> None:
    day = date(2025, 6, 25)
    quality = report(day=day).tables["firm_month"]
    assert quality.grid.awaited == ["2025-05"]
    assert cell(EAST, "2025-05", day)["awaited"] == 2
    assert "2025-05" not in {period for _, period in missing(day)}
    assert "整期未到的：企业月报自2025-05起1期" in sentence(report(day=day)).zh
    filed("firm_month", [month(1, "2025-05")], date(2025, 6, 20))
    assert {(code(2), "2025-05"), (code(3), "2025-05")} <= missing(day)
    assert report(day=day).tables["firm_month"].grid.awaited == []


def test_rows_say_since_when_and_whether_it_ever_filed(filed: Bring) -> None:
    register("firms", [firm(4)])
    rows = report(day=date(2025, 6, 10)).tables["firm_month"].rows("missing")
    never = rows.filter(rows["entity"] == code(4))
    assert never["period"].to_list() == ["2025-01", "2025-02", "2025-03", "2025-04"]
    assert never["ever"].to_list() == [False] * 4
    march = rows.filter((rows["entity"] == code(2)) & (rows["period"] == "2025-03"))
    assert march.select("due", "days", "ever", "name").row(0) == (
        date(2025, 4, 18), 53, True, "甲市第2机械有限公司",
    )  # fmt: skip


def test_nothing_is_expected_before_founding_after_closing_or_below_scale(bring: Bring) -> None:
    register(
        "firms",
        [
            firm(1),
            firm(2, established_on=date(2025, 3, 1)),
            firm(3, established_on=date(2025, 3, 2)),
            firm(4, state="closed", closed_on=date(2025, 3, 31)),
            firm(5, state="paused"),
            firm(6, kind="site", parent_code=code(1)),
            firm(7, above_scale=None),
        ],
    )
    rows = [month(1, period) for period in MONTHS]
    bring("firm_month", [*rows, month(5, "2025-01"), month(5, "2025-03")], date(2025, 7, 1))
    found = missing(date(2025, 8, 1))
    assert {period for entity, period in found if entity == code(2)} == set(MONTHS[2:])
    assert {period for entity, period in found if entity == code(3)} == set(MONTHS[3:])
    assert {period for entity, period in found if entity == code(4)} == set(MONTHS[:2])
    assert {period for entity, period in found if entity == code(5)} == {"2025-02"}
    assert {entity for entity, _ in found} == {code(2), code(3), code(4), code(5)}
    told = cell(EAST, "2025-02", date(2025, 8, 1))
    assert told["not_applicable"] == 2


def test_late_is_told_from_the_first_acceptance_not_from_a_correction(filed: Bring) -> None:
    filed("firm_month", [month(2, "2025-03")], date(2025, 5, 20))
    filed("firm_month", [month(2, "2025-03", revenue_cny=11_000_000.0)], date(2025, 6, 1))
    filed("firm_month", [month(1, "2025-01", revenue_cny=11_000_000.0)], date(2025, 6, 2))
    late = report(day=date(2025, 6, 10)).tables["firm_month"].rows("late")
    assert late.select("entity", "period", "days").rows() == [(code(2), "2025-03", 32)]


def test_history_loaded_afterwards_is_not_called_late(bring: Bring) -> None:
    register("firms", [firm(1)])
    bring("firm_month", [month(1, period) for period in MONTHS[:3]], date(2025, 6, 1))
    bring("firm_month", [month(1, "2025-05")], date(2025, 6, 20))
    quality = report(day=date(2025, 6, 30)).tables["firm_month"]
    assert quality.total("afterwards") == 3
    assert quality.rows("late")["period"].to_list() == ["2025-05"]


def test_a_withdrawn_return_is_missing_again(filed: Bring) -> None:
    filed("firm_month", [month(1, "2025-02")], date(2025, 6, 3), mode="withdraw", reason="误报")
    assert (code(1), "2025-02") in missing(date(2025, 6, 10))
    assert (code(1), "2025-02") not in missing(date(2025, 6, 10), as_of="2025-06-02")


def test_the_past_is_told_as_it_was(filed: Bring) -> None:
    filed("firm_month", [month(2, "2025-03")], date(2025, 6, 5))
    assert (code(2), "2025-03") not in missing(date(2025, 6, 10))
    assert (code(2), "2025-03") in missing(date(2025, 6, 10), as_of="2025-06-04")


def test_figures_of_a_merged_firm_count_for_the_one_that_stands_for_it(filed: Bring) -> None:
    register("firms", [firm(5)])
    filed("firm_month", [month(5, "2025-03")], date(2025, 6, 5))
    assert (code(2), "2025-03") in missing(date(2025, 6, 10))
    registers.merge("firms", keep=code(2), drop=code(5), by="测试", reason="同一单位")
    assert (code(2), "2025-03") not in missing(date(2025, 6, 10))


def test_a_stray_old_row_opens_no_window(bring: Bring) -> None:
    register("firms", [firm(n) for n in range(1, 8)])
    rows = [month(n, period) for n in range(1, 8) for period in MONTHS[:5]]
    bring("firm_month", [*rows, month(1, "2019-01")], date(2025, 6, 6))
    assert report(day=date(2025, 6, 10)).tables["firm_month"].grid.calendar.codes[0] == "2025-01"


def test_a_town_counts_with_its_district(filed: Bring) -> None:
    register("firms", [firm(4, area_code="990102001")])
    assert cell(EAST, "2025-01", date(2025, 6, 10))["expected"] == 3


def test_an_empty_ledger_expects_nothing(areas: None) -> None:
    found = report(day=date(2025, 6, 10))
    assert found.total("missing") == found.total("filed") == 0
    assert found.tables["firm_month"].grid is None
    assert found.todo.height == 0


def test_todo_names_table_district_and_oldest(filed: Bring) -> None:
    todo = report(day=date(2025, 6, 25)).todo
    assert todo.rows() == [
        ("firm_month", EAST, 1, 1, "2025-03"),
        ("firm_month", WEST, 1, 1, "2025-04"),
    ]


def test_projects_file_every_month_they_are_built_in(bring: Bring) -> None:
    project = {"project_code": "P-0001", "name": "一期", "area_code": EAST, "stage": "building"}
    register(
        "projects",
        [
            {**project, "started_on": date(2025, 2, 20)},
            {**project, "project_code": "P-0002", "stage": "finished",
             "started_on": date(2025, 1, 5), "finished_on": date(2025, 3, 3)},
            {**project, "project_code": "P-0003", "stage": "lead"},
        ],
    )  # fmt: skip
    months = [
        {"project_code": "P-0002", "period": period, "invested_total_cny": 1e6}
        for period in ("2025-01", "2025-02", "2025-03")
    ]
    bring("project_month", [row for row in months if row["period"] != "2025-02"],
          date(2025, 4, 2))  # fmt: skip
    rows = report(day=date(2025, 5, 3)).tables["project_month"].rows("missing")
    assert set(rows.select("entity", "period").rows()) == {
        ("P-0002", "2025-02"), ("P-0001", "2025-02"), ("P-0001", "2025-03"),
    }  # fmt: skip
