"""Every message the audit can say has a case that makes it say it, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from liantu.plan.audit.rules import audit_rules

PAIRS: dict[str, list[tuple[Any, ...]]] = {
    "different_values": [("研发平台", 7, "个", {}), ("研发平台", 9, "个", {"clause": "二"})],
    "different_values_scope": [
        ("国家级研发平台", 9, "个", {}),
        ("研发平台", 7, "个", {"clause": "二"}),
    ],
    "different_values_near": [("研发平台", 7, "个", {}), ("研发平台", 9, "个", {})],
    "different_values_tiers": [
        ("研发平台", 7, "个", {}),
        ("研发平台", 9, "个", {"comparator": ">=", "aspirational": True}),
    ],
    "different_values_weaker": [
        ("研发平台", 7, "个", {"comparator": ">="}),
        ("研发平台", 9, "个", {"clause": "二"}),
    ],
    "joint_count": [
        ("智能工厂和数字化车间", 9, "个", {}),
        ("智能工厂", 12, "个", {"clause": "二"}),
    ],
    "narrow_exceeds_wide": [("国家级研发平台", 9, "个", {}), ("省级及以上研发平台", 7, "个", {})],
    "per_year_against_total": [
        ("补链项目", 300, "个", {"form": "per_year"}),
        ("补链项目", 1000, "个", {"form": "additions", "clause": "四"}),
    ],
    "comparator_strict": [
        ("普及率", 60, "%", {}),
        ("普及率", 60, "%", {"comparator": ">", "clause": "二"}),
    ],
    "comparator_soft": [
        ("普及率", 60, "%", {}),
        ("普及率", 60, "%", {"comparator": ">=", "clause": "二"}),
    ],
    "form_relative": [
        ("工业增加值", 7, "%", {"form": "annual_average"}),
        (
            "工业增加值增速",
            1,
            "个百分点",
            {"form": "relative", "comparator": ">=", "reference": "GDP"},
        ),
    ],
    "form_other": [
        ("工业投资", 7, "%", {"form": "annual_average"}),
        ("工业投资增速", 8, "%", {"clause": "二"}),
    ],
    "baseline_at_target": [("研发平台", 7, "个", {"baseline": 7})],
    "gross_against_net": [
        ("规上工业企业", 450, "个", {"baseline": 400}),
        ("规上工业企业", 60, "个", {"form": "additions"}),
    ],
    "gross_below_net": [
        ("规上工业企业", 450, "个", {"baseline": 400}),
        ("规上工业企业", 40, "个", {"form": "additions"}),
    ],
    "share_not_reached": [
        ("工业占GDP比重", 26, "%", {"baseline": 23}),
        (
            "工业增加值增速",
            1,
            "个百分点",
            {"form": "relative", "comparator": ">=", "reference": "GDP"},
        ),
    ],
    "share_overshot": [
        ("工业占GDP比重", 24, "%", {"baseline": 23, "comparator": "<="}),
        ("工业增加值", 15, "%", {"form": "annual_average"}),
    ],
    "growth_against_level": [
        ("专利授权量", 400, "件", {"baseline": 200}),
        ("专利授权量", 5, "%", {"form": "annual_average"}),
    ],
    "increase_against_level": [
        ("研发投入强度", 3, "%", {"baseline": 2}),
        ("研发投入强度", 10, "%", {"form": "increase"}),
    ],
    "nesting_unsaid": [("千亿级园区", 4, "个", {}), ("百亿级园区", 9, "个", {})],
    "no_baseline_table": [("普及率", 60, "%", {"number": "1"})],
    "no_baseline_prose": [("普及率", 60, "%", {})],
    "no_unit": [("研发平台", 60, "", {})],
    "no_owner": [("研发平台", 60, "个", {})],
    "no_data_source": [("研发平台", 60, "个", {})],
    "set_elsewhere": [("能耗下降", None, "%", {"form": "assigned"})],
    "scope_unsaid": [("独角兽企业", 60, "家", {})],
    "scope_restated": [
        ("规上企业研发强度", 2, "%", {}),
        ("企业研发强度", 2, "%", {"clause": "二"}),
    ],
    "baseline_not_comparable": [
        ("工业投资增速", 7, "%", {"form": "annual_average", "baseline": 2})
    ],
    "shared_number": [
        ("普及率", 60, "%", {"number": "1a"}),
        ("利润率", 6, "%", {"number": "1b"}),
    ],
    "table_numbering": [("普及率", 60, "%", {"number": "2"})],
}


def _sums(draft: Any, comparator: str) -> None:
    draft.group("支柱产业", "电子", "机械")
    draft.target("规模", 100, "亿元", subject="支柱产业", comparator=comparator)
    draft.target("营业收入", 30, "亿元", subject="电子产业", comparator=comparator)
    draft.target("营业收入", 30, "亿元", subject="机械产业", comparator=comparator)


def _baselines(draft: Any) -> None:
    draft.target("研发平台", 9, "个", baseline=7)
    draft.fact("研发平台", 5)


def _works(draft: Any) -> None:
    draft.target("研发平台", 9, "个", baseline=7)
    draft.fact("重大项目", 90, span_start=2016)
    draft.fact("重大项目开工", 50, span_start=2016)
    draft.fact("重大项目竣工", 60, span_start=2016)


OTHERS: dict[str, Callable[[Any], None]] = {
    "parts_contradict": lambda draft: _sums(draft, "="),
    "parts_fall_short": lambda draft: _sums(draft, ">="),
    "baseline_differs": _baselines,
    "completions_above_starts": _works,
}


def test_every_message_has_a_case():
    assert PAIRS.keys() | OTHERS.keys() == audit_rules().messages.keys()


@pytest.mark.parametrize("rule", sorted(PAIRS.keys() | OTHERS.keys()))
def test_the_message_is_said_in_both_languages_with_its_figures(draft, rule):
    if rule in OTHERS:
        OTHERS[rule](draft)
    for name, value, unit, more in PAIRS.get(rule, []):
        draft.target(name, value, unit, **more)
    said = [
        found
        for found in draft.audit(known_indicators=lambda name, scope: False)
        if found.rule == rule
    ]
    assert len(said) == 1
    message = audit_rules().messages[rule]
    [found] = said
    assert found.kind == message.kind
    for text in (found.message, found.message_en):
        assert "{" not in text
        assert "  " not in text
        assert "None" not in text
        assert "。。" not in text
    assert found.message.endswith("。")
    assert not set("，。；、（）") & set(found.message_en.replace("（一）", ""))
    for line in found.arithmetic:
        assert line.label
        assert line.label_en
        assert line.result
