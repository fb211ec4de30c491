"""Phrases around a figure: the verb before it, the name on its left, the name on its right.

Chinese runs on without blanks, so a phrase is read by peeling known words off its ends, the
longest first, until something is met that is not in the lexicon: the indicator's name.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Literal

from liantu.plan.targets.lexicon import alternatives, any_of, target_words
from liantu.plan.targets.when import TIME

Mode = Literal["share", "level", "count"]
"""What kind of figure the phrase leads up to: share and growth, amount, counted things."""

_PERIOD = (
    r"(?:“?(?:二十|十)[一二三四五六七八九]?五”?(?:时期|期间|期)?末?"
    r"|(?:19|20)\d\d年(?:底|末)?|上年|基期|期初|现状)"
)
_BASE = re.compile(
    rf"(?:(?:较|比|相比于?|相较于?|与|同){_PERIOD}(?:相比|水平|时)?|在?{_PERIOD}的?基础上),?$"
)
_RELATIVE = re.compile(
    r"(?:(?:高于|快于|高出|超出|低于|优于|领先于?|慢于|超过)(?P<ref>[^，。；、：\d]{2,24})"
    r"|(?:较|(?<!占)比)(?P<ref2>[^，。；、：\d重例]{2,20})(?:(?<!提)高出?|快|(?<!降)低|多|领先))$"
)
_FRACTION = re.compile(
    r"(?:达到|达|为|是|相当于|提高到|增长到|扩大到|提升到)(?P<ref>[^，。；、：]{2,16})的$"
)
_OPENERS = re.compile(
    r"[、，。；：）)”》+\s]|(?:和|与|及|并|且|等|或|其中|以|用于|来|在|向|对|为|占|较|比|同比)(?!部|亚|其)"
    r"|(?:新?台阶|大关|关口|门槛|水平)|的(?:目标|水平|要求|标准|基础|比例|速度)"
)
_TRAILING = re.compile(r"(?:[、，。；：的并]|(?<!调)和|与|及|以及|等|（|“)+$")
_HEAD_MARKS = re.compile(r"[\s，。、；：）)”》的]+")
_LONGEST_NAME = 26
_PEELED = (
    "attain",
    "attain_weak",
    "rise",
    "fall",
    "average",
    "per_year",
    "stock",
    "entry",
    "adverb",
)


@dataclass(slots=True)
class Left:
    """What stands before a figure, taken apart."""

    name: str = ""
    start: int = 0
    """Where the name starts, in the text given."""
    whole: str = ""
    """全市, 全省 …, cut off the name."""
    words: set[str] = field(default_factory=set)
    """Lists of the lexicon that the peeled words belong to: attain, rise, entry …"""
    verb: str = ""
    """The word next to the name, or next to the figure where there is no name."""
    base: str = ""
    reference: str = ""
    fraction: bool = False
    """X的 stands before the figure: so many times, or per cent, of X."""
    distributed: bool = False
    """分别 stands before it: names and figures pair off."""
    each: bool = False
    """均 or 都: every name has the figure."""
    blocked: bool = False
    """A preposition stands before the figure: it is a way of working, not an aim."""
    lone_from: bool = False
    """由 or 从 stands before the figure: it is a starting value."""

    def has(self, *names: str) -> bool:
        return any(name in self.words for name in names)

    @property
    def governed(self) -> bool:
        """Is there a word that makes the figure the sentence's point?"""
        return bool(self.reference) or self.has(
            "attain", "rise", "fall", "average", "per_year", "stock", "entry", "growth_noun"
        )


@cache
def _tail(names: tuple[str, ...]) -> re.Pattern[str]:
    words = [word for name in names for word in getattr(target_words(), name)]
    return re.compile(f"(?:{alternatives(tuple(words))})$")


@cache
def _head(names: tuple[str, ...]) -> re.Pattern[str]:
    words = [word for name in names for word in getattr(target_words(), name)]
    return re.compile(f"(?:{alternatives(tuple(words))})")


@lru_cache(maxsize=4096)
def _classes_of(word: str) -> frozenset[str]:
    words = target_words()
    return frozenset(name for name in _PEELED if word in getattr(words, name))


