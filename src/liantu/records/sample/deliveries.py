"""What each office delivers (``catalog/sample/deliveries.yaml``), as rows to be written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Literal

import numpy as np
import polars as pl
from pydantic import Field

from liantu.declarations import Declared, Source, read_declared
from liantu.errors import UsageError
from liantu.records.sample import projects, series
from liantu.records.sample.calibration import FOLDER
from liantu.records.sample.city import City
from liantu.records.sample.dice import dice

Part = Literal["register", "before", "changes", "mended", "years", "each_year", "each_quarter",
               "quarter", "revised"]  # fmt: skip
ANY_TABLE = "*"
_REVISED_SHARE = 0.01
_YEARS_OF_QUARTERS = 2
_UNFILED_SHARE = 0.012
_LATE_MONTHS = 2
"""Months at the end of which some returns are still missing, as they are in life."""


class FileSpec(Declared):
    """One file, or one a period where its name says so."""

    table: str
    part: Part
    file: str
    office: str
    facts: bool = False
    """Holds no synthetic data."""
    encoding: str = "utf-8-sig"
    dates: str = "%Y-%m-%d"
    periods: str = ""
    """How a month is written, e.g. ``{year}年{month}月``."""
    columns: tuple[str, ...] = ()
    headers: dict[str, str] = Field(default_factory=dict)
    units: dict[str, str] = Field(default_factory=dict)
    reason: str = ""


class Delivery(Declared):
    """Files that come together."""

    folder: str
    files: tuple[FileSpec, ...]


class Deliveries(Declared):
    """``deliveries.yaml``."""

    source: Source
    deliveries: tuple[Delivery, ...]


@cache
def deliveries() -> tuple[Delivery, ...]:
    """All deliveries in order."""
    return read_declared(Deliveries, FOLDER / "deliveries.yaml").deliveries


@dataclass(frozen=True)
class Batch:
    """Rows of one file to be written."""

    folder: str
    file: str
    spec: FileSpec
    table: str
    rows: pl.DataFrame

    @property
    def name(self) -> str:
        """Path below the city's folder."""
        return f"{self.folder}/{self.file}"


def months_back(city: City, months: int) -> list[tuple[int, int]]:
    """The last ``months`` months of the sample as year and month.

    Raises:
        UsageError: none, or more than the sample has.
    """
    most = len(city.makings.years) * 12
    if not 1 <= months <= most:
        raise UsageError(
            f"月数 {months} 超出范围。应为 1 至 {most}。",
            f"{months} months are out of range. Expected 1 to {most}.",
        )
    end = (city.last_year + 1) * 12
    return [divmod(at, 12) for at in range(end - months, end)]


Order = list[tuple[Delivery, FileSpec, list[Batch]]]
"""Every declared file with what it holds; those that are mended later hold nothing yet."""


def ordered(city: City, months: int) -> Order:
    """All files in the order of the deliveries."""
    chosen = [(year, month + 1) for year, month in months_back(city, months)]
    return [
        (delivery, spec, [
            Batch(delivery.folder, file, spec, spec.table, _narrowed(rows, spec))
            for file, rows in _files(city, spec, chosen)
        ])
        for delivery in deliveries()
        for spec in delivery.files
    ]  # fmt: skip


def mended_batch(delivery: Delivery, spec: FileSpec, source: Batch, rows: pl.DataFrame) -> Batch:
    """The right rows of a file that was spoilt, as the office delivers them once more."""
    stem = source.file.rsplit(".", 1)[0]
    file = spec.file.format(source=stem)
    own = source.spec.model_copy(
        update={"file": file, "office": source.spec.office, "reason": spec.reason}
    )
    return Batch(delivery.folder, file, own, source.table, rows)


def _narrowed(rows: pl.DataFrame, spec: FileSpec) -> pl.DataFrame:
    """The columns that the office fills; empty columns are not exported."""
    names = list(spec.columns) or [
        name for name in rows.columns if rows[name].null_count() < rows.height
    ]
    return rows.select(names)


