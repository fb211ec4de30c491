"""Industry trees, carriers and layouts of invented plans."""

from __future__ import annotations

import pytest

from liantu.plan.carriers import read_carriers, read_layouts
from liantu.plan.industries import Tree, read_industries
from liantu.plan.layout import clean
from liantu.plan.outline import Outline, outline

from .sample_plans import sample


def read(text: str) -> tuple[Outline, Tree]:
    found = outline(clean(text))
    return found, read_industries(found.clean, found)


def names(tree: Tree, level: str, below: str = "") -> list[str]:
    return [n.name for n in tree.nodes if n.level == level and n.id.startswith(below)]


def test_groups_industries_and_fields() -> None:
    _, tree = read(sample("yunzhou"))
    assert names(tree, "group") == ["主导产业", "战略性新兴产业", "未来产业"]
    assert names(tree, "industry", "pillar") == ["高端装备", "绿色食品"]
    assert names(tree, "industry", "emerging") == ["新能源", "新材料", "生物医药"]
    assert names(tree, "industry", "future") == ["人形机器人", "低空经济", "生物制造"]


def test_products_are_listed_without_their_verbs() -> None:
    _, tree = read(sample("yunzhou"))
    assert names(tree, "product", "emerging.1") == [
        "光伏组件", "储能电池", "氢能装备", "固态电池", "电解槽",
    ]  # fmt: skip
    assert names(tree, "product", "emerging.3") == ["中成药", "原料药", "兽用疫苗"]


def test_titles_lose_their_verbs() -> None:
    _, tree = read("三、任务\n（一）壮大支柱产业\n1.做强高端装备产业\n重点发展机床、机器人等。\n")
    assert names(tree, "industry") == ["高端装备产业"]


def test_segments_named_inside_an_entry() -> None:
    text = (
        "三、任务\n（一）壮大支柱产业\n1.电子信息\n专栏1 重点领域\n"
        "——集成电路。芯片设计领域，重点发展射频芯片、功率器件等。封装测试领域，发展晶圆级封装、"
        "系统级封装等。在医疗、交通等领域推进应用。\n"
        "——新材料。能源材料。以光伏硅料、隔膜等为重点，以北岭硅业、云州大学等为支撑，建设基地。"
        "陶瓷材料。以压电陶瓷、介质陶瓷等为重点。\n"
    )
    found, tree = read(text)
    assert names(tree, "segment") == ["芯片设计", "封装测试", "能源材料", "陶瓷材料"]
    assert names(tree, "product", "pillar.1.1.s1") == ["射频芯片", "功率器件"]
    assert names(tree, "product", "pillar.1.2.s2") == ["压电陶瓷", "介质陶瓷"]
    carriers = [(c.industry, c.name, c.kind) for c in read_carriers(found, tree)]
    assert carriers == [
        ("pillar.1.2.s1", "北岭硅业", "firm"),
        ("pillar.1.2.s1", "云州大学", "institute"),
    ]


@pytest.mark.parametrize(
    "frame",
    [
        "以技术驱动、需求驱动为支撑",
        "以“两区一城”为支撑",
        "以创新平台、产业政策等为支撑",
        "以产业社区、专业楼宇为依托",
    ],
)
def test_what_is_no_firm_is_no_carrier(frame: str) -> None:
    found, tree = read(f"三、任务\n（一）壮大支柱产业\n1.装备\n{frame}，加快发展机床、机器人等。\n")
    assert read_carriers(found, tree) == []


@pytest.mark.parametrize(
    ("sentence", "parks"),
    [
        ("装备产业布局在云州经开区、北岭产业园等产业园区。", ["云州经开区", "北岭产业园"]),
        ("装备重点布局于云州经开区和北岭产业园。", ["云州经开区", "北岭产业园"]),
        ("装备产业以云州经开区、北岭新城为主要承载地，形成集群。", ["云州经开区", "北岭新城"]),
    ],
)
def test_layouts(sentence: str, parks: list[str]) -> None:
    found, tree = read(
        f"三、任务\n（一）壮大支柱产业\n1.装备\n重点发展机床、机器人等。{sentence}\n"
    )
    layouts = read_layouts(found, tree)
    assert [(x.industry, x.park) for x in layouts] == [("pillar.1", park) for park in parks]


def test_aspects_of_an_industry_are_no_fields() -> None:
    found, tree = read(
        "第三章 重点产业\n第一节 打造先进制造业集群\n一、新能源汽车\n"
        "发展目标。到2030年，产值突破1200亿元，规模居前。\n"
        "发展重点。聚焦整车、动力电池、电驱系统等领域，推动北江汽车、江北电池等龙头企业扩能。\n"
        "空间布局。依托北江经开区、江北新区汽车城等园区，建设整车基地。\n"
        "二、新型显示\n面板制造。重点发展柔性面板、车载显示屏等产品。\n"
        "第二节 构建优势产业生态\n完善生态。\n"
    )
    assert names(tree, "industry") == ["新能源汽车", "新型显示"]
    assert names(tree, "field") == ["整车", "动力电池", "电驱系统", "面板制造"]
    assert [x.park for x in read_layouts(found, tree)] == ["北江经开区", "江北新区汽车城"]
    assert [c.name for c in read_carriers(found, tree)] == ["北江汽车", "江北电池"]


def test_a_layout_names_a_field_that_the_tree_lacks() -> None:
    found, tree = read(
        "三、任务\n（一）壮大支柱产业\n1.装备制造\n装备稳步发展。轨道交通布局在城北产业园。\n"
    )
    [layout] = read_layouts(found, tree)
    assert [n.name for n in tree.nodes if n.id == layout.industry] == ["轨道交通"]


def test_chapters_on_other_matters_hold_no_industries() -> None:
    _, tree = read(sample("zhizao"))
    assert tree.nodes == []
