"""One indicator, many spellings: reads a name into a key that compares.

Plans, communiqués and work reports write one indicator in many ways (规模以上/规上,
R&D/研究与试验发展, 占比/比重, 营业收入超百亿的企业数量/百亿级企业). :func:`read_name` takes a
name apart into what is measured (``key``), how (``measure``), and on what coverage
(``scope``), and :func:`relate` says whether two names may be the same series. The key never
hides a scope: names that differ only in scope have one key and relate as ``scope_unsaid`` or
``scope_differs``, so that a caller must decide.

Rules are data: ``catalog/lexicon/naming.yaml``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from liantu.declarations import CATALOG, Declared, Source, read_declared

Measure = Literal["amount", "growth", "reduction", "share", "rate"]
Relation = Literal["same", "scope_unsaid", "scope_differs", "other"]


class Rewrite(Declared):
    """One spelling rule: ``pattern`` is replaced by ``to``."""

    pattern: str
    to: str


class MeasureRule(Declared):
    """What the end of a name tells of its measure; ``keep`` leaves the end in the key."""

    measure: Measure
    pattern: str
    keep: bool = False


class ScopeDimension(Declared):
    """Terms that exclude each other; ``before``/``not_after`` limit the place they count in."""

    dimension: str
    terms: tuple[str, ...]
    before: str = ""
    not_after: str = ""


class NamingLexicon(Declared):
    """``catalog/lexicon/naming.yaml``."""

    source: Source
    synonyms: tuple[Rewrite, ...]
    leading: tuple[str, ...]
    gross: tuple[str, ...]
    trailing: tuple[str, ...]
    measures: tuple[MeasureRule, ...]
    fillers: tuple[str, ...]
    scopes: tuple[ScopeDimension, ...]
    whole: tuple[str, ...]
    count_heads: tuple[str, ...]
    conjunctions: tuple[str, ...]
    implied_by_unit: dict[str, tuple[str, ...]]
    size_classes: dict[str, str]
    unit_characters: str


@dataclass(frozen=True)
class IndicatorName:
    """A name taken apart.

    ``key`` is empty only where nothing but filler was given. ``scope`` holds pairs
    (dimension, term), sorted. ``gross`` is set where the name counts entries (新增 …) rather
    than a stock. ``parts`` holds the names of a joint count (A和B), empty otherwise.
    """

    written: str
    key: str
    measure: Measure
    scope: tuple[tuple[str, str], ...] = ()
    gross: bool = False
    parts: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def lexicon() -> NamingLexicon:
    """The naming rules, read once."""
    return read_declared(NamingLexicon, CATALOG / "lexicon" / "naming.yaml")


def fold(text: str) -> str:
    """Undo differences of typing: width, case, spaces, quotation marks, dashes."""
    folded = unicodedata.normalize("NFKC", text).upper()
    return re.sub(r"[\s\"'“”‘’「」『』《》·•*]", "", folded).replace("＆", "&")


@lru_cache(maxsize=65536)
def read_name(
    name: str,
    *,
    subject: str = "",
    scope: tuple[str, ...] = (),
    area: str = "",
    unit: str = "",
) -> IndicatorName:
    """Take an indicator's name apart.

    Args:
        name: as written, with or without scope, verb, unit in brackets.
        subject: whose indicator it is; prefixed unless it means the whole area.
        scope: further scope terms stated beside the name.
        area: the plan's area, dropped from the front of the name.
        unit: base unit of the figure; drops words the unit already says (面积 in 平方米).
    """
    words = lexicon()
    text = _compose(fold(name), fold(subject), fold(area), words)
    text = _cut_end(_without_unit_bracket(text, words), words)
    text, gross = _cut_gross(_cut_front(text, fold(area), words), words)
    text = _cut_front(_rewrite(text, words), fold(area), words)
    text, found = _take_scope(text, words)
    text, measure = _take_measure(_cut_end(text, words), words)
    text = _rewrite(_cut_end(text, words), words)
    for filler in words.fillers:
        text = text.replace(filler, "")
    for pattern in words.implied_by_unit.get(unit, ()):
        shorter = re.sub(f"{pattern}$", "", text)
        text = shorter or text
    key = text if measure in ("amount", "share", "rate") else f"{text}:{measure}"
    return IndicatorName(
        written=name,
        key=key,
        measure=measure,
        scope=_merge_scope(found, scope, words),
        gross=gross and measure == "amount",
        parts=joint_parts(name),
    )


def indicator_key(name: str, *, subject: str = "", area: str = "", unit: str = "") -> str:
    """The comparable key of a name: ``read_name(...).key``."""
    return read_name(name, subject=subject, area=area, unit=unit).key


def relate(one: IndicatorName, other: IndicatorName) -> Relation:
    """May two names be one series?

    ``same``: equal key and scope. ``scope_unsaid``: equal key, one names a qualifier the
    other leaves out. ``scope_differs``: equal key, contradicting qualifiers (国家级/省级).
    ``other``: different keys.
    """
    if one.key != other.key or not one.key:
        return "other"
    return compare_scopes(one.scope, other.scope)


def compare_scopes(
    one: Iterable[tuple[str, str]], other: Iterable[tuple[str, str]]
) -> Literal["same", "scope_unsaid", "scope_differs"]:
    """Compare two sets of (dimension, term)."""
    left, right = _by_dimension(one), _by_dimension(other)
    if left == right:
        return "same"
    if any(left[name] != right[name] for name in left.keys() & right.keys()):
        return "scope_differs"
    return "scope_unsaid"


def joint_parts(name: str) -> tuple[str, ...]:
    """The names a joint count adds up (A和B → A, B); empty where the name is one thing."""
    words = lexicon()
    text = fold(name)
    pieces = [piece for piece in re.split("|".join(words.conjunctions), text) if piece]
    heads = tuple(words.count_heads)
    if len(pieces) < 2 or "(" in text:
        return ()
    if not all(re.sub(r"(?:总)?(?:数量|数|总数)$", "", piece).endswith(heads) for piece in pieces):
        return ()
    return tuple(pieces)


def is_whole_area(subject: str, area: str = "") -> bool:
    """Does this subject mean the whole area of the plan?"""
    folded = fold(subject)
    return folded in lexicon().whole or folded == fold(area)


def _by_dimension(scope: Iterable[tuple[str, str]]) -> dict[str, frozenset[str]]:
    result: dict[str, frozenset[str]] = {}
    for dimension, term in scope:
        result[dimension] = result.get(dimension, frozenset()) | {term}
    return result


def _compose(name: str, subject: str, area: str, words: NamingLexicon) -> str:
    """Prefix the subject, unless it is the whole area or the name already holds it."""
    if subject in words.whole or subject == area or subject in name:
        return name
    stem = re.sub(r"(?:产业|行业)$", "", subject)
    return name if stem and name.startswith(stem) else subject + name


def _without_unit_bracket(text: str, words: NamingLexicon) -> str:
    """Drop a closing bracket that holds a unit; keep what other brackets say in the name."""
    inside = re.escape(words.unit_characters)
    text = re.sub(rf"[(\[][{inside}]+[)\]]$", "", text)
    if text.endswith((")", "]")):
        return text
    return re.sub(r"[()\[\]、]", "", text) if re.search(r"\(.+?\)", text) else text


def _cut_front(text: str, area: str, words: NamingLexicon) -> str:
    while True:
        shorter = text[len(area) :] if area and text.startswith(area) else text
        for pattern in words.leading:
            shorter = re.sub(f"^{pattern}", "", shorter)
        if shorter in ("", text):
            return text
        text = shorter


def _cut_gross(text: str, words: NamingLexicon) -> tuple[str, bool]:
    if re.search(r"占|比重|比例", text):
        return text, False
    for pattern in words.gross:
        shorter = re.sub(f"^{pattern}", "", text)
        if shorter and shorter != text:
            return shorter, True
    return text, False


def _rewrite(text: str, words: NamingLexicon) -> str:
    for written, word in sorted(words.size_classes.items(), key=lambda item: -len(item[0])):
        text = re.sub(rf"(?<![\d.]){written}", word, text)
    for rule in words.synonyms:
        text = re.sub(rule.pattern, rule.to, text)
    return text


def _take_scope(text: str, words: NamingLexicon) -> tuple[str, list[tuple[str, str]]]:
    found: list[tuple[str, str]] = []
    for dimension in words.scopes:
        after = f"(?={dimension.before})" if dimension.before else ""
        before = f"(?<!{dimension.not_after})" if dimension.not_after else ""
        for term in sorted(dimension.terms, key=len, reverse=True):
            shorter = re.sub(before + re.escape(term) + after, "", text)
            if shorter and shorter != text:
                found.append((dimension.dimension, term))
                text = shorter
    return text, found


def _merge_scope(
    found: list[tuple[str, str]], stated: tuple[str, ...], words: NamingLexicon
) -> tuple[tuple[str, str], ...]:
    """Terms of the name, and of ``stated`` those whose dimension the name leaves open.

    Sector terms stated beside a name say no more than the name does, unless it names 企业.
    """
    result = set(found)
    named = {dimension for dimension, _ in found}
    for dimension in words.scopes:
        if dimension.dimension in named or dimension.before:
            continue
        for term in stated:
            folded = _rewrite(fold(term), words)
            if folded in dimension.terms:
                result.add((dimension.dimension, folded))
    return tuple(sorted(result))


def _cut_end(text: str, words: NamingLexicon) -> str:
    while True:
        shorter = text
        for pattern in words.trailing:
            shorter = re.sub(pattern, "", shorter) or shorter
        if shorter == text:
            return text
        text = shorter


def _take_measure(text: str, words: NamingLexicon) -> tuple[str, Measure]:
    for rule in words.measures:
        found = re.search(rule.pattern, text)
        if found and found.start() > 0:
            return (text if rule.keep else text[: found.start()]), rule.measure
    return text, "amount"
