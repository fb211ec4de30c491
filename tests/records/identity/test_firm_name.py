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

# Two hundred names of listed firms as a reader splits them: area | core | industry.
READ = Path(__file__).with_name("listed_names.txt")
names = st.text(
    st.sampled_from(
        "华川宏达兴仁电子科技机械集团控股有限责任公司股份分厂省市区县()（）【】原 ·A1ｂ，電華"
    )
)


def read(name: str) -> str:
    split = split_name(name)
    return f"{split.area}|{split.core}|{split.industry}"


def test_real_names_are_split_as_a_reader_splits_them() -> None:
    cases = [line.split() for line in READ.read_text(encoding="utf-8").splitlines()]
    assert len(cases) == 200
    read_so = {name: read(name).split("|") for name, _ in cases}
    labels = {name: label.split("|") for name, label in cases}
    wrong = {name: read_so[name] for name in labels if read_so[name] != labels[name]}
    assert len(wrong) <= 30, wrong
    # What goes wrong is a word of trade left with the trade name, hardly ever the other way.
    lost = [name for name in wrong if not read_so[name][1].startswith(labels[name][1])]
    assert len(lost) <= 6, lost


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
