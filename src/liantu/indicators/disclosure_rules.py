"""Parameters of disclosure control, as declared: ``catalog/rules/disclosure.yaml``."""

from __future__ import annotations

from functools import cache

from pydantic import Field

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.indicators.catalogue import Catalogue
from liantu.methods.disclosure import Rules


class Told(Declared):
    """A rule: its words and where it comes from."""

    id: str
    zh: str
    en: str
    source: Source


class Units(Told):
    """Least number of units in a cell."""

    value: int = Field(ge=2)


class Part(Told):
    """A part of a cell."""

    value: float = Field(gt=0, le=1)


class Family(Told):
    """Dimensions whose groups are made of one another."""

    dimensions: tuple[str, ...]


class Covered(Told):
    """Tables whose measures are controlled."""

    tables: tuple[str, ...]


class DisclosureRules(Declared):
    """All of the file."""

    law: tuple[Told, ...]
    least_units: Units
    dominance: Part
    percent: Part
    protection: Part
    covers: Covered
    families: tuple[Family, ...]

    @property
    def parameters(self) -> Rules:
        """As the method takes them."""
        return Rules(
            self.least_units.value, self.percent.value, self.dominance.value, self.protection.value
        )


def covered(name: str, catalogue: Catalogue) -> bool:
    """Is a measure made of what units report of themselves?"""
    compiled = catalogue.compiled.get(name)
    if compiled is None:
        return False
    if compiled.derived is not None:
        return any(covered(one, catalogue) for one in compiled.derived.inputs)
    return compiled.measure.of in disclosure_rules().covers.tables


@cache
def disclosure_rules() -> DisclosureRules:
    """The declared rules."""
    return read_declared(DisclosureRules, CATALOG / "rules" / "disclosure.yaml")
