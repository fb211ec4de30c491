"""From a whole text: whose aim it is, where it stands, what it is in base units."""

from __future__ import annotations

import pytest

from liantu.plan.targets.subject import scope_of, split_subject

from .plans import extracted

PLAN = """一、规划背景

（一）发展基础

“十三五”时期，全市规上企业营业收入由800亿元增长到1200亿元，新增省级技术中心20家。百强企业9家，较“十二五”末增加3家。2020年，全市清洁能源占比达到45%、高于全省6个百分点。

（二）面临形势

预计到2025年，全球机器人市场规模将达到3000亿元。

二、总体要求

（一）发展目标

——规模稳步扩大。到2025年，全市制造业增加值达到700亿元。

（二）二〇三五年远景目标

全市高端产业占比达到60%。

三、发展重点

（一）做强支柱产业

1.轨道装备

轨道装备产业聚焦整车和部件，打造研制基地，到2025年营业收入突破600亿元。

2.绿色食品

绿色食品产业以品牌建设为引领，营业收入力争达到300亿元，培育龙头企业8家。

专栏1  绿色食品提升工程

——调味品。推动调味品产业规模达百亿级。

（二）夯实产业基础

全市突破关键技术30项，建成检测平台6个（责任单位：市工信局、市科技局）。
"""


@pytest.fixture(scope="module")
def found():  # type: ignore[no-untyped-def]
    return extracted(PLAN)


def test_targets_in_order_with_their_places(found) -> None:  # type: ignore[no-untyped-def]
    assert [(t.id, t.clause, t.subject, t.indicator, t.low, t.unit) for t in found.targets] == [
        ("c2.1-1", "二（一）", "全市", "制造业增加值", 700, "亿元"),
        ("c2.2-1", "二（二）", "全市", "高端产业占比", 60, "%"),
        ("c3.1.1-1", "三（一）1", "轨道装备产业", "营业收入", 600, "亿元"),
        ("c3.1.2-1", "三（一）2", "绿色食品产业", "营业收入", 300, "亿元"),
        ("c3.1.2-2", "三（一）2", "全市", "龙头企业", 8, "家"),
        ("b1-1", "专栏1", "调味品产业", "规模", 100, "亿"),
        ("c3.2-1", "三（二）", "全市", "关键技术", 30, "项"),
        ("c3.2-2", "三（二）", "全市", "检测平台", 6, "个"),
    ]


def test_a_heading_gives_the_year_of_what_stands_under_it(found) -> None:  # type: ignore[no-untyped-def]
    years = {t.id: t.year for t in found.targets}
    assert years["c2.2-1"] == 2035
    assert set(years.values()) == {2025, 2035}


def test_money_without_its_unit_is_yuan(found) -> None:  # type: ignore[no-untyped-def]
    by_id = {t.id: t for t in found.targets}
    assert (by_id["b1-1"].measured.unit, by_id["b1-1"].measured.low) == ("元", 1e10)
    assert by_id["c2.1-1"].measured.high == 7e10
    assert (by_id["c3.2-2"].measured.unit, by_id["c3.2-2"].measured.low) == ("1", 6)


def test_owner_category_aim(found) -> None:  # type: ignore[no-untyped-def]
    by_id = {t.id: t for t in found.targets}
    assert by_id["c3.2-1"].owner == "市工信局、市科技局"
    assert by_id["c2.1-1"].category == "规模稳步扩大"
    assert by_id["c3.1.2-1"].aspirational
    assert not by_id["c3.1.1-1"].aspirational


def test_a_heading_of_tasks_may_name_foundations(found) -> None:  # type: ignore[no-untyped-def]
    assert "c3.2-1" in {t.id for t in found.targets}


def test_facts_say_in_their_names_what_has_no_form(found) -> None:  # type: ignore[no-untyped-def]
    assert [(f.indicator, f.low, f.year, f.span_start) for f in found.facts] == [
        ("规上企业营业收入", 800, 2015, None),
        ("规上企业营业收入", 1200, 2020, None),
        ("新增省级技术中心", 20, 2020, 2016),
        ("百强企业", 9, 2020, None),
        ("百强企业增加", 3, 2020, 2016),
        ("清洁能源占比", 45, 2020, None),
        ("清洁能源占比与全省之差", 6, 2020, None),
    ]


def test_forecasts_of_the_world_are_neither(found) -> None:  # type: ignore[no-untyped-def]
    stated = [*found.targets, *found.facts]
    assert all(item.low != 3000 for item in stated)


@pytest.mark.parametrize(
    ("name", "topic", "split"),
    [
        ("营业收入", "光电产业", ("光电产业", "营业收入")),
        ("营业收入", "", ("全市", "营业收入")),
        ("光电产业营业收入", "", ("光电产业", "营业收入")),
        ("工业增加值", "光电产业", ("全市", "工业增加值")),
        ("规上企业数量", "光电产业", ("全市", "规上企业数量")),
    ],
)
def test_subjects(name: str, topic: str, split: tuple[str, str]) -> None:
    assert split_subject(name, topic, "全市") == split


@pytest.mark.parametrize(
    ("name", "group", "scope"),
    [
        ("规模以上工业企业数量", "", ("规上", "工业")),
        ("省级及以上绿色工厂", "", ("省级及以上",)),
        ("省级以上企业技术中心", "", ("省级及以上",)),
        ("高技术制造业占比", "", ("高技术制造业",)),
        ("工业占GDP比重", "全口径工业增加值", ("工业", "全口径")),
        ("规上工业增加值增速", "全口径工业增加值", ("规上", "工业")),
        ("数字化普及率", "", ()),
    ],
)
def test_scopes(name: str, group: str, scope: tuple[str, ...]) -> None:
    assert scope_of(name, group) == scope


def test_a_plan_of_the_nation_knows_its_own_area() -> None:
    aims = "到2025年，全国算力达到300EFLOPS。全国平台普及率达到45%。我国软件收入突破14万亿元。"
    found = extracted(f"一、目标\n\n{aims}\n")
    assert [t.low for t in found.targets] == [300, 45, 14]
    assert found.targets[0].subject == "全国"


def test_an_empty_text_states_nothing() -> None:
    assert extracted("") == ([], [], [])
    assert extracted("\n\n  \n") == ([], [], [])
