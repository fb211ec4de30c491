"""Declared limits of the pages of indicators (``catalog/rules/indicators.yaml``)."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.indicators.declared import PeriodKind
from liantu.records.figures.indicator import Kind


class Cover(Declared):
    """Coverage (0–1) from which a value's light is green, and amber; below it is red."""

    good: float = Field(gt=0, le=1)
    fair: float = Field(gt=0, le=1)


class Drawn(Declared):
    """Periods of a trend, by kind."""

    month: int = Field(gt=1)
    quarter: int = Field(gt=1)
    year: int = Field(gt=1)
    ytd: int = Field(gt=1)


class IndicatorRules(Declared):
    """All of them."""

    id: str
    source: Source
    cover: Cover
    shown_from: float = Field(ge=0, le=1)
    """The latest period that a page opens with is the last one covered so far."""
    drawn: Drawn
    trend_from: int = Field(ge=1)
    """Fewer periods make no trend: finer ones are drawn instead."""
    prefer: dict[Kind, tuple[PeriodKind, ...]]
    """Kind of period that a page opens with, the first that the measure has."""
    compared: int = Field(ge=2)
    """Measures of one comparison."""
    compared_periods: int = Field(ge=2)
    kept: int = Field(gt=0)
    """Computations kept in memory."""
    kept_seconds: int = Field(ge=0)
    """How long the list of all measures may be overtaken by later records."""
    slow_seconds: float = Field(ge=0)
    """Computing that takes longer is slow."""
    reused_for: float = Field(ge=0)
    """Slow values of targets are used again for so many times the seconds that they took."""
    records_shown: int = Field(gt=0)
    """Records behind a value on a page."""


@cache
def indicator_rules() -> IndicatorRules:
    """The limits, read once.

    Raises:
        InvalidDeclaration: the file is wrong.
    """
    return read_declared(IndicatorRules, CATALOG / "rules" / "indicators.yaml")
