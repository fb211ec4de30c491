"""Names of indicators: many spellings, one key; never one key for two series."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.plan.naming import (
    compare_scopes,
    indicator_key,
    is_whole_area,
    joint_parts,
    lexicon,
    read_name,
    relate,
)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("规模以上工业企业数量（个）", "规上工业企业数"),
        ("规上工业增加值年均增速", "规模以上工业增加值增速（%）"),
        ("规上工业企业R&D经费投入强度", "规模以上工业企业研发投入强度"),
        ("规上工业企业研究与试验发展经费支出强度", "规上工业企业R＆D经费投入强度（%）"),
        ("工业规模占GDP比重", "工业增加值占地区生产总值的比重"),
        ("高技术制造业营业收入占规上工业比重", "高技术制造业营业收入占规模以上工业营业收入的比例"),
        ("五大产业营业收入总量占比", "五大产业营业收入占比（%）"),
        ("营业收入超百亿的企业数量（户）", "百亿级企业"),
        ("100亿级企业", "营业收入超百亿元企业数"),
        ("专精特新“小巨人”企业", "小巨人企业数量"),
        ("高企数量", "高新技术企业（家）"),
        ("国家企业技术中心", "国家级企业技术中心数量"),
        ("累计建成充（换）电站", "充换电站"),
        ("单位地区生产总值能源消耗降低", "单位GDP能耗下降"),
        ("全社会R&D经费投入强度", "全社会研发经费投入占GDP比重"),
        ("单项冠军", "制造业单项冠军企业数"),
        ("产业总规模", "产业规模"),
        ("工业增加值占地区生产总值比重在", "工业占GDP比重"),
        ("工业增加值占GDP的比重提升", "工业占GDP比重"),
        ("煤炭消费占能源消费比例下降", "煤炭消费占能源消费的比重降低"),
    ],
)
def test_spellings_of_one_series_relate_as_same(one: str, other: str) -> None:
    assert relate(read_name(one), read_name(other)) == "same"


@pytest.mark.parametrize(
    ("one", "other", "relation"),
    [
        ("国家级企业技术中心", "省级企业技术中心", "scope_differs"),
        ("规上工业增加值增速", "全口径工业增加值增速", "scope_differs"),
        ("制造业企业研发投入强度", "工业企业研发投入强度", "scope_differs"),
        ("规上企业", "规上工业企业数量", "scope_unsaid"),
        ("百亿级工业企业", "营业收入超百亿的企业数量", "scope_unsaid"),
        ("工业增加值", "工业增加值增速", "other"),
        ("工业投资增速", "固定资产投资增速", "other"),
        ("充电站", "充（换）电站", "other"),
        ("百亿级企业", "千亿级企业", "other"),
        ("国家级小巨人企业", "国家级小巨人（当年新入选）", "other"),
        ("营业收入", "主营业务收入", "other"),
        ("工业企业数量", "高新技术企业数量", "other"),
    ],
)
def test_different_series_never_relate_as_same(one: str, other: str, relation: str) -> None:
    assert relate(read_name(one), read_name(other)) == relation


def test_subject_and_area_are_part_of_the_name_only_where_they_say_something() -> None:
    assert indicator_key("营业收入", subject="新材料产业") == indicator_key("新材料产业营业收入")
    assert indicator_key("规上企业", subject="全市") == indicator_key("规上企业")
    assert indicator_key("青原市工业投资", area="青原市") == indicator_key("工业投资")
    assert indicator_key("营业收入", subject="新材料产业") != indicator_key(
        "营业收入", subject="绿色食品产业"
    )
    assert is_whole_area("全市")
    assert is_whole_area("青原市", "青原市")
    assert not is_whole_area("电子信息产业")


def test_unit_makes_the_word_of_measure_superfluous() -> None:
    whole = indicator_key("建成面积", subject="科创空间", unit="平方米")
    assert whole == indicator_key("科创空间", unit="平方米")
    assert whole != indicator_key("建成面积", subject="科创空间")


def test_entries_and_stock_are_told_apart() -> None:
    assert read_name("新增规上工业企业").gross
    assert not read_name("规上工业企业").gross
    assert not read_name("新增制造业贷款占贷款总额比重").gross
    assert read_name("新增规上工业企业").key == read_name("规上工业企业数量").key


def test_scope_stated_beside_a_name_counts_where_the_name_leaves_it_open() -> None:
    stated = read_name("企业技术中心", scope=("国家级",))
    assert relate(stated, read_name("国家级企业技术中心")) == "same"
    assert relate(stated, read_name("省级企业技术中心")) == "scope_differs"
    named = read_name("省级企业技术中心", scope=("国家级",))
    assert named.scope == (("level", "省级"),)


def test_a_term_inside_a_longer_word_is_no_scope() -> None:
    assert read_name("城市级功能平台").scope == ()
    assert read_name("市级功能平台").scope == (("level", "市级"),)


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("国家级制造业创新中心和国家级企业技术中心", 2),
        ("智能工厂、数字化车间", 2),
        ("关键技术研发和相关产业化项目", 0),
        ("大型和超大型数据中心", 0),
        ("省级及以上绿色工厂", 0),
        ("新（增、扩）建输变电项目", 0),
        ("企业技术中心", 0),
    ],
)
def test_joint_counts_are_taken_apart(name: str, parts: int) -> None:
    assert len(joint_parts(name)) == parts


def test_scopes_compare_by_dimension() -> None:
    national, provincial = ("level", "国家级"), ("level", "省级")
    assert compare_scopes([national], [national]) == "same"
    assert compare_scopes([national], []) == "scope_unsaid"
    assert compare_scopes([national], [provincial]) == "scope_differs"


HEADS = ["企业", "产业园区", "创新中心", "公共服务平台", "绿色工厂", "示范基地", "重大项目"]
SCOPES = ["", "国家级", "省级及以上", "规上"]


@given(st.sampled_from(SCOPES), st.sampled_from("甲乙丙丁"), st.sampled_from(HEADS))
def test_fillers_never_change_the_key_nor_the_scope(scope: str, word: str, head: str) -> None:
    plain = read_name(f"{scope}{word}{head}")
    for dressed in (
        f"{scope}{word}{head}数量",
        f"{scope}{word}{head}（个）",
        f"全市{scope}{word}{head}",
        f"累计建成{scope}{word}{head}",
        f"{scope} {word}“{head}”总数",
    ):
        assert relate(plain, read_name(dressed)) == "same", dressed


@given(st.text(max_size=30))
def test_any_text_has_a_name(text: str) -> None:
    name = read_name(text)
    assert relate(name, name) in ("same", "other")
    assert (relate(name, name) == "other") == (name.key == "")


def test_lexicon_names_its_source() -> None:
    assert lexicon().source.trust == "editorial"
