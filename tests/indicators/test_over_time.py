"""How a unit's months and quarters come to one figure of a longer period is declared with sense."""

from __future__ import annotations

import pytest

from liantu.records.tables.declared import Column, Table, load_tables

_STOCKS = {"人", "户", "亩"}
"""Units of what is there at a moment: twelve months of it are not twelve times as many."""
_CUMULATED = ("_year_cny", "_total_cny")
"""Columns that hold sums since January or since the start already."""

_COLUMNS = [
    pytest.param(table, column, id=f"{table.id}.{column.name}")
    for table in load_tables().values()
    if table.grain in ("month", "quarter")
    for column in table.columns
    if column.numeric
]


@pytest.mark.parametrize(("table", "column"), _COLUMNS)
def test_stocks_are_not_added_up_and_flows_are(table: Table, column: Column) -> None:
    if column.type == "share":
        assert column.over_time in ("last", "mean"), "a share says how its periods come to one"
    elif column.unit in _STOCKS or column.name.endswith(_CUMULATED):
        assert column.over_periods == "last"
    else:
        assert column.over_periods == "sum"
        assert column.type == "money" or column.unit, "what adds up has a unit"
