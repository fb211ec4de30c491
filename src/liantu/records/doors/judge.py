"""Checks of typed columns: ranges, codes, cross-checks, duplicates, registers.

Every check runs over whole columns; only the rows that fail are looked at again.
"""

from __future__ import annotations

from collections.abc import Mapping as Registers
from datetime import date
from typing import Any

import polars as pl

from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log
from liantu.records.doors.rules import door_rules
from liantu.records.identity import credit_code
from liantu.records.tables.declared import Column, CrossCheck, OneWay, Table, load_tables


def judge_columns(frame: pl.DataFrame, table: Table, given: frozenset[str], today: date,
                  log: Log) -> None:  # fmt: skip
    """Checks of single columns; ``given`` are those the file has."""
    rows = frame[ROW]
    for column in table.columns:
        if column.name not in given:
            continue
        values = frame[column.name]
        if column.numeric:
            _range(values, column, rows, log)
        if column.pattern and values.dtype == pl.String:
            fits = values.str.contains(f"^(?:{column.pattern})$")
            log.where("pattern", column, ~fits.fill_null(True), rows, values,
                      pattern=column.pattern)  # fmt: skip
        if column.check == "credit_code":
            codes = values.drop_nulls().unique()
            wrong = values.is_in(codes.filter(~credit_code.valid(codes)).implode())
            log.where("credit_code", column, wrong.fill_null(False), rows, values)
        if column.type == "date":
            _dates(values, column, rows, today, log)
        if column.type == "period" and column.not_future:
            latest = {4: f"{today:%Y}", 6: f"{today.year}Q{(today.month + 2) // 3}",
                      7: f"{today:%Y-%m}"}  # fmt: skip
            for length, last in latest.items():
                late = (values.str.len_chars() == length) & (values > last)
                log.where("future", column, late.fill_null(False), rows, values, today=last)


def _range(values: pl.Series, column: Column, rows: pl.Series, log: Log) -> None:
    for code, limit, beyond in (
        ("below", column.minimum, None if column.minimum is None else values < column.minimum),
        ("above", column.maximum, None if column.maximum is None else values > column.maximum),
    ):
        if beyond is not None and limit is not None and beyond.any():
            said = _shown(pl.Series([float(limit)]), column)[0]
            shown = _shown(values.filter(beyond), column)
            log.add(code, column, rows.filter(beyond), shown, limit=said)


def _shown(values: pl.Series, column: Column) -> pl.Series:
    """Figures with the unit in which people know them."""
    unit = column.written_unit
    factor = column.factor(unit) if unit else 1.0
    figures = (values / factor).round(6).cast(pl.String).str.strip_suffix(".0")
    return figures + unit


def _dates(values: pl.Series, column: Column, rows: pl.Series, today: date, log: Log) -> None:
    earliest = door_rules().limits.earliest
    ancient = (values < earliest).fill_null(False)
    log.where("ancient", column, ancient, rows, values, earliest=earliest)
    if column.not_future:
        late = (values > today).fill_null(False)
        log.where("future", column, late, rows, values, today=today)


def judge_rows(frame: pl.DataFrame, table: Table, given: frozenset[str], log: Log) -> None:
    """Required cells, cross-checks and duplicates."""
    for column in table.columns:
        if column.required and column.name in given:
            empty = frame[column.name].is_null()
            if empty.any():
                unsaid = frame.select(ROW).filter(empty).join(
                    _noted(log, column.name), left_on=ROW, right_on="row", how="anti"
                )  # fmt: skip
                log.add("missing", column, unsaid[ROW], "")
    for check in table.checks:
        if given.issuperset(check.columns):
            _cross_check(frame, table, check, log)
    for way in table.one_way:
        if given.issuperset((way.from_, way.to, *way.within)):
            _both_ways(frame, table, way, log)
    if given.issuperset(table.key):
        _duplicates(frame, table, given, log)


def _noted(log: Log, column: str) -> pl.DataFrame:
    """Rows in which the column has a problem already: what could not be read is not missing."""
    frames = [frame.filter(pl.col("column") == column).select("row") for frame in log.errors]
    empty = pl.DataFrame(schema={"row": pl.UInt32()})
    return pl.concat([empty, *frames]).unique()


def _cross_check(frame: pl.DataFrame, table: Table, check: CrossCheck, log: Log) -> None:
    failed = frame.filter(~pl.sql_expr(check.expression))
    if not failed.height:
        return
    marked = table[check.columns[0]]
    found = failed.select(
        pl.concat_str(
            [_said(table[name]) for name in check.columns], separator="；", ignore_nulls=True
        )
    ).to_series()
    log.add("cross_check", marked, failed[ROW], found, severity=check.severity, name=check.id,
            said_zh=check.zh, said_en=check.en)  # fmt: skip


