"""The committed package holds names, figures and places in the text, and no sentences."""

from __future__ import annotations

from pathlib import Path

import pytest

from liantu.declarations import CATALOG
from liantu.plan.package import PlanPackage
from liantu.plan.store import read_package

FOLDER = CATALOG / "plans" / "chengdu-14fyp-manufacturing" / "package"
LONGEST = 60
"""Characters of a name or heading; the plan's sentences are longer."""


@pytest.fixture(scope="module")
def committed() -> PlanPackage:
    return read_package(FOLDER)


def test_package_holds_names_and_no_sentences(committed: PlanPackage) -> None:
    texts = [clause.title for clause in committed.clauses]
    texts += [target.indicator for target in committed.targets]
    texts += [industry.name for industry in committed.industries]
    texts += [measure.object for measure in committed.measures]
    texts += [platform.name for platform in committed.platforms]
    texts += [zone.function for zone in committed.zones]
    assert not [text for text in texts if len(text) > LONGEST or "。" in text]


def test_evidence_lies_inside_its_clause(committed: PlanPackage, plan_text: str) -> None:
    spans = {(clause.clause, clause.start, clause.end) for clause in committed.clauses}
    for target in committed.targets:
        assert 0 <= target.start < target.end <= len(plan_text)
        assert any(
            label == target.clause and start <= target.start and target.end <= end
            for label, start, end in spans
        ), target.id


def test_nothing_else_lies_in_the_folder() -> None:
    assert sorted(path.name for path in Path(FOLDER).iterdir()) == ["plan.json", "targets.csv"]
