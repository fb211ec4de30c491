"""Totals filed on their own against the sum of their parts, with the gap."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from liantu.records import lake
from liantu.records.quality.districts import Districts
from liantu.records.quality.filed import vintage_of
from liantu.records.quality.rules import Sum, quality_rules
from liantu.records.quality.units import units_of
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
    levels = districts.frame.select("area_code", "name", "level", "parent_code")
    told = (
        whole.join(levels, left_on="district", right_on="area_code")
        .join(_parts(rule, moment, districts, levels), on=["district", "period"])
        .with_columns(gap=pl.col("parts") - pl.col("whole"))
        .with_columns(share=pl.when(pl.col("whole") != 0).then(pl.col("gap") / pl.col("whole")))
        .with_columns(sum=pl.lit(rule.id), agrees=pl.col("share").abs() <= rule.tolerance)
    )
    return told.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _parts(
    rule: Sum, moment: datetime | None, districts: Districts, levels: pl.DataFrame
) -> pl.DataFrame:
    """Totals by district, and by the city above: ``district``, ``period``, ``parts``, ``units``."""
    table = load_tables()[rule.parts]
    counted = pl.len().cast(pl.Float64) if not rule.part else pl.col("part").sum().cast(pl.Float64)
    rows = lake.read(table, vintage_of(moment)).select(
        entity=table.entity[0],
        period=str(table.period),
        part=pl.col(rule.part) if rule.part else pl.lit(1.0),
    )
    filed = quality_rules().filed_by(table.id)
    same = rule.parts == rule.whole
    if filed is None:
        return pl.DataFrame(schema={"district": pl.String(), "period": pl.String(),
                                    "parts": pl.Float64(), "units": pl.Int64()})  # fmt: skip
    units = units_of(filed, moment, districts).select("entity", "district")
    by_district = (
        rows.drop_nulls("part")
        .join(units.lazy(), on="entity")
        .group_by("district", "period")
        .agg(parts=counted, units=pl.len().cast(pl.Int64))
        .collect()
    )
    parents = levels.select("area_code", "parent_code", below="level").drop_nulls("parent_code")
    cities = levels.filter(pl.col("level") == "city").select(city="area_code")
    by_city = (
        by_district.join(parents, left_on="district", right_on="area_code")
        .filter(pl.col("below").is_in(list(quality_rules().district_levels)))
        .join(cities, left_on="parent_code", right_on="city")
        .group_by(district="parent_code", period="period")
        .agg(pl.col("parts").sum(), pl.col("units").sum())
    )
    return by_city if same else pl.concat([by_district, by_city], how="diagonal_relaxed")
