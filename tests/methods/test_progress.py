"""Required paths against the golden table; pace, run-rate and classes by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest

from liantu.methods import growth, progress

GOLDEN = Path(__file__).parents[1] / "golden" / "required_paths.csv"


def _rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["name"])
def test_required_paths_2020_to_2025(row: dict[str, str]) -> None:
    start, end = float(row["start"]), float(row["end"])
    path = progress.required_path(start, end, np.arange(6) / 5, "linear")
    printed = [float(row[f"linear_{year}"]) for year in range(2021, 2025)]
    places = max(len(row["linear_2021"].partition(".")[2]), 0)
    assert path[1:5].tolist() == pytest.approx(printed, abs=0.6 * 10**-places)
    assert progress.run_rate(start, start, end, 5, "linear")[0] == pytest.approx(
        float(row["per_year"]), rel=2e-3
    )
    if row["compound_pct"]:
        rate = progress.run_rate(start, start, end, 5, "geometric")[0]
        assert rate == pytest.approx(float(row["compound_pct"]), abs=5e-3)
        geometric = progress.required_path(start, end, 0.4, "geometric")
        assert geometric == pytest.approx(start * growth.index_of_average(rate, 2))


@pytest.mark.parametrize(
    ("value", "start", "end", "shape", "ratio"),
    [
        (24.3, 23.8, 26, "geometric", 0.586),
        (24.3, 23.8, 26, "linear", 0.568),
        (6.6, 6.3, 6.8, "geometric", 1.53),
        (6.6, 6.3, 6.8, "linear", 1.5),
    ],
)
def test_pace_after_two_of_five_years(
    value: float, start: float, end: float, shape: progress.Shape, ratio: float
) -> None:
    """Golden: the figures of 2022 judged by compound rates and by equal steps."""
    low, high = progress.pace(value, value, (start, start), end, elapsed=2, period=5, shape=shape)
    assert low == high == pytest.approx(ratio, abs=4e-3)


def test_regression_is_negative_not_absent() -> None:
    assert progress.progress_share(12, 12, (14, 14), 20) == pytest.approx((-1 / 3, -1 / 3))
    low, high = progress.pace(12, 12, (14, 14), 20, elapsed=1, period=5, shape="geometric")
    assert low == high < 0


def test_falling_targets_progress_by_falling() -> None:
    assert progress.progress_share(90, 90, (100, 100), 80) == (0.5, 0.5)
    assert progress.progress_share(110, 110, (100, 100), 80) == (-0.5, -0.5)


def test_bounds_of_figure_and_baseline_reach_the_corners() -> None:
    low, high = progress.progress_share(10, 12, (4, 6), 14)
    assert low == pytest.approx((10 - 6) / (14 - 6))
    assert high == pytest.approx((12 - 4) / (14 - 4))


def test_run_rate_left() -> None:
    assert progress.run_rate(24.3, 24.3, 26, 3, "linear").tolist() == pytest.approx(
        [0.567] * 2, abs=1e-3
    )
    rates = progress.run_rate(9856, 10500, 12000, 3, "geometric")
    assert rates[0] < rates[1]
    assert 9856 * (1 + rates[1] / 100) ** 3 == pytest.approx(12000)


def test_classes_and_intervals_that_straddle() -> None:
    cuts = (0.95, 0.6)
    assert [progress.classify(r, r, cuts) for r in (1.2, 0.95, 0.94, 0.6, 0.59, -3)] == [
        0, 0, 1, 1, 2, 2,
    ]  # fmt: skip
    assert progress.classify(0.9, 1.0, cuts) == progress.STRADDLES
    assert progress.classify(-9, 0.59, cuts) == 2


def test_sum_and_ratio_of_intervals() -> None:
    assert progress.cumulative([4, 0, 2], [4, np.inf, 2]) == (6, np.inf)
    low, high = progress.ratio_bound((1141.3, 1141.3), (17250, 17350))
    assert 6.57 < low * 100 < 6.6 < high * 100 < 6.62


@pytest.mark.parametrize(
    "call",
    [
        lambda: progress.required_path(0, 5, 0.5, "geometric"),
        lambda: progress.progress_share(1, 1, (2, 4), 3),
        lambda: progress.pace(1, 1, (1, 1), 2, elapsed=0, period=5, shape="linear"),
        lambda: progress.pace(1, 1, (0, 0), 2, elapsed=1, period=5, shape="geometric"),
        lambda: progress.run_rate(1, 1, 2, 0, "linear"),
        lambda: progress.run_rate(0, 1, 2, 1, "geometric"),
        lambda: progress.classify(1, 1, (0.6, 0.95)),
        lambda: progress.cumulative([-1], [1]),
        lambda: progress.ratio_bound((1, 1), (0, 1)),
    ],
)
def test_what_has_no_meaning_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        call()  # type: ignore[operator]
