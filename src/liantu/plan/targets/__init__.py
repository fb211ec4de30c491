"""Quantified aims and facts of a plan: from its indicator table and from its prose."""

from __future__ import annotations

from typing import NamedTuple

from liantu.plan.layout import CleanText
from liantu.plan.outline import Outline
from liantu.plan.package import Doubt, Fact, Target
from liantu.plan.targets.prose import read_prose
from liantu.plan.targets.row_targets import table_targets
from liantu.plan.targets.subject import whole_area
from liantu.plan.targets.table import find_tables
from liantu.plan.targets.when import PlanYears

__all__ = ["Extraction", "extract"]


class Extraction(NamedTuple):
    """What a plan's text states in figures, in order of the text."""

    targets: list[Target]
    facts: list[Fact]
    doubts: list[Doubt]
    """What stands in an indicator table but could not be read safely; never guessed."""


def extract(clean: CleanText, outline: Outline, years: tuple[int, int]) -> Extraction:
    """Targets, facts and doubts of a text.

    Args:
        clean: the text without its layout.
        outline: its clauses.
        years: first and last year of the plan.
    """
    plan_years = PlanYears(*years)
    tables = find_tables(clean, outline, plan_years)
    whole, _ = whole_area(clean.text)
    targets: list[Target] = []
    doubts: list[Doubt] = []
    for table in tables:
        found, unread = table_targets(clean, outline, table, plan_years, whole)
        targets.extend(found)
        doubts.extend(unread)
    in_prose, facts = read_prose(clean, outline, plan_years, [(t.start, t.end) for t in tables])
    targets = _unique(sorted([*targets, *in_prose], key=lambda t: (t.start, t.end)))
    return Extraction(targets, sorted(facts, key=lambda f: (f.start, f.end)), doubts)


def _unique(targets: list[Target]) -> list[Target]:
    """Two tables in one clause may number alike: the later id takes an ordinal."""
    seen: dict[str, int] = {}
    result: list[Target] = []
    for target in targets:
        seen[target.id] = seen.get(target.id, 0) + 1
        times = seen[target.id]
        result.append(
            target if times == 1 else target.model_copy(update={"id": f"{target.id}x{times}"})
        )
    return result
