"""Which indicator a target is measured by, and what its figures may not be used for.

A target binds to an indicator of the catalogue by name and scope. Where that is not enough
(the plan does not say the level of a title, a definition changed, the figure published is of
another scope), a plan has its own ``catalog/plans/<slug>/bindings.yaml``: data with reasons.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal

from pydantic import model_validator

from liantu.declarations import CATALOG, Declared, Source, declared, read_yaml
from liantu.errors import InvalidDeclaration, InvalidQuantity
from liantu.methods.progress import Shape
from liantu.plan.package import PlanPackage, Target
from liantu.quantity.bound import Verdict
from liantu.quantity.period import Period, parse_period
from liantu.quantity.unit import parse_unit
from liantu.records.figures.indicator import Indicator
from liantu.records.figures.indicators import IndicatorCatalogue
from liantu.records.figures.matching import Match, NoMatch

PLANS = CATALOG / "plans"


class Words(Declared):
    """A sentence or name in both languages."""

    zh: str
    en: str


class Unusable(Words):
    """Figures that look as if they belonged to the target, and why they do not."""

    indicator: str = ""
    name: str = ""
    """Name as published, where the figure is mapped to no indicator."""
    period: str = ""
    """One period only, as written; empty for all."""

    @model_validator(mode="after")
    def _names_one(self) -> Unusable:
        if bool(self.indicator) == bool(self.name):
            raise ValueError("name either an indicator or a name as published")
        return self

    @property
    def when(self) -> Period | None:
        return parse_period(self.period) if self.period else None


class Reading(Words):
    """One way to read a target whose words leave several open."""

    id: str
    indicator: str


class Assigned(Declared):
    """The value another document sets, once that document is at hand."""

    low: float | None = None
    high: float | None = None
    unit: str
    source: Source


class Dated(Words):
    """A remark that became possible on a date: earlier boards do not know it."""

    since: date | None = None

    def known(self, as_of: date) -> bool:
        return self.since is None or self.since <= as_of


class Indication(Dated):
    """What evidence of other scope points to, without deciding."""

    points_to: Verdict


class Declaration(Declared):
    """One entry of ``bindings.yaml``."""

    target: str
    why: Words | None = None
    """Why it is bound so; required where it overrules the match by name."""
    indicator: str | None = None
    """Empty string: no indicator measures it, though one of that name may exist."""
    reference: str = ""
    """Indicator that a relative target is set against."""
    readings: tuple[Reading, ...] = ()
    unusable: tuple[Unusable, ...] = ()
    shape: Shape | None = None
    monotone: bool = False
    """True where the count cannot fall, so that early attainment is final."""
    reading_over_years: Literal["period_average", "every_year"] | None = None
    assigned: Assigned | None = None
    indication: Indication | None = None
    conflicts: tuple[Dated, ...] = ()
    custodian: Words | None = None

    @model_validator(mode="after")
    def _reasoned(self) -> Declaration:
        overrules = self.indicator is not None or bool(self.readings) or self.monotone
        if overrules and self.why is None:
            raise ValueError("say why this overrules the match by name")
        return self


class Custodian(Words):
    """Who keeps the figures of some indicators."""

    indicators: tuple[str, ...]


class PlanNames(Declared):
    """What a package must be called for these bindings to be its own."""

    title: str
    area: str


class PlanBindings(Declared):
    """``bindings.yaml`` of one plan."""

    plan: PlanNames
    source: Source
    custodians: tuple[Custodian, ...] = ()
    bindings: tuple[Declaration, ...] = ()

    @model_validator(mode="after")
    def _once(self) -> PlanBindings:
        ids = [entry.target for entry in self.bindings]
        twice = sorted({one for one in ids if ids.count(one) > 1})
        if twice:
            raise ValueError(f"targets bound twice: {twice}")
        return self


@dataclass(frozen=True)
class Binding:
    """A target, the indicator it is measured by, and all that is declared about the pair."""

    target: Target
    indicator: Indicator | None
    reference: Indicator | None
    declaration: Declaration
    unbound: Words | None
    """Why no indicator measures it, where none does."""
    readings: tuple[tuple[Reading, Indicator], ...]
    """Readings of a target whose words leave several open, each with its indicator."""
    custodian: Words | None


@cache
def read_bindings(path: Path) -> PlanBindings:
    """Read one ``bindings.yaml``.

    Raises:
        InvalidDeclaration: unknown key, a target bound twice, an overruling without reason.
    """
    return declared(PlanBindings, read_yaml(path), where=f"{path.parent.name}/{path.name}")


def bindings_for(package: PlanPackage, folder: Path = PLANS) -> PlanBindings | None:
    """The bindings declared for this plan, by title and area; None where nobody wrote any."""
    for path in sorted(folder.glob("*/bindings.yaml")):
        found = read_bindings(path)
        if (found.plan.title, found.plan.area) == (package.meta.title, package.meta.area):
            return found
    return None


def bind(
    package: PlanPackage, catalogue: IndicatorCatalogue, declarations: PlanBindings | None
) -> dict[str, Binding]:
    """Bind every target of a package.

    Raises:
        InvalidDeclaration: a declaration names a target or indicator that does not exist.
    """
    entries = {entry.target: entry for entry in (declarations.bindings if declarations else ())}
    _refuse_unknown(entries, package, catalogue)
    keepers = {
        indicator: custodian
        for custodian in (declarations.custodians if declarations else ())
        for indicator in custodian.indicators
    }
    area = package.meta.area
    bound = {}
    for target in package.targets:
        entry = entries.get(target.id) or Declaration(target=target.id)
        indicator, unbound = _indicator(target, entry, catalogue, area)
        keeper = entry.custodian or (keepers.get(indicator.id) if indicator else None)
        bound[target.id] = Binding(
            target,
            indicator,
            _reference(target, entry, catalogue, area),
            entry,
            unbound,
            tuple((reading, catalogue[reading.indicator]) for reading in entry.readings),
            keeper,
        )
    return bound


def _refuse_unknown(
    entries: dict[str, Declaration], package: PlanPackage, catalogue: IndicatorCatalogue
) -> None:
    known = {target.id for target in package.targets}
    strange = sorted(entries.keys() - known)
    for entry in entries.values():
        named = [entry.indicator, entry.reference]
        named += [reading.indicator for reading in entry.readings]
        named += [unusable.indicator for unusable in entry.unusable]
        strange += [one for one in named if one and one not in catalogue]
    if strange:
        raise InvalidDeclaration(
            f"bindings.yaml 引用了不存在的目标或指标：{'、'.join(strange)}。"
            "请与规划包和 catalog/indicators 核对。",
            f"bindings.yaml names targets or indicators that do not exist: {', '.join(strange)}."
            " Check it against the package and catalog/indicators.",
        )


def _indicator(
    target: Target, entry: Declaration, catalogue: IndicatorCatalogue, area: str
) -> tuple[Indicator | None, Words | None]:
    try:
        parse_unit(target.unit)
    except InvalidQuantity as error:
        return None, Words(zh=error.message.zh, en=error.message.en)
    if entry.indicator:
        return catalogue[entry.indicator], None
    if entry.readings or entry.indicator == "":
        return None, entry.why
    found = catalogue.match(
        target.indicator,
        target.scope,
        target.subject,
        form=target.form,
        unit=target.unit,
        area=area,
    )
    if isinstance(found, NoMatch):
        return None, Words(zh=found.reason, en=found.reason_en)
    return _yearly(found.indicator, catalogue), None


def _yearly(indicator: Indicator, catalogue: IndicatorCatalogue) -> Indicator:
    """An average over years is computed from the yearly growth it is an average of."""
    return catalogue[indicator.average_of] if indicator.average_of else indicator


def _reference(
    target: Target, entry: Declaration, catalogue: IndicatorCatalogue, area: str
) -> Indicator | None:
    if target.form != "relative":
        return None
    if entry.reference:
        return catalogue[entry.reference]
    found = catalogue.match(target.reference, form="relative", area=area)
    return _yearly(found.indicator, catalogue) if isinstance(found, Match) else None
