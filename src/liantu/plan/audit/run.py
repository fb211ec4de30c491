"""Runs every rule over a package and orders what it finds."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from liantu.plan.audit import counts, gaps, growth, shares, stocks, sums, values
from liantu.plan.audit.rules import chosen_assumptions
from liantu.plan.audit.statements import KnownIndicators, Plan
from liantu.plan.finding import Finding
from liantu.plan.package import PlanPackage

RULES: tuple[Callable[[Plan], Iterator[Finding]], ...] = (
    values.restated_values,
    values.restated_forms,
    values.differing_baselines,
    counts.contained_counts,
    counts.yearly_and_total,
    sums.parts_and_whole,
    shares.growth_against_share,
    growth.growth_against_level,
    growth.increase_against_level,
    stocks.baseline_at_target,
    stocks.gross_against_net,
    stocks.completions_above_starts,
    stocks.nesting_unsaid,
    gaps.set_elsewhere,
    gaps.no_baseline,
    gaps.baseline_not_comparable,
    gaps.shared_number,
    gaps.table_numbering,
    gaps.scope_unsaid,
    gaps.scope_restated,
    gaps.no_unit,
    gaps.no_owner,
    gaps.no_data_source,
)
"""In the order a reader wants them where severity is equal."""

_WEIGHT = {"high": 0, "medium": 1, "low": 2}


def audit(
    package: PlanPackage,
    assumptions: Mapping[str, float] | None = None,
    *,
    known_indicators: KnownIndicators | None = None,
) -> list[Finding]:
    """Find the plan's own contradictions and gaps, from the package alone.

    Args:
        package: a compiled plan.
        assumptions: figures that replace the declared defaults, as fractions
            (``{"gdp_growth": 0.055}``); names and ranges are in ``catalog/rules/audit.yaml``.
        known_indicators: says whether an indicator (name, scope terms) has a data source;
            without it no target is reported as lacking one.
    Returns:
        Findings, gravest first, then by rule, then in order of the text. The same package and
        assumptions always give the same list.
    Raises:
        UsageError: an assumption is unknown or out of its range.
    """
    chosen = chosen_assumptions(assumptions)
    plan = Plan(package, chosen, frozenset(assumptions or ()), known_indicators)
    found = [
        (_WEIGHT[item.severity], order, _place(plan, item), item)
        for order, rule in enumerate(RULES)
        for item in rule(plan)
    ]
    found.sort(key=lambda entry: (*entry[:3], entry[3].items, entry[3].rule))
    return [entry[3] for entry in found]


def _place(plan: Plan, item: Finding) -> int:
    return min((plan.position.get(name, 0) for name in item.items), default=0)
