"""Hidden cells cannot be computed back: by outsiders, by contributors, through ratios."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.methods.disclosure.firms import RULES, Tables, exposed, tables
from tests.methods.disclosure.optimum import optimum

from liantu.methods.disclosure import Dimension, attack, cells_of, protect, with_ratios

FLAT = {"place": Dimension({}), "branch": Dimension({})}
DEEP = {
    "place": Dimension({"p0": "inner", "p1": "inner", "p2": "outer", "p3": "outer"}),
    "branch": Dimension({"b0": "B", "b1": "B", "b2": "C"}),
}
BOTH = [["place", "branch"]]


def drawn(amounts: st.SearchStrategy[int], most: int = 30) -> st.SearchStrategy[pl.DataFrame]:
    """Firms with a place, a branch and an amount."""
    row = st.tuples(st.integers(0, 3), st.integers(0, 2), amounts)
    return st.lists(row, min_size=1, max_size=most).map(
        lambda rows: pl.DataFrame(
            {
                "place": [f"p{row[0]}" for row in rows],
                "branch": [f"b{row[1]}" for row in rows],
                "x": [float(row[2]) for row in rows],
            }
        )
    )


AMOUNTS = st.one_of(st.integers(0, 20), st.integers(100, 10_000))


@settings(max_examples=25, deadline=None)
@given(drawn(AMOUNTS), st.sampled_from([FLAT, DEEP]))
def test_nobody_computes_a_sensitive_cell(firms: pl.DataFrame, shape: dict[str, Dimension]) -> None:
    known = tables(firms, shape, BOTH)
    found = protect(known.cells, known.blur)
    assert not found.failed.any()
    assert not exposed(known, found.hidden)
    for firm in range(firms.height):
        assert not exposed(known, found.hidden, firm)


@settings(max_examples=15, deadline=None)
@given(drawn(st.integers(-1000, 1000)))
def test_nor_where_amounts_are_negative(firms: pl.DataFrame) -> None:
    known = tables(firms, FLAT, BOTH, negative=True)
    found = protect(known.cells, known.blur)
    assert not found.failed.any()
    assert not exposed(known, found.hidden)
    for firm in range(firms.height):
        assert not exposed(known, found.hidden, firm)


def dense() -> Tables:
    """Four places and three branches with eight firms each, but for one cell with two."""
    rows: list[dict[str, Any]] = [
        {"place": f"p{p}", "branch": f"b{b}", "x": 100.0 + 10 * p + b + k}
        for p in range(4)
        for b in range(3)
        for k in range(2 if (p, b) == (1, 1) else 8)
    ]
    return tables(pl.DataFrame(rows), FLAT, BOTH)


def test_hiding_only_the_sensitive_cell_is_no_protection() -> None:
    known = dense()
    cell = known.at("p1", "b1")
    assert np.flatnonzero(known.blur).tolist() == [cell]
    alone = np.arange(len(known.blur)) == cell
    found = attack(np.where(alone, np.nan, known.cells.value), known.cells.links, known.cells.floor)
    assert found.exact[cell]
    assert found.low[cell] == pytest.approx(known.cells.value[cell])
    assert exposed(known, alone) == [cell]


def test_a_lone_cell_costs_three_more() -> None:
    known = dense()
    found = protect(known.cells, known.blur)
    assert found.secondary.sum() == 3
    assert not exposed(known, found.hidden)
    again = protect(known.cells, known.blur)
    assert (again.hidden == found.hidden).all()


def test_two_lone_firms_in_a_row_would_read_each_other() -> None:
    """Each alone in its cell: their sum is published, so each subtracts itself."""
    rows = [{"place": "p0", "branch": f"b{b}", "x": 100.0 + b} for b in range(2)]
    rows += [{"place": "p0", "branch": "b2", "x": 50.0 + k} for k in range(6)]
    rows += [
        {"place": f"p{p}", "branch": f"b{b}", "x": 80.0 + 7 * b + k}
        for p in (1, 2) for b in range(3) for k in range(6)
    ]  # fmt: skip
    known = tables(pl.DataFrame(rows), FLAT, BOTH)
    outside = protect(known.cells, known.blur, insiders=False)
    assert not exposed(known, outside.hidden)
    assert exposed(known, outside.hidden, firm=0) == [known.at("p0", "b1")]
    found = protect(known.cells, known.blur)
    assert not exposed(known, found.hidden, firm=0)
    assert found.secondary.sum() > outside.secondary.sum()


def test_one_giant_beside_a_small_cell_learns_nothing() -> None:
    """The only cell that could hide the small one is nearly all one firm's."""
    rows = [{"place": "p0", "branch": "b0", "x": 1000.0 + k} for k in range(2)]
    rows += [{"place": "p0", "branch": "b1", "x": x} for x in (5000.0, 30.0, 20.0, 10.0)]
    rows += [{"place": "p1", "branch": f"b{b}", "x": 900.0 + k} for b in range(3) for k in range(5)]
    rows += [{"place": "p0", "branch": "b2", "x": 400.0 + k} for k in range(5)]
    known = tables(pl.DataFrame(rows), FLAT, BOTH)
    found = protect(known.cells, known.blur)
    assert not exposed(known, found.hidden)
    for firm in range(len(rows)):
        assert not exposed(known, found.hidden, firm)


