"""Maps of one record: where it lies in its district, and its own ground to scale.

Drawn on the server from the boundaries that the registers hold; nothing is fetched. Two
pictures, since a parcel of a hundred metres cannot be seen on a district of thirty kilometres.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import shapely
from django.db.models.functions import Length
from shapely.geometry.base import BaseGeometry

from liantu.records import registers
from liantu.records.tables.declared import Column, table
from liantu.web.pages.registers.found import Found

_SIZE = 320
_MARGIN = 16
_METRES = 111_320.0
"""Metres of one degree of latitude, near enough for a scale bar."""
_NEIGHBOURS = 200
_LONGEST = 20_000
"""Characters of a neighbour's boundary; a longer one would slow the page for a mere outline."""
_DETAIL = 0.5
"""Lines are thinned to this many pixels; more would only make the page heavier."""
_ROUND = (1, 2, 5)


@dataclass(frozen=True)
class Shape:
    """Outline on a picture; ``kind`` is ``frame``, ``own``, ``other`` or ``point``."""

    kind: str
    path: str
    title: str = ""


@dataclass(frozen=True)
class Picture:
    """One map: outlines within ``size`` × ``size`` and a bar that is ``bar`` pixels long."""

    name: str
    shapes: tuple[Shape, ...]
    bar: float
    bar_text: str
    size: int = _SIZE

    @property
    def bar_end(self) -> float:
        return round(_MARGIN + self.bar, 1)


@dataclass(frozen=True)
class Map:
    """Pictures of a record's place, or the reason why there is none."""

    pictures: tuple[Picture, ...]
    area_name: str
    damaged: bool = False
    """The boundary that was filed is no shape that can be drawn."""


def map_of(found: Found) -> Map | None:
    """The maps of a record that has a place; None where it has none."""
    own = _own(found)
    filed = any(found.values[c.name] for c in found.reg.table.columns if c.type == "geometry")
    if own is None:
        return Map((), "", damaged=True) if filed else None
    frame, area_name = _frame(found)
    pictures = []
    if frame is not None and not own.equals(frame):
        pictures.append(_locator(frame, own, area_name))
    if own.area > 0:
        pictures.append(_close(found, own, frame))
    elif frame is None:
        return None
    return Map(tuple(pictures), area_name)


def _own(found: Found) -> BaseGeometry | None:
    """The record's boundary, else its point."""
    columns = found.reg.table.by_name
    for column in columns.values():
        if column.type == "geometry" and found.values[column.name]:
            return shape(found.values[column.name])
    if {"longitude", "latitude"} <= columns.keys():
        at = (found.values["longitude"], found.values["latitude"])
        if None not in at:
            return shapely.Point(*at)
    return None


def shape(text: str) -> BaseGeometry | None:
    """GeoJSON as a valid flat shape in degrees; None where it is damaged or lies off the globe.

    Outlines that cross themselves are taken apart; what has no extent at all is damaged.
    """
    try:
        found = shapely.from_geojson(text)
    except shapely.GEOSException:
        return None
    if found is None or found.is_empty or found.geom_type == "GeometryCollection":
        return None
    west, south, east, north = found.bounds
    inside = -180 <= west <= east <= 180 and -90 <= south <= north <= 90
    if not inside or not all(map(math.isfinite, found.bounds)):
        return None
    valid = shapely.make_valid(shapely.force_2d(found), method="structure", keep_collapsed=False)
    return None if valid.is_empty else valid


def _frame(found: Found) -> tuple[BaseGeometry | None, str]:
    """Boundary and name of the area that the record names; of an area, of the one above it."""
    for column in found.reg.table.columns:
        if column.references == "areas" and found.values[column.name]:
            return _area(found, column)
    return None, ""


def _area(found: Found, column: Column) -> tuple[BaseGeometry | None, str]:
    code = table("areas").key[0]
    rows = registers.at("areas", found.moment).filter(**{code: found.values[column.name]})
    row = rows.exclude(boundary=None).order_by("-valid_from").first() or rows.first()
    if row is None:
        return None, ""
    return (shape(row.boundary) if row.boundary else None), str(row.name)


