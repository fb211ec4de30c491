"""Values computed from the records, for targets: they fill years without a published figure.

Pure. Which values there are is gathered in :mod:`.from_records`; the rule of choice is declared
in ``catalog/rules/computed.yaml``.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from liantu.errors import Message
from liantu.quantity.bound import Bound
from liantu.quantity.period import year
from liantu.quantity.unit import parse_unit
from liantu.records.figures.observation import COMPUTED, Observation, SourceRef
from liantu.records.figures.resolve import reference_period, resolve
from liantu.systems.targets.evidence import NOT_ACTUAL, names_of, observed_amount
from liantu.systems.targets.rules import computed_rule
from liantu.systems.targets.wording import number, say

_SHOWN = 6
"""Years whose difference is told; the page of the indicator shows all."""


@dataclass(frozen=True)
class Computed:
    """The value of a whole year that the records come to, in the measure's unit."""

    measure: str
    indicator: str
    zh: str
    en: str
    year: int
    value: float
    unit: str
    coverage: float | None
    synthetic: bool

    @property
    def measured(self) -> Bound:
        """In base units."""
        value = parse_unit(self.unit).to_base(self.value) if self.unit else self.value
        return Bound.exact(value)


def published_years(
    observations: Iterable[Observation], area: str, as_of: date
) -> dict[tuple[str, int], Observation]:
    """(indicator, year) → the figure chosen among those published of the whole year or its end."""
    names = names_of(area)
    known = [
        one for one in observations
        if one.area in names and one.period.end <= as_of and one.status not in NOT_ACTUAL
        and not one.not_comparable
    ]  # fmt: skip
    found: dict[tuple[str, int], Observation] = {}
    for one in resolve(known):
        period = reference_period(one.chosen.period)
        if period.kind == "year":
            found[one.chosen.indicator, period.year] = one.chosen
    return found


def filling(
    values: Sequence[Computed], published: Mapping[tuple[str, int], Observation], area: str,
    as_of: date,
) -> list[Observation]:  # fmt: skip
    """Computed values as figures of the years that have none published, by the declared rule."""
    return [
        _observation(one, area)
        for one in values
        if (one.indicator, one.year) not in published
        and not one.synthetic
        and date(one.year, 12, 31) <= as_of
        and well_covered(one)
    ]


def well_covered(one: Computed) -> bool:
    """Had enough of the expected returns come? What nobody knows to be expected had not."""
    return one.coverage is not None and one.coverage >= computed_rule().coverage


def _observation(one: Computed, area: str) -> Observation:
    title = say("computed.source", name=Message(one.zh, one.en))
    return Observation(
        id=f"{COMPUTED}:{one.measure}:{one.year}",
        indicator=one.indicator,
        name=one.zh,
        scope=(),
        area=area,
        period=year(one.year),
        value=one.value,
        unit=one.unit,
        measured=one.measured,
        qualifier="exact",
        status="preliminary",
        source=SourceRef(title.zh, "", COMPUTED, ""),
        note=say("computed.note", coverage=f"{(one.coverage or 0) * 100:.1f}%").zh,
        row=0,
        written=repr(one.value),
    )


def beside(
    values: Sequence[Computed], published: Mapping[tuple[str, int], Observation], indicator: str
) -> Message:
    """What the records come to beside what was published of an indicator; empty where not both."""
    told = [
        say(
            "computed.beside_one",
            year=one.year,
            value=f"{number(one.value)}{one.unit}",
            published=observed_amount(said),
            difference=difference(one, said),
        )
        for one in values
        if one.indicator == indicator
        and not one.synthetic
        and (said := published.get((indicator, one.year))) is not None
    ][-_SHOWN:]
    if not told:
        return Message("", "")
    listed = Message("；".join(one.zh for one in told), "; ".join(one.en for one in told))
    return say("computed.beside", list=listed)


def difference(one: Computed, said: Observation) -> str:
    """Computed less published, in the measure's unit, with its sign; empty where it is open."""
    if not said.measured.is_exact:
        return ""
    gap = one.measured.low - said.measured.low
    shown = parse_unit(one.unit).from_base(gap) if one.unit else gap
    sign = "+" if shown > 0 else "−" if shown < 0 else ""
    return f"{sign}{number(abs(shown))}"
