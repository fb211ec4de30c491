"""Explanations: everything behind a state, in both languages, nothing left in braces."""

from __future__ import annotations

from datetime import date

from sample_targets import figure, figures, package, target

from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.explain import explain

END = date(2025, 12, 31)


def test_sections_stand_in_their_order() -> None:
    aim = target(figure=4500, baseline=3576)
    seen = [
        figure("above_scale_firms", "2024", 5000, note="限定词:突破", title="工作报告"),
        figure("park_above_scale_firms", "2024", 4100),
    ]
    state = evaluate(package(aim), seen, END)[0]
    sections = explain(state, aim)
    assert [section.title for section in sections] == [
        "结论", "公式与计算", "输入与来源", "冲突", "未采用的数字", "缺什么", "方法与规则",
    ]  # fmt: skip
    said = {section.key: "\n".join(section.lines) for section in sections}
    assert "已完成" in said["conclusion"]
    assert "阶段性结论" in said["conclusion"]
    assert "（4,500 − 3,576）" in said["arithmetic"]
    assert "工作报告" in said["inputs"]
    assert "专栏1" in said["inputs"]  # the baseline's clause
    assert said["conflicts"] == "无。"
    assert "4,100" in said["aside"]
    assert "2025年" in said["missing"]
    assert "early.attained" in said["rules"]
    assert "编辑整理" in said["rules"]


def test_english_follows() -> None:
    aim = target("b1.1a", "规上工业增加值增速", form="annual_average", low=7, high=9,
                 comparator="range", unit="%")  # fmt: skip
    growth = dict.fromkeys(("2021", "2022", "2023", "2024", "2025"), 6.0)
    state = evaluate(package(aim), figures("above_scale_value_added_growth", growth), END)[0]
    sections = explain(state, aim, "en")
    assert sections[0].title == "Conclusion"
    assert "not met" in sections[0].lines[2]
    assert "6%" in sections[0].lines[2]
