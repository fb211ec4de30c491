"""Writes out why a pair was decided as it was, in both languages."""

from __future__ import annotations

from functools import cache

import polars as pl

from liantu.declarations import CATALOG
from liantu.records.identity.likeness import level_names
from liantu.words import Language, Words, read_words

RULES = (
    "unlikely",
    "branch",
    "code_and_name",
    "code_not_name",
    "name_not_code",
    "other_code",
    "group",
    "name_alone",
    "likely",
    "possible",
    "rivals",
)
"""Rules by which a pair is decided; their phrases are in ``catalog/words/identity.yaml``."""
FEATURES = (
    "code",
    "name",
    "core",
    "industry",
    "trade",
    "name_area",
    "area",
    "industry_code",
    "form",
    "group",
    "branch",
)


@cache
def _words() -> Words:
    return read_words(CATALOG / "words")


def reasons(pairs: pl.DataFrame, one: pl.DataFrame, other: pl.DataFrame) -> tuple[pl.Series, ...]:
    """Reason of each pair, Chinese and English.

    Args:
        pairs: ``rule``, the findings, and the positions ``i``, ``j`` in ``one`` and ``other``.
    """
    former = one["former"].gather(pairs["i"]) | other["former"].gather(pairs["j"])
    seen = pairs.select("rule", *FEATURES).with_columns(former=former)
    # Few combinations occur: each is worded once.
    kinds = seen.unique()
    said = kinds.with_columns(
        *(
            pl.Series(language, [_sentence(row, language) for row in kinds.iter_rows(named=True)])
            for language in ("zh", "en")
        )
    )
    worded = seen.join(said, on=seen.columns, how="left", maintain_order="left")
    return worded["zh"], worded["en"]


def _sentence(row: dict[str, int], language: Language) -> str:
    words = _words()
    phrases = [
        words.say(f"identity.{feature}.{level_names(feature)[row[feature]]}", language)
        for feature in FEATURES
        if words.known(f"identity.{feature}.{level_names(feature)[row[feature]]}")
    ]
    if row["former"]:
        phrases.append(words.say("identity.former", language))
    rule = words.say(f"identity.rule.{RULES[row['rule']]}", language)
    if language == "zh":
        return f"{rule}：{'，'.join(phrases)}。"
    return f"{rule}: {', '.join(phrases)}."
