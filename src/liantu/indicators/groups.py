"""Which group a code is in, and what the groups are called: from the registers, in frames."""

from __future__ import annotations

from datetime import date

import polars as pl

from liantu.indicators.checking import check_condition
from liantu.indicators.declared import UNFILLED, Dimension, Many
from liantu.indicators.inputs import Inputs
from liantu.indicators.reaching import known_way
from liantu.records.tables.declared import load_tables

UNFILLED_ZH, UNFILLED_EN = "（未填）", "(not filled in)"
_NAMES = ("short_name", "name", "title")


def group_map(dimension: Dimension, table: str, inputs: Inputs) -> pl.DataFrame:
    """Code (or unit) and group of a dimension, for rows of a table.

    Returns:
        ``code``, ``grp``: one row a code; of an overlapping dimension one for each of a unit's
        groups.
    """
    found = known_way(dimension, table)
    if found.many:
        many = dimension.many[found.table]
        rows = _met(inputs.frame(many.table), many, inputs.day)
        return rows.select(code=many.unit, grp=many.column).drop_nulls().unique(maintain_order=True)
    register = inputs.register(dimension.names)
    code = load_tables()[dimension.names].key[0]
    if dimension.climb:
        levels = dict(register.select(code, "level").iter_rows())
        parents = dict(register.select(code, "parent_code").iter_rows())
        ends = [_climb(one, levels, parents, dimension.climb) for one in register[code]]
        register = register.with_columns(_end=pl.Series(ends, dtype=pl.String))
    else:
        register = register.with_columns(_end=pl.col(code))
    if not dimension.then:
        return register.select(code=code, grp="_end")
    values = register.select(_end=code, grp=pl.col(dimension.then).cast(pl.String))
    return register.select("_end", code=code).join(values, on="_end").select("code", "grp")


def _met(rows: pl.DataFrame, many: Many, day: date) -> pl.DataFrame:
    """Rows that meet the dimension's condition on a day."""
    if not many.when:
        return rows
    tree = check_condition(many.when, many.table).tree
    return rows.with_columns(period_end=pl.lit(day)).sql(
        f"SELECT * FROM self WHERE {tree.sql(dialect='duckdb')}"  # noqa: S608 - a checked tree
    )


def _climb(
    code: str, levels: dict[str, str], parents: dict[str, str | None], wanted: tuple[str, ...]
) -> str:
    """The record itself, or the one above it that is of a wanted level."""
    seen: set[str] = set()
    at: str | None = code
    while at is not None and at in levels and at not in seen:
        if levels[at] in wanted:
            return at
        seen.add(at)
        at = parents.get(at)
    return code


def group_names(dimension: Dimension, inputs: Inputs) -> dict[str, tuple[str, str]]:
    """Group → its name in Chinese and English; a code that no register knows is its own name."""
    names = {UNFILLED: (UNFILLED_ZH, UNFILLED_EN)}
    if dimension.groups:
        return {**names, **{group.id: (group.zh, group.en) for group in dimension.groups}}
    if dimension.names and not dimension.then:
        declared = load_tables()[dimension.names]
        title = next((name for name in _NAMES if name in declared.by_name), declared.key[0])
        code, fallback = declared.key[0], "name" if "name" in declared.by_name else title
        whole = inputs.register(dimension.names).select(
            _code=pl.col(code).cast(pl.String), _name=pl.coalesce(title, fallback).cast(pl.String)
        )
        return {**names, **{code: (name or code, name or code) for code, name in whole.iter_rows()}}
    for table, column in dimension.at.items():
        for choice in load_tables()[table][column].choices:
            names[choice.code] = (choice.zh, choice.en)
    return names
