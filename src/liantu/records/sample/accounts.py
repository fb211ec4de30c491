"""Annual accounts of firms: money, people, research, land, energy, emissions, that fit together.

Every firm has lasting traits (how productive, how profitable, how hungry for power) around those
of its sector, and a little chance each year; the city's profit and research come out as the
catalogue says. Amounts are in the stored units of the table firm_year; money is rounded to a
hundred yuan, which is the last digit of an amount in ten thousand yuan with two decimals.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from liantu.records.sample.calibration import Calibration, Sector
from liantu.records.sample.dice import dice
from liantu.records.sample.population import Population

Array = NDArray[np.float64]
Accounts = dict[str, Array]
"""Column of firm_year → (ever, year); what a firm does not have is NaN."""

_WAGE, _WAGE_GROWTH = 78_000.0, 0.055
_PRODUCTIVITY, _SAVING = 0.045, 0.025
"""Growth a year of revenue per head; fall a year of energy per revenue."""
_RESEARCHER_CNY = 260_000.0
_INVESTED_BY_FIRMS = 0.55
"""Part of the city's industrial investment that above-scale firms make."""


@dataclass(frozen=True)
class _Traits:
    """Sector figures of every firm as columns, and where chance comes from."""

    population: Population
    calibration: Calibration
    generator: np.random.Generator

    def of(self, name: str) -> Array:
        """(ever, 1) a figure of each firm's sector, e.g. ``ratios.tax``."""
        values = np.array([_figure(sector, name) for sector in self.calibration.sectors])
        return np.asarray(values[self.population.sector[: self.population.ever], None])

    def around(self, lasting: float, yearly: float) -> Array:
        """(ever, year) factors around one: a lasting trait times the chance of a year."""
        rows, years = self.population.revenue.shape
        normal = self.generator.normal
        trait = np.clip(normal(0, 1, (rows, 1)), -2.5, 2.5) * lasting
        chance = np.clip(normal(0, 1, (rows, years)), -2.5, 2.5) * yearly
        return np.exp(trait + chance - (lasting**2 + yearly**2) / 2)


def _figure(sector: Sector, name: str) -> float:
    value: object = sector
    for part in name.split("."):
        value = getattr(value, part)
    return float(value)  # type: ignore[arg-type]


def annual_accounts(population: Population, calibration: Calibration, seed: int) -> Accounts:
    """The accounts of every firm that was above scale, for the years in which it was."""
    traits = _Traits(population, calibration, dice(seed, "accounts"))
    made: Accounts = {"revenue_cny": _round(population.revenue)}
    _people(made, traits)
    _production(made, traits)
    _research(made, traits)
    _profit(made, traits)
    _balance(made, traits)
    _land(made, traits)
    _energy(made, traits)
    _digital(made, traits)
    active = population.active
    return {name: np.where(active, values, np.nan) for name, values in made.items()}


def _round(values: Array, unit: float = 100.0) -> Array:
    return np.asarray(np.round(values / unit) * unit)


def _years(made: Accounts) -> Array:
    return np.arange(made["revenue_cny"].shape[1], dtype=np.float64)[None, :]


def _people(made: Accounts, traits: _Traits) -> None:
    revenue = made["revenue_cny"]
    head = traits.of("revenue_per_head_cny") * (1 + _PRODUCTIVITY) ** _years(made)
    larger = np.maximum(revenue / 1e8, 0.2) ** 0.13  # larger firms sell more a head
    employees = revenue / (head * larger) * traits.around(0.32, 0.05)
    made["employees"] = np.maximum(np.round(employees), np.where(revenue > 0, 6, 0))
    wage = _WAGE * (1 + _WAGE_GROWTH) ** _years(made) * larger**0.5
    made["wages_cny"] = _round(made["employees"] * wage * traits.around(0.12, 0.03))


def _production(made: Accounts, traits: _Traits) -> None:
    revenue = made["revenue_cny"]
    made["output_cny"] = _round(revenue * (1 + 0.02 * (traits.around(0.6, 0.4) - 1)))
    added = made["output_cny"] * traits.of("ratios.value_added") * traits.around(0.15, 0.05)
    lowest = np.minimum(made["wages_cny"] * 1.08, made["output_cny"] * 0.85)
    made["value_added_cny"] = _round(np.clip(added, lowest, made["output_cny"] * 0.85))
    rows = revenue.shape[0]
    side = np.where(traits.generator.random((rows, 1)) < 0.35, 0.0,
                    traits.generator.uniform(0.01, 0.1, (rows, 1)))  # fmt: skip
    made["main_revenue_cny"] = _round(revenue * (1 - side))
    tax = revenue * traits.of("ratios.tax") * traits.around(0.3, 0.1)
    made["tax_cny"] = _round(np.minimum(tax, made["value_added_cny"] * 0.6))
    exports = traits.generator.random((rows, 1)) < 0.1 + traits.of("ratios.export") * 1.2
    export = revenue * traits.of("ratios.export") * 2.2 * traits.around(0.5, 0.1)
    made["export_cny"] = _round(np.where(exports, np.minimum(export, revenue * 0.92), 0))
    made["investment_cny"] = _round(_invested(made, traits))


