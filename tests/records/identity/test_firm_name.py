"""Names split into area, trade name, industry and form: real names, brackets, odd spellings."""

from __future__ import annotations

import json
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from liantu.records.identity.firm_name import FirmName, fold, key, split_name
from liantu.records.identity.name_columns import split_names
from liantu.records.identity.places import Places

# area | core | industry as a reader would split them; one in ten may go wrong.
REAL = """
吉林吉恩镍业股份有限公司 吉林|吉恩|镍业
宝鼎科技股份有限公司 |宝鼎|科技
青岛汉缆股份有限公司 青岛|汉缆|
江门甘蔗化工厂(集团)股份有限公司 江门|甘蔗|化工厂
浙江威星智能仪表股份有限公司 浙江|威星|智能仪表
广东东阳光科技控股股份有限公司 广东|东阳光|科技
甘肃陇神戎发药业股份有限公司 甘肃|陇神戎发|药业
众应互联科技股份有限公司 |众应互联|科技
广东万和新电气股份有限公司 广东|万和新|电气
艾艾精密工业输送系统(上海)股份有限公司 上海|艾艾|精密工业输送系统
杭州华光焊接新材料股份有限公司 杭州|华光|焊接新材料
易联众信息技术股份有限公司 |易联众|信息技术
万科企业股份有限公司 |万科|企业
安徽省皖能股份有限公司 安徽省|皖能|
万向钱潮股份有限公司 |万向钱潮|
杨凌美畅新材料股份有限公司 杨凌|美畅|新材料
上海新黄浦实业集团股份有限公司 上海|新黄浦|实业
招商局南京油运股份有限公司 |招商局|南京油运
江苏斯迪克新材料科技股份有限公司 江苏|斯迪克|新材料科技
博爱新开源医疗科技集团股份有限公司 博爱|新开源|医疗科技
株洲飞鹿高新材料技术股份有限公司 株洲|飞鹿|高新材料技术
广东顺威精密塑料股份有限公司 广东|顺威|精密塑料
广东佳兆业佳云科技股份有限公司 广东|佳兆业佳云|科技
亚翔系统集成科技(苏州)股份有限公司 苏州|亚翔|系统集成科技
深圳市汇顶科技股份有限公司 深圳市|汇顶|科技
洛阳新强联回转支承股份有限公司 洛阳|新强联|回转支承
广州阳普医疗科技股份有限公司 广州|阳普|医疗科技
贵州百灵企业集团制药股份有限公司 贵州|百灵|企业集团制药
浙江华铁应急设备科技股份有限公司 浙江|华铁|应急设备科技
中粮生物化学(安徽)股份有限公司 安徽|中粮|生物化学
九州通医药集团股份有限公司 |九州通|医药
江苏亚威机床股份有限公司 江苏|亚威|机床
长缆电工科技股份有限公司 |长缆|电工科技
美的集团股份有限公司 |美的|
华数传媒控股股份有限公司 |华数|传媒
杭州中泰深冷技术股份有限公司 杭州|中泰|深冷技术
内蒙古伊利实业集团股份有限公司 内蒙古|伊利|实业
石家庄以岭药业股份有限公司 石家庄|以岭|药业
吉林省金冠电气股份有限公司 吉林省|金冠|电气
福安药业(集团)股份有限公司 |福安|药业
"""

names = st.text(
    st.sampled_from(
        "华川宏达兴仁电子科技机械集团控股有限责任公司股份分厂省市区县()（）【】原 ·A1ｂ，電華"
    )
)


def read(name: str) -> str:
    split = split_name(name)
    return f"{split.area}|{split.core}|{split.industry}"


def test_real_names_are_split() -> None:
    cases = [line.split() for line in REAL.strip().splitlines()]
    wrong = {name: read(name) for name, split in cases if read(name) != split}
    assert len(wrong) <= len(cases) // 10, wrong