def read_left(text: str, mode: Mode, *, noun_follows: bool) -> Left:
    """Take apart the text from the clause's start to the figure."""
    left = Left()
    rest = _relative(text.rstrip(), left, mode)
    rest = _peel_right(rest, left, mode, noun_follows)
    if rest.endswith(("由", "从")):
        left.lone_from, rest = True, rest[:-1]
    if left.lone_from:
        left.words.add("attain")
    elif noun_follows and _tail(("preposition",)).search(rest):
        left.blocked = True
    _peel_left(text, rest, left, mode)
    if mode != "count" and not left.governed:
        _cut_change(left)
    if not noun_follows or mode != "count":
        _cut_middle(left, mode)
    else:
        _note_verb(left)
    left.name = trim(left.name)
    return left


def _relative(text: str, left: Left, mode: Mode) -> str:
    if mode != "share":
        return text
    fraction = _FRACTION.search(text)
    if fraction:
        left.fraction, left.reference = True, fraction["ref"]
        left.words.add("attain")
        return text[: fraction.start()]
    found = _RELATIVE.search(text)
    if found and not _BASE.search(text):
        left.reference = found["ref"] or found["ref2"]
        return text[: found.start()]
    return text


def _peel_right(rest: str, left: Left, mode: Mode, noun_follows: bool) -> str:
    while rest:
        base = _BASE.search(rest)
        if base:
            left.base, rest = base[0], rest[: base.start()]
            continue
        time = next(
            (m for m in TIME.finditer(rest, max(0, len(rest) - 16)) if m.end() == len(rest)), None
        )
        if time:
            rest = rest[: time.start()]
            if time["cue"] in ("由", "从"):
                left.lone_from = True
                break
            if time["cue"] in ("到", "至") and _tail(("rise", "fall")).search(rest):
                # 提高到2025年的45万元: the verb is 提高到.
                left.words.add("attain")
            continue
        if _tail(("growth_noun",)).search(rest):
            left.words |= {"growth_noun", "rise"}
            if re.search(r"年均|年平均|年度", rest[-12:]):
                left.words.add("average")
            break
        word = _tail(_PEELED).search(rest[-8:])
        if not word or not _may_peel(word[0], rest, left, mode, noun_follows):
            break
        left.words |= _classes_of(word[0])
        left.verb = left.verb or word[0]
        left.distributed = left.distributed or "分别" in word[0]
        left.each = left.each or word[0] in ("均", "都")
        if word[0] == "等":
            left.words.add("等")
        rest = rest[: len(rest) - len(word[0])]
    return rest


def _may_peel(word: str, rest: str, left: Left, mode: Mode, noun_follows: bool) -> bool:
    classes = _classes_of(word)
    if classes & {"attain", "attain_weak", "adverb"}:
        return True
    if classes & {"stock", "entry"} and not classes & {"rise", "fall", "per_year", "average"}:
        if rest == word:
            return True
        if noun_follows:
            return word not in target_words().nominal or _verbal(rest[: -len(word)])
        if mode == "share":
            return False
        return word not in target_words().nominal and not _starts_with_verb(rest[: -len(word)])
    if word in ("年", "减", "增", "降") and not noun_follows and len(rest) > len(word):
        return mode == "share" and word != "年"
    if classes & {"rise", "fall"} and mode != "share":
        # 产能减少, 排放量下降 with an amount: the word is the verb; 提升 before 5家 is not.
        return bool(re.search(r"增加|减少|减排|压减|削减|节约|下降|降低|提高|提升|增长|扩大", word))
    return True


def _verbal(before: str) -> bool:
    """Do the words before 改造, 服务 … leave it a verb (大力推广 …) rather than a name's end?"""
    return before.endswith(("，", "、", "并", "和")) or _tail(_PEELED).search(before) is not None


def _starts_with_verb(text: str) -> bool:
    stripped = _strip_head(text, Left(), "count", verbs=False)[0]
    found = _head(("stock", "entry")).match(stripped)
    return bool(found) and len(stripped) > len(found[0]) + 1 if found else False


def _peel_left(text: str, rest: str, left: Left, mode: Mode) -> None:
    name, dropped = _strip_head(rest, left, mode, verbs=mode != "share")
    left.name, left.start = name, dropped


def _strip_head(rest: str, left: Left, mode: Mode, *, verbs: bool) -> tuple[str, int]:
    """Peel marks, times, causative words and (for counts) verbs off the front."""
    at = 0
    while at < len(rest):
        step = _head_step(rest, at, left, verbs)
        if not step:
            break
        at += step
    return rest[at:], at


