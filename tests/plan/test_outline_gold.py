"""The outline of the first plan against the hand-made gold file."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from liantu.plan.layout import clean
from liantu.plan.outline import outline

GOLD = Path(__file__).parents[1] / "golden" / "chengdu_14fyp_outline.csv"


@pytest.fixture(scope="module")
def gold() -> set[tuple[str, str, str, int]]:
    with GOLD.open(encoding="utf-8", newline="") as file:
        return {
            (row["label"], row["kind"], row["title"], int(row["start"]))
            for row in csv.DictReader(file)
        }


def test_every_clause_of_the_gold_file_is_found_and_no_other(
    plan_text: str, gold: set[tuple[str, str, str, int]]
) -> None:
    found = {
        (c.clause, "chapter" if c.kind == "preface" else c.kind, c.title, c.start)
        for c in outline(clean(plan_text)).clauses
        if c.kind not in ("entry", "paragraph")
    }
    assert found == gold
