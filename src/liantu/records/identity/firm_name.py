"""Splits a firm's name: 地区 + 字号 + 行业 + 组织形式, brackets, former names and branches.

The trade name (字号) is the core that tells firms apart. Characters are never lost: the parts of
a :class:`FirmName` put together are the folded name again.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Literal, NamedTuple

from liantu.records.identity.lexicon import FirmNameWords, firm_name_words, simplifying
from liantu.records.identity.places import Places, catalogue_places

PartKind = Literal[
    "area", "core", "industry", "group", "form", "branch", "former", "other_name", "remark", "mark"
]

_BRACKETS = str.maketrans("()[]{}〔〕【】", "（）" * 5)
_DROPPED = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200b-\u200f\u2060\ufeff\"'“”‘’`*#<>〈〉《》「」『』]"
)
_HAN = "\u3400-\u9fff"
_CLEAN = re.compile("[\u4e00-\u9fff（）A-Za-z0-9]+")
"""Nothing in such a name is written in two ways: most names are so."""
_BLANK = re.compile(rf"(?<=[{_HAN}（，、；：。·])\s+|\s+(?=[{_HAN}），、；：。·])|(?<=）)\s+(?=（)")
_MARK = re.compile("[（）]")
_SAID = re.compile("^[为是:：,，、]+")
_LETTERS = re.compile(rf"[^0-9a-z{_HAN}]")


@dataclass(frozen=True)
class Part:
    """A stretch of the name and what it is."""

    kind: PartKind
    text: str


@dataclass(frozen=True)
class FirmName:
    """A name and its parts. ``core_key`` is empty only where the name has no letter."""

    text: str
    """Folded: half-width letters, full-width brackets, no blanks between characters."""
    parts: tuple[Part, ...]
    area: str = ""
    """Areas as written, the one at the head first, joined by a blank."""
    area_codes: tuple[str, ...] = ()
    """GB/T 2260 codes, the narrowest of each place where an area stands."""
    core: str = ""
    core_key: str = ""
    """Core in simplified small letters, without points and hyphens."""
    industry: str = ""
    industry_words: tuple[str, ...] = ()
    """Words that tell the industry, general ones (科技, 实业 …) left out."""
    form: str = ""
    form_kind: str = ""
    group: bool = False
    branch: str = ""
    former: tuple[str, ...] = ()
    other_names: tuple[str, ...] = ()
    telling: bool = field(default=True)
    """False where the core is itself a word of an industry (电影, 化纤): the area must help."""


def fold(name: str) -> str:
    """Write a name in one way: width, brackets, blanks, invisible characters. Idempotent."""
    if _CLEAN.fullmatch(name):
        return name
    folded = _folded(name)
    while folded != name:  # a clean name takes one round
        name, folded = folded, _folded(folded)
    return folded


def _folded(name: str) -> str:
    text = unicodedata.normalize("NFKC", name)
    text = _DROPPED.sub("", text.translate(_BRACKETS))
    return _BLANK.sub("", " ".join(text.split())).strip(" ,，。;；、")


def key(text: str) -> str:
    """Comparable spelling: simplified, small letters, letters and digits only."""
    return plain_key(text.translate(simplifying()))


def plain_key(simplified: str) -> str:
    """:func:`key` of a text that is simplified already."""
    return _LETTERS.sub("", simplified.lower())


class Split(NamedTuple):
    """Cuts of one folded name; :func:`split_name` makes parts of them."""

    stem: str
    """Simplified name without its brackets."""
    area: int
    core: int
    industry: int
    group: int
    form: int
    """Ends, in the stem, of area, core, industry, group word and form; the branch follows."""
    area_codes: tuple[str, ...]
    words: tuple[str, ...]
    form_kind: str
    asides: tuple[Aside, ...]


class Aside(NamedTuple):
    """A bracket of the name: where it stands, what it is, what it says."""

    start: int
    end: int
    kind: PartKind
    said: str


def split_name(name: str, places: Places | None = None) -> FirmName:
    """Split one name; ``places`` knows the areas (those of the catalogue unless given)."""
    text = fold(name)
    cuts = split(text, places or catalogue_places())
    kinds = _kinds(text, cuts)
    parts = _grouped(text, kinds)
    said = {kind: [p.text for p in parts if p.kind == kind] for kind in ("area", "branch")}
    core = "".join(part.text for part in parts if part.kind == "core")
    return FirmName(
        text=text,
        parts=parts,
        area=" ".join(said["area"]),
        area_codes=cuts.area_codes,
        core=core,
        core_key=key(core) or core or key(text),
        industry="".join(part.text for part in parts if part.kind == "industry"),
        industry_words=cuts.words,
        form="".join(part.text for part in parts if part.kind == "form"),
        form_kind=cuts.form_kind,
        group=any(part.kind == "group" for part in parts),
        branch="".join(said["branch"]),
        former=tuple(aside.said for aside in cuts.asides if aside.kind == "former"),
        other_names=tuple(aside.said for aside in cuts.asides if aside.kind == "other_name"),
        telling=is_telling(cuts.stem[cuts.area : cuts.core]),
    )


def split(text: str, places: Places, shadow: str | None = None) -> Split:
    """Cuts of a folded name. Chinese names by their order of parts, Latin ones by their form.

    Args:
        shadow: ``text`` in simplified characters, where the caller has it.
    """
    shadow = text.translate(simplifying()) if shadow is None else shadow
    asides = _asides(shadow, places) if "（" in shadow else ()
    stem = shadow
    for aside in reversed(asides):
        stem = stem[: aside.start] + stem[aside.end :]
    words = _words()
    form, branch_at, form_kind = _form(stem, words)
    if not form_kind and stem.isascii() and (latin := words.latin.search(stem)):
        form, branch_at = latin.start(), len(stem)
        form_kind = words.latin_kinds[_latin_key(latin[0])]
    stretch = places.head(stem[:form])
    area = stretch.length if form - stretch.length >= 1 else 0
    codes = [stretch.code] if area and stretch.code else []
    codes += [a.said for a in asides if a.kind == "area" and a.said not in ("", *codes)]
    core, industry, said = _peel(stem, area, form, words)
    return Split(stem, area, core, industry, form, branch_at, tuple(codes), said, form_kind, asides)


def is_telling(core: str) -> bool:
    """Is the core more than words of an industry?"""
    words = _words()
    while core:
        lengths = words.peeled.get(core[-1], ())
        step = next((n for n in lengths if core[-n:] in words.trades), 0)
        if not step:
            return True
        core = core[:-step]
    return False


class _Words(NamedTuple):
    """The lexicon, arranged for look-up."""

    forms: dict[str, str]
    form_lengths: dict[str, tuple[int, ...]]
    whole: re.Pattern[str]
    group: tuple[str, ...]
    group_set: frozenset[str]
    branches: tuple[str, ...]
    trades: frozenset[str]
    generic: frozenset[str]
    peeled: dict[str, tuple[int, ...]]
    """Lengths of words of industries and groups, the longest first, by their last character."""
    former: tuple[str, ...]
    other_name: tuple[str, ...]
    latin: re.Pattern[str]
    latin_kinds: dict[str, str]


@cache
def _words() -> _Words:
    read: FirmNameWords = firm_name_words()
    trades = frozenset(word for group in read.industry for word in group)
    latin = sorted(read.latin_forms, key=len, reverse=True)
    spelt = "|".join(re.sub(r"\\? ", r"[ .,]+", re.escape(form)) for form in latin)
    return _Words(
        forms=dict(read.forms),
        form_lengths=_lengths(read.forms),
        whole=re.compile("|".join(sorted(read.whole_forms, key=len, reverse=True))),
        group=tuple(sorted(read.group, key=len, reverse=True)),
        group_set=frozenset(read.group),
        branches=read.branches,
        trades=trades | frozenset(read.generic),
        generic=frozenset(read.generic),
        peeled=_lengths((*trades, *read.generic, *read.group)),
        former=tuple(sorted(read.former, key=len, reverse=True)),
        other_name=tuple(sorted(read.other_name, key=len, reverse=True)),
        latin=re.compile(rf"(?<=[^\s])[ ,.]+(?:{spelt})\.?$", re.IGNORECASE),
        latin_kinds=dict(read.latin_forms),
    )


def _lengths(words: Iterable[str]) -> dict[str, tuple[int, ...]]:
    known: dict[str, set[int]] = {}
    for word in words:
        known.setdefault(word[-1], set()).add(len(word))
    return {last: tuple(sorted(found, reverse=True)) for last, found in known.items()}


def _latin_key(form: str) -> str:
    return " ".join(re.sub(r"[.,]+", " ", form.lower()).split())


def _asides(shadow: str, places: Places) -> tuple[Aside, ...]:
    return tuple(
        Aside(start, end, *_aside(shadow[start + 1 : end - 1], places))
        for start, end in _outer_brackets(shadow)
    )


def _outer_brackets(text: str) -> list[tuple[int, int]]:
    """Stretches in brackets; a bracket within a bracket belongs to the outer one."""
    found: list[tuple[int, int]] = []
    opened: list[int] = []
    for mark in _MARK.finditer(text):
        if mark[0] == "（":
            opened.append(mark.start())
        elif opened:
            start = opened.pop()
            while found and found[-1][0] > start:
                found.pop()
            found.append((start, mark.end()))
    return found


def _aside(said: str, places: Places) -> tuple[PartKind, str]:
    """What a bracket holds, and what it says: the code of an area, another name."""
    words = _words()
    for mark in words.former:
        if said.startswith(mark) and len(said) > len(mark) + 1:
            return "former", _SAID.sub("", said[len(mark) :])
    for mark in words.other_name:
        if said.startswith(mark) and len(said) > len(mark) + 1:
            return "other_name", _SAID.sub("", said[len(mark) :])
    if said in words.group_set:
        return "group", said
    if said in words.forms:
        return "form", words.forms[said]
    stretch = places.head(said)
    if said and stretch.length == len(said):
        return "area", stretch.code
    if said.endswith(words.branches):
        return "branch", said
    return "remark", said


def _form(stem: str, words: _Words) -> tuple[int, int, str]:
    """Start and end of the form, and its kind. What follows a firm's form is its branch."""
    whole = words.whole.search(stem)
    if whole and whole.start():
        return whole.start(), whole.end(), words.forms[whole[0]]
    for length in words.form_lengths.get(stem[-1:], ()):
        kind = words.forms.get(stem[-length:])
        if kind is not None and length < len(stem):
            return len(stem) - length, len(stem), kind
    return len(stem), len(stem), ""


