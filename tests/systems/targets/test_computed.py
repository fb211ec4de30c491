"""Computed values fill years without a published figure, by the declared rule and never else."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sample_targets import AREA, figure, figures, package, target

from liantu.systems.targets.computed import Computed, computed_rule, difference
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.explain import explain
from liantu.systems.targets.rules import rule_by_id

END = date(2025, 12, 31)
AIM = target(figure=4500, baseline=3576)
FOUND = Computed(
    "above_scale_firms", "above_scale_firms", "规上工业企业数量", "Firms above scale", 2025, 4600.0,
    "户", 0.95, synthetic=False,
)  # fmt: skip
EARLIER = figures("above_scale_firms", {"2023": 4200, "2024": 4300})


def test_a_year_without_a_published_figure_is_filled_and_says_so() -> None:
    state = evaluate(package(AIM), EARLIER, END, computed=[FOUND])[0]
    assert state.verdict == "meets"
    used = state.inputs[-1].observation
    assert used is not None
    assert used.source.trust == "computed"
    assert used.area == AREA
    assert "记录算出" in used.source.title
    assert computed_rule().id in state.rules
    assert rule_by_id(computed_rule().id).zh in "".join(explain(state, AIM)[-1].lines)


def test_a_published_figure_decides_and_the_difference_is_told() -> None:
    seen = [*EARLIER, figure("above_scale_firms", "2025", 4400)]
    state = evaluate(package(AIM), seen, END, computed=[FOUND])[0]
    assert state.verdict == "fails"
    assert state.verdict == evaluate(package(AIM), seen, END)[0].verdict
    said = {section.key: section.lines for section in explain(state, AIM)}
    assert "2025年算出4,600户，公布4,400户，差+200" in said["computed"][0]
    english = {section.key: section.lines for section in explain(state, AIM, "en")}
    assert "difference +200" in english["computed"][0]


@pytest.mark.parametrize(
    "change",
    [
        {"synthetic": True},
        {"coverage": computed_rule().coverage - 0.01},
        {"coverage": None},
        {"year": 2026},
    ],
)
def test_what_is_made_up_thin_or_unfinished_never_decides(change: dict[str, object]) -> None:
    other = replace(FOUND, **change)  # type: ignore[arg-type]
    alone = evaluate(package(AIM), EARLIER, END)[0]
    assert evaluate(package(AIM), EARLIER, END, computed=[other])[0] == alone


def test_the_plans_own_words_do_not_count_as_published() -> None:
    plan = figure("above_scale_firms", "2025", 4500, title="规划文本", trust="plan")
    seen = [*EARLIER, replace(plan, status="plan")]
    assert evaluate(package(AIM), seen, END, computed=[FOUND])[0].verdict == "meets"


def test_no_difference_is_told_from_an_open_figure() -> None:
    above = figure("above_scale_firms", "2025", 4400, note="限定词:突破")
    assert difference(FOUND, above) == ""
    assert difference(FOUND, figure("above_scale_firms", "2025", 4600)) == "0"
