"""Real files are taken in: what lies in the ledger after them, what was sent back and why.

``doors/test_real_files.py`` tells what the doors find in them; here they come in as a user brings
them, checked against the registers, and the rows sent back are counted where they are kept.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Mapping as MappingOf
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import UnreadableInput
from liantu.records import intake, registers
from liantu.records.accept import Receipt, sent_back
from liantu.records.doors import Mapping, Match
from liantu.records.figures.observations_file import read_observations
from liantu.records.models import Batch, RejectedRow

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).parents[2] / "docs" / "explanation" / "what-the-doors-refuse.md"


@pytest.fixture
def data(shared: Path) -> Path:
    return shared / "data"


def mapping(table: str, **headers: str) -> Mapping:
    """Headers of a source that no alias knows, by column."""
    return Mapping(table, tuple(Match(header, column) for column, header in headers.items()))


def bring(path: Path, table: str, known: Mapping | None = None, **fill: str) -> Receipt:
    """A file as a user brings it, with what it has one value of."""
    return intake.commit(intake.prepare(path, table, mapping=known, fill=fill), by="链办")


def unpacked(path: Path, folder: Path) -> Path:
    whole = folder / path.stem
    whole.write_bytes(gzip.decompress(path.read_bytes()))
    return whole


def kept(receipt: Receipt) -> MappingOf[str, int]:
    """Problems of the rows that wait to be mended; as many rows as the receipt says."""
    rows = RejectedRow.objects.filter(batch_id=int(receipt.vintage))
    assert rows.count() == receipt.rejected
    if not receipt.rejected:
        return {}
    return Counter(sent_back(receipt.vintage).problems["code"].to_list())


def came_to(receipt: Receipt) -> tuple[int, int, int, int]:
    return receipt.new, receipt.changed, receipt.unchanged, receipt.rejected


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
def test_classifications(
    data: Path, tmp_path: Path, name: str, table: str, headers: dict[str, str],
    fill: dict[str, str], rows: int,
) -> None:  # fmt: skip
    path = data / "classification" / name
    if path.suffix == ".gz":
        path = unpacked(path, tmp_path)
    receipt = bring(path, table, mapping(table, **headers), **fill)
    assert came_to(receipt) == (rows, 0, 0, 0)
    assert kept(receipt) == {}
    assert registers.read(table).height == rows


@pytest.mark.parametrize("name", ["sichuan_counties", "sichuan_prefectures", "chengdu_districts"])
def test_boundaries(data: Path, name: str) -> None:
    """Shapes lie within their areas where those are known; nothing is sent back."""
    rows = {"sichuan_counties": 183, "sichuan_prefectures": 21, "chengdu_districts": 20}[name]
    level = "city" if "prefectures" in name else "district"
    path = data / "geo" / f"{name}.geojson"
    receipt = bring(path, "areas", valid_from="2020-07-01", level=level)
    assert came_to(receipt) == (rows, 0, 0, 0)
    # The other source of the same districts draws the same areas a little differently.
    if name == "chengdu_districts":
        other = bring(
            data / "geo" / "chengdu_districts_amap.geojson", "areas",
            valid_from="2020-07-01", level=level,
        )  # fmt: skip
        assert came_to(other) == (0, 20, 0, 0)


def test_companies_industries_and_products(data: Path, tmp_path: Path) -> None:
    """Three files name companies, a fourth their products, by codes written in two ways.

    A code with its exchange is another code than one without: 656 companies stand in the register
    twice once files of both ways are in, and to join them is for a person to say. Rows that name a
    company by a code that no file brought are sent back as such.
    """
    kg = data / "chain_kg"
    companies = bring(kg / "company.jsonl", "listed_firms")
    assert came_to(companies) == (4456, 0, 0, 198)
    assert kept(companies) == {"conflict": 121, "not_date": 81}

    as_filed = registers.read("listed_firms").drop("industry", "name")
    industries = bring(kg / "company_industry.jsonl", "listed_firms")
    assert came_to(industries) == (791, 3638, 0, 1)
    # One exchange is written small: 300957.sz.
    assert kept(industries) == {"pattern": 1}
    # What a file says nothing of stays as it was.
    firms = registers.read("listed_firms").drop("industry", "name")
    assert firms.join(as_filed, on=as_filed.columns, how="semi", nulls_equal=True).height == 4456

    province = bring(kg / "chengdu_sichuan_companies.csv", "listed_firms")
    assert came_to(province) == (88, 16, 2, 3)
    assert kept(province) == {"not_date": 3}
    firms = registers.read("listed_firms")
    assert firms.height == 4456 + 791 + 88
    twice = firms["securities_code"].str.slice(0, 6).value_counts().filter(pl.col("count") > 1)
    assert twice["count"].to_list() == [2] * 656

    products = bring(unpacked(kg / "company_product.jsonl.gz", tmp_path), "listed_products")
    assert came_to(products) == (52_354, 0, 0, 1431)
    assert kept(products) == {
        "below": 763, "above": 48, "duplicate": 578, "too_long": 3, "unknown_code": 51,
    }  # fmt: skip
    known = set(firms["securities_code"])
    assert set(registers.read("listed_products")["securities_code"]) <= known


def test_relations_and_names_of_products(data: Path, tmp_path: Path) -> None:
    """Names come without a code; numbered here, all but six are taken.

    Three end in a control character, three begin like a formula of a spreadsheet.
    """
    kg = data / "chain_kg"
    relations = bring(unpacked(kg / "product_product.jsonl.gz", tmp_path), "product_relations")
    assert came_to(relations) == (110_153 - 109, 0, 0, 109)
    assert kept(relations) == {"relation_to_itself": 108, "too_long": 1}

    names = unpacked(kg / "product.jsonl.gz", tmp_path)
    numbered = pl.read_ndjson(names).with_row_index("entry_code")
    assert numbered.height == 95_559
    numbered.write_csv(tmp_path / "numbered.csv")
    receipt = bring(tmp_path / "numbered.csv", "code_lists", list_id="chain-kg")
    assert came_to(receipt) == (95_553, 0, 0, 6)
    assert kept(receipt) == {"too_long": 3, "formula": 3}


def test_industries_and_the_one_above_each(data: Path) -> None:
    """The second file says for 480 of the 511 which is above; it renames none."""
    kg = data / "chain_kg"
    first = bring(kg / "industry.jsonl", "code_lists", list_id="SW")
    assert came_to(first) == (511, 0, 0, 0)
    above = mapping(
        "code_lists", entry_code="from_code", name="from_industry", parent_code="to_code"
    )
    second = bring(kg / "industry_industry.jsonl", "code_lists", above, list_id="SW")
    assert came_to(second) == (0, 480, 0, 0)
    entries = registers.read("code_lists")
    assert entries.height == 511
    tops = entries.filter(pl.col("parent_code").is_null())["entry_code"]
    assert len(tops) == 31
    assert set(entries["parent_code"].drop_nulls()) <= set(entries["entry_code"])


def test_a_small_chain(data: Path, tmp_path: Path) -> None:
    """Companies as they are; industries and products are names, numbered here."""
    folder = data / "chain_openspg"
    companies = bring(
        folder / "Company.csv", "organisations", mapping("organisations", organisation_id="id")
    )
    assert came_to(companies) == (103, 0, 0, 0)
    for name, rows, twice in (("Industry", 10, 0), ("Product", 44, 34)):
        named = pl.read_csv(folder / f"{name}.csv").select(
            code=pl.col("id").rank("dense"), name=pl.col("id")
        )
        named.write_csv(tmp_path / f"{name}.csv")
        receipt = bring(tmp_path / f"{name}.csv", "code_lists", list_id=name)
        assert came_to(receipt) == (rows, 0, 0, twice)
        assert kept(receipt) == ({"duplicate": twice} if twice else {})


def test_parks_are_taken_once_they_have_codes(data: Path, tmp_path: Path) -> None:
    """No park has a national code; the office that keeps the list gives each one of its own."""
    path = data / "observations" / "parks.csv"
    coded = pl.read_csv(path).with_columns(
        park_code=pl.format("P{}", pl.int_range(1, pl.len() + 1))
    )
    coded.write_csv(tmp_path / "parks.csv")
    receipt = bring(tmp_path / "parks.csv", "parks")
    assert came_to(receipt) == (50, 0, 0, 0)
    parks = registers.read("parks")
    assert parks["name"].n_unique() == 50
    # A district by name is no code, and some parks lie in two: the column is left out and named.
    assert parks["area_code"].null_count() == 50


def test_leading_firms_by_short_name_are_all_sent_back(data: Path) -> None:
    """A year is no day of granting; 35 names are no firms of the register, 11 rows name none."""
    path = data / "observations" / "chain_leaders.csv"
    known = mapping("titles", firm_name="enterprise", title="role", granted_on="year")
    receipt = bring(path, "titles", known)
    assert came_to(receipt) == (0, 0, 0, 46)
    assert kept(receipt) == {"not_date": 46, "unresolved": 35, "missing": 11}
    assert not registers.read("titles").height


REFUSED = [
    ("chain_kg/product.jsonl.gz", "code_lists", {}, "代码"),
    ("chain_kg/industry_up.jsonl", "product_relations", {}, "表头"),
    ("chain_openspg/Industry.csv", "code_lists", {"name": "id"}, "代码"),
    ("observations/parks.csv", "parks", {}, "园区代码"),
    ("observations/chains.csv", "chains", {}, "产业链代码"),
    ("observations/chain_leaders.csv", "chains", {}, "表头"),
]


@pytest.mark.parametrize(
    ("name", "table", "headers", "lacking"), REFUSED, ids=[name for name, *_ in REFUSED]
)
def test_what_no_table_can_hold_is_refused_and_said(
    data: Path, tmp_path: Path, name: str, table: str, headers: dict[str, str], lacking: str
) -> None:
    """The door names what the file lacks, changes nothing, and the documents say so too."""
    path = data / name
    if path.suffix == ".gz":
        path = unpacked(path, tmp_path)
    with pytest.raises(UnreadableInput, match=lacking) as refused:
        intake.prepare(path, table, mapping=mapping(table, **headers), fill={"list_id": "any"}
                       if table == "code_lists" else {})  # fmt: skip
    assert path.name in refused.value.message.en
    assert not Batch.objects.exists()
    if "observations/" in name:
        with pytest.raises(UnreadableInput, match="表头不符"):
            read_observations(path)
    assert f"`{Path(name).name.removesuffix('.gz')}`" in DOCUMENT.read_text(encoding="utf-8")


def test_parts_of_a_row_within_a_cell_are_left_to_a_person(data: Path, tmp_path: Path) -> None:
    """Industries upstream stand nested in one cell; taken apart here they are relations."""
    frame = pl.read_ndjson(data / "chain_kg" / "industry_up.jsonl", infer_schema_length=None)
    rows: list[dict[str, Any]] = [
        {"from_entity": industry, "rel": "上游材料", "to_entity": up}
        for industry, ups in frame.rows()
        for up, weight in ups.items()
        if weight is not None
    ]
    pl.DataFrame(rows).write_csv(tmp_path / "ups.csv")
    receipt = bring(tmp_path / "ups.csv", "product_relations")
    assert came_to(receipt) == (len(rows), 0, 0, 0) == (5256, 0, 0, 0)