def test_every_real_name_has_core_and_form(shared: Path) -> None:
    lines = (shared / "data/chain_kg/company.jsonl").read_text(encoding="utf-8").splitlines()
    split = [split_name(json.loads(line)["fullname"]) for line in lines]
    assert len(split) == 4654
    assert all("".join(part.text for part in name.parts) == name.text for name in split)
    assert all(name.core for name in split)
    assert sum(bool(name.form) for name in split) >= 4650
    assert sum(2 <= len(name.core) <= 4 for name in split) / len(split) > 0.93
    listed = (shared / "data/chain_kg/chengdu_sichuan_companies.csv").read_text("utf-8")
    rows = [line.split(",") for line in listed.splitlines()[1:]]
    assert all(row[3] in split_name(row[2]).area for row in rows if row[2].startswith(row[3]))


@pytest.mark.parametrize(
    ("name", "field", "expected"),
    [
        ("岳州市东湖区华川电子科技有限公司第二分公司", "branch", "第二分公司"),
        ("华川电子（长沙）有限公司", "area", "长沙"),
        ("华川电子（长沙）有限公司", "core", "华川"),
        ("長沙華川電子有限公司", "core_key", "华川"),
        ("华川（集团）有限公司", "group", True),
        ("华川集团有限公司", "group", True),
        ("华川机械有限公司（原长沙机械总厂）", "former", ("长沙机械总厂",)),
        ("华川有限公司（原华山（长沙）有限公司）", "former", ("华山（长沙）有限公司",)),
        ("长沙华川区块链有限公司", "area", "长沙"),
        ("华川机械有限公司(曾用名：长沙机械总厂)", "former", ("长沙机械总厂",)),
        ("华川机械有限公司（简称：华川机械）", "other_names", ("华川机械",)),
        ("仁寿县兴发建材厂", "area", "仁寿县"),
        ("仁寿县兴发建材厂", "form_kind", "works"),
        ("绵阳市游仙区仁和农民专业合作社", "form_kind", "cooperative"),
        ("长沙华川机械研究院", "form_kind", "institute"),
        ("华川投资合伙企业（有限合伙）", "core", "华川"),
        ("TCL 科技集团股份有限公司", "core", "TCL"),
        ("ABB (Schweiz) Co., Ltd.", "core_key", "abb"),
        ("Widget Holding GmbH", "form_kind", "limited"),
        ("ＡＢＣ电子　有限公司", "core", "ABC"),
        ("长沙 华川电子 有限公司", "core", "华川"),
        ("上海电影股份有限公司", "telling", False),
        ("华川电子有限公司", "telling", True),
        ("长沙华川电子技术有限公司", "industry_words", ("电子",)),
    ],
)
def test_parts(name: str, field: str, expected: object) -> None:
    assert getattr(split_name(name), field) == expected


def test_areas_of_a_register_widen_the_catalogue() -> None:
    name = "长沙云溪口华川电子有限公司"
    assert split_name(name).core != "华川"
    widened = split_name(name, Places([("430199", "云溪口区")]))
    assert (widened.area, widened.core, widened.area_codes) == ("长沙云溪口", "华川", ("430199",))


@given(names)
def test_parts_are_the_whole_name(name: str) -> None:
    split = split_name(name)
    assert "".join(part.text for part in split.parts) == split.text == fold(name)
    assert bool(split.core_key) or not key(split.text)


@given(st.one_of(names, st.text(max_size=30)))
def test_splitting_twice_changes_nothing(name: str) -> None:
    once = split_name(name)
    assert split_name(once.text) == once


@given(st.lists(st.one_of(names, st.none()), max_size=8))
def test_columns_agree_with_single_names(written: list[str | None]) -> None:
    frame = split_names(pl.Series("name", written, dtype=pl.String))
    for row, name in zip(frame.iter_rows(named=True), written, strict=True):
        single: FirmName = split_name(name or "")
        assert row["core_key"] == single.core_key
        assert row["industry"] == "".join(single.industry_words)
        assert (row["group"], row["form_kind"]) == (single.group, single.form_kind)
        assert row["branch"] == single.branch
