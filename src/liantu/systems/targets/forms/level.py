"""Targets of a level to be reached: ``level``, and ``increase`` and ``points`` on a baseline.

The latter two are turned into the same question: how far has the figure moved from its baseline,
and is that as far as asked.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from liantu.errors import Message
from liantu.plan.package import Target
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.targets.evidence import Evidence, Figure, series
from liantu.systems.targets.forms.case import (
    EPSILON,
    Aim,
    Case,
    Outcome,
    baseline_input,
    printed,
    step,
    wanted,
)
from liantu.systems.targets.forms.way import Way
from liantu.systems.targets.forms.whole import Limit, upper_limit
from liantu.systems.targets.state import Absence, Step
from liantu.systems.targets.wording import amount, join, say, share, target_words

Change = Callable[[float, float], float]
"""Change of a value on a baseline."""


@dataclass(frozen=True)
class Ruling:
    """Verdict with the sentence that gives it and the rules that led to it."""

    verdict: Verdict
    final: bool
    key: str
    rules: tuple[str, ...] = ()


def level(case: Case) -> Outcome:
    """A value to be at by the target year."""
    downward = case.evidence is not None and case.evidence.indicator.direction == "down"
    aim = Aim.of(case.target, downward=downward, tolerance=case.rules.approximate.share)
    return _reach(case, aim, case.evidence, case.baseline)


def increase(case: Case) -> Outcome:
    """A percentage change on the baseline."""
    return _moved(case, lambda value, base: (value / base - 1) * 100)


def points(case: Case) -> Outcome:
    """A change in percentage points on the baseline."""
    return _moved(case, lambda value, base: value - base)


def _moved(case: Case, change: Change) -> Outcome:
    """The figures as changes on the baseline, then as a level to be reached from nought."""
    aim = Aim.of(case.target, downward=False, tolerance=case.rules.approximate.share)
    case = replace(case, whole=None)
    base, evidence = case.baseline, case.evidence
    if base is None or evidence is None or base.value.low <= 0:
        return replace(_reach(case, aim, None, None), series=())
    unit = case.target.unit
    turned = [_turned(one, base, case.target, change) for one in evidence.after(base.at)]
    changes = replace(evidence, unit=unit, figures=tuple(turned), aside=())
    nought = replace(base, value=Bound.exact(0.0), unit=unit, parts=base.inputs)
    return replace(_reach(case, aim, changes, nought), series=series(changes))


def _turned(one: Figure, base: Figure, target: Target, change: Change) -> Figure:
    """A figure as its change on the baseline, with the printed line."""
    starts = (base.value.low, base.value.high)
    low = min(change(one.value.low, start) for start in starts)
    high = max(change(one.value.high, start) for start in starts)
    value = replace(one.value, low=low, high=high)
    formula = say(
        f"formula.{target.form}",
        value=amount(one.value, one.unit),
        base=amount(base.value, base.unit),
    ).zh
    line = step("change", formula, printed(value, target.unit), period=one.period)
    return replace(one, value=value, unit=target.unit, steps=(*one.steps, line), parts=one.inputs)


def _reach(case: Case, aim: Aim, evidence: Evidence | None, baseline: Figure | None) -> Outcome:
    own, latest = _figures(case, evidence, baseline)
    way = Way(case, aim, baseline, latest)
    limit = upper_limit(case, aim) if own is None else None
    ruling = _rule(case, aim, own, latest)
    if limit and limit.verdict == "fails" and ruling.verdict == "cannot_tell":
        ruling = Ruling("fails", True, "failed_by_whole")
    said = [_reason(case, aim, ruling, latest, way), *([limit.reason] if limit else [])]
    outcome = Outcome(
        verdict=ruling.verdict,
        final=ruling.final,
        reason=join(said),
        attained=latest.value if latest else None,
        at=latest.at if latest else None,
        period=Message(latest.period, latest.period_en) if latest else Message("", ""),
        required=way.required,
        progress=way.progress,
        pace=way.pace,
        measure=way.shape,
        run_rate=way.run_rate(),
        inputs=(*baseline_input(baseline), *(latest.inputs if latest else ())),
        steps=(
            *(latest.steps if latest else ()),
            *way.steps,
            *_judgement(case, aim, ruling, latest),
        ),
        path=way.path,
        missing=() if ruling.final else _missing(case, own, baseline),
        rules=(*way.rules, *ruling.rules),
        absence=_absence(case, own, latest),
    )
    return _limited(outcome, limit)


def _limited(outcome: Outcome, limit: Limit | None) -> Outcome:
    """The outcome with what a wider series adds to it."""
    if limit is None:
        return outcome
    return replace(
        outcome,
        inputs=(*outcome.inputs, *limit.inputs),
        steps=(*outcome.steps, *limit.steps),
        rules=(*outcome.rules, *limit.rules),
        extra={**outcome.extra, **limit.extra},
    )


def _figures(
    case: Case, evidence: Evidence | None, baseline: Figure | None
) -> tuple[Figure | None, Figure | None]:
    """The target year's own figure, and the latest one of the period."""
    if evidence is None:
        return None, None
    since = baseline.at if baseline else case.clock.start - 1.0
    own = evidence.whole(case.clock.end)
    upto = [one for one in evidence.after(since) if one.at <= case.clock.end + EPSILON]
    return own, own or (upto[-1] if upto else None)


