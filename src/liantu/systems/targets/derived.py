"""Figures computed from others by the indicator's own definition, printed as such.

A ratio is computed where both components are published for the same whole year and the ratio
itself is not; each component carries the rounding it was published with. Where the ratio is
published too, the computed one is printed beside it as a check. A sum of counts has the known
parts as its lower limit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from liantu.methods.progress import ratio_bound
from liantu.quantity.bound import Bound
from liantu.quantity.unit import PERCENT, parse_unit
from liantu.records.figures.notes import rounding
from liantu.systems.targets.evidence import Evidence, Figure, in_unit
from liantu.systems.targets.state import Step
from liantu.systems.targets.wording import amount, say

Component = Callable[[str], Evidence]


def with_derived(evidence: Evidence, component: Component) -> Evidence:
    """The evidence with what its definition lets one compute."""
    parts = evidence.indicator.components
    if parts is None or parts.form == "growth":
        return evidence
    found = [component(one) for one in parts.of]
    figures = list(evidence.figures)
    for year in sorted({one.year for part in found for one in part.figures if one.months == 12}):
        own = evidence.whole(year)
        computed = (
            _ratio(evidence, found, year) if parts.form == "ratio" else _sum(evidence, found, year)
        )
        if computed is None:
            continue
        if own is None:
            figures.append(computed)
        elif computed.steps:
            figures[figures.index(own)] = replace(own, steps=(*own.steps, *_check(own, computed)))
    return replace(evidence, figures=tuple(sorted(figures, key=lambda one: (one.at, one.months))))


def _ratio(evidence: Evidence, parts: list[Evidence], year: int) -> Figure | None:
    above, below = (part.whole(year) for part in parts)
    if above is None or below is None or below.value.low <= 0:
        return None
    scale = 100.0 if parse_unit(evidence.unit).dimension == PERCENT else 1.0
    ends = ratio_bound(_base(above), _base(below))
    value = Bound(ends[0] * scale, ends[1] * scale)
    formula = f"{amount(above.value, above.unit).zh} ÷ {amount(below.value, below.unit).zh}"
    return _computed(evidence, year, value, [above, below], formula)


def _sum(evidence: Evidence, parts: list[Evidence], year: int) -> Figure | None:
    """All parts known give the sum; some known give its lower limit (no part is negative)."""
    known = [one for one in (part.whole(year) for part in parts) if one is not None]
    if not known:
        return None
    low = sum(one.value.low for one in known)
    high = sum(one.value.high for one in known) if len(known) == len(parts) else math.inf
    terms = [f"{amount(one.value, one.unit).zh}（{one.label}）" for one in known]
    if len(known) < len(parts):
        terms.append(say("formula.unknown_part").zh)
    return _computed(evidence, year, Bound(low, high), known, " + ".join(terms))


def _base(figure: Figure) -> tuple[float, float]:
    """A figure in base units, with the rounding it was published with."""
    unit = parse_unit(figure.unit)
    low, high = unit.to_base(figure.value.low), unit.to_base(figure.value.high)
    seen = figure.observation
    if seen is None or not figure.value.is_exact or not seen.written:
        return low, high
    margin = rounding(seen.written, parse_unit(seen.unit))
    return low - margin, high + margin


def _computed(
    evidence: Evidence, year: int, value: Bound, parts: list[Figure], formula: str
) -> Figure:
    last = parts[-1]
    period = say("state.year", year=year).zh
    label = say("step.derived", name=evidence.indicator.zh, period=period).zh
    return Figure(
        value=value,
        at=last.at,
        year=year,
        months=12,
        period=period,
        label=evidence.indicator.zh,
        unit=evidence.unit,
        steps=(Step(label, formula, amount(value, evidence.unit).zh),),
        parts=tuple(one for part in parts for one in part.inputs),
    )


def _check(own: Figure, computed: Figure) -> tuple[Step, ...]:
    """The computed figure beside the published one: agreement, or that they differ."""
    line = computed.steps[0]
    margin = 0.0
    if own.observation is not None and own.observation.written:
        written = parse_unit(own.observation.unit)
        base = rounding(own.observation.written, written)
        margin = in_unit(Bound.exact(base), parse_unit(own.unit)).low
    apart = (
        computed.value.low > own.value.high + margin or computed.value.high < own.value.low - margin
    )
    verdict = say(
        "state.check_differs" if apart else "state.check_agrees",
        published=amount(own.value, own.unit),
    ).zh
    return (Step(line.label, line.formula, f"{line.result}（{verdict}）"),)
