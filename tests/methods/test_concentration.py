"""Specialisation and concentration: reference program, chance, properties, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liantu.methods.concentration import (
    coagglomeration,
    ellison_glaeser,
    group_coagglomeration,
    hoover_gini,
    location_quotients,
    place_indices,
)
from liantu.methods.distance_concentration import duranton_overman


@pytest.fixture
def employment(shared: Path) -> NDArray[np.float64]:
    frame = pl.read_csv(shared / "golden" / "regional" / "emp.csv")
    return frame.select(frame.columns[1:]).to_numpy().astype(np.float64)


def test_indices_of_the_reference_program(shared: Path, employment: NDArray[np.float64]) -> None:
    folder = shared / "golden" / "regional"
    known = pl.read_csv(folder / "region_indices.csv")
    found = place_indices(employment)
    np.testing.assert_allclose(found.herfindahl, known["herf"], atol=1e-9)
    np.testing.assert_allclose(found.entropy, known["entropy"], atol=0.000501)  # rounded there
    np.testing.assert_allclose(found.krugman, known["krugman"], atol=1e-9)
    np.testing.assert_allclose(found.krugman / 2, known["spec"], atol=1e-9)
    np.testing.assert_allclose(found.hachman, known["hachman"], atol=1e-9)
    gini = pl.read_csv(folder / "hoover_gini.csv")["Hoover.Gini"]
    np.testing.assert_allclose(hoover_gini(employment), gini, atol=0.000501)  # rounded there


def _by_chance(
    seed: int, plants: int = 4_000, places: int = 12, activities: int = 8
) -> dict[str, Any]:
    chance = np.random.default_rng(seed)
    x = chance.dirichlet(np.ones(places) * 4)
    return {
        "place": chance.choice(places, plants, p=x),
        "activity": chance.integers(0, activities, plants),
        "size": chance.pareto(1.5, plants) + 1,
        "places": places,
        "activities": activities,
    }


def test_plants_that_settle_by_chance_are_not_agglomerated() -> None:
    gammas = np.array([ellison_glaeser(**_by_chance(seed)).gamma for seed in range(30)])
    assert abs(gammas.mean()) < 0.002
    pairs = np.array([coagglomeration(**_by_chance(seed)) for seed in range(30)])
    assert abs(np.nanmean(pairs)) < 0.01


def test_plants_that_follow_each_other_are() -> None:
    """Half of the plants of activity 0 settle together: γ is the chance that two do, 1/4."""
    gammas = []
    for seed in range(30):
        world = _by_chance(seed, plants=20_000, places=40, activities=40)
        chance = np.random.default_rng(seed)
        follows = (world["activity"] == 0) & (chance.random(20_000) < 0.5)
        world["place"] = np.where(follows, chance.integers(40), world["place"])
        world["size"] = np.ones(20_000)
        gammas.append(ellison_glaeser(**world).gamma[0])
    assert np.mean(gammas) == pytest.approx(0.25, abs=0.03)


def test_activities_that_go_together_show_as_a_pair_and_as_a_group() -> None:
    world = _by_chance(1, plants=20_000, places=40, activities=20)
    chance = np.random.default_rng(2)
    favoured = chance.choice(40, 20_000, p=chance.dirichlet(np.ones(40) * 0.3))
    world["size"] = np.ones(20_000)
    together = world["activity"] < 2
    world["place"] = np.where(together, favoured, world["place"])
    pairs = coagglomeration(**world)
    assert pairs[0, 1] > 5 * np.nanmax(np.abs(pairs[2:, 2:]))
    group = {**world, "activity": np.where(together, world["activity"], -1), "activities": 2}
    assert group_coagglomeration(**group) == pytest.approx(pairs[0, 1], rel=0.35)


def test_interval_of_a_quotient_covers_the_truth() -> None:
    """Plants of one structure everywhere: true quotients are 1, and 90% intervals hold them."""
    hits = []
    for seed in range(25):
        world = _by_chance(seed, plants=3_000, places=5, activities=4)
        found = location_quotients(**world, level=0.9, replicates=200, seed=seed)
        hits.append((found.low <= 1) & (found.high >= 1))
    # Heavy-tailed sizes make bootstrap intervals a little short.
    assert 0.78 <= np.mean(hits) <= 0.97


def test_thin_cells_get_no_interval() -> None:
    found = location_quotients(
        [0, 0, 1, 1, 1, 1, 1, 1], [0, 1, 0, 0, 0, 0, 0, 1], np.ones(8), places=2, activities=2
    )
    assert np.isnan(found.low[0, 0])
    assert found.low[1, 0] <= found.value[1, 0] <= found.high[1, 0]


@given(st.integers(0, 2**32 - 1), st.floats(1e-3, 1e3))
@settings(max_examples=30)
def test_unit_and_order_do_not_matter(seed: int, unit: float) -> None:
    world = _by_chance(seed, plants=200)
    order = np.random.default_rng(seed).permutation(200)
    mixed = {
        **world,
        **{name: world[name][order] for name in ("place", "activity", "size")},
    }
    mixed["size"] = mixed["size"] * unit
    one, other = ellison_glaeser(**world), ellison_glaeser(**mixed)
    np.testing.assert_allclose(one.gamma, other.gamma, atol=1e-9)


def _towns(seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64], np.random.Generator]:
    chance = np.random.default_rng(seed)
    return chance.normal(0, 30, 1_500), chance.normal(0, 30, 1_500), chance


def test_plants_at_random_stay_inside_the_global_band_most_times() -> None:
    outside = 0
    for seed in range(20):
        x, y, chance = _towns(seed)
        found = duranton_overman(
            x, y, chance.choice(1_500, 60, replace=False), simulations=200, seed=seed
        )
        outside += bool(found.localized.any() or found.dispersed.any())
    assert outside <= 5  # 5% of 20 expected; 6 or more has a chance below 0.1%


def test_a_cluster_is_localized_at_short_distances() -> None:
    x, y, _ = _towns(3)
    near = np.argsort(np.hypot(x - 20, y - 20))[:50]
    found = duranton_overman(x, y, near, simulations=300)
    assert found.localized[:20].max() > 0
    assert not found.dispersed.any()


def test_density_is_the_plain_kernel_density() -> None:
    """Counting in fine steps and smoothing is the sum over pairs, reflected at nought."""
    x, y, chance = _towns(4)
    plants = chance.choice(1_500, 80, replace=False)
    found = duranton_overman(x, y, plants, distance=60, bandwidth=4, simulations=5)
    points = np.column_stack([x, y])[plants]
    first, second = np.triu_indices(80, 1)
    apart = np.hypot(*(points[first] - points[second]).T)
    gap = (found.distance[:, None] - np.r_[apart, -apart]) / 4
    plain = np.exp(-(gap**2) / 2).sum(axis=1) / (len(apart) * 4 * np.sqrt(2 * np.pi))
    np.testing.assert_allclose(found.density, plain, rtol=2e-3, atol=1e-6)


def test_threads_do_not_change_the_result() -> None:
    x, y, chance = _towns(5)
    plants = chance.choice(1_500, 40, replace=False)
    one, two = (duranton_overman(x, y, plants, simulations=50, threads=n) for n in (1, 2))
    np.testing.assert_array_equal(one.global_high, two.global_high)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"place": [0, 5]}, "expected 0–1"),
        ({"activity": [-1, 0]}, "expected 0–1"),
        ({"size": [-1.0, 1.0]}, "at least 0"),
        ({"size": [1.0]}, "one length"),
        ({"size": [0.0, 0.0]}, "at least 0"),
    ],
)
def test_plants_that_are_refused(change: dict[str, Any], said: str) -> None:
    world: dict[str, Any] = {"place": [0, 1], "activity": [0, 1], "size": [1.0, 1.0]}
    with pytest.raises(ValueError, match=said):
        ellison_glaeser(**{**world, **change}, places=2, activities=2)


def test_other_refusals() -> None:
    with pytest.raises(ValueError, match="one place"):
        ellison_glaeser([0, 0], [0, 1], [1.0, 1.0], places=1, activities=2)
    with pytest.raises(ValueError, match="has nothing"):
        place_indices([[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="two activities"):
        group_coagglomeration([0, 1], [0, -1], [1.0, 1.0], places=2, activities=1)
    with pytest.raises(ValueError, match="between 0 and 1"):
        location_quotients([0], [0], [1.0], places=1, activities=1, level=1.0)
    some = np.arange(5.0)
    with pytest.raises(ValueError, match="too few"):
        duranton_overman(some, some, [0, 1])
    with pytest.raises(ValueError, match="different sites"):
        duranton_overman(some, some, [0, 1, 1])
    with pytest.raises(ValueError, match="no coordinates"):
        duranton_overman([0, 1, np.nan], [0, 1, 2], [0, 1, 2])
    with pytest.raises(ValueError, match="share a spot"):
        duranton_overman(np.zeros(5), np.zeros(5), [0, 1, 2])
