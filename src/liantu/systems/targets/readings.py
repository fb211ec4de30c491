"""A target judged: one outcome for each reading of its words, brought to one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date

from liantu.errors import Message
from liantu.plan.package import Form, Target
from liantu.records.figures.indicator import Indicator
from liantu.systems.targets.binding import Binding
from liantu.systems.targets.evidence import Evidence
from liantu.systems.targets.forms.assigned import assigned
from liantu.systems.targets.forms.average import annual_average
from liantu.systems.targets.forms.case import Case, Outcome
from liantu.systems.targets.forms.counted import additions, per_year
from liantu.systems.targets.forms.level import increase, level, points
from liantu.systems.targets.forms.relative import relative
from liantu.systems.targets.known import Known
from liantu.systems.targets.wording import join, say, target_words

FORMS: dict[Form, Callable[[Case], Outcome]] = {
    "level": level,
    "annual_average": annual_average,
    "increase": increase,
    "points": points,
    "relative": relative,
    "per_year": per_year,
    "additions": additions,
    "assigned": assigned,
}


@dataclass(frozen=True)
class Reading:
    """One reading of a target with its outcome; the label is empty where there is but one."""

    label: Message
    case: Case
    outcome: Outcome


@dataclass(frozen=True)
class Judgement:
    """All readings of a target, and the one outcome they come to."""

    binding: Binding
    readings: tuple[Reading, ...]
    outcome: Outcome

    @property
    def case(self) -> Case:
        """The first reading's case: it carries clock, rules and unit."""
        return self.readings[0].case

    @property
    def drawn(self) -> tuple[Evidence, ...]:
        """Evidence of every reading."""
        return tuple(evidence for one in self.readings for evidence in one.case.drawn)

    @property
    def single(self) -> bool:
        return len(self.readings) == 1


def judge(binding: Binding, known: Known, as_of: date) -> Judgement:
    """Judge a target by every reading that its bindings declare, or by the plain one."""
    found = []
    for label, indicator in _readings(binding):
        case = known.case(binding, indicator, as_of)
        found.append(Reading(label, case, _form(binding.target)(case)))
    outcome = found[0].outcome if len(found) == 1 else _together(binding.target, found)
    return Judgement(binding, tuple(found), _with_declared(binding, outcome, as_of))


def _form(target: Target) -> Callable[[Case], Outcome]:
    """The form's function; a target without a figure waits for one, whatever its form."""
    if target.low is None and target.high is None:
        return assigned
    return FORMS[target.form]


def _readings(binding: Binding) -> list[tuple[Message, Indicator | None]]:
    if not binding.readings:
        return [(Message("", ""), binding.indicator)]
    return [(Message(one.zh, one.en), indicator) for one, indicator in binding.readings]


def _together(target: Target, judged: list[Reading]) -> Outcome:
    """Several readings: one verdict where all agree, else none, with every reading printed."""
    verdicts = {one.outcome.verdict for one in judged}
    agreed = verdicts.pop() if len(verdicts) == 1 else "cannot_tell"
    sentences = [say("reason.readings", target=target_words(target), count=len(judged))]
    sentences += [
        say("reason.reading", reading=one.label, reason=one.outcome.reason) for one in judged
    ]
    first = judged[0].outcome
    pointing = {one.outcome.extra.get("points_to", one.outcome.verdict) for one in judged}
    extra = {"points_to": pointing.pop()} if len(pointing) == 1 else {}
    if agreed != "cannot_tell" or extra.get("points_to") == "cannot_tell":
        extra = {}
    return replace(
        first,
        verdict=agreed,
        final=agreed != "cannot_tell" and all(one.outcome.final for one in judged),
        reason=join(sentences),
        attained=first.attained if agreed != "cannot_tell" else None,
        progress=first.progress if agreed != "cannot_tell" else None,
        pace=first.pace if agreed != "cannot_tell" else None,
        inputs=tuple(i for one in judged for i in one.outcome.inputs),
        steps=tuple(
            replace(line, label=f"{one.label.zh}：{line.label}")
            for one in judged
            for line in one.outcome.steps
        ),
        missing=(
            say("missing.reading", target=target_words(target)).zh,
            *(text for one in judged for text in one.outcome.missing),
        )
        if agreed == "cannot_tell"
        else (),
        rules=tuple(rule for one in judged for rule in one.outcome.rules),
        extra=extra,
    )


def _with_declared(binding: Binding, outcome: Outcome, as_of: date) -> Outcome:
    """Add what the plan's bindings declare: why unbound, and what other evidence points to."""
    sentences = [outcome.reason]
    if binding.unbound and not binding.readings and binding.target.form != "assigned":
        sentences.append(Message(binding.unbound.zh, binding.unbound.en))
    extra = dict(outcome.extra)
    indication = binding.declaration.indication
    if indication and indication.known(as_of) and outcome.verdict == "cannot_tell":
        sentences.append(say("reason.indication", text=Message(indication.zh, indication.en)))
        extra["points_to"] = indication.points_to
    return replace(outcome, reason=join(sentences), extra=extra)
