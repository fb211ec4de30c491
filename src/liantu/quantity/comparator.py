"""Words of comparison: 以上, 超过, 力争, 左右 … to ``= >= > <= < ~ range``.

The words are data (``catalog/lexicon/comparators.yaml``).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared
from liantu.errors import InvalidQuantity

Comparator = Literal["=", ">=", ">", "<=", "<", "~", "range"]
Side = Literal[">=", ">", "<=", "<", "~"]

_FLIPPED: dict[tuple[str, str], Comparator] = {
    # A ceiling verb and an inclusive word after it: 低于1.3以下 stays strict, 超过5家以上 too.
    (">", ">="): ">",
    ("<", "<="): "<",
    # 不低于85%左右, 超过5000亿元左右: the softer word tells what is meant.
    (">", "~"): "~",
    (">=", "~"): "~",
    ("<", "~"): "~",
    ("<=", "~"): "~",
    # 约50家以上 promises the floor.
    ("~", ">="): ">=",
    ("~", "<="): "<=",
}


class ComparatorWords(Declared):
    """``catalog/lexicon/comparators.yaml``."""

    source: Source
    before: dict[Side, tuple[str, ...]]
    after: dict[Side, tuple[str, ...]]
    aim: tuple[str, ...]


@cache
def comparator_words() -> ComparatorWords:
    """The words, read once."""
    return read_declared(ComparatorWords, CATALOG / "lexicon" / "comparators.yaml")


@dataclass(frozen=True)
class Comparison:
    """What the words around a figure say; ``before``/``after`` are the words' lengths."""

    comparator: Comparator
    before: int = 0
    after: int = 0


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    words = comparator_words()
    return (
        re.compile(f"(?:{_alternatives(words.before)})$"),
        re.compile(_alternatives(words.after)),
    )


def _alternatives(table: dict[Side, tuple[str, ...]]) -> str:
    words = [word for side in table.values() for word in side]
    return "|".join(re.escape(w) for w in sorted(words, key=len, reverse=True))


@cache
def _meaning(word: str, *, before: bool) -> Comparator:
    table = comparator_words().before if before else comparator_words().after
    return next(side for side, words in table.items() if word in words)


def compare(before: str, after: str, *, ranged: bool = False) -> Comparison:
    """Read the comparison that ``before`` ends with and ``after`` begins with.

    ``ranged`` says that the figure has two ends (7–9): then only ``range`` or, with 左右, ``~``
    can be meant, and words of comparison beside it do not change that it has two ends.
    """
    patterns = _patterns()
    head = patterns[0].search(before[-8:])
    tail = patterns[1].match(after)
    first: Comparator = _meaning(head[0], before=True) if head else "="
    second: Comparator = _meaning(tail[0], before=False) if tail else "="
    lengths = (len(head[0]) if head else 0, len(tail[0]) if tail else 0)
    if ranged:
        return Comparison("range", *lengths)
    if first == "=":
        return Comparison(second, *lengths)
    if second == "=":
        return Comparison(first, *lengths)
    return Comparison(_FLIPPED.get((first, second), first), *lengths)


def aspires(text: str) -> bool:
    """Does ``text`` say 力争 or 争取?"""
    return any(word in text for word in comparator_words().aim)


def with_aim(comparator: Comparator) -> Comparator:
    """力争达到 50 is a floor of 50; other comparators say more and stay."""
    return ">=" if comparator == "=" else comparator


def ends(
    comparator: Comparator, low: float, high: float | None = None
) -> tuple[float | None, float | None]:
    """``(low, high)`` as a target keeps them: the side that the comparator leaves open is None.

    Raises:
        InvalidQuantity: a range with one end, or with its ends turned round.
    """
    if comparator == "range":
        if high is None or low > high:
            raise InvalidQuantity(
                f"区间 {low}–{high} 不成立：应有两端，且前小后大。请核对原文。",
                f"{low}–{high} is no range: it needs two ends, the smaller first. Check the text.",
            )
        return low, high
    if comparator in (">=", ">"):
        return low, None
    if comparator in ("<=", "<"):
        return None, low
    return low, low
