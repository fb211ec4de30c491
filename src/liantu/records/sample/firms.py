"""The register of firms: names, codes, days, place, size; as it stood a year ago and today."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.accounts import Accounts
from liantu.records.sample.calibration import Calibration, Names
from liantu.records.sample.codes import credit_codes
from liantu.records.sample.dice import choose, dice
from liantu.records.sample.places import Plots, Sites, park_code
from liantu.records.sample.population import Population
from liantu.records.tables.declared import table

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_RENAMED = 0.004
"""Firms that take another name in the last year."""
_SITES = 0.03
_DAY = np.timedelta64(1, "D")


@dataclass(frozen=True)
class Firms:
    """Firms by position; ``register`` is the register of today in the same order."""

    codes: list[str]
    register: pl.DataFrame
    old_names: dict[int, str]
    """Names before of those that were renamed in the last year."""
    born: NDArray[np.datetime64]
    ended: NDArray[np.datetime64]
    """Days of foundation and of closing (NaT: open)."""
    above_before: NDArray[np.bool_]
    """Above scale a year ago?"""

    @property
    def names(self) -> list[str]:
        """Names of today."""
        return self.register["name"].to_list()

    def names_before(self) -> list[str]:
        """Names as they were before the last year's changes."""
        return [self.old_names.get(at, name) for at, name in enumerate(self.names)]

    def names_by_code_before(self) -> dict[str, str]:
        """Credit code → old name of those that were renamed in the last year."""
        return {self.codes[at]: name for at, name in self.old_names.items()}

    def register_before(self, year: int) -> pl.DataFrame:
        """The register at the end of the year before ``year``: without those founded or entered
        since, those closed since still open, under the names of then."""
        start = np.datetime64(f"{year}-01-01")
        rows = np.flatnonzero(self.born < start)
        closed_since = ~np.isnat(self.ended) & (self.ended >= start)
        before = self.register.with_columns(
            above_scale=pl.Series(self.above_before),
            name=pl.Series(self.names_before()),
            former_names=pl.when(
                pl.Series([at in self.old_names for at in range(len(self.codes))])
            ).then(None).otherwise("former_names"),
            state=pl.when(pl.Series(closed_since)).then(pl.lit("open")).otherwise("state"),
            closed_on=pl.when(pl.Series(closed_since)).then(None).otherwise("closed_on"),
        )  # fmt: skip
        return before[rows]

    def changed_since(self, year: int) -> pl.DataFrame:
        """Rows of the register of today that differ from :meth:`register_before`."""
        before = self.register_before(year)
        return self.register.join(before, on=before.columns, how="anti", nulls_equal=True)


def make_firms(
    population: Population,
    accounts: Accounts,
    where: tuple[Sites, Plots, Array],
    calibration: Calibration,
    seed: int,
) -> Firms:
    """The register.

    Args:
        where: the firms' sites, all plots, and (park, 2) the middle of each park.
    """
    numbers = np.arange(population.size)
    codes = credit_codes(numbers, calibration.names.organisation_prefix)
    names = firm_names(population, calibration, seed)
    born, ended = _days(population, calibration, seed)
    old = _renamed(names, population, calibration, seed)
    columns: dict[str, Any] = {
        "credit_code": codes,
        "name": names,
        "former_names": [old.get(at) for at in range(population.size)] if old else None,
        **_kinds(population, codes, accounts, seed),
        **_industry(population, calibration),
        "ownership": _ownership(names, calibration.names, seed),
        "established_on": born,
        "closed_on": ended,
        "state": _states(population, ended, seed),
        **_place(where, calibration, seed),
        **_size(population, accounts, seed),
    }
    declared = table("firms")
    made = {name: _plain(values) for name, values in columns.items() if values is not None}
    register = pl.DataFrame(made, strict=False)
    missing = [pl.lit(None, c.dtype).alias(c.name) for c in declared.columns if c.name not in made]
    register = register.with_columns(missing).select(
        pl.col(column.name).cast(column.dtype) for column in declared.columns
    )
    above = np.zeros(population.size, dtype=bool)
    above[: population.ever] = population.active[:, -2]
    return Firms(codes, register, old, born, ended, above)


def _plain(values: Any) -> Any:
    """Texts with gaps as a list, which polars reads as texts."""
    is_object = isinstance(values, np.ndarray) and values.dtype == object
    return values.tolist() if is_object else values


