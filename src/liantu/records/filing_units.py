"""To which unit a row of a series belongs: to the thing itself, or to the district it lies in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import polars as pl
from django.db.models import QuerySet
from django.utils import timezone

from liantu.records import registers
from liantu.records.quality.districts import NOWHERE, Districts, area_by_record, districts_at
from liantu.records.tables.declared import Table, load_tables

By = Literal["own", "district", "all"]
"""``own``: the row's first key column is the unit; ``district``: the district of its area;
``all``: one unit, the whole city, whose code is empty."""
_CHUNK = 900
_LOOKED_UP = 20_000
"""Codes looked up one by one; for more, the register is read whole."""


def units_of_rows(declared: Table, rows: pl.DataFrame, by: By) -> pl.Series:
    """(row,) code of the unit that each row belongs to; empty where none can be told."""
    if by == "all":
        return pl.Series("unit", [""] * rows.height, dtype=pl.String)
    if by == "own":
        return rows[declared.entity[0]].cast(pl.String).fill_null(NOWHERE).rename("unit")
    areas = _areas(declared, rows)
    return _district(districts_at(None, timezone.localdate()), areas)


def units_once(
    declared: Table, rows: pl.DataFrame, moments: Sequence[Any]
) -> pl.DataFrame:  # fmt: skip
    """Districts of rows whose thing was recorded elsewhere at one of some moments.

    Returns:
        ``_at`` (place of the row), ``moment``, ``unit``; only rows that have moved since.
    """
    empty = pl.DataFrame(schema={"_at": pl.Int64(), "moment": pl.Int64(), "unit": pl.String()})
    register = _placed(declared)
    if register is None or not moments:
        return empty
    code = register.key[0]
    ended = registers.model_of(register.id).versions.filter(recorded_to__gt=min(moments))
    wanted = rows.select(
        code=pl.col(_reference(declared, register)), _at=pl.int_range(pl.len(), dtype=pl.Int64)
    )
    versions = _values(ended, code, wanted["code"], ("area_code", "recorded_from", "recorded_to"))
    districts = districts_at(None, timezone.localdate())
    found = [empty]
    for number, moment in enumerate(moments):
        then = [(key, area) for key, area, since, until in versions if since <= moment < until]
        if then:
            was = pl.DataFrame(then, schema=["code", "area"], orient="row", strict=False).cast(
                pl.String
            )
            was = was.with_columns(unit=_district(districts, was["area"]))
            joined = wanted.join(was.select("code", "unit"), on="code")
            found.append(joined.select("_at", moment=pl.lit(number, pl.Int64()), unit="unit"))
    return pl.concat(found)


def _district(districts: Districts, areas: pl.Series) -> pl.Series:
    frame = pl.DataFrame({"area": areas})
    return frame.select(unit=districts.district(pl.col("area"))).to_series()


def _reference(declared: Table, register: Table) -> str:
    return next(column.name for column, target in declared.references if target == register.id)


def _placed(declared: Table) -> Table | None:
    """The register by which a row is found to lie in an area; None where the row says it itself."""
    if "area_code" in declared.by_name:
        return None
    tables = load_tables()
    for _, target in declared.references:
        if "area_code" in tables[target].by_name:
            return tables[target]
    return None


def _areas(declared: Table, rows: pl.DataFrame) -> pl.Series:
    """Area code of every row; of few rows without reading the whole register."""
    register = _placed(declared)
    if register is None or rows.height > _LOOKED_UP:
        return area_by_record(declared, rows, None)
    codes = rows[_reference(declared, register)]
    current = registers.at(register.id).order_by("key")
    known = dict(_values(current, register.key[0], codes, ("area_code",)))
    return pl.Series("area", [known.get(code) for code in codes], dtype=pl.String)


def _values(
    rows: QuerySet[Any], code: str, codes: pl.Series, columns: tuple[str, ...]
) -> list[tuple[Any, ...]]:
    """``code`` and columns of the records with these codes, in chunks that a database takes."""
    wanted = codes.drop_nulls().unique().sort().to_list()
    found: list[tuple[Any, ...]] = []
    for start in range(0, len(wanted), _CHUNK):
        part = rows.filter(**{f"{code}__in": wanted[start : start + _CHUNK]})
        found += part.values_list(code, *columns)
    return found
