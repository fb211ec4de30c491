"""Periods of a grain as numbers: which they are, when they end, when their returns are due."""

from __future__ import annotations

import calendar as days
from dataclasses import dataclass
from datetime import date, timedelta

import polars as pl

from liantu.records.tables.declared import Grain, Table

_PER_YEAR: dict[Grain, int] = {"year": 1, "quarter": 4, "month": 12}


def number_of(code: str, grain: Grain) -> int:
    """Number of a period, so that neighbours differ by one: ``2025-03`` → 2025 × 12 + 2."""
    year, tail = int(code[:4]), code[4:].lstrip("-Q")
    return year * _PER_YEAR[grain] + (int(tail) - 1 if tail else 0)


def code_of(number: int, grain: Grain) -> str:
    """The code of a period: ``2025``, ``2025Q1``, ``2025-03``."""
    year, part = divmod(number, _PER_YEAR[grain])
    if grain == "year":
        return f"{year}"
    return f"{year}Q{part + 1}" if grain == "quarter" else f"{year}-{part + 1:02}"


def number_at(day: date, grain: Grain) -> int:
    """The period that a day lies in."""
    months = 12 // _PER_YEAR[grain]
    return day.year * _PER_YEAR[grain] + (day.month - 1) // months


def end_of(number: int, grain: Grain) -> date:
    """Last day of a period."""
    year, part = divmod(number, _PER_YEAR[grain])
    month = (part + 1) * (12 // _PER_YEAR[grain])
    return date(year, month, days.monthrange(year, month)[1])


def number(day: pl.Expr, grain: Grain) -> pl.Expr:
    """As :func:`number_at`, for a column of days."""
    months = 12 // _PER_YEAR[grain]
    part = (day.dt.month().cast(pl.Int64) - 1) // months
    return day.dt.year().cast(pl.Int64) * _PER_YEAR[grain] + part


def opens(day: pl.Expr, grain: Grain) -> pl.Expr:
    """Is the day the first of its period?"""
    months = 12 // _PER_YEAR[grain]
    return (day.dt.day() == 1) & ((day.dt.month() - 1) % months == 0)


@dataclass(frozen=True)
class Calendar:
    """Neighbouring periods of a series, oldest first, with the day by which each is due."""

    grain: Grain
    first: int
    codes: tuple[str, ...]
    ends: tuple[date, ...]
    due: tuple[date, ...]

    def __len__(self) -> int:
        return len(self.codes)


def calendar_of(table: Table, first: str, day: date, most: int) -> Calendar:
    """Periods from ``first`` to the one that ``day`` lies in, the latest ``most`` of them."""
    grain: Grain = table.grain or "year"
    last = number_at(day, grain)
    begin = max(number_of(first, grain), last - most + 1)
    numbers = range(begin, last + 1)
    ends = tuple(end_of(number, grain) for number in numbers)
    return Calendar(
        grain,
        begin,
        tuple(code_of(number, grain) for number in numbers),
        ends,
        tuple(end + timedelta(days=table.due_days or 0) for end in ends),
    )
