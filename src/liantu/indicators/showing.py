"""Who is shown which values: decided here, for pages, API, commands and documents alike.

Values are computed of the whole city. Whoever reaches all rows of the records is shown them all.
Others are shown the groups that are theirs, and the whole city's where it tells of nobody; every
other group is withheld, and so are the shares of leading units. What may leave the house
altogether is decided in :mod:`liantu.indicators.publishing`.
"""

from __future__ import annotations

import polars as pl

from liantu.errors import Refused
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.disclosure_rules import covered, disclosure_rules
from liantu.indicators.inputs import Inputs
from liantu.indicators.publishing import parents_of, published
from liantu.indicators.values import Absence, Values
from liantu.methods.disclosure import sensitivity
from liantu.records import access

OWN = {"district": "district", "park": "park", "chain": "chain"}
"""Dimension → kind of scope whose keys are its groups."""
_WITHHELD = ("value", "units", "coverage", "flagged")
_LEADING = ("top1", "top2")
"""A leading unit's share of a value is its figure."""


def shown(values: Values, catalogue: Catalogue) -> Values:
    """The values as whoever acts may see them; what they may not is ``suppressed``.

    Raises:
        SignInNeeded, Refused: nobody acts, or none of their roles reads.
    """
    scopes = access.reach()
    if scopes is None:
        return values
    mine = pl.lit(value=False)
    for dimension, kind in OWN.items():
        keys = [scope.key for scope in scopes if scope.kind == kind]
        if dimension in values.dimensions and keys:
            mine = mine | pl.col(dimension).is_in(keys).fill_null(value=False)
    whole = pl.all_horizontal(
        pl.lit(value=True), *(pl.col(name).is_null() for name in values.dimensions)
    )
    marked = values.frame.with_columns(_whole=whole, _mine=mine)
    told = marked.join(
        _telling(marked, catalogue).with_columns(_tells=pl.lit(value=True)),
        on=["measure", "period"], how="left", maintain_order="left",
    )  # fmt: skip
    open_ = (pl.col("_whole") & pl.col("_tells").is_null()) | pl.col("_mine")
    frame = told.with_columns(
        *(pl.when(open_).then(pl.col(name)).alias(name) for name in _WITHHELD),
        *(pl.when("_mine").then(pl.col(name)).alias(name) for name in _LEADING),
        absence=pl.when(open_ | pl.col("value").is_null()).then("absence")
        .otherwise(pl.lit(Absence.SUPPRESSED.value)),
    )  # fmt: skip
    return Values(frame.drop("_whole", "_mine", "_tells"), values.dimensions)


def for_publication(values: Values, catalogue: Catalogue, inputs: Inputs) -> Values:
    """The values as they may leave the house, made by whoever reaches all rows.

    Raises:
        Refused: a limited office; what it knows of its own would show through what is hidden.
    """
    if access.reach() is not None:
        raise Refused(
            "公布口径的表只能由查阅全部记录的角色生成。请由市级角色生成后再分发。",
            "Only roles that read all records make a table for publication. Have one of the city"
            " make it, and pass that on.",
        )
    return published(values, catalogue, parents_of(values, catalogue, inputs))


def _telling(frame: pl.DataFrame, catalogue: Catalogue) -> pl.DataFrame:
    """Measures and periods of which the whole city's value tells of single units.

    Either by itself, or less what whoever looks knows as their own.
    """
    names = [name for name in frame["measure"].unique() if covered(name, catalogue)]
    frame = frame.filter(pl.col("measure").is_in(names))
    rows = frame.filter(pl.col("_whole"), pl.col("value").is_not_null(), pl.col("units") > 0)
    first, second = (rows[name].fill_null(float("nan")) for name in _LEADING)
    rules = disclosure_rules().parameters
    alone = sensitivity(rows["value"].abs(), rows["units"], first, second, rules).sensitive
    own = frame.filter(pl.col("_mine") & ~pl.col("_whole"))
    beside = own.select("measure", "period", mine="units").join(
        rows.select("measure", "period", "units"), on=["measure", "period"]
    )
    left = pl.col("units") - pl.col("mine")
    few = beside.filter((left > 0) & (left < rules.least_units))
    parts = (rows.filter(pl.Series(alone)), few)
    return pl.concat([part.select("measure", "period") for part in parts]).unique()
