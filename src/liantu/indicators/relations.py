"""Small relations that every engine provides beside the rows: periods, their members, columns."""

from __future__ import annotations

from datetime import date

import polars as pl

from liantu.indicators.planning import Pass, members_of, paired, periods_of
from liantu.records.tables.declared import Table


def members_frame(one: Pass) -> pl.DataFrame:
    """``_m``: member (period of the table), period (computed)."""
    types = {"member": pl.String(), "period": pl.String()}
    return pl.DataFrame(_with_before(one), schema=types, orient="row")


def periods_frame(one: Pass, day: date) -> pl.DataFrame:
    """``_p``: period, period_start, period_end, before, asked."""
    types = {"period": pl.String(), "period_start": pl.Date(), "period_end": pl.Date(),
             "before": pl.String(), "asked": pl.Boolean()}  # fmt: skip
    return pl.DataFrame(periods_of(one, day), schema=types, orient="row")


def _with_before(one: Pass) -> list[tuple[str, str]]:
    """Members of the periods asked for, and of those a year before where figures are compared."""
    before = tuple(period.back() for period in one.periods)
    compares = any(paired(compiled) for compiled in one.measures)
    periods = tuple(dict.fromkeys((*one.periods, *before))) if compares else one.periods
    return members_of(Pass(one.table, one.kind, one.measures, one.groupings, periods, one.carry))


def register_of(declared: Table) -> str:
    """Register whose records the rows of a series are of; empty where there is none."""
    return declared[declared.entity[0]].references


def plain_columns(declared: Table) -> list[str]:
    """Columns that can be computed; shapes are large and none of them."""
    return [column.name for column in declared.columns if column.type != "geometry"]


def plain_types(declared: Table) -> dict[str, pl.DataType]:
    """Whole numbers are computed as floating ones: a product of two cannot overflow."""
    types = declared.dtypes
    return {
        name: pl.Float64() if types[name] == pl.Int64() else types[name]
        for name in plain_columns(declared)
    }
