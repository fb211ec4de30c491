"""Titles that firms hold, granted, renewed and withdrawn on days; and companies that are listed."""

from __future__ import annotations

import numpy as np
import polars as pl
from numpy.typing import NDArray

from liantu.records.sample.calibration import Title
from liantu.records.sample.dice import dice
from liantu.records.sample.firms import class_positions
from liantu.records.sample.frames import declared_columns, declared_rows
from liantu.records.sample.series import Makings

Array = NDArray[np.float64]
Whole = NDArray[np.int64]

_WITHDRAWN = 0.004
_LISTED_ELSEWHERE = 40
_EXCHANGES = ("模拟交易所主板", "模拟交易所创业板", "模拟交易所科创板")


def titles(makings: Makings) -> pl.DataFrame:
    """All grants: at the end of each year as many hold a title as the catalogue says."""
    frames = [_grants(makings, title) for title in makings.calibration.totals.titles]
    return declared_columns(pl.concat(frames, how="diagonal"), "titles")


def _grants(makings: Makings, title: Title) -> pl.DataFrame:
    generator = dice(makings.seed, f"title {title.title}")
    holding = _holding(makings, title, generator)
    firm, at = _grant_years(holding, title.valid_years, generator)
    year = np.array(makings.years)[0] + at
    day = (year - 1970).astype("datetime64[Y]").astype("datetime64[D]")
    # Renewal comes before the old grant ends: a firm's day in the year moves forward never.
    offset = dice(makings.seed, f"days {title.title}").integers(60, 330, makings.population.size)
    granted = day + offset[firm].astype("timedelta64[D]")
    granted = np.maximum(granted, makings.firms.born[firm] + np.timedelta64(20, "D"))
    columns: dict[str, object] = {
        "credit_code": pl.Series(makings.firms.codes).gather(firm),
        "firm_name": pl.Series(makings.firms.names).gather(firm),
        "title": [title.title] * firm.size,
        "level": [title.level] * firm.size,
        "granted_on": granted,
        "certificate": [f"MN{y}-{f + 1:06d}" for y, f in zip(year, firm, strict=True)],
        "document": [f"{y}年度认定名单（模拟）" for y in year],
    }
    if title.valid_years is not None:
        columns["expires_on"] = granted + _days(365 * title.valid_years, firm.size)
    gone = generator.random(firm.size) < _WITHDRAWN
    last = np.datetime64(f"{makings.calibration.totals.last_year}-12-31")
    end = np.minimum(granted + _days(200, firm.size), last)
    columns["withdrawn_on"] = np.where(gone, end, np.datetime64("NaT"))
    return pl.DataFrame(columns, strict=False)


def _days(count: int, size: int) -> NDArray[np.timedelta64]:
    return np.full(size, count).astype("timedelta64[D]")


def _holding(makings: Makings, title: Title, generator: np.random.Generator) -> NDArray[np.bool_]:
    """(firm, year): the best of those at work hold it, as many as there are holders."""
    population = makings.population
    years = np.array(makings.years)
    first = min(title.holders)
    known = [f.value for f in title.holders.values()]
    counts = np.interp(years, list(title.holders), known) * (years >= first)
    wanted = np.round(counts * title.covers * population.scale).astype(int)
    score = _score(makings, title, generator)
    holding = np.zeros((population.size, years.size), dtype=bool)
    for at, year in enumerate(years):
        day = np.datetime64(f"{year}-06-30")
        ended = makings.firms.ended
        alive = (makings.firms.born < day) & (np.isnat(ended) | (ended > day + 200))
        able = np.flatnonzero(alive & np.isfinite(score))
        best = able[np.argsort(-score[able], kind="stable")[: wanted[at]]]
        holding[best, at] = True
    return holding


