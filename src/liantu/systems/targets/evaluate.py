"""Evaluates every target of a plan on one date: the door of this room.

Pure: a package, observations and a date go in, states come out, the same every time. No server
and no database is needed, so that a notebook or a script can call it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from liantu.errors import Message
from liantu.plan.package import PlanPackage
from liantu.records.figures.indicators import IndicatorCatalogue, load_indicators
from liantu.records.figures.observation import COMPUTED, Observation
from liantu.systems.targets.binding import PlanBindings, bind, bindings_for
from liantu.systems.targets.computed import (
    Computed,
    beside,
    filling,
    published_years,
)
from liantu.systems.targets.evidence import Observed, observed_amount, series
from liantu.systems.targets.freshness import Fresh, freshness_of
from liantu.systems.targets.known import Known
from liantu.systems.targets.light import light_of
from liantu.systems.targets.projection import project
from liantu.systems.targets.readings import Judgement, judge
from liantu.systems.targets.rules import computed_rule, freshness_rules
from liantu.systems.targets.state import SeriesPoint, TargetState
from liantu.systems.targets.wording import join, say


def evaluate(
    package: PlanPackage,
    observations: Iterable[Observation],
    as_of: date,
    *,
    bindings: PlanBindings | None = None,
    catalogue: IndicatorCatalogue | None = None,
    computed: Sequence[Computed] = (),
) -> list[TargetState]:
    """The state of every target, in the order of the package.

    Args:
        package: the compiled plan.
        observations: everything known, of any area and period; figures of other areas, and of
            periods that had not ended by ``as_of``, are not used.
        as_of: the date the lights speak of.
        bindings: declarations to use instead of the catalogue's for this plan.
        catalogue: indicators to use instead of the catalogue's.
        computed: what the records come to; it fills years without a published figure.
    Raises:
        InvalidDeclaration: the bindings name targets or indicators that do not exist.
    """
    indicators = catalogue or load_indicators()
    declared = bindings if bindings is not None else bindings_for(package)
    area = area_of(package, declared)
    bound = bind(package, indicators, declared)
    if not computed:
        known = Known(package, bound, indicators, Observed(observations, area, as_of))
        return [_state(judge(bound[target.id], known, as_of), known) for target in package.targets]
    figures = tuple(observations)
    published = published_years(figures, area, as_of)
    figures += tuple(filling(computed, published, area, as_of))
    known = Known(package, bound, indicators, Observed(figures, area, as_of))
    states = [_state(judge(bound[target.id], known, as_of), known) for target in package.targets]
    return [_beside(state, computed, published) for state in states]


def area_of(package: PlanPackage, declared: PlanBindings | None = None) -> str:
    """The area whose figures a plan is judged by."""
    declared = declared if declared is not None else bindings_for(package)
    return declared.plan.area if declared else package.meta.area


def _beside(
    state: TargetState, computed: Sequence[Computed],
    published: Mapping[tuple[str, int], Observation],
) -> TargetState:  # fmt: skip
    """The state with what the records come to, and the rule where they filled a gap."""
    used = any(
        one.observation is not None and one.observation.source.trust == COMPUTED
        for one in state.inputs
    )
    told = beside(computed, published, state.extra.get("indicator", ""))
    if not used and not told.zh:
        return state
    extra = {"computed": told.zh, "computed_en": told.en} if told.zh else {}
    rules = (*state.rules, computed_rule().id)
    return replace(state, rules=rules, extra={**state.extra, **extra})


def _state(judged: Judgement, known: Known) -> TargetState:
    """Everything that is shown of a target, from its judgement."""
    case, outcome, clock = judged.case, judged.outcome, judged.case.clock
    light, light_rule = light_of(outcome, case)
    points = _series(judged, known)
    latest = _latest(judged)
    fresh = freshness_of(case.measured, latest, clock, freshness_rules())
    projection, why_none = project(case) if judged.single else (None, Message("", ""))
    reason = [outcome.reason]
    if light_rule:
        reason.append(say("reason.stale", years=case.rules.stale.years))
    if latest is None:
        reason += _aside_named(points, clock.start)
    said = join(reason)
    rules = (*outcome.rules, light_rule, fresh.rule, projection.method if projection else "")
    return TargetState(
        target_id=case.target.id,
        as_of=clock.as_of.isoformat(),
        light=light,
        verdict=outcome.verdict,
        final=outcome.final,
        reason=said.zh,
        reason_en=said.en,
        freshness=fresh.freshness,
        freshness_reason=fresh.reason.zh,
        absence=outcome.absence,
        attained=outcome.attained,
        required=outcome.required,
        progress=outcome.progress,
        run_rate=outcome.run_rate.zh,
        inputs=tuple(dict.fromkeys(outcome.inputs)),
        steps=outcome.steps,
        path=outcome.path,
        series=points,
        projection=projection,
        conflicts=_conflicts(judged),
        missing=tuple(dict.fromkeys(outcome.missing)),
        rules=_rules(judged, rules),
        extra={**outcome.extra, **_extra(judged, fresh, why_none)},
    )


def _rules(judged: Judgement, rules: tuple[str, ...]) -> tuple[str, ...]:
    """Ids of all rules used, those that settled conflicts among figures last."""
    used = [rule for one in judged.readings for rule in one.case.used_rules]
    return tuple(dict.fromkeys(rule for rule in (*rules, *used) if rule))


def _extra(judged: Judgement, fresh: Fresh, why_none: Message) -> dict[str, str]:
    """What pages and papers print beside the contract's fields."""
    outcome, indicator = judged.outcome, judged.case.measured
    return {
        "indicator": indicator.id if indicator else "",
        "attained_period": outcome.period.zh,
        "attained_period_en": outcome.period.en,
        "freshness_reason_en": fresh.reason.en,
        "run_rate_en": outcome.run_rate.en,
        "no_projection": why_none.zh,
        "no_projection_en": why_none.en,
    }


