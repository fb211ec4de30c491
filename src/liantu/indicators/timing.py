"""Periods that are not over, or not wholly in the records: they have no value of their own.

Ten months are no year: set against the year before, they would look like a collapse, and the year
after them like a boom. What has come of an unfinished year is told by the period that ends with
the last month (ytd).
"""

from __future__ import annotations

from datetime import date

import polars as pl

from liantu.indicators.catalogue import Compiled
from liantu.indicators.planning import Pass, paired
from liantu.indicators.time import Span
from liantu.records.tables.declared import load_tables

_NOT_ASKED_FOR = "-01"
"""The month that monthly returns may lack: January's is not asked for on its own, and what it
would hold comes with February's (国家统计局, 工业企业财务状况月报, 2015)."""


def to_come(one: Pass, day: date) -> list[str]:
    """Codes of periods that have not begun; registers could be counted, and would tell of today."""
    return [period.code for period in one.periods if period.start > day]


def going_on_still(one: Pass, day: date, expected: pl.Expr, reported: pl.Expr) -> pl.Expr:
    """(row,) is the period not over, or are its last returns neither due nor there?

    Args:
        expected: units expected; reported: their returns of all parts of the period that came.
    """
    table = load_tables()[one.table]
    parts = {period.code: len(period.members(table.grain or "")) for period in one.periods}
    late = table.due_days or 0
    early = [period.code for period in one.periods if (day - period.end).days <= late]
    ahead = [code for code in early if parts[code] > 1]
    size = pl.col("_period").replace_strict(parts, return_dtype=pl.Int64())
    lacking = (reported < expected * (size - 0.5)).fill_null(value=True)
    return pl.col("_period").is_in(ahead) & lacking & pl.lit(value=not one.carry)


def begun_inside(one: Pass, compiled: Compiled, first: str) -> list[str]:
    """Codes of longer periods in whose midst the table's records begin.

    What compares with the year before has none either where that year is such a one. Of stocks
    the last figure of a period is asked for, and how it began does not matter.
    """
    if _of_stocks(compiled):
        return []
    grain = load_tables()[one.table].grain or ""

    def inside(period: Span) -> bool:
        members = period.members(grain)
        if len(members) > 1 and members[0].endswith(_NOT_ASKED_FOR):
            members = members[1:]
        return bool(members) and members[0] < first <= members[-1]

    back = paired(compiled)
    return [
        period.code for period in one.periods if inside(period) or (back and inside(period.back()))
    ]


def _of_stocks(compiled: Compiled) -> bool:
    """Does a measure speak of nothing but figures at the end of a period?"""
    reached = compiled.formula.columns.values() if compiled.formula else ()
    own = [one.column for one in reached if not one.path and one.column.numeric]
    return bool(own) and all(column.over_periods == "last" for column in own)
