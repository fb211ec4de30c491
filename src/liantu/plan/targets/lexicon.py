"""The words by which figures are read (``catalog/lexicon/targets.yaml``), and their patterns."""

from __future__ import annotations

import re
from functools import cache, lru_cache

from liantu.declarations import Declared, Source, read_declared
from liantu.plan.lexicon import LEXICON
from liantu.plan.package import Comparator, Nature


class TableWords(Declared):
    """Words of the head and the notes of an indicator table."""

    name: tuple[str, ...]
    number: tuple[str, ...]
    category: tuple[str, ...]
    unit: tuple[str, ...]
    nature: tuple[str, ...]
    base: tuple[str, ...]
    goal: tuple[str, ...]
    growth: tuple[str, ...]
    note: tuple[str, ...]
    relative: dict[str, Comparator]
    assigned: tuple[str, ...]


class TargetWords(Declared):
    """``catalog/lexicon/targets.yaml``; the file says what each list is for."""

    source: Source
    attain: tuple[str, ...]
    attain_weak: tuple[str, ...]
    rise: tuple[str, ...]
    fall: tuple[str, ...]
    average: tuple[str, ...]
    per_year: tuple[str, ...]
    stock: tuple[str, ...]
    entry: tuple[str, ...]
    causative: tuple[str, ...]
    adverb: tuple[str, ...]
    growth_noun: tuple[str, ...]
    nominal: tuple[str, ...]
    not_verb: tuple[str, ...]
    changing: tuple[str, ...]
    kept: tuple[str, ...]
    cut: tuple[str, ...]
    cut_level: tuple[str, ...]
    preposition: tuple[str, ...]
    policy: tuple[str, ...]
    project: tuple[str, ...]
    forecast: tuple[str, ...]
    national: tuple[str, ...]
    whole: tuple[str, ...]
    background: tuple[str, ...]
    background_not: tuple[str, ...]
    aims: tuple[str, ...]
    past: tuple[str, ...]
    aim: tuple[str, ...]
    money: tuple[str, ...]
    generic: tuple[str, ...]
    measured: tuple[str, ...]
    industrial: tuple[str, ...]
    attribute: tuple[str, ...]
    stage: tuple[str, ...]
    share: tuple[str, ...]
    topic: tuple[str, ...]
    sized: tuple[str, ...]
    structural: tuple[str, ...]
    measure: tuple[str, ...]
    vague: tuple[str, ...]
    qualifier: tuple[str, ...]
    scope: tuple[str, ...]
    owner: tuple[str, ...]
    table_unit: tuple[str, ...]
    nature: dict[str, Nature]
    table: TableWords


@cache
def target_words() -> TargetWords:
    """The words, read once."""
    return read_declared(TargetWords, LEXICON / "targets.yaml")


@lru_cache(maxsize=256)
def alternatives(words: tuple[str, ...]) -> str:
    """A pattern that matches any of ``words``, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(words), key=len, reverse=True))


@cache
def any_of(name: str) -> re.Pattern[str]:
    """Pattern of one list of the lexicon, by its name."""
    return re.compile(alternatives(getattr(target_words(), name)))


def holds(name: str, text: str) -> bool:
    """Does ``text`` hold a word of the list ``name``?"""
    return any_of(name).search(text) is not None
