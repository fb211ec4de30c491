"""Does a plot lie in the area that its row names?

Shapes are compared in degrees, with the declared tolerance; an area without a boundary (a
functional zone) is not asked.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import polars as pl
import shapely
from numpy.typing import NDArray

from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log
from liantu.records.tables.declared import Table, Within, load_tables

_METRES = 111_320.0
"""Metres of one degree of latitude."""
BOUNDARY = "boundary"
"""Column in which the frame of a register brings shapes beside ``code`` and ``name``."""


def judge_within(
    frame: pl.DataFrame,
    table: Table,
    given: frozenset[str],
    registers: Mapping[str, pl.DataFrame],
    log: Log,
) -> None:
    """Notes rows whose shape reaches beyond the boundary of their area."""
    for rule in table.within:
        if not given.issuperset({rule.column, rule.area}):
            continue
        target = table[rule.area].references
        register = registers.get(target)
        if register is None or BOUNDARY not in register.columns:
            continue
        rows = frame.select(ROW, shape=rule.column, area=rule.area).drop_nulls()
        outside = _outside(rows, register, rule)
        named = load_tables()[target]
        words = {"register_zh": named.zh, "register_en": named.en.lower()}
        log.add("outside", table[rule.column], outside[ROW], outside["area"],
                severity=rule.severity, **words)  # fmt: skip


def _outside(rows: pl.DataFrame, register: pl.DataFrame, rule: Within) -> pl.DataFrame:
    areas = register.select("code", BOUNDARY).drop_nulls().unique(maintain_order=True)
    wrong = []
    for (code,), versions in areas.group_by("code", maintain_order=True):
        mine = rows.filter(pl.col("area") == code)
        if not mine.height:
            continue
        boundary = shapely.union_all(_shapes(versions[BOUNDARY])).buffer(rule.tolerance_m / _METRES)
        shapely.prepare(boundary)
        shapes = _shapes(mine["shape"])
        drawn = ~shapely.is_missing(shapes) & ~shapely.is_empty(shapes)
        beyond = ~shapely.covers(boundary, shapes) & drawn
        wrong.append(mine.filter(pl.Series(beyond, dtype=pl.Boolean)))
    return pl.concat(wrong) if wrong else rows.clear()


def _shapes(texts: pl.Series) -> NDArray[np.object_]:
    """Valid geometries; what is no GeoJSON is noted elsewhere and comes back missing.

    Outlines that cross themselves are taken apart: they can be neither joined nor compared.
    """
    read = shapely.from_geojson(texts.to_numpy(), on_invalid="ignore")
    shapes = np.array(read, dtype=object)
    crossed = ~shapely.is_valid(shapes)
    shapes[crossed] = shapely.make_valid(shapes[crossed], method="structure", keep_collapsed=False)
    return shapes
