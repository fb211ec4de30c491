"""Systemic risk: the sparse cascade against the plain equations, its properties, its refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.methods.network.dense_cascade import dense_scores

from liantu.methods.network import (
    Shocks,
    closures,
    group_shocks,
    losses,
    shocks_of,
    supply_network,
    systemic_risk,
    write_systemic_risk,
)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, Any]:
    """A small economy of any shape: loops, islands, firms without trade, equal and odd sizes."""
    firms, sectors = draw(st.integers(2, 14)), draw(st.integers(1, 4))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    # In units in which every link is worth at least 1; smaller ones have a test of their own.
    sold = (1 + chance.lognormal(0, 2, (firms, firms))) * (chance.random((firms, firms)) < 0.3)
    sold[0, 1] += 1.0
    psi = chance.random(firms) * (chance.random(firms) < 0.4)
    psi[chance.integers(firms)] = draw(st.sampled_from((1.0, 0.5)))
    return {
        "sold": sold,
        "sector": chance.integers(0, sectors, firms),
        "classes": chance.integers(0, 3, (sectors, sectors)).astype(float),
        "psi": psi,
    }


def _built(world: dict[str, Any], **options: Any) -> Any:
    supplier, customer = np.nonzero(world["sold"])
    return supply_network(
        supplier, customer, world["sold"][supplier, customer], world["sector"], world["classes"],
        **options,
    )  # fmt: skip


@given(
    worlds(), st.booleans(), st.sampled_from(("change", "growth")), st.sampled_from((0.01, 1e-6))
)
@settings(max_examples=150)
def test_sparse_cascade_is_the_equations(
    world: dict[str, Any], substitution: bool, stop: Any, epsilon: float
) -> None:
    found = systemic_risk(
        _built(world, substitution=substitution), shocks_of(world["psi"][:, None]),
        epsilon=epsilon, stop=stop,
    )  # fmt: skip
    known = dense_scores(**world, substitution=substitution, epsilon=epsilon, stop=stop)
    ours = (found.index[0, 0], found.downstream[0, 0], found.upstream[0, 0])
    np.testing.assert_allclose(ours, known[:3], rtol=0, atol=1e-9)
    # A change of exactly ε is decided by the last bit; elsewhere the rounds are the same.
    assert abs(int(found.rounds[0]) - known[3]) <= 1


@given(worlds(), st.integers(0, 2**32 - 1))
@settings(max_examples=50)
def test_costs_revenues_and_markets_as_in_the_equations(world: dict[str, Any], seed: int) -> None:
    chance = np.random.default_rng(seed)
    firms = len(world["sold"])
    more: dict[str, Any] = {
        "revenue": chance.lognormal(1, 1, firms) * (chance.random(firms) < 0.7),
        "cost": chance.lognormal(1, 1, firms) * (chance.random(firms) < 0.7),
        "market": chance.integers(0, 3, firms),
    }
    found = systemic_risk(_built(world, **more), shocks_of(world["psi"][:, None]))
    known = dense_scores(**world, **more)
    np.testing.assert_allclose(found.index[0, 0], known[0], rtol=0, atol=1e-9)


def _small_world(seed: int) -> dict[str, Any]:
    """Links worth less than 1: a market that is gone then weighs more than what it was."""
    chance = np.random.default_rng(seed)
    firms, sectors = int(chance.integers(2, 14)), int(chance.integers(1, 4))
    sold = chance.lognormal(0, 2, (firms, firms)) * (chance.random((firms, firms)) < 0.3)
    sold[0, 1] += 1
    psi = chance.random(firms) * (chance.random(firms) < 0.4)
    psi[chance.integers(firms)] = 1
    classes = chance.integers(0, 3, (sectors, sectors)).astype(float)
    return {
        "sold": sold,
        "sector": chance.integers(0, sectors, firms),
        "classes": classes,
        "psi": psi,
    }


@pytest.mark.parametrize("seed", [219, 956, *range(40)])
def test_links_below_one_follow_the_equations_too(seed: int) -> None:
    world = _small_world(seed)
    found = systemic_risk(_built(world), shocks_of(world["psi"][:, None]))
    np.testing.assert_allclose(found.index[0, 0], dense_scores(**world)[0], rtol=0, atol=1e-9)


def test_a_shock_that_swings_for_ever_is_refused() -> None:
    world = _small_world(297)
    with pytest.raises(ValueError, match="smaller unit of money"):
        systemic_risk(_built(world), shocks_of(world["psi"][:, None]))


@given(worlds(), st.floats(1e-3, 1e3))
@settings(max_examples=40)
def test_the_unit_of_money_does_not_matter(world: dict[str, Any], scale: float) -> None:
    one = systemic_risk(_built(world, substitution=False))
    other = systemic_risk(_built({**world, "sold": world["sold"] * scale}, substitution=False))
    np.testing.assert_allclose(one.index, other.index, rtol=0, atol=1e-9)


@given(worlds())
@settings(max_examples=40)
def test_a_deeper_shock_never_costs_less(world: dict[str, Any]) -> None:
    built = _built(world)
    depths = np.linspace(0.1, 1, 5)
    # Run to rest: with ε = 0.01 a deeper shock may stop a round earlier.
    psi = np.outer(np.arange(built.firms) == 0, depths)
    scores = systemic_risk(built, shocks_of(psi), epsilon=1e-12).index[:, 0]
    assert (np.diff(scores) >= -1e-9).all()


@given(worlds())
@settings(max_examples=40)
def test_shocks_do_not_remember_each_other(world: dict[str, Any]) -> None:
    """The workspace is clean after each shock: any order gives the same scores."""
    built = _built(world)
    order = np.random.default_rng(1).permutation(built.firms)
    straight = systemic_risk(built, closures(built.firms), threads=1)
    mixed = systemic_risk(built, closures(order), threads=1)
    np.testing.assert_allclose(straight.index[order], mixed.index, rtol=0, atol=1e-12)


def _chain() -> Any:
    """0 → 1 → 2 → 3, each essential to the next, sectors of their own."""
    return supply_network(
        [0, 1, 2], [1, 2, 3], [10.0, 20.0, 40.0], [0, 1, 2, 3], np.full((4, 4), 2)
    )


def test_a_chain_by_hand() -> None:
    found = losses(_chain(), [0])
    assert found.downstream.tolist() == [1, 1, 1, 1]
    assert found.upstream.tolist() == [1, 0, 0, 0]
    assert found.by_supplier.tolist() == [-1, 0, 1, 2]
    assert found.index == pytest.approx(1.0)
    last = losses(_chain(), [3])
    assert last.downstream.tolist() == [0, 0, 0, 1]
    assert last.by_customer.tolist() == [1, 2, 3, -1]


def test_a_rival_softens_the_loss() -> None:
    """Two equal suppliers: one fails; what is left of the market is as large as what failed."""
    built = supply_network([0, 1], [2, 2], [5.0, 5.0], [0, 0, 1], np.full((2, 2), 2))
    assert losses(built, [0]).downstream[2] == pytest.approx(0.5)
    bigger = supply_network([0, 1], [2, 2], [2.0, 8.0], [0, 0, 1], np.full((2, 2), 2))
    assert losses(bigger, [0]).downstream[2] == pytest.approx(0.2 * 2 / 8)


def test_groups_and_weights() -> None:
    built = _chain()
    both = systemic_risk(built, group_shocks([0, 0, -1, 1]), weights=[[1, 0, 0, 0], [0, 0, 0, 2]])
    assert both.index.tolist() == [[1, 2], [1, 2]]


def test_scores_stream_to_files_and_go_on_where_they_stopped(tmp_path: Path) -> None:
    built = _chain()
    paths = list(write_systemic_risk(built, tmp_path, chunk=3))
    assert [path.name for path in paths] == ["000000000000.parquet", "000000000003.parquet"]
    written = pl.read_parquet(paths)
    np.testing.assert_array_equal(written["index"], systemic_risk(built).index[:, 0])
    paths[1].unlink()
    before = paths[0].stat().st_mtime_ns
    list(write_systemic_risk(built, tmp_path, chunk=3))
    assert paths[0].stat().st_mtime_ns == before
    assert pl.read_parquet(paths).equals(written)


_FINE: dict[str, Any] = {
    "supplier": [0],
    "customer": [1],
    "value": [1.0],
    "sector": [0, 1],
    "essential": np.full((2, 2), 2),
}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"value": [-1.0]}, "at least 0"),
        ({"value": [float("nan")]}, "at least 0"),
        ({"value": [0.0]}, "no trade"),
        ({"sector": [0, -1]}, "without sector|without a sector"),
        ({"sector": [0, float("nan")]}, "without a sector"),
        ({"sector": [0, 2]}, "without a sector"),
        ({"essential": np.full((2, 2), 3)}, "0, 1 or 2"),
        ({"essential": np.full((2, 3), 2)}, "square"),
        ({"customer": [2]}, "expected 0–1"),
        ({"supplier": [0, 1]}, "one length"),
        ({"revenue": [1.0]}, "one amount a firm"),
        ({"cost": [1.0, float("inf")]}, "no numbers"),
        ({"market": [0]}, "one number a firm"),
    ],
)
def test_networks_that_are_refused(change: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        supply_network(**{**_FINE, **change})


@pytest.mark.parametrize(
    ("shocks", "options", "said"),
    [
        (shocks_of([[1.5], [0.0]]), {}, "between 0 and 1"),
        (shocks_of([[-0.1], [0.0]]), {}, "between 0 and 1"),
        (shocks_of([[0.0], [0.0]]), {}, "touches no firm"),
        (closures([5]), {}, "none of 0–1"),
        (closures([]), {}, "no shock"),
        (Shocks(np.array([0, 2]), np.array([0, 0], np.int32), np.ones(2)), {}, "twice"),
        (None, {"epsilon": 0.0}, "above 0"),
        (None, {"stop": "soon"}, "must be one of"),
        (None, {"weights": [1.0]}, "numbers a row"),
        (None, {"weights": [1.0, -1.0]}, "at least 0"),
    ],
)
def test_shocks_that_are_refused(shocks: Any, options: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        systemic_risk(supply_network(**_FINE), shocks, **options)


def test_a_shock_without_effect_can_be_meant() -> None:
    found = systemic_risk(supply_network(**_FINE), shocks_of([[0.0], [0.0]]), allow_idle=True)
    assert found.index.tolist() == [[0.0]]
