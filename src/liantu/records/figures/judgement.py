"""Checks of a figure as a whole, once its cells are read: can it be, and is it likely?"""

from __future__ import annotations

import calendar
from datetime import date

from liantu.quantity.unit import COUNT, Unit, parse_unit
from liantu.records.figures.cells import Log
from liantu.records.figures.indicator import Indicator
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.notes import read_note
from liantu.records.figures.observation import Observation
from liantu.records.figures.rules import observation_rules


def judge(observation: Observation, unit: Unit, log: Log) -> None:
    """Add to ``log`` what makes the figure impossible, and what makes it doubtful."""
    indicator = load_indicators().indicators.get(observation.indicator)
    if indicator is None:
        log.warn(
            "indicator",
            f"未对应到指标，按原名保存，不用于任何目标：{observation.unmapped.rstrip('。')}",
            f"Not mapped to an indicator: kept under its name, used for no target"
            f" ({observation.name})",
        )
    else:
        _unit_fits(observation, unit, indicator, log)
        _share_fits(observation, indicator, log)
        _slip(observation, indicator, log)
    if unit.dimension == COUNT and observation.value < 0:
        log.problem(
            "value",
            f"数值 {observation.written} {observation.unit} 为负。个数不能小于 0。请核对来源",
            f"The value {observation.written} {observation.unit} is negative. A count cannot be"
            " below 0. Check the source",
        )
    if not (indicator and indicator.at_moment and observation.period.kind == "month"):
        _early(observation, log)  # a stock “in July” may be counted on any day of July
    word = read_note(observation.note).unknown_word
    if word:
        log.warn(
            "note",
            f"限定词“{word[:40]}”不在规则中，按确数读取",
            f"The qualifier “{word[:40]}” is in no rule: the figure was read as exact",
        )


def _unit_fits(observation: Observation, unit: Unit, indicator: Indicator, log: Log) -> None:
    if unit.dimension == parse_unit(indicator.unit).dimension:
        return
    log.problem(
        "unit",
        f"单位“{observation.unit}”与指标“{indicator.zh}”不符。应为“{indicator.unit or '无单位'}”"
        "或同一量纲的单位。请改正单位或指标名称",
        f"The unit “{observation.unit}” does not fit {indicator.id}. Expected"
        f" “{indicator.unit or 'none'}” or one of its dimension. Mend the unit or the name",
    )


def _share_fits(observation: Observation, indicator: Indicator, log: Log) -> None:
    if indicator.kind == "share" and not 0 <= observation.value <= 100:
        log.problem(
            "value",
            f"占比 {observation.written}% 超出 0–100。请核对来源",
            f"A share of {observation.written} % lies outside 0–100. Check the source",
        )


def _slip(observation: Observation, indicator: Indicator, log: Log) -> None:
    for doubt in observation_rules().doubts:
        if doubt.kind == indicator.kind and 0 < abs(observation.value) < doubt.below:
            log.warn(
                "value",
                f"“{observation.name}”为 {observation.written}%，疑为小数写法"
                f"（{observation.value * 100:g}% ？）。请核对",
                f"{observation.name} is {observation.written} %: perhaps a fraction"
                f" ({observation.value * 100:g} %?). Check it",
            )


def _early(observation: Observation, log: Log) -> None:
    """A figure published before its period had ended is a forecast or covers less."""
    latest = _latest(observation.source.published)
    if latest and latest < observation.period.end and observation.status == "final":
        log.warn(
            "period",
            f"来源发布于 {observation.source.published}，早于期末 {observation.period.end}，"
            "可能是预计数或截至发布时的数",
            f"The source was published on {observation.source.published}, before the period"
            f" ended on {observation.period.end}: perhaps a forecast or a part of it",
        )


def _latest(published: str) -> date | None:
    """Last day that a date, month or year of publication may mean."""
    parts = [int(part) for part in published.split("-")] if published else []
    if not parts:
        return None
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    last = calendar.monthrange(year, month)[1]
    return date(year, month, min(parts[2], last) if len(parts) > 2 else last)