def _invested(made: Accounts, traits: _Traits) -> Array:
    raw = made["revenue_cny"] ** 0.85 * traits.around(0.7, 0.8)
    raw *= traits.generator.random(raw.shape) < 0.7
    path = traits.calibration.totals.path("industry_investment_cny")
    target = path * traits.population.scale * _INVESTED_BY_FIRMS
    return np.asarray(raw / raw.sum(axis=0) * target)


def _research(made: Accounts, traits: _Traits) -> None:
    revenue = made["revenue_cny"]
    rows = revenue.shape[0]
    larger = np.clip(np.log10(np.maximum(revenue.max(axis=1, keepdims=True), 1e7) / 1e8), -0.7, 1)
    does = traits.generator.random((rows, 1)) < traits.of("ratios.rd_active") + 0.2 * larger
    share = traits.of("ratios.rd") / traits.of("ratios.rd_active") * traits.around(0.55, 0.12)
    raw = revenue * np.where(does, np.minimum(share, 0.2), 0)
    target = traits.calibration.totals.path("rd_intensity") * revenue.sum(axis=0)
    spent = raw / np.maximum(raw.sum(axis=0), 1) * target
    made["rd_cny"] = _round(np.minimum(spent, revenue * 0.3))
    staff = made["rd_cny"] / _RESEARCHER_CNY * traits.around(0.2, 0.05)
    made["rd_staff"] = np.floor(np.minimum(staff, made["employees"] * 0.5))
    fresh = traits.generator.uniform(0.08, 0.75, (rows, 1)) * traits.around(0.05, 0.05)
    made["new_product_revenue_cny"] = _round(revenue * np.where(does, np.minimum(fresh, 0.95), 0))
    first = made["rd_cny"] / 1.5e6 * traits.around(0.6, 0.0)
    made["invention_patents"] = np.floor(first * (1 + 0.15 * _years(made)))


def _profit(made: Accounts, traits: _Traits) -> None:
    """Margins around the sector's, moved together until the city's profit is as given."""
    revenue = made["revenue_cny"]
    normal = traits.generator.normal
    rows, years = revenue.shape
    own = np.clip(normal(0, 0.045, (rows, 1)) + normal(0, 0.02, (rows, years)), -0.2, 0.25)
    own *= np.maximum(revenue / 1e8, 0.3) ** -0.12  # the small swing more
    raw = revenue * (traits.of("ratios.margin") + own)
    totals = traits.calibration.totals
    target = totals.path("profit_cny") * traits.population.scale
    moved = raw + revenue * (target - raw.sum(axis=0)) / revenue.sum(axis=0)
    made["profit_cny"] = _round(moved)
    made["net_profit_cny"] = _round(np.where(moved > 0, moved * 0.83, moved))
    costs = revenue * traits.generator.uniform(0.05, 0.11, (rows, 1)) + made["rd_cny"]
    made["cost_cny"] = _round(np.maximum(revenue - moved - costs, revenue * 0.35))


def _balance(made: Accounts, traits: _Traits) -> None:
    revenue = made["revenue_cny"]
    made["assets_cny"] = _round(revenue * traits.of("ratios.assets") * traits.around(0.35, 0.05))
    debt = np.clip(traits.of("ratios.debt") * traits.around(0.3, 0.05), 0.05, 1.4)
    made["liabilities_cny"] = _round(made["assets_cny"] * debt)
    raised = traits.generator.random(revenue.shape) < 0.02
    amount = np.exp(traits.generator.normal(np.log(4e7), 0.9, revenue.shape))
    made["equity_raised_cny"] = _round(np.where(raised, amount, 0), 1e5)
    worth = made["equity_raised_cny"] * traits.generator.uniform(6, 14, revenue.shape)
    made["valuation_cny"] = np.where(raised, _round(worth, 1e5), np.nan)


