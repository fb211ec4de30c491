"""Who is shown which values: decided here, for pages, API, commands and documents alike.

Values are computed of the whole city. Whoever reaches all rows of the records is shown them all.
Others are shown the whole city's, and the groups that are theirs; every other group is withheld.
"""

from __future__ import annotations

import polars as pl

from liantu.indicators.values import Absence, Values
from liantu.records import access

OWN = {"district": "district", "park": "park", "chain": "chain"}
"""Dimension → kind of scope whose keys are its groups."""
_WITHHELD = ("value", "units", "coverage", "flagged", "top1", "top2")


def shown(values: Values) -> Values:
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
    open_ = whole | mine
    frame = values.frame.with_columns(
        *(pl.when(open_).then(pl.col(name)).alias(name) for name in _WITHHELD),
        absence=pl.when(open_ | pl.col("value").is_null()).then("absence")
        .otherwise(pl.lit(Absence.SUPPRESSED.value)),
    )  # fmt: skip
    return Values(frame, values.dimensions)
