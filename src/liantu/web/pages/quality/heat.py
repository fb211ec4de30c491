"""The heat table of one table: districts by periods, five classes with their bounds printed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from liantu.records.quality import TableQuality, quality_rules
from liantu.records.quality.districts import NOWHERE
from liantu.records.tables.declared import Grain

_SHOWN: dict[Grain, int] = {"month": 12, "quarter": 8, "year": 10}
_OF = {"missing": "due", "late": "filed", "wrong": "records", "empty": "columns"}
"""What a count is a share of."""


@dataclass(frozen=True)
class Cell:
    """One district in one period: ``count`` of ``of``; ``state`` says why there is no count."""

    period: str
    count: int
    of: int
    state: str
    """``counted``, ``awaited``, ``not_due``, ``not_applicable`` or ``none`` (nothing was kept)."""

    @property
    def share(self) -> float:
        """0–1; 0 where there is nothing to be a share of."""
        return self.count / self.of if self.of else 0.0

    @property
    def level(self) -> int:
        """Class, 0–4, by the declared bounds."""
        return bisect_left(quality_rules().classes, self.share) if self.count else 0


@dataclass(frozen=True)
class Line:
    """A district with its cells and its total over the periods shown."""

    district: str
    name: str
    cells: tuple[Cell, ...]
    total: Cell


@dataclass(frozen=True)
class Heat:
    """One table by one measure."""

    measure: str
    periods: tuple[str, ...]
    """Empty for a register, whose cells stand for all of it."""
    lines: tuple[Line, ...]
    totals: tuple[Cell, ...]
    """All districts together, by period and in all."""
    earlier: str
    later: str
    """Last period of the neighbouring windows; empty where there is none."""


def heat_of(
    quality: TableQuality, measure: str, names: dict[str, str], until: str, nowhere: str
) -> Heat:
    """The heat table of a measure, ending with period ``until`` (the latest by default).

    Args:
        names: district → name.
        nowhere: what records without a district stand under.
    """
    counts = _with_base(quality)
    every = quality.periods
    wide = _SHOWN[quality.table.grain or "year"]
    end = every.index(until) + 1 if until in every else _last(quality, every)
    periods = tuple(every[max(end - wide, 0) : end]) or ("",)
    shown = counts.filter(pl.col("period").is_in(periods))
    by_place = {(row["district"], row["period"]): row for row in shown.rows(named=True)}
    districts = sorted(shown["district"].unique(), key=lambda code: (code == NOWHERE, code))
    lines = []
    for code in districts:
        rows = [by_place.get((code, period)) for period in periods]
        cells = [_cell(row, period, measure) for row, period in zip(rows, periods, strict=True)]
        name = nowhere if code == NOWHERE else names.get(code, code)
        lines.append(Line(code, name, tuple(cells), _total(cells)))
    columns = list(zip(*(line.cells for line in lines), strict=True)) or [() for _ in periods]
    totals = [_total(cells, period) for cells, period in zip(columns, periods, strict=True)]
    totals.append(_total([line.total for line in lines]))
    later = every[min(end + wide, len(every)) - 1] if end < len(every) else ""
    earlier = every[end - wide - 1] if end > wide else ""
    shown_periods = periods if periods != ("",) else ()
    return Heat(measure, shown_periods, tuple(lines), tuple(totals), earlier, later)


def _last(quality: TableQuality, every: list[str]) -> int:
    """End of the latest window: one period past the last of which anything has come."""
    kept = quality.counts.filter(pl.col("records") > 0)["period"].max()
    return min(every.index(str(kept)) + 2, len(every)) if kept in every else len(every)


def _with_base(quality: TableQuality) -> pl.DataFrame:
    return quality.counts.with_columns(
        due=pl.col("expected") - pl.col("not_due") - pl.col("awaited"),
        columns=pl.lit(len(quality.table.columns)),
    )


def _cell(row: dict[str, int] | None, period: str, measure: str) -> Cell:
    if row is None:
        return Cell(period, 0, 0, "none")
    count, of = row[measure], row[_OF[measure]]
    if measure == "empty":
        of = of if row["records"] else 0
    if of or count:
        return Cell(period, count, of, "counted")
    if row["awaited"]:
        return Cell(period, 0, 0, "awaited")
    if row["not_due"]:
        return Cell(period, 0, 0, "not_due")
    return Cell(period, 0, 0, "not_applicable" if row["not_applicable"] else "none")


def _total(cells: Sequence[Cell], period: str = "") -> Cell:
    counted = [cell for cell in cells if cell.state == "counted"]
    return Cell(
        period,
        sum(cell.count for cell in counted),
        sum(cell.of for cell in counted),
        "counted" if counted else "none",
    )


def bounds() -> list[tuple[int, str]]:
    """Class → its bounds as printed: ``0``, ``0–1%``, …, ``> 20%``."""
    classes = quality_rules().classes
    texts = [f"{bound:.0%}".replace("%", "") for bound in classes]
    told = [(0, "0")]
    told += [(n, f"{texts[n - 1]}–{texts[n]}%") for n in range(1, len(classes))]
    return [*told, (len(classes), f"> {texts[-1]}%")]