def test_empty_cells_hide_nothing_and_are_known() -> None:
    rows = [{"place": "p0", "branch": "b0", "x": 5.0}]
    rows += [{"place": "p1", "branch": "b1", "x": 50.0 + k} for k in range(6)]
    known = tables(pl.DataFrame(rows), FLAT, BOTH)
    found = protect(known.cells, known.blur)
    assert not exposed(known, found.hidden)
    # nothing but the lone firm is in its place and branch: the whole must go with it
    assert found.hidden[known.at(None, None)]


def test_totals_alone_and_everything_hidden() -> None:
    rows = [{"place": f"p{p}", "branch": "b0", "x": 10.0} for p in range(3) for _ in range(4)]
    known = tables(pl.DataFrame(rows), FLAT, [["place"]])
    assert not protect(known.cells, known.blur).hidden.any()
    few = tables(pl.DataFrame(rows[:1]), FLAT, BOTH)
    assert protect(few.cells, few.blur).hidden.all()


def test_what_cannot_be_protected_is_said() -> None:
    """The whole is known from elsewhere, and only two firms are in it."""
    rows = [{"place": f"p{p}", "branch": "b0", "x": 10.0} for p in range(2)]
    known = tables(pl.DataFrame(rows), {"place": Dimension({})}, [["place"]])
    frame = known.frame.with_columns(free=pl.col("place").is_not_null())
    cells = cells_of(frame, {"place": Dimension({})})
    blur = np.where(frame["place"].is_not_null(), 1.0, 0.0)
    assert not protect(cells, blur, insiders=False).failed.any()
    assert protect(cells, blur).failed.sum() == 2


def test_what_a_chain_leaves_of_the_city_is_protected() -> None:
    """All firms but one are of the chain: the whole less the chain is that firm."""
    chain = {"chain": Dimension({}, overlapping=True)}
    rows = [{"chain": ["c0", "c1"] if k < 4 else ["c0"], "x": 10.0 + k} for k in range(9)]
    rows.append({"chain": [], "x": 77.0})
    known = tables(pl.DataFrame(rows, schema={"chain": pl.List(pl.Utf8), "x": pl.Float64}),
                   chain, [["chain"]])  # fmt: skip
    rest = np.flatnonzero(known.blur)
    assert known.cells.value[rest].tolist() == [77.0]
    assert known.cells.hidden[rest].all()
    assert exposed(known, known.cells.hidden) == rest.tolist()
    found = protect(known.cells, known.blur)
    assert not exposed(known, found.hidden)
    assert found.hidden[known.at("c0")] or found.hidden[known.at(None)]
    assert not found.hidden[known.at("c1")]