def firm_names(population: Population, calibration: Calibration, seed: int) -> list[str]:
    """Area + 模拟 + trade name + what it makes + form; all different, none a real firm's."""
    names = calibration.names
    generator = dice(seed, "names")
    syllables = list(dict.fromkeys(names.syllables))
    size = population.size
    length = 2 if size < 0.5 * len(syllables) ** 2 else 3
    pool = len(syllables) ** length
    step = _coprime(pool, int(generator.integers(pool // 3, pool // 2)))
    at = (np.arange(size, dtype=np.int64) * step + int(generator.integers(pool))) % pool
    letters = pl.Series(syllables)
    core = [
        letters.gather(at // len(syllables) ** place % len(syllables)) for place in range(length)
    ]
    trades = [list(sector.trades) for sector in calibration.sectors]
    flat = pl.Series([word for words in trades for word in words])
    starts = np.cumsum([0, *(len(words) for words in trades)])
    own = np.array([len(words) for words in trades])[population.sector]
    trade = flat.gather(starts[population.sector] + (generator.random(size) * own).astype(np.int64))
    tails = pl.Series(list(names.tails))
    tail = tails.gather(generator.integers(0, len(names.tails), size))
    tail = pl.select(
        pl.when(trade.str.ends_with("科技")).then(pl.lit("")).otherwise(tail)
    ).to_series()
    form = pl.Series(list(names.forms)).gather(choose(generator, list(names.forms.values()), size))
    frame = pl.DataFrame([*(c.alias(f"c{n}") for n, c in enumerate(core)), trade.alias("trade"),
                          tail.alias("tail"), form.alias("form")])  # fmt: skip
    start = calibration.totals.short + names.mark
    return frame.select(pl.concat_str(pl.lit(start), pl.all()))[:, 0].to_list()


def _coprime(pool: int, near: int) -> int:
    while np.gcd(near, pool) != 1:
        near += 1
    return near


def _renamed(
    names: list[str], population: Population, calibration: Calibration, seed: int
) -> dict[int, str]:
    """Old names of some open firms of the last year: the trade name turned round."""
    generator = dice(seed, "renamed")
    open_still = np.flatnonzero(population.active[:, -1] & population.active[:, -2])
    chosen = generator.choice(open_still, max(round(population.ever * _RENAMED), 1), replace=False)
    start = len(calibration.totals.short + calibration.names.mark)
    known = set(names)
    old = {}
    for at in chosen.tolist():
        name = names[at]
        turned = name[:start] + name[start + 1] + name[start] + name[start + 2 :]
        if turned not in known:
            old[at] = turned
    return old


def _days(
    population: Population, calibration: Calibration, seed: int
) -> tuple[NDArray[np.datetime64], NDArray[np.datetime64]]:
    """Days of foundation and of closing."""
    generator = dice(seed, "days")
    base = calibration.totals.base_year
    ever = population.ever
    entered = population.entered
    year = base + entered
    age = np.where(population.newly_built, generator.integers(0, 3, ever),
                   generator.integers(4, 16, ever))  # fmt: skip
    old = np.floor(base - 1 - 28 * generator.beta(1.6, 2.2, ever)).astype(np.int64)
    founded = np.where(entered == 0, old, year - age)
    small = generator.integers(1998, calibration.totals.last_year, population.size - ever)
    founded = np.concatenate([founded, small])
    # A firm that enters the statistics in its first year was founded in the first half of it.
    born = _day(founded, generator.integers(0, 150, population.size))
    years = population.revenue.shape[1]
    gone = population.closed & (population.left < years)
    ended = np.full(population.size, np.datetime64("NaT"), dtype="datetime64[D]")
    last = _day(base + population.left, generator.integers(20, 340, ever))
    ended[:ever] = np.where(gone, last, np.datetime64("NaT"))
    return born, ended


def _day(year: NDArray[Any], offset: NDArray[Any]) -> NDArray[np.datetime64]:
    start = (year.astype(np.int64) - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    return np.asarray(start + offset * _DAY)


def _states(population: Population, ended: NDArray[np.datetime64], seed: int) -> NDArray[Any]:
    generator = dice(seed, "states")
    state = np.full(population.size, "open", dtype=object)
    below = np.arange(population.size) >= population.ever
    state[below & (generator.random(population.size) < 0.04)] = "paused"
    state[~np.isnat(ended)] = np.where(
        generator.random((~np.isnat(ended)).sum()) < 0.15, "moved", "closed"
    )
    return state


def _kinds(
    population: Population, codes: list[str], accounts: Accounts, seed: int
) -> dict[str, Any]:
    """A few of the small units are sites of large firms."""
    generator = dice(seed, "kinds")
    below = population.size - population.ever
    kind = np.full(population.size, "legal", dtype=object)
    parent = np.full(population.size, None, dtype=object)
    sites = population.ever + np.flatnonzero(generator.random(below) < _SITES)
    last = np.nan_to_num(accounts["revenue_cny"][:, -1])
    large = np.argsort(-last)[: max(population.ever // 20, 5)]
    kind[sites] = "site"
    parent[sites] = np.array(codes, dtype=object)[generator.choice(large, sites.size)]
    return {"kind": kind, "parent_code": parent}


def _industry(population: Population, calibration: Calibration) -> dict[str, Any]:
    flat = [klass for sector in calibration.sectors for klass in sector.classes]
    at = class_positions(population, calibration)
    codes = pl.Series([klass.code for klass in flat]).gather(at)
    products = pl.Series(["、".join(p.name for p in klass.products) for klass in flat]).gather(at)
    return {"industry_code": codes, "industry_edition": np.full(population.size, "2017"),
            "main_product": products}  # fmt: skip


def class_positions(population: Population, calibration: Calibration) -> Whole:
    """(firm,) position of its class among all classes in order of the sectors."""
    starts = np.cumsum([0, *(len(sector.classes) for sector in calibration.sectors)])
    return np.asarray(starts[population.sector] + population.klass)


def _ownership(written: list[str], names: Names, seed: int) -> pl.Series:
    """Type of registration; a joint-stock company says so in its name."""
    generator = dice(seed, "ownership")
    chosen = choose(generator, list(names.ownership.values()), len(written))
    drawn = pl.DataFrame(
        {"name": written, "drawn": pl.Series(list(names.ownership)).gather(chosen)}
    )
    shares = pl.col("name").str.ends_with("股份有限公司")
    return drawn.select(
        pl.when(shares).then(pl.lit("shares")).otherwise("drawn").alias("ownership")
    ).to_series()


def _place(
    where: tuple[Sites, Plots, Array], calibration: Calibration, seed: int
) -> dict[str, Any]:
    sites, plots, centres = where
    generator = dice(seed, "places of firms")
    size = sites.park.size
    areas = pl.Series([area.code for area in calibration.places.areas])
    parks = pl.Series([park_code(n) for n in range(len(calibration.places.parks))])
    at = np.where(sites.park >= 0, sites.park, 0)
    inside = pl.Series(sites.park >= 0)
    park = pl.select(pl.when(inside).then(parks.gather(at)).otherwise(None)).to_series()
    longitude, latitude = np.full(size, np.nan), np.full(size, np.nan)
    near = centres[at] + generator.normal(0, 0.003, (size, 2))
    longitude[sites.park >= 0] = near[sites.park >= 0, 0]
    latitude[sites.park >= 0] = near[sites.park >= 0, 1]
    held = plots.holder >= 0
    longitude[plots.holder[held]] = plots.longitude[held]
    latitude[plots.holder[held]] = plots.latitude[held]
    street = pl.Series(list(calibration.names.streets)).gather(
        generator.integers(0, len(calibration.names.streets), size)
    )
    number = pl.Series(generator.integers(1, 999, size)).cast(pl.String)
    named = pl.Series([area.name for area in calibration.places.areas]).gather(sites.area)
    mark = calibration.names.mark
    return {
        "area_code": areas.gather(sites.area),
        "park_code": park,
        "address": named + mark + street + number + "号",
        "longitude": pl.Series(np.round(longitude, 6)).fill_nan(None),
        "latitude": pl.Series(np.round(latitude, 6)).fill_nan(None),
    }


def _size(population: Population, accounts: Accounts, seed: int) -> dict[str, Any]:
    """Capital, size class and whether it is above scale now.

    The size class follows 统计上大中小微型企业划分办法 of industry: both floors, or a class lower.
    """
    generator = dice(seed, "size")
    years = np.arange(population.revenue.shape[1])
    latest = np.where(population.active, years, -1).max(axis=1)
    rows = np.arange(population.ever)
    below = population.size - population.ever
    revenue = np.concatenate([accounts["revenue_cny"][rows, latest], population.small_revenue])
    people = np.concatenate(
        [accounts["employees"][rows, latest], np.maximum(population.small_revenue / 6e5, 2)]
    )
    size = np.select(
        [(people >= 1000) & (revenue >= 4e8), (people >= 300) & (revenue >= 2e7),
         (people >= 20) & (revenue >= 3e6)], ["large", "medium", "small"], "micro",
    )  # fmt: skip
    capital = revenue * generator.uniform(0.04, 0.25, population.size)
    listed = np.full(population.size, None, dtype=object)
    top = np.argsort(-revenue)[: max(population.ever // 60, 1)]
    listed[top] = [f"MN{number:04d}" for number in range(1, top.size + 1)]
    above = np.concatenate([population.active[:, -1], np.zeros(below, dtype=bool)])
    return {
        "capital_cny": np.maximum(np.round(capital / 1e5), 1) * 1e5,
        "size": size,
        "above_scale": above,
        "securities_code": listed,
    }
