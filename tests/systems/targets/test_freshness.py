"""The freshness light: due dates by rhythm, relative to the date asked about."""

from __future__ import annotations

from datetime import date

import pytest

from liantu.records.figures.indicators import load_indicators
from liantu.systems.targets.forms.case import Clock
from liantu.systems.targets.freshness import freshness_of, next_end
from liantu.systems.targets.rules import freshness_rules

FIRMS = load_indicators()["above_scale_firms"]  # a count: yearly, 180 days, 90 days of grace
GROWTH = load_indicators()["above_scale_value_added_growth"]  # monthly, 30 days, 30 of grace


@pytest.mark.parametrize(
    ("as_of", "latest", "light"),
    [
        (date(2021, 3, 31), None, "not_due"),
        (date(2022, 8, 1), None, "due"),
        (date(2023, 6, 30), None, "never"),
        (date(2024, 3, 31), date(2022, 12, 31), "fresh"),
        (date(2024, 7, 31), date(2022, 12, 31), "due"),
        (date(2024, 12, 31), date(2022, 12, 31), "overdue"),
        (date(2025, 12, 31), date(2024, 12, 31), "fresh"),
        (date(2025, 12, 31), date(2025, 2, 28), "fresh"),
        (date(2030, 12, 31), date(2025, 12, 31), "fresh"),
    ],
)
def test_yearly_figures(as_of: date, latest: date | None, light: str) -> None:
    found = freshness_of(FIRMS, latest, Clock(as_of, 2021, 2025), freshness_rules())
    assert found.freshness == light
    assert found.reason.zh
    assert found.reason.en


@pytest.mark.parametrize(
    ("as_of", "light"),
    [
        (date(2023, 7, 20), "fresh"),
        (date(2023, 8, 15), "fresh"),
        (date(2023, 9, 15), "due"),
        (date(2023, 10, 30), "overdue"),
    ],
)
def test_monthly_growth_ages_faster(as_of: date, light: str) -> None:
    latest = date(2023, 6, 30)
    found = freshness_of(GROWTH, latest, Clock(as_of, 2021, 2025), freshness_rules())
    assert found.freshness == light


def test_the_reason_counts_the_days() -> None:
    clock = Clock(date(2024, 12, 31), 2021, 2025)
    found = freshness_of(FIRMS, date(2022, 12, 31), clock, freshness_rules())
    late = (date(2024, 12, 31) - date(2024, 6, 28)).days
    assert f"{late}天" in found.reason.zh


def test_nothing_measures_it() -> None:
    found = freshness_of(None, None, Clock(date(2025, 12, 31), 2021, 2025), freshness_rules())
    assert (found.freshness, found.rule) == ("never", "")


@pytest.mark.parametrize(
    ("day", "months", "end"),
    [
        (date(2023, 12, 31), 1, date(2024, 1, 31)),
        (date(2024, 1, 31), 1, date(2024, 2, 29)),
        (date(2024, 2, 10), 3, date(2024, 3, 31)),
        (date(2024, 3, 31), 3, date(2024, 6, 30)),
        (date(2024, 6, 30), 12, date(2024, 12, 31)),
        (date(2024, 12, 31), 12, date(2025, 12, 31)),
    ],
)
def test_ends_of_periods(day: date, months: int, end: date) -> None:
    assert next_end(day, months) == end
