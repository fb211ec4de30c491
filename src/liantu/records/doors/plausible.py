"""Figures that can be but are hardly so: units mistaken, sudden jumps.

The thresholds are declared with the table. What is found here is a warning unless the table
says otherwise: a person looks, nothing is changed.
"""

from __future__ import annotations

import polars as pl

from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import Log
from liantu.records.doors.rules import door_rules
from liantu.records.tables.declared import Column, Jump, Table, UnitSlip

_LARGER = {10_000.0: "万"}
"""Units are mistaken for that many of themselves: 元 for 万元."""


def judge_plausible(frame: pl.DataFrame, table: Table, given: frozenset[str],
                    current: pl.DataFrame | None, log: Log) -> None:  # fmt: skip
    """Unit slips and jumps, against the row itself and the entity's own history.

    Args:
        current: rows already accepted, in the table's dtypes; they widen the history.
    """
    slips = [slip for slip in table.slips if slip.column in given]
    jumps = [jump for jump in table.jumps if jump.column in given]
    for slip in slips:
        if slip.ratio:
            _slip(frame.filter(pl.col(slip.column) > 0), pl.sql_expr(slip.ratio), table, slip, log)
    remembered = [slip for slip in slips if slip.history]
    if table.period is None or not given.issuperset(table.key) or not (remembered or jumps):
        return
    named = [slip.column for slip in remembered] + [jump.column for jump in jumps]
    columns = list(dict.fromkeys(named))
    history = _history(frame, table, columns, current)
    usual = _usual(history, columns)
    for slip in remembered:
        ratio = pl.col(slip.column) / pl.col(f"_usual_{slip.column}")
        rows = history.select(ROW, "_entity", slip.column).drop_nulls([ROW, slip.column])
        rows = rows.filter(pl.col(slip.column) > 0).join(usual, on="_entity", how="inner")
        _slip(rows, ratio, table, slip, log)
    for jump in jumps:
        _jump(history, table, jump, log)


def _slip(rows: pl.DataFrame, ratio: pl.Expr, table: Table, slip: UnitSlip, log: Log) -> None:
    """Rows whose ratio leaves the declared bounds, and by which unit it would come back."""
    beyond = rows.with_columns(_ratio=ratio).filter(
        (pl.col("_ratio") < slip.low) | (pl.col("_ratio") > slip.high)
    )
    if not beyond.height:
        return
    column = table[slip.column]
    large = pl.col("_ratio").is_between(slip.low * slip.factor, slip.high * slip.factor)
    small = pl.col("_ratio").is_between(slip.low / slip.factor, slip.high / slip.factor)
    large, small = large & (pl.col("_ratio") > slip.high), small & (pl.col("_ratio") < slip.low)
    smaller, larger = units_of(column, slip.factor)
    for code, rule in (
        ("slip_large", large),
        ("slip_small", small),
        ("implausible", ~(large | small)),
    ):
        found = beyond.filter(rule)
        log.add(code, column, found[ROW], _figure(found, column), severity=slip.severity,
                said_zh=slip.zh, said_en=slip.en, factor=f"{slip.factor:,.0f}",
                small=smaller, large=larger)  # fmt: skip


def units_of(column: Column, factor: float) -> tuple[str, str]:
    """The two units that people mistake for each other: 元 and 万元 where they lie 10,000 apart.

    Raises:
        KeyError, InvalidQuantity: the larger has no name of its own.
    """
    larger = f"{_LARGER[factor]}{column.unit}"
    column.factor(larger)
    return column.unit, larger


def _figure(rows: pl.DataFrame, column: Column) -> pl.Series:
    factor = column.factor(column.written_unit) if column.written_unit else 1.0
    return rows.select(
        (pl.col(column.name) / factor).round(6).cast(pl.String).str.strip_suffix(".0")
        + pl.lit(column.written_unit)
    ).to_series()


def _history(frame: pl.DataFrame, table: Table, columns: list[str],
             current: pl.DataFrame | None) -> pl.DataFrame:  # fmt: skip
    """Rows of the file and those accepted of the same entities, by entity and time.

    ``_entity`` is a number standing for the entity, ``_at`` the number of the period; ``_row``
    is null for rows accepted before.
    """
    period = table.period or ""
    mine = frame.select(ROW, *table.key, *columns)
    known = [] if current is None else [name for name in columns if name in current.columns]
    if current is not None and known and current.height:
        before = current.select(*table.key, *known)
        before = before.join(mine.select(table.key), on=list(table.key), how="anti")
        before = before.join(mine.select(table.entity).unique(), on=list(table.entity), how="semi")
        mine = pl.concat([mine, before], how="diagonal")
    entity = pl.concat_str(table.entity, separator="\x1f")
    if len(table.entity) == 1:
        entity = pl.col(table.entity[0])
    return (
        mine.select(
            ROW, *columns, _entity=entity.cast(pl.Categorical).to_physical(), _at=_index(period)
        )
        .drop_nulls(["_entity", "_at"])
        .sort("_entity", "_at")
    )


def _usual(history: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    """Median of an entity's figures, where there are enough of them."""
    least = door_rules().history_least
    figures = [pl.col(name).filter(pl.col(name) > 0) for name in columns]
    return history.group_by("_entity").agg(
        pl.when(figure.len() >= least).then(figure.median()).alias(f"_usual_{name}")
        for name, figure in zip(columns, figures, strict=True)
    )


def _jump(history: pl.DataFrame, table: Table, jump: Jump, log: Log) -> None:
    """Neighbouring periods of one entity whose ratio leaves the declared bounds."""
    value, before = pl.col(jump.column), pl.col(jump.column).shift(1)
    follows = (pl.col("_entity") == pl.col("_entity").shift(1)) & (
        pl.col("_at") == pl.col("_at").shift(1) + 1
    )
    ratio = value / before
    sudden = history.filter(
        pl.col(ROW).is_not_null()
        & follows
        & (before > 0)
        & (pl.max_horizontal(value, before) >= jump.floor)
        & ((ratio < jump.low) | (ratio > jump.high))
    )
    if sudden.height:
        column = table[jump.column]
        log.add("jump", column, sudden[ROW], _figure(sudden, column), severity="warning",
                low=f"{jump.low:g}", high=f"{jump.high:g}")  # fmt: skip


def _index(period: str) -> pl.Expr:
    """Number of a period within its grain, so that neighbours differ by one."""
    code = pl.col(period)
    year = code.str.slice(0, 4).cast(pl.Int64, strict=False)
    tail = code.str.extract(r"(\d+)$", 1).cast(pl.Int64, strict=False)
    length = code.str.len_chars()
    return (
        pl.when(length == 4).then(year).when(length == 6).then(year * 4 + tail)
        .otherwise(year * 12 + tail)
    )  # fmt: skip
