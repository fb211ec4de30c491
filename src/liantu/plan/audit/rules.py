"""What the audit goes by: messages, thresholds, lists and assumptions, all from the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from string import Formatter

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import UsageError
from liantu.plan.finding import Finding, FindingKind, Severity, Step


class Phrase(Declared):
    """A piece of text in both languages."""

    zh: str
    en: str


class EnglishUnit(Declared):
    """A Chinese unit in English: figure × ``factor``, then ``en``."""

    factor: float
    en: str


class MessageRule(Declared):
    """One sentence the audit can say, with the kind and severity it stands for."""

    kind: FindingKind
    severity: Severity
    zh: str
    en: str


class Assumption(Declared):
    """A figure the plan does not give; callers may replace it within ``low``..``high``."""

    zh: str
    en: str
    default: float
    low: float
    high: float
    source: Source


class Containment(Declared):
    """Register ``narrow`` lies wholly inside register ``wide``."""

    narrow: str
    wide: str


class Required(Declared):
    """A scope term that must be present."""

    dimension: str
    term: str


class UnsaidScope(Declared):
    """A name that counts different registers unless its scope is said."""

    id: str
    pattern: str
    dimension: str
    requires: Required | None = None
    zh: str
    en: str
    source: Source


class SizeMeasures(Declared):
    """Words for the size of an industry; ``loose`` ones may stand for any exact one."""

    exact: tuple[str, ...]
    loose: tuple[str, ...]


class Works(Declared):
    """Words in the names of facts about building works."""

    started: tuple[str, ...]
    completed: tuple[str, ...]


class Thresholds(Declared):
    """Figures that decide what is a finding."""

    about_share: float
    share_points: float
    gdp_growth_low: float
    gdp_growth_high: float
    listed: int


class AuditRules(Declared):
    """``catalog/rules/audit.yaml``."""

    source: Source
    assumptions: dict[str, Assumption]
    thresholds: Thresholds
    comparators: dict[str, Phrase]
    forms: dict[str, Phrase]
    units_en: dict[str, EnglishUnit]
    generic_names: tuple[str, ...]
    size_measures: SizeMeasures
    group_names: dict[str, tuple[str, ...]]
    contained: tuple[Containment, ...]
    size_ladder: tuple[str, ...]
    works: Works
    unitless: tuple[str, ...]
    magnitudes: tuple[str, ...]
    needs_no_baseline: tuple[str, ...]
    unsaid_scopes: tuple[UnsaidScope, ...]
    messages: dict[str, MessageRule]
    steps: dict[str, Phrase]
    words: dict[str, Phrase]


@cache
def audit_rules() -> AuditRules:
    """The rules, read once."""
    return read_declared(AuditRules, CATALOG / "rules" / "audit.yaml")


def chosen_assumptions(given: Mapping[str, float] | None) -> dict[str, float]:
    """The defaults with ``given`` in their place.

    Raises:
        UsageError: an unknown name or a value out of the declared range; all are named.
    """
    declared = audit_rules().assumptions
    problems_zh: list[str] = []
    problems_en: list[str] = []
    for name, value in (given or {}).items():
        known = declared.get(name)
        if known is None:
            names = ", ".join(declared)
            problems_zh.append(f"没有名为 {name} 的假设，可用的有 {names}")
            problems_en.append(f"there is no assumption {name}; known are {names}")
        elif not known.low <= value <= known.high:
            problems_zh.append(
                f"{name}（{known.zh}）为 {value}，应在 {known.low} 到 {known.high} 之间，"
                "以小数表示（6% 写 0.06）"
            )
            problems_en.append(
                f"{name} ({known.en}) is {value}; it must lie in {known.low}..{known.high}"
                " as a fraction (0.06 for 6%)"
            )
    if problems_zh:
        raise UsageError(
            f"假设不合要求：{'；'.join(problems_zh)}。请改正后重试。",
            f"Assumptions are wrong: {'; '.join(problems_en)}. Mend them and try again.",
        )
    return {name: rule.default for name, rule in declared.items()} | dict(given or {})


def step(label: str, expression: str, result: str) -> Step:
    """One line of arithmetic under a declared label."""
    phrase = audit_rules().steps[label]
    return Step(label=phrase.zh, label_en=phrase.en, expression=expression, result=result)


def word(_name: str, /, **values: Phrase | str) -> Phrase:
    """A declared phrase with its placeholders filled."""
    phrase = audit_rules().words[_name]
    return Phrase(zh=_fill(phrase.zh, _chinese(values)), en=_fill(phrase.en, _english(values)))


def finding(
    rule: str,
    items: tuple[str, ...],
    *,
    steps: tuple[Step, ...] = (),
    assumptions: Mapping[str, float] | None = None,
    severity: Severity | None = None,
    texts: Mapping[str, Phrase | str] | None = None,
    **more: Phrase | str,
) -> Finding:
    """Say one finding: the message of ``rule`` filled from ``texts`` and ``more``."""
    values = dict(texts or {}) | more
    message = audit_rules().messages[rule]
    return Finding(
        kind=message.kind,
        severity=severity or message.severity,
        items=tuple(dict.fromkeys(items)),
        message=_fill(message.zh, _chinese(values)),
        message_en=_fill(message.en, _english(values)),
        arithmetic=steps,
        assumptions=dict(assumptions or {}),
        rule=rule,
    )


def _chinese(values: Mapping[str, Phrase | str]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.zh for name, value in values.items()}


def _english(values: Mapping[str, Phrase | str]) -> dict[str, str]:
    return {name: value if isinstance(value, str) else value.en for name, value in values.items()}


def _fill(template: str, values: Mapping[str, str]) -> str:
    needed = [name for _, name, _, _ in Formatter().parse(template) if name]
    return template.format(**{name: values[name] for name in needed})
