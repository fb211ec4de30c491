"""The synthetic city as frames of the declared tables, before anything is written.

Deterministic: the same catalogue, number of firms and seed give the same city, and the same
version of numpy the same to the last digit.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import polars as pl

from liantu.records.sample import chains, land, network, offices, places, projects, series, titles
from liantu.records.sample.accounts import annual_accounts
from liantu.records.sample.calibration import Calibration, calibration
from liantu.records.sample.firms import make_firms
from liantu.records.sample.population import Population, populate
from liantu.records.sample.series import Makings, MonthsOfYear


@dataclass
class City:
    """A city of one calibration, number of firms and seed; its tables are made when asked for."""

    makings: Makings
    projects: projects.Projects
    products: network.Products
    _months: dict[int, MonthsOfYear] = field(default_factory=dict)

    @property
    def calibration(self) -> Calibration:
        """What it was made after."""
        return self.makings.calibration

    @property
    def population(self) -> Population:
        """Its firms by position."""
        return self.makings.population

    @property
    def last_year(self) -> int:
        """The last year of the sample."""
        return self.makings.years[-1]

    def months(self, year: int) -> MonthsOfYear:
        """Monthly figures of a year."""
        if year not in self._months:
            self._months[year] = series.months_of(self.makings, year)
        return self._months[year]

    @cached_property
    def registers(self) -> dict[str, pl.DataFrame]:
        """Every register as of today, by table."""
        made, given, seed = self.makings, self.calibration, self.makings.seed
        count = len(given.places.parks)
        taken = np.array([made.plots.mu[made.plots.park == at].sum() for at in range(count)])
        links = network.supply_links(made, self.products, self.last_year)
        listed = titles.listed_firms(made)
        return {
            "source_documents": offices.source_documents(given),
            "industry_classes": offices.industry_classes(given),
            "industry_concordance": offices.concordance(given),
            "code_lists": offices.code_lists(given),
            "area_changes": places.area_changes(given),
            "areas": places.areas_frame(given),
            "organisations": offices.organisations(given),
            "people": offices.people(given, seed),
            "chains": chains.chains(given, seed),
            "chain_nodes": chains.chain_nodes(given),
            "chain_links": chains.chain_links(given),
            "parks": places.parks_frame(given, taken, seed),
            "firms": made.firms.register,
            "parcels": land.parcels(made),
            "products": self.products.frame,
            "titles": titles.titles(made),
            "supply_links": links,
            "product_relations": network.product_relations(made, self.products, links),
            "projects": self.projects.frame,
            "milestones": projects.milestones(made, self.projects),
            "measures": offices.measures(given, seed),
            "listed_firms": listed,
            "listed_products": titles.listed_products(made, listed),
        }


def make_city(firms: int, seed: int, city: str = "") -> City:
    """Make a city of ``firms`` firms.

    Args:
        city: name of the calibration; the catalogue's first by default.

    Raises:
        NotFound, UsageError: no such calibration; too few or too many firms.
    """
    given = calibration(city)
    population = populate(given, firms, seed)
    accounts = annual_accounts(population, given, seed)
    sites = places.sites(population, given, seed)
    owned = np.nanmax(accounts["land_mu"] - accounts["rented_land_mu"], axis=1)
    plots, centres = places.plots(sites, owned, given, seed)
    register = make_firms(population, accounts, (sites, plots, centres), given, seed)
    makings = Makings(given, population, accounts, register, sites, plots, seed)
    made = projects.make_projects(makings)
    return City(makings, made, network.make_products(makings, makings.years[-1]))
