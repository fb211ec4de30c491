"""What must hold of paths, growth and forecasts whatever the figures."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.methods import forecast, growth, progress

figures = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))
positive = st.floats(0.01, 1e6).map(lambda v: round(v, 3))
rates = st.floats(-60, 120).map(lambda v: round(v, 2))
shapes = st.sampled_from(["linear", "geometric"])


@given(positive, positive, shapes)
def test_paths_hit_both_ends_and_never_turn(
    start: float, end: float, shape: progress.Shape
) -> None:
    path = progress.required_path(start, end, np.linspace(0, 1, 11), shape)
    assert path[0] == pytest.approx(start)
    assert path[-1] == pytest.approx(end)
    steps = np.diff(path) * np.sign(end - start)
    assert (steps >= -1e-9 * max(start, end)).all()


@given(positive, positive, shapes, st.integers(1, 5))
def test_being_on_the_path_is_a_pace_of_one(
    start: float, end: float, shape: progress.Shape, year: int
) -> None:
    if abs(end / start - 1) < 1e-3:
        return
    value = float(progress.required_path(start, end, year / 5, shape))
    low, high = progress.pace(
        value, value, (start, start), end, elapsed=year, period=5, shape=shape
    )
    assert low == pytest.approx(1, rel=1e-3)
    assert high == pytest.approx(1, rel=1e-3)


@given(positive, positive, shapes, st.integers(1, 4))
def test_following_the_run_rate_arrives(
    value: float, end: float, shape: progress.Shape, left: int
) -> None:
    rate = float(progress.run_rate(value, value, end, left, shape)[0])
    arrived = value + rate * left if shape == "linear" else value * (1 + rate / 100) ** left
    assert arrived == pytest.approx(end, rel=1e-6, abs=1e-6)


@given(figures, figures, figures, figures, figures, st.floats(0, 10))
def test_widening_a_figure_widens_its_progress(
    a: float, b: float, start: float, end: float, base: float, more: float
) -> None:
    if abs(start - end) < 1e-3:
        return
    low, high = sorted((a, b))
    narrow = progress.progress_share(low, high, (start, start), end)
    wide = progress.progress_share(low - more, high + more, (start, start), end)
    assert wide[0] <= narrow[0] <= narrow[1] <= wide[1]


@given(st.lists(rates, min_size=1, max_size=8))
def test_average_growth_compounds_back_to_the_index(known: list[float]) -> None:
    low, high = growth.average_growth(known, known)
    assert low == high
    assert min(known) - 1e-6 <= low <= max(known) + 1e-6
    index = growth.compound_index(known, known)[0]
    assert growth.index_of_average(low, len(known)) == pytest.approx(index, rel=1e-9)


@given(st.lists(rates, min_size=1, max_size=6), st.floats(0, 50))
def test_a_wider_year_gives_a_wider_average(known: list[float], more: float) -> None:
    narrow = growth.average_growth(known, known)
    lows = [max(-100.0, known[0] - more), *known[1:]]
    highs = [known[0] + more, *known[1:]]
    wide = growth.average_growth(lows, highs)
    assert wide[0] <= narrow[0] + 1e-9
    assert wide[1] >= narrow[1] - 1e-9


@given(rates, rates, st.integers(1, 11))
def test_rest_of_year_closes_the_year(full: float, to_date: float, months: int) -> None:
    rest = growth.rest_of_year_growth(full, to_date, months)
    assert (to_date * months + rest * (12 - months)) / 12 == pytest.approx(full, abs=1e-9)
    low, high = growth.full_year_from_to_date(
        to_date, to_date, months, spread_points=abs(rest - to_date)
    )
    assert low <= full + 1e-9
    assert high >= full - 1e-9


series = st.lists(figures, min_size=2, max_size=8).map(
    lambda values: (np.arange(2020 - len(values), 2020), np.array(values))
)


@given(
    series,
    st.sampled_from(forecast.METHODS),
    st.integers(1, 6),
    st.floats(0, 1),
    st.floats(-100, 100),
    st.floats(0.1, 10),
)
def test_forecasts_move_with_the_series(
    data: tuple[np.ndarray, np.ndarray],
    method: forecast.Method,
    horizon: int,
    damping: float,
    shift: float,
    factor: float,
) -> None:
    """Affine equivariance: units and origin of the scale do not matter."""
    years, values = data
    plain = forecast.point(years, values, horizon, method, damping=damping)
    moved = forecast.point(years, values * factor + shift, horizon, method, damping=damping)
    assert moved == pytest.approx(plain * factor + shift, rel=1e-6, abs=1e-3)


@given(series, st.integers(1, 8), st.floats(0.01, 5), st.floats(0.5, 20))
def test_intervals_are_ordered_and_grow(
    data: tuple[np.ndarray, np.ndarray], horizon: int, scale: float, prior: float
) -> None:
    calibration = forecast.Calibration("damped", 0.8, scale, prior, (1.5, 2.5, 3.5), 0.8)
    near = forecast.forecast(*data, horizon, calibration)
    far = forecast.forecast(*data, horizon + 1, calibration)
    assert near.low < near.mid < near.high
    assert far.high - far.low >= near.high - near.low - 1e-9 * max(1, abs(near.high))
    assert math.isfinite(far.high)