def _rule(case: Case, aim: Aim, own: Figure | None, latest: Figure | None) -> Ruling:
    """Verdict on the target year's own figure, else on the latest evidence."""
    rules, clock, monotone = case.rules, case.clock, case.binding.declaration.monotone
    if own is not None:
        verdict = aim.judge(own.value)
        if verdict != "cannot_tell":
            return Ruling(verdict, True, "met" if verdict == "meets" else "failed")
        if aim.judge(own.capped(rules.headline.share)) == "fails":
            return Ruling("fails", True, "failed_headline", (rules.headline.id,))
        return Ruling("cannot_tell", False, "straddles")
    if latest is None:
        return Ruling("cannot_tell", False, "never_ended" if clock.ended else "never")
    if aim.judge(latest.value) == "meets":
        if monotone or not clock.ended:
            return Ruling("meets", monotone, "ahead")
        early = rules.early
        if case.kind in early.kinds and clock.end - latest.at <= early.years + EPSILON:
            return Ruling("meets", False, "early", (early.id,))
        return Ruling("cannot_tell", False, "was_met", (early.id,))
    return Ruling("cannot_tell", False, "no_final" if clock.ended else "on_the_way")


def _reason(case: Case, aim: Aim, ruling: Ruling, latest: Figure | None, way: Way) -> Message:
    key = ruling.key
    if key in ("on_the_way", "no_final") and way.required is None:
        key += "_no_path"
    figures: dict[str, object] = {
        "name": case.name,
        "target": target_words(case.target),
        "year": case.clock.end,
    }
    if latest is not None:
        figures["value"] = amount(latest.value, latest.unit)
        figures["period"] = Message(latest.period, latest.period_en)
        cap = Bound.exact(latest.capped(case.rules.headline.share).high)
        figures["cap"] = amount(cap, latest.unit)
    if way.required is not None:
        figures["required"] = amount(way.required, case.target.unit)
    if way.progress is not None:
        figures["progress"] = share(way.progress)
    sentence = say(f"reason.{key}", **figures)
    if way.progress is not None and way.progress.high < 0 and key in ("on_the_way", "no_final"):
        back = say("reason.regression")
        return Message(sentence.zh + back.zh, f"{sentence.en} {back.en}")
    if case.target.comparator == "range" and key in ("met", "early", "ahead") and latest:
        beyond = Bound.exact(aim.band[0 if aim.downward else 1])
        over = latest.value.high < beyond.low if aim.downward else latest.value.low > beyond.high
        if over:
            above = say("reason.beyond_band", edge=amount(beyond, case.target.unit))
            return Message(sentence.zh + above.zh, f"{sentence.en} {above.en}")
    return sentence


def _judgement(case: Case, aim: Aim, ruling: Ruling, latest: Figure | None) -> tuple[Step, ...]:
    if latest is None:
        return ()
    value = latest.value
    if ruling.key == "failed_headline":
        value = latest.capped(case.rules.headline.share)
    goal = amount(Bound.exact(aim.goal), case.target.unit)
    formula = f"{printed(value, latest.unit)} {aim.sign} {goal.zh}"
    verdict = aim.judge(value)
    own = latest.year == case.clock.end and latest.months == 12
    label = "judge" if own else "judge_so_far"
    return (step(label, formula, say(f"verdict.{verdict}").zh, period=latest.period),)


def _missing(case: Case, own: Figure | None, baseline: Figure | None) -> tuple[str, ...]:
    """The baseline where it is needed, and the target year's figure, or its exact value."""
    year, lacking = case.clock.end, []
    if baseline is None and (case.target.form != "level" or not case.clock.ended):
        lacking.append(say("missing.what_baseline", name=case.name, year=case.clock.start - 1))
    key = "missing.what_level" if own is None else "missing.what_exact"
    lacking.append(say(key, name=case.name, year=year))
    return tuple(wanted(case, what) for what in lacking)


def _absence(case: Case, own: Figure | None, latest: Figure | None) -> Absence:
    if own is not None:
        return ""
    if case.clock.ended:
        return "not_reported"
    if latest is not None:
        return ""
    return "not_due" if case.clock.last_year < case.clock.start else "not_reported"
