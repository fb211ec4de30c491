"""What rows must meet to be listed, as one expression over the declared columns."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import polars as pl

from liantu.records.tables.declared import Column, Table

SEARCH = "·search"
"""Name of the text that a search looks into."""
PERSONAL = "·personal"
"""Name of the text that only those search into who may see personal data."""


@dataclass(frozen=True)
class Within:
    """A figure, date or period between two bounds, both included; None leaves a side open."""

    column: str
    low: float | date | str | None = None
    high: float | date | str | None = None

    def expression(self) -> pl.Expr:
        """As an expression over the declared column."""
        value = pl.col(self.column)
        parts = [pl.lit(value=True)]
        if self.low is not None:
            parts.append(value >= pl.lit(self.low))
        if self.high is not None:
            parts.append(value <= pl.lit(self.high))
        return pl.all_horizontal(parts) & value.is_not_null()


@dataclass(frozen=True)
class OneOf:
    """A code, coded value, date or yes/no that is one of several."""

    column: str
    values: tuple[str | bool | int | date, ...]

    def expression(self) -> pl.Expr:
        """As an expression over the declared column."""
        if len(self.values) == 1:
            return pl.col(self.column) == self.values[0]
        return pl.col(self.column).is_in(list(self.values))


@dataclass(frozen=True)
class StartsWith:
    """A code that begins so: an industry with all its classes."""

    column: str
    prefix: str

    def expression(self) -> pl.Expr:
        """As an expression over the declared column."""
        return pl.col(self.column).str.starts_with(self.prefix)


@dataclass(frozen=True)
class Empty:
    """A cell that nobody filled in."""

    column: str

    def expression(self) -> pl.Expr:
        """As an expression over the declared column."""
        return pl.col(self.column).is_null()


Condition = Within | OneOf | StartsWith | Empty


def expression(
    conditions: Iterable[Condition], words: Sequence[str] = (), texts: Sequence[str] = (SEARCH,)
) -> pl.Expr:
    """All conditions together, and every word in one of the ``texts``."""
    parts = [condition.expression() for condition in conditions]
    parts += [
        pl.any_horizontal(pl.col(text).str.contains(folded(word), literal=True) for text in texts)
        for word in words
    ]
    # The cheap ones decide first only where the engine does so; all are scans of one column.
    return pl.all_horizontal(pl.lit(value=True), *parts)


def search_text(table: Table, columns: Iterable[str], *, personal: bool = False) -> pl.Expr:
    """Texts and codes of a row as one folded text, to be searched for pieces.

    Args:
        personal: of the columns with personal data, or of the others.
    """
    wanted = [n for n in columns if is_searched(table[n]) and bool(table[n].personal) == personal]
    name = PERSONAL if personal else SEARCH
    if not wanted:
        return pl.lit("").alias(name)
    joined = pl.concat_str([pl.col(n) for n in wanted], separator="\n", ignore_nulls=True)
    return joined.str.normalize("NFKC").str.to_lowercase().alias(name)


def is_searched(column: Column) -> bool:
    """Does a search look into this column?"""
    return column.type in ("text", "code", "reference")


def folded(word: str) -> str:
    """A word as it is compared: half-width, lower case."""
    return unicodedata.normalize("NFKC", word).lower()