def _series(judged: Judgement, known: Known) -> tuple[SeriesPoint, ...]:
    """Figures fit for use, those set aside, and those that only look alike."""
    if judged.single and judged.outcome.series is not None:
        return judged.outcome.series
    found: dict[str, SeriesPoint] = {}
    for evidence in judged.drawn:
        for point in series(evidence):
            found.setdefault(point.observation.id, point)
    for point in known.lookalikes(judged.binding, [one.case for one in judged.readings]):
        found.setdefault(point.observation.id, point)
    return tuple(sorted(found.values(), key=lambda point: (point.year, point.observation.id)))


def _latest(judged: Judgement) -> date | None:
    """End of the latest period with a figure fit for use after the baseline."""
    ends = [
        used.observation.period.end
        for evidence in judged.drawn
        for figure in evidence.figures
        for used in figure.inputs
        if used.observation is not None and used.observation.period.year >= judged.case.clock.start
    ]
    return max(ends, default=None)


def _conflicts(judged: Judgement) -> tuple[str, ...]:
    found = [text for evidence in judged.drawn for text in evidence.conflicts]
    as_of = judged.case.clock.as_of
    found += [one.zh for one in judged.binding.declaration.conflicts if one.known(as_of)]
    return tuple(dict.fromkeys(found))


_NAMED_ASIDE = 2
"""Figures of another scope that a reason names; the list of all is with the series."""


def _aside_named(points: tuple[SeriesPoint, ...], start: int) -> list[Message]:
    """The latest figures of another scope, named where nothing else is known."""
    found = [p for p in points if not p.comparable and p.observation.period.year >= start]
    if not found:
        return []
    named = [
        say(
            "reason.aside_one",
            period=Message(point.period, point.observation.period.label_en),
            name=point.observation.name,
            value=observed_amount(point.observation),
            why=point.why_not,
        )
        for point in reversed(found[-_NAMED_ASIDE:])
    ]
    listed = Message("、".join(n.zh for n in named), ", ".join(n.en for n in named))
    if len(found) > len(named):
        listed = say("reason.aside_more", list=listed, count=len(found))
    return [say("reason.aside", list=listed)]
