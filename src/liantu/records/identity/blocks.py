"""Which rows are worth comparing: rows that share a code, a core, or rare pairs of characters.

Every key is a join; keys shared by many rows are narrowed or left out, so that the number of
pairs grows with the rows and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from liantu.records.identity.rules import BlockRules


def candidates(left: pl.DataFrame, right: pl.DataFrame, rules: BlockRules) -> pl.DataFrame:
    """Pairs (``i``, ``j``) of positions in the two frames of ready rows, each once."""
    one = _keyed(left)
    other = one if right is left else _keyed(right)
    found = [_join(_keys(one, key), _keys(other, key), limit) for key, limit in _plans(rules)]
    found += [
        _join(_typo_keys(one, beside), _typo_keys(other, beside), rules.largest)
        for beside in ("industry", "district")
    ]
    found.append(_rare_pairs(one, other, rules))
    found += _code_slips(one, other, rules)
    pairs = pl.concat(found)
    if one is other:
        pairs = pairs.filter(pl.col("i") != pl.col("j")).select(
            i=pl.min_horizontal("i", "j"), j=pl.max_horizontal("i", "j")
        )
    # One number a pair: far quicker to make unique than two.
    packed = pairs.select(pair=pl.col("i").cast(pl.Int64) * other.height + pl.col("j")).unique()
    return packed.select(i=pl.col("pair") // other.height, j=pl.col("pair") % other.height)


def _keyed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.select(
        pl.int_range(pl.len(), dtype=pl.Int32).alias("at"),
        "code",
        "holds",
        "core_key",
        "industry",
        pl.col("area_code").str.slice(0, 4).alias("city"),
        pl.col("area").str.slice(0, 4).alias("name_city"),
        "whole_key",
        district="area_code",
        start=pl.col("core_key").str.slice(0, 2),
        head=pl.col("core_key") + pl.col("industry"),
    )


def _plans(rules: BlockRules) -> Iterator[tuple[tuple[str, ...], int]]:
    """Columns that must agree, and the most rows that may share them."""
    yield ("code",), rules.largest
    yield ("whole_key",), rules.largest
    yield ("core_key",), rules.largest_core
    yield ("head",), rules.largest
    yield ("core_key", "city"), rules.largest
    yield ("core_key", "name_city"), rules.largest
    yield ("start", "city", "industry"), rules.largest


def _keys(rows: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    """Rows that have all of ``columns``, with one hash of them."""
    said = pl.all_horizontal(pl.col(name) != "" for name in columns)
    return rows.filter(said).select("at", key=pl.struct(columns).hash())


def _join(one: pl.DataFrame, other: pl.DataFrame, limit: int) -> pl.DataFrame:
    """Pairs that share a key; keys of more than ``limit`` rows on a side are left out."""
    small = [
        side.group_by("key").len().filter(pl.col("len") <= limit).select("key")
        for side in (one, other)
    ]
    usable = small[0].join(small[1], on="key")
    return (
        one.join(usable, on="key")
        .join(other, on="key", suffix="_other")
        .select(i="at", j="at_other")
    )


def _typo_keys(rows: pl.DataFrame, beside: str) -> pl.DataFrame:
    """The core with one character left out, each in turn, beside an area or industry.

    Two cores one wrong, missing or swapped character apart share such a key (Mor and Fraenkel
    1982). Of a core of two characters the place of what is left and the city must agree too.
    """
    length = pl.col("core_key").str.len_chars()
    rows = rows.filter((pl.col(beside) != "") & (length >= (2 if beside == "industry" else 3)))
    short = length == 2
    frames = [
        rows.filter(length > place).select(
            "at",
            key=pl.struct(
                pl.col("core_key").str.slice(0, place) + pl.col("core_key").str.slice(place + 1),
                beside,
                pl.when(short).then(pl.col("city") + str(place)).otherwise(pl.lit("")),
            ).hash(),
        )
        for place in range(6)
    ]
    whole = rows.filter(length >= 3).select(
        "at", key=pl.struct("core_key", beside, pl.lit("").alias("city")).hash()
    )
    return pl.concat([*frames, whole]).unique()


def _rare_pairs(one: pl.DataFrame, other: pl.DataFrame, rules: BlockRules) -> pl.DataFrame:
    """Pairs of rows that share one of their rarest pairs of neighbouring characters."""
    sides = [_pairs(side) for side in (one, other)]
    counts = pl.concat(sides).group_by("key").len()
    few = counts.filter(pl.col("len") <= 2 * rules.largest)
    rarest = [
        side.join(few, on="key")
        .sort("len")
        .group_by("at", maintain_order=True)
        .head(rules.rarest_pairs)
        .select("at", "key")
        for side in sides
    ]
    return _join(rarest[0], rarest[1], rules.largest)


def _pairs(rows: pl.DataFrame) -> pl.DataFrame:
    """Pairs of neighbouring characters of core and industry."""
    longest = 12
    length = pl.col("head").str.len_chars()
    return pl.concat(
        rows.filter(length >= place + 2).select("at", key=pl.col("head").str.slice(place, 2).hash())
        for place in range(longest)
    ).unique()


def _code_slips(one: pl.DataFrame, other: pl.DataFrame, rules: BlockRules) -> list[pl.DataFrame]:
    """Pairs of which one code does not hold, and half of the organisation code agrees."""
    found = []
    for start, length in ((8, 5), (13, 5)):
        sides = [
            side.filter(pl.col("code").str.len_chars() == 18).select(
                "at", "holds", key=pl.col("code").str.slice(start, length).hash()
            )
            for side in (one, other)
        ]
        broken = [side.filter(~pl.col("holds")).select("at", "key") for side in sides]
        whole = [side.select("at", "key") for side in sides]
        found.append(_join(broken[0], whole[1], rules.largest))
        found.append(_join(whole[0], broken[1], rules.largest))
    return found
