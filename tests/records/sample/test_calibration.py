"""The city comes out as published: numbers, totals, shares, tails, growth."""

from __future__ import annotations

import numpy as np
import pytest

from liantu.errors import NotFound, UsageError
from liantu.records.sample.calibration import Calibration, calibration
from liantu.records.sample.city import City, make_city
from liantu.records.sample.population import populate, whole_city

ROUNDING = 1e-4


def test_firms_and_totals_of_every_year(whole: City, given: Calibration) -> None:
    totals, accounts = given.totals, whole.makings.accounts
    assert whole.population.scale == 1
    counts = whole.population.active.sum(axis=0)
    assert counts.tolist() == totals.path("above_scale_firms").astype(int).tolist()
    assert counts[0] == 3576
    revenue = np.nansum(accounts["revenue_cny"], axis=0)
    np.testing.assert_allclose(revenue, totals.path("revenue_cny"), rtol=ROUNDING)
    np.testing.assert_allclose(revenue[[0, 2]], [1.4e12, 1.73e12], rtol=ROUNDING)
    profit = np.nansum(accounts["profit_cny"], axis=0)
    np.testing.assert_allclose(profit, totals.path("profit_cny"), rtol=ROUNDING)
    research = np.nansum(accounts["rd_cny"], axis=0) / revenue
    np.testing.assert_allclose(research, totals.path("rd_intensity"), rtol=0.03)


def test_sectors_have_their_shares(whole: City, given: Calibration) -> None:
    sector = whole.population.sector[: whole.population.ever]
    revenue = np.nan_to_num(whole.makings.accounts["revenue_cny"])
    by_sector = np.array([revenue[sector == at].sum(axis=0) for at in range(len(given.sectors))])
    shares = by_sector / by_sector.sum(axis=0)
    np.testing.assert_allclose(shares, given.revenue_shares(), atol=ROUNDING)
    five = sum(s for s, item in zip(shares[:, 0], given.sectors, strict=True) if item.five_advanced)
    high = sum(s for s, item in zip(shares[:, 0], given.sectors, strict=True) if item.hightech)
    assert five == pytest.approx(given.totals.shares["five_advanced"].value, abs=0.002)
    assert high == pytest.approx(given.totals.shares["hightech"].value, abs=0.002)


def test_sizes_have_a_heavy_tail(whole: City, given: Calibration) -> None:
    base = np.nan_to_num(whole.makings.accounts["revenue_cny"][:, 0])
    assert (base >= 1e10).sum() == given.totals.giants.published.value == 14
    firms = np.sort(base[base > 0])
    assert firms[0] >= given.totals.turnover.threshold_cny
    assert firms.mean() > 2.5 * np.median(firms)
    top = np.log(firms[-180:] / firms[-180])  # Hill's estimate over the largest twentieth
    assert 0.6 < 1 / top[1:].mean() < 1.6


def test_firms_enter_grow_and_leave(whole: City, given: Calibration) -> None:
    population = whole.population
    active = population.active
    entered = (active[:, 1:] & ~active[:, :-1]).sum(axis=0)
    left = (~active[:, 1:] & active[:, :-1]).sum(axis=0)
    assert (entered > left).all()
    np.testing.assert_allclose(left / active[:, :-1].sum(axis=0), given.totals.turnover.leaving,
                               atol=0.002)  # fmt: skip
    assert ((active[:, :-1].astype(int) - active[:, 1:]) <= 1).all()
    again = np.diff(active.astype(int), axis=1)
    assert (np.abs(again).sum(axis=1) <= 2).all(), "nobody comes back"
    names = whole.makings.firms.register
    assert names["above_scale"].sum() == active[:, -1].sum()


def test_titles_and_projects_are_as_many_as_published(whole: City, given: Calibration) -> None:
    titles = whole.registers["titles"]
    for title in given.totals.titles:
        held = titles.filter(title=title.title)
        for year, figure in title.holders.items():
            end = np.datetime64(f"{year}-12-31").astype(object)
            valid = held.filter(
                (held["granted_on"] <= end)
                & (held["expires_on"].is_null() | (held["expires_on"] >= end))
            )
            wanted = figure.value * title.covers
            assert valid["credit_code"].n_unique() == pytest.approx(wanted, rel=0.03, abs=1), title
    started = whole.registers["projects"]["start_planned_on"].dt.year().value_counts()
    counts = dict(started.rows())
    assert counts == {y: round(f.value) for y, f in given.totals.projects.started.items()}


def test_most_firms_are_in_parks_and_their_sector_fits(whole: City, given: Calibration) -> None:
    park = whole.makings.sites.park[: whole.population.ever]
    assert (park >= 0).mean() == pytest.approx(given.totals.in_parks.value, abs=0.02)
    ids = [sector.id for sector in given.sectors]
    names = [item.name for item in given.places.parks]
    medicine = park[whole.population.sector[: whole.population.ever] == ids.index("medicine")]
    home = [n for n, item in enumerate(names) if "医" in item or "药" in item or "生物" in item]
    assert np.isin(medicine[medicine >= 0], home).mean() > 0.7


@pytest.mark.parametrize("firms", [200, 2000])
def test_a_smaller_city_is_the_same_in_small(given: Calibration, firms: int) -> None:
    city = make_city(firms, seed=5)
    scale = firms / whole_city(given)
    revenue = np.nansum(city.makings.accounts["revenue_cny"], axis=0)
    np.testing.assert_allclose(revenue, given.totals.path("revenue_cny") * scale, rtol=1e-3)
    assert city.makings.firms.register.height == firms


def test_a_larger_city_has_more_small_firms(given: Calibration) -> None:
    population = populate(given, 50_000, seed=5)
    assert population.scale == 1
    assert population.active[:, 0].sum() == 3576
    assert population.size == 50_000


def test_the_same_seed_makes_the_same_city(small: City) -> None:
    again, other = make_city(300, seed=3), make_city(300, seed=4)
    for name, frame in small.registers.items():
        assert frame.equals(again.registers[name]), name
    assert not small.registers["firms"].equals(other.registers["firms"])


def test_impossible_wishes_are_refused(given: Calibration) -> None:
    for firms in (199, 1_000_001):
        with pytest.raises(UsageError, match="200"):
            populate(given, firms, seed=1)
    with pytest.raises(NotFound, match="没有可供合成的城市"):
        calibration("nowhere")
