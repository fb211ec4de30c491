"""A part is no larger than its whole: what a wider series says about the target's own.

The wider figure is an upper limit and nothing more. Where even the limit falls short, the target
is not met; where the rest would have to shrink to what it never was, that is printed as an
indication, and the verdict stays open.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from liantu.errors import Message
from liantu.quantity.bound import Bound, Verdict
from liantu.systems.targets.forms.case import Aim, Case, printed, step
from liantu.systems.targets.state import Input, Step
from liantu.systems.targets.wording import amount, say


@dataclass(frozen=True)
class Limit:
    """What the wider series implies for the target year."""

    verdict: Verdict
    rules: tuple[str, ...]
    reason: Message
    steps: tuple[Step, ...]
    inputs: tuple[Input, ...]
    extra: dict[str, str] = field(default_factory=dict)


def upper_limit(case: Case, aim: Aim) -> Limit | None:
    """The limit that the wider series sets for the target year, where it is known."""
    if case.whole is None or case.evidence is None or aim.downward:
        return None
    rule, wider = case.whole.rule, case.whole.evidence
    figure = wider.whole(case.clock.end)
    if figure is None:
        return None
    unit = case.target.unit
    limit = Bound(float("-inf"), figure.value.high, high_open=figure.value.high_open)
    lines = list(figure.steps)
    lines.append(
        step("limit", printed(figure.value, unit), printed(limit, unit), period=figure.period)
    )
    verdict = aim.judge(limit)
    name = Message(wider.indicator.zh, wider.indicator.en)
    period = Message(figure.period, figure.period_en)
    said = say("reason.limit", whole=name, period=period, limit=amount(limit, unit))
    if verdict == "fails":
        return Limit(verdict, (rule.id,), said, tuple(lines), figure.inputs)
    return _with_rest(case, aim, figure.value.high, said, lines, figure.inputs)


def _with_rest(
    case: Case,
    aim: Aim,
    limit: float,
    said: Message,
    lines: list[Step],
    inputs: tuple[Input, ...],
) -> Limit:
    """How small the rest would have to be, beside what it has been."""
    assert case.whole is not None
    assert case.evidence is not None
    rule, wider, unit = case.whole.rule, case.whole.evidence, case.target.unit
    own = {one.year: one for one in case.evidence.figures if one.months == 12}
    if case.baseline is not None:
        own.setdefault(round(case.baseline.at), case.baseline)
    past = {
        year: one.value.mid - own[year].value.mid
        for year in sorted(own)
        if (one := wider.whole(year)) is not None
    }
    rest = Message(rule.rest_zh, rule.rest_en)
    for year, value in past.items():
        whole = wider.whole(year)
        assert whole is not None
        formula = f"{printed(whole.value, unit)} − {printed(own[year].value, unit)}"
        lines.append(step("rest", formula, printed(Bound.exact(value), unit), year=year, rest=rest))
    room = limit - aim.goal
    formula = f"{printed(Bound.exact(limit), unit)} − {printed(Bound.exact(aim.goal), unit)}"
    lines.append(step("room", formula, printed(Bound.exact(room), unit), rest=rest))
    extra: dict[str, str] = {}
    smallest = min(past.values(), default=None)
    if smallest is not None and 0 <= room < case.rules.remainder.share * smallest:
        more = say(
            "reason.limit_rest",
            rest=rest,
            room=amount(Bound.exact(room), unit),
            past=amount(Bound(smallest, max(past.values())), unit),
        )
        said = Message(said.zh + more.zh, f"{said.en} {more.en}")
        extra["points_to"] = "fails"
    rules = (rule.id, case.rules.remainder.id)
    return Limit("cannot_tell", rules, said, tuple(lines), inputs, extra)
