"""Targets counted over the period: ``per_year`` and ``additions``.

Gross entries are what such targets ask for. A stock's net change is a lower limit of the entries
(entries = net change + exits) and is used as nothing else.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from liantu.errors import Message
from liantu.methods import progress
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.targets.evidence import Figure
from liantu.systems.targets.forms.case import (
    EPSILON,
    Aim,
    Case,
    Outcome,
    bound,
    printed,
    span,
    step,
    wanted,
)
from liantu.systems.targets.state import Absence, Input, PathPoint, Step
from liantu.systems.targets.wording import amount, join, say, target_words


@dataclass(frozen=True)
class Counted:
    """Entries over some years, as far as they are known."""

    how: Literal["published", "summed", "net", "exits"]
    total: Bound
    steps: tuple[Step, ...]
    inputs: tuple[Input, ...]
    unknown: tuple[int, ...] = ()
    at: float | None = None


def per_year(case: Case) -> Outcome:
    """So many in every year of the period."""
    aim = Aim.of(case.target, downward=False, tolerance=case.rules.approximate.share)
    rows = _rows(case)
    verdicts = {year: aim.judge(value) for year, value, _ in rows}
    known = [row for row in rows if row[2] is not None]
    unknown = [year for year, _, figure in rows if figure is None]
    reading = case.binding.declaration.reading_over_years or case.rules.per_year.reading
    total = bound(progress.cumulative([v.low for _, v, _ in rows], [v.high for _, v, _ in rows]))
    average = Bound(total.low / len(rows), total.high / len(rows)) if rows else None
    verdict: Verdict = "cannot_tell"
    if reading == "every_year" and "fails" in verdicts.values():
        verdict = "fails"
    elif case.clock.ended and average is not None:
        every: Verdict = "meets" if set(verdicts.values()) == {"meets"} else "cannot_tell"
        verdict = aim.judge(average) if reading == "period_average" else every
    figures: dict[str, object] = {
        "name": case.name,
        "target": target_words(case.target),
        "year": case.clock.end,
        "unknown": span(unknown),
        "known": span([year for year, _, _ in known]),
        "average": amount(average, case.target.unit) if average else "",
        "short": span([year for year, one in verdicts.items() if one == "fails"]),
    }
    key = f"per_year_{verdict}" if known else ("never_ended" if case.clock.ended else "never")
    lines = [
        step("counted", f.period, printed(v, case.target.unit), year=y) for y, v, f in rows if f
    ]
    return Outcome(
        verdict=verdict,
        final=verdict != "cannot_tell",
        reason=say(f"reason.{key}", **figures),
        attained=average if known and average and not math.isinf(average.high) else None,
        at=known[-1][2].at if known and known[-1][2] else None,
        period=span([year for year, _, _ in rows]),
        required=bound(aim.band),
        pace=(average.low / aim.goal, average.high / aim.goal)
        if known and average and aim.goal > 0
        else None,
        measure="per_year",
        inputs=tuple(one for _, _, figure in known if figure for one in figure.inputs),
        steps=tuple(lines),
        path=tuple(PathPoint(y, *aim.band) for y in range(case.clock.start, case.clock.end + 1)),
        missing=_missing_years(case, unknown),
        rules=(case.rules.per_year.id, case.pace_rule("per_year").id),
        absence=_absence(case, bool(known), bool(unknown)),
    )


def additions(case: Case) -> Outcome:
    """So many entries over the whole period, exits not deducted."""
    aim = Aim.of(case.target, downward=False, tolerance=case.rules.approximate.share)
    ways = [way for way in (_published(case), _summed(case), _net(case)) if way is not None]
    low = max((way.total.low for way in ways), default=0.0)
    high = min((way.total.high for way in ways), default=math.inf)
    # sources that contradict each other leave the lower limit standing; the conflict is printed
    total = Bound(low, max(low, high))
    verdict = aim.judge(total)
    if verdict == "fails" and not case.clock.ended:
        verdict = "cannot_tell"
    summed = next((way for way in ways if way.unknown), None)
    at = max((way.at for way in ways if way.at is not None), default=None)
    exits = _exits(case, aim) if verdict == "cannot_tell" else None
    share = Bound(total.low / aim.goal, total.high / aim.goal) if aim.goal > 0 and ways else None
    period = case.clock.length
    elapsed = (at - (case.clock.start - 1)) if at is not None else 0.0
    required = (
        Bound(aim.band[0] * elapsed / period, aim.band[1] * elapsed / period)
        if elapsed > 0
        else None
    )
    return Outcome(
        verdict=verdict,
        final=verdict != "cannot_tell",
        reason=_additions_reason(case, total, verdict, ways, exits),
        attained=total if ways else None,
        at=at,
        period=_until(case, at),
        required=required,
        progress=share,
        pace=(share.low * period / elapsed, share.high * period / elapsed)
        if share is not None and elapsed > 0
        else None,
        measure="additions",
        inputs=tuple(one for way in ways for one in way.inputs) + (exits.inputs if exits else ()),
        steps=tuple(line for way in ways for line in way.steps)
        + _total_step(case, aim, total, bool(ways))
        + (exits.steps if exits else ()),
        path=_path(case, aim),
        missing=()
        if verdict != "cannot_tell"
        else _missing_years(case, list(summed.unknown) if summed else case.clock.years),
        rules=(case.rules.additions.id, case.pace_rule("additions").id),
        absence=_absence(case, bool(ways), verdict == "cannot_tell"),
        extra={"points_to": "fails"} if exits else {},
    )


def _rows(case: Case) -> list[tuple[int, Bound, Figure | None]]:
    """Entries of every ended year; part of a year is a lower limit, no figure leaves it open."""
    rows: list[tuple[int, Bound, Figure | None]] = []
    for year in case.clock.years:
        found = [
            one
            for one in (case.additions.figures if case.additions else ())
            if one.year == year and one.months > 0
        ]
        whole = next((one for one in found if one.months == 12), None)
        part = max(found, key=lambda one: one.months, default=None)
        if whole is not None:
            rows.append((year, whole.value, whole))
        elif part is not None:
            rows.append((year, Bound(part.value.low, math.inf), part))
        else:
            rows.append((year, Bound(0.0, math.inf), None))
    return rows


def _published(case: Case) -> Counted | None:
    """Entries published for the whole period at once."""
    for one in case.additions.figures if case.additions else ():
        seen = one.observation.period if one.observation else None
        if seen and seen.kind == "span" and seen.start.year == case.clock.start:
            whole = seen.year == case.clock.end
            value = one.value if whole else Bound(one.value.low, math.inf)
            line = step("published", one.period, printed(value, case.target.unit))
            return Counted("published", value, (line,), one.inputs, at=one.at)
    return None


def _summed(case: Case) -> Counted | None:
    """Yearly entries added up; years without figure can only add."""
    rows = _rows(case)
    known = [(year, value, figure) for year, value, figure in rows if figure is not None]
    if not known:
        return None
    unit = case.target.unit
    lows, highs = [v.low for _, v, _ in rows], [v.high for _, v, _ in rows]
    total = bound(progress.cumulative(lows, highs))
    if not case.clock.ended:
        total = Bound(total.low, math.inf)
    unknown = tuple(year for year, _, figure in rows if figure is None)
    formula = " + ".join(f"{printed(value, '')}（{figure.period}）" for _, value, figure in known)
    line = step("sum", formula, printed(total, unit))
    inputs = tuple(one for _, _, figure in known for one in figure.inputs)
    return Counted("summed", total, (line,), inputs, unknown, known[-1][2].at)


def _net(case: Case) -> Counted | None:
    """The stock's net change, the lower limit of its entries."""
    if case.stock is None or case.baseline is None:
        return None
    base = case.baseline
    later = [one for one in case.stock.after(base.at) if one.at <= case.clock.end + EPSILON]
    best = max(later, key=lambda one: one.value.low, default=None)
    if best is None or best.value.low <= base.value.high:
        return None
    net = best.value.low - base.value.high
    value = Bound(net, math.inf, low_open=best.value.low_open)
    formula = say(
        "formula.net", value=amount(best.value, best.unit), base=amount(base.value, base.unit)
    ).zh
    line = step("net", formula, printed(value, case.target.unit), period=best.period)
    return Counted("net", value, (line,), (*base.inputs, *best.inputs), at=best.at)


