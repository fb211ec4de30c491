"""Units that file a return: firms, parks, projects, areas, with the days between which they do."""

from __future__ import annotations

from datetime import datetime

import polars as pl

from liantu.records import registers
from liantu.records.quality.districts import Districts, area_by_record
from liantu.records.quality.rules import Returns
from liantu.records.tables.declared import load_tables


def units_of(rule: Returns, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """One row a unit of the register that files the return.

    Returns:
        ``entity`` (its code), ``name``, ``district``, ``starts`` and ``ends`` (first and last
        day, null where open), ``going`` (does it still file?). A code with several versions
        (a park, an area) files from the first of them to the last.
    """
    register = load_tables()[rule.units]
    rows = registers.read(rule.units, moment).filter(pl.sql_expr(rule.where).fill_null(False))
    rows = rows.with_columns(
        entity=pl.col(register.key[0]),
        starts=pl.col(rule.from_),
        ends=pl.col(rule.until),
        going=pl.sql_expr(rule.going).fill_null(False),
        district=districts.district(pl.lit(area_by_record(register, rows, moment))),
    )
    open_start, open_end = pl.col("starts").is_null().any(), pl.col("ends").is_null().any()
    return (
        rows.sort(*register.key)
        .group_by("entity", maintain_order=True)
        .agg(
            pl.col("name").last(),
            pl.col("district").last(),
            starts=pl.when(~open_start).then(pl.col("starts").min()),
            ends=pl.when(~open_end).then(pl.col("ends").max()),
            going=pl.col("going").any(),
        )
    )


def merged_codes(table_id: str, moment: datetime | None) -> dict[str, str]:
    """Code of a merged record → code of the record that stands for it."""
    ends = registers.merged(table_id, moment)
    codes = ((old.split("|")[0], new.split("|")[0]) for old, new in ends.items())
    return {old: new for old, new in codes if old != new}
