"""Walks the whole catalogue of tables; and what a wrong declaration is told."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
import yaml

from liantu.errors import InvalidDeclaration, NotFound
from liantu.quantity.unit import parse_unit
from liantu.records.doors.plausible import units_of
from liantu.records.tables.declared import FOLDER, Table, load_tables, table

TABLES = load_tables()


@pytest.fixture(params=TABLES.values(), ids=TABLES)
def each(request: pytest.FixtureRequest) -> Table:
    found: Table = request.param
    return found


def test_every_unit_is_known_and_of_one_kind(each: Table) -> None:
    for column in each.columns:
        parse_unit(column.unit)
        assert column.factor(column.written_unit) > 0, column.name
        assert column.numeric or not (column.unit or column.shown_unit), column.name


def test_names_carry_the_unit_they_are_stored_in(each: Table) -> None:
    suffixes = {"_cny": "元", "_mu": "亩", "_tce": "吨标准煤", "_kwh": "千瓦时", "_m3": "立方米",
                "_m2": "平方米", "_km2": "平方公里", "_gj": "吉焦", "_kg": "公斤",
                "_cny_per_mu": "元/亩"}  # fmt: skip
    for column in each.columns:
        ends = [suffix for suffix in suffixes if column.name.endswith(suffix)]
        if ends:
            assert column.unit == suffixes[max(ends, key=len)], column.name
        if column.type == "money":
            assert "_cny" in column.name
        if column.type == "share":
            assert column.name.endswith("_share")
            assert column.unit == ""


def test_both_languages_say_what_a_column_means(each: Table) -> None:
    for said in (each, *each.columns):
        assert said.meaning_zh.endswith("。"), said
        assert said.meaning_en.endswith((".", "?")), said
    assert each.source.title


def test_headers_lead_to_one_column_only(each: Table) -> None:
    seen: dict[str, str] = {}
    for column in each.columns:
        for text in {column.name, column.zh, *column.aliases}:
            assert seen.setdefault(text.lower(), column.name) == column.name, text
    assert len({column.header for column in each.columns}) == len(each.columns)


def test_choices_are_told_apart_by_all_their_words(each: Table) -> None:
    for column in each.columns:
        seen: dict[str, str] = {}
        for choice in column.choices:
            for text in {choice.code, choice.zh, choice.en, *choice.aliases}:
                assert seen.setdefault(text.lower(), choice.code) == choice.code, text


def test_keys_are_required(each: Table) -> None:
    assert all(each[name].required for name in each.key)


def test_checks_run_over_an_empty_frame(each: Table) -> None:
    frame = pl.DataFrame(schema=each.dtypes)
    for check in each.checks:
        assert frame.select(pl.sql_expr(check.expression)).dtypes == [pl.Boolean], check.id
    for slip in each.slips:
        if slip.ratio:
            assert frame.select(pl.sql_expr(slip.ratio)).dtypes[0].is_float(), slip.id
        assert slip.low < slip.high
        assert each[slip.column].numeric
        small, large = units_of(each[slip.column], slip.factor)
        assert parse_unit(large).ratio == parse_unit(small).ratio * int(slip.factor)
    ids = [said.id for said in (*each.checks, *each.slips, *each.one_way, *each.agreements)]
    assert len(ids) == len(set(ids))


def test_catalogue_names_no_place() -> None:
    for path in FOLDER.glob("*.yaml"):
        assert "成都" not in path.read_text(encoding="utf-8"), path.name


def written(folder: Path, **changes: object) -> Path:
    data = yaml.safe_load((FOLDER / "chains.yaml").read_text(encoding="utf-8")) | changes
    path = folder / "chains.yaml"
    path.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"colour": "red"}, "colour"),
        ({"key": ["nowhere"]}, "nowhere"),
        ({"kind": "series"}, "grain"),
        ({"id": "other"}, "other"),
    ],
)
def test_a_wrong_declaration_is_refused(
    tmp_path: Path, changes: dict[str, object], said: str
) -> None:
    with pytest.raises(InvalidDeclaration, match=said):
        load_tables(written(tmp_path, **changes))


def test_a_reference_into_nothing_is_refused(tmp_path: Path) -> None:
    column = {"name": "x", "zh": "某", "en": "X", "type": "reference", "references": "nothing"}
    columns = yaml.safe_load((FOLDER / "chains.yaml").read_text(encoding="utf-8"))["columns"]
    with pytest.raises(InvalidDeclaration, match=r"chains\.x → nothing"):
        load_tables(written(tmp_path, columns=[*columns, column]))


@pytest.mark.parametrize(
    "rule",
    [
        {"column": "office_id", "theirs": "nothing", "ours": "chain_id"},
        {"column": "chain_id", "theirs": "name", "ours": "name"},  # which points at nothing
        {"column": "office_id", "theirs": "area_code", "ours": "contact_id", "apart": "level"},
    ],
)
def test_an_agreement_about_nothing_is_refused(tmp_path: Path, rule: dict[str, str]) -> None:
    for name in ("people", "organisations", "areas", "source_documents"):
        (tmp_path / f"{name}.yaml").write_bytes((FOLDER / f"{name}.yaml").read_bytes())
    said = {"id": "rule", "zh": "不符", "en": "no", **rule}
    with pytest.raises(InvalidDeclaration, match=r"chains\.rule"):
        load_tables(written(tmp_path, agreements=[said]))


@pytest.mark.parametrize(
    "rule", [{}, {"ours": "name", "among": ["x"]}, {"among": ["x"], "apart": "level"}]
)
def test_an_agreement_says_one_thing(tmp_path: Path, rule: dict[str, object]) -> None:
    said = {"id": "rule", "column": "office_id", "theirs": "kind", "zh": "不符", "en": "no", **rule}
    with pytest.raises(InvalidDeclaration, match="agreements"):
        load_tables(written(tmp_path, agreements=[said]))


def test_an_unknown_table_or_column_is_named_with_those_there_are() -> None:
    with pytest.raises(NotFound, match="firm_month"):
        table("firm_mont")
    with pytest.raises(NotFound, match="revenue_cny"):
        table("firm_month")["revenue"]


def test_units_are_turned_into_those_stored() -> None:
    revenue = table("firm_month")["revenue_cny"]
    assert revenue.header == "营业收入（万元）"
    assert revenue.factor("万元") == 10_000
    assert revenue.factor("亿元") == 100_000_000
    assert table("parcels")["land_mu"].factor("公顷") == pytest.approx(15)
    assert table("firm_year")["local_supply_share"].factor("%") == 0.01
    with pytest.raises(InvalidDeclaration, match="亩"):
        revenue.factor("亩")
