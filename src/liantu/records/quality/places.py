"""Records that lie elsewhere than they say: points and parcels against drawn boundaries."""

from __future__ import annotations

from typing import Any

import numpy as np
import polars as pl
import shapely

from liantu.records.quality.districts import Districts
from liantu.records.quality.finding import noted, nothing
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Table

_METRES = 111_320.0
"""Of one degree of latitude; of longitude at the equator."""
_MU = 2000 / 3
"""Square metres of one mu."""


def misplaced_firms(table: Table, records: pl.DataFrame, districts: Districts) -> pl.DataFrame:
    """Firms whose longitude and latitude lie outside their district, beyond the tolerance."""
    rows = records.drop_nulls(["longitude", "latitude", "area_code"])
    found = [nothing()]
    for code, name, shape in _drawn(districts, rows["area_code"]):
        mine = rows.filter(pl.col("area_code") == code)
        wide = _widened(shape)
        shapely.prepare(wide)
        inside = shapely.contains_xy(
            wide, mine["longitude"].to_numpy(), mine["latitude"].to_numpy()
        )
        outside = mine.filter(~pl.Series(inside))
        said = pl.format("{}, {}", pl.col("longitude").round(5), pl.col("latitude").round(5))
        found.append(
            noted("outside_district", table["longitude"], _told(outside, said), district=name)
        )
    return pl.concat(found)


def misplaced_parcels(table: Table, records: pl.DataFrame, districts: Districts) -> pl.DataFrame:
    """Parcels outside their district, badly drawn, or drawn another size than registered."""
    rows = records.drop_nulls(["boundary"])
    if not rows.height:
        return nothing()
    shapes = shapely.from_geojson(rows["boundary"].to_numpy(), on_invalid="ignore")
    sound = shapely.is_valid(shapes) & (shapely.get_dimensions(shapes) == 2)
    broken = rows.filter(~pl.Series(sound))
    found = [noted("geometry_invalid", table["boundary"], _told(broken, pl.col("entity")))]
    rows, shapes = rows.filter(pl.Series(sound)), shapes[sound]
    found.append(_areas(table, rows, shapes))
    for code, name, shape in _drawn(districts, rows["area_code"]):
        mine = (rows["area_code"] == code).to_numpy()
        wide = _widened(shape)
        shapely.prepare(wide)
        parts = shapes[mine]
        left = np.zeros(len(parts))
        crossing = ~shapely.contains(wide, parts)
        cut = shapely.difference(parts[crossing], wide)
        left[crossing] = shapely.area(cut) / shapely.area(parts[crossing])
        share = pl.Series(left)
        outside = rows.filter(pl.Series(mine)).with_columns(_left=share)
        outside = outside.filter(pl.col("_left") > quality_rules().geometry.outside_share)
        said = pl.format("{}% 在界外", (pl.col("_left") * 100).round(0).cast(pl.Int64))
        found.append(
            noted("parcel_outside", table["boundary"], _told(outside, said), district=name)
        )
    return pl.concat(found)


def _areas(table: Table, rows: pl.DataFrame, shapes: Any) -> pl.DataFrame:
    """Parcels whose drawing is of another size than the register says."""
    gap = quality_rules().geometry.area_gap
    drawn = pl.Series(shapely.area(shapes) * _square_metres(shapes) / _MU)
    off = rows.with_columns(_drawn=drawn).filter(
        ((pl.col("_drawn") / pl.col("land_mu")) - 1).abs() > gap
    )
    said = pl.format(
        "登记 {} 亩，图形 {} 亩", pl.col("land_mu").round(2), pl.col("_drawn").round(2)
    )
    return noted("parcel_area_differs", table["land_mu"], _told(off, said), gap=f"{gap:.0%}")


def _square_metres(shapes: Any) -> Any:
    """Of one square degree where each shape lies."""
    south, north = shapely.bounds(shapes)[:, 1], shapely.bounds(shapes)[:, 3]
    return _METRES**2 * np.cos(np.radians((south + north) / 2))


def _drawn(districts: Districts, codes: pl.Series) -> list[tuple[str, str, Any]]:
    """Code, name and shape of the areas in question that have a boundary."""
    rows = districts.frame.filter(
        pl.col("area_code").is_in(codes.unique().implode()) & pl.col("boundary").is_not_null()
    )
    shapes = shapely.from_geojson(rows["boundary"].to_numpy(), on_invalid="ignore")
    drawn = zip(rows["area_code"], rows["name"], shapes, strict=True)
    return [
        (code, name, shapely.make_valid(shape))
        for code, name, shape in drawn
        if shape is not None and shapely.get_dimensions(shape) == 2
    ]


def _widened(shape: Any) -> Any:
    """A shape with the tolerance around it; metres are taken for degrees of latitude."""
    return shapely.buffer(shape, quality_rules().geometry.tolerance_m / _METRES, quad_segs=4)


def _told(rows: pl.DataFrame, found: pl.Expr) -> pl.DataFrame:
    return rows.select("entity", "district", name="_name", found=found)
