"""Real files come in through the same doors; their known defects are counted, not mended."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import UnreadableInput
from liantu.records import ledger, registers
from liantu.records.accept import accept
from liantu.records.doors import Checked, Mapping, Match, check

from .conftest import TODAY

LISTS = "classification"


def problems(found: Checked) -> Counter[str]:
    return Counter(found.rejected.problems["code"].to_list())


def remarked(found: Checked) -> Counter[str]:
    return Counter(found.warnings["code"].to_list())


@pytest.fixture
def unpacked(shared: Path, tmp_path: Path) -> Callable[[str], Path]:
    """A file of the shared data as an office would deliver it: not compressed."""

    def run(name: str) -> Path:
        source = shared / "data" / name
        if source.suffix != ".gz":
            return source
        path = tmp_path / source.stem
        path.write_bytes(gzip.decompress(source.read_bytes()))
        return path

    return run


def mapping(table: str, **headers: str) -> Mapping:
    """Headers of a source that no alias knows, by column."""
    return Mapping(table, tuple(Match(header, column) for column, header in headers.items()))


@pytest.mark.parametrize(
    ("name", "table", "headers", "fill", "rows"),
    [
        ("gbt4754_2017.csv", "industry_classes", {}, {"edition": "2017"}, 1971),
        ("gbt4754_2011.csv", "industry_classes", {}, {"edition": "2011"}, 1642),
        ("admin_divisions.csv", "areas", {}, {"valid_from": "2023-01-01"}, 3214),
        ("sei_2018_level1_2.csv", "code_lists", {}, {"list_id": "SEI-2018"}, 49),
        ("hs_sections.csv", "code_lists",
         {"entry_code": "section", "name": "name"}, {"list_id": "HS-sections"}, 21),
        ("harmonized_system.csv.gz", "code_lists", {}, {"list_id": "HS"}, 6940),
    ],
)  # fmt: skip
def test_code_lists_come_in_whole(
    unpacked: Callable[[str], Path], name: str, table: str, headers: dict[str, str],
    fill: dict[str, str], rows: int,
) -> None:  # fmt: skip
    known = mapping(table, **headers)
    found = check(unpacked(f"{LISTS}/{name}"), table, known, fill=fill, today=TODAY)
    assert not len(found.rejected)
    assert found.frame.height == rows


def test_changes_of_divisions(shared: Path, tmp_path: Path) -> None:
    """Nested records, one a line: taken apart here, then through the door."""
    packed = (shared / "data" / LISTS / "admin_changes_sichuan.jsonl.gz").read_bytes()
    flat = pl.read_ndjson(gzip.decompress(packed), infer_schema_length=None).select(
        "year", "type", "doc_no", "source",
        *(pl.col(side).struct.field(part).alias(f"{side}_{part}")
          for side in ("old", "new") for part in ("code", "name")),
    )  # fmt: skip
    path = tmp_path / "changes.ndjson"
    flat.with_columns(pl.col("old_code", "new_code").fill_null("000000")).write_ndjson(path)
    found = check(path, "area_changes", today=TODAY)
    assert not len(found.rejected)
    assert found.frame.height == 557
    renamed = found.frame.filter(pl.col("old_name") == "双流县", pl.col("year") == 2015)
    assert renamed["new_name"].to_list() == ["双流区"]


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("chengdu_districts.geojson", 20),
        ("chengdu_districts_amap.geojson", 20),
        ("sichuan_counties.geojson", 183),
        ("sichuan_prefectures.geojson", 21),
    ],
)
def test_boundaries_of_both_sources(shared: Path, name: str, rows: int) -> None:
    level = "city" if "prefectures" in name else "district"
    fill = {"valid_from": "2020-07-01", "level": level}
    found = check(shared / "data" / "geo" / name, "areas", fill=fill, today=TODAY)
    assert not len(found.rejected)
    assert found.frame.height == rows
    assert found.frame["boundary"].null_count() == 0


@pytest.mark.django_db
def test_areas_as_they_were_drawn(shared: Path, settings: Any, tmp_path: Path) -> None:
    """The map before 2016 beside that of today: each area between its own days."""
    settings.HOME = tmp_path / "home"
    geo = shared / "data" / "geo"
    old = check(
        geo / "chengdu_districts_2016_echarts.geojson", "areas",
        mapping("areas", area_code="id"), today=TODAY,
        fill={"valid_from": "2000-01-01", "valid_to": "2015-12-02", "level": "district"},
    )  # fmt: skip
    new = check(geo / "chengdu_districts.geojson", "areas", today=TODAY,
                fill={"valid_from": "2020-07-01", "level": "district"})  # fmt: skip
    assert (old.frame.height, new.frame.height) == (19, 20)
    for found in (old, new):
        accept(found, by="民政")
    areas = registers.read("areas")
    days = {
        day: set(
            areas.filter(
                pl.col("valid_from") <= day,
                (pl.col("valid_to") >= day) | pl.col("valid_to").is_null(),
            )["name"]
        )
        for day in (date(2014, 6, 30), date(2021, 6, 30))
    }
    before, after = days.values()
    assert {"双流县", "郫县", "新津县"} == before - after
    assert {"双流区", "郫都区", "新津区", "简阳市"} == after - before
    assert areas["boundary"].null_count() == 0


def test_listed_companies(shared: Path) -> None:
    """81 rows have the exchange where the date should be; 53 codes stand on 121 rows that differ.

    The 68 rows too many are not chosen between: all 121 go back. One code is written with its
    exchange in 3,902 rows and without in the others, never both ways for one company.
    """
    found = check(shared / "data" / "chain_kg" / "company.jsonl", "listed_firms", today=TODAY)
    assert problems(found) == {"not_date": 81, "conflict": 121}
    assert (found.frame.height, len(found.rejected)) == (4456, 198)
    conflicts = found.rejected.problems.filter(pl.col("code") == "conflict")
    assert 121 - conflicts["found"].n_unique() == 68
    codes = pl.concat([found.frame["securities_code"], found.rejected.cells["证券代码"]])
    assert codes.str.contains(".", literal=True).sum() == 3902
    assert not found.frame["securities_code"].str.slice(0, 6).is_duplicated().any()


def test_companies_of_the_province_by_name_only(shared: Path) -> None:
    """Three of the 109 have no date but words in its place."""
    path = shared / "data" / "chain_kg" / "chengdu_sichuan_companies.csv"
    found = check(
        path, "listed_firms", mapping("listed_firms", industry="sw_industry"), today=TODAY
    )
    assert problems(found) == {"not_date": 3}
    assert found.frame.height == 106


def test_products_of_listed_companies(unpacked: Callable[[str], Path]) -> None:
    """763 negative shares and 48 above one, as their keeper counted them.

    578 rows repeat another word for word, three names end in a control character, and of the
    rows with a share of exactly 0.001, 27% of the file, a person is told what they are worth.
    """
    found = check(unpacked("chain_kg/company_product.jsonl.gz"), "listed_products", today=TODAY)
    assert problems(found) == {"below": 763, "above": 48, "duplicate": 578, "too_long": 3}
    assert found.frame.height + len(found.rejected) == 53_785
    assert found.frame["revenue_share"].is_between(0, 1).all()
    told = remarked(found)
    assert set(told) == {"share_of_business_scope"}
    again = found.rejected.cells["revenue_share"].cast(pl.Float64) == 0.001
    assert told["share_of_business_scope"] + again.sum() == 14_714


def test_relations_of_products(unpacked: Callable[[str], Path]) -> None:
    """108 products that are their own material, three pairs each the material of the other."""
    found = check(unpacked("chain_kg/product_product.jsonl.gz"), "product_relations", today=TODAY)
    assert problems(found) == {"relation_to_itself": 108, "too_long": 1}
    assert remarked(found) == {"relation_both_ways": 6}
    assert found.frame.height == 110_153 - 109


def test_a_small_chain_with_rows_twice(shared: Path, tmp_path: Path) -> None:
    """34 rows stand twice, word for word; several products in one cell are taken apart here."""
    folder = shared / "data" / "chain_openspg"
    companies = check(
        folder / "Company.csv", "organisations",
        mapping("organisations", organisation_id="id"), today=TODAY,
    )  # fmt: skip
    assert (companies.frame.height, len(companies.rejected)) == (103, 0)
    products = pl.read_csv(folder / "Product.csv")
    numbered = products.select(code=pl.col("id").rank("dense"), name=pl.col("id"))
    numbered.write_csv(tmp_path / "products.csv")
    found = check(tmp_path / "products.csv", "code_lists", fill={"list_id": "OpenSPG"}, today=TODAY)
    assert problems(found) == {"duplicate": 34}
    assert found.frame.height == 44
    links = products.select(
        from_entity="id", to_entity=pl.col("hasSupplyChain").str.split(",")
    ).explode("to_entity")
    links.drop_nulls().write_csv(tmp_path / "links.csv")
    related = check(
        tmp_path / "links.csv", "product_relations", fill={"relation": "下游产品"}, today=TODAY
    )
    assert problems(related) == {"duplicate": 1125 - 536}
    assert related.frame.height == 536


@pytest.mark.django_db
def test_published_figures(shared: Path, settings: Any, tmp_path: Path) -> None:
    """All 351 come in by their own door; a table of firms refuses them, naming what it lacks."""
    settings.HOME = tmp_path / "home"
    path = shared / "data" / "observations" / "observations.csv"
    with pytest.raises(UnreadableInput, match=r"表头|缺少"):
        check(path, "firm_month", today=TODAY)
    receipt = ledger.import_observations(path, by="统计")
    assert (receipt.accepted, receipt.duplicates, receipt.rejected) == (351, 0, 0)
