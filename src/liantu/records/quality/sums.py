"""Totals filed on their own against the sum of their parts, with the gap."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from liantu.records import lake, registers
from liantu.records.quality.districts import Districts
from liantu.records.quality.filed import vintage_of
from liantu.records.quality.rules import Sum, quality_rules
from liantu.records.tables.declared import load_tables

SCHEMA: dict[str, pl.DataType] = {
    "sum": pl.String(),
    "district": pl.String(),
    "name": pl.String(),
    "period": pl.String(),
    "parts": pl.Float64(),
    "units": pl.Int64(),
    "whole": pl.Float64(),
    "gap": pl.Float64(),
    "share": pl.Float64(),
    "agrees": pl.Boolean(),
}
"""``parts`` and ``whole`` in the stored unit of the whole, ``gap`` = parts − whole, ``share`` =
gap ÷ whole; ``units`` is the number of parts."""


def sums(moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """Every declared total that can be told on both sides, by area and period.

    Returns:
        columns of :data:`SCHEMA`, the widest gaps first.
    """
    found = [pl.DataFrame(schema=SCHEMA)]
    found += [_compared(rule, moment, districts) for rule in quality_rules().sums]
    return pl.concat(found).sort(pl.col("share").abs(), descending=True, nulls_last=True)


def _compared(rule: Sum, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    whole_table = load_tables()[rule.whole]
    whole = (
        lake.read(whole_table, vintage_of(moment))
        .select(district=whole_table.entity[0], period=str(whole_table.period),
                whole=pl.col(rule.total).cast(pl.Float64))
        .drop_nulls()
        .collect()
    )  # fmt: skip
    names = districts.frame.select("area_code", "name")
    told = (
        whole.join(names, left_on="district", right_on="area_code")
        .join(_parts(rule, moment, districts), on=["district", "period"])
        .with_columns(gap=pl.col("parts") - pl.col("whole"))
        # Zones are counted in their districts or beside them: whichever comes nearer is meant.
        .sort(pl.col("gap").abs())
        .unique(["district", "period"], keep="first", maintain_order=True)
        .with_columns(share=pl.when(pl.col("whole") != 0).then(pl.col("gap") / pl.col("whole")))
        .with_columns(sum=pl.lit(rule.id), agrees=pl.col("share").abs() <= rule.tolerance)
    )
    return told.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _parts(rule: Sum, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """Totals by district, and by the city above: ``district``, ``period``, ``parts``, ``units``.

    The parts of a city's own figure are its districts' figures, with its zones and without.
    """
    by_district = _by_district(rule, moment, districts)
    levels = quality_rules().district_levels
    if rule.parts != rule.whole:
        return pl.concat([by_district, _by_city(by_district, districts, levels)])
    return pl.concat([_by_city(by_district, districts, some) for some in (levels, levels[:1])])


def _by_district(rule: Sum, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """Every unit's rows count with the district that the register puts it in."""
    table = load_tables()[rule.parts]
    register = next(target for column, target in table.references if column.name in table.entity)
    key = load_tables()[register].key[0]
    columns = list(dict.fromkeys((key, "area_code")))
    units = registers.read(register, moment, columns).select(
        entity=pl.col(key), district=districts.district(pl.col("area_code"))
    )
    part = pl.col(rule.part) if rule.part else pl.lit(1.0)
    return (
        lake.read(table, vintage_of(moment))
        .select(entity=table.entity[0], period=str(table.period), part=part.cast(pl.Float64))
        .drop_nulls("part")
        .join(units.unique("entity").lazy(), on="entity")
        .group_by("district", "period")
        .agg(parts=pl.col("part").sum(), units=pl.len().cast(pl.Int64))
        .collect()
    )


def _by_city(
    by_district: pl.DataFrame, districts: Districts, levels: tuple[str, ...]
) -> pl.DataFrame:
    """Totals of a city over its areas of some levels."""
    areas = districts.frame
    cities = areas.filter(pl.col("level") == "city").select("area_code")
    below = (
        areas.filter(pl.col("level").is_in(levels))
        .join(cities, left_on="parent_code", right_on="area_code")
        .select("area_code", "parent_code")
    )
    return (
        by_district.join(below, left_on="district", right_on="area_code")
        .group_by(district="parent_code", period="period")
        .agg(pl.col("parts").sum(), pl.col("units").sum())
    )
