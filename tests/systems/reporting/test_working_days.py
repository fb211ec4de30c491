"""Working days: the notices as data, checked against two packages, and counting by them."""

from __future__ import annotations

from datetime import date, timedelta

import chinese_calendar
import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.declarations import declared
from liantu.errors import InvalidDeclaration, UsageError
from liantu.systems.reporting.working_days import (
    Year,
    day_of,
    is_working,
    moved,
    nth_working_day,
    working_days,
    working_days_between,
)

FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
ANNOUNCED = st.dates(FIRST, date(2026, 12, 28))
ALL = [FIRST + timedelta(days=n) for n in range((LAST - FIRST).days + 1)]


def test_every_day_is_as_chinesecalendar_says() -> None:
    assert [day for day in ALL if is_working(day) != chinese_calendar.is_workday(day)] == []


def test_every_day_is_as_holidays_says() -> None:
    other = holidays.country_holidays("CN", years=range(2020, 2027))
    assert [day for day in ALL if is_working(day) != other.is_working_day(day)] == []


def test_every_year_names_its_notice() -> None:
    years = working_days().years
    assert [each.year for each in years] == list(range(2020, 2027))
    assert all("国办发明电" in each.document and each.issued.year < each.year for each in years)


def test_a_year_nobody_announced_falls_back_to_weekends_and_says_so() -> None:
    new_year = day_of(date(2027, 1, 1))
    assert (new_year.works, new_year.announced) == (True, False)
    assert not day_of(date(2027, 1, 2)).works
    # The notice of the year to come may still make the last days of December holidays.
    assert not day_of(date(2026, 12, 31)).announced
    assert day_of(date(2026, 12, 28)).announced
    assert nth_working_day(date(2026, 12, 31), 4).announced is False


@pytest.mark.parametrize(
    ("after", "count", "expected"),
    [
        (date(2026, 9, 30), 1, date(2026, 10, 8)),
        (date(2026, 9, 30), 3, date(2026, 10, 10)),  # a Saturday, worked
        (date(2026, 9, 30), 4, date(2026, 10, 12)),
        (date(2026, 1, 31), 8, date(2026, 2, 11)),
        (date(2026, 2, 14), 1, date(2026, 2, 24)),
        (date(2022, 12, 30), 1, date(2023, 1, 3)),
    ],
)
def test_counting_by_hand(after: date, count: int, expected: date) -> None:
    assert nth_working_day(after, count).day == expected


@given(ANNOUNCED, st.integers(1, 40))
def test_counting_on_and_between_agree(day: date, count: int) -> None:
    found = nth_working_day(day, count).day
    assert is_working(found)
    assert working_days_between(day, found) == count
    assert working_days_between(found, day) == 0


@given(st.dates(FIRST, LAST), st.sampled_from(["next", "previous", "none"]))
def test_moving_ends_on_a_working_day(day: date, to: str) -> None:
    found = moved(day, to).day  # type: ignore[arg-type]
    if to == "none" or is_working(day):
        assert found == day
    else:
        assert is_working(found)
        assert (found > day) == (to == "next")


@pytest.mark.parametrize("count", [0, -3, 10_000])
def test_counts_that_nobody_means_are_refused(count: int) -> None:
    with pytest.raises(UsageError, match="工作日"):
        nth_working_day(date(2026, 1, 1), count)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"worked": [date(2026, 1, 5)]}, "worked anyway"),
        ({"worked": [date(2026, 1, 3)]}, "both off and worked"),
        ({"worked": [date(2025, 3, 1)]}, "outside 2026"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(change: dict[str, object], said: str) -> None:
    notice = {
        "year": 2026, "document": "x", "issued": date(2025, 11, 4), "worked": [],
        "holidays": [
            {"zh": "元旦", "en": "New Year", "from": date(2026, 1, 1), "to": date(2026, 1, 3)}
        ],
    }  # fmt: skip
    with pytest.raises(InvalidDeclaration, match=said):
        declared(Year, notice | change, where="here")
