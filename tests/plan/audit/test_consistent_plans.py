"""Consistent plans raise no contradiction; one changed figure raises exactly its own."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from liantu.errors import UsageError
from liantu.plan.audit import audit
from liantu.plan.audit.rules import audit_rules

GAPS = {
    "no_baseline", "no_unit", "no_owner", "no_data_source", "set_elsewhere", "scope_unsaid",
    "baseline_not_comparable", "shared_number", "table_numbering",
}  # fmt: skip

COUNTED = ["研发平台", "充电站", "数字化车间", "国家级企业技术中心", "工业设计平台", "实训基地"]
INDUSTRIES = ["电子", "机械", "医药", "材料", "食品"]

counts = st.lists(st.tuples(st.integers(1, 900), st.integers(1, 500)), min_size=6, max_size=6)
sizes = st.lists(st.integers(1, 9000), min_size=2, max_size=5)
growths = st.floats(0.01, 0.2).map(lambda value: round(value, 4))


def _fill(draft: Any, stock: list[tuple[int, int]], parts: list[int], growth: float) -> None:
    """A plan whose restatements, sums, growth, share and entries all fit."""
    for order, (name, (base, more)) in enumerate(zip(COUNTED, stock, strict=True), start=1):
        draft.target(name, base + more, "个", baseline=base, number=str(order))
        draft.fact(name, base, "家")
        draft.target(f"{name}数量", base + more, "家", clause="二")
        draft.target(f"新增{name}", more, "家", form="additions", clause="八")
    chosen = INDUSTRIES[: len(parts)]
    draft.group("支柱产业", *chosen)
    draft.target("营业收入", sum(parts), "亿元", subject="支柱产业", clause="三")
    for name, value in zip(chosen, parts, strict=True):
        draft.target("营业收入", value, "亿元", subject=f"{name}产业", clause="三")
    end = round(3000 * (1 + growth) ** 5, 3)
    draft.target("专利授权量", end, "件", baseline=3000, number="7")
    draft.target("专利授权量", round(growth * 100, 2), "%", form="annual_average", clause="七")
    draft.target("地区生产总值", 6, "%", form="annual_average", clause="二")
    share = round(20 * ((1.06 + growth / 4) / 1.06) ** 5, 2)
    draft.target("工业占GDP比重", share, "%", baseline=20, number="8")
    draft.target(
        "工业增加值增速", round(growth * 25, 3), "个百分点", form="relative", comparator=">=",
        reference="GDP", clause="二",
    )  # fmt: skip
    draft.target("研发投入强度", 2.5, "%", baseline=2.0, number="9")
    draft.target("研发投入强度", 25, "%", form="increase", clause="七")
    draft.target("研发投入强度", 0.5, "个百分点", form="points", clause="专栏11")


def _contradictions(draft: Any) -> list[Any]:
    return [item for item in draft.audit() if item.kind not in GAPS]


@settings(max_examples=60, deadline=None)
@given(counts, sizes, growths)
def test_a_consistent_plan_raises_no_contradiction(new_draft, stock, parts, growth):
    draft = new_draft()
    _fill(draft, stock, parts, growth)
    assert _contradictions(draft) == []


@settings(max_examples=60, deadline=None)
@given(counts, sizes, growths, st.integers(0, 5), st.integers(1, 50))
def test_one_restated_figure_off_raises_exactly_that(new_draft, stock, parts, growth, which, off):
    draft = new_draft()
    _fill(draft, stock, parts, growth)
    restated = draft.targets[3 * which + 1]
    wrong = restated.low + off
    draft.targets[3 * which + 1] = restated.model_copy(
        update={
            "low": wrong,
            "high": wrong,
            "measured": restated.measured.model_copy(update={"low": wrong, "high": wrong}),
        }
    )
    [found] = _contradictions(draft)
    assert (found.kind, found.severity) == ("different_values", "high")
    assert set(found.items) == {draft.targets[3 * which].id, restated.id}
    assert found.arithmetic[0].result == f"{off}个"


@settings(max_examples=40, deadline=None)
@given(counts, sizes, growths, st.integers(0, 4), st.integers(1, 500))
def test_one_part_off_raises_exactly_the_sum(new_draft, stock, parts, growth, which, off):
    draft = new_draft()
    _fill(draft, stock, parts, growth)
    at = 3 * len(COUNTED) + 1 + which % len(parts)
    part = draft.targets[at]
    draft.targets[at] = part.model_copy(
        update={
            "low": part.low + off,
            "high": part.low + off,
            "measured": part.measured.model_copy(
                update={"low": (part.low + off) * 1e8, "high": (part.low + off) * 1e8}
            ),
        }
    )
    [found] = _contradictions(draft)
    assert found.rule == "parts_contradict"
    assert f"相差{off}亿元" in found.message


@settings(max_examples=20, deadline=None)
@given(counts, sizes, growths)
def test_the_same_package_gives_the_same_findings_in_the_same_order(
    new_draft, stock, parts, growth
):
    draft = new_draft()
    _fill(draft, stock, parts, growth)
    package = draft.package()
    shuffled = package.model_copy(update={"targets": tuple(reversed(package.targets))})
    assert audit(package) == audit(package) == audit(shuffled)


def test_an_empty_plan_has_no_findings(draft):
    assert draft.audit() == []


@pytest.mark.parametrize(
    ("given", "said"),
    [({"gdp": 0.05}, "gdp_growth, price_drift"), ({"gdp_growth": 6}, "6% 写 0.06")],
)
def test_assumptions_that_are_none_are_refused_with_what_to_do(draft, given, said):
    draft.target("研发平台", 3)
    with pytest.raises(UsageError) as caught:
        draft.audit(assumptions=given)
    assert said in str(caught.value)


def test_every_assumption_and_scope_rule_names_its_source_and_trust():
    rules = audit_rules()
    for assumption in rules.assumptions.values():
        assert assumption.source.title
        assert assumption.low <= assumption.default <= assumption.high
    assert all(rule.source.title and rule.source.trust for rule in rules.unsaid_scopes)
