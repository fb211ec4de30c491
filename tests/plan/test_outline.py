"""Outlines in the numbering styles of different plans."""

from __future__ import annotations

import pytest

from liantu.plan.layout import clean
from liantu.plan.numbering import box_number, heading_number
from liantu.plan.outline import Outline, outline

from .printing import Press, printed
from .sample_plans import NAMES, sample


def outlined(text: str) -> Outline:
    return outline(clean(text))


def found(text: str) -> list[tuple[str, str, str]]:
    return [(c.id, c.clause, c.title) for c in outlined(text).clauses]


@pytest.mark.parametrize(
    ("text", "value"),
    [("十二、", 12), ("（三）", 3), ("二十一", 21), ("3.", 3), ("②", 2), ("——", 0)],
)
def test_heading_numbers(text: str, value: int) -> None:
    assert heading_number(text) == value


def test_chapters_and_sections_named_so() -> None:
    clauses = found(sample("yunzhou"))
    assert ("c2", "第二章", "总体思路与目标") in clauses
    assert ("c2.2", "第二章第二节", "主要目标") in clauses
    assert ("c3.1.1", "第三章第一节一", "高端装备") in clauses
    assert ("b1.e3", "专栏1", "生物医药") in clauses
    assert len([c for c in clauses if c[0].count(".") == 0 and c[0].startswith("c")]) == 6


def test_headings_that_run_into_their_text_end_at_the_first_stop() -> None:
    read = outlined(sample("zhizao"))
    aims = read.clause("c2.2")
    assert (aims.clause, aims.title, aims.kind) == ("二（二）", "主要目标", "section")
    assert read.body_text(aims).startswith("到2030年")


def test_a_box_ends_where_running_text_resumes() -> None:
    read = outlined(sample("linhe"))
    box = read.clause("b2")
    assert read.body_text(box).endswith("中试基地5个。")
    assert [c.title for c in read.children(box)] == ["重点实验室", "中试基地"]
    assert read.clause("c3.3.p2").title == "加强成果转化"
    resumed = read.clean.text.index("推广“揭榜挂帅”")
    clause = read.numbered_at(resumed)
    assert clause is not None
    assert clause.id == "c3.3"


def test_numbered_rows_of_a_box_are_its_entries() -> None:
    read = outlined(sample("zhizao"))
    assert [c.title for c in read.children(read.clause("b1"))] == ["核心部件", "基础软件"]
    assert read.clause("c3.2").title == "拓展应用场景"


def test_an_item_that_goes_on_the_count_ends_the_box() -> None:
    text = (
        "三、产业\n（一）支柱产业\n1.电子信息\n电子信息产业稳步发展，规模持续扩大。\n"
        "专栏1 重点领域\n——芯片。发展设计、制造和封测。\n2.装备制造\n装备制造产业加快升级。\n"
    )
    assert [c[0] for c in found(text)] == ["c3", "c3.1", "c3.1.1", "b1", "b1.e1", "c3.1.2"]


def test_a_box_in_small_type_ends_with_the_type() -> None:
    """Nothing but the length of the lines shows where this box ends."""
    box = (
        "国家级平台建设工程，加快建设一批实验室、工程中心和中试基地，形成支撑产业创新的平台体系。"
        * 2
    )
    body = (
        "推进成果转化，完善技术转移体系，健全收益分配机制，培育技术经理人队伍，促进成果落地。" * 2
    )
    wide = printed(f"{box}\n{box}", Press(width=41, number=""))
    narrow = printed(f"{body}\n{body}", Press(width=27, number=""))
    read = outlined(f"七、创新\n{narrow}专栏1 平台工程\n{wide}{narrow}")
    assert read.body_text(read.clause("b1")).replace("\n", "") == box * 2


@pytest.mark.parametrize(
    ("text", "label", "box_id", "title"),
    [
        ("专栏 3  平台工程", "专栏3", "b3", "平台工程"),
        ("专栏十二：平台工程", "专栏十二", "b12", "平台工程"),
        ("【专栏4】平台工程", "专栏4", "b4", "平台工程"),
        ("专栏2-1 平台工程", "专栏2-1", "b2.1", "平台工程"),
    ],
)
def test_box_headings(text: str, label: str, box_id: str, title: str) -> None:
    assert box_number(text)[:2] == (label, box_id)
    assert (box_id, label, title) in found(f"一、任务\n推进各项任务落实。\n{text}\n建设平台。\n")


