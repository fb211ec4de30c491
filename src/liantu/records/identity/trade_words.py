"""Words of trade that the lexicon does not know, learned from the names themselves.

A word that many trade names are followed by, and none begins with, is no part of them. Learned
anew from the rows at hand each time; the lexicon stays what people wrote.
"""

from __future__ import annotations

import re

import polars as pl

from liantu.records.identity.rules import LearningRules

_LENGTHS = (2, 3, 4, 5)
_ROUNDS = 2


def peeled(
    one: pl.DataFrame, other: pl.DataFrame, rules: LearningRules
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Both frames of ready rows with learned words moved from the core to the industry."""
    same = one is other
    for _ in range(_ROUNDS):
        cores = pl.concat([one["core_key"], other["core_key"]]).unique()
        words = learned(cores, rules)
        if not words:
            break
        # The shortest core that leaves nothing but words behind it, of two characters at least.
        spelt = "|".join(re.escape(word) for word in words)
        cut = pl.col("core_key").str.extract_groups(
            f"^(?P<core>.{{2,}}?)(?P<learned>(?:{spelt})+)$"
        )
        cuts = cores.to_frame().select("core_key", cut.alias("cut")).unnest("cut").drop_nulls()
        one = _moved(one, cuts)
        other = one if same else _moved(other, cuts)
    return one, other


def learned(cores: pl.Series, rules: LearningRules) -> list[str]:
    """Words that end many of the distinct ``cores``, the longest first."""
    least = max(rules.least, int(rules.share * len(cores)))
    size = pl.col("core").str.len_chars()
    frame = cores.unique().to_frame("core")
    counts = {1: _ends(frame.filter(size >= 3), 1)}
    words = []
    for length in _LENGTHS:
        counts[length] = _ends(frame.filter(size >= length + 2), length)
        begins = (
            frame.select(word=pl.col("core").str.slice(0, length)).group_by("word").len("begins")
        )
        found = (
            counts[length]
            .filter((pl.col("ends") >= least) & (pl.col("befores") >= rules.befores))
            .join(begins, on="word", how="left")
            .filter(pl.col("begins").fill_null(0) <= rules.begins * pl.col("ends"))
        )
        if length > 2:  # else it is a word and whatever character stood before it
            shorter = counts[length - 1].select(rest="word", rest_ends="ends")
            found = (
                found.with_columns(rest=pl.col("word").str.slice(1))
                .join(shorter, on="rest", how="left")
                .filter(pl.col("ends") >= rules.extends * pl.col("rest_ends"))
            )
        words += found["word"].to_list()
    return sorted(words, key=lambda word: (-len(word), word))


def _ends(frame: pl.DataFrame, length: int) -> pl.DataFrame:
    """Ends of cores: how many cores have each, and behind how many different characters."""
    return (
        frame.select(
            word=pl.col("core").str.tail(length),
            before=pl.col("core").str.head(-length).str.tail(1),
        )
        .group_by("word")
        .agg(pl.len().alias("ends"), pl.col("before").n_unique().alias("befores"))
    )


def _moved(rows: pl.DataFrame, cuts: pl.DataFrame) -> pl.DataFrame:
    return (
        rows.join(cuts, on="core_key", how="left", maintain_order="left")
        .with_columns(
            core_key=pl.coalesce("core", "core_key"),
            industry=pl.col("learned").fill_null("") + pl.col("industry"),
            trade=pl.col("learned").fill_null("") + pl.col("trade"),
        )
        .drop("core", "learned")
    )
