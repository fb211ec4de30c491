"""Chooses among the figures of one indicator, area and period, and says where they disagree.

All figures are kept. The order of choice is declared in ``catalog/rules/observations.yaml``:
trust of the source, precision, status, date of publication, row. A figure that repeats the
plan is a baseline: it never outranks, confirms or contradicts on its own authority, yet stands
where nothing else does. Targets (status ``target``) are no figures and are left out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

from liantu.quantity.bound import Bound
from liantu.quantity.period import Period, year
from liantu.quantity.unit import parse_unit
from liantu.records.figures.notes import rounding
from liantu.records.figures.observation import COMPUTED, Observation, Resolved
from liantu.records.figures.rules import Criterion, observation_rules

Key = tuple[str, str, str]


def resolve(observations: Iterable[Observation]) -> list[Resolved]:
    """One :class:`Resolved` for each mapped indicator, area and period, in order of period.

    A year and the end of that year are one period: a stock “in 2024” is the stock at its end.
    Unmapped figures are left out, for names that are not understood cannot be compared.
    """
    groups: dict[Key, list[Observation]] = defaultdict(list)
    for observation in observations:
        if observation.indicator and observation.status != "target":
            groups[_key(observation)].append(observation)
    return [_resolved(groups[key]) for key in sorted(groups)]


def reference_period(period: Period) -> Period:
    """The period under which figures are compared: a year's end stands for the year."""
    return year(period.year) if period.kind == "moment" and period.ends_year else period


def _key(observation: Observation) -> Key:
    return (
        observation.indicator,
        observation.area,
        reference_period(observation.period).code,
    )


def _resolved(group: Sequence[Observation]) -> Resolved:
    ordered = sorted(group, key=rank)
    chosen, others = ordered[0], tuple(ordered[1:])
    independent = chosen.status != "plan"
    return Resolved(
        chosen=chosen,
        others=others,
        conflict=any(not agree(chosen, other) for other in others),
        rule=observation_rules().id,
        confirmed_by=tuple(
            other
            for other in others
            if independent
            and other.status != "plan"
            and other.source.title != chosen.source.title
            and agree(chosen, other)
        ),
    )


def agree(one: Observation, other: Observation) -> bool:
    """May both be true, given their qualifiers and what rounding may have hidden?"""
    left, right = _widened(one), _widened(other)
    return left.low <= right.high and right.low <= left.high


def _widened(observation: Observation) -> Bound:
    bound = observation.measured
    if observation.qualifier != "exact":
        return bound
    slack = rounding(observation.written or repr(observation.value), parse_unit(observation.unit))
    return Bound(bound.low - slack, bound.high + slack)


def rank(observation: Observation) -> tuple[float, ...]:
    """Sort key: the figure to choose comes first."""
    return tuple(_CRITERIA[name](observation) for name in observation_rules().choose_by)


def _place(order: Sequence[str], word: str) -> float:
    return float(order.index(word)) if word in order else float(len(order))


def _trust(observation: Observation) -> float:
    # A row that repeats the plan comes last, whatever its source calls itself.
    rules = observation_rules()
    trust = "plan" if observation.status == "plan" else observation.source.trust
    if trust == COMPUTED:
        return _place(rules.trust_order, "plan") - 0.5
    return _place(rules.trust_order, trust)


def _precision(observation: Observation) -> float:
    return _place(observation_rules().precision_order, observation.qualifier)


def _status(observation: Observation) -> float:
    return _place(observation_rules().status_order, observation.status)


def _published(observation: Observation) -> float:
    """Later first; a source without a date comes after all dated ones."""
    parts = [*observation.source.published.split("-"), "0", "0"][:3]
    if not parts[0]:
        return 0.0
    y, m, d = (int(part) for part in parts)
    return -float(y * 10000 + m * 100 + d)


def _row(observation: Observation) -> float:
    return float(observation.row)


_CRITERIA: dict[Criterion, Callable[[Observation], float]] = {
    "trust": _trust,
    "precision": _precision,
    "status": _status,
    "published": _published,
    "row": _row,
}