def _peel(stem: str, area: int, form: int, words: _Words) -> tuple[int, int, tuple[str, ...]]:
    """Ends of core and industry, walking back from the form over words of an industry."""
    end = form
    for word in words.group:
        if stem.endswith(word, area + 1, end) and end - len(word) - area >= 1:
            end -= len(word)
            break
    industry, said = end, []
    while end - area > 2:
        most = end - area - 2
        for length in words.peeled.get(stem[end - 1], ()):
            word = stem[end - length : end]
            if length <= most and (word in words.trades or word in words.group_set):
                break
        else:
            break
        end -= length
        if word not in words.generic and word not in words.group_set:
            said.append(word)
    return end, industry, tuple(reversed(said))


def _kinds(text: str, cuts: Split) -> list[PartKind]:
    """What each character of the folded name belongs to."""
    spans: Sequence[tuple[PartKind, int]] = (
        ("area", cuts.area),
        ("core", cuts.core),
        ("industry", cuts.industry),
        ("group", cuts.group),
        ("form", cuts.form),
        ("branch", len(cuts.stem)),
    )
    stem: list[PartKind] = []
    for kind, end in spans:
        stem += [kind] * (end - len(stem))
    kinds: list[PartKind] = []
    taken = iter(stem)
    at = 0
    for aside in cuts.asides:
        kinds += [next(taken) for _ in range(aside.start - at)]
        inner = aside.end - aside.start - 2
        kinds += ["mark", *[aside.kind] * inner, "mark"]
        at = aside.end
    kinds += [next(taken) for _ in range(len(text) - at)]
    return kinds


def _grouped(text: str, kinds: Sequence[PartKind]) -> tuple[Part, ...]:
    parts: list[Part] = []
    start = 0
    for at in range(1, len(text) + 1):
        if at == len(text) or kinds[at] != kinds[start]:
            parts.append(Part(kinds[start], text[start:at]))
            start = at
    return tuple(parts) if text else ()
