"""A measure, and a value of it, explained: formula, inputs, vintage, what is missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from liantu.declarations import Source
from liantu.indicators.catalogue import Catalogue, Compiled
from liantu.indicators.inputs import Inputs
from liantu.indicators.reporting import ABSENCES
from liantu.indicators.values import Values
from liantu.records.tables.declared import load_tables


@dataclass(frozen=True)
class Section:
    """A heading and its lines, in both languages side by side."""

    title: str
    lines: tuple[str, ...]


def explain(catalogue: Catalogue, measure_id: str) -> list[Section]:
    """What a measure is and how it is computed.

    Raises:
        NotFound: there is none of that id.
    """
    measure = catalogue[measure_id]
    compiled = catalogue.compiled.get(measure_id)
    source = measure.source if isinstance(measure.source, Source) else None
    found = [
        Section(f"{measure.zh} {measure.en}", tuple(_head(catalogue, measure_id))),
        Section("定义 Definition", (measure.definition, measure.definition_en)),
    ]
    if measure.needs:
        needs = measure.needs
        return [*found, Section("尚缺 Missing", (
            f"{needs.zh}（{needs.from_}）", f"{needs.en} ({needs.from_en})"))]  # fmt: skip
    lines = [measure.formula, *([f"where {measure.where}"] if measure.where else [])]
    found.append(Section("公式 Formula", tuple(lines)))
    if compiled is not None:
        found.append(Section("输入 Inputs", tuple(_inputs(catalogue, compiled))))
        found.append(Section("期间与分组 Periods and groups", (
            "、".join(compiled.periods), "、".join(compiled.by) or "全市 whole city")))  # fmt: skip
    policy = catalogue.policies[measure.missing]
    found.append(Section("缺报 Missing figures", (policy.meaning, policy.meaning_en)))
    if measure.breaks:
        breaks = tuple(f"{one.from_}: {one.zh} {one.en}" for one in measure.breaks)
        found.append(Section("口径变化 Series breaks", breaks))
    if source is not None:
        said = f"{source.title} {source.date} [{source.trust}]"
        found.append(Section("依据 Source", (said, *([source.url] if source.url else []))))
    return found


def explain_values(
    catalogue: Catalogue, measure_id: str, values: Values, inputs: Inputs, vintage: str
) -> Section:
    """Values of a measure with what they rest on: units, coverage, absence, vintage, rules."""
    measure = catalogue[measure_id]
    lines = []
    for row in values.of(measure_id).iter_rows(named=True):
        lines.append(f"{row['period']}: {_said(row, measure.unit)}")
    lines.append(f"数据版次 vintage: {vintage or '最新 latest'}（{inputs.day}）")
    lines.append(f"输入摘要 inputs: {inputs.stamp[:16]}")
    lines.append(f"规则摘要 rules: {catalogue.digest([measure_id])[:16]}")
    return Section("结果 Values", tuple(lines))


def _said(row: dict[str, Any], unit: str) -> str:
    if row["value"] is None:
        zh, en = ABSENCES[row["absence"]]
        text = f"— {zh} {en}"
    else:
        text = f"{row['value']:,.10g} {unit}".rstrip()
    if row["coverage"] is not None:
        text += f"；已报 {row['units']}，应报 {row['expected']}，覆盖率 {row['coverage']:.1%}"
        text += f"; {row['units']} of {row['expected']} units"
    return text + ("；其间口径变化 across a series break" if row["broken"] else "")


def _head(catalogue: Catalogue, measure_id: str) -> Iterator[str]:
    measure = catalogue.measures[measure_id]
    yield f"id {measure.id}    单位 unit {measure.unit or '—'}    {catalogue.places[measure_id]}"
    if measure.indicator:
        yield f"对应已公布指标 published indicator: {measure.indicator}"


def _inputs(catalogue: Catalogue, compiled: Compiled) -> Iterator[str]:
    """Columns with their tables and units, or measures down to the records."""
    if compiled.derived is not None:
        yield from _measures(catalogue, compiled.derived.inputs, 0)
        return
    assert compiled.formula is not None
    table = load_tables()[compiled.measure.of]
    yield f"{table.id} {table.zh} {table.en}"
    columns = {**compiled.formula.columns}
    if compiled.condition is not None:
        columns |= compiled.condition.columns
    for one in columns.values():
        column, owner = one.column, load_tables()[one.table]
        unit = f"（{column.unit}）" if column.unit else ""
        over = f"，{column.over_periods}" if not one.path and column.numeric else ""
        yield f"  {owner.zh}·{column.zh}{unit} {owner.id}.{column.name}{over}"


def _measures(catalogue: Catalogue, names: Sequence[str], depth: int) -> Iterator[str]:
    for name in names:
        measure = catalogue.measures[name]
        said = measure.formula + (f" where {measure.where}" if measure.where else "")
        of = f" of {measure.of}" if measure.of else ""
        yield f"{'  ' * depth}{name} {measure.zh}：{said}{of}"
        derived = catalogue.compiled[name].derived
        if derived is not None:
            yield from _measures(catalogue, derived.inputs, depth + 1)
