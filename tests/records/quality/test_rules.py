"""The declared rules of quality hold together, and a wrong one is refused."""

from __future__ import annotations

from pathlib import Path
from string import Formatter

import pytest

from liantu.declarations import CATALOG, read_declared
from liantu.errors import InvalidDeclaration
from liantu.records.quality.rules import QualityRules, quality_rules
from liantu.records.tables.declared import load_tables

FILE = CATALOG / "rules" / "quality.yaml"


def test_every_return_is_filed_by_a_register_that_its_key_points_into() -> None:
    tables = load_tables()
    for rule in quality_rules().returns:
        (entity,) = tables[rule.table].entity
        assert tables[rule.table][entity].references == rule.units
        assert tables[rule.units][rule.from_].type == "date"


def test_both_languages_of_a_problem_name_the_same_figures() -> None:
    for words in quality_rules().problems.values():
        zh = {part[1] for part in Formatter().parse(words.expected_zh) if part[1]}
        en = {part[1] for part in Formatter().parse(words.expected_en) if part[1]}
        assert zh == en


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("table: firm_month", "table: firm_week", "firm_week"),
        ("from: started_on", "from: begun_on", "projects.begun_on"),
        ("part: gdp_cny", "part: gdp", "area_year.gdp"),
        ("classes: [0, 0.01", "classes: [0, -0.01", "bounds"),
        ("coverage: {usual: 0.5", "coverage: {usual: 5", "usual"),
        ("id: quality-2026-11", "id: quality-2026-11\nmore: 1", "more"),
    ],
)
def test_a_wrong_rule_is_refused(tmp_path: Path, old: str, new: str, said: str) -> None:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "quality.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match=said):
        read_declared(QualityRules, path)
