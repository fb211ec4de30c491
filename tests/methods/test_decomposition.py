"""LMDI: other people's numbers, perfect decomposition, zeros by their limits, refusals."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liantu.methods.decomposition import lmdi, lmdi_chain, log_mean


def test_additive_and_multiplicative_as_in_the_reference(shared: Path) -> None:
    cases = json.loads((shared / "golden" / "lmdi" / "golden_lmdi.json").read_text())["cases"]
    assert len(cases) == 5
    for case in cases:
        found = lmdi(case["X0"], case["Xt"])
        whole = np.r_[found.end - found.start, found.effects]
        np.testing.assert_allclose(whole, case["add"], rtol=1e-12, atol=1e-9)
        ratios = np.r_[found.end / found.start, found.indices]
        np.testing.assert_allclose(ratios, case["mul"], rtol=1e-12)


@st.composite
def two_years(draw: st.DrawFn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Factors over ten orders of size, a fifth of them nought."""
    factors, cells = draw(st.integers(1, 5)), draw(st.integers(1, 8))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    a, b = (
        10 ** chance.uniform(-5, 5, (factors, cells)) * (chance.random((factors, cells)) > 0.2)
        for _ in range(2)
    )
    if draw(st.booleans()):
        b = np.where(chance.random(a.shape) < 0.5, a, b)
    return a, b


@given(two_years(), st.sampled_from(("I", "II")))
@settings(max_examples=300)
def test_nothing_is_left_over(
    years: tuple[NDArray[np.float64], NDArray[np.float64]], method: str
) -> None:
    found = lmdi(*years, method=method)
    size = max(found.start, found.end)
    assert abs(found.effects.sum() - (found.end - found.start)) <= 1e-9 * size
    if found.start > 0 and found.end > 0:
        logs = np.log(found.indices[np.isfinite(found.indices) & (found.indices > 0)])
        if len(logs) == len(found.indices):
            error = 1e-10 * max(1, np.abs(logs).max())
            assert abs(logs.sum() - np.log(found.end / found.start)) <= error
    assert np.isfinite(found.effects).all()


@given(two_years(), st.floats(1e-3, 1e3))
@settings(max_examples=100)
def test_the_unit_scales_the_effects_and_not_the_indices(
    years: tuple[NDArray[np.float64], NDArray[np.float64]], unit: float
) -> None:
    one = lmdi(*years)
    scaled = [year * np.r_[unit, np.ones(len(year) - 1)][:, None] for year in years]
    other = lmdi(*scaled)
    size = max(one.start, one.end, 1e-300)
    np.testing.assert_allclose(other.effects / unit, one.effects, rtol=0, atol=1e-9 * size)
    np.testing.assert_allclose(other.indices, one.indices, rtol=1e-8)


@given(st.floats(1e-8, 1e8), st.floats(-0.9, 10))
def test_logarithmic_mean_lies_between_its_ends(a: float, change: float) -> None:
    b = a * (1 + change)
    mean = float(log_mean(a, b))
    assert min(a, b) * (1 - 1e-12) <= mean <= max(a, b) * (1 + 1e-12)
    assert mean == pytest.approx(float(log_mean(b, a)), rel=1e-12)


def test_logarithmic_mean_at_its_corners() -> None:
    assert log_mean([3.0, 3.0, 0.0, 0.0], [3.0, 0.0, 3.0, 0.0]).tolist() == [3, 0, 0, 0]
    # Just off the diagonal the plain formula divides noise by noise.
    near = float(log_mean(1.0, 1.0 + 1e-14))
    assert near == pytest.approx(1.0, abs=1e-13)


def test_zeros_are_the_limit_of_small_values() -> None:
    """Replacing the noughts by ever smaller numbers leads to what the limits give at once."""
    start = np.array([[1, 0.0, 3, 4], [2, 2, 0, 0], [1, 1, 1, 5]])
    end = np.array([[2, 4.0, 3, 4], [2, 2, 5, 1], [1, 3, 0, 5]])
    exact = lmdi(start, end).effects
    gaps = []
    for exponent in (20, 100, 300):
        small = 10.0**-exponent
        near = lmdi(np.where(start == 0, small, start), np.where(end == 0, small, end)).effects
        gaps.append(np.abs(near - exact).max())
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 0.15  # the approach is logarithmic: slow, but it is an approach


def test_two_factors_that_start_from_nothing_share_the_change() -> None:
    found = lmdi([[0.0], [0.0], [2.0]], [[3.0], [4.0], [2.0]])
    assert found.effects.tolist() == [12, 12, 0]


def test_chained_years_follow_the_path() -> None:
    years = np.array([[[1.0], [1.0]], [[4.0], [1.0]], [[4.0], [0.5]]])
    steps, effects, indices = lmdi_chain(years)
    assert len(steps) == 2
    np.testing.assert_allclose(effects[-1].sum(), 1.0)
    np.testing.assert_allclose(indices[-1], [4, 0.5])


def test_groups_add_up() -> None:
    chance = np.random.default_rng(0)
    found = lmdi(chance.random((3, 6)) + 0.1, chance.random((3, 6)) + 0.1)
    by_group = found.by_group([0, 0, 1, 1, 2, 2])
    np.testing.assert_allclose(by_group.sum(axis=1), found.effects)
    with pytest.raises(ValueError, match="number of at least 0"):
        found.by_group([0, 1])


def test_provinces_by_sector_and_fuel(shared: Path) -> None:
    """Real emissions (CEADs): fuel use × emission factor has no remainder where cells vanish."""
    path = shared / "data" / "ceads" / "province_sector_fuel_co2_1997_2019.parquet"
    cells = pl.read_parquet(path).with_columns(pl.col(pl.Categorical).cast(pl.String))
    cells = cells.filter(
        (pl.col("sector") != "Total Emissions") & pl.col("year").is_in([1998, 2019])
    ).select("province", "sector", "fuel", "year", pl.col("co2_mt").clip(0))
    wide = cells.pivot("year", index=["province", "sector", "fuel"], values="co2_mt").fill_null(0)
    assert wide.height > 10_000
    amounts = [wide[year].to_numpy() for year in ("1998", "2019")]
    # Total × share of the cell: the second factor is nought where a cell comes or goes.
    parts = [np.stack([np.full(len(a), a.sum()), a / a.sum()]) for a in amounts]
    found = lmdi(parts[0], parts[1])
    change = amounts[1].sum() - amounts[0].sum()
    assert found.effects.sum() == pytest.approx(change, rel=1e-9)
    assert found.effects[0] > 0


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [
        ([[1.0]], [[1.0, 2.0]], "one shape"),
        ([[-1.0]], [[1.0]], "at least 0"),
        ([[np.nan]], [[1.0]], "at least 0"),
        ([1.0], [1.0], "factor × cell"),
        (np.empty((0, 3)), np.empty((0, 3)), "factor × cell"),
    ],
)
def test_what_is_refused(start: object, end: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        lmdi(start, end)  # type: ignore[arg-type]


def test_other_refusals() -> None:
    with pytest.raises(ValueError, match="'I' or 'II'"):
        lmdi([[1.0]], [[1.0]], method="III")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="two years"):
        lmdi_chain(np.ones((1, 2, 2)))
    with pytest.raises(ValueError, match="finite numbers"):
        log_mean(-1.0, 1.0)


def test_a_total_from_nothing_has_no_ratio() -> None:
    found = lmdi([[0.0], [1.0]], [[2.0], [1.0]])
    assert found.effects.tolist() == [2, 0]
    assert np.isnan(found.indices).all()
