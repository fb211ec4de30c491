"""Series made from the annual accounts: years, quarters and months of firms, parks, areas.

Months add up to their year to the last unit and quarters are sums of months; parks and areas are
sums of their firms, and areas add up to the city.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.accounts import Accounts
from liantu.records.sample.calibration import Calibration
from liantu.records.sample.dice import dice
from liantu.records.sample.firms import Firms
from liantu.records.sample.frames import declared_columns
from liantu.records.sample.places import Plots, Sites, park_code
from liantu.records.sample.population import Population

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_MONEY = ("output_cny", "value_added_cny", "revenue_cny", "main_revenue_cny", "profit_cny",
          "tax_cny", "export_cny", "investment_cny")  # fmt: skip
_UNITS = {"electricity_kwh": 1.0, "gas_m3": 1.0, "energy_tce": 0.01, "rd_cny": 100.0}
_FIRST_SHARE = 0.25
"""Part of an area's industry that follows its people, so that no area has none."""
_PEOPLE_GROWTH = 0.008


@dataclass(frozen=True)
class Makings:
    """What series are made from."""

    calibration: Calibration
    population: Population
    accounts: Accounts
    firms: Firms
    sites: Sites
    plots: Plots
    seed: int

    @property
    def years(self) -> tuple[int, ...]:
        """Years of the accounts."""
        return self.calibration.totals.years

    @cached_property
    def codes(self) -> pl.Series:
        """Credit codes of the firms that were ever above scale."""
        return pl.Series(self.firms.codes[: self.population.ever])

    @cached_property
    def names(self) -> pl.Series:
        """Their names, as before the last year's changes."""
        return pl.Series(self.firms.names_before()[: self.population.ever])


def _frame(columns: dict[str, object], table_id: str) -> pl.DataFrame:
    return declared_columns(pl.DataFrame(columns, strict=False), table_id)


def firm_year(makings: Makings, year: int) -> pl.DataFrame:
    """The annual returns of one year."""
    at = makings.years.index(year)
    rows = np.flatnonzero(makings.population.active[:, at])
    columns: dict[str, object] = {
        "credit_code": makings.codes.gather(rows),
        "period": [str(year)] * rows.size,
        "firm_name": makings.names.gather(rows),
    }
    for name, values in makings.accounts.items():
        columns[name] = pl.Series(values[rows, at]).fill_nan(None)
    columns["design_tools"] = makings.accounts["design_tools"][rows, at] > 0
    return _frame(columns, "firm_year")


# Months ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class MonthsOfYear:
    """Monthly figures of one year: ``rows`` are firms, ``values`` (firm, 12) by column."""

    year: int
    rows: Whole
    values: dict[str, Array]


def months_of(makings: Makings, year: int) -> MonthsOfYear:
    """Every firm's year split into months."""
    at = makings.years.index(year)
    rows = np.flatnonzero(makings.population.active[:, at])
    generator = dice(makings.seed, f"months {year}")
    season = np.array(makings.calibration.totals.months)
    noise = np.exp(np.clip(generator.normal(0, 0.09, (rows.size, 12)), -0.25, 0.25))
    share = season * noise
    share /= share.sum(axis=1, keepdims=True)
    calm = np.sqrt(share)  # people and power follow sales half-way
    calm /= calm.sum(axis=1, keepdims=True)
    values: dict[str, Array] = {}
    for name in (*_MONEY, *_UNITS):
        by = calm if name in ("electricity_kwh", "gas_m3", "energy_tce", "rd_cny") else share
        values[name] = _split(makings.accounts[name][rows, at], by, _UNITS.get(name, 100.0))
    values["employees"] = _people(makings, rows, at, generator)
    values["rd_staff"] = np.floor(np.minimum(
        np.repeat(makings.accounts["rd_staff"][rows, at][:, None], 12, axis=1),
        values["employees"] * 0.5,
    ))  # fmt: skip
    return MonthsOfYear(year, rows, values)


def _split(yearly: Array, share: Array, unit: float) -> Array:
    """Parts in whole units that add up to the year."""
    cumulated = np.round(yearly[:, None] * np.cumsum(share, axis=1) / unit)
    cumulated[:, -1] = np.round(yearly / unit)
    parts = np.diff(cumulated, axis=1, prepend=0) * unit
    return np.asarray(np.round(parts, 2))


def _people(makings: Makings, rows: Whole, at: int, generator: np.random.Generator) -> Array:
    """Employees at the end of each month, drifting towards the next year's."""
    people = makings.accounts["employees"]
    now = people[rows, at]
    after = people[rows, at + 1] if at + 1 < people.shape[1] else now
    after = np.where(np.isnan(after), now, after)
    drift = np.linspace(-0.15, 0.35, 12)
    month = now[:, None] + (after - now)[:, None] * drift
    return np.asarray(np.maximum(np.round(month * generator.normal(1, 0.004, month.shape)), 5))


def firm_month(makings: Makings, months: MonthsOfYear, month: int) -> pl.DataFrame:
    """The returns of one month, 1 to 12."""
    columns: dict[str, object] = {
        "credit_code": makings.codes.gather(months.rows),
        "period": [f"{months.year}-{month:02d}"] * months.rows.size,
        "firm_name": makings.names.gather(months.rows),
    }
    columns |= {name: values[:, month - 1] for name, values in months.values.items()}
    return _frame(columns, "firm_month")


def _quarter(values: Array, name: str, quarter: int) -> Array:
    part = values[:, quarter * 3 - 3 : quarter * 3]
    return part[:, -1] if name in ("employees", "rd_staff") else np.round(part.sum(axis=1), 2)


