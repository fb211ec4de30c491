"""What is wrong with a register's records: the doors' checks again, and what needs them all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

import polars as pl

from liantu.records import registers
from liantu.records.doors.agreeing import judge_agreements
from liantu.records.doors.grid import ROW
from liantu.records.doors.judge import judge_columns, judge_references, judge_rows
from liantu.records.doors.problems import Log
from liantu.records.quality.districts import Districts, area_by_record
from liantu.records.quality.finding import SCHEMA, logged, noted, nothing
from liantu.records.quality.places import misplaced_firms, misplaced_parcels
from liantu.records.registers import register_of
from liantu.records.tables.declared import Table

_WHO = ["entity", "name", "district"]


def records_at(table: Table, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """Records in force with ``entity`` (the key), ``name``, ``district`` beside their columns."""
    frame = registers.read(table.id, moment).sort(*table.key)
    named = pl.col("name") if "name" in frame.columns else pl.lit("")
    area = area_by_record(table, frame, moment).alias("_area")
    return frame.with_columns(area).with_columns(
        entity=register_of(table.id).key_expression(),
        _name=named.fill_null(""),
        district=districts.district(pl.col("_area")),
    )


def register_findings(
    table: Table,
    records: pl.DataFrame,
    known: Mapping[str, pl.DataFrame],
    districts: Districts,
    moment: datetime | None,
    day: date,
) -> pl.DataFrame:
    """Problems of a register's records.

    Args:
        records: as :func:`records_at` reads them.
        known: registers as the doors ask for them.
    Returns:
        columns of :data:`liantu.records.quality.finding.SCHEMA`.
    """
    if not records.height:
        return nothing()
    who = records.select("entity", "district", name="_name", period=pl.lit(""))
    found = [_at_the_door(table, records, who, known, day)]
    if table.id == "firms":
        found += [
            _shared_names(table, records),
            _industries(table, records, moment),
            misplaced_firms(table, records, districts),
        ]
    if table.id == "parcels":
        found.append(misplaced_parcels(table, records, districts))
    return pl.concat(found).select(list(SCHEMA))


def _at_the_door(
    table: Table, records: pl.DataFrame, who: pl.DataFrame, known: Mapping[str, pl.DataFrame],
    day: date,
) -> pl.DataFrame:  # fmt: skip
    """Checks of cells, rows and references, as a file would be held to them today."""
    frame = records.select(*table.by_name).with_row_index(ROW)
    given = frozenset(name for name in table.by_name if frame[name].null_count() < frame.height)
    log = Log()
    judge_columns(frame, table, given | set(table.key), day, log)
    judge_rows(frame, table, given | set(table.key), log)
    judge_references(frame, table, given, known, log)
    judge_agreements(frame, table, given, known, log)
    return logged(log, who.with_row_index(ROW))


def _shared_names(table: Table, records: pl.DataFrame) -> pl.DataFrame:
    """Legal units in business that go by one name under several codes."""
    legal = pl.col("kind").is_null() | (pl.col("kind") == "legal")
    open_ = pl.col("closed_on").is_null()
    folded = pl.col("name").str.normalize("NFKC").str.replace_all(r"\s", "")
    rows = (
        records.filter(legal & open_)
        .with_columns(_folded=folded)
        .filter(pl.col("_folded").is_duplicated())
        .with_columns(found=pl.col("name") + "：" + pl.col("entity").str.join("、").over("_folded"))
    )
    return noted("name_shared", table["name"], _told(rows, "found"))


def _industries(table: Table, records: pl.DataFrame, moment: datetime | None) -> pl.DataFrame:
    """Industry codes that their edition does not have."""
    classes = registers.read("industry_classes", moment, ["industry_code", "edition"])
    if not classes.height:
        return nothing()
    bare = pl.col("industry_code").str.replace(r"^[A-T](\d)", "$1")
    known = classes.select(_code=bare, edition="edition").unique()
    rows = records.drop_nulls("industry_code").with_columns(
        _code=bare, edition=pl.col("industry_edition").fill_null("2017")
    )
    # An edition of which no class is registered cannot be asked.
    wrong = rows.join(known.select("edition").unique(), on="edition", how="semi").join(
        known, on=["_code", "edition"], how="anti"
    )
    elsewhere = wrong.join(known.select("_code").unique(), on="_code", how="semi")
    nowhere = wrong.join(known.select("_code").unique(), on="_code", how="anti")
    column = table["industry_code"]
    return pl.concat(
        [
            noted("industry_other_edition", column,
                  _told(_with_successor(elsewhere, moment), "_said", "edition")),
            noted("industry_unknown", column, _told(nowhere, "industry_code")),
        ]
    )  # fmt: skip


def _with_successor(rows: pl.DataFrame, moment: datetime | None) -> pl.DataFrame:
    """The code, and what the concordance makes of it where it is an older one."""
    pairs = registers.read("industry_concordance", moment, ["from_code", "to_code"])
    becomes = pairs.group_by("from_code").agg(_to=pl.col("to_code").unique().sort().str.join("、"))
    told = rows.join(becomes, left_on="_code", right_on="from_code", how="left")
    said = pl.col("industry_code") + pl.when(pl.col("_to").is_not_null()).then(
        pl.lit("（对照：") + pl.col("_to") + "）"
    ).otherwise(pl.lit(""))
    return told.with_columns(_said=said)


def _told(rows: pl.DataFrame, found: str, *more: str) -> pl.DataFrame:
    return rows.select("entity", "district", *more, name="_name", found=found)
