"""Figures and sentences as printed."""

from __future__ import annotations

import math
import re

import pytest
from sample_targets import target

from liantu.errors import NotFound
from liantu.quantity.bound import Bound
from liantu.systems.targets.rules import progress_rules, rule_by_id
from liantu.systems.targets.wording import (
    amount,
    change,
    figure_text,
    number,
    share,
    target_text,
)
from liantu.words import words


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (5000, "5,000"),
        (24763.6, "24,763.6"),
        (24.3, "24.3"),
        (0.66, "0.66"),
        (0.004, "0.004"),
        (-1.9, "−1.9"),
        (0, "0"),
        (6.999, "7"),
        (math.inf, "∞"),
    ],
)
def test_numbers(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("bound", "unit", "zh", "en"),
    [
        (Bound.exact(24.3), "%", "24.3%", "24.3%"),
        (Bound(5000, math.inf, low_open=True), "户", "> 5,000户", "> 5,000 firms"),
        (Bound(5000, math.inf), "户", "≥ 5,000户", "≥ 5,000 firms"),
        (Bound(-math.inf, 27.88), "%", "≤ 27.88%", "≤ 27.88%"),
        (Bound(6.4, 6.8), "%", "6.4–6.8%", "6.4–6.8%"),
        (Bound(-15.5, -10.2), "%", "−15.5 ~ −10.2%", "−15.5 ~ −10.2%"),
        (Bound(-math.inf, math.inf), "%", "无法界定", "unbounded"),
        (Bound.exact(1.3), "", "1.3", "1.3"),
    ],
)
def test_bounds_print_as_they_are(bound: Bound, unit: str, zh: str, en: str) -> None:
    assert (amount(bound, unit).zh, amount(bound, unit).en) == (zh, en)


def test_changes_and_shares() -> None:
    assert change(Bound(-0.9, 1.2), "个百分点").zh == "−0.9 ~ +1.2个百分点"
    assert share(Bound(0.2273, math.inf)).zh == "≥ 22.7%"


@pytest.mark.parametrize(
    ("fields", "text"),
    [
        ({"figure": 4500}, "4,500户"),
        ({"low": 26, "comparator": ">=", "unit": "%"}, "26%以上"),
        ({"low": 1.5, "comparator": ">", "unit": "万亿元"}, "超过1.5万亿元"),
        ({"high": 1.3, "comparator": "<=", "unit": ""}, "不超过1.3"),
        ({"low": 7, "high": 9, "comparator": "range", "unit": "%", "form": "annual_average"},
         "年均增长7–9%"),
        ({"figure": 25, "unit": "%", "form": "increase"}, "比基期提升25%"),
        ({"low": 1, "comparator": ">=", "unit": "个百分点", "form": "relative",
          "reference": "GDP增速"}, "高于GDP增速1个百分点以上"),
        ({"low": 300, "comparator": ">=", "unit": "个", "form": "per_year"}, "每年300个以上"),
        ({"figure": 1000, "unit": "家", "form": "additions"}, "新增1,000家"),
        ({"unit": "%", "form": "assigned", "reference": "省政府"}, "完成省政府下达的任务"),
    ],
)  # fmt: skip
def test_targets_in_the_words_of_their_form(fields: dict[str, object], text: str) -> None:
    assert target_text(target(**fields)) == text  # type: ignore[arg-type]
    assert target_text(target(**fields), "en")  # type: ignore[arg-type]


def test_the_figure_alone_keeps_its_sign() -> None:
    assert figure_text(target(low=26, comparator=">=", unit="%")).zh == "≥ 26%"
    assert figure_text(target(unit="%", form="assigned")).zh == ""


def test_both_languages_name_the_same_figures() -> None:
    """A sentence that names a figure in one language names it in the other."""
    keys = ("reason.", "run_rate.", "missing.", "fresh.", "projection.", "target.", "step.")
    odd = [
        key
        for key, entry in words().entries.items()
        if key.startswith(keys)
        and set(re.findall(r"{(\w+)}", entry.zh)) < set(re.findall(r"{(\w+)}", entry.en))
    ]
    assert not odd


def test_rules_are_found_by_id_and_cited() -> None:
    for rule in progress_rules().pace:
        assert rule_by_id(rule.id) is rule
        assert rule.source.title
    with pytest.raises(NotFound):
        rule_by_id("no.such.rule")