def _files(
    city: City, spec: FileSpec, months: list[tuple[int, int]]
) -> Iterator[tuple[str, pl.DataFrame]]:
    makings, last = city.makings, city.last_year
    if spec.part == "register":
        yield spec.file, city.registers[spec.table]
    elif spec.part == "before":
        yield spec.file, makings.firms.register_before(last)
    elif spec.part == "changes":
        yield spec.file, makings.firms.changed_since(last)
    elif spec.part == "years":
        yield spec.file, pl.concat([series.area_year(makings, year) for year in makings.years])
    elif spec.part == "each_year":
        for year in _years(city, spec, months):
            yield spec.file.format(year=year), _of_year(city, spec, year)
    elif spec.part == "each_quarter":
        for year in _years(city, spec, months):
            for quarter in range(1, 5):
                rows = series.firm_quarter(makings, city.months(year), quarter)
                yield spec.file.format(quarter=f"{year}Q{quarter}"), rows
    elif spec.part in ("quarter", "revised"):
        yield from _months(city, spec, months)


def _years(city: City, spec: FileSpec, months: list[tuple[int, int]]) -> list[int]:
    if spec.table == "firm_year":
        return list(city.makings.years)
    recent = city.makings.years[-_YEARS_OF_QUARTERS:]
    return sorted({*(year for year, _ in months), *recent})


def _of_year(city: City, spec: FileSpec, year: int) -> pl.DataFrame:
    if spec.table == "firm_year":
        return series.firm_year(city.makings, year)
    return series.park_quarter(city.makings, city.months(year))


def _months(
    city: City, spec: FileSpec, months: list[tuple[int, int]]
) -> Iterator[tuple[str, pl.DataFrame]]:
    """Months by quarter; some firms' figures come first as estimates and are revised later."""
    quarters: dict[str, list[pl.DataFrame]] = {}
    revised: list[pl.DataFrame] = []
    for year, month in months:
        quarter = f"{year}Q{(month + 2) // 3}"
        if spec.table == "project_month":
            rows = projects.project_month(city.makings, city.projects, year, month)
        else:
            rows = series.firm_month(city.makings, city.months(year), month)
            late = (year, month) > months[-4] if len(months) > 3 else True
            if not late:
                chosen = _to_revise(city, rows, year, month)
                revised.append(rows.filter(chosen))
                rows = _estimated(rows, chosen)
        if (year, month) in months[-_LATE_MONTHS:]:
            rows = filed(city, rows, spec.table, year, month)
        quarters.setdefault(quarter, []).append(rows)
    if spec.part == "revised":
        if revised:
            yield spec.file, pl.concat(revised)
        return
    for quarter, parts in quarters.items():
        yield spec.file.format(quarter=quarter), pl.concat(parts)


def filed(city: City, rows: pl.DataFrame, table: str, year: int, month: int) -> pl.DataFrame:
    """The returns of a late month without those that nobody has filed yet."""
    generator = dice(city.makings.seed, f"unfiled {table} {year}-{month}")
    count = max(round(rows.height * _UNFILED_SHARE), 1)
    unfiled = generator.choice(rows.height, count, replace=False)
    return rows.with_row_index("_at").filter(~pl.col("_at").is_in(unfiled.tolist())).drop("_at")


def _to_revise(city: City, rows: pl.DataFrame, year: int, month: int) -> pl.Series:
    generator = dice(city.makings.seed, f"revised {year}-{month}")
    chosen = np.zeros(rows.height, dtype=bool)
    count = max(round(rows.height * _REVISED_SHARE), 1)
    chosen[generator.choice(rows.height, count, replace=False)] = True
    return pl.Series(chosen)


def _estimated(rows: pl.DataFrame, chosen: pl.Series) -> pl.DataFrame:
    """First figures, a few percent below what they are revised to."""
    scaled = [
        pl.when(chosen).then((pl.col(name) * 0.96 / 100).round() * 100).otherwise(name).alias(name)
        for name in ("output_cny", "revenue_cny", "main_revenue_cny", "value_added_cny")
    ]
    return rows.with_columns(scaled)