def _both_ways(frame: pl.DataFrame, table: Table, way: OneWay, log: Log) -> None:
    """Rows whose opposite stands in the file too."""
    ends = [way.from_, way.to, *way.within]
    rows = frame.select(ROW, *ends).drop_nulls().filter(pl.col(way.from_) != pl.col(way.to))
    turned = rows.select(*ends).rename({way.from_: way.to, way.to: way.from_})
    both = rows.join(turned, on=ends, how="semi")
    found = both.select(pl.concat_str([way.from_, way.to], separator=" → ")).to_series()
    log.add("cross_check", table[way.from_], both[ROW], found, severity="warning", name=way.id,
            said_zh=way.zh, said_en=way.en)  # fmt: skip


def _said(column: Column) -> pl.Expr:
    """``营业收入 120万元``"""
    value = pl.col(column.name)
    if column.numeric and column.written_unit:
        factor = column.factor(column.written_unit)
        figure = (value / factor).round(6).cast(pl.String).str.strip_suffix(".0")
        return pl.lit(f"{column.zh} ") + figure + pl.lit(column.written_unit)
    words = {choice.code: choice.zh for choice in column.choices}
    text = value.cast(pl.String)
    return pl.lit(f"{column.zh} ") + (text.replace(words) if words else text)


def _duplicates(frame: pl.DataFrame, table: Table, given: frozenset[str], log: Log) -> None:
    """Identical rows are noted but the first; rows of one key that differ are all noted."""
    key = list(table.key)
    # Hashes first: comparing keys themselves is only needed where hashes meet.
    doubled = frame.filter(frame.select(key).hash_rows().is_duplicated())
    doubled = doubled.filter(doubled.select(key).is_duplicated()).drop_nulls(key)
    if not doubled.height:
        return
    columns = [name for name in table.by_name if name in given]
    distinct = doubled.group_by(key).agg(
        pl.struct(columns).n_unique().alias("_ways"), pl.col(ROW).min().alias("_first")
    )
    marked = doubled.join(distinct, on=key, how="left", maintain_order="left")
    said = pl.concat_str([pl.col(name).cast(pl.String) for name in key], separator=" ")
    column = table[key[0]]
    same = marked.filter((pl.col("_ways") == 1) & (pl.col(ROW) != pl.col("_first")))
    log.add("duplicate", column, same[ROW], same.select(said).to_series())
    differ = marked.filter(pl.col("_ways") > 1)
    log.add("conflict", column, differ[ROW], differ.select(said).to_series())


# Against the registers -------------------------------------------------------------------------


def judge_references(frame: pl.DataFrame, table: Table, given: frozenset[str],
                     registers: Registers[str, pl.DataFrame], log: Log) -> None:  # fmt: skip
    """Codes that a register does not know, and names that do not belong to their code.

    Args:
        registers: table id → frame with ``code`` and ``name``, one row for each name a code has
            or had. A register that is empty or not given is not asked.
    """
    severity = door_rules().unknown_reference
    for column, target in table.references:
        register = registers.get(target)
        if column.name not in given or register is None or not register.height:
            continue
        known = register["code"].unique()
        own = frame[table.key[0]] if target == table.id else known
        values = frame[column.name]
        unknown = values.is_not_null() & ~values.is_in(known.implode())
        if target == table.id:
            unknown = unknown & ~values.is_in(own.implode())
        log.where("unknown_code", column, unknown.fill_null(False), frame[ROW], values,
                  severity=severity.required if column.required else severity.optional,
                  **_register_words(target))  # fmt: skip
        for named in table.columns:
            if named.names == column.name and named.name in given:
                _names(frame, column.name, named, register, target, log)
    own_register = registers.get(table.id)
    if own_register is not None and own_register.height and {"name", table.key[0]} <= given:
        _names(frame, table.key[0], table["name"], own_register, table.id, log)


def _names(frame: pl.DataFrame, code: str, named: Column, register: pl.DataFrame, target: str,
           log: Log) -> None:  # fmt: skip
    """A name that belongs to another code is an error; one that is merely unknown a warning."""
    words = _register_words(target)
    names = register.select(code="code", name=pl.col("name").str.normalize("NFKC"))
    rows = frame.select(ROW, code=code, found=named.name).drop_nulls()
    rows = rows.with_columns(name=pl.col("found").str.normalize("NFKC"))
    other = rows.join(names, on=["code", "name"], how="anti").join(
        names.select("code").unique(), on="code", how="semi"
    )
    elsewhere = other.join(names.select("name").unique(), on="name", how="semi")
    log.add("swapped", named, elsewhere[ROW], elsewhere["found"], **words)
    renamed = other.join(names.select("name").unique(), on="name", how="anti")
    log.add("other_name", named, renamed[ROW], renamed["found"], severity="warning", **words)


def _register_words(target: str) -> dict[str, Any]:
    register = load_tables()[target]
    return {"register_zh": register.zh, "register_en": register.en.lower()}
