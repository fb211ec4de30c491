"""Whose the rows of a table are: by which columns they belong to districts, parks and so on."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import field_validator, model_validator

from liantu.declarations import Declared

Open = Literal["open", "city"]
"""open: everyone signed in reads the rows, the city writes them · city: the city alone."""


class Belonging(Declared):
    """Columns by which a row belongs to a scope; several: to the scope of any of them.

    A column that refers to the register of the scope itself holds its code. A column that refers
    to another register belongs where the record there belongs. ``table.column`` of another table:
    a row belongs where rows of that table belong that name it, or a record merged into it.
    """

    reads: Literal["own", "open"] = "own"
    """open: everyone signed in reads the rows, only their owners and the city write them."""
    new: Literal["own", "city"] = "own"
    """city: a record filed by a limited office under a key that it does not hold waits for the
    city, whether others hold the key or nobody does; for keys that do not say whose they are."""
    district: tuple[str, ...] = ()
    park: tuple[str, ...] = ()
    chain: tuple[str, ...] = ()
    firm: tuple[str, ...] = ()

    @field_validator("district", "park", "chain", "firm", mode="before")
    @classmethod
    def _listed(cls, said: object) -> object:
        return (said,) if isinstance(said, str) else said

    @model_validator(mode="after")
    def _some(self) -> Self:
        if not self.columns:
            raise ValueError("rows that belong to nobody are open or the city's")
        return self

    @property
    def columns(self) -> tuple[str, ...]:
        """All columns that it names."""
        return (*self.district, *self.park, *self.chain, *self.firm)

    def by(self, kind: str) -> tuple[str, ...]:
        """Columns by which rows belong to scopes of a kind; none: they belong to no such scope."""
        return tuple(getattr(self, kind, ()))
