"""Systemic risk beside the scores of its authors' own program."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from liantu.methods.network import (
    SupplyNetwork,
    closures,
    losses,
    supply_network,
    systemic_risk,
)

SCORES = ("ESRI_weight_1", "ESRI_d_weight_1", "ESRI_u_weight_1")


@pytest.fixture(scope="module")
def esri(shared: Path) -> Path:
    return shared / "golden" / "esri"


def _matrix(path: Path) -> NDArray[np.float64]:
    return pl.read_csv(path).to_numpy().astype(np.float64)


def _classes(path: Path) -> NDArray[np.float64]:
    return pl.read_csv(path).to_numpy()[:, 1:].astype(np.float64)


def _dense(folder: Path, matrix: str, sectors: str, classes: str, **more: object) -> SupplyNetwork:
    """A network whose sectors are named from 1."""
    sold = _matrix(folder / matrix)
    sector = _matrix(folder / sectors)[:, 0] - 1
    supplier, customer = np.nonzero(sold)
    return supply_network(
        supplier, customer, sold[supplier, customer], sector, _classes(folder / classes), **more
    )


def _sparse(folder: Path) -> SupplyNetwork:
    edges = pl.read_csv(folder / "edges.csv")
    return supply_network(
        edges["supplier"] - 1,
        edges["customer"] - 1,
        edges["w"],
        pl.read_csv(folder / "sector.csv")["p"] - 1,
        np.loadtxt(folder / "ess.csv", delimiter=","),
    )


@pytest.mark.parametrize(
    ("network", "scores", "options"),
    [
        (("ex_W.csv", "ex_p.csv", "ex_ess.csv"), "ex_market1_cpp1", {}),
        (("ex_W.csv", "ex_p.csv", "ex_ess.csv"), "ex_market0_cpp1", {"substitution": False}),
        (("ex_W.csv", "ex_p.csv", "ex_ess.csv"), "ex_market1_convtype2", {"stop": "growth"}),
        (("ex_W.csv", "ex_p.csv", "ex_ess.csv"), "ex_market1_eps1e-9", {"epsilon": 1e-9}),
        (("sf_W.csv", "net_p.csv", "net_ess_E1.csv"), "sf_E1_market1", {}),
        (("sf_W.csv", "net_p.csv", "net_ess_E1.csv"), "sf_E1_market0", {"substitution": False}),
        (("sf_W.csv", "net_p.csv", "net_ess_E2.csv"), "sf_E2_market1", {}),
        (("sf_W.csv", "net_p.csv", "net_ess_E2.csv"), "sf_E2_market0", {"substitution": False}),
        (("sf_W.csv", "net_p.csv", "net_ess_E2.csv"), "sf_E2_market1_eps1e-9", {"epsilon": 1e-9}),
        (("sf_W.csv", "net_p.csv", "net_ess_E2.csv"), "sf_E2_market1_revcost", {"own": True}),
    ],
)
def test_scores_of_the_authors_program(
    esri: Path, network: tuple[str, str, str], scores: str, options: dict[str, object]
) -> None:
    more: dict[str, object] = {"substitution": options.get("substitution", True)}
    if options.get("own"):
        own = pl.read_csv(esri / "sf_revenue_costs.csv")
        more |= {"revenue": own["revenue"], "cost": own["costs"]}
    built = _dense(esri, *network, **more)
    found = systemic_risk(
        built, epsilon=float(options.get("epsilon", 0.01)), stop=options.get("stop", "change")
    )
    known = pl.read_csv(esri / f"{scores}_esri.csv")
    for column, ours in zip(
        (*SCORES, "ESRI_T-1", "ESRI_T"),
        (found.index, found.downstream, found.upstream, found.previous, found.index),
        strict=True,
    ):
        np.testing.assert_allclose(np.ravel(ours), known[column], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found.rounds, known["T"])


def test_states_of_every_firm(esri: Path) -> None:
    built = _dense(esri, "sf_W.csv", "net_p.csv", "net_ess_E2.csv")
    down, up = (_matrix(esri / f"sf_E2_market1_{name}.csv") for name in ("hd", "hu"))
    each = [losses(built, [firm]) for firm in range(built.firms)]
    # The files hold one shock a column.
    ours_down = np.array([found.downstream for found in each]).T
    ours_up = np.array([found.upstream for found in each]).T
    for ours, theirs in ((ours_down, down), (ours_up, up)):
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-9)


def test_scores_on_two_thousand_firms(esri: Path) -> None:
    built = _sparse(esri / "net_2000")
    known = pl.read_csv(esri / "net_2000" / "fastcascade_K40_eps0.01.csv")
    found = systemic_risk(built, closures(known["firm"].to_numpy() - 1))
    for column, ours in zip(SCORES, (found.index, found.downstream, found.upstream), strict=True):
        np.testing.assert_allclose(ours[:, 0], known[column], rtol=0, atol=1e-9)
    np.testing.assert_array_equal(found.rounds, known["T"])


def test_more_firms_than_can_be_held_densely(esri: Path) -> None:
    """No scores are known here: threads and single work must agree, and losses stay in bounds."""
    built = _sparse(esri / "net_10000_616")
    some = closures(np.arange(0, built.firms, 97))
    one, two = (systemic_risk(built, some, threads=threads) for threads in (1, 2))
    np.testing.assert_array_equal(one.index, two.index)
    assert (one.index >= one.downstream - 1e-15).all()
    assert (one.index >= one.upstream - 1e-15).all()
    assert ((one.index > 0) & (one.index <= 1)).all()
