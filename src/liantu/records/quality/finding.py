"""What is wrong with one stored record: the same sentences as at the door, with its place.

One row a problem, whichever check found it: a door's check run again on what is stored, or one
that needs the registers as a whole.
"""

from __future__ import annotations

from typing import Any

import polars as pl

from liantu.records.doors.grid import ROW
from liantu.records.doors.problems import SCHEMA as SAID
from liantu.records.doors.problems import Log
from liantu.records.doors.rules import door_rules
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Column

_TEXTS = [name for name in SAID if name != "row"]
SCHEMA: dict[str, pl.DataType] = {
    "entity": pl.String(),
    "name": pl.String(),
    "district": pl.String(),
    "period": pl.String(),
    "severity": pl.String(),
    **dict.fromkeys(_TEXTS, pl.String()),
}
"""``entity`` is the key of a register's record, or the code of the unit whose figures they are;
``period`` is empty for registers."""


def nothing() -> pl.DataFrame:
    """No finding."""
    return pl.DataFrame(schema=SCHEMA)


def logged(log: Log, who: pl.DataFrame) -> pl.DataFrame:
    """What a door's checks noted, beside the record that each row is.

    Args:
        log: problems by row number.
        who: ``entity``, ``name``, ``district``, ``period`` and :data:`ROW`.
    """
    frames = [
        frame.with_columns(severity=pl.lit(severity))
        for severity, found in (("error", log.errors), ("warning", log.warnings))
        for frame in found
    ]
    if not frames:
        return nothing()
    said = pl.concat(frames).join(who, left_on="row", right_on=ROW)
    return said.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def noted(
    code: str, column: Column, rows: pl.DataFrame, severity: str = "warning", **figures: Any
) -> pl.DataFrame:
    """Rows that a check of quality found.

    Args:
        rows: ``entity``, ``name``, ``district`` and ``found``; a column named like a figure of
            the sentence fills it row by row.
    """
    words = quality_rules().problems[code]
    said = {
        name: _filled(getattr(words, name), rows, figures)
        for name in ("expected_zh", "expected_en", "fix_zh", "fix_en")
    }
    shown = pl.col("found").cast(pl.String).fill_null("").str.slice(0, door_rules().limits.shown)
    told = rows.with_columns(
        **said,
        found=shown,
        period=pl.lit(""),
        severity=pl.lit(severity),
        code=pl.lit(code),
        column=pl.lit(column.name),
        header=pl.lit(column.zh),
    )
    return told.select(pl.col(name).cast(dtype) for name, dtype in SCHEMA.items())


def _filled(text: str, rows: pl.DataFrame, figures: dict[str, Any]) -> pl.Expr:
    """A sentence with its figures, the same for all rows or each row's own."""
    own = [name for name in rows.columns if name not in figures and f"{{{name}}}" in text]
    for name, value in figures.items():
        text = text.replace(f"{{{name}}}", str(value))
    if not own:
        return pl.lit(text)
    (name,) = own
    before, _, after = text.partition(f"{{{name}}}")
    return pl.concat_str(pl.lit(before), pl.col(name).fill_null(""), pl.lit(after))
