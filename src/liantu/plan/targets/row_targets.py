"""Rows of an indicator table to targets; rows that cannot be read safely to warnings."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from liantu.plan.layout import CleanText
from liantu.plan.outline import Outline
from liantu.plan.package import Doubt, Form, Target
from liantu.plan.targets.cell import Amount, is_dash, read_amount, read_relative
from liantu.plan.targets.lexicon import any_of
from liantu.plan.targets.measured import measure, unit_of
from liantu.plan.targets.subject import scope_of
from liantu.plan.targets.table import Column, Table
from liantu.plan.targets.table_rows import Row, is_unit, read_rows
from liantu.plan.targets.when import PlanYears
from liantu.quantity.comparator import ends
from liantu.quantity.numeral import fold_number
from liantu.quantity.unit import PERCENT, POINTS

_UNIT_BRACKET = re.compile(r"[（(](?P<u>[^（）()]{1,16})[)）](?P<mark>[*＊]*)$")
_GROWING = re.compile(r"(?:增长|增速|增长率|增幅|增长速度)$")
_CHANGE = re.compile(
    r"(?:下降|降低|减少|提高|提升|增长|上升|下降率|降幅|下降幅度|降低率|提高幅度)$"
)
_ASSIGNER = re.compile(
    r"(?:完成|达到|按照?|根据|以)?(?P<by>.+?)(?:下达|确定|分解|规定|要求|核定|制定)"
)


@dataclass(frozen=True)
class Marks:
    """What the table's note says that its marks mean."""

    star_is_average: bool
    star_is_binding: bool


@dataclass(frozen=True)
class _Series:
    """A row ready to become targets."""

    row: Row
    clause_id: str
    label: str
    name: str
    unit: str
    starred: bool
    category: str
    whole: str
    years: PlanYears
    start: int
    end: int


def table_targets(
    clean: CleanText, outline: Outline, table: Table, years: PlanYears, whole: str
) -> tuple[list[Target], list[Doubt]]:
    """Targets of one table in order, and what could not be read."""
    marks = Marks(
        star_is_average=not re.search(r"[*＊][^，。；]{0,8}约束", table.note),
        star_is_binding=bool(re.search(r"[*＊][^，。；]{0,8}约束", table.note)),
    )
    targets: list[Target] = []
    doubts: list[Doubt] = []
    unit = ""
    for ordinal, row in enumerate(read_rows(clean, table), start=1):
        if row.problem:
            doubts.append(_doubt(clean, table, row, ordinal))
            continue
        series = _series(clean, table, row, ordinal, years, whole)
        if row.part and not series.unit:
            series = replace(series, unit=unit)
        unit = series.unit
        found = _row_targets(series, table, marks)
        if not found:
            doubts.append(_doubt(clean, table, row, ordinal, "目标值一栏没有数值"))
        targets.extend(found)
    return targets, doubts


def _series(
    clean: CleanText, table: Table, row: Row, ordinal: int, years: PlanYears, whole: str
) -> _Series:
    clause = table.clause
    name, unit, starred = row.name, "", False
    bracket = _UNIT_BRACKET.search(name)
    if bracket and is_unit(bracket["u"]):
        name, unit, starred = (
            name[: bracket.start()],
            fold_number(bracket["u"]),
            bool(bracket["mark"]),
        )
    start, end = clean.to_source(row.start, row.end)
    number = f"{row.number}{row.letter}" if row.number else f"r{ordinal}"
    clause_id = clause.id if clause else "table"
    return _Series(
        row=row,
        clause_id=f"{clause_id}.{number}",
        label=clause.clause if clause else "",
        name=name.rstrip("*＊"),
        unit=unit or fold_number(row.unit),
        starred=starred or name.endswith(("*", "＊")),
        category=row.category,
        whole=whole,
        years=years,
        start=start,
        end=end,
    )


def _row_targets(series: _Series, table: Table, marks: Marks) -> list[Target]:
    baseline, baseline_year = _baseline(series.row, table.columns)
    targets: list[Target] = []
    goals = [c for c in table.columns if c.role != "base"]
    for column, text in zip(table.columns, series.row.values, strict=True):
        if column.role == "base" or is_dash(text):
            continue
        last_goal = column.year == max((c.year for c in goals if c.role == "goal"), default=0)
        suffix = "g" if column.role == "growth" and len(goals) > 1 else ""
        if column.role == "goal" and not last_goal:
            suffix = f"-{column.year}"
        amount = read_amount(text)
        if amount is None:
            target = _assigned(series, column, text, suffix)
            targets.append(_against(target, text) or target)
        else:
            targets.append(_valued(series, column, amount, marks, suffix, baseline, baseline_year))
    return targets