def test_a_box_of_names_ends_where_an_order_heads_the_text() -> None:
    """Without type sizes: the paragraphs around give orders, those in the box bear names."""
    read = outlined(
        "七、创新\n打造创新平台。围绕产业链部署创新链，形成支撑。\n专栏1 重大平台\n"
        "电子信息平台。云州微电子实验室、云州显示中心。\n装备制造平台。云州机床中心、云州铸造中心。\n"
        "推进技术攻关。实施重大专项，突破关键技术。\n"
    )
    assert [c.id for c in read.clauses] == ["c7", "c7.p1", "b1", "b1.p1", "b1.p2", "c7.p2"]


def test_the_first_plan_has_one_outline_printed_or_flat(plan_text: str) -> None:
    printed_plan = outlined(plan_text)
    flat = outlined(printed_plan.clean.text)
    assert [(c.id, c.title) for c in flat.clauses] == [
        (c.id, c.title) for c in printed_plan.clauses
    ]


def test_a_repeated_number_gets_an_id_of_its_own() -> None:
    ids = [c[0] for c in found("一、目标\n到2025年达到26%。\n一、任务\n到2025年达到8家。\n")]
    assert ids == ["c1", "c1x2"]


def test_text_before_the_first_heading_is_kept() -> None:
    read = outlined(sample("zhizao"))
    front = read.clauses[0]
    assert (front.id, front.kind) == ("front", "preface")
    assert read.span(front)[0] == 0


@pytest.mark.parametrize("name", NAMES)
def test_spans_nest_and_titles_stand_where_they_say(name: str) -> None:
    source = printed(sample(name), Press())
    read = outlined(source)
    by_id = {clause.id: clause for clause in read.clauses}
    assert len(by_id) == len(read.clauses)
    for clause in read.clauses:
        assert clause.start < clause.heading_end <= clause.end or clause.id == "front"
        start, end = read.span(clause)
        assert clause.title in ("文首", *_heads(read.clean.text[start:end]))
        if clause.parent:
            above = by_id[clause.parent]
            assert above.start <= clause.start
            assert clause.end <= above.end
    printed_outline = [(c.id, c.title) for c in read.clauses]
    assert printed_outline == [(c.id, c.title) for c in outlined(sample(name)).clauses]


def _heads(text: str) -> list[str]:
    """The clause's first line contains its title: every prefix and inner cut of that line."""
    line = text.split("\n", 1)[0]
    return [line[a:b] for a in range(min(12, len(line))) for b in range(a + 1, len(line) + 1)]


def test_own_text_leaves_out_what_lies_below() -> None:
    read = outlined(sample("linhe"))
    section = read.clause("c3.3")
    own = "".join(read.clean.text[a:b] for a, b in read.own(section))
    assert "建设多层次平台" in own
    assert "加强成果转化" in own
    assert "中试基地" not in own


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("第一节 加快数字化、网络化、智能化改造", "加快数字化、网络化、智能化改造"),
        ("第二节　坚持创新驱动，提升产业能级", "坚持创新驱动，提升产业能级"),
        ("第三节培育具有竞争力的产业集群", "培育具有竞争力的产业集群"),
    ],
)
def test_titles_of_sections_may_hold_commas(line: str, title: str) -> None:
    assert title in [c[2] for c in found(f"第三章 任务\n{line}\n推进改造，提升水平。\n")]


def test_prose_that_begins_like_a_chapter_is_no_chapter() -> None:
    read = found("第一章 任务\n第二章的任务由各部门落实。\n第三节所述项目抓紧推进。\n")
    assert [c[2] for c in read] == ["任务"]


def test_a_captioned_table_is_a_box_of_its_own() -> None:
    read = outlined(
        "二、目标\n到2030年迈上新台阶，如下表。\n表1 主要指标\n指标\t2025年\t2030年\n"
        "增加值\t120\t200\n注：含预计数。\n上述目标分解到各园区，逐年考核，确保完成。\n"
    )
    table = read.clause("t1")
    assert (table.kind, table.clause, table.title) == ("box", "表1", "主要指标")
    assert read.body_text(table).strip().endswith("注：含预计数。")


def test_entries_headed_by_a_line_of_their_own() -> None:
    read = outlined(
        "三、任务\n（一）降碳\n推进降碳，优化结构。\n专栏1 节能工程\n重点设备增效。\n"
        "实施改造计划，推广先进设备。\n再生资源利用。\n建设回收网络，完善体系。\n"
        "专栏2 攻关行动\n01 核心部件。研制减速器。\n02 基础软件。开发仿真平台。\n"
    )
    assert [(c.id, c.title) for c in read.clauses if c.kind == "entry"] == [
        ("b1.e1", "重点设备增效"), ("b1.e2", "再生资源利用"),
        ("b2.e1", "核心部件"), ("b2.e2", "基础软件"),
    ]  # fmt: skip
    assert "完善体系" in read.body_text(read.clause("b1.e2"))
