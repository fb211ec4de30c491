"""Two editions side by side: an invented city, adjusted in mid-term and carried on."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.plan.diff import diff
from liantu.plan.package import Clause, Measured, Meta, PlanPackage, Target
from liantu.quantity.unit import parse_unit


def target(
    indicator: str, value: float, unit: str = "个", *, comparator: str = "=", **more: Any
) -> Target:
    written = parse_unit(unit)
    low = None if comparator in ("<=", "<") else value
    high = None if comparator in (">=", ">") else value
    baseline = more.get("baseline")
    fields: dict[str, Any] = {
        "id": indicator,
        "clause": "专栏1",
        "start": 0,
        "end": 1,
        "subject": "全市",
        "form": "level",
        "year": 2025,
        **more,
    }
    return Target(
        indicator=indicator,
        comparator=comparator,  # type: ignore[arg-type]
        low=low,
        high=high,
        unit=unit,
        measured=Measured(
            unit=written.base,
            low=None if low is None else written.to_base(low),
            high=None if high is None else written.to_base(high),
            baseline=None if baseline is None else written.to_base(baseline),
        ),
        **fields,
    )


def plan(*targets: Target, end_year: int = 2025, clauses: tuple[Clause, ...] = ()) -> PlanPackage:
    placed = tuple(
        item.model_copy(update={"start": order * 10, "id": f"{end_year}-{order}"})
        for order, item in enumerate(targets)
    )
    return PlanPackage(
        meta=Meta(
            title="青原市制造业发展规划",
            area="青原市",
            start_year=end_year - 4,
            end_year=end_year,
            horizon_year=None,
            source_sha256="",
            source_chars=1,
            compiler="test",
        ),
        clauses=clauses,
        targets=placed,
    )


def chapter(identifier: str, label: str, title: str, kind: str = "chapter") -> Clause:
    return Clause(
        id=identifier,
        clause=label,
        start=0,
        end=1,
        kind=kind,  # type: ignore[arg-type]
        title=title,
        parent=None,
        heading_end=1,
    )


def test_a_plan_does_not_differ_from_itself():
    one = plan(target("研发平台", 70), target("充电桩", 16, "万个"))
    assert diff(one, one) == []


def test_a_raised_target_says_by_how_much():
    [change] = diff(
        plan(target("国家级企业技术中心", 70, "户")),
        plan(target("国家级企业技术中心数量（家）", 80, "家", comparator=">=")),
    )
    assert (change.change, change.fields) == ("changed", "value comparator")
    assert (change.old, change.new) == ("70户", "80家以上")
    assert "提高10家" in change.message
    assert "Raised by 10" in change.message_en


def test_added_and_dropped_targets():
    added, removed = diff(plan(target("充电站", 3000, "座")), plan(target("绿色工厂", 200, "家")))
    assert (added.change, added.indicator, added.new) == ("added", "绿色工厂", "200家")
    assert (removed.change, removed.indicator, removed.old) == ("removed", "充电站", "3000座")
    assert "取消目标“充电站”" in removed.message


def test_other_spelling_is_no_difference():
    assert not diff(
        plan(target("规模以上工业企业数量", 4500, "户")), plan(target("规上工业企业数", 4500, "家"))
    )


def test_another_unit_of_the_same_amount_is_no_difference():
    assert not diff(
        plan(target("货物贸易额", 1.2, "万亿元")), plan(target("货物贸易额", 12000, "亿元"))
    )


def test_a_renamed_indicator_is_matched_and_said_to_be_renamed():
    [change] = diff(
        plan(target("数字化研发设计工具普及率", 89, "%")),
        plan(target("规上企业数字化研发设计工具普及率", 92, "%")),
    )
    assert change.change in ("changed", "renamed")
    assert "提高3个百分点" in change.message


def test_unlike_names_are_not_matched():
    changes = diff(plan(target("智能工厂", 50, "家")), plan(target("绿色工厂", 50, "家")))
    assert {change.change for change in changes} == {"added", "removed"}


def test_a_moved_target_keeps_its_figure():
    [change] = diff(
        plan(target("智能工厂", 50, "家", clause="专栏10")),
        plan(target("智能工厂", 50, "家", clause="五")),
    )
    assert (change.change, change.fields) == ("moved", "")
    assert "由专栏10移到第五部分" in change.message


def test_a_postponed_target_is_a_change():
    [change] = diff(plan(target("智能工厂", 50)), plan(target("智能工厂", 50, year=2026)))
    assert change.fields == "year"


def test_two_mentions_pair_by_figure_before_order():
    old = plan(target("研发平台", 70), target("研发平台", 80, clause="专栏12"))
    new = plan(target("研发平台", 80, clause="专栏11"), target("研发平台", 70))
    [change] = diff(old, new)
    assert (change.change, change.old, change.new) == ("moved", "80个", "80个")


@pytest.mark.parametrize(
    ("baseline", "comparator", "said"),
    [
        (12500, "=", "原目标已达到"),
        (12000, "=", "原目标已达到"),
        (12000, ">", "未达到原目标"),
        (11000, ">=", "未达到原目标"),
    ],
)
def test_the_next_plan_s_baseline_tells_the_outcome(baseline, comparator, said):
    [change] = diff(
        plan(target("高新技术企业", 12000, "户", comparator=comparator)),
        plan(
            target(
                "高新技术企业", 20000, "户", comparator=comparator, year=2030,
                baseline=baseline, baseline_year=2025,
            ),
            end_year=2030,
        ),
    )  # fmt: skip
    assert change.fields == "value"
    assert f"2025年基数{baseline}户" in change.message
    assert said in change.message


def test_the_same_target_in_the_next_period_is_no_difference():
    assert not diff(
        plan(target("智能工厂", 50)), plan(target("智能工厂", 50, year=2030), end_year=2030)
    )


def test_binding_nature_is_compared():
    [change] = diff(
        plan(target("能耗下降", 14, "%", nature="预期性")),
        plan(target("能耗下降", 14, "%", nature="约束性")),
    )
    assert change.fields == "nature"


def test_clauses_are_matched_by_title():
    old = plan(
        target("智能工厂", 50),
        clauses=(
            chapter("c1", "一", "规划背景"),
            chapter("c2", "二", "总体要求"),
            chapter("c3", "三", "发展重点与产业体系"),
            chapter("p", "四", "一段没有标题的话", kind="paragraph"),
        ),
    )
    new = plan(
        target("智能工厂", 50),
        clauses=(
            chapter("c1", "一", "总体要求"),
            chapter("c2", "二", "发展重点与产业布局体系"),
            chapter("c3", "三", "保障措施"),
        ),
    )
    changes = diff(old, new)
    assert [(c.what, c.change, c.indicator) for c in changes] == [
        ("clause", "changed", "发展重点与产业布局体系"),
        ("clause", "added", "保障措施"),
        ("clause", "removed", "规划背景"),
    ]


NAMES = ["研发平台", "充电站", "绿色工厂", "国家级企业技术中心", "标准厂房", "高新技术企业"]
SETS = st.dictionaries(st.sampled_from(NAMES), st.integers(1, 999), max_size=6)


@given(SETS, SETS)
def test_the_reverse_comparison_mirrors_the_first(old, new):
    before = plan(*(target(name, value) for name, value in old.items()))
    after = plan(*(target(name, value) for name, value in new.items()))
    there, back = diff(before, after), diff(after, before)
    mirrored = {"added": "removed", "removed": "added"}
    assert sorted((c.indicator, c.change) for c in there) == sorted(
        (c.indicator, mirrored.get(c.change, c.change)) for c in back
    )
    assert {c.indicator for c in there if c.change == "changed"} == {
        name for name in old.keys() & new.keys() if old[name] != new[name]
    }