def _land(made: Accounts, traits: _Traits) -> None:
    """Land lasts: it follows the largest year, and only a part of it is taken in the first."""
    revenue = made["revenue_cny"]
    rows = revenue.shape[0]
    most = revenue.max(axis=1, keepdims=True)
    mu = most / traits.of("revenue_per_mu_cny") * traits.around(0.4, 0.0)[:, :1]
    mu = np.clip(mu, 2.0, 3000.0)
    grown = np.where(traits.generator.random((rows, 1)) < 0.12, 0.8 + 0.04 * _years(made), 1.0)
    made["land_mu"] = np.round(mu * np.minimum(grown, 1), 2)
    tenant = traits.generator.random((rows, 1)) < np.where(mu < 20, 0.45, 0.08)
    made["rented_land_mu"] = np.where(tenant, made["land_mu"], 0.0)
    ratio = traits.generator.uniform(0.6, 1.7, (rows, 1))
    made["floor_area_m2"] = np.round(made["land_mu"] * 2000 / 3 * ratio)


def _energy(made: Accounts, traits: _Traits) -> None:
    base = made["revenue_cny"] / 1e4 * (1 - _SAVING) ** _years(made)
    thrift = traits.around(0.3, 0.04)

    def used(fuel: str, per: float, share: float) -> Array:
        """A fuel that only a part of the firms burns."""
        burns = traits.generator.random((base.shape[0], 1)) < share
        amount = base * traits.of(f"energy.{fuel}") / per / share * thrift
        return np.asarray(np.where(burns, amount * traits.around(0.25, 0.03), 0))

    made["electricity_kwh"] = np.round(used("electricity_kwh", 1, 1.0))
    made["gas_m3"] = np.round(used("gas_m3", 1, 0.55))
    made["coal_t"] = np.round(used("coal_kg", 1000, 0.3), 1)
    made["coke_t"] = np.round(used("coke_kg", 1000, 0.3), 1)
    made["oil_t"] = np.round(used("oil_kg", 1000, 0.6), 1)
    made["heat_gj"] = np.round(used("heat_mj", 1000, 0.3), 1)
    made["water_m3"] = np.round(base * 2.2 * traits.around(0.6, 0.05))
    _emissions(made, traits)


def _emissions(made: Accounts, traits: _Traits) -> None:
    """Coal equivalent and carbon dioxide by the declared coefficients; other emissions by size."""
    rule = traits.calibration.totals.energy
    fuels = (
        made["gas_m3"] * rule.gas_tce_per_m3 + made["coal_t"] * rule.coal_tce_per_t
        + made["coke_t"] * rule.coke_tce_per_t + made["oil_t"] * rule.oil_tce_per_t
        + made["heat_gj"] * rule.heat_tce_per_gj
    )  # fmt: skip
    power = made["electricity_kwh"]
    made["energy_tce"] = np.round(fuels + power * rule.electricity_tce_per_kwh, 2)
    equivalent = np.round(fuels + power * rule.electricity_equivalent_tce_per_kwh, 2)
    made["energy_equivalent_tce"] = equivalent.clip(min=made["energy_tce"])
    made["co2_t"] = np.round(
        made["gas_m3"] * rule.gas_co2_t_per_m3 + made["coal_t"] * rule.coal_co2_t_per_t
        + made["coke_t"] * rule.coke_co2_t_per_t + made["oil_t"] * rule.oil_co2_t_per_t
        + made["heat_gj"] * rule.heat_co2_t_per_gj + power * rule.electricity_co2_t_per_kwh, 2,
    )  # fmt: skip
    burnt = made["coal_t"] + made["coke_t"]
    made["so2_kg"] = np.round(burnt * 2.6 * traits.around(0.4, 0.05), 1)
    made["nox_kg"] = np.round(burnt * 2.1 + made["gas_m3"] * 0.0016 * traits.around(0.4, 0.05), 1)
    made["cod_kg"] = np.round(made["water_m3"] * 0.045 * traits.around(0.5, 0.05), 1)
    made["ammonia_kg"] = np.asarray(np.round(made["cod_kg"] * 0.055, 2))


def _digital(made: Accounts, traits: _Traits) -> None:
    revenue = made["revenue_cny"]
    rows = revenue.shape[0]
    generator = traits.generator
    larger = np.log10(np.maximum(revenue.max(axis=1, keepdims=True), 1e7) / 2e7)
    level = 0.7 + 0.5 * larger + generator.normal(0, 0.5, (rows, 1)) + 0.16 * _years(made)
    made["digital_level"] = np.round(np.clip(level, 0, 5), 1)
    control = 0.38 + 0.07 * larger + generator.normal(0, 0.12, (rows, 1)) + 0.022 * _years(made)
    made["controlled_process_share"] = np.round(np.clip(control, 0.05, 0.98), 3)
    tools = generator.random((rows, 1)) < 0.70 + 0.028 * _years(made)
    made["design_tools"] = np.asarray(tools, dtype=np.float64)
    local = np.clip(generator.beta(3, 5, (rows, 1)) + 0.006 * _years(made), 0.01, 0.97)
    made["local_supply_share"] = np.round(local, 3)
