"""Growth, increases and levels of one series that must fit each other by arithmetic."""

from __future__ import annotations

import math
from collections.abc import Iterator

from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    gap_said,
    number,
    percent,
    quantity,
    title,
)
from liantu.plan.audit.statements import Plan, Statement, disjoint, half_digit
from liantu.plan.audit.stocks import StartingState, starting_state
from liantu.plan.finding import Finding
from liantu.plan.naming import compare_scopes
from liantu.quantity.bound import Bound

_NOTHING = Phrase(zh="", en="")


def growth_against_level(plan: Plan) -> Iterator[Finding]:
    """An average growth beside baseline and level of the same series."""
    for key, group in plan.by_key.items():
        levels = [item for item in group if item.form == "level" and item.stated and item.baseline]
        for level in levels[:1]:
            for growth in plan.by_key.get(f"{key}:growth", ()):
                fits = (
                    growth.form == "annual_average"
                    and growth.stated
                    and growth.year == level.year
                    and compare_scopes(growth.name.scope, level.name.scope) == "same"
                )
                if fits:
                    yield from _judge_growth(level, growth)


def _judge_growth(level: Statement, growth: Statement) -> Iterator[Finding]:
    assert level.baseline is not None
    years = (level.year or 0) - (level.baseline_year or level.year or 0)
    base_slack = half_digit(level.baseline / level.scale) * level.scale
    if years < 1 or level.baseline <= base_slack or level.printed <= level.slack:
        return
    least = _rate(level.floor - level.slack, level.baseline + base_slack, years)
    most = _rate(level.ceiling + level.slack, level.baseline - base_slack, years)
    asked = Bound(growth.bound.low - growth.slack, growth.bound.high + growth.slack)
    if not disjoint(Bound(least, most), asked):
        return
    exact = _rate(level.printed, level.baseline, years)
    money = level.base_unit == "元"
    plain = number(level.printed / level.scale), number(level.baseline / level.scale)
    said = figure(growth)
    yield finding(
        "growth_against_level",
        (level.id, growth.id),
        severity="low" if money else None,
        steps=(
            step(
                "implied_growth", f"({plain[0]} ÷ {plain[1]})^(1/{years}) − 1", percent(exact / 100)
            ),
        ),
        indicator=title(level),
        level_clause=clause_label(level.clause),
        growth_clause=clause_label(growth.clause),
        baseline=quantity(level.baseline, level),
        level=figure(level),
        implied=percent(exact / 100),
        growth=Phrase(zh=said.zh.removeprefix("年均"), en=said.en.partition(" a year")[0]),
        nominal=word("nominal") if money else _NOTHING,
    )


def _rate(value: float, base: float, years: int) -> float:
    """Average growth in per cent; infinite where the level has no end."""
    if not math.isfinite(value):
        return math.copysign(math.inf, value) if value > 0 else -100.0
    return float(((max(value, 0.0) / base) ** (1 / years) - 1) * 100)


def increase_against_level(plan: Plan) -> Iterator[Finding]:
    """“提升25%” or “提升2.2个百分点” beside baseline and level of the same series."""
    for change in plan.targets:
        if change.form not in ("increase", "points") or not change.stated:
            continue
        key = change.name.key.removesuffix(":growth").removesuffix(":reduction")
        for level in plan.by_key.get(key, ()):
            scope = compare_scopes(change.name.scope, level.name.scope)
            if (
                level.form != "level"
                or not level.stated
                or level.year != change.year
                or not _one_register(change, level)
            ):
                continue
            state = starting_state(plan, level)
            if state is not None and state.value and not state.is_floor:
                found = _judge_increase(change, level, state, same_scope=scope == "same")
                if found:
                    yield found
                    break


def _one_register(one: Statement, other: Statement) -> bool:
    """No contradiction of level or coverage; 制造业企业 beside 工业企业 may be one survey."""
    return all(
        not one.term(dimension)
        or not other.term(dimension)
        or one.term(dimension) == other.term(dimension)
        for dimension in ("level", "coverage")
    )


def _judge_increase(
    change: Statement,
    level: Statement,
    state: StartingState,
    *,
    same_scope: bool,
) -> Finding | None:
    base, told = state.value, state.told
    if change.form == "increase":
        if change.base_unit != "%":
            return None
        unit, sign = base / 100, -1 if change.name.measure == "reduction" else 1
        expression = f"{number(base / level.scale)} × (1 {'−' if sign < 0 else '+'} "
        expression += f"{number(change.printed)}%)"
    else:
        unit, sign = 1.0, -1 if change.name.measure == "reduction" else 1
        expression = f"{number(base / level.scale)} {'−' if sign < 0 else '+'} "
        expression += number(change.printed / change.scale)
    ends = sorted(
        base + sign * unit * end
        for end in (change.bound.low - change.slack, change.bound.high + change.slack)
    )
    asked = Bound(level.bound.low - level.slack, level.bound.high + level.slack)
    if not disjoint(Bound(ends[0], ends[1]), asked):
        return None
    implied = quantity(base + sign * unit * change.printed, level)
    gap = gap_said(base + sign * unit * change.printed - level.printed, level)
    return finding(
        "increase_against_level",
        (change.id, level.id, told.id),
        severity=None if same_scope else "medium",
        steps=(
            step("implied_level", expression, implied.zh),
            step(
                "difference",
                f"{number((base + sign * unit * change.printed) / level.scale)} − "
                f"{number(level.printed / level.scale)}",
                gap.zh,
            ),
        ),
        indicator=title(level),
        increase_clause=clause_label(change.clause),
        increase=figure(change),
        baseline=quantity(base, level),
        baseline_clause=clause_label(told.clause),
        implied=implied,
        level_clause=clause_label(level.clause),
        level=figure(level),
        scope=_NOTHING if same_scope else word("scope_differs"),
    )
