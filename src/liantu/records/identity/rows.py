"""Rows of firms made ready for comparing: names split, codes judged, other names unfolded."""

from __future__ import annotations

import polars as pl

from liantu.errors import InvalidRecords
from liantu.records.identity.credit_code import normalised, valid
from liantu.records.identity.name_columns import split_names
from liantu.records.identity.places import Places

_REMARK = r"[（(][^（()）]*[)）]\s*$"
"""The last day a former name was borne stands in brackets behind it."""
OPTIONAL = ("credit_code", "former_names", "area_code", "industry_code")


def ready(frame: pl.DataFrame, places: Places | None = None) -> pl.DataFrame:
    """One row a name that the firm goes or went by.

    Args:
        frame: ``id`` and ``name``; where known ``credit_code``, ``former_names`` (separated by
            semicolons), ``area_code``, ``industry_code``.
    Returns:
        ``row`` (position in ``frame``), ``former`` (is it another name?), the columns of
        :func:`split_names`, ``code``, ``holds`` (does the code?), ``area_code``,
        ``industry_code``; text columns are never null, an empty one says nothing.
    Raises:
        InvalidRecords: ``id`` or ``name`` is missing, or an id occurs twice.
    """
    _refuse(frame)
    absent = [pl.lit(None, pl.String).alias(name) for name in OPTIONAL if name not in frame.columns]
    full = frame.with_columns(*absent).with_row_index("row")
    codes = normalised(full["credit_code"])
    full = full.select(
        pl.col("row").cast(pl.Int32),
        pl.col("name").cast(pl.String).fill_null(""),
        _text("former_names"),
        codes.fill_null("").alias("code"),
        valid(codes).fill_null(False).alias("holds"),
        _text("area_code"),
        _text("industry_code"),
    )
    plain = full.with_columns(split_names(full["name"], places), former=pl.lit(False))
    others = (
        plain.filter((pl.col("former_names") != "") | (pl.col("other_names") != ""))
        .select(
            "row",
            (pl.col("former_names") + ";" + pl.col("other_names"))
            .str.replace_all("；", ";")
            .str.split(";")
            .alias("other"),
        )
        .explode("other")
        .with_columns(
            pl.col("other").str.replace(r"[（(][^（()）]*[)）]\s*$", "").str.strip_chars()
        )
        .filter(pl.col("other") != "")
    )
    if others.is_empty():
        return plain.drop("name", "former_names", "other_names")
    unfolded = others.join(full.drop("name"), on="row", how="left")
    unfolded = unfolded.with_columns(
        split_names(unfolded["other"], places), former=pl.lit(True), name=pl.col("other")
    )
    both = pl.concat([plain, unfolded.select(plain.columns)])
    return both.drop("name", "former_names", "other_names")


def _text(name: str) -> pl.Expr:
    return pl.col(name).cast(pl.String).fill_null("").str.strip_chars()


def _refuse(frame: pl.DataFrame) -> None:
    missing = [name for name in ("id", "name") if name not in frame.columns]
    if missing:
        raise InvalidRecords(
            f"比对企业的表缺少列：{'、'.join(missing)}；现有{'、'.join(frame.columns)}。请补上。",
            f"The frame of firms lacks {', '.join(missing)}; it has {', '.join(frame.columns)}."
            " Add them and resolve again.",
        )
    twice = frame["id"].filter(frame["id"].is_duplicated()).unique().head(5).cast(pl.String)
    if len(twice):
        raise InvalidRecords(
            f"比对企业的表中编号重复：{'、'.join(twice)}。每行须有自己的编号。",
            f"Ids occur twice in the frame of firms: {', '.join(twice)}. Give each row its own.",
        )
