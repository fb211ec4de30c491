"""The quality of all tables at a moment: computed once, kept until something is recorded."""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import cached_property

import polars as pl
from django.utils import timezone

from liantu.errors import Busy
from liantu.records import access, moments
from liantu.records.mark import recorded_mark
from liantu.records.quality import coverage
from liantu.records.quality.coverage import empty_columns
from liantu.records.quality.districts import Districts, districts_at
from liantu.records.quality.known import Names
from liantu.records.quality.register_findings import records_at, register_findings
from liantu.records.quality.returns import STATES, Grid, grid_of
from liantu.records.quality.rules import quality_rules
from liantu.records.quality.stored import stored_findings
from liantu.records.quality.sums import sums
from liantu.records.tables.declared import Table, load_tables

_KEPT = 12
_AT_ONCE = 2
"""Readers at work on a report or waiting for one; more would leave no thread for other pages."""
COUNTS = (*STATES, "records", "wrong", "empty")
"""What a cell counts: units in each state; rows stored, rows with a finding, empty columns."""


@dataclass(frozen=True)
class TableQuality:
    """One table at a moment."""

    table: Table
    counts: pl.DataFrame
    """``district``, ``period`` (empty for registers), :data:`COUNTS`."""
    findings: pl.DataFrame
    """Columns of :data:`liantu.records.quality.finding.SCHEMA`."""
    empty: pl.DataFrame
    """Columns of :data:`liantu.records.quality.coverage.SCHEMA`."""
    grid: Grid | None
    """Of a series whose filers are declared, once something was filed."""

    @property
    def periods(self) -> list[str]:
        """Periods with something to say, oldest first."""
        found = self.counts["period"].unique().sort().to_list()
        return [code for code in found if code]

    @property
    def due(self) -> int:
        """Returns that have fallen due, in periods of which anything has come."""
        return self.total("expected") - self.total("not_due") - self.total("awaited")

    def total(self, name: str) -> int:
        """One count over all districts and periods."""
        return int(self.counts[name].sum())

    def rows(self, state: str) -> pl.DataFrame:
        """Units and periods in a state of :data:`STATES`, as :meth:`Grid.rows` says."""
        if self.grid is None:
            return _no_rows()
        return self.grid.rows(state)


@dataclass(frozen=True)
class QualityReport:
    """All tables at a moment, and what to do about them."""

    day: date
    """Day by which returns are due."""
    tables: dict[str, TableQuality]
    sums: pl.DataFrame
    """Columns of :data:`liantu.records.quality.sums.SCHEMA`."""
    districts: Districts
    found_at: datetime = field(default_factory=timezone.now)
    age: float = field(default_factory=time.monotonic)
    """By a clock that nobody sets. [s]"""
    overtaken: bool = False
    """Has something been recorded since?"""

    def total(self, name: str) -> int:
        """One count over all tables."""
        return sum(found.total(name) for found in self.tables.values())

    @cached_property
    def todo(self) -> pl.DataFrame:
        """Who has to file what, the most first.

        Returns:
            ``table``, ``district``, ``missing`` (returns), ``units``, ``oldest`` (period).
        """
        found = [
            rows.group_by("district").agg(
                pl.lit(name).first().alias("table"),
                pl.len().cast(pl.Int64).alias("missing"),
                pl.col("entity").n_unique().cast(pl.Int64).alias("units"),
                pl.col("period").min().alias("oldest"),
            )
            for name, quality in self.tables.items()
            if (rows := quality.rows("missing")).height
        ]
        columns = {"table": pl.String(), "district": pl.String(), "missing": pl.Int64(),
                   "units": pl.Int64(), "oldest": pl.String()}  # fmt: skip
        empty = pl.DataFrame(schema=columns)
        return pl.concat([empty, *(rows.select(list(columns)) for rows in found)]).sort(
            "missing", "table", "district", descending=[True, False, False]
        )  # fmt: skip


_cache: OrderedDict[tuple[object, ...], QualityReport] = OrderedDict()
_cache_lock = threading.Lock()
"""Held for a look into the cache only."""
_work_lock = threading.Lock()
_room = threading.BoundedSemaphore(_AT_ONCE)


def report(
    as_of: str | None = None, day: date | None = None, *, lately: bool = False
) -> QualityReport:
    """The quality of all tables.

    Args:
        as_of: a batch, or an ISO day or time: what was recorded by then; now by default.
        day: day by which returns are due; by default the day of ``as_of``.
        lately: content with what was found a moment ago, as declared, or with what is kept where
            others are at work; the report says whether something has been recorded since.

    Raises:
        NotFound, UsageError: ``as_of`` names no batch, or is no date.
        Busy: the report is not kept, and :data:`_AT_ONCE` readers are at theirs.
    """
    moment = moments.moment_of(as_of)
    day = day or (timezone.localtime(moment) if moment else timezone.localtime()).date()
    key = (moment, day, access.reach(), recorded_mark())
    found = _kept(key) or (_overtaken(key, quality_rules().kept.seconds) if lately else None)
    if found:
        return found
    if not _room.acquire(blocking=False):
        if lately and (found := _overtaken(key, math.inf)):
            return found
        raise Busy(
            f"已有 {_AT_ONCE} 份数据质量报告正在计算。请稍候片刻再刷新本页，或重新运行命令。",
            f"{_AT_ONCE} reports of data quality are being computed already. Wait a moment, then"
            " load the page or run the command again.",
        )
    try:
        # One at a time: a second reader waits for the first one's report, and may find it theirs.
        with _work_lock:
            return _kept(key) or _keep(key, _report(moment, day))
    finally:
        _room.release()