def test_a_table_that_leaves_groups_out_has_a_hidden_rest() -> None:
    known = dense()
    frame = known.frame.filter(pl.col("place").is_null() | (pl.col("place") != "p1"))
    cells = cells_of(frame, FLAT)
    rest = cells.value[frame.height :]
    assert cells.hidden[frame.height :].all()
    two = known.cells.value[known.at("p1", "b1")]
    assert two == pytest.approx(rest[np.argmin(np.abs(rest - two))])


@pytest.mark.parametrize(
    "sets", [[["place", "branch"], ["place", "grade"]], [["place", "branch", "grade"]]]
)
def test_linked_tables_and_cubes(sets: list[list[str]]) -> None:
    """Place × branch and place × grade share the totals of places; then all three at once."""
    shape = {**FLAT, "grade": Dimension({})}
    chance = np.random.default_rng(3)
    firms = pl.DataFrame({
        "place": [f"p{k}" for k in chance.integers(0, 4, 60)],
        "branch": [f"b{k}" for k in chance.integers(0, 4, 60)],
        "grade": [f"s{k}" for k in chance.integers(0, 3, 60)],
        "x": (chance.pareto(1.2, 60) + 1) * 100,
    })  # fmt: skip
    known = tables(firms, shape, sets)
    assert len(set(known.codes)) == len(known.codes)
    found = protect(known.cells, known.blur)
    assert not exposed(known, found.hidden)
    for firm in range(firms.height):
        assert not exposed(known, found.hidden, firm)


def with_growth() -> tuple[Tables, Tables, Any, Any]:
    """This year's and last year's table as one set of cells, with published growth rates."""
    known = dense()
    last = known.frame.with_columns(
        pl.col("value") * 0.8, period=pl.lit("2023"), units=pl.col("units").clip(8, None)
    )
    frame = pl.concat([known.frame.with_columns(period=pl.lit("2024")), last])
    cells = cells_of(frame.drop("size"), {**FLAT, "period": Dimension({})})
    count = known.frame.height
    here = np.arange(count)
    rate = cells.value[here] / cells.value[here + count]
    blur = np.zeros(len(cells.value))
    blur[:count] = known.blur
    return known, known, with_ratios(cells, here, here + count, rate), blur


def test_growth_times_last_year_gives_nothing_back() -> None:
    known, _, (cells, rates), blur = with_growth()
    need = np.concatenate([blur, np.zeros(len(rates))])
    cell = known.at("p1", "b1")
    blind = protect(cells, need)  # the same amounts hidden, all rates published: recovered
    amounts = blind.hidden.copy()
    amounts[rates] = False
    leak = attack(np.where(amounts, np.nan, cells.value), cells.links, cells.floor)
    held = attack(np.where(blind.hidden, np.nan, cells.value), cells.links, cells.floor)
    assert leak.exact[cell]
    assert not held.exact[cell]
    assert held.high[cell] >= cells.value[cell] + need[cell] * (1 - 1e-6)
    assert blind.hidden[rates].any() or blind.hidden[len(known.codes) + cell]


@settings(max_examples=15, deadline=None)
@given(drawn(st.integers(1, 500), most=24))
def test_little_more_is_hidden_than_must_be(firms: pl.DataFrame) -> None:
    known = tables(firms, FLAT, BOTH)
    found = protect(known.cells, known.blur, insiders=False)
    lost = known.cells.weight[found.secondary].sum()
    best = optimum(known.cells, known.blur)
    assert lost >= best - 1e-4
    assert lost <= 1.6 * best + 0.5 * known.cells.weight.max()


def test_blurs_that_fit_nothing_are_refused() -> None:
    known = dense()
    for blur in (known.blur[:-1], -known.blur - 1, np.full_like(known.blur, np.inf)):
        with pytest.raises(ValueError, match="blur"):
            protect(known.cells, blur)
    assert RULES.least_units == 3
