"""Series breaks: where a change of definition lies between two figures of one series."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from liantu.records.figures.notes import break_rule
from liantu.records.figures.observation import Observation

Series = tuple[str, str]


def with_breaks(observations: Sequence[Observation]) -> tuple[Observation, ...]:
    """Mark the first figures after the era of an older definition (普查前口径).

    A figure that says it belongs to an older definition does not say when the new one began.
    Within its series, what was published before the revision belongs to the era too, and the
    break lies before the first later figure. Order and number of observations stay.
    """
    eras = {_series(o): o.definition for o in observations if o.definition}
    told = [_in_era(o, eras.get(_series(o), "")) for o in observations]
    ends: dict[Series, date] = {}
    for observation in told:
        if observation.definition:
            key = _series(observation)
            ends[key] = max(ends.get(key, date.min), observation.period.end)
    first = _first_after(told, ends)
    return tuple(
        _marked(o, eras[_series(o)])
        if o.period.end == first.get(_series(o)) and not o.break_before
        else o
        for o in told
    )


def _series(observation: Observation) -> Series:
    return observation.indicator or observation.name, observation.area


def _in_era(observation: Observation, definition: str) -> Observation:
    """A figure published before the revision, where another of its series names the era."""
    rule = break_rule(definition) if definition else None
    published = observation.source.published
    if observation.definition or rule is None or len(published) < len(rule.published_before):
        return observation
    if rule.published_before and published < rule.published_before:
        return replace(observation, definition=definition)
    return observation


def _first_after(
    observations: Iterable[Observation], ends: dict[Series, date]
) -> dict[Series, date]:
    later: dict[Series, list[date]] = defaultdict(list)
    for observation in observations:
        key = _series(observation)
        if key in ends and observation.period.end > ends[key]:
            later[key].append(observation.period.end)
    return {key: min(dates) for key, dates in later.items()}


def _marked(observation: Observation, definition: str) -> Observation:
    rule = break_rule(definition)
    reason = f"{rule.zh}（此前为{definition}）" if rule else definition
    return replace(observation, break_before=reason)
