"""The indicator catalogue: its references hold, and names bind to it only where they may."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from liantu.declarations import CATALOG
from liantu.errors import InvalidDeclaration, NotFound
from liantu.records.figures.areas import load_areas
from liantu.records.figures.indicator import Indicator
from liantu.records.figures.indicators import load_indicators
from liantu.records.figures.matching import Match, NoMatch

CATALOGUE = load_indicators()
GOLD = Path(__file__).parents[2] / "golden" / "chengdu_14fyp_targets.csv"

BOUND = {
    "规模以上工业增加值增长速度": "above_scale_value_added_growth",
    "规上工业增加值年均增速": "above_scale_value_added_growth_average",
    "工业占GDP比重": "industry_share_of_gdp",
    "第二产业占GDP比重": "secondary_share_of_gdp",
    "规上工业企业户数": "above_scale_firms",
    "新增规上工业企业": "above_scale_firms_added",
    "营业收入超百亿的企业数量": "industrial_firms_over_10bn",
    "百亿企业(某市企业100强,全行业)": "listed_firms_over_10bn",
    "国家级专精特新“小巨人”企业": "national_little_giants",
    "国家级专精特新小巨人(当年新增)": "national_little_giants_added",
    "国家级专精特新小巨人(第六批新增)": "national_little_giants_added",
    "国家级绿色工厂（第四批前累计）": "green_factories_national",
    "五大先进制造业增加值占工业增加值比重": "five_advanced_value_added_share",
    "五大先进制造业营业收入占比": "five_advanced_revenue_share",
    "制造业产品出口": "manufactured_exports",
    "出口总额": "goods_exports",
    "医药健康产业总规模": "medicine_scale",
    "医药健康产业营收": "medicine_revenue",
}

NOT_BOUND = {
    "专精特新“小巨人”企业": "scope_unsaid",
    "规上企业": "scope_unsaid",
    "千亿企业数量": "scope_unsaid",
    "省级专精特新小巨人": "scope_differs",
    "规上工业增加值增速(两年平均)": "remark",
    "国家级企业技术中心(某区推荐)": "remark",
    "产值超百亿企业数量": "confusion",
    "快乐指数": "unknown",
}


@pytest.mark.parametrize(("name", "expected"), BOUND.items())
def test_bound(name: str, expected: str) -> None:
    found = CATALOGUE.match(name)
    assert isinstance(found, Match), found
    assert found.id == expected


@pytest.mark.parametrize(("name", "why"), NOT_BOUND.items())
def test_not_bound_and_says_why(name: str, why: str) -> None:
    found = CATALOGUE.match(name)
    assert isinstance(found, NoMatch)
    assert found.why == why
    assert name in found.reason
    assert name in found.reason_en
    assert not found


def test_scope_beside_the_name_counts() -> None:
    stated = CATALOGUE.match("专精特新小巨人企业", ("国家级",))
    assert isinstance(stated, Match)
    assert stated.id == "national_little_giants"
    other = CATALOGUE.match("绿色工厂", ("市级",))
    assert isinstance(other, NoMatch)
    assert other.why == "scope_differs"


def test_the_whole_area_is_never_put_in_the_place_of_a_part() -> None:
    assert CATALOGUE.match("营业收入", (), "电子信息产业")
    found = CATALOGUE.match("工业投资增速", (), "某某产业园")
    assert isinstance(found, NoMatch)
    assert found.why == "subject"
    assert "某某产业园" in found.reason


def test_form_decides_between_stock_and_entries() -> None:
    added = CATALOGUE.match("单项冠军企业", form="additions")
    assert isinstance(added, Match)
    assert added.id == "single_champions_added"
    none = CATALOGUE.match("加氢站", form="additions")
    assert isinstance(none, NoMatch)
    assert none.why == "entries"
    yearly = CATALOGUE.match("规上工业增加值年均增速", form="relative")
    assert isinstance(yearly, Match)
    assert yearly.id == "above_scale_value_added_growth"


def test_unit_of_another_dimension_is_refused() -> None:
    found = CATALOGUE.match("工业投资", unit="%")
    assert isinstance(found, NoMatch)
    assert found.why == "unit"
    assert CATALOGUE.match("电子信息产业营业收入", unit="万亿")


def test_area_is_dropped_from_the_name() -> None:
    area = next(a for a in load_areas().values() if a.level == "city" and len(a.aliases) > 1)
    for alias in (area.name, *area.aliases):
        found = CATALOGUE.match(f"在{alias}世界500强企业", area=area.name)
        assert isinstance(found, Match)
        assert found.id == "global_500_present"
    assert CATALOGUE.match(f"{area.name}工业投资增速", area=area.name)


@pytest.mark.parametrize("indicator", CATALOGUE.indicators.values(), ids=lambda i: i.id)
def test_every_record(indicator: Indicator) -> None:
    for name in (indicator.zh, *indicator.aliases):
        found = CATALOGUE.match(name)
        assert isinstance(found, Match), found
        assert found.id == indicator.id
    for confusion in indicator.not_aliases:
        found = CATALOGUE.match(confusion.name)
        assert not isinstance(found, Match) or found.id != indicator.id, confusion.name
    assert indicator.definition
    assert indicator.en.isascii()


def test_catalogue_names_no_place() -> None:
    places = {p for area in load_areas().values() for p in (area.name, *area.aliases)}
    for path in (CATALOG / "indicators").glob("*.yaml"):
        text = path.read_text(encoding="utf-8")
        assert not [place for place in places if place in text], path.name


def test_every_target_of_the_gold_file_is_bound_or_told_why() -> None:
    unbound = {}
    with GOLD.open(encoding="utf-8") as handle:
        for row in csv.DictReader(handle):
            found = CATALOGUE.match(
                row["indicator"], (), row["subject"], form=row["form"], unit=row["unit"]
            )
            if isinstance(found, NoMatch):
                unbound[row["indicator"]] = found.why
    assert unbound == {
        "绿色工业园区": "scope_unsaid",
        "规上企业": "scope_unsaid",
        "专精特新“小巨人”企业": "scope_unsaid",
    }


def test_knows() -> None:
    assert CATALOGUE.knows("小巨人企业", ("国家级",))
    assert not CATALOGUE.knows("小巨人企业")


def test_unknown_id() -> None:
    with pytest.raises(NotFound):
        CATALOGUE["no_such"]
    assert "no_such" not in CATALOGUE
    assert CATALOGUE.additions("single_champions") == CATALOGUE["single_champions_added"]


HEAD = "sources:\n  s: {title: t, trust: 待核实}\nindicators:\n"
RECORD = """\
  - {id: %s, zh: %s, en: A, unit: %s, source: %s,
     direction: up, kind: flow, definition: d%s}
"""


@pytest.mark.parametrize(
    "record",
    [
        RECORD % ("a", "甲", "亿元", "absent", ""),
        RECORD % ("a", "甲", "光年每斗", "s", ""),
        RECORD % ("a", "甲", "亿元", "s", ", additions_of: nothing"),
        RECORD % ("a", "甲", "亿元", "s", ", surprise: 1"),
        RECORD % ("a", "甲", "亿元", "s", "") + RECORD % ("a", "乙", "亿元", "s", ""),
        RECORD % ("a", "甲数量", "个", "s", "") + RECORD % ("b", "甲", "个", "s", ""),
    ],
    ids=["source", "unit", "reference", "key", "twice", "shared-name"],
)
def test_a_wrong_catalogue_is_refused(tmp_path: Path, record: str) -> None:
    (tmp_path / "x.yaml").write_text(HEAD + record, encoding="utf-8")
    with pytest.raises(InvalidDeclaration):
        load_indicators(tmp_path)
