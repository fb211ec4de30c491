"""One thing stated twice with different figures, comparators, forms or baselines."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from liantu.plan.audit.agreement import clashes, differences, grouped, series
from liantu.plan.audit.counts import joint_findings
from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    figures,
    gap_said,
    listed,
    number,
    placed_list,
    quantity,
    reference_name,
    title,
    year_of,
)
from liantu.plan.audit.statements import Plan, Statement, disjoint, half_digit
from liantu.plan.finding import Finding
from liantu.plan.naming import compare_scopes
from liantu.quantity.bound import Bound


def restated_values(plan: Plan) -> Iterator[Finding]:
    """Different figures or comparators for one indicator, year and form."""
    joint = list(joint_findings(plan))
    yield from joint
    told = {identifier for found in joint for identifier in found.items}
    for members in series(plan):
        found = clashes(members)
        for kind, rule in (
            ("conflict", "different_values"),
            ("conflict_scope", "different_values_scope"),
            ("conflict_near", "different_values_near"),
            ("weaker", "different_values_weaker"),
            ("tiers", "different_values_tiers"),
        ):
            items = found.get(kind, [])  # type: ignore[call-overload]
            if items:
                if not told.issuperset(item.id for item in items):
                    yield _restated(rule, items)
                break
        if "comparator" in found:
            yield from _comparators(found["comparator"])


def restated_forms(plan: Plan) -> Iterator[Finding]:
    """One growth set as an average here and as a margin over another series there."""
    for group in plan.by_key.values():
        if not plan.comparable(group[0]) or group[0].name.measure not in ("growth", "reduction"):
            continue
        for members in grouped(group, lambda item: (item.year, item.name.scope)):
            stated = [item for item in members if item.stated]
            relative = [item for item in stated if item.form == "relative"]
            average = [item for item in stated if item.form == "annual_average"]
            if relative and average:
                yield _relative_form(plan, relative[0], average[0])
            elif len({item.form for item in stated} - {"relative", "points"}) > 1:
                yield _restated("form_other", stated)


def differing_baselines(plan: Plan) -> Iterator[Finding]:
    """The state before the plan told with different figures."""
    for key, group in plan.by_key.items():
        tables = [item for item in group if item.baseline is not None and item.form == "level"]
        for table in tables[:1]:
            assert table.baseline is not None
            facts = [
                fact
                for fact in plan.facts_by_key.get(key, ())
                if fact.year == table.baseline_year
                and fact.span_start is None
                and fact.base_unit == table.base_unit
                and compare_scopes(fact.name.scope, table.name.scope) == "same"
                and fact.name.gross == table.name.gross
            ]
            off = [fact for fact in facts if _misses(fact, table)]
            if off:
                yield _baseline_differs(table, off)


def _misses(fact: Statement, table: Statement) -> bool:
    """Does the fact exclude the table's baseline, beyond the rounding of either?"""
    assert table.baseline is not None
    if not fact.stated or not disjoint(fact.bound, Bound.exact(table.baseline)):
        return False
    mine = half_digit(table.baseline / table.scale) * table.scale
    coarser = 0.0 if math.isclose(mine, fact.slack) else max(mine, fact.slack)
    return abs(fact.printed - table.baseline) > coarser


def _restated(rule: str, items: Sequence[Statement]) -> Finding:
    inside = len({item.clause for item in items}) == 1
    said = figures(items) if inside else placed_list(items)
    return finding(
        rule,
        tuple(item.id for item in items),
        steps=differences(items),
        clause=clause_label(items[0].clause),
        indicator=title(items[0]),
        year=year_of(items[0]),
        figures=said,
    )


def _comparators(items: Sequence[Statement]) -> Iterator[Finding]:
    """One finding for each figure that stands under several comparators."""
    for members in grouped(items, lambda item: round(item.printed, 9)):
        wordings = {item.comparator for item in members}
        if len(wordings) < 2:
            continue
        strict = [item for item in members if item.comparator in ("<", ">")]
        loose = [item for item in members if item.comparator not in ("<", ">")]
        said, value = placed_list(members), quantity(members[0].printed, members[0])
        met = clause_label((loose or members)[0].clause)
        missed = clause_label((strict or members)[0].clause)
        yield finding(
            "comparator_strict" if strict and loose else "comparator_soft",
            tuple(item.id for item in members),
            indicator=title(members[0]),
            year=year_of(members[0]),
            figures=said,
            value=value,
            met_clause=met,
            missed_clause=missed,
        )


def _relative_form(plan: Plan, relative: Statement, average: Statement) -> Finding:
    """What growth of the reference makes both forms say the same."""
    points = relative.printed
    low = average.bound.low - points
    high = average.bound.high - points
    ends = [value for value in (low, high) if math.isfinite(value)]
    implied = "–".join(dict.fromkeys(number(value) for value in ends)) + "%"
    assumed = plan.reference_growth(relative.reference)
    floor = assumed * 100 + points
    said, place = figure(average), (clause_label(relative.clause), clause_label(average.clause))
    bounds = " – ".join(dict.fromkeys(number(value + points) for value in ends))
    return finding(
        "form_relative",
        (relative.id, average.id),
        steps=(
            step("implied_reference", f"{bounds} − {number(points)}", implied),
            step("floor", f"{number(assumed * 100)}% + {number(points)}", f"{number(floor)}%"),
        ),
        assumptions=plan.used("gdp_growth"),
        indicator=title(average),
        relative_clause=place[0],
        average_clause=place[1],
        reference=reference_name(relative),
        points=number(points),
        average=Phrase(zh=said.zh.removeprefix("年均"), en=said.en.partition(" a year")[0]),
        implied=implied,
        assumed=f"{number(assumed * 100)}%",
        floor=f"{number(floor)}%",
    )


def _baseline_differs(table: Statement, facts: Sequence[Statement]) -> Finding:
    assert table.baseline is not None
    place, base = clause_label(table.clause), quantity(table.baseline, table)
    return finding(
        "baseline_differs",
        (table.id, *(fact.id for fact in facts)),
        steps=tuple(
            step(
                "difference",
                f"{number(fact.printed / table.scale)} − {number(table.baseline / table.scale)}",
                gap_said(fact.printed - table.baseline, table).zh,
            )
            for fact in facts
        ),
        indicator=title(table),
        year=str(table.baseline_year),
        figures=listed([word("stated", clause=place, value=base), placed_list(facts)]),
    )