def firm_quarter(makings: Makings, months: MonthsOfYear, quarter: int) -> pl.DataFrame:
    """The returns of one quarter, 1 to 4."""
    generator = dice(makings.seed, f"capacity {months.year}Q{quarter}")
    trait = dice(makings.seed, "capacity").beta(7, 2.6, makings.population.ever)[months.rows]
    used = np.clip(trait + generator.normal(0.02, 0.04, trait.size), 0.2, 1.08)
    columns: dict[str, object] = {
        "credit_code": makings.codes.gather(months.rows),
        "period": [f"{months.year}Q{quarter}"] * months.rows.size,
        "firm_name": makings.names.gather(months.rows),
        "capacity_share": np.round(used, 3),
    }
    columns |= {name: _quarter(values, name, quarter) for name, values in months.values.items()}
    return _frame(columns, "firm_quarter")


# Parks and areas -------------------------------------------------------------------------------


def park_quarter(makings: Makings, months: MonthsOfYear) -> pl.DataFrame:
    """All parks of the plan, the four quarters of a year."""
    count = len(makings.calibration.places.parks)
    park = makings.sites.park[months.rows]
    inside = park >= 0
    generator = dice(makings.seed, f"parks {months.year}")
    land = np.array([makings.plots.mu[makings.plots.park == at].sum() for at in range(count)])
    idle = np.round(land * generator.uniform(0.01, 0.06, count), 1)
    names = [item.name for item in makings.calibration.places.parks]
    frames = []
    for quarter in range(1, 5):
        columns: dict[str, object] = {
            "park_code": [park_code(at) for at in range(count)],
            "period": [f"{months.year}Q{quarter}"] * count,
            "park_name": names,
            "firms": _units(makings, months.year, quarter, count),
            "above_scale_firms": np.bincount(park[inside], minlength=count),
            "industrial_land_mu": np.round(land, 1),
            "idle_land_mu": idle,
        }
        for name in ("output_cny", "revenue_cny", "profit_cny", "tax_cny", "investment_cny",
                     "export_cny", "employees", "electricity_kwh", "energy_tce"):  # fmt: skip
            part = _quarter(months.values[name], name, quarter)[inside]
            columns[name] = np.round(np.bincount(park[inside], part, minlength=count), 2)
        frames.append(_frame(columns, "park_quarter"))
    return pl.concat(frames)


def _units(makings: Makings, year: int, quarter: int, count: int) -> Whole:
    """Units at work in each park at the end of a quarter."""
    day = np.datetime64(f"{year}-{quarter * 3:02d}-28")
    born, ended = makings.firms.born, makings.firms.ended
    alive = (born <= day) & (np.isnat(ended) | (ended > day)) & (makings.sites.park >= 0)
    active = np.zeros(makings.population.size, dtype=bool)
    at = makings.years.index(year)
    active[: makings.population.ever] = makings.population.active[:, at]
    present = alive | (active & (makings.sites.park >= 0))
    return np.bincount(makings.sites.park[present], minlength=count)


def area_year(makings: Makings, year: int) -> pl.DataFrame:
    """The city and its areas in one year."""
    totals, places = makings.calibration.totals, makings.calibration.places
    at, scale = makings.years.index(year), makings.population.scale
    count = len(places.areas)
    rows = np.flatnonzero(makings.population.active[:, at])
    area = makings.sites.area[rows]

    def summed(name: str) -> Array:
        values = makings.accounts[name][rows, at]
        return np.asarray(np.bincount(area, values, minlength=count), dtype=np.float64)

    people = np.array([item.people for item in places.areas])
    people = people / people.sum()
    gdp = float(totals.path("gdp_cny")[at]) * scale
    industry = gdp * float(totals.path("industry_share_of_gdp")[at])
    added = summed("value_added_cny")
    share = (1 - _FIRST_SHARE) * added / added.sum() + _FIRST_SHARE * people
    grown = (1 + _PEOPLE_GROWTH) ** at
    city = {
        "industry_value_added_cny": _hundreds(industry * share),
        "gdp_cny": _hundreds(industry * share + (gdp - industry) * people),
        "above_scale_firms": np.bincount(area, minlength=count).astype(np.float64),
        "revenue_cny": summed("revenue_cny"),
        "profit_cny": summed("profit_cny"),
        "industry_investment_cny": _hundreds(
            float(totals.path("industry_investment_cny")[at]) * scale * share
        ),
        "rd_cny": _hundreds(float(totals.path("city_rd_cny")[at]) * scale * (share + people) / 2),
        "population": np.round(totals.population.value * scale * grown * people),
        "employees": summed("employees"),
        "industrial_land_mu": np.round(summed("land_mu") * 1.2, 2),
        "energy_tce": np.round(summed("energy_equivalent_tce") * 1.9, 2),
        "electricity_kwh": summed("electricity_kwh"),
        "co2_t": np.round(summed("co2_t") * 2.1, 2),
    }
    columns: dict[str, object] = {
        "area_code": [places.city_code, *(item.code for item in places.areas)],
        "period": [str(year)] * (count + 1),
        "area_name": [totals.city, *(item.name for item in places.areas)],
    }
    columns |= {
        name: np.concatenate([[np.round(values.sum(), 2)], values]) for name, values in city.items()
    }
    return _frame(columns, "area_year")


def _hundreds(values: Array) -> Array:
    return np.asarray(np.round(values / 100) * 100)