def _head_step(rest: str, at: int, left: Left, verbs: bool) -> int:
    marks = _HEAD_MARKS.match(rest, at)
    if marks:
        return marks.end() - at
    time = TIME.match(rest, at)
    if time:
        return time.end() - at
    whole = any_of("whole").match(rest, at)
    if whole and not (whole[0] == "全国" and rest.startswith(("重点", "示范", "先进"), at + 2)):
        left.whole = left.whole or whole[0]
        return len(whole[0])
    if any_of("not_verb").match(rest, at):
        return 0
    yearly = _head(("per_year",)).match(rest, at)
    growing = (
        re.compile("(?:复合)?(?:增|递|提|下|降)").match(rest, yearly.end()) if yearly else None
    )
    if yearly and yearly[0] != "年" and not growing:
        left.words.add("per_year")
        return len(yearly[0])
    if verbs:
        verb = _head(("stock", "entry")).match(rest, at)
        if verb:
            left.words |= _classes_of(verb[0]) & {"stock", "entry"}
            left.verb = verb[0]
            return len(verb[0])
    word = _head(("causative",)).match(rest, at)
    if word and len(rest) - at > len(word[0]):
        left.distributed = left.distributed or word[0] == "分别"
        return len(word[0])
    return 0


def _cut_change(left: Left) -> None:
    """提高产品经济性10%以上, 利用新工艺降低排放30%: the verb stands before what it changes."""
    verbs = list(any_of("changing").finditer(left.name))
    if not verbs or len(left.name) - verbs[-1].end() < 2:
        return
    found = verbs[-1]
    if any_of("not_verb").match(left.name, found.start()):
        return
    left.words.add("fall" if found[0] in target_words().fall else "rise")
    left.verb = found[0]
    left.name, left.start = left.name[found.end() :], left.start + found.end()


def _cut_middle(left: Left, mode: Mode) -> None:
    """In “在重点行业创建绿色工厂” the name begins after the verb."""
    if left.name.startswith(("每", "人均")):
        return
    count = mode == "count" or (mode == "level" and not left.has("attain"))
    pattern = any_of("cut") if count else any_of("cut_level")
    at = 0
    for found in pattern.finditer(left.name):
        tail = left.name[found.end() :]
        if len(tail) < 3 or any_of("not_verb").match(left.name, found.start()):
            continue
        if count and (at or tail[0] in "的和与及、型类化率量"):
            break
        if found[0] == "实现" and found.start() > 1:
            # 规上企业实现营业收入: both sides belong to the name.
            left.name = left.name[: found.start()] + tail
            break
        at = found.end()
        if count:
            left.words |= _classes_of(found[0]) & {"stock", "entry"}
            left.verb = found[0]
    tail, dropped = _strip_head(left.name[at:], left, mode, verbs=count)
    if at and tail:
        left.name, left.start = tail, left.start + at + dropped


def _note_verb(left: Left) -> None:
    """Before “2个产业集群”, a verb in the text to the left still governs the count."""
    if left.has("stock", "entry"):
        return
    found = any_of("cut").search(left.name)
    if found:
        left.words |= _classes_of(found[0]) & {"stock", "entry"}
        left.verb = found[0]


def read_right(text: str) -> str:
    """The name that follows a figure; empty where none does."""
    if _OPENERS.match(text) or not text:
        return ""
    name = text[1:] if text.startswith("的") else text
    stop = re.search(r"[，。；：]|（(?![^（）]*）)|[和与及](?:一批|若干|多个)", name)
    name = trim(name[: stop.start()] if stop else name)
    if len(name) > _LONGEST_NAME and "的" in name:
        last = name.rsplit("的", 1)[1]
        name = last if len(last) >= 4 else name
    return name


def trim(name: str) -> str:
    """Drop what cannot end or begin a name: marks, conjunctions, unpaired brackets."""
    name = _TRAILING.sub("", name.strip())
    if name.count("（") != name.count("）"):
        name = re.sub(r"^[^（）]*）|（[^（）]*$", "", name)
    if name.count("“") != name.count("”"):
        name = re.sub(r"^[^“”]*”|“[^“”]*$", "", name) or name.strip("“”")
    return name.strip(" \t，、。；：")


def starts_noun(text: str) -> bool:
    """Does a name follow at once?"""
    return bool(text) and not _OPENERS.match(text)
