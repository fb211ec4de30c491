"""Complexity and relatedness: reference programs, real trade, properties, refusals."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from liantu.methods.complexity import (
    advantage,
    complexity,
    density,
    fitness,
    opportunity,
    proximity,
    rca,
    relatedness,
)


def _plain(frame: pl.DataFrame) -> NDArray[np.float64]:
    return frame.select(frame.columns[1:]).to_numpy().astype(np.float64)


@pytest.mark.parametrize("year", [2010, 2011])
def test_every_column_of_the_reference_program(shared: Path, year: int) -> None:
    folder = shared / "golden" / "complexity"
    known = pl.read_csv(folder / "golden_ecomplexity.csv").filter(pl.col("year") == year)
    products = sorted(known["prod"].unique())

    def table(column: str) -> NDArray[np.float64]:
        wide = known.pivot("prod", index="loc", values=column).sort("loc")
        return wide.select(products).to_numpy().astype(np.float64)

    values = table("val")
    presence = advantage(values)
    found = complexity(presence)
    near = proximity(presence)
    value, gain, distance = opportunity(presence, near, found)
    pairs = pl.read_csv(folder / "golden_proximity.csv").filter(pl.col("year") == year)
    wide = pairs.pivot("prod_2", index="prod_1", values="proximity").sort("prod_1")
    for ours, theirs in (
        (rca(values), table("rca")),
        (presence, table("mcp")),
        (found.diversity, table("diversity")[:, 0]),
        (found.ubiquity, table("ubiquity")[0]),
        (found.eci, table("eci")[:, 0]),
        (found.pci, table("pci")[0]),
        (near, wide.select(products).to_numpy()),
        (1 - distance, table("density")),
        (value, table("coi")[:, 0]),
        (gain, table("cog")),
    ):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_regions_and_industries_of_the_reference_program(shared: Path) -> None:
    folder = shared / "golden" / "regional"
    read = {
        name: _plain(pl.read_csv(folder / f"{name}.csv"))
        for name in ("emp", "lq", "lq_binary", "relatedness_assoc", "relatedness_density",
                     "diversity", "ubiquity", "kci", "tci")
    }  # fmt: skip
    presence = advantage(read["emp"])
    np.testing.assert_allclose(rca(read["emp"]), read["lq"], atol=1e-9)
    np.testing.assert_array_equal(presence, read["lq_binary"])
    found = complexity(presence)
    np.testing.assert_array_equal(found.diversity, read["diversity"][:, 0])
    np.testing.assert_array_equal(found.ubiquity, read["ubiquity"][:, 0])
    near = relatedness(read["emp"], "association")
    np.testing.assert_allclose(near, read["relatedness_assoc"], atol=1e-9)
    # The reference takes relatedness above 1 as a link, and rounds percentages to two places.
    ours = density(presence, (near >= 1).astype(float)) * 100
    np.testing.assert_allclose(ours, read["relatedness_density"], atol=0.00501)
    # Its complexity is the limit of reflections cut short: the same order, not the same digits.
    assert abs(np.corrcoef(found.eci, read["kci"][:, 0])[0, 1]) > 0.99999
    assert abs(np.corrcoef(found.pci, read["tci"][:, 0])[0, 1]) > 0.99999


def test_real_trade_of_the_world(shared: Path) -> None:
    path = shared / "data" / "trade_complexity" / "world_trade_avg_1998_2000_sitc2.csv.gz"
    trade = pl.read_csv(path)
    value = trade.columns[-1]
    wide = trade.pivot(trade.columns[1], index=trade.columns[0], values=value).fill_null(0)
    presence = advantage(_plain(wide))
    assert presence.shape[0] > 200
    kept = presence[:, presence.sum(axis=0) > 0]
    found = complexity(kept, largest=True)
    by_place = dict(zip(wide[wide.columns[0]], found.eci, strict=True))
    rich = [by_place[name] for name in ("jpn", "deu", "che", "swe", "usa")]
    poor = [by_place[name] for name in ("ago", "nga", "tcd", "sdn")]
    # Small exporters are noisy in these years: one may stray, not all.
    assert min(rich) > 1
    assert np.median(poor) < -1
    fit, _, _ = fitness(kept)
    by_fitness = dict(zip(wide[wide.columns[0]], fit, strict=True))
    middle = np.nanmedian(fit)
    assert all(by_fitness[name] > middle for name in ("jpn", "deu", "che", "swe", "usa"))
    assert by_fitness["ago"] < middle


@st.composite
def tables(draw: st.DrawFn) -> NDArray[np.float64]:
    places, activities = draw(st.integers(4, 12)), draw(st.integers(4, 20))
    chance = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    return chance.lognormal(0, 1.5, (places, activities))


@given(tables(), st.floats(1e-6, 1e6))
@settings(max_examples=50)
def test_order_and_unit_do_not_matter(values: NDArray[np.float64], unit: float) -> None:
    chance = np.random.default_rng(1)
    rows, columns = (chance.permutation(n) for n in values.shape)
    try:
        one = complexity(advantage(values))
    except ValueError:
        assume(False)
    assume(one.gap > 1e-3 and one.sign > 1e-3)
    other = complexity(advantage(values[np.ix_(rows, columns)] * unit))
    np.testing.assert_allclose(other.eci, one.eci[rows], atol=1e-6)
    np.testing.assert_allclose(other.pci, one.pci[columns], atol=1e-6)


@given(tables())
@settings(max_examples=50)
def test_complexity_of_a_place_is_the_mean_of_what_it_makes(values: NDArray[np.float64]) -> None:
    presence = advantage(values)
    try:
        found = complexity(presence)
    except ValueError:
        assume(False)
    means = presence @ np.nan_to_num(found.pci) / found.diversity
    np.testing.assert_allclose(means, found.eci, atol=1e-8)
    assert np.corrcoef(found.eci, found.diversity)[0, 1] >= -1e-9 or np.ptp(found.diversity) == 0


@pytest.mark.parametrize("measure", ["association", "cosine", "jaccard", "conditional"])
def test_relatedness_is_symmetric_and_bounded(measure: str) -> None:
    presence = (np.random.default_rng(3).random((12, 9)) < 0.4).astype(float)
    presence[:, 0] = 0  # an activity that nobody has
    presence[0, 1:] = 1
    found = relatedness(presence, measure)  # type: ignore[arg-type]
    np.testing.assert_allclose(found, found.T)
    assert (found >= 0).all()
    assert found[0].sum() == 0
    if measure != "association":
        assert found.max() <= 1 + 1e-12


def test_parts_that_share_nothing_are_refused_or_set_apart() -> None:
    block = np.array([[1, 1, 1, 0], [1, 1, 0, 1], [1, 0, 1, 1], [0, 1, 1, 0]], float)
    two = np.zeros((7, 7))
    two[:4, :4], two[4:, 4:] = block, np.eye(3)[:, ::-1]
    with pytest.raises(ValueError, match="4 parts"):
        complexity(two)
    found = complexity(two, largest=True)
    assert np.isfinite(found.eci[:4]).all()
    assert np.isnan(found.eci[4:]).all()


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ([1.0, 2.0], "places × activities"),
        ([[-1.0, 1.0]], "expected a number"),
        ([[float("nan"), 1.0]], "expected a number"),
        ([[0.0, 0.0]], "empty"),
        ([[2.0, 1.0]], "0 and 1 only"),
        ([[1.0, 1.0], [1.0, 0.0]], "three of each"),
    ],
)
def test_what_is_refused(values: object, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        complexity(values)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="no measure"):
        relatedness([[1.0, 1.0]], "nearness")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="related must be"):
        density([[1.0, 1.0]], [[1.0]])
