"""Compound growth on published figures and on hand-made cases."""

from __future__ import annotations

import math

import pytest

from liantu.methods import growth


@pytest.mark.parametrize(
    ("rate", "index"), [(7, 1.403), (9, 1.539), (8, 1.469)], ids=["7%", "9%", "8%"]
)
def test_five_years_of_an_annual_average(rate: float, index: float) -> None:
    """Golden: indices that five years of 7, 8 and 9% lead to."""
    assert growth.index_of_average(rate, 5) == pytest.approx(index, abs=5e-4)


def test_average_is_geometric_not_arithmetic() -> None:
    low, high = growth.average_growth([100, -50], [100, -50])
    assert low == high == pytest.approx(0)


def test_average_of_above_scale_value_added_2021_to_2025() -> None:
    """Golden by hand: 1.106·1.056·1.041·1.048·1.07 = 1.36337, fifth root 1.06395."""
    known = [5.6, 4.1, 4.8, 7.0]
    low, high = growth.average_growth([10.6, *known], [12.6, *known])
    assert low == pytest.approx(6.395, abs=5e-3)
    assert high == pytest.approx(6.778, abs=5e-3)


def test_a_year_without_figure_leaves_the_average_open() -> None:
    low, high = growth.average_growth([-100, 5], [math.inf, 5])
    assert low == -100
    assert high == math.inf


def test_growth_needed_fills_the_gap_exactly() -> None:
    low, high = growth.growth_needed(1.2, 1.3, 7, 5, 2)
    for index, need in ((1.3, low), (1.2, high)):
        assert index * (1 + need / 100) ** 2 == pytest.approx(1.07**5)
    assert low < high


def test_growth_needed_from_nothing_is_infinite() -> None:
    low, high = growth.growth_needed(0, 1.3, 7, 5, 2)
    assert math.isfinite(low)
    assert high == math.inf


def test_full_year_is_bounded_by_what_the_missing_months_weigh() -> None:
    assert growth.full_year_from_to_date(11.6, 11.6, 11, spread_points=12) == (10.6, 12.6)
    assert growth.full_year_from_to_date(7.0, 7.0, 12, spread_points=12) == (7.0, 7.0)
    low, _ = growth.full_year_from_to_date(-95, -95, 6, spread_points=30)
    assert low == -100


def test_rest_of_year_turns_the_bound_around() -> None:
    low, high = growth.full_year_from_to_date(11.6, 11.6, 11, spread_points=10)
    assert growth.rest_of_year_growth(low, 11.6, 11) == pytest.approx(1.6)
    assert growth.rest_of_year_growth(high, 11.6, 11) == pytest.approx(21.6)


def test_gap_to_a_reference_by_year_and_on_average() -> None:
    own, reference = [5.6, 4.1, 4.8, 7.0], [2.8, 6.0, 5.7, 5.8]
    low, high = growth.yearly_gap(own, own, reference, reference)
    assert low.tolist() == pytest.approx([2.8, -1.9, -0.9, 1.2])
    assert high.tolist() == low.tolist()
    average = growth.average_gap(own, own, reference, reference)
    assert average[0] == pytest.approx(average[1])
    assert average[0] == pytest.approx(0.303, abs=5e-3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: growth.compound_index([1, 2], [1]),
        lambda: growth.compound_index([2], [1]),
        lambda: growth.compound_index([-101], [1]),
        lambda: growth.compound_index([math.nan], [1]),
        lambda: growth.average_growth([], []),
        lambda: growth.average_of_index(1.1, 0),
        lambda: growth.growth_needed(1, 1, 7, 5, 0),
        lambda: growth.full_year_from_to_date(1, 1, 0, spread_points=1),
        lambda: growth.full_year_from_to_date(1, 1, 6, spread_points=-1),
        lambda: growth.rest_of_year_growth(1, 1, 12),
    ],
)
def test_what_has_no_meaning_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        call()  # type: ignore[operator]
