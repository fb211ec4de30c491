"""The trend chart's data and its description in words, from one state. Computes nothing."""

from __future__ import annotations

import math
from typing import Any

from liantu.plan.package import Target
from liantu.records.figures.indicators import load_indicators
from liantu.systems.targets.state import SeriesPoint, TargetState
from liantu.systems.targets.wording import amount, number, target_text
from liantu.words import Language, words


def trend(target: Target, state: TargetState, language: Language) -> dict[str, Any] | None:
    """JSON-able record that the front end draws; None where there is nothing to draw."""
    if not state.series and not state.path:
        return None
    years = [
        *(math.floor(point.year) for point in state.series),
        *(math.ceil(point.year) for point in state.series),
        *(point.year for point in state.path),
        target.year,
    ]
    return {
        "name": f"{target.id}-{state.as_of}",
        "unit": target.unit,
        "first": min(years),
        "last": max(years),
        "points": [_point(point, language) for point in state.series],
        "path": [{"year": p.year, "low": p.low, "high": p.high} for p in state.path],
        "goal": _goal(target, language),
        "projection": _projection(state, language),
        "breaks": _breaks(state),
        "words": {
            key: words().say(f"trend.{key}", language)
            for key in ("actual", "path", "goal", "projection")
        },
    }


def _point(point: SeriesPoint, language: Language) -> dict[str, Any]:
    value = point.value
    return {
        "year": point.year,
        "period": point.period,
        "value": value.mid,
        "low": _finite(value.low),
        "high": _finite(value.high),
        "text": amount(value, "").zh,
        "comparable": point.comparable,
        "joined": joined(point),
        "note": point.why_not,
        "source": point.observation.source.title,
    }


def joined(point: SeriesPoint) -> bool:
    """May a line run through the figure?

    Through a stock at any date; of sums, growth and shares, through those of a whole year only.
    Part-year figures and averages of several years stand beside the line.
    """
    period, indicator = point.observation.period, point.observation.indicator
    if indicator in load_indicators() and load_indicators()[indicator].at_moment:
        return period.kind != "span"
    return period.ends_year if period.kind == "moment" else period.kind == "year"


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _goal(target: Target, language: Language) -> dict[str, Any] | None:
    if target.low is None and target.high is None:
        return None
    text = words().say(
        "trend.goal_at", language, year=target.year, value=target_text(target, language)
    )
    return {"year": target.year, "low": target.low, "high": target.high, "text": text}


def _projection(state: TargetState, language: Language) -> dict[str, Any] | None:
    found = state.projection
    if found is None:
        return None
    text = words().say(
        "trend.projection_at",
        language,
        year=found.year,
        mid=number(found.mid),
        low=number(found.low),
        high=number(found.high),
        coverage=f"{found.coverage:.0%}",
    )
    return {
        "year": found.year,
        "mid": found.mid,
        "low": found.low,
        "high": found.high,
        "text": text,
    }


def _breaks(state: TargetState) -> list[dict[str, Any]]:
    return [
        {"year": point.year - 0.5, "text": point.observation.break_before}
        for point in state.series
        if point.observation.break_before
    ]


def trend_in_words(target: Target, state: TargetState, language: Language) -> str:
    """The alternative text of the chart, written from the same data."""
    say = words().say
    name = f"{target.subject}{target.indicator}"
    if not state.series:
        return say("trend.alt_empty", language, name=name, goal=target_text(target, language))
    joint = "；" if language == "zh" else "; "
    figures = joint.join(
        f"{point.period} {amount(point.value, '').zh}"
        + ("" if point.comparable else say("trend.alt_not_comparable", language))
        for point in state.series
    )
    return say(
        "trend.alt",
        language,
        name=name,
        unit=target.unit,
        figures=figures,
        goal=target_text(target, language),
        year=target.year,
    )
