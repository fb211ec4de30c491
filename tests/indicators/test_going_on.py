"""A year or a quarter that is not over yet has no value; the months since January have."""

from __future__ import annotations

from datetime import date

import pytest

from liantu.indicators.compute import compute
from liantu.indicators.inputs import from_frames
from liantu.indicators.loading import FOLDER, load

_CATALOGUE = load((FOLDER,))
_RECORDS = {
    "firms": [{"credit_code": "F1", "area_code": "D1"}, {"credit_code": "F2", "area_code": "D2"}],
    "firm_month": [
        {"credit_code": firm, "period": f"{year}-{month:02d}", "revenue_cny": 1e8, "employees": 5}
        for firm in ("F1", "F2")
        for year in (2023, 2024)
        for month in range(1, 13)
        if (year, month) <= (2024, 6 if firm == "F1" else 5)
    ],
}


@pytest.mark.parametrize(
    ("day", "period", "value", "absence"),
    [
        (date(2024, 7, 31), "2024", None, "not_due"),
        (date(2024, 7, 31), "2024-06T", 11.0, None),
        (date(2024, 7, 31), "2024Q2", 5.0, None),  # due, and F2's June is missing
        (date(2024, 7, 31), "2024Q3", None, "not_due"),
        (date(2024, 6, 20), "2024Q2", 5.0, None),  # five of six returns are there already
        (date(2024, 6, 20), "2024-06", 1.0, None),  # a month is what has come of it
        (date(2024, 5, 25), "2024Q2", 5.0, None),
        (date(2025, 1, 10), "2024", None, "not_due"),  # December is due on the 18th
        (date(2025, 1, 20), "2024", 11.0, None),  # half a year did not come: coverage says so
        (date(2025, 1, 20), "2023", 24.0, None),
    ],
)
def test_a_longer_period_waits_for_its_last_returns(
    day: date, period: str, value: float | None, absence: str | None
) -> None:
    values = compute(_CATALOGUE, from_frames(_RECORDS, day), ["revenue_monthly"], [period])
    row = values.frame.row(0, named=True)
    assert (row["value"], row["absence"]) == (value, absence)


def test_growth_of_an_unfinished_year_is_not_due_and_that_of_its_months_is_told() -> None:
    values = compute(
        _CATALOGUE, from_frames(_RECORDS, date(2024, 7, 31)), ["revenue_growth", "employees_total"],
        ["2024", "2024-05T"], [("district",)],
    ).frame  # fmt: skip
    told = {
        (row["measure"], row["period"], row["district"]): (row["value"], row["absence"])
        for row in values.to_dicts()
    }
    for district in ("D1", "D2"):
        assert told["revenue_growth", "2024", district] == (None, "not_due")
        assert told["revenue_growth", "2024-05T", district] == (0.0, None)
        assert told["employees_total", "2024", district] == (None, "not_due")


def test_what_is_counted_at_the_end_of_an_unfinished_year_is_counted_today() -> None:
    titles = [
        {"credit_code": "F1", "title": "高新技术企业", "level": "national",
         "granted_on": "2022-10-01", "expires_on": "2025-09-30"},
        {"credit_code": "F2", "title": "高新技术企业", "level": "national",
         "granted_on": "2023-10-01", "expires_on": "2026-09-30"},
    ]  # fmt: skip
    records = {"firms": _RECORDS["firms"], "titles": titles}
    inputs = from_frames(records, date(2025, 6, 30))
    values = compute(_CATALOGUE, inputs, ["hightech_firms"], ["2023", "2024", "2025", "2026"])
    told = {row["period"]: (row["value"], row["absence"]) for row in values.frame.to_dicts()}
    assert told == {
        "2023": (2.0, None),
        "2024": (2.0, None),
        "2025": (2.0, None),  # F1's certificate has another quarter to run
        "2026": (None, "not_due"),
    }


def test_a_year_in_whose_midst_the_records_begin_is_none_and_nothing_grows_from_it() -> None:
    months = [
        {
            "credit_code": "F1",
            "period": f"{year}-{month:02d}",
            "electricity_kwh": 1e8,
            "employees": 10_000 * (year - 2021),
        }
        for year in (2022, 2023, 2024)
        for month in range(1, 13)
        if (year, month) >= (2022, 7)
    ]
    inputs = from_frames({"firms": _RECORDS["firms"], "firm_month": months}, date(2026, 1, 1))
    asked = ["electricity_total", "electricity_growth", "electricity_growth_same_firms",
             "employees_growth"]  # fmt: skip
    values = compute(_CATALOGUE, inputs, asked, ["2022", "2022Q3", "2023", "2023Q3", "2024"]).frame
    told = {
        (row["measure"].removeprefix("electricity_"), row["period"]): row["value"]
        for row in values.to_dicts()
    }
    assert told["total", "2022"] is None
    assert told["total", "2022Q3"] == 3.0
    assert told["total", "2023"] == 12.0
    assert told["growth", "2023"] is None
    assert told["growth_same_firms", "2023"] is None
    assert told["growth", "2023Q3"] == told["growth_same_firms", "2023Q3"] == 0.0
    assert told["growth", "2024"] == told["growth_same_firms", "2024"] == 0.0
    assert (
        told["employees_growth", "2023"] == 100.0
    )  # what counts is how many there were at the end


def test_a_january_that_is_not_asked_for_makes_no_year_unfinished() -> None:
    months = [
        {"credit_code": "F1", "period": f"2023-{month:02d}", "electricity_kwh": 1e8}
        for month in range(2, 13)
    ]
    inputs = from_frames({"firms": _RECORDS["firms"], "firm_month": months}, date(2026, 1, 1))
    values = compute(_CATALOGUE, inputs, ["electricity_total"], ["2023", "2023Q1"]).frame
    assert values.sort("period")["value"].to_list() == [11.0, 2.0]
