"""What the synthetic city is fitted to: ``catalog/sample``, one folder a city.

Totals by year with their sources, sectors, places, offices; and what invented names are made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, Trust, read_declared
from liantu.errors import NotFound
from liantu.records.sample.chain_map import ChainMap

FOLDER = CATALOG / "sample"


class Figure(Declared):
    """One figure with its source; not ``published``: estimated, the title says how."""

    value: float
    published: bool = False
    title: str
    date: str
    trust: Trust


class Series(Declared):
    """A figure year by year."""

    zh: str
    unit: str
    years: dict[int, Figure]


class Giants(Declared):
    """The largest firms of the base year: how many, in which sectors, between which sizes."""

    published: Figure
    largest_cny: float
    smallest_cny: float
    sectors: tuple[str, ...]
    source: Source


class Turnover(Declared):
    """How firms come, grow and go; shares a year."""

    leaving: float
    closing: float
    newly_built: float
    growth_spread: float
    below_scale: float
    threshold_cny: float
    source: Source


class Title(Declared):
    """Holders of a title at the end of some years; ``covers``: the part on the register."""

    title: str
    level: str
    valid_years: int | None = None
    covers: float
    holders: dict[int, Figure]


class ProjectTotals(Declared):
    """Projects started a year, and what was invested in one."""

    started: dict[int, Figure]
    invested_cny: Figure
    invested_year: int


class Energy(Declared):
    """Coefficients of fuels: tonnes of coal equivalent, tonnes of carbon dioxide."""

    electricity_tce_per_kwh: float
    electricity_equivalent_tce_per_kwh: float
    gas_tce_per_m3: float
    coal_tce_per_t: float
    coke_tce_per_t: float
    oil_tce_per_t: float
    heat_tce_per_gj: float
    electricity_co2_t_per_kwh: float
    gas_co2_t_per_m3: float
    coal_co2_t_per_t: float
    coke_co2_t_per_t: float
    oil_co2_t_per_t: float
    heat_co2_t_per_gj: float
    source: Source


class StandardLand(Declared):
    """What is agreed on land that is sold with its conditions; bounds per mu."""

    since: date
    investment_cny_per_mu: tuple[float, float]
    tax_cny_per_mu: tuple[float, float]
    source: Source


class Totals(Declared):
    """``totals.yaml``."""

    plan: str
    city: str
    province: str
    short: str
    base_year: int
    last_year: int
    source: Source
    series: dict[str, Series]
    giants: Giants
    turnover: Turnover
    in_parks: Figure
    shares: dict[str, Figure]
    titles: tuple[Title, ...]
    projects: ProjectTotals
    standard_land: StandardLand
    population: Figure
    energy: Energy
    months: tuple[float, ...] = Field(min_length=12, max_length=12)

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the sample."""
        return tuple(range(self.base_year, self.last_year + 1))

    def path(self, name: str) -> NDArray[np.float64]:
        """A series over :attr:`years`."""
        return np.array([self.series[name].years[year].value for year in self.years])


class Product(Declared):
    """What a class makes; ``chain`` and ``node`` are empty outside the city's chains."""

    name: str
    chain: str = ""
    node: str = ""


class IndustryClass(Declared):
    """A class of GB/T 4754 within a sector."""

    code: str
    name: str
    weight: float
    products: tuple[Product, ...]


class Ratios(Declared):
    """Shares of revenue; ``rd_active`` is the share of firms that do any."""

    margin: float
    tax: float
    value_added: float
    rd: float
    rd_active: float
    export: float
    assets: float
    debt: float


class FuelUse(Declared):
    """Energy per ten thousand yuan of revenue."""

    electricity_kwh: float
    gas_m3: float
    coal_kg: float
    coke_kg: float
    oil_kg: float
    heat_mj: float


class Sector(Declared):
    """One sector of the city's industry."""

    id: str
    zh: str
    industry: str
    five_advanced: bool
    hightech: bool
    revenue_share: dict[int, float]
    firm_share: float
    spread: float
    ratios: Ratios
    revenue_per_head_cny: float
    revenue_per_mu_cny: float
    energy: FuelUse
    trades: tuple[str, ...]
    buys: dict[str, float]
    classes: tuple[IndustryClass, ...]


class Sectors(Declared):
    """``sectors.yaml``."""

    source: Source
    classification: str
    sectors: tuple[Sector, ...]


class Before(Declared):
    """What a division was before: its old code and name."""

    code: str
    name: str = ""
    since: date
    parent: str = ""
    document: str = ""


