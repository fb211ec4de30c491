"""Figures and sentences as pages and papers print them, in both languages.

Sentences are catalogue data (``catalog/words/states.yaml``); here figures are put into them.
Bounds are written as they are (≥ 5,000; 6.4–6.8%), never rounded to a figure nobody published.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import replace

from liantu.errors import Message
from liantu.plan.package import Target
from liantu.quantity.bound import Bound
from liantu.words import Language, words


def say(key: str, /, **figures: object) -> Message:
    """The catalogue's sentence in both languages; a figure may be a :class:`Message` itself."""
    return Message(
        words().say(key, "zh", **_in("zh", figures)), words().say(key, "en", **_in("en", figures))
    )


def _in(language: Language, figures: Mapping[str, object]) -> dict[str, object]:
    return {
        key: getattr(value, language) if isinstance(value, Message) else value
        for key, value in figures.items()
    }


def join(sentences: list[Message]) -> Message:
    """Several sentences as one text."""
    return Message("".join(s.zh for s in sentences), " ".join(s.en for s in sentences))


def number(value: float) -> str:
    """A figure with thousands separated and at most two decimals that say something.

    Small figures keep two significant digits, so that 0.004 does not print as nought.
    """
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if abs(value) >= 1000:
        text = f"{value:,.1f}"
    elif value == 0 or abs(value) >= 0.1:
        text = f"{value:.2f}"
    else:
        text = f"{value:.2g}"
        return text.replace("-", "−")
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return text.replace("-", "−")


def amount(bound: Bound, unit: str) -> Message:
    """A bound with its unit: ``24.3%``, ``≥ 5,000户``, ``6.4–6.8%``, ``> 1.2万亿元``."""
    if math.isinf(bound.low) and math.isinf(bound.high):
        return say("state.unbounded")
    return with_unit(_range(bound, number), unit)


def change(bound: Bound, unit: str) -> Message:
    """A change, always with its sign: ``+1.2个百分点``, ``−0.9 ~ +0.3个百分点``."""
    if math.isinf(bound.low) and math.isinf(bound.high):
        return say("state.unbounded")
    return with_unit(_range(bound, _signed, " ~ "), unit)


def with_unit(figure: str, unit: str) -> Message:
    """A printed figure followed by its unit, in both languages."""
    key = f"unit.{unit}"
    english = words().say(key, "en") if words().known(key) else unit
    space = "" if english in ("", "%") else " "
    return Message(f"{figure}{unit}", f"{figure}{space}{english}")


def share(bound: Bound) -> Message:
    """A share 0..1 as percent with one decimal at most."""
    low, high = (round(value * 100, 1) for value in (bound.low, bound.high))
    return amount(replace(bound, low=low, high=high), "%")


def _range(bound: Bound, printed: Callable[[float], str], to: str = "–") -> str:
    low, high = printed(bound.low), printed(bound.high)
    if bound.low < 0:
        to = " ~ "  # a dash before a minus sign cannot be read
    if low == high:
        return low
    if math.isinf(bound.high):
        return f"{'>' if bound.low_open else '≥'} {low}"
    if math.isinf(bound.low):
        return f"{'<' if bound.high_open else '≤'} {high}"
    return f"{low}{to}{high}"


def _signed(value: float) -> str:
    return f"+{number(value)}" if value > 0 else number(value)


_SIGN = {"=": "", ">=": "≥ ", ">": "> ", "<=": "≤ ", "<": "< ", "~": "≈ ", "range": ""}


def figure_text(target: Target) -> Message:
    """The target's figure alone: ``≥ 26%``, ``7–9%``, ``4,500个``; empty for assigned ones."""
    low, high = target.low, target.high
    if low is None and high is None:
        return Message("", "")
    if low is not None and high is not None and low != high:
        return with_unit(f"{number(low)}–{number(high)}", target.unit)
    value = high if low is None else low
    assert value is not None
    return with_unit(f"{_SIGN[target.comparator]}{number(value)}", target.unit)


_WORDED = {">=": "at_least", ">": "above", "<=": "at_most", "<": "below", "~": "about"}


def target_words(target: Target) -> Message:
    """What the target asks for, in the words of its form: ``年均增长7–9%``, ``新增1,000家``."""
    other = say("target.other_document")
    reference = Message(target.reference, target.reference) if target.reference else other
    return say(f"target.{target.form}", figure=_figure_words(target), reference=reference)


def _figure_words(target: Target) -> Message:
    """The target's figure with its comparator in words: ``26%以上``, ``超过1.5万亿元``."""
    worded = _WORDED.get(target.comparator)
    if worded is None or (target.low is None and target.high is None):
        return figure_text(target)
    value = target.high if target.low is None else target.low
    assert value is not None
    return say(f"target.figure.{worded}", figure=with_unit(number(value), target.unit))


def target_text(target: Target, language: Language = "zh") -> str:
    """:func:`target_words` in one language."""
    found = target_words(target)
    return found.zh if language == "zh" else found.en