def _score(makings: Makings, title: Title, generator: np.random.Generator) -> Array:
    """Who is nearest to a title: research and size, each with its own bent; chance besides."""
    population, accounts = makings.population, makings.accounts
    revenue = np.nanmax(accounts["revenue_cny"], axis=1)
    research = np.nanmax(accounts["rd_cny"], axis=1) / revenue
    score = np.full(population.size, -np.inf)
    size = np.log10(revenue / 1e8)
    if title.level == "national" and title.valid_years is None:
        own = size + 12 * research
    elif title.title.startswith("专精特新"):
        own = 30 * research - np.abs(size)  # small and middling specialists
    else:
        own = 25 * research + 0.2 * size
    score[: population.ever] = own + generator.normal(0, 0.25, population.ever)
    if title.valid_years is not None and title.level == "national" and title.covers < 0.5:
        below = population.size - population.ever
        score[population.ever :] = generator.normal(0.05, 0.25, below)
    return score


def _grant_years(
    holding: NDArray[np.bool_], valid: int | None, generator: np.random.Generator
) -> tuple[Whole, Whole]:
    """Firm and year (as a position, before the first for older ones) of every grant."""
    firms: list[Whole] = []
    years: list[Whole] = []
    rows = np.flatnonzero(holding.any(axis=1))
    start = holding[rows].argmax(axis=1)
    if valid is None:
        old = np.where(start == 0, -generator.integers(0, 8, rows.size), start)
        return rows, old
    # Those that hold it in the first year were granted it in one of the years before.
    phase = np.where(start == 0, start - generator.integers(0, valid, rows.size), start)
    for step in range(holding.shape[1] // valid + 2):
        at = phase + step * valid
        inside = at < holding.shape[1]
        held = np.zeros(rows.size, dtype=bool)
        held[inside] = holding[rows[inside], np.maximum(at[inside], 0)]
        firms.append(rows[inside & held])
        years.append(at[inside & held])
    return np.concatenate(firms), np.concatenate(years)


# Listed companies --------------------------------------------------------------------------------


def listed_firms(makings: Makings) -> pl.DataFrame:
    """Listed companies of the sample and invented ones of elsewhere; no exchange lists them."""
    generator = dice(makings.seed, "listed")
    own = makings.firms.register.filter(pl.col("securities_code").is_not_null())
    mark = makings.calibration.names.mark
    sectors = makings.calibration.sectors
    classes = {k.code: s.zh for s in sectors for k in s.classes}
    rows: list[dict[str, object]] = [
        {"securities_code": code, "name": f"{mark}{name[4:6]}", "full_name": name,
         "exchange": _EXCHANGES[0], "industry": classes[industry]}
        for code, name, industry in own.select("securities_code", "name", "industry_code").rows()
    ]  # fmt: skip
    syllables = makings.calibration.names.syllables
    for number in range(_LISTED_ELSEWHERE):
        sector = sectors[int(generator.integers(len(sectors)))]
        core = "".join(syllables[at] for at in generator.integers(0, len(syllables), 2))
        rows.append(
            {"securities_code": f"MX{number + 1:04d}", "name": f"{mark}{core}",
             "full_name": f"{mark}{core}{sector.trades[0]}股份有限公司",
             "exchange": _EXCHANGES[int(generator.integers(3))], "industry": sector.zh}
        )  # fmt: skip
    return declared_rows(rows, "listed_firms")


def listed_products(makings: Makings, listed: pl.DataFrame) -> pl.DataFrame:
    """One or two products of each listed company."""
    sectors = {sector.zh: sector for sector in makings.calibration.sectors}
    classes = [klass for sector in makings.calibration.sectors for klass in sector.classes]
    at = class_positions(makings.population, makings.calibration)
    known = makings.firms.register["securities_code"].to_list()
    own = {code: classes[at[n]] for n, code in enumerate(known) if code}
    rows: list[dict[str, object]] = []
    for code, industry in listed.select("securities_code", "industry").iter_rows():
        klass = own.get(code, sectors[industry].classes[0])
        for rank, product in enumerate(klass.products[:2]):
            rows.append(
                {"securities_code": code, "product": product.name,
                 "revenue_share": (0.62, 0.21)[rank]}
            )  # fmt: skip
    return declared_rows(rows, "listed_products")
