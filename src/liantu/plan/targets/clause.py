"""A sentence cut into clauses, and each figure's own stretch of text within its clause."""

from __future__ import annotations

import re
from dataclasses import dataclass

from liantu.plan.targets.figure import Figure
from liantu.plan.targets.lexicon import any_of
from liantu.plan.targets.phrase import starts_noun

_COMMA = re.compile(r"[，；：。！？;!?]|,(?!\d{3})")
_FEW = 4
_NEAR = 40
_ITEM_END = re.compile(r"[、；，]")
_BREAK = re.compile(r"[、，；]|达到|实现|完成|突破|形成")
_FROM = re.compile(r"[由从](?:(?:19|20)\d\d年(?:底|末)?的?)?$")
_GROWTH_AFTER = re.compile(r"的?(?:年均|平均)?(?:速度)?(?:增长|增速|递增)")
_SPLIT = re.compile(r"[、和与及]|以及")


@dataclass(slots=True)
class Place:
    """A figure with the text that is its own: ``left`` before it, ``right`` after it."""

    figure: Figure
    left_start: int
    right_end: int
    alone: bool
    """Do the clause's end or a mark follow at once?"""


def clauses(text: str, figures: list[Figure]) -> list[tuple[int, int]]:
    """Half-open spans between commas; brackets are clauses of their own if they hold figures."""
    cuts = [0]
    at = 0
    while at < len(text):
        char = text[at]
        if char in "（(":
            close = _closing(text, at)
            if any(at < f.start < close for f in figures):
                cuts.extend((at, at + 1))
            else:
                at = close
        elif char == "“":
            close = text.find("”", at)
            at = close if 0 < close - at <= 30 else at
        elif text.startswith("——", at) and at > cuts[-1]:
            cuts.extend((at, at + 2))
            at += 1
        elif char in "）)" or _COMMA.match(text, at):
            cuts.extend((at, at + 1))
        at += 1
    cuts.append(len(text))
    return [(a, b) for a, b in zip(cuts[::2], cuts[1::2], strict=False) if b > a]


def _closing(text: str, at: int) -> int:
    depth = 0
    for i in range(at, min(len(text), at + 200)):
        depth += (text[i] in "（(") - (text[i] in "）)")
        if depth == 0:
            return i
    return at


def places(text: str, span: tuple[int, int], figures: list[Figure]) -> list[Place]:
    """The clause's figures that stand for themselves, each with its stretch of text."""
    inside = [f for f in figures if span[0] <= f.start < span[1]]
    heads = _heads(text, span, inside)
    result: list[Place] = []
    start = span[0]
    for i, figure in enumerate(heads):
        following = heads[i + 1] if i + 1 < len(heads) else None
        end = following.outer_start if following else span[1]
        right_end, next_start = _share_out(text, figure, end, following)
        after = text[figure.outer_end : right_end]
        alone = not starts_noun(after) or (
            not figure.counts and _GROWTH_AFTER.match(after) is not None
        )
        result.append(Place(figure, start, right_end, alone))
        start = next_start
    return result


def _share_out(text: str, figure: Figure, end: int, following: Figure | None) -> tuple[int, int]:
    """Where the name after ``figure`` ends, and where the next figure's own text begins."""
    between = text[figure.outer_end : end]
    if following is None:
        return end, end
    if not starts_noun(between) or any_of("attain").match(between):
        return figure.outer_end, figure.outer_end
    if between.endswith("的") and figure.counts and following.counts:
        return end - 1, end
    cuts = list(_SPLIT.finditer(between))
    if cuts:
        return figure.outer_end + cuts[-1].start(), figure.outer_end + cuts[-1].end()
    return end, figure.outer_end


def _heads(text: str, span: tuple[int, int], figures: list[Figure]) -> list[Figure]:
    """The clause's figures without those that are parts of names."""
    heads: list[Figure] = []
    held_to = -1
    for i, figure in enumerate(figures):
        before = heads[-1] if heads else None
        after = _Around(text, figure, before, figures[i + 1 : i + 1 + _FEW], held_to, span[1])
        if _is_modifier(after):
            held_to = figure.outer_end
        else:
            heads.append(figure)
    return heads


@dataclass(frozen=True, slots=True)
class _Around:
    """A figure and what stands around it in its clause."""

    text: str
    figure: Figure
    before: Figure | None
    later: list[Figure]
    held_to: int
    """Where the last figure that is a name's part ends."""
    end: int

    @property
    def touches(self) -> bool:
        """Does it follow a count, or a name's part, without a gap?"""
        before = self.before
        near = (self.figure.start, self.figure.outer_start)
        counted = before is not None and before.counts and before.outer_end in near
        return counted or self.held_to == self.figure.start

    @property
    def describes(self) -> bool:
        """Does the amount stand inside the name of what was counted before it?"""
        before = self.before
        if before is None or not before.counts:
            return False
        between = self.text[before.outer_end : self.figure.outer_start]
        return starts_noun(between) and not _BREAK.search(between)

    @property
    def sizes(self) -> bool:
        """10家年营收超千亿元、…: a size after a count, with a word of scale between."""
        before = self.before
        if before is None or not before.counts or self.figure.is_share:
            return False
        between = self.text[before.outer_end : self.figure.outer_start]
        return any_of("industrial").fullmatch(between.removeprefix("年")) is not None

    @property
    def leads_on(self) -> bool:
        """Does a later figure of the same item stand for itself (超10亿元企业50家)?"""
        mark = _ITEM_END.search(self.text, self.figure.outer_end, self.end)
        stop = mark.start() if mark else self.end
        return any(
            other.start < stop and (other.counts or not self.figure.is_share)
            for other in self.later
        )


def _is_modifier(around: _Around) -> bool:
    figure, text = around.figure, around.text
    if figure.counts:
        return False
    if around.touches or around.sizes:
        return True
    after = text[figure.outer_end : min(around.end, figure.outer_end + _NEAR)]
    noun = (starts_noun(after) and not any_of("attain").match(after)) or after.startswith("的")
    if noun and around.describes:
        return True
    if not noun or _FROM.search(text, max(0, figure.start - 9), figure.start):
        return False
    if figure.unit.technical:
        return True
    if figure.unit.dimension in ("points", "plain") or figure.style == "doubling":
        return False
    return around.leads_on