# Drawing ------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _View:
    """Degrees to pixels: equal metres both ways at the middle latitude."""

    west: float
    north: float
    scale: float
    """Pixels of one degree of latitude."""
    squeeze: float

    def point(self, lon: float, lat: float) -> tuple[float, float]:
        return (
            _MARGIN + (lon - self.west) * self.squeeze * self.scale,
            _MARGIN + (self.north - lat) * self.scale,
        )


def _view(bounds: Sequence[float]) -> _View:
    west, south, east, north = bounds
    squeeze = max(math.cos(math.radians((south + north) / 2)), 1e-6)
    wide, high = (east - west) * squeeze, north - south
    side = max(wide, high, 1e-6)
    room = _SIZE - 2 * _MARGIN
    return _View(
        west - (side - wide) / squeeze / 2, north + (side - high) / 2, room / side, squeeze
    )


def _locator(frame: BaseGeometry, own: BaseGeometry, name: str) -> Picture:
    view = _view(frame.union(own).bounds)
    x, y = view.point(*own.representative_point().coords[0])
    dot = f"M{x - 4:.1f} {y:.1f}a4 4 0 1 0 8 0a4 4 0 1 0 -8 0Z"
    shapes = (Shape("frame", _path(frame, view), name), *_outline("own", [own], view),
              Shape("point", dot))  # fmt: skip
    return _with_bar("locator", shapes, view)


def _close(found: Found, own: BaseGeometry, frame: BaseGeometry | None) -> Picture:
    west, south, east, north = own.bounds
    around = max(east - west, north - south) * 0.6
    bounds = (west - around, south - around, east + around, north + around)
    view = _view(bounds)
    window = shapely.box(*bounds)
    others = [s.intersection(window) for s in _neighbours(found) if s.intersects(window)]
    shapes = [*_outline("other", others, view), *_outline("own", [own], view)]
    if frame is not None:
        edge = frame.boundary.intersection(window)
        if not edge.is_empty and edge.length > 0:
            shapes.insert(0, Shape("frame", _path(edge, view)))
    return _with_bar("close", shapes, view)


def _neighbours(found: Found) -> Iterable[BaseGeometry]:
    """Other records of the register in the same park or area."""
    names = [c.name for c in found.reg.table.columns
             if c.references in ("parks", "areas") and found.values[c.name]]  # fmt: skip
    if not names or "boundary" not in found.reg.table.by_name:
        return []
    wanted = next((n for n in names if found.reg.table[n].references == "parks"), names[0])
    rows = registers.at(found.reg.table.id, found.moment).exclude(key=found.key)
    texts = rows.filter(**{wanted: found.values[wanted]}).exclude(boundary=None)
    texts = texts.annotate(length=Length("boundary")).filter(length__lt=_LONGEST)
    shapes = (shape(text) for text in texts.values_list("boundary", flat=True)[:_NEIGHBOURS])
    return [found_shape for found_shape in shapes if found_shape is not None]


def _outline(kind: str, shapes: Iterable[BaseGeometry], view: _View) -> list[Shape]:
    return [Shape(kind, path) for path in (_path(one, view) for one in shapes) if path]


def _path(geometry: BaseGeometry, view: _View) -> str:
    thinned = geometry.simplify(_DETAIL / view.scale)
    parts: list[str] = []
    for part in shapely.get_parts(thinned).tolist():
        if part.geom_type == "Polygon":
            parts += [_line(ring.coords, view) + "Z" for ring in (part.exterior, *part.interiors)]
        elif part.geom_type in ("LineString", "LinearRing"):
            parts.append(_line(part.coords, view))
    return "".join(parts)


def _line(coordinates: Iterable[Any], view: _View) -> str:
    points = [view.point(*xy[:2]) for xy in coordinates]
    return "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points)


def _with_bar(name: str, shapes: Iterable[Shape], view: _View) -> Picture:
    metres = 80 / view.scale * _METRES  # about eighty pixels
    step = 10 ** math.floor(math.log10(metres))
    length = max(factor * step for factor in _ROUND if factor * step <= metres)
    text = f"{length / 1000:g} km" if length >= 1000 else f"{length:g} m"
    return Picture(name, tuple(shapes), round(length / _METRES * view.scale, 1), text)
