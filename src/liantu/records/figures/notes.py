"""Reads what a note and a source's title say of a figure: qualifier, status, breaks, date.

The words are declared in ``catalog/rules/observations.yaml``. A note is read segment by
segment; what no rule knows stays a remark for people.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from functools import cache, lru_cache

from liantu.quantity.bound import Bound
from liantu.quantity.unit import Unit
from liantu.records.figures.observation import Qualifier, Status
from liantu.records.figures.rules import BreakRule, QualifierRule, observation_rules


@dataclass(frozen=True)
class NoteReading:
    """What a note says, as far as the rules know."""

    qualifier: QualifierRule | None = None
    status: Status = "final"
    break_before: str = ""
    definition: str = ""
    caveat: str = ""
    unknown_word: str = ""
    """A word given as qualifier (限定词:…) that no rule knows."""


@lru_cache(maxsize=65536)
def read_note(note: str, bracket_status: str = "", trust: str = "") -> NoteReading:
    """Read a note; ``bracket_status`` is what the name's bracket says, ``trust`` the row's."""
    rules = observation_rules()
    segments = _segments(note)
    statuses: list[Status] = [
        rule.status
        for segment in segments
        for rule in rules.statuses
        if re.fullmatch(rule.pattern, segment)
    ]
    breaks = [_break(segment) for segment in segments]
    caveats = [s for s in segments if any(re.fullmatch(r.pattern, s) for r in rules.caveats)]
    qualifier, unknown = _qualifier(tuple(segments))
    return NoteReading(
        qualifier,
        _weakest([*statuses, *_said(bracket_status), *(["plan"] if trust == "plan" else [])]),
        "；".join(text for kind, text in filter(None, breaks) if kind == "before"),
        "；".join(text for kind, text in filter(None, breaks) if kind == "era"),
        "；".join(caveats),
        unknown,
    )


def _segments(note: str) -> list[str]:
    """Parts of a note; what stands in brackets is not taken apart."""
    parts, depth = [""], 0
    for character in note:
        depth += (character in "(（") - (character in ")）" and depth > 0)
        if character in ";；,，。/\n" and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return [part.strip() for part in parts if part.strip()]


def _said(status: str) -> list[Status]:
    return [known for known in ("target", "preliminary") if known == status]


def _weakest(statuses: list[Status] | list[str]) -> Status:
    """A target is no figure, the plan's own none of evidence, a forecast less than a result."""
    order: tuple[Status, ...] = ("target", "plan", "forecast", "preliminary")
    return next((status for status in order if status in statuses), "final")


def _break(segment: str) -> tuple[str, str] | None:
    rule = break_rule(segment)
    return (rule.kind, rule.code or segment) if rule else None


@cache
def break_rule(segment: str) -> BreakRule | None:
    """The rule by which a segment tells of a break in the series."""
    return next((r for r in observation_rules().breaks if re.fullmatch(r.pattern, segment)), None)


def _qualifier(segments: tuple[str, ...]) -> tuple[QualifierRule | None, str]:
    unknown = ""
    for segment in segments:
        for form in _forms():
            found = form.fullmatch(segment)
            if found:
                return _by_word()[found["word"]], ""
        stated = re.fullmatch(r"限定词[:：](.*)", segment)
        known = any(re.fullmatch(r.pattern, segment) for r in observation_rules().statuses)
        if stated and not known:
            unknown = unknown or stated[1].strip()
    for word in segments:
        if word in ("约数", "取整值") and word in _by_word():
            return _by_word()[word], unknown
    return None, unknown


@cache
def _by_word() -> dict[str, QualifierRule]:
    return {word: rule for rule in observation_rules().qualifiers for word in rule.words}


@cache
def _forms() -> tuple[re.Pattern[str], ...]:
    words = "|".join(re.escape(w) for w in sorted(_by_word(), key=len, reverse=True))
    return tuple(
        re.compile(form.replace("{word}", f"(?P<word>{words})"))
        for form in observation_rules().qualifier_forms
    )


def measured(written: str, unit: Unit, rule: QualifierRule | None) -> tuple[Bound, Qualifier]:
    """The set of values a figure may take, in base units, once its qualifier is applied."""
    if rule is None:
        plain = unit.ratio == 1
        return Bound.exact(float(written if plain else Fraction(written) * unit.ratio)), "exact"
    value = Fraction(written)
    digit = last_digit(written, significant=True)
    least = abs(value) * Fraction(repr(rule.floor))
    below = max(Fraction(repr(rule.below)) * digit, least) if rule.below else Fraction(0)
    above = max(Fraction(repr(rule.above)) * digit, least) if rule.above else Fraction(0)
    low = -float("inf") if rule.open_below else float((value - below) * unit.ratio)
    high = float("inf") if rule.open_above else float((value + above) * unit.ratio)
    # 突破 and 余 exclude the figure below, 近 and 不足 the figure above.
    return (
        Bound(low, high, rule.strict and not below, rule.strict and not above),
        rule.qualifier,
    )


def rounding(written: str, unit: Unit) -> float:
    """Half a unit of the last written digit, in base units: what rounding may have hidden."""
    return float(last_digit(written) * unit.ratio / 2)


def last_digit(written: str, *, significant: bool = False) -> Fraction:
    """Value of one unit in the last digit: 0.01 for 1.70, 1 for 5000 (1000 if significant)."""
    digits = written.lstrip("-")
    whole, point, decimals = digits.partition(".")
    if point:
        return Fraction(1, 10 ** len(decimals))
    zeros = len(whole) - len(whole.rstrip("0"))
    return Fraction(10**zeros) if significant and zeros < len(whole) else Fraction(1)


@lru_cache(maxsize=65536)
def published(title: str) -> str:
    """ISO date, month or year of publication read from a source's title; empty if it has none."""
    for pattern in _published_patterns():
        found = pattern.match(title)
        if found:
            parts = {name: int(text) for name, text in found.groupdict().items() if text}
            if _is_date(parts):
                return "-".join(
                    f"{parts[name]:0{4 if name == 'y' else 2}d}"
                    for name in ("y", "m", "d")
                    if name in parts
                )
    return ""


@cache
def _published_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern) for pattern in observation_rules().published)


def _is_date(parts: dict[str, int]) -> bool:
    return (
        1949 <= parts["y"] <= 2100 and 1 <= parts.get("m", 1) <= 12 and 1 <= parts.get("d", 1) <= 31
    )
