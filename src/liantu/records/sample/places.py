"""Where things are: areas with their past, parks, which firm lies where, plots of land."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from liantu.declarations import CATALOG
from liantu.errors import InvalidDeclaration
from liantu.plan.package import PlanPackage
from liantu.plan.store import read_package
from liantu.records.sample.boundaries import Ground, boundary, geojson, land_km2, mu_of
from liantu.records.sample.calibration import Calibration, SamplePark
from liantu.records.sample.dice import choose_within, dice
from liantu.records.sample.frames import declared_rows
from liantu.records.sample.population import Population

Whole = NDArray[np.int64]
Array = NDArray[np.float64]

_OFF_SECTOR = 0.03
"""Weight of a park for firms of a sector that the plan does not put there."""
_BELOW_IN_PARKS = 0.45
_MU_OF_KM2 = 1500.0


@dataclass(frozen=True)
class Sites:
    """Where each firm lies. ``park`` is -1 outside parks; ``area`` is a position in the areas.

    ``ground`` names the district whose polygon holds the firm.
    """

    park: Whole
    area: Whole
    ground: list[str]


def park_code(at: int) -> str:
    """Local code of a park."""
    return f"MN-P{at + 1:02d}"


def plan_of(calibration: Calibration) -> PlanPackage:
    """The plan that the city carries out."""
    return read_package(CATALOG / "plans" / calibration.totals.plan / "package")


def leading_industries(plan: PlanPackage, parks: tuple[SamplePark, ...]) -> list[tuple[str, ...]]:
    """For each park, the ids of the industries that the plan lays out there.

    Raises:
        InvalidDeclaration: the plan names no such park.
    """
    laid: dict[str, list[str]] = {}
    for layout in plan.layouts:
        laid.setdefault(_folded(layout.park), []).append(layout.industry)
    unknown = [park.name for park in parks if _folded(park.name) not in laid]
    if unknown:
        raise InvalidDeclaration(
            f"places.yaml 中的园区不在规划包的布局中：{'、'.join(unknown)}。请改用规划所列名称。",
            f"Parks of places.yaml that the plan lays nothing out in: {', '.join(unknown)}. Use"
            " the names of the plan.",
        )
    return [tuple(laid[_folded(park.name)]) for park in parks]


def _folded(name: str) -> str:
    return unicodedata.normalize("NFKC", name)


def sites(population: Population, calibration: Calibration, seed: int) -> Sites:
    """A park or a district for every firm, by its sector."""
    places = calibration.places
    generator = dice(seed, "sites")
    leads = leading_industries(plan_of(calibration), places.parks)
    weight = np.array([park.weight for park in places.parks])
    by_sector = [weight * [_fits(s.industry, lead) for lead in leads] for s in calibration.sectors]
    park = choose_within(generator, population.sector, by_sector)
    inside = np.full(population.size, _BELOW_IN_PARKS)
    inside[: population.ever] = calibration.totals.in_parks.value
    park[generator.random(population.size) >= inside] = -1
    codes = [area.code for area in places.areas]
    of_park = np.array([codes.index(item.area) for item in places.parks])
    business = np.array([area.business for area in places.areas])
    elsewhere = choose_within(generator, np.zeros(population.size, dtype=np.int64), [business])
    area = np.where(park >= 0, of_park[park], elsewhere)
    grounds = [item.within for item in places.parks]
    own = [(area.within or (area.code,))[0] for area in places.areas]
    ground = [grounds[p] if p >= 0 else own[a] for p, a in zip(park, area, strict=True)]
    return Sites(park, area, ground)


def _fits(industry: str, laid: tuple[str, ...]) -> float:
    same = industry and any(
        one == industry or one.startswith(f"{industry}.") or industry.startswith(f"{one}.")
        for one in laid
    )
    return 1.0 if same else _OFF_SECTOR


# Registers -------------------------------------------------------------------------------------


def areas_frame(calibration: Calibration) -> pl.DataFrame:
    """Province, city, districts with what they were before, functional zones."""
    totals, places = calibration.totals, calibration.places
    early = date(1949, 10, 1)
    rows: list[dict[str, Any]] = [
        {"area_code": places.province_code, "valid_from": early, "name": totals.province,
         "level": "province"},
        {"area_code": places.city_code, "valid_from": early, "name": totals.city, "level": "city",
         "short_name": totals.short, "parent_code": places.province_code},
    ]  # fmt: skip
    for area in places.areas:
        since = area.since
        for before in reversed(area.before):
            # The parent before is another city, which this register need not know.
            rows.append(
                {"area_code": before.code, "valid_from": before.since, "level": "district",
                 "valid_to": since - timedelta(days=1), "name": before.name or area.name,
                 "parent_code": None if before.parent else places.city_code,
                 "document": before.document}
            )  # fmt: skip
        shape = None if area.within else boundary(area.code)
        rows.append(
            {"area_code": area.code, "valid_from": since, "name": area.name, "tier": area.tier,
             "level": "zone" if area.within else "district", "parent_code": places.city_code,
             "document": area.document or None,
             "land_km2": None if shape is None else round(land_km2(shape), 2),
             "boundary": None if shape is None else shapely.to_geojson(shape)}
        )  # fmt: skip
    return declared_rows(rows, "areas")


def area_changes(calibration: Calibration) -> pl.DataFrame:
    """What became of the divisions that had another code."""
    rows: list[dict[str, object]] = [
        {"year": area.since.year, "kind": "同名改码" if before.parent else "撤县设区",
         "old_code": before.code, "old_name": before.name or area.name, "new_code": area.code,
         "new_name": area.name, "document": before.document}
        for area in calibration.places.districts
        for before in area.before
    ]  # fmt: skip
    return declared_rows(rows, "area_changes")


def parks_frame(calibration: Calibration, taken_mu: Array, seed: int) -> pl.DataFrame:
    """Parks of the plan and some that ended; ``taken_mu`` is the land of each in use."""
    places = calibration.places
    generator = dice(seed, "parks")
    plan = plan_of(calibration)
    names = {industry.id: industry.name for industry in plan.industries}
    leads = leading_industries(plan, places.parks)
    rows = []
    for at, (park, lead) in enumerate(zip(places.parks, leads, strict=True)):
        industrial = float(np.ceil(max(taken_mu[at], 300) * generator.uniform(1.15, 1.5)))
        planned = float(np.ceil(industrial * generator.uniform(1.6, 2.6)))
        rows.append(
            {"park_code": park_code(at), "system_version": places.park_system.version,
             "name": park.name, "area_code": park.area, "level": park.level,
             "leading_industry": "、".join(dict.fromkeys(names[i] for i in lead)),
             "planned_mu": planned, "industrial_mu": industrial,
             "built_mu": float(np.round(min(taken_mu[at] * 1.25, planned * 0.9))),
             "valid_from": places.park_system.valid_from}
        )  # fmt: skip
    for at, former in enumerate(places.former_parks, start=len(rows)):
        rows.append(
            {"park_code": park_code(at), "system_version": former.version, "name": former.name,
             "area_code": former.area, "level": former.level, "valid_from": former.valid_from,
             "leading_industry": former.industry, "valid_to": former.valid_to}
        )  # fmt: skip
    return declared_rows(rows, "parks")


# Land ------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Plots:
    """Plots of land: whose, in which park and district, how large, their shape.

    ``holder`` is a firm's position, -1 for land that nobody holds yet.
    """

    holder: Whole
    park: Whole
    area: Whole
    ground: list[str]
    mu: Array
    boundary: list[str]
    longitude: Array
    latitude: Array

    @property
    def codes(self) -> list[str]:
        """Cadastral codes, which say that they are of the sample."""
        return [f"{ground}MN{at:06d}" for at, ground in enumerate(self.ground, start=1)]


def first_parcels(made: Plots) -> dict[int, str]:
    """Firm → code of the first of its plots."""
    found: dict[int, str] = {}
    for holder, code in zip(made.holder.tolist(), made.codes, strict=True):
        if holder >= 0:
            found.setdefault(holder, code)
    return found


_LARGEST_MU = 600.0


def plots(
    sites_: Sites, owned_mu: Array, calibration: Calibration, seed: int
) -> tuple[Plots, Array]:
    """Plots of the firms that own land and of land in reserve, each inside its district.

    Args:
        owned_mu: (ever,) land owned by each firm, 0 for tenants.
    Returns:
        the plots, and (park, 2) the middle of each park.
    """
    generator = dice(seed, "plots")
    holder, mu = _split(owned_mu)
    park, area = sites_.park[holder], sites_.area[holder]
    ground = [sites_.ground[at] for at in holder]
    holder, mu, park, area, ground = _with_reserve(
        (holder, mu, park, area, ground), calibration, generator
    )
    shapes = np.empty(mu.size, dtype=object)
    centres = np.full((len(calibration.places.parks), 2), np.nan)
    grounds: dict[str, Ground] = {}
    for at, item in enumerate(calibration.places.parks):
        here = grounds.setdefault(item.within, Ground(boundary(item.within), generator))
        rows = np.flatnonzero(park == at)
        shapes[rows], centres[at] = here.plots(mu[rows] * 2000 / 3)
    for code in dict.fromkeys(ground):
        rows = np.array([n for n, g in enumerate(ground) if g == code and park[n] < 0], dtype=int)
        if rows.size:
            here = grounds.setdefault(code, Ground(boundary(code), generator))
            shapes[rows], _ = here.plots(mu[rows] * 2000 / 3)
    middle = shapely.get_coordinates(shapely.centroid(shapes))
    made = Plots(holder, park, area, ground, np.round(mu_of(shapes), 2), geojson(shapes),
                 np.round(middle[:, 0], 6), np.round(middle[:, 1], 6))  # fmt: skip
    return made, centres


def _split(owned_mu: Array) -> tuple[Whole, Array]:
    """Large holdings are several plots."""
    count = np.where(owned_mu > 0, np.ceil(owned_mu / _LARGEST_MU), 0).astype(np.int64)
    holder = np.repeat(np.arange(owned_mu.size), count)
    return holder, owned_mu[holder] / count[holder]


def _with_reserve(
    held: tuple[Whole, Array, Whole, Whole, list[str]],
    calibration: Calibration,
    generator: np.random.Generator,
) -> tuple[Whole, Array, Whole, Whole, list[str]]:
    """Plots in reserve: a tenth of each park's plots more."""
    holder, mu, park, area, ground = held
    counts = np.bincount(park[park >= 0], minlength=len(calibration.places.parks))
    spare = np.repeat(np.arange(counts.size), np.maximum(np.round(counts * 0.1), 1).astype(int))
    codes = [item.code for item in calibration.places.areas]
    items = calibration.places.parks
    more = np.round(np.exp(generator.normal(np.log(35), 0.6, spare.size)), 1)
    return (
        np.concatenate([holder, np.full(spare.size, -1)]),
        np.concatenate([mu, more]),
        np.concatenate([park, spare]),
        np.concatenate([area, [codes.index(items[at].area) for at in spare]]),
        [*ground, *(items[at].within for at in spare)],
    )