def _baseline(row: Row, columns: tuple[Column, ...]) -> tuple[float | None, int | None]:
    """The latest value before the plan printed in the row."""
    for column, text in reversed(list(zip(columns, row.values, strict=True))):
        amount = read_amount(text) if column.role == "base" else None
        if amount is not None:
            return amount.low, column.year
    return None, None


def _valued(
    series: _Series,
    column: Column,
    amount: Amount,
    marks: Marks,
    suffix: str,
    baseline: float | None,
    baseline_year: int | None,
) -> Target:
    written = amount.unit or series.unit
    unit = unit_of(written, series.name)
    form = _form(series, column, amount, marks, has_baseline=baseline is not None)
    if column.role == "growth":
        baseline, baseline_year = None, None
    if form == "annual_average" and unit.dimension not in (PERCENT, POINTS):
        written, unit = "%", unit_of("%", "")
    low, high = amount.bounds
    nature = "约束性" if marks.star_is_binding and series.starred else series.row.nature
    return Target(
        id=series.clause_id + suffix,
        clause=series.label,
        start=series.start,
        end=series.end,
        subject=series.whole,
        indicator=series.name,
        form=form,
        comparator=amount.comparator,
        baseline=baseline,
        baseline_year=baseline_year,
        low=low,
        high=high,
        unit=written,
        year=column.year,
        nature=nature,
        scope=scope_of(series.name, series.row.group),
        measured=measure(unit, form, low, high, baseline),
        number=f"{series.row.number}{series.row.letter}",
        category=series.category,
    )


def _form(
    series: _Series, column: Column, amount: Amount, marks: Marks, *, has_baseline: bool
) -> Form:
    unit = unit_of(amount.unit or series.unit, series.name)
    share = unit.dimension in (PERCENT, POINTS)
    averaged = (amount.starred or series.starred) and marks.star_is_average
    if amount.bracketed or (column.cumulative and not averaged):
        if unit.dimension == POINTS:
            return "points"
        return "increase" if share else "additions"
    if averaged or column.role == "growth" or ("年均" in series.name and share):
        return "annual_average"
    if re.match(r"每年|年均|年新增", series.name):
        return "per_year"
    if unit.dimension == POINTS:
        return "points"
    if share:
        if _GROWING.search(series.name) and not has_baseline:
            return "annual_average"
        return "increase" if _CHANGE.search(series.name) and not has_baseline else "level"
    entered = any_of("entry").match(series.name)
    return "additions" if entered and entered[0].startswith(("新", "累计新")) else "level"


def _assigned(series: _Series, column: Column, text: str, suffix: str) -> Target:
    """A target that another document sets (完成省下达目标任务)."""
    by = _ASSIGNER.match(text)
    return Target(
        id=series.clause_id + suffix,
        clause=series.label,
        start=series.start,
        end=series.end,
        subject=series.whole,
        indicator=series.name,
        form="assigned",
        comparator="=",
        unit=series.unit,
        year=column.year,
        nature=series.row.nature,
        scope=scope_of(series.name, series.row.group),
        measured=measure(unit_of(series.unit, series.name), "assigned", None, None),
        reference=by["by"] if by else text,
        number=f"{series.row.number}{series.row.letter}",
        category=series.category,
    )


def _against(target: Target, text: str) -> Target | None:
    """A target told against another series (高于GDP增速): ahead of it by any margin."""
    read = read_relative(text)
    if read is None:
        return None
    comparator, reference = read
    low, high = ends(comparator, 0.0)
    unit = unit_of("个百分点", "")
    return target.model_copy(
        update={
            "form": "relative",
            "comparator": comparator,
            "reference": reference,
            "low": low,
            "high": high,
            "unit": unit.written,
            "measured": measure(unit, "relative", low, high),
        }
    )


def _doubt(clean: CleanText, table: Table, row: Row, ordinal: int, problem: str = "") -> Doubt:
    start, end = clean.to_source(row.start, row.end)
    where = table.clause.clause if table.clause else "指标表"
    number = row.number or str(ordinal)
    expected = "、".join(_column_name(column) for column in table.columns)
    if "nature" in table.words:
        expected += "、属性"
    return Doubt(
        start=start,
        end=end,
        message=f"{where}编号 {number} 的一行未读入：{problem or row.problem}。找到“{row.found}”，"
        f"应依次为名称、{expected}。请对照原表改正错列的单元格后重新编译。",
        message_en=f"{where}, row {number} was not read: its cells do not fit the head."
        f" Found “{row.found}”; expected name, {expected} in this order."
        " Mend the shifted cells against the printed table and compile again.",
    )


def _column_name(column: Column) -> str:
    return "年均增速" if column.role == "growth" else f"{column.year}年"
