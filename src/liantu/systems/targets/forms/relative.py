"""Targets set against the growth of another series: ``relative``."""

from __future__ import annotations

import math
from dataclasses import dataclass

from liantu.errors import Message
from liantu.methods import growth
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.targets.forms.case import Aim, Case, Outcome, bound, printed, span, step
from liantu.systems.targets.forms.span_of_years import (
    assumed_years,
    band_path,
    inputs_of,
    missing_years,
    ratio,
    this_year,
    without_years,
)
from liantu.systems.targets.forms.yearly import Years, chain, years_of
from liantu.systems.targets.state import SeriesPoint, Step
from liantu.systems.targets.wording import change, join, say, target_words


@dataclass(frozen=True)
class Gap:
    """Growth above the reference: by year and on average."""

    own: Years
    reference: Years
    yearly: tuple[Bound, ...]
    average: Bound

    def verdicts(self, aim: Aim) -> dict[int, Verdict]:
        return {
            row.year: aim.judge(gap) for row, gap in zip(self.own.rows, self.yearly, strict=True)
        }


def relative(case: Case) -> Outcome:
    """Growth set against the growth of another series, over the years both are known."""
    aim = Aim.of(case.target, downward=False, tolerance=case.rules.approximate.share)
    if case.evidence is None or case.reference is None or not case.clock.years:
        return without_years(case, aim)
    own = years_of(case, case.evidence, case.clock.years)
    reference = years_of(case, case.reference, case.clock.years)
    if not own.known or not reference.known:
        return without_years(case, aim)
    lows, highs = growth.yearly_gap(own.low, own.high, reference.low, reference.high)
    average = growth.average_gap(own.low, own.high, reference.low, reference.high)
    gap = Gap(own, reference, tuple(map(Bound, lows.tolist(), highs.tolist())), bound(average))
    verdicts = gap.verdicts(aim)
    rule = case.rules.relative
    reading = case.binding.declaration.reading_over_years or rule.reading
    verdict: Verdict = "cannot_tell"
    if reading == "every_year":
        verdict = _every_year(case, verdicts)
    elif case.clock.ended:
        verdict = aim.judge(gap.average)
    open_ended = math.isinf(gap.average.high) or math.isinf(gap.average.low)
    settled = verdict != "cannot_tell"
    return Outcome(
        verdict=verdict,
        final=settled,
        reason=_relative_reason(case, gap, verdicts, verdict),
        attained=None if open_ended else gap.average,
        at=own.known[-1].figure.at if own.known[-1].figure else None,
        period=span([row.year for row in own.rows]),
        required=bound(aim.band),
        progress=None,
        pace=None if open_ended or aim.goal <= 0 or aim.downward else ratio(gap.average, aim.goal),
        measure="relative",
        inputs=inputs_of(own) + inputs_of(reference),
        steps=_relative_steps(case, gap),
        path=band_path(case, aim),
        missing=() if settled and not own.in_part else missing_years(case, own, reference),
        rules=(
            rule.id,
            *dict.fromkeys((*own.rules, *reference.rules)),
            case.pace_rule("relative").id,
        ),
        absence="not_reported" if (own.unknown or reference.unknown) and case.clock.ended else "",
        series=_gap_series(gap),
    )


def _gap_series(gap: Gap) -> tuple[SeriesPoint, ...]:
    """The yearly gaps, where both growth rates are known."""
    return tuple(
        SeriesPoint(row.figure.period, float(row.year), value, row.figure.observation, True)
        for row, value in zip(gap.own.rows, gap.yearly, strict=True)
        if row.figure and row.figure.observation and not math.isinf(value.high - value.low)
    )


def _every_year(case: Case, verdicts: dict[int, Verdict]) -> Verdict:
    if "fails" in verdicts.values():
        return "fails"
    if case.clock.ended and set(verdicts.values()) == {"meets"}:
        return "meets"
    return "cannot_tell"


def _relative_reason(
    case: Case, gap: Gap, verdicts: dict[int, Verdict], verdict: Verdict
) -> Message:
    unit = case.target.unit
    reference = Message(gap_name(case), case.reference.indicator.en if case.reference else "")
    figures: dict[str, object] = {
        "name": case.name,
        "target": target_words(case.target),
        "reference": reference,
        "years": span(list(verdicts)),
        "gap": change(gap.average, unit),
    }
    key = "so_far" if not case.clock.ended else verdict
    sentences = [say(f"reason.relative_{key}", **figures)]
    for outcome in ("meets", "fails", "cannot_tell"):
        found = [year for year, one in verdicts.items() if one == outcome]
        if found:
            sentences.append(say(f"reason.relative_years_{outcome}", years=span(found)))
    sentences += assumed_years(case.evidence, gap.own)
    sentences += assumed_years(case.reference, gap.reference)
    return join([*sentences, *this_year(case)])


def gap_name(case: Case) -> str:
    """The reference series by its catalogue name."""
    return case.reference.indicator.zh if case.reference else case.target.reference


def _relative_steps(case: Case, gap: Gap) -> tuple[Step, ...]:
    unit = case.target.unit
    lines = [*gap.own.steps, *gap.reference.steps]
    rows = zip(gap.own.rows, gap.reference.rows, gap.yearly, strict=True)
    for own, reference, difference in rows:
        formula = f"{printed(own.value, '%')} − {printed(reference.value, '%')}"
        lines.append(step("gap", formula, change(difference, unit).zh, year=own.year))
    own_average = bound(growth.average_growth(gap.own.low, gap.own.high))
    ref_average = bound(growth.average_growth(gap.reference.low, gap.reference.high))
    count = len(gap.own.rows)
    lines.append(
        step("own_average", f"({chain(gap.own.rows)})^(1/{count}) − 1", printed(own_average, "%"))
    )
    lines.append(
        step(
            "reference_average",
            f"({chain(gap.reference.rows)})^(1/{count}) − 1",
            printed(ref_average, "%"),
        )
    )
    formula = f"{printed(own_average, '%')} − {printed(ref_average, '%')}"
    lines.append(step("average_gap", formula, change(gap.average, unit).zh))
    return tuple(lines)
