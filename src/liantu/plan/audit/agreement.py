"""Do statements of one series agree? Pairs are sorted into clashes of different weight."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from itertools import combinations
from typing import Literal

from liantu.plan.audit.rules import step
from liantu.plan.audit.saying import gap_said, number
from liantu.plan.audit.statements import Plan, Statement, disjoint
from liantu.plan.finding import Step
from liantu.plan.naming import compare_scopes

Clash = Literal[
    "none", "comparator", "weaker", "tiers", "conflict_near", "conflict_scope", "conflict"
]

MAX_DISTINCT = 12
"""Different wordings of one series that are compared; a plan states one in a few places."""


def series(plan: Plan) -> Iterator[list[Statement]]:
    """Statements that ought to agree: one key, family, unit, year and reference."""
    for group in plan.by_key.values():
        if len(group) < 2:
            continue
        stated = [
            item for item in group if item.stated and not item.name.parts and plan.comparable(item)
        ]
        for members in grouped(
            stated, lambda item: (item.family, item.base_unit, item.year, item.reference)
        ):
            if len(members) > 1:
                yield members


def clashes(members: Sequence[Statement]) -> dict[Clash, list[Statement]]:
    """Statements by the clashes they take part in, in order of text."""
    said: dict[Clash, set[Hashable]] = defaultdict(set)
    pairs = [(clash(a, b), a, b) for a, b in combinations(distinct(members), 2)]
    # A 力争 that stands above a plain aim of its own clause is no rival of the others.
    upper = {
        item.id
        for kind, one, other in pairs
        if kind == "tiers"
        for item in (one, other)
        if item.aspirational
    }
    for kind, one, other in pairs:
        if kind == "tiers" or not upper & {one.id, other.id}:
            said[kind] |= {_wording(one), _wording(other)}
    return {
        kind: [item for item in members if _wording(item) in wordings]
        for kind, wordings in said.items()
    }


def clash(one: Statement, other: Statement) -> Clash:
    """How two statements of one series stand to each other.

    ``conflict``: no value satisfies both, scope equal. ``conflict_scope``: the same, but one
    names a qualifier that the other leaves out, and that does not explain it. ``weaker``:
    different figures that can both hold. ``tiers``: a 力争 beside the plain aim of one clause.
    ``conflict_near``: a conflict inside one clause, which rather names two things than
    contradicts itself. ``comparator``: one figure, different comparators;
    力争 beside a plain figure is softer wording, not another aim.
    """
    scope = compare_scopes(one.name.scope, other.name.scope)
    if scope == "scope_differs":
        return "none"
    if same_figure(one, other):
        softer = one.aspirational or other.aspirational
        return "comparator" if one.comparator != other.comparator and not softer else "none"
    if within_rounding(one, other):
        return "none"
    near = one.clause == other.clause and not (one.number or other.number)
    if near and one.aspirational != other.aspirational:
        return "tiers" if scope == "same" else "none"
    if not disjoint(one.bound, other.bound):
        return "weaker" if scope == "same" else "none"
    if scope == "same":
        return "conflict_near" if near else "conflict"
    return "none" if _broader_is_larger(one, other) else "conflict_scope"


def same_figure(one: Statement, other: Statement) -> bool:
    """The same printed figure, whatever the comparator."""
    if "range" in (one.comparator, other.comparator):
        return one.bound == other.bound
    return math.isclose(one.printed, other.printed, rel_tol=1e-9)


def within_rounding(one: Statement, other: Statement) -> bool:
    """Printed to different digits, and equal to the last digit of the coarser one."""
    if "range" in (one.comparator, other.comparator) or math.isclose(one.slack, other.slack):
        return False
    return abs(one.printed - other.printed) <= max(one.slack, other.slack) * (1 + 1e-9)


def differences(items: Sequence[Statement]) -> tuple[Step, ...]:
    """Each later figure less the first, where they differ and have one unit."""
    first, *rest = distinct(items)
    steps = []
    for other in rest:
        if same_figure(first, other) or other.base_unit != first.base_unit:
            continue
        less, more = sorted((first.printed, other.printed))
        left, right = more / first.scale, less / first.scale
        gap = gap_said(more - less, first).zh
        steps.append(step("difference", f"{number(left)} − {number(right)}", gap))
    return tuple(steps)


def distinct(members: Iterable[Statement]) -> list[Statement]:
    """One statement for each different thing said, in order of text."""
    seen: dict[Hashable, Statement] = {}
    for item in members:
        seen.setdefault((_wording(item), item.year), item)
    return list(seen.values())[:MAX_DISTINCT]


def grouped(
    items: Iterable[Statement], key: Callable[[Statement], Hashable]
) -> Iterable[list[Statement]]:
    """Lists of items with equal ``key``, in order of first appearance."""
    groups: dict[Hashable, list[Statement]] = defaultdict(list)
    for item in items:
        groups[key(item)].append(item)
    return groups.values()


def _wording(item: Statement) -> Hashable:
    return item.bound, item.comparator, item.name.scope, item.aspirational, item.clause


def _broader_is_larger(one: Statement, other: Statement) -> bool:
    """A count without qualifier may rightly exceed the qualified one it contains."""
    if one.name.measure != "amount":
        return False
    narrow, broad = sorted((one, other), key=lambda item: -len(item.name.scope))
    if len(narrow.name.scope) == len(broad.name.scope):
        return False
    return broad.ceiling >= narrow.floor
