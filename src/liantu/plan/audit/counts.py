"""Counts that stand in a relation: A和B together, a register inside another, yearly and total."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, product

from liantu.plan.audit.agreement import clashes, differences, distinct
from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import (
    clause_label,
    figure,
    listed,
    number,
    placed_list,
    quantity,
    title,
)
from liantu.plan.audit.statements import Plan, Statement, disjoint
from liantu.plan.finding import Finding, Step
from liantu.plan.naming import compare_scopes, read_name
from liantu.quantity.bound import Bound

MAX_SUMS = 8
"""Ways to add up the parts of one joint count that are tried and printed."""


def joint_findings(plan: Plan) -> Iterator[Finding]:
    """A和B达到N, where what is stated of A and of B apart cannot make N."""
    unsaid: list[Statement | None] = [None]
    for joint in plan.targets:
        if not joint.name.parts or not joint.stated or joint.family != "level":
            continue
        apart = [_stated_apart(plan, part, joint) for part in joint.name.parts]
        sums: list[tuple[Statement | None, ...]] = list(
            islice(product(*[items or unsaid for items in apart]), MAX_SUMS)
        )
        off = [chosen for chosen in sums if _cannot_make(chosen, joint)]
        if off and len(off) == len(sums):
            yield _joint_finding(joint, apart, off)


def contained_counts(plan: Plan) -> Iterator[Finding]:
    """A narrower register counted larger than the wider one that contains it."""
    inside = {(rule.narrow, rule.wide) for rule in plan.rules.contained}
    for group in plan.by_key.values():
        levels = [item for item in group if item.family == "level" and item.stated]
        for narrow, wide in product(distinct(levels), repeat=2):
            if (
                (narrow.term("level"), wide.term("level")) in inside
                and narrow.year == wide.year
                and narrow.base_unit == wide.base_unit
                and narrow.floor > wide.ceiling
            ):
                small, large = figure(narrow), figure(wide)
                gap = quantity(narrow.floor - wide.ceiling, narrow).zh
                low, high = narrow.floor / narrow.scale, wide.ceiling / narrow.scale
                yield finding(
                    "narrow_exceeds_wide",
                    (narrow.id, wide.id),
                    steps=(step("difference", f"{number(low)} − {number(high)}", gap),),
                    narrow=title(narrow),
                    wide=title(wide),
                    narrow_value=small,
                    wide_value=large,
                    narrow_clause=clause_label(narrow.clause),
                    wide_clause=clause_label(wide.clause),
                )


def yearly_and_total(plan: Plan) -> Iterator[Finding]:
    """A count a year whose sum over the period misses the stated additions."""
    years = plan.package.meta.end_year - plan.package.meta.start_year + 1
    for group in plan.by_key.values():
        yearly = distinct(item for item in group if item.form == "per_year" and item.stated)
        totals = distinct(item for item in group if item.family == "additions" and item.stated)
        for one, total in islice(product(yearly, totals), 1):
            summed = Bound(one.bound.low * years, one.bound.high * years)
            alike = compare_scopes(one.name.scope, total.name.scope) == "same"
            if alike and one.base_unit == total.base_unit and disjoint(summed, total.bound):
                reached, each = quantity(one.printed * years, one), quantity(one.printed, one)
                figures = placed_list([one, total])
                yield finding(
                    "per_year_against_total",
                    (one.id, total.id),
                    steps=(step("five_years", f"{each.zh} × {years}", reached.zh),),
                    indicator=title(one),
                    figures=figures,
                    years=str(years),
                    implied=reached,
                )


def _stated_apart(plan: Plan, part: str, joint: Statement) -> list[Statement]:
    """Levels stated for one part of a joint count, of the same scope and year."""
    name = read_name(part, subject=joint.subject, area=plan.package.meta.area)
    return distinct(
        item
        for item in plan.by_key.get(name.key, ())
        if item.id != joint.id
        and item.stated
        and not item.name.parts
        and item.family == "level"
        and item.year == joint.year
        and item.base_unit == joint.base_unit
        and compare_scopes(item.name.scope, name.scope) == "same"
    )


def _cannot_make(chosen: Sequence[Statement | None], joint: Statement) -> bool:
    """Is every sum of the parts outside the joint count? A part unsaid may be anything ≥ 0."""
    low = sum(item.floor if item else 0.0 for item in chosen)
    high = sum(item.ceiling if item else float("inf") for item in chosen)
    if all(item is None for item in chosen):
        return False
    strict = any(item is not None and item.comparator == ">" for item in chosen)
    return disjoint(Bound(max(low, 0.0), high, low_open=strict), joint.bound)


def _joint_finding(
    joint: Statement,
    apart: Sequence[Sequence[Statement]],
    sums: Sequence[Sequence[Statement | None]],
) -> Finding:
    stated = sorted((item for items in apart for item in items), key=lambda item: item.start)
    steps: list[Step] = []
    said: list[Phrase] = []
    for chosen in sums:
        known = sorted((item for item in chosen if item is not None), key=lambda item: item.start)
        total = sum(item.printed for item in known)
        expression = " + ".join(number(item.printed / joint.scale) for item in known)
        result = quantity(total, joint)
        steps.append(step("joint_sum", expression, result.zh))
        said.append(_sum_said(known, expression, result))
    contested = [items for items in apart if "conflict" in clashes(items)]
    for items in contested:
        steps += differences(items)
    steps += [_rest_step(joint, item) for item in stated if item.printed <= joint.printed]
    figures = listed([_named(item) for item in stated])
    own = [
        word("parts_differ", part=title(items[0]), figures=placed_list(items))
        for items in contested
    ]
    value = figure(joint)
    place = clause_label(joint.clause)
    return finding(
        "joint_count",
        (joint.id, *(item.id for item in stated)),
        steps=tuple(steps),
        clause=place,
        parts=title(joint),
        joint=value,
        figures=figures,
        sums=listed(said),
        apart=listed(own, separator="nothing"),
    )


def _sum_said(known: Sequence[Statement], expression: str, result: Phrase) -> Phrase:
    places = [clause_label(clause) for clause in dict.fromkeys(item.clause for item in known)]
    joined = listed(places, separator="and")
    floors = any(item.comparator in (">=", ">") for item in known)
    return word(
        "sum_of_floors" if floors else "sum_of",
        clauses=joined,
        expression=Phrase(zh=expression.replace(" ", ""), en=expression),
        sum=result,
    )


def _rest_step(joint: Statement, item: Statement) -> Step:
    """What the joint count leaves for the other parts."""
    left = joint.printed / joint.scale
    taken = item.printed / joint.scale
    rest = quantity(joint.printed - item.printed, joint).zh
    return step("left_for_rest", f"{number(left)} − {number(taken)}", rest)


def _named(item: Statement) -> Phrase:
    place, value = clause_label(item.clause), figure(item)
    return Phrase(
        zh=f"{title(item)}{value.zh}（{place.zh}）", en=f"{title(item)} {value.en} ({place.en})"
    )