def forget() -> None:
    """Drop the reports that are kept: the ledger is another one."""
    with _cache_lock:
        _cache.clear()


def _kept(key: tuple[object, ...]) -> QualityReport | None:
    with _cache_lock:
        if key in _cache:
            _cache.move_to_end(key)
        return _cache.get(key)


def _overtaken(key: tuple[object, ...], seconds: float) -> QualityReport | None:
    """The latest report on the same question, where it is of many rows and no older."""
    with _cache_lock:
        found = [made for other, made in _cache.items() if other[:-1] == key[:-1]]
    latest = max(found, key=lambda made: made.age, default=None)
    if latest is None or time.monotonic() - latest.age > seconds:
        return None
    many = latest.total("records") > quality_rules().kept.rows
    return replace(latest, overtaken=True) if many else None


def _keep(key: tuple[object, ...], made: QualityReport) -> QualityReport:
    with _cache_lock:
        _cache[key] = made
        while len(_cache) > _KEPT:
            _cache.popitem(last=False)
    return made


def _report(moment: datetime | None, day: date) -> QualityReport:
    found_at, age = timezone.now(), time.monotonic()
    districts = districts_at(moment, day)
    known = Names(moment)
    tables = {
        table.id: (
            _series(table, known, districts, moment, day)
            if table.kind == "series"
            else _register(table, known, districts, moment, day)
        )
        for table in load_tables().values()
    }
    return QualityReport(day, tables, sums(moment, districts), districts, found_at, age)


def _register(
    table: Table, known: Names, districts: Districts, moment: datetime | None, day: date
) -> TableQuality:
    records = records_at(table, moment, districts)
    findings = register_findings(table, records, known, districts, moment, day)
    rows = records.group_by("district").len("records").with_columns(period=pl.lit(""))
    counts = _counted([rows, _wrong(findings)])
    return TableQuality(table, counts, findings, pl.DataFrame(schema=coverage.SCHEMA), None)


def _series(
    table: Table, known: Names, districts: Districts, moment: datetime | None, day: date
) -> TableQuality:
    rule = quality_rules().filed_by(table.id)
    grid = grid_of(table, rule, moment, day, districts) if rule else None
    places = _places(table, moment, districts)
    findings = stored_findings(table, places, known, moment, day)
    empty = empty_columns(table, places, moment)
    empties = empty.group_by("district", "period").len("empty")
    rows = coverage.rows_by_place(table, places, moment)
    parts = [grid.counts()] if grid else []
    counts = _counted([*parts, rows, _wrong(findings), empties])
    return TableQuality(table, counts, findings, empty, grid)


def _places(table: Table, moment: datetime | None, districts: Districts) -> pl.DataFrame:
    """``entity``, ``name`` and ``district`` of everything that a series' figures may be of."""
    target = next(target for column, target in table.references if column.name in table.entity)
    register = load_tables()[target]
    records = records_at(register, moment, districts)
    return records.select(pl.col("district"), entity=register.key[0], name=pl.col("_name")).unique(
        "entity", keep="last", maintain_order=True
    )


def _wrong(findings: pl.DataFrame) -> pl.DataFrame:
    """Records with a finding by district and period."""
    return findings.group_by("district", "period").agg(pl.col("entity").n_unique().alias("wrong"))


def _counted(parts: list[pl.DataFrame]) -> pl.DataFrame:
    """Counts of several makers side by side; what nobody counted is none."""
    by = ["district", "period"]
    empty = pl.DataFrame(schema={**dict.fromkeys(by, pl.String()),
                                 **dict.fromkeys(COUNTS, pl.Int64())})  # fmt: skip
    told = [part.cast({n: pl.Int64() for n in COUNTS if n in part.columns}) for part in parts]
    every = pl.concat([empty, *told], how="diagonal_relaxed")
    return every.group_by(by).agg(pl.col(COUNTS).fill_null(0).sum()).sort(by)


def _no_rows() -> pl.DataFrame:
    days = dict.fromkeys(("due", "accepted"), pl.Date())
    texts = dict.fromkeys(("entity", "name", "district", "period"), pl.String())
    return pl.DataFrame(schema={**texts, **days, "ever": pl.Boolean(), "days": pl.Int64()})
