"""Title, area and years of a plan, however it names them."""

from __future__ import annotations

import pytest

from liantu.plan.heading import Heading, read_heading
from liantu.plan.layout import clean

from .sample_plans import sample


def heading(text: str, title: str | None = None) -> Heading:
    return read_heading(clean(text), title)


@pytest.mark.parametrize(
    ("name", "title", "area", "start", "end", "horizon"),
    [
        ("yunzhou", "云州市“十五五”先进制造业发展规划", "云州市", 2026, 2030, 2035),
        ("linhe", "临河市制造业高质量发展“十四五”规划", "临河市", 2021, 2025, None),
        ("zhizao", "“十五五”智能装备产业发展规划", "", 2026, 2030, None),
    ],
)
def test_sample_plans(
    name: str, title: str, area: str, start: int, end: int, horizon: int | None
) -> None:
    assert heading(sample(name)) == Heading(title, area, start, end, horizon)


def test_a_title_over_two_lines() -> None:
    found = heading("云山县国民经济和社会发展\n第十五个五年规划和2035年远景目标纲要\n一、成就\n")
    assert found.title == "云山县国民经济和社会发展第十五个五年规划和2035年远景目标纲要"
    assert (found.area, found.start_year, found.end_year, found.horizon_year) == (
        "云山县", 2026, 2030, 2035,
    )  # fmt: skip


def test_years_in_a_title_without_a_five_year_plan() -> None:
    found = heading("临河省制造业强省行动计划（2023—2027年）\n一、要求\n")
    assert (found.area, found.start_year, found.end_year) == ("临河省", 2023, 2027)


def test_a_given_title_wins() -> None:
    found = heading("一、目标\n到2030年达到26%。\n", "东山市“十五五”制造业发展规划")
    assert (found.title, found.area, found.end_year) == (
        "东山市“十五五”制造业发展规划", "东山市", 2030,
    )  # fmt: skip


def test_a_text_without_title_gets_one_from_what_it_cites() -> None:
    text = (
        "前言\n根据《北江省“十五五”制造业高质量发展规划》《云州市国民经济和社会发展第十五个五年规划纲要》，制定本规划。"
        "云州制造是云州的根基，云州要走在前列。\n一、任务\n"
    )
    found = heading(text)
    assert (found.title, found.area) == ("云州市“十五五”制造业高质量发展规划", "云州市")


def test_a_text_without_years() -> None:
    assert heading("会议纪要\n讨论了工作。\n").end_year == 0


def test_the_first_plan(plan_text: str) -> None:
    found = heading(plan_text)
    assert (found.start_year, found.end_year, found.horizon_year) == (2021, 2025, 2035)
    assert found.title == f"{found.area}“十四五”制造业高质量发展规划"
