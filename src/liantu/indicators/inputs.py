"""What measures are computed from: one source a table, from the ledger, from files or from frames.

The engines ask nobody but this. So notebooks, tests and benchmarks compute without a ledger, and
the ledger's access is decided once, where the sources are gathered.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from liantu.errors import NothingToCompute
from liantu.records.tables.declared import Table, load_tables, table

if TYPE_CHECKING:
    from liantu.records.models import LakeFile


@dataclass(frozen=True)
class Stored:
    """A series in the lake: its visible files, oldest first, and the folder they lie in.

    Which row of a key counts is the lake's rule (:mod:`liantu.records.lake.querying`).
    """

    files: tuple[LakeFile, ...]
    folder: Path


@dataclass(frozen=True)
class Parquet:
    """A series in plain files of the declared columns (or some of them), one row a key."""

    paths: tuple[Path, ...]


Source = Stored | Parquet | pl.DataFrame

_CLASSES = "industry_classes"
_WITH_LETTER = r"^[A-T](\d{2,4})$"


@dataclass(frozen=True)
class Inputs:
    """Everything a computation reads.

    ``sources``: table → rows of the declared columns, in stored units; columns that a source
    lacks are null. ``expected``: series → units that file it, ``entity`` with ``first`` and
    ``last`` period of its grain; without, a unit is expected from its first row on.
    ``flagged``: series → ``entity`` and ``period`` of rows with a finding of quality.
    ``merged``: register → codes that were merged into another. ``day``: by it returns are due
    and registers are valid. ``vintage`` names the state, and with ``stamp`` what it holds.
    """

    sources: Mapping[str, Source]
    day: date
    expected: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    flagged: Mapping[str, pl.DataFrame] = field(default_factory=dict)
    merged: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    vintage: str = ""
    stamp: str = ""

    def source(self, table_id: str) -> Source:
        """Source of a table; an empty frame where none was given."""
        found = self.sources.get(table_id)
        return pl.DataFrame(schema=table(table_id).dtypes) if found is None else found

    def first_period(self, table_id: str) -> str:
        """The earliest period that a series has rows of; empty where it has none, or no periods."""
        column, found = load_tables()[table_id].period, self.sources.get(table_id)
        if column is None or found is None:
            return ""
        if isinstance(found, Stored):
            return min((str(one) for file in found.files for one in file.periods), default="")
        if isinstance(found, Parquet):
            if not found.paths:
                return ""
            least = pl.scan_parquet(list(found.paths)).select(pl.col(column).min()).collect()
            return str(least.item() or "")
        return str(found[column].min() or "") if column in found.columns else ""

    def register(self, table_id: str) -> pl.DataFrame:
        """One row a code of a register: the one valid on the day, else the last that was.

        Returns:
            the declared columns; the first column of the key is unique.
        """
        rows = self.frame(table_id)
        declared = load_tables()[table_id]
        code = declared.key[0]
        if len(declared.key) > 1 and rows.height:
            rows = _in_force_last(declared, rows, self.day)
        return rows.unique(code, keep="last", maintain_order=True)

    def frame(self, table_id: str) -> pl.DataFrame:
        """All rows of a register as a frame of the declared columns."""
        found = self.source(table_id)
        declared = load_tables()[table_id]
        if isinstance(found, Parquet) and found.paths:
            found = pl.read_parquet(list(found.paths))
        if not isinstance(found, pl.DataFrame):
            found = pl.DataFrame(schema=declared.dtypes)
        return conform(declared, found)


def conform(declared: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The declared columns in their types; those that the rows lack are null.

    A class of industry is without the letter of its section, which some files write before it.
    """
    classes = [column.name for column, target in declared.references if target == _CLASSES]
    return rows.select(
        pl.col(name).cast(dtype) if name in rows.columns else pl.lit(None, dtype).alias(name)
        for name, dtype in declared.dtypes.items()
    ).with_columns(pl.col(name).str.replace(_WITH_LETTER, "$1") for name in classes)


def _in_force_last(declared: Table, rows: pl.DataFrame, day: date) -> pl.DataFrame:
    """Rows in an order in which the one that counts on the day comes last of each code."""
    order = [name for name in declared.key[1:] if declared[name].type != "geometry"]
    now = pl.lit(value=True)
    if {"valid_from", "valid_to"} <= set(declared.by_name):
        begun = pl.col("valid_from").is_null() | (pl.col("valid_from") <= day)
        now = begun & (pl.col("valid_to").is_null() | (pl.col("valid_to") >= day))
    return rows.with_columns(_now=now).sort("_now", *order, nulls_last=False).drop("_now")


def from_frames(
    frames: Mapping[str, pl.DataFrame | Iterable[Mapping[str, Any]]], day: date
) -> Inputs:
    """Inputs from frames, or from lists of records (day and number as Python writes them).

    Raises:
        NotFound: a table that is not declared.
        NoSuchColumn: a column that its table does not declare.
    """
    sources: dict[str, Source] = {}
    for name, rows in frames.items():
        declared = table(name)
        if not isinstance(rows, pl.DataFrame):
            listed = [
                {key: _plain(declared, key, cell) for key, cell in row.items()} for row in rows
            ]
            keys = list(dict.fromkeys(key for row in listed for key in row))
            schema = {key: declared[key].dtype for key in keys}
            rows = pl.DataFrame(listed, schema=schema, orient="row")
        sources[name] = conform(declared, rows)
    return Inputs(sources, day)


def _plain(declared: Table, name: str, cell: Any) -> Any:
    dtype = declared[name].dtype
    if cell is None:
        return None
    if dtype == pl.Date():
        return cell if isinstance(cell, date) else date.fromisoformat(str(cell))
    if dtype == pl.Float64():
        return float(cell)
    return cell if dtype in (pl.Int64(), pl.Boolean()) else str(cell)


def from_parquet(paths: Mapping[str, Iterable[Path]], day: date) -> Inputs:
    """Inputs from plain Parquet files, some a table.

    Raises:
        NothingToCompute: a file that is not there.
    """
    sources: dict[str, Source] = {}
    for name, files in paths.items():
        listed = tuple(files)
        for path in listed:
            if not path.is_file():
                raise NothingToCompute(f"没有文件 {path}。", f"There is no file {path}.")
        sources[table(name).id] = Parquet(listed)
    return Inputs(sources, day)


def until(as_of: str | None) -> datetime | None:
    """The moment that a vintage ends, as the records read it."""
    from liantu.records.moments import moment_of

    return moment_of(as_of)
