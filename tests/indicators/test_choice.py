"""A measure that takes the first of several that has a value; kinds that nobody put on record."""

from __future__ import annotations

from datetime import date
from typing import Any

import polars as pl
import pytest
from tests.indicators.case_files import cases

from liantu.indicators.compute import compute
from liantu.indicators.inputs import from_frames
from liantu.indicators.loading import FOLDER, load

_CATALOGUE = load((FOLDER,))
_DAY = date(2099, 1, 1)
_FIRMS = [
    {"credit_code": "F1", "area_code": "D1"},
    {"credit_code": "F2", "area_code": "D2"},
]
_SAID = ["period", "district", "value", "units", "expected", "coverage", "absence"]


def _rows(frame: pl.DataFrame, measure: str, period: str) -> list[dict[str, Any]]:
    own = frame.filter(pl.col("measure") == measure, pl.col("period") == period)
    return own.select(_SAID).sort("district", nulls_last=False).to_dicts()


@pytest.mark.parametrize(
    ("period", "taken"),
    [("2024", "revenue_annual"), ("2025", "revenue_monthly"), ("2025Q1", "revenue_monthly")],
)
def test_coverage_and_units_are_of_the_return_that_was_taken(period: str, taken: str) -> None:
    frame = compute(
        _CATALOGUE,
        cases()["revenue_annual"].inputs,
        ["above_scale_revenue", "revenue_annual", "revenue_monthly"],
        [period],
        [(), ("district",)],
    ).frame
    chosen = _rows(frame, "above_scale_revenue", period)
    part = _rows(frame, taken, period)
    if period == "2025":  # the one firm that has filed its year is all of no district
        assert _rows(frame, "revenue_annual", period)[0]["value"] is None
    assert chosen[0]["value"] is not None
    assert chosen == part


def test_one_return_is_taken_for_all_groups_so_that_they_add_up() -> None:
    records = {
        "firms": _FIRMS,
        "firm_year": [
            {"credit_code": "F1", "period": "2023", "revenue_cny": 9e7},
            {"credit_code": "F2", "period": "2023", "revenue_cny": 9e7},
            {"credit_code": "F1", "period": "2024", "revenue_cny": 5e8},
        ],
        "firm_month": [
            {"credit_code": "F1", "period": "2024-01", "revenue_cny": 1e8},
            {"credit_code": "F2", "period": "2024-01", "revenue_cny": 2e8},
        ],
    }
    for by in ([(), ("district",)], [("district",)]):
        frame = compute(
            _CATALOGUE, from_frames(records, _DAY), ["above_scale_revenue"], ["2023", "2024"], by
        ).frame
        years = [
            {row["district"]: row["value"] for row in _rows(frame, "above_scale_revenue", year)}
            for year in ("2023", "2024")
        ]
        whole = [{None: 1.8}, {None: 3.0}] if () in by else [{}, {}]
        assert years[0] == {"D1": 0.9, "D2": 0.9} | whole[0]
        assert years[1] == {"D1": 1.0, "D2": 2.0} | whole[1]  # and not D1's annual 5


def test_none_of_a_kind_in_the_whole_city_is_not_reported_and_no_zero() -> None:
    records = {
        "firms": _FIRMS,
        "titles": [
            {"credit_code": "F1", "title": "瞪羚企业", "level": "city", "granted_on": "2023-03-01"},
            {"credit_code": "F2", "title": "智能工厂", "level": "city", "granted_on": "2025-03-01"},
        ],
    }
    frame = compute(
        _CATALOGUE, from_frames(records, _DAY), ["gazelles", "smart_factories", "unicorns"],
        ["2024", "2025"], [(), ("district",)],
    ).frame  # fmt: skip
    gazelles = {row["district"]: row["value"] for row in _rows(frame, "gazelles", "2024")}
    assert gazelles == {None: 1.0, "D1": 1.0, "D2": 0.0}
    for measure, period in (("unicorns", "2025"), ("smart_factories", "2024")):
        told = _rows(frame, measure, period)
        assert {(row["value"], row["absence"]) for row in told} == {(None, "not_reported")}
    assert _rows(frame, "smart_factories", "2025")[0]["value"] == 1.0
    districts = _CATALOGUE, from_frames(records, _DAY), ["unicorns"], ["2025"], [("district",)]
    assert set(compute(*districts).frame["absence"]) == {"not_reported"}


def test_firms_are_grouped_by_titles_that_are_in_force_on_the_day() -> None:
    records = {
        "firms": _FIRMS,
        "firm_year": [
            {"credit_code": "F1", "period": "2024", "equity_raised_cny": 1e8},
            {"credit_code": "F2", "period": "2024", "equity_raised_cny": 3e8},
        ],
        "titles": [
            {"credit_code": "F1", "title": "瞪羚企业", "granted_on": "2021-01-01"},
            {"credit_code": "F2", "title": "瞪羚企业", "granted_on": "2021-01-01",
             "expires_on": "2024-01-01"},
            {"credit_code": "F2", "title": "独角兽企业", "granted_on": "2023-01-01"},
            {"credit_code": "F1", "title": "独角兽企业", "granted_on": "2026-01-01"},
        ],
    }  # fmt: skip
    values = compute(
        _CATALOGUE,
        from_frames(records, date(2025, 6, 1)),
        ["equity_raised"],
        ["2024"],
        [("title",)],
    )
    found = dict(values.frame.select("title", "value").iter_rows())
    assert found == {"瞪羚企业": 1.0, "独角兽企业": 3.0}
