"""The records behind a value on the page of its indicator, as far as the reader's scope reaches."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import polars as pl

from liantu.indicators.behind import Behind, records_behind
from liantu.indicators.catalogue import Catalogue
from liantu.records import registers
from liantu.records.tables.declared import Column, Table, load_tables
from liantu.systems.indicators.formula import parts
from liantu.systems.indicators.one import One
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.indicators.wording import column_text, digits_of

_NAMES = ("short_name", "name", "title")


@dataclass(frozen=True)
class Shown:
    """Rows as the page prints them; ``register`` is whose records the rows are of."""

    table: Table
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, str, str, tuple[str, ...]], ...]
    """Code of the unit, its name, period, cells."""
    found: int
    register: str

    @property
    def table_id(self) -> str:
        """Id; a template asks the table itself for its columns."""
        return self.table.id


def shown_behind(declared: Catalogue, one: One, group: dict[str, str]) -> Shown:
    """Rows of the page's period and group.

    Raises:
        UsageError: the measure is derived, or not computed in that way.
    """
    assert one.at is not None
    found = records_behind(
        declared, one.measure.id, one.at.code, group, one.asked.as_of,
        limit=indicator_rules().records_shown,
    )  # fmt: skip
    columns = _columns(declared, one, found.table)
    entity = found.table.entity[0]
    register = found.table[entity].references or found.table.id
    names = _names(register, found.rows[entity].unique().to_list(), one.asked.as_of)
    cells = [_cells(found, column) for column in columns]
    period = found.table.period
    rows = tuple(
        (row[entity], names.get(row[entity], ""), row[period] if period else "",
         tuple(column[number] for column in cells))
        for number, row in enumerate(found.rows.iter_rows(named=True))
    )  # fmt: skip
    return Shown(found.table, columns, rows, found.found, register)


def _columns(declared: Catalogue, one: One, table: Table) -> tuple[Column, ...]:
    """The table's own columns that formula and condition speak of."""
    texts = (one.measure.formula, one.measure.where)
    codes = [
        part.code for text in texts for part in parts(declared, one.compiled, text, "zh")
        if part.kind == "column" and part.table == table.id
    ]  # fmt: skip
    keys = {*table.key, *table.entity}
    return tuple(table[name] for name in dict.fromkeys(codes) if name not in keys)


def _cells(found: Behind, column: Column) -> list[str]:
    values: list[Any] = found.rows[column.name].to_list()
    if not column.numeric:
        names = {choice.code: choice.zh for choice in column.choices}
        return ["" if one is None else names.get(one, str(one)) for one in values]
    unit = column.written_unit
    factor = column.factor(unit) if unit else 1.0
    numbers = [None if one is None else float(one) / factor for one in values]
    digits = digits_of(numbers)
    return [column_text(one, digits) for one in numbers]


def _names(register: str, codes: list[str], as_of: str | None) -> dict[str, str]:
    table = load_tables()[register]
    title = next((name for name in _NAMES if name in table.by_name), "")
    if not title:
        return {}
    rows = registers.read(register, as_of, [table.key[0], title])
    mine = rows.filter(pl.col(table.key[0]).is_in(codes))
    return {code: name or "" for code, name in mine.select(table.key[0], title).iter_rows()}
