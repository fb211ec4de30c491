"""The report as rows: counts by table, district or period, and the records behind a count."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from liantu.errors import UsageError
from liantu.records.quality.districts import NOWHERE
from liantu.records.quality.report import COUNTS, QualityReport, TableQuality
from liantu.records.quality.rules import quality_rules

HEADERS: dict[str, dict[str, str]] = {
    "missing": {"table": "表", "entity": "代码", "name": "名称", "district_name": "区县",
                "period": "期间", "due": "应报日期", "days": "逾期天数", "kind": "情形"},
    "late": {"table": "表", "entity": "代码", "name": "名称", "district_name": "区县",
             "period": "期间", "due": "应报日期", "accepted": "入库日期", "days": "逾期天数"},
    "wrong": {"table": "表", "entity": "代码", "name": "名称", "district_name": "区县",
              "period": "期间", "header": "列", "found": "现为", "expected_zh": "应为",
              "fix_zh": "怎么办"},
    "empty": {"table": "表", "district_name": "区县", "period": "期间", "header": "列",
              "rows": "行数", "filled": "有数", "usual": "通常占比"},
    "sums": {"sum_zh": "总分关系", "name": "地区", "period": "期间", "parts": "分项合计",
             "whole": "总数", "gap": "差额", "share": "差额占比", "units": "分项数"},
    "todo": {"table": "表", "owner": "责任部门", "district_name": "区县", "missing": "缺报",
             "units": "单位数", "oldest": "最早期间"},
}  # fmt: skip
"""List → its columns with their Chinese titles."""


@dataclass(frozen=True)
class Asked:
    """What a list is narrowed to; an empty text asks for all."""

    table: str = ""
    district: str = ""
    period: str = ""

    def narrow(self, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows that fit."""
        for name, value in (("district", self.district), ("period", self.period)):
            if value and name in rows.columns:
                rows = rows.filter(pl.col(name) == value)
        return rows


def counts(report: QualityReport, by: str, asked: Asked) -> pl.DataFrame:
    """Counts of the report: one row a table, and a district, a period or both.

    Args:
        by: ``table``, ``district``, ``period`` or ``cell``.
    Returns:
        ``table``, what it is counted by, ``district_name`` beside a district, and
        :data:`liantu.records.quality.report.COUNTS`; rows without any count are left out.
    """
    kept = {"table": [], "district": ["district"], "period": ["period"]}
    keys = ["table", *kept.get(by, ["district", "period"])]
    found = [
        asked.narrow(quality.counts).with_columns(table=pl.lit(quality.table.id))
        for quality in _tables(report, asked)
    ]
    whole = pl.concat(found).group_by(keys).agg(pl.col(COUNTS).sum()).sort(keys)
    whole = whole.filter(pl.any_horizontal(pl.col(COUNTS) > 0))
    return _named(report, whole)


def rows(report: QualityReport, name: str, asked: Asked) -> pl.DataFrame:
    """The records behind the counts.

    Args:
        name: a key of :data:`HEADERS`.
    Returns:
        at least the columns of :data:`HEADERS` for that list, and the codes beside the names.

    Raises:
        UsageError: no such list.
    """
    if name == "sums":
        return asked.narrow(_sums(report))
    if name == "todo":
        return asked.narrow(_todo(report, asked))
    makers: dict[str, Callable[[TableQuality], pl.DataFrame]] = {
        "missing": _missing,
        "late": lambda quality: quality.rows("late"),
        "wrong": lambda quality: quality.findings.sort("severity", "period", "entity", "column"),
        "empty": lambda quality: quality.empty,
    }
    if name not in makers:
        raise UsageError(
            f"没有“{name[:20]}”这一清单，应为 {'、'.join(HEADERS)} 之一。",
            f"There is no list {name[:20]!r}; expected one of {', '.join(HEADERS)}.",
        )
    found = [
        asked.narrow(makers[name](quality)).with_columns(table=pl.lit(quality.table.id))
        for quality in _tables(report, asked)
    ]
    return _named(report, pl.concat(found, how="diagonal_relaxed"))


def _tables(report: QualityReport, asked: Asked) -> list[TableQuality]:
    return [report.tables[asked.table]] if asked.table else list(report.tables.values())


def _named(report: QualityReport, rows: pl.DataFrame) -> pl.DataFrame:
    """With the district's name; a code that no register knows stands for itself."""
    if "district" not in rows.columns:
        return rows
    name = pl.col("district").replace(report.districts.names)
    return rows.with_columns(
        district_name=pl.when(pl.col("district") == NOWHERE).then(pl.lit("未注明")).otherwise(name)
    )


def _missing(quality: TableQuality) -> pl.DataFrame:
    """Missing returns; a unit that never filed is told from one that left some out."""
    kind = pl.when(pl.col("ever")).then(pl.lit("漏报")).otherwise(pl.lit("从未报送"))
    return quality.rows("missing").with_columns(kind=kind)


def _sums(report: QualityReport) -> pl.DataFrame:
    """Totals that do not agree with their parts."""
    zh = {rule.id: rule.zh for rule in quality_rules().sums}
    en = {rule.id: rule.en for rule in quality_rules().sums}
    differing = report.sums.filter(~pl.col("agrees").fill_null(False))
    told = differing.with_columns(
        sum_zh=pl.col("sum").replace(zh), sum_en=pl.col("sum").replace(en)
    )
    return _named(report, told)


def _todo(report: QualityReport, asked: Asked) -> pl.DataFrame:
    """Who has to file how many returns of which table, the most first."""
    rows = report.todo
    if asked.table:
        rows = rows.filter(pl.col("table") == asked.table)
    owners = {name: quality.table.owner for name, quality in report.tables.items()}
    owners_en = {name: quality.table.owner_en for name, quality in report.tables.items()}
    told = rows.with_columns(
        owner=pl.col("table").replace(owners), owner_en=pl.col("table").replace(owners_en)
    )
    return _named(report, told)
