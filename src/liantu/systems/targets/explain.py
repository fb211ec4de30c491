"""How a state came about, in printable sections: conclusion, arithmetic, inputs, gaps, rules."""

from __future__ import annotations

from dataclasses import dataclass

from liantu.plan.package import Target
from liantu.quantity.bound import Bound
from liantu.records.figures.observation import Observation
from liantu.systems.targets.evidence import observed_amount
from liantu.systems.targets.rules import Rule, rule_by_id
from liantu.systems.targets.state import Input, TargetState
from liantu.systems.targets.wording import amount, number, target_words
from liantu.words import Language, words


@dataclass(frozen=True)
class Section:
    """One section of an explanation; every line stands alone."""

    key: str
    title: str
    lines: tuple[str, ...]


def explain(state: TargetState, target: Target, language: Language = "zh") -> list[Section]:
    """Everything behind one state, in the order in which a reader asks for it.

    Sentences that were frozen with the state (arithmetic, conflicts, gaps) are Chinese in
    both languages; titles, conclusion and rules follow ``language``.
    """
    parts = [
        ("conclusion", _conclusion(state, target, language)),
        ("arithmetic", [f"{s.label}：{s.formula} = {s.result}" for s in state.steps]),
        ("inputs", [_input(one, language) for one in state.inputs]),
        ("conflicts", list(state.conflicts)),
        ("computed", _computed(state, language)),
        ("aside", _aside(state, language)),
        ("missing", list(state.missing)),
        ("rules", [_rule(rule_by_id(one), language) for one in state.rules]),
    ]
    nothing = words().say("explain.nothing", language)
    return [
        Section(key, words().say(f"explain.{key}", language), tuple(lines or [nothing]))
        for key, lines in parts
        if lines or key != "computed"
    ]


def _conclusion(state: TargetState, target: Target, language: Language) -> list[str]:
    aim = target_words(target)
    lines = [
        words().say(
            "explain.target",
            language,
            name=target.indicator,
            year=target.year,
            target=getattr(aim, language),
            clause=target.clause,
        ),
        words().say(
            "explain.light",
            language,
            light=words().say(f"light.{state.light}", language),
            verdict=words().say(f"verdict.{state.verdict}", language)
            + _in_brackets(words().say(_finality(state), language)),
            freshness=words().say(f"freshness.{state.freshness}", language),
        ),
        state.reason if language == "zh" else state.reason_en,
    ]
    english = language == "en"
    rate = state.extra.get("run_rate_en", "") if english else state.run_rate
    fresh = state.extra.get("freshness_reason_en", "") if english else state.freshness_reason
    lines += [text for text in (rate, fresh) if text]
    lines.append(_projection(state, target, language))
    return [line for line in lines if line]


def _finality(state: TargetState) -> str:
    return "explain.final" if state.final else "explain.not_final"


def _in_brackets(text: str) -> str:
    return f"（{text}）"


def _projection(state: TargetState, target: Target, language: Language) -> str:
    found = state.projection
    if found is None:
        return state.extra.get("no_projection" if language == "zh" else "no_projection_en", "")
    figures = {
        key: getattr(amount(Bound.exact(value), target.unit), language)
        for key, value in (("mid", found.mid), ("low", found.low), ("high", found.high))
    }
    return words().say(
        "explain.projection",
        language,
        year=found.year,
        coverage=f"{number(found.coverage * 100)}%",
        points=found.points,
        **figures,
    )


def _input(one: Input, language: Language) -> str:
    value = getattr(amount(one.value, one.unit), language)
    line = words().say("explain.input", language, label=one.label, period=one.period, value=value)
    return f"{line}——{_origin(one.observation, one.clause, language)}"


def _origin(observation: Observation | None, clause: str, language: Language) -> str:
    if observation is None:
        return words().say("explain.clause", language, clause=clause)
    key = f"trust.{observation.source.trust}"
    return words().say(
        "explain.source",
        language,
        title=observation.source.title,
        trust=words().say(key, language),
    )


def _computed(state: TargetState, language: Language) -> list[str]:
    """What the records come to beside what was published; nothing where there are none."""
    told = state.extra.get("computed_en" if language == "en" else "computed", "")
    return [told] if told else []


def _aside(state: TargetState, language: Language) -> list[str]:
    return [
        words().say(
            "explain.point_aside",
            language,
            period=point.period,
            name=point.observation.name,
            value=getattr(observed_amount(point.observation), language),
            why=point.why_not,
        )
        for point in state.series
        if not point.comparable
    ]


def _rule(rule: Rule, language: Language) -> str:
    return words().say(
        "explain.rule",
        language,
        id=rule.id,
        text=rule.zh if language == "zh" else rule.en,
        source=rule.source.title,
        trust=words().say(f"trust.{rule.source.trust}", language),
    )
