"""Inputs from the ledger and the lake: the whole city, as of a moment.

What a computation comes to is of the whole city, whoever asks: a district's share needs the
city's sum. Who is shown which of the values is decided in :mod:`liantu.indicators.showing`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Literal

import polars as pl
from django.utils import timezone

from liantu import site
from liantu.indicators.catalogue import Catalogue
from liantu.indicators.compute import compute
from liantu.indicators.inputs import Inputs, Source, Stored
from liantu.indicators.planning import Pass, closure, passes
from liantu.indicators.reaching import reading
from liantu.indicators.time import Span, span
from liantu.indicators.values import WHOLE, Grouping, Values
from liantu.records import access, registers
from liantu.records.lake.folder import lake_folder
from liantu.records.lake.publishing import visible
from liantu.records.moments import moment_of
from liantu.records.quality.districts import districts_at
from liantu.records.quality.returns import grid_of
from liantu.records.quality.rules import quality_rules
from liantu.records.tables.declared import Table, load_tables

EngineName = Literal["duckdb", "spark"]


def from_ledger(tables: Iterable[str], as_of: str | None = None) -> Inputs:
    """Inputs for some tables, as of a vintage; registers that they point to are read as well.

    Raises:
        NotFound, UsageError: no such vintage.
        SignInNeeded, Refused: nobody acts, or none of their roles reads.
    """
    access.require("read")
    moment = moment_of(as_of)
    day = timezone.localtime(moment).date() if moment else timezone.localdate()
    with access.whole("measures"):
        sources: dict[str, Source] = {}
        expected: dict[str, pl.DataFrame] = {}
        merged = {}
        for name in _with_registers(tables):
            declared = load_tables()[name]
            if declared.kind == "series":
                sources[name] = Stored(tuple(visible(name, moment)), lake_folder())
                filing = _expected(declared, moment, day)
                if filing is not None:
                    expected[name] = filing
            else:
                sources[name] = _register(declared, moment)
                merged[name] = registers.merged(name, moment)
    return Inputs(
        sources, day, expected, {}, merged, as_of or "", _stamp(sources, expected, merged, day)
    )


def tables_of(catalogue: Catalogue, planned: Iterable[Pass]) -> set[str]:
    """Tables and registers that passes read."""
    found: set[str] = set()
    for one in planned:
        found |= {one.table, *reading(one, catalogue).joins.values()}
        for name in one.dimensions:
            dimension = catalogue.dimensions[name]
            found |= {dimension.names} if dimension.names else set()
            found |= {many.table for many in dimension.many.values()}
    return found


def _with_registers(tables: Iterable[str]) -> list[str]:
    """The tables, and the register whose records the rows of a series are of."""
    found = set(tables)
    for name in list(found):
        declared = load_tables()[name]
        if declared.grain and declared[declared.entity[0]].references:
            found.add(declared[declared.entity[0]].references)
    return sorted(found)


def _register(declared: Table, moment: datetime | None) -> pl.DataFrame:
    columns = [column.name for column in declared.columns if column.type != "geometry"]
    return registers.read(declared.id, moment, columns)


def _expected(declared: Table, moment: datetime | None, day: date) -> pl.DataFrame | None:
    """Who files, from when to when, by the declared returns; None where nobody declared it."""
    rule = quality_rules().filed_by(declared.id)
    if rule is None:
        return None
    grid = grid_of(declared, rule, moment, day, districts_at(moment, day))
    if grid is None:
        return None
    codes = pl.Series(grid.calendar.codes, dtype=pl.String)
    last = len(codes) - 1
    found = grid.units.select("entity").with_columns(
        _begins=pl.Series(grid.begins), _ends=pl.Series(grid.ends)
    )
    found = found.filter(pl.col("_begins") <= pl.col("_ends"), pl.col("_begins") <= last)
    return found.select(
        "entity",
        first=codes[found["_begins"].clip(0, last)],
        last=codes[found["_ends"].clip(0, last)],
    )


def _stamp(
    sources: dict[str, Source], expected: dict[str, pl.DataFrame],
    merged: dict[str, dict[str, str]], day: date,
) -> str:  # fmt: skip
    """Names what the inputs hold: the same stamp, the same values."""
    digest = hashlib.sha256(str(day).encode())
    for name, source in sorted(sources.items()):
        digest.update(name.encode())
        if isinstance(source, Stored):
            digest.update(" ".join(file.sha256 for file in source.files).encode())
        elif isinstance(source, pl.DataFrame):
            digest.update(frame_digest(source).encode())
    for name, frame in sorted(expected.items()):
        digest.update(f"{name} {frame_digest(frame)}".encode())
    ends = sorted((name, sorted(codes.items())) for name, codes in merged.items())
    digest.update(str(ends).encode())
    return digest.hexdigest()


def frame_digest(frame: pl.DataFrame) -> str:
    """Of its rows in any order."""
    if not frame.height:
        return "empty"
    ordered = frame.sort(frame.columns)
    return hashlib.sha256(
        ordered.write_ipc(None, compression="uncompressed").getvalue()
    ).hexdigest()


def compute_now(
    catalogue: Catalogue,
    measures: Sequence[str],
    periods: Sequence[str | Span],
    by: Sequence[Grouping] = (WHOLE,),
    as_of: str | None = None,
    *,
    engine: EngineName = "duckdb",
    leading: bool = False,
) -> tuple[Values, Inputs]:
    """Values from the ledger as of a vintage, for the whole city, and what they were made from.

    With ``leading`` the shares of the leading units as well, for
    :func:`liantu.indicators.publishing.published`; for limited offices always.

    They are for :func:`liantu.indicators.showing.shown` before anybody sees them.

    Raises:
        as :func:`liantu.indicators.compute.compute` and :func:`from_ledger`.
    """
    spans = [span(one) if isinstance(one, str) else one for one in periods]
    planned = passes(catalogue, closure(catalogue, measures, spans, by))
    inputs = from_ledger(tables_of(catalogue, planned), as_of)
    leading = leading or access.reach() is not None
    if engine == "duckdb":
        return compute(catalogue, inputs, measures, spans, by, leading=leading), inputs
    from liantu.indicators.spark import SparkEngine, session

    folder = site.text("spark_folder")
    shared = Path(folder) if folder else None
    spark = session(site.text("spark_master"))
    with SparkEngine(inputs, catalogue, spark, shared=shared, leading=leading) as running:
        running.open({one.table for one in planned})
        return compute(catalogue, inputs, measures, spans, by, engine=running), inputs