def _until(case: Case, at: float | None) -> Message:
    """From the first year of the period to the year of the latest figure."""
    if at is None:
        return Message("", "")
    return span(list(range(case.clock.start, math.ceil(at - EPSILON) + 1)))


def _exits(case: Case, aim: Aim) -> Counted | None:
    """How many would have had to leave for the entries to reach the aim, beside the stock."""
    if case.stock is None or not case.clock.ended:
        return None
    figure = case.stock.whole(case.clock.end)
    if figure is None or math.isinf(figure.value.high):
        return None
    base = case.baseline.value.low if case.baseline else 0.0
    needed = aim.goal - (figure.value.high - base)
    if needed <= figure.value.high:
        return None
    formula = f"{printed(Bound.exact(aim.goal), '')} − {printed(figure.value, '')}"
    if base:
        formula += f" + {printed(Bound.exact(base), '')}"
    value = Bound(needed, math.inf)
    line = step("exits", formula, printed(value, case.target.unit), period=figure.period)
    return Counted("exits", value, (line,), figure.inputs, at=figure.at)


def _additions_reason(
    case: Case, total: Bound, verdict: Verdict, ways: list[Counted], exits: Counted | None
) -> Message:
    unit = case.target.unit
    figures: dict[str, object] = {
        "name": case.name,
        "target": target_words(case.target),
        "year": case.clock.end,
        "total": amount(total, unit),
    }
    if not ways:
        key = "never_ended" if case.clock.ended else "never"
    elif verdict == "meets":
        best = max(ways, key=lambda way: way.total.low)
        key = f"additions_meets_{best.how}"
        figures["formula"] = best.steps[0].formula
    else:
        key = f"additions_{verdict}"
    sentences = [say(f"reason.{key}", **figures)]
    unknown = sorted({year for way in ways for year in way.unknown})
    if verdict == "cannot_tell" and unknown:
        sentences.append(say("reason.additions_unknown", years=span(unknown)))
    if exits is not None:
        sentences.append(say("reason.additions_exits", exits=amount(exits.total, unit)))
    return join(sentences)


def _total_step(case: Case, aim: Aim, total: Bound, known: bool) -> tuple[Step, ...]:
    if not known:
        return ()
    unit = case.target.unit
    formula = f"{printed(total, unit)} {aim.sign} {printed(Bound.exact(aim.goal), unit)}"
    period = span(list(range(case.clock.start, case.clock.end + 1)))
    return (step("judge", formula, say(f"verdict.{aim.judge(total)}").zh, period=period),)


def _path(case: Case, aim: Aim) -> tuple[PathPoint, ...]:
    low, high = aim.band
    count = case.clock.length
    return tuple(
        PathPoint(case.clock.start - 1 + done, low * done / count, high * done / count)
        for done in range(count + 1)
    )


def _missing_years(case: Case, unknown: list[int]) -> tuple[str, ...]:
    if not unknown:
        return ()
    return (wanted(case, say("missing.what_count", name=case.name, years=span(unknown))),)


def _absence(case: Case, known: bool, lacking: bool) -> Absence:
    if not lacking:
        return ""
    if not case.clock.years:
        return "not_due"
    return "" if known and not case.clock.ended else "not_reported"
