"""An indicator: what a figure can be a figure of, as ``catalog/indicators/*.yaml`` declares it."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from liantu.declarations import Declared, Source

Direction = Literal["up", "down", "none"]
Kind = Literal["stock", "flow", "growth", "share", "ratio", "count"]
"""stock: an amount at a moment · count: a number of things at a moment · flow: an amount or
number over a period (entries included) · growth: a rate of change · share: a part of a whole,
in percent · ratio: one amount by another."""


class Confusion(Declared):
    """A name that looks alike and is another series, and why."""

    name: str
    why: str
    why_en: str


class Components(Declared):
    """How the indicator is computed from others: ``ratio`` a/b, ``sum`` a+b…, ``growth`` of a."""

    form: Literal["ratio", "sum", "growth"]
    of: tuple[str, ...] = Field(min_length=1)


class Written(Declared):
    """What is written of an indicator, in the catalogue and when it is read, but its source."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    zh: str
    en: str
    unit: str
    direction: Direction
    kind: Kind
    scope: tuple[str, ...] = ()
    aliases: tuple[str, ...] = ()
    not_aliases: tuple[Confusion, ...] = ()
    components: Components | None = None
    additions_of: str = ""
    """Id of the stock whose gross entries this counts."""
    average_of: str = ""
    """Id of the yearly growth of which this is the average over several years."""
    definition: str


class Indicator(Written):
    """One indicator."""

    source: Source

    @property
    def at_moment(self) -> bool:
        """Is it the state at a moment (year-end), rather than something over a period?"""
        return self.kind in ("stock", "count")
