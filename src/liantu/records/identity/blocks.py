"""Which rows are worth comparing: rows that share a code, a core, or rare pairs of characters.

Every key is a join; keys shared by many rows are narrowed or left out, so that the number of
pairs grows with the rows and not with their square.
"""

from __future__ import annotations

from collections.abc import Iterator

import polars as pl

from liantu.records.identity.rules import BlockRules


def candidates(left: pl.DataFrame, right: pl.DataFrame, rules: BlockRules) -> pl.DataFrame:
    """Pairs (``i``, ``j``) of positions in the two frames of ready rows, each once.

    Two rows whose codes both hold and differ are a pair only where core and industry agree: then
    a code may be wrong. Elsewhere the codes have told them apart already.
    """
    one = _keyed(left)
    other = one if right is left else _keyed(right)
    found = [_join(_keys(one, key), _keys(other, key), limit) for key, limit in _plans(rules)]
    found += [
        _join(_typo_keys(one, beside), _typo_keys(other, beside), rules.largest)
        for beside in ("industry", "district")
    ]
    found += _code_slips(one, other, rules)
    pairs = pl.concat(found)
    if one is other:
        pairs = pairs.filter(pl.col("i") != pl.col("j")).select(
            i=pl.min_horizontal("i", "j"), j=pl.max_horizontal("i", "j")
        )
    # One number a pair: far quicker to make unique than two.
    packed = pairs.select(pair=pl.col("i").cast(pl.Int64) * other.height + pl.col("j")).unique()
    unique = packed.select(i=pl.col("pair") // other.height, j=pl.col("pair") % other.height)
    return unique.filter(_may_be_one(one, other, unique))


def _may_be_one(one: pl.DataFrame, other: pl.DataFrame, pairs: pl.DataFrame) -> pl.Series:
    both = pl.concat([one, other]) if other is not one else one
    sides = (pairs["i"], pairs["j"] + (one.height if other is not one else 0))

    def numbers(text: pl.Expr) -> tuple[pl.Series, pl.Series]:
        coded = both.select(text.rank("dense")).to_series()
        return coded.gather(sides[0]), coded.gather(sides[1])

    certain = both.select(pl.col("holds")).to_series()
    code = numbers(pl.col("code"))
    core = numbers(pl.col("core_key"))
    trade = numbers(pl.col("industry"))
    unsaid = both["industry"] == ""
    apart = certain.gather(sides[0]) & certain.gather(sides[1]) & (code[0] != code[1])
    alike = (core[0] == core[1]) & (
        (trade[0] == trade[1]) | unsaid.gather(sides[0]) | unsaid.gather(sides[1])
    )
    return ~apart | alike


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
        # Neighbours swapped; of short cores only, so that sorting costs nothing.
        letters=pl.when(pl.col("core_key").str.len_chars() <= 3)
        .then(pl.col("core_key").str.split("").list.sort().list.join(""))
        .otherwise(pl.lit("")),
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
    yield ("letters", "city", "industry"), rules.largest


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
