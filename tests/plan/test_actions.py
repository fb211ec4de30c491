"""Zones, measures, platforms and mechanisms of invented plans."""

from __future__ import annotations

import pytest

from liantu.plan.industries import read_industries
from liantu.plan.layout import clean
from liantu.plan.lexicon import measure_words
from liantu.plan.measures import read_measures
from liantu.plan.mechanisms import read_mechanisms
from liantu.plan.outline import Outline, outline
from liantu.plan.package import Measure, Mechanism, Platform
from liantu.plan.platforms import read_platforms
from liantu.plan.zones import read_zones

from .sample_plans import NAMES, sample


def read(text: str) -> Outline:
    return outline(clean(text))


def measures(text: str) -> list[Measure]:
    found = read(text)
    return read_measures(found, read_industries(found.clean, found))


def platforms(text: str) -> dict[str, Platform]:
    found = read(text)
    return {p.name: p for p in read_platforms(found, read_industries(found.clean, found))}


def mechanisms(text: str) -> dict[str, Mechanism]:
    return {m.name: m for m in read_mechanisms(read(text))}


def test_zones_with_function_and_focus() -> None:
    one, two = read_zones(read(sample("yunzhou")))
    assert (one.name, one.function, one.parent) == ("一核", "研发创新与总部服务", None)
    assert one.focus == ("高端装备", "新材料", "生产性服务业")
    assert (two.name, two.function) == ("两带", "特色产业走廊")


def test_zones_inside_a_zone() -> None:
    zones = {z.name: z for z in read_zones(read(sample("linhe")))}
    assert zones["东翼"].parent == zones["西翼"].parent == zones["两翼"].id
    assert zones["西翼"].focus == ("建材", "食品")


def test_members_of_a_zone() -> None:
    text = (
        "四、优化空间布局\n城市新区，聚焦“创新策源”功能，增强动能。空港片区以北岭经开区、河东高新区等为主，"
        "重点发展航空装备、现代物流等。南川经开区、东山新城等南部区域，重点发展食品、建材等产业。\n"
    )
    zones = {z.name: z for z in read_zones(read(text))}
    assert zones["城市新区"].function == "创新策源"
    assert zones["空港片区"].members == ("北岭经开区", "河东高新区")
    assert zones["南部区域"].members == ("南川经开区", "东山新城")


@pytest.mark.parametrize(
    ("sentence", "verb", "target", "level", "where"),
    [
        ("大力实施产业强链行动。", "实施", "产业强链行动", "", ""),
        ("鼓励大企业建立开放平台。", "鼓励", "大企业建立开放平台", "大企业", ""),
        ("市级有关部门制定招商目录。", "制定", "招商目录", "市级有关部门", ""),
        ("在汽车、电子等行业推广成套方案。", "推广", "成套方案", "", "汽车、电子"),
        ("建立健全责任机制。", "建立健全", "责任机制", "", ""),
    ],
)
def test_measures(sentence: str, verb: str, target: str, level: str, where: str) -> None:
    sentence = sentence.replace("推广", "，推广") if where else sentence
    [found] = measures(f"五、重点任务\n{sentence}\n")
    assert (found.verb, found.object, found.level, found.where) == (verb, target, level, where)


def test_several_orders_in_one_clause() -> None:
    found = measures("五、重点任务\n优化营商环境、完善服务体系、培育中介机构。\n")
    assert [(m.verb, m.object) for m in found] == [
        ("优化", "营商环境"), ("完善", "服务体系"), ("培育", "中介机构"),
    ]  # fmt: skip


def test_background_and_aims_order_nothing() -> None:
    assert (
        measures("一、发展基础\n建立了产业体系。\n二、总体要求\n（一）发展目标\n建设强市。\n") == []
    )


@pytest.mark.parametrize("name", NAMES)
def test_no_measure_carries_a_sentence(name: str) -> None:
    found = measures(sample(name))
    assert len(found) >= 4
    assert all(len(m.object) <= measure_words().longest_object for m in found)


def test_a_long_object_is_cut_to_its_head_noun() -> None:
    [found] = measures(
        "五、重点任务\n构建统筹有力、运行高效、覆盖全面、响应迅速、保障到位的现代服务体系。\n"
    )
    assert found.object == "现代服务体系"


def test_platforms_with_kind_and_state() -> None:
    found = platforms(sample("linhe"))
    assert found["临河新材料重点实验室"].kind == "key_laboratory"
    assert found["临河智能制造工程研究中心"].kind == "engineering_centre"
    assert found["临河微电子创新中心"].state == "to_build"
    assert "国家级企业技术中心" not in found
    assert platforms(sample("yunzhou"))["云州市先进材料重点实验室"].state == "existing"


def test_platforms_in_a_plain_list_belong_to_the_industry_of_their_heading() -> None:
    text = (
        "三、产业\n（一）壮大支柱产业\n1.电子信息\n重点发展芯片、显示等。\n七、创新\n专栏1 平台\n"
        "电子信息创新平台。云州微电子国家重点实验室、云州光电工程技术研究中心、北岭超算中心等。\n"
        "装备创新平台。云州机床技术创新中心等若干平台。\n"
    )
    found = platforms(text)
    assert found["云州微电子国家重点实验室"].industry == "pillar.1"
    assert found["云州光电工程技术研究中心"].state == "unsaid"
    assert found["北岭超算中心"].kind == "computing_centre"


def test_mechanisms_with_their_parts() -> None:
    found = mechanisms(sample("yunzhou"))
    assert found["三个一"].parts == ("产业图谱", "项目库", "基金")
    assert found["亩均论英雄"].parts == ("A", "B", "C", "D")
    assert found["周调度、月通报、季评估"].parts == ("周调度", "月通报", "季评估")
    assert {"链长制", "挂图作战", "专家咨询委员会"} <= set(found)
    assert found["链长制"].kind == "responsibility"


def test_mechanisms_of_funds_and_duties() -> None:
    found = mechanisms(
        "十一、保障\n重构“公司筛选项目+机构尽调+政府投资”流程，建立容错机制。明确区（市）县、市级部门责任分工。\n"
    )
    assert found["产业基金投资流程"].parts == ("公司筛选项目", "机构尽调", "政府投资")
    assert found["责任分工"].parts == ("区（市）县", "市级部门")
    assert found["容错机制"].kind == "fund"
