"""Does the record that a row names fit the row: is the node one of the chain named beside it?"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log
from liantu.records.tables.agreement import ENDS, Agreement
from liantu.records.tables.declared import Column, Table, load_tables


def judge_agreements(
    frame: pl.DataFrame,
    table: Table,
    given: frozenset[str],
    registers: Mapping[str, pl.DataFrame],
    log: Log,
) -> None:
    """Notes rows of which a declared agreement does not hold.

    Args:
        registers: as :func:`.judge.judge_references` takes them, with the columns that
            :func:`liantu.records.tables.agreement.asked_of` names. A register that is not given,
            or given without them, is not asked.
    """
    for rule in table.agreements:
        known = _said_of(frame, table, rule, given, registers)
        if known is None or not given.issuperset(rule.cells):
            continue
        rows = frame.select(ROW, code=rule.column, ours=rule.ours or pl.lit("")).drop_nulls()
        met = rows.join(known, on="code")
        met = met.with_columns(fits=_fits(met, table, rule, registers))
        fitting = met.filter("fits").select(ROW)
        wrong = met.join(fitting, on=ROW, how="anti").unique(ROW, maintain_order=True)
        log.add("cross_check", table[rule.column], wrong[ROW], _found(wrong, table, rule),
                severity=rule.severity, name=rule.id, said_zh=rule.zh, said_en=rule.en)  # fmt: skip


def _said_of(
    frame: pl.DataFrame, table: Table, rule: Agreement, given: frozenset[str],
    registers: Mapping[str, pl.DataFrame],
) -> pl.DataFrame | None:  # fmt: skip
    """``code`` and what its record says in ``theirs``; rows of the file stand before records."""
    target = table[rule.column].references
    register = registers.get(target)
    if register is None or rule.theirs not in register.columns:
        return None
    known = register.select("code", theirs=pl.col(rule.theirs).cast(pl.String)).drop_nulls()
    if target == table.id and given.issuperset({table.key[0], rule.theirs}):
        own = frame.select(code=table.key[0], theirs=pl.col(rule.theirs).cast(pl.String))
        own = own.drop_nulls()
        known = pl.concat([own, known.join(own, on="code", how="anti")])
    return known.unique(maintain_order=True)


def _fits(
    met: pl.DataFrame, table: Table, rule: Agreement, registers: Mapping[str, pl.DataFrame]
) -> pl.Series:
    """(row,) does the record fit, or can that not be told?"""
    if rule.among:
        return met["theirs"].is_in(list(rule.among))
    fits = met["theirs"] == met["ours"].cast(pl.String)
    if not rule.apart:
        return fits
    peers = registers.get(table[rule.ours].references)
    if peers is None or rule.apart not in peers.columns:
        return pl.Series([True], dtype=pl.Boolean).new_from_index(0, met.height)
    standing = peers.filter(pl.col(ENDS).is_null()).select("code", rule.apart).drop_nulls()
    kinds = dict(standing.unique("code").iter_rows())
    theirs, ours = (
        met[side].replace_strict(kinds, default=None, return_dtype=pl.String)
        for side in ("theirs", "ours")
    )
    return fits | ~(theirs == ours).fill_null(False)


def _found(wrong: pl.DataFrame, table: Table, rule: Agreement) -> pl.Series:
    """``产业链 c01；环节代码 n7（产业链 c02）``"""
    target = load_tables()[table[rule.column].references][rule.theirs]
    theirs = _worded(pl.col("theirs"), target)
    named = pl.format(
        "{} {}（{} {}）", pl.lit(table[rule.column].zh), "code", pl.lit(target.zh), theirs
    )
    if not rule.ours:
        return wrong.select(named).to_series()
    own = table[rule.ours]
    return wrong.select(
        pl.format("{} {}；{}", pl.lit(own.zh), _worded(pl.col("ours"), own), named)
    ).to_series()


def _worded(value: pl.Expr, column: Column) -> pl.Expr:
    words = {choice.code: choice.zh for choice in column.choices}
    return value.cast(pl.String).replace(words) if words else value.cast(pl.String)
