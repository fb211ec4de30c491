"""The trend of one measure: the chart's data, its words and its table. Computes nothing."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liantu.indicators.declared import Measure, PeriodKind
from liantu.indicators.time import Span, crosses, span
from liantu.systems.indicators.published import Beside, Published, beside, of_span
from liantu.systems.indicators.rules import indicator_rules
from liantu.systems.indicators.wording import figure_text
from liantu.systems.targets.wording import amount
from liantu.words import Language, words

_STEP: dict[PeriodKind, float] = {"month": 1 / 12, "quarter": 0.25, "year": 1, "ytd": 1}


@dataclass(frozen=True)
class Point:
    """One period: its row, the published figure beside it, the change on the year before."""

    span: Span
    row: Mapping[str, Any]
    beside: Beside | None
    before: float | None
    """Change on the same period a year before: of itself [1], or in points."""
    broken: str = ""
    """Why the series breaks before it."""

    @property
    def value(self) -> float | None:
        """In the measure's unit."""
        found = self.row.get("value")
        return None if found is None else float(found)


def points(
    measure: Measure, spans: Sequence[Span], rows: Mapping[str, Mapping[str, Any]],
    said: dict[str, Published], language: Language,
) -> list[Point]:  # fmt: skip
    """Periods in order. ``rows``: period code → row of the whole city."""
    found = []
    for at in spans:
        row = rows.get(at.code, {})
        value, earlier = row.get("value"), rows.get(at.back().code, {}).get("value")
        found.append(
            Point(at, row, beside(measure, value, of_span(said, at)),
                  change(measure, value, earlier), _broken(measure, at, language))
        )  # fmt: skip
    return found


def change(measure: Measure, value: float | None, earlier: float | None) -> float | None:
    """Change on an earlier figure: in points of growth and shares, else of the earlier one [%]."""
    if value is None or earlier is None:
        return None
    if in_points(measure):
        return value - earlier
    return (value / earlier - 1) * 100 if earlier > 0 else None


def in_points(measure: Measure) -> bool:
    """Is a change of it told in percentage points?"""
    return measure.kind in ("growth", "share") or measure.unit == "%"


def _broken(measure: Measure, at: Span, language: Language) -> str:
    said = [
        one.en if language == "en" else one.zh
        for one in measure.breaks
        if crosses(one.from_, at.earlier(1) if at.kind != "ytd" else at.back(), at)
        and span(one.from_).start <= at.end
    ]
    return "；".join(said)


def trend(
    measure: Measure, kind: PeriodKind, listed: Sequence[Point], goals: Sequence[dict[str, Any]],
    language: Language,
) -> dict[str, Any] | None:  # fmt: skip
    """What the chart draws; None where there is no figure.

    Published figures are hollow points beside the line, of which none claims the other's.
    """
    say = words().say
    drawn = [point for point in listed if point.value is not None]
    if not drawn:
        return None
    shown = [_point(measure, point, language) for point in drawn]
    shown += [_said(point, language) for point in listed if point.beside is not None]
    goal = goals[0] if goals else None
    years = [one["year"] for one in shown] + ([goal["year"]] if goal else [])
    return {
        "name": f"{measure.id}-{drawn[-1].span.code}",
        "unit": measure.unit,
        "step": _STEP[kind],
        "first": math.floor(min(years) - (0 if kind == "year" else 1e-9)),
        "last": math.ceil(max(years)),
        "points": sorted(shown, key=lambda one: one["year"]),
        "path": [],
        "goal": goal,
        "projection": None,
        "breaks": [
            {"year": place(point.span) - _STEP[kind] / 2, "text": point.broken}
            for point in listed if point.broken
        ],
        "words": {
            key: say(f"trend.{key}", language) for key in ("actual", "path", "goal", "projection")
        },
    }  # fmt: skip


def place(at: Span) -> float:
    """Where a period stands on the axis of years: at its end, 2025.0 being the end of 2025."""
    return at.year - 1 + at.months[-1] / 12


def _point(measure: Measure, point: Point, language: Language) -> dict[str, Any]:
    value = float(f"{point.value:.6g}")
    coverage = point.row.get("coverage")
    note = "" if coverage is None else words().say(
        "indicators.cover_note", language, share=f"{coverage * 100:.1f}%"
    )  # fmt: skip
    return {
        "year": place(point.span), "period": _label(point.span, language),
        "value": value, "low": value, "high": value, "text": figure_text(value),
        "comparable": True, "note": note,
        "joined": coverage is None or coverage >= indicator_rules().shown_from,
        "source": words().say("indicators.computed", language),
    }  # fmt: skip


def _said(point: Point, language: Language) -> dict[str, Any]:
    assert point.beside is not None
    value = point.beside.published.value
    return {
        "year": place(point.span), "period": _label(point.span, language), "value": value.mid,
        "low": value.low if math.isfinite(value.low) else None,
        "high": value.high if math.isfinite(value.high) else None,
        "text": amount(value, "").zh, "comparable": False, "joined": False,
        "note": words().say("indicators.published", language),
        "source": point.beside.published.observation.source.title,
    }  # fmt: skip


def _label(at: Span, language: Language) -> str:
    return at.label_en if language == "en" else at.label


def in_words(measure: Measure, listed: Sequence[Point], language: Language) -> str:
    """The alternative text of the chart."""
    joint = "; " if language == "en" else "；"
    figures = joint.join(
        f"{_label(point.span, language)} {figure_text(point.value)}"
        for point in listed if point.value is not None
    )  # fmt: skip
    name = measure.en if language == "en" else measure.zh
    return words().say("indicators.alt", language, name=name, unit=measure.unit, figures=figures)
