"""Districts on a map in five classes of one hue, from the boundaries that the register holds."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

import shapely
from shapely.geometry.base import BaseGeometry

from liantu.records import access, registers
from liantu.records.mark import recorded_mark

WIDTH, HEIGHT, _MARGIN = 560.0, 460.0, 6.0
CLASSES = 5
_DETAIL = 0.6
"""Outlines are thinned to this many pixels."""


@dataclass(frozen=True)
class Outline:
    """A group's ground on the picture, and where its name stands."""

    group: str
    path: str
    x: float
    y: float


@dataclass(frozen=True)
class Area:
    """One district as drawn; ``level`` 1–5 is its class, 0 without a value."""

    group: str
    name: str
    path: str
    x: float
    y: float
    level: int
    value: float | None
    absence: str


@dataclass(frozen=True)
class Choropleth:
    """The map: areas, and the bounds of the classes, each from–to."""

    areas: tuple[Area, ...]
    bounds: tuple[tuple[float, float], ...]
    missing: int
    """Groups with a value that have no boundary."""
    width: float = WIDTH
    height: float = HEIGHT


def choropleth(
    rows: Sequence[Mapping[str, object]], names: Mapping[str, str], as_of: str | None
) -> Choropleth | None:
    """The map of one period's values by district; None where no boundary is known.

    Args:
        rows: of a frame of values, with ``group``, ``value`` and ``absence``.
        names: group → name.
    """
    drawn = {one.group: one for one in outlines(as_of, recorded_mark())}
    if not drawn:
        return None
    found = {str(row["group"]): row for row in rows}
    numbers = [float(v) for row in rows if isinstance(v := row["value"], float)]
    bounds = classes(numbers)
    areas = []
    for group, one in drawn.items():
        row = found.get(group, {})
        value = row.get("value")
        number = value if isinstance(value, float) else None
        level = 0 if number is None else level_of(number, bounds)
        areas.append(Area(group, names.get(group, group), one.path, one.x, one.y, level, number,
                          str(row.get("absence") or "")))  # fmt: skip
    missing = sum(isinstance(row["value"], float) for row in rows if row["group"] not in drawn)
    return Choropleth(tuple(areas), bounds, missing)


def classes(values: Sequence[float]) -> tuple[tuple[float, float], ...]:
    """Bounds of up to five classes of as equal a number of values as ties allow.

    Returns:
        lowest and highest value of each class, in order; a value is in the first that reaches it.
    """
    ordered = sorted(values)
    found: list[tuple[float, float]] = []
    start = 0
    for number in range(1, CLASSES + 1):
        end = round(number * len(ordered) / CLASSES)
        while 0 < end < len(ordered) and ordered[end] == ordered[end - 1]:
            end += 1
        if end > start:
            found.append((ordered[start], ordered[end - 1]))
            start = end
    return tuple(found)


def level_of(value: float, bounds: Sequence[tuple[float, float]]) -> int:
    """Class of a value, 1 for the lowest; the highest is 5 however many classes there are."""
    at = next(number for number, (_, high) in enumerate(bounds, 1) if value <= high)
    return at + CLASSES - len(bounds)


@lru_cache(maxsize=8)
def outlines(as_of: str | None, mark: tuple[object, ...]) -> tuple[Outline, ...]:
    """Outlines of districts as of a vintage; ``mark`` makes them anew when something changed."""
    with access.whole("measures"):
        rows = registers.read("areas", as_of, ["area_code", "level", "boundary"])
    shapes: dict[str, BaseGeometry] = {}
    for code, level, boundary in rows.iter_rows():
        found = _shape(boundary) if boundary and level in ("district", "zone") else None
        if found is not None:
            shapes[code] = found
    if not shapes:
        return ()
    west, south, east, north = shapely.total_bounds(list(shapes.values())).tolist()
    squeeze = max(math.cos(math.radians((south + north) / 2)), 1e-6)
    scale = min(
        (WIDTH - 2 * _MARGIN) / max((east - west) * squeeze, 1e-9),
        (HEIGHT - 2 * _MARGIN) / max(north - south, 1e-9),
    )
    left = (WIDTH - (east - west) * squeeze * scale) / 2
    top = (HEIGHT - (north - south) * scale) / 2

    def at(lon: float, lat: float) -> tuple[float, float]:
        return round(left + (lon - west) * squeeze * scale, 1), round(
            top + (north - lat) * scale, 1
        )

    drawn = []
    for code, one in sorted(shapes.items(), key=lambda item: -item[1].area):
        thin = one.simplify(_DETAIL / scale)
        rings = [
            ring.coords
            for part in shapely.get_parts(thin).tolist()
            if part.geom_type == "Polygon"
            for ring in (part.exterior, *part.interiors)
        ]
        path = "".join(
            "M" + "L".join(f"{x} {y}" for x, y in (at(*xy[:2]) for xy in ring)) + "Z"
            for ring in rings
        )
        point = one.representative_point()
        drawn.append(Outline(code, path, *at(point.x, point.y)))
    return tuple(drawn)


def _shape(text: str) -> BaseGeometry | None:
    """GeoJSON as a valid shape in degrees; None where it is damaged."""
    try:
        found = shapely.from_geojson(text)
    except shapely.GEOSException:
        return None
    if found is None or found.is_empty:
        return None
    valid = shapely.make_valid(shapely.force_2d(found), method="structure", keep_collapsed=False)
    inside = not valid.is_empty and all(
        -180 <= x <= 180 for x in (valid.bounds[0], valid.bounds[2])
    )
    return valid if inside and -90 <= valid.bounds[1] <= valid.bounds[3] <= 90 else None