class District(Declared):
    """A district, or a functional zone that lies ``within`` districts."""

    code: str
    name: str
    tier: str
    since: date
    people: float
    business: float
    document: str = ""
    before: tuple[Before, ...] = ()
    within: tuple[str, ...] = ()


class SamplePark(Declared):
    """A park of the plan: the area that files for it and the district its land lies in."""

    name: str
    area: str
    within: str
    level: str
    weight: float
    trust: Trust


class ParkSystem(Declared):
    """The version of the park system that the parks belong to."""

    version: str
    valid_from: date
    source: Source


class FormerPark(Declared):
    """A park of an earlier version of the system."""

    name: str
    area: str
    industry: str
    version: str
    valid_from: date
    valid_to: date
    level: str


class Places(Declared):
    """``places.yaml``."""

    source: Source
    city_code: str
    province_code: str
    districts: tuple[District, ...]
    zones: tuple[District, ...]
    parks: tuple[SamplePark, ...]
    park_system: ParkSystem
    former_parks: tuple[FormerPark, ...]

    @property
    def areas(self) -> tuple[District, ...]:
        """Districts and zones: all that keep statistics of their own."""
        return (*self.districts, *self.zones)


class SampleChain(Declared):
    """A chain of the city."""

    id: str
    name: str
    ecosystem: str
    since: date
    office: str


class Department(Declared):
    """An office of the city."""

    id: str
    name: str
    short: str


class InventedBody(Declared):
    """Bodies named by a pattern of a field."""

    kind: str
    pattern: str
    each: int


class Document(Declared):
    """A document that figures rest on."""

    id: str
    title: str
    number: str = ""
    issued_by: str = ""
    issued_on: date
    trust: str


class Concordance(Declared):
    """A class that had another number in the edition before."""

    from_code: str
    from_name: str
    to_code: str
    to_name: str
    partial: bool


class Offices(Declared):
    """``offices.yaml``."""

    source: Source
    chains: tuple[SampleChain, ...]
    departments: tuple[Department, ...]
    invented_bodies: tuple[InventedBody, ...]
    documents: tuple[Document, ...]
    concordance: tuple[Concordance, ...]


class Names(Declared):
    """``names.yaml``: what invented names are made of."""

    source: Source
    mark: str
    syllables: str
    tails: tuple[str, ...]
    forms: dict[str, float]
    surnames: str
    given: str
    person_mark: str
    streets: tuple[str, ...]
    ownership: dict[str, float]
    organisation_prefix: str


@dataclass(frozen=True)
class Calibration:
    """Everything that a synthetic city is made after."""

    totals: Totals
    sectors: tuple[Sector, ...]
    places: Places
    offices: Offices
    chain_map: ChainMap
    names: Names

    def revenue_shares(self) -> NDArray[np.float64]:
        """(sector, year) shares of above-scale revenue, each year adding to one."""
        years = np.array(self.totals.years)
        rows = [
            np.interp(years, list(s.revenue_share), list(s.revenue_share.values()))
            for s in self.sectors
        ]
        shares = np.array(rows)
        return np.asarray(shares / shares.sum(axis=0))

    def firm_shares(self) -> NDArray[np.float64]:
        """(sector,) shares of the number of above-scale firms."""
        shares = np.array([sector.firm_share for sector in self.sectors])
        return np.asarray(shares / shares.sum())


def cities() -> list[str]:
    """Cities that the catalogue can make a sample of."""
    return sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


@cache
def calibration(city: str = "") -> Calibration:
    """The calibration of a city; the first of the catalogue by default.

    Raises:
        NotFound: the catalogue has no such city.
        InvalidDeclaration: a file is wrong.
    """
    known = cities()
    name = city or known[0]
    if name not in known:
        raise NotFound(
            f"目录中没有可供合成的城市“{name}”。应为 {'、'.join(known)} 之一。",
            f"The catalogue has no city {name!r} to make a sample of. Expected one of"
            f" {', '.join(known)}.",
        )
    folder = FOLDER / name
    return Calibration(
        totals=read_declared(Totals, folder / "totals.yaml"),
        sectors=read_declared(Sectors, folder / "sectors.yaml").sectors,
        places=read_declared(Places, folder / "places.yaml"),
        offices=read_declared(Offices, folder / "offices.yaml"),
        chain_map=read_declared(ChainMap, folder / "chains.yaml"),
        names=read_declared(Names, FOLDER / "names.yaml"),
    )
