"""Periods as numbers, their ends and due days."""

from __future__ import annotations

from datetime import date

import polars as pl
import pytest

from liantu.records.quality.calendar import (
    calendar_of,
    code_of,
    end_of,
    number,
    number_at,
    number_of,
    opens,
)  # fmt: skip
from liantu.records.tables.declared import Grain, table


@pytest.mark.parametrize(
    ("code", "grain", "end"),
    [
        ("2025", "year", date(2025, 12, 31)),
        ("2025Q1", "quarter", date(2025, 3, 31)),
        ("2024-02", "month", date(2024, 2, 29)),
        ("2025-12", "month", date(2025, 12, 31)),
    ],
)
def test_a_period_is_a_number_and_back(code: str, grain: Grain, end: date) -> None:
    at = number_of(code, grain)
    assert code_of(at, grain) == code
    assert end_of(at, grain) == end
    assert number_at(end, grain) == at
    days = pl.DataFrame({"day": [end, end.replace(day=1)]})
    assert days.select(number(pl.col("day"), grain))["day"].to_list()[0] == at


def test_first_days_open_a_period() -> None:
    days = pl.Series(
        "day", [date(2025, 1, 1), date(2025, 4, 1), date(2025, 2, 1), date(2025, 4, 2)]
    )
    frame = days.to_frame()
    told = {grain: frame.select(opens(pl.col("day"), grain))["day"].to_list()
            for grain in ("year", "quarter", "month")}  # fmt: skip
    assert told == {
        "year": [True, False, False, False],
        "quarter": [True, True, False, False],
        "month": [True, True, True, False],
    }


def test_due_days_come_from_the_table() -> None:
    months = calendar_of(table("firm_month"), "2024-11", date(2025, 1, 5), 60)
    assert months.codes == ("2024-11", "2024-12", "2025-01")
    assert months.due[1] == date(2025, 1, 18)
    assert calendar_of(table("firm_month"), "2010-01", date(2025, 1, 5), 2).codes == (
        "2024-12", "2025-01",
    )  # fmt: skip
