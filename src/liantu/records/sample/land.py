"""The register of parcels: contracts, days, prices, what was agreed, shapes inside the district."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.dice import choose, dice
from liantu.records.sample.frames import declared_columns
from liantu.records.sample.places import park_code
from liantu.records.sample.series import Makings

_USES = {"industrial": 0.84, "storage": 0.06, "new_industry": 0.08, "research": 0.02}
_LINES = {"red": 0.62, "yellow": 0.25, "none": 0.13}
_IDLE = 0.03


def parcels(makings: Makings) -> pl.DataFrame:
    """All parcels; those in reserve have neither holder nor contract."""
    made = makings.plots
    generator = dice(makings.seed, "parcels")
    size = made.mu.size
    held = made.holder >= 0
    holder = np.where(held, made.holder, 0)
    contract, due, start, finish_due, finish, state = _days(makings, holder, held, generator)
    codes = pl.Series(makings.firms.codes).gather(holder)
    names = pl.Series(makings.firms.names).gather(holder)
    mask = pl.Series(held)
    areas = [area.code for area in makings.calibration.places.areas]
    ratio = np.round(generator.uniform(0.8, 2.2, size), 2)
    built = np.isin(state, ["built", "building", "idle"]) & held
    price = np.round(made.mu * generator.uniform(1.5e5, 4.5e5, size) / 1e4) * 1e4
    rule = makings.calibration.totals.standard_land
    standard = held & (contract >= np.datetime64(rule.since))
    agreed = pl.Series(standard)
    columns: dict[str, object] = {
        "parcel_code": made.codes,
        "name": [_name(makings, at) for at in range(size)],
        "area_code": [areas[at] for at in made.area],
        "park_code": [park_code(at) if at >= 0 else None for at in made.park],
        "holder_code": _where(mask, codes),
        "holder_name": _where(mask, names),
        "land_mu": made.mu,
        "use": _drawn(generator, _USES, size),
        "line": _drawn(generator, _LINES, size),
        "state": state.tolist(),
        "contract_number": [f"MN-{n:06d}" if h else None for n, h in enumerate(held, 1)],
        "contract_on": contract,
        "start_due_on": due,
        "started_on": start,
        "finish_due_on": finish_due,
        "finished_on": finish,
        "price_cny": _where(mask, pl.Series(price)),
        "plot_ratio": ratio,
        "floor_area_m2": _where(pl.Series(built), pl.Series(np.round(made.mu * 2000 / 3 * ratio))),
        "standard_land": standard.tolist(),
        "agreed_investment_cny_per_mu": _where(
            agreed, _between(generator, rule.investment_cny_per_mu, size)
        ),
        "agreed_tax_cny_per_mu": _where(agreed, _between(generator, rule.tax_cny_per_mu, size)),
        "boundary": made.boundary,
    }
    return declared_columns(pl.DataFrame(columns, strict=False), "parcels")


def _between(generator: np.random.Generator, bounds: tuple[float, float], size: int) -> pl.Series:
    """Amounts in whole ten thousands."""
    return pl.Series(np.round(generator.uniform(*bounds, size) / 1e4) * 1e4)


def _where(mask: pl.Series, values: pl.Series) -> pl.Series:
    return pl.select(pl.when(mask).then(values).otherwise(None)).to_series()


def _drawn(generator: np.random.Generator, weights: dict[str, float], size: int) -> pl.Series:
    return pl.Series(list(weights)).gather(choose(generator, list(weights.values()), size))


def _name(makings: Makings, at: int) -> str:
    places = makings.calibration.places
    park = int(makings.plots.park[at])
    where = places.parks[park].name if park >= 0 else places.areas[int(makings.plots.area[at])].name
    return f"{where}{makings.calibration.names.mark}{at + 1:05d}号地"


def _days(
    makings: Makings, holder: NDArray[np.int64], held: NDArray[np.bool_],
    generator: np.random.Generator,
) -> tuple[NDArray[np.datetime64], ...]:  # fmt: skip
    """Contract, start and finish, agreed and real; and how far the plot is."""
    size = holder.size
    last = np.datetime64(f"{makings.calibration.totals.last_year}-12-31")
    born = makings.firms.born[holder]
    first = np.maximum(born, np.datetime64("2001-01-01"))
    span = np.maximum((last - np.timedelta64(200, "D") - first).astype(np.int64), 1)
    contract = first + (generator.beta(1.2, 1.6, size) * span).astype("timedelta64[D]")
    luck = generator.random(size)
    due = contract + generator.integers(120, 300, size).astype("timedelta64[D]")
    delay = np.where(generator.random(size) < 0.25, generator.exponential(120, size), 0)
    start = due + (delay + generator.uniform(-60, 20, size)).astype("timedelta64[D]")
    start = np.maximum(start, contract + np.timedelta64(15, "D"))
    finish_due = due + generator.integers(400, 800, size).astype("timedelta64[D]")
    finish = start + generator.integers(360, 900, size).astype("timedelta64[D]")
    never = np.datetime64("NaT")
    begun, done = start <= last, finish <= last
    overdue = due < last - np.timedelta64(365, "D")
    state = np.select(
        [~held, (luck < _IDLE) & overdue, done, begun], ["reserve", "idle", "built", "building"],
        "sold",
    )  # fmt: skip
    begun &= held & (state != "idle")
    done &= begun
    days = [np.where(held, values, never) for values in (contract, due, finish_due)]
    return (days[0], days[1], np.where(begun, start, never), days[2],
            np.where(done, finish, never), state)  # fmt: skip
