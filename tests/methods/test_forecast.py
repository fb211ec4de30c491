"""Forecasts: methods by hand, intervals by simulation."""

from __future__ import annotations

import numpy as np
import pytest

from liantu.methods import forecast as f

YEARS = np.array([2020, 2021, 2022, 2023])


def test_methods_on_a_straight_line() -> None:
    line = np.array([10.0, 12, 14, 16])
    assert f.point(YEARS, line, 2, "last") == 16
    assert f.point(YEARS, line, 2, "drift") == pytest.approx(20)
    assert f.point(YEARS, line, 2, "damped", damping=0.5) == pytest.approx(16 + 2 * 0.75)
    assert f.point(YEARS, line, 2, "damped", damping=0) == 16
    assert f.point(YEARS, line, 0, "drift") == 16
    # theta: level lags by what half the drift leaves, then goes on with half the drift
    assert 16 < f.point(YEARS, line, 2, "theta") < 20


def test_gaps_between_years_count_as_time() -> None:
    assert f.trend([2018, 2020, 2023], [100, 104, 110]) == 2
    assert f.point([2018, 2023], [100, 110], 1, "drift") == 112


def test_own_scale_knows_how_little_it_knows() -> None:
    assert f.own_scale([2020, 2021], [1, 2]) == (0, 0)
    scale, steps = f.own_scale([2020, 2021, 2022], [1, 2, 5])
    assert steps == 1
    assert scale == pytest.approx(np.sqrt(2))


def test_shrinking_between_own_and_pooled() -> None:
    own = f.shrunken_scale([0.0, 3.0, 3.0], [0, 4, 4000], pooled=1, prior_points=4)
    assert own[0] == 1
    assert own[1] == pytest.approx(np.sqrt(5))
    assert own[2] == pytest.approx(3, abs=0.01)


def _walks(
    rng: np.random.Generator, count: int, length: int
) -> list[tuple[np.ndarray, np.ndarray]]:
    """Random walks with drift, as made-up yearly series."""
    years = np.arange(2000, 2000 + length)
    return [
        (years, np.cumsum(rng.normal(rng.normal(0.05, 0.03), 0.1, length))) for _ in range(count)
    ]


def test_eighty_percent_intervals_cover_eighty_percent() -> None:
    rng = np.random.default_rng(20201231)
    seen, unseen = _walks(rng, 80, 12), _walks(rng, 400, 12)
    errors = f.rolling_origin(seen, "damped", damping=0.8)
    calibration = f.calibrate(errors, "damped", damping=0.8, prior_points=4, coverage=0.8)
    shares = f.covered(f.rolling_origin(unseen, "damped", damping=0.8), calibration)
    assert set(shares) == {1, 2, 3, 4, 5}
    for share in shares.values():
        assert share == pytest.approx(0.8, abs=0.04)


def test_interval_grows_with_the_horizon_and_beyond_the_table() -> None:
    calibration = f.Calibration("damped", 0.8, 0.1, 4, (1.5, 2.5), 0.8)
    widths = []
    for horizon in (1, 2, 3, 8):
        found = f.forecast(YEARS, [1.0, 1.1, 1.3, 1.4], horizon, calibration)
        assert found.low < found.mid < found.high
        widths.append(found.high - found.low)
    assert widths == sorted(widths)
    assert widths[3] == pytest.approx(widths[1] * np.sqrt(8 / 2))


def test_a_method_is_scored_only_on_what_it_could_not_see() -> None:
    years = np.arange(2010, 2016)
    values = np.array([0.0, 0, 0, 0, 0, 9])
    errors = f.rolling_origin([(years, values)], "last", lengths=(2,), horizons=(1,))
    assert errors.error.tolist() == [0, 0, 0, 9]


@pytest.mark.parametrize(
    "call",
    [
        lambda: f.point([2020], [1], 1, "last"),
        lambda: f.point([2021, 2020], [1, 2], 1, "last"),
        lambda: f.point([2020, 2021], [1, np.nan], 1, "last"),
        lambda: f.point([2020, 2021], [1, 2], -1, "last"),
        lambda: f.point([2020, 2021], [1, 2], 1, "damped", damping=1.1),
        lambda: f.point([2020, 2021], [1, 2], 1, "arima"),  # type: ignore[arg-type]
        lambda: f.forecast([2020, 2021], [1, 2], 0, f.Calibration("last", 1, 1, 1, (1,), 0.8)),
        lambda: f.rolling_origin([([2020, 2021], [1, 2])], "last"),
        lambda: f.calibrate(
            f.rolling_origin([([2020, 2021, 2022], [1, 2, 3])], "last"),
            "last", damping=1, prior_points=1, coverage=0.8,
        ),
        lambda: f.calibrate(
            f.rolling_origin([([2020, 2021, 2022], [1, 2, 3])], "last"),
            "last", damping=1, prior_points=1, coverage=1,
        ),
    ],
)  # fmt: skip
def test_what_has_no_meaning_is_refused(call: object) -> None:
    with pytest.raises(ValueError, match=r"."):
        call()  # type: ignore[operator]
