"""Cuts running text into sentences, clauses and items of lists, offsets kept."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

_OPEN = "（(“《「【〈‘"
_CLOSE = "）)”》」】〉’"
_NO_CONJUNCTION = (
    r"(?!(?<=中)和|(?<=共)和|(?<=饱)和|(?<=总)和|和(?:谐|平)|(?<=普)及|(?<=涉)及|及时)"
)
"""和 and 及 inside words (碳中和, 普及), which join nothing."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A stretch of the clean text."""

    text: str
    start: int

    @property
    def end(self) -> int:
        return self.start + len(self.text)

    def cut(self, start: int, end: int | None = None) -> Phrase:
        """Part of the phrase by offsets within it, blanks at its edges dropped."""
        piece = self.text[start:end]
        stripped = piece.lstrip()
        return Phrase(stripped.rstrip(), self.start + start + len(piece) - len(stripped))


@cache
def _stops(marks: str) -> re.Pattern[str]:
    return re.compile(f"[\n{re.escape(marks + _OPEN + _CLOSE)}]")


def split(phrase: Phrase, marks: str) -> list[Phrase]:
    """Parts between ``marks``, which do not count inside brackets and quotation marks."""
    parts: list[Phrase] = []
    depth = begin = 0
    for match in _stops(marks).finditer(phrase.text):
        char = match.group()
        if char in _OPEN:
            depth += 1
        elif char in _CLOSE:
            depth = max(0, depth - 1)
        elif char == "\n" or depth == 0:
            depth = 0
            parts.append(phrase.cut(begin, match.start()))
            begin = match.end()
    parts.append(phrase.cut(begin))
    return [part for part in parts if part.text]


def sentences(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[Phrase]:
    """Sentences of the spans, cut at full stops, semicolons and paragraph ends."""
    for start, end in spans:
        yield from split(Phrase(text[start:end], start), "。！？；;")


def clauses(sentence: Phrase) -> list[Phrase]:
    """Parts of a sentence between commas and colons."""
    return split(sentence, "，,：:")


def listed(phrase: Phrase, *, last: str = "以及|及") -> list[Phrase]:
    """Items of a list written A、B、C和D; ``last`` are the conjunctions before the last item."""
    items = split(phrase, "、")
    if len(items) < 2 or not last:
        return items
    tail = items[-1]
    found = re.search(rf"(?<=[^\s]{{2}}){_NO_CONJUNCTION}(?:{last})(?=[^\s]{{2}})", tail.text)
    if not found or _depth(tail.text[: found.start()]):
        return items
    return [*items[:-1], tail.cut(0, found.start()), tail.cut(found.end())]


def without_ends(phrase: Phrase, ends: Iterable[str]) -> Phrase:
    """The phrase without the longest of ``ends`` it finishes with."""
    for end in sorted(ends, key=len, reverse=True):
        if phrase.text.endswith(end) and len(phrase.text) > len(end):
            return phrase.cut(0, len(phrase.text) - len(end))
    return phrase


def without_heads(phrase: Phrase, heads: Iterable[str], *, times: int = 3) -> Phrase:
    """The phrase without the longest of ``heads`` it begins with, taken off repeatedly."""
    ordered = sorted(heads, key=len, reverse=True)
    for _ in range(times):
        head = next((h for h in ordered if phrase.text.startswith(h)), "")
        if not head or len(phrase.text) == len(head):
            break
        phrase = phrase.cut(len(head))
    return phrase


def _depth(text: str) -> int:
    return sum(text.count(c) for c in _OPEN) - sum(text.count(c) for c in _CLOSE)
