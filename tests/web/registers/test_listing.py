"""The list of a register or series: filters, order, search, pages, moments, hostile addresses."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import quote

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.doors.writing import write_table
from liantu.records.tables.declared import load_tables, table
from liantu.web.pages.registers.asked import OWN

from .data import AREAS, FIRMS, PARKS, fill

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _filled(db: None) -> None:
    fill()


def titles(client: Client, query: str = "", table_id: str = "firms") -> list[str]:
    answer = client.get(f"/records/{table_id}/{query}")
    assert answer.status_code == 200, answer.content.decode()
    page = answer.content.decode()
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


def test_all_firms_stand_by_key_with_their_number_in_the_sentence(client: Client) -> None:
    names = {row["credit_code"]: row["name"] for row in FIRMS}
    assert titles(client) == [names[code] for code in sorted(names)][:50]
    assert f"企业{len(FIRMS)}条" in client.get("/records/firms/").content.decode()


@pytest.mark.parametrize(
    ("query", "kept"),
    [
        ("?state=open", lambda f: f["state"] == "open"),
        ("?state=open&state=paused", lambda f: f["state"] in ("open", "paused")),
        ("?above_scale=是", lambda f: f["above_scale"]),
        ("?industry_code=35", lambda f: f["industry_code"].startswith("35")),
        ("?park_code=P1", lambda f: f["park_code"] == "P1"),
        ("?park_code=~", lambda f: f["park_code"] is None),
        ("?capital_cny.min=500", lambda f: f["capital_cny"] and f["capital_cny"] >= 5_000_000),
        ("?established_on.max=2005-01-01", lambda f: f["established_on"].year < 2005),
        ("?established_on=2005-06-01", lambda f: str(f["established_on"]) == "2005-06-01"),
        ("?established_on=2005-06-01&established_on=2006-07-01",
         lambda f: str(f["established_on"]) in ("2005-06-01", "2006-07-01")),
        ("?area_code=A0&size=large", lambda f: f["size"] == "large"),
        ("?area_code=A2", lambda f: f["area_code"] == "A2"),
        ("?q=轴承", lambda f: "轴承" in f["name"] + f["main_product"]),
        ("?q=轴承+３号", lambda f: "轴承" in f["name"] and "3号" in f["name"]),
    ],
)  # fmt: skip
def test_filters(client: Client, query: str, kept) -> None:  # type: ignore[no-untyped-def]
    wanted = [row for row in FIRMS if kept(row)]
    assert 0 < len(wanted) < len(FIRMS)
    assert f"符合条件的{len(wanted)}条" in client.get(f"/records/firms/{query}").content.decode()
    assert set(titles(client, query)) <= {row["name"] for row in wanted}


@pytest.mark.parametrize("sort", ["capital_cny", "-capital_cny", "name", "-established_on"])
def test_orders_hold_over_all_pages_and_empty_cells_come_last(client: Client, sort: str) -> None:
    column = sort.removeprefix("-")
    listed = [name for page in (1, 2, 3) for name in titles(client, f"?sort={sort}&page={page}")]
    assert len(listed) == len(set(listed)) == len(FIRMS)
    by_name = {row["name"]: row[column] for row in FIRMS}
    values = [by_name[name] for name in listed]
    filled = [value for value in values if value is not None]
    assert values == filled + [None] * (len(values) - len(filled))
    assert filled == sorted(filled, reverse=sort.startswith("-"))


def test_coded_values_are_sorted_as_declared(client: Client) -> None:
    sizes = {row["name"]: row["size"] for row in FIRMS}
    order = ["large", "medium", "small", "micro"]
    places = [order.index(sizes[name]) for name in titles(client, "?sort=size")]
    assert places == sorted(places)


def test_every_table_has_a_list(client: Client) -> None:
    for table_id in load_tables():
        assert client.get(f"/records/{table_id}/").status_code == 200, table_id


def test_filters_never_collide_with_parameters_of_the_page() -> None:
    columns = {column.name for each in load_tables().values() for column in each.columns}
    assert not columns & OWN


@pytest.mark.parametrize(
    "query",
    ["?nothing=1", "?boundary=x", "?name=x", "?state=wild", "?capital_cny.min=many", "?sort=id",
     "?sort=password", "?columns=secret", "?page=0", "?page=-1", "?page=x", "?page=１",
     "?state.min=1", "?capital_cny.mid=1", "?established_on.min=2005-13-45",
     "?q=" + "x" * 101, "?vintage=never",
     "?vintage=9999-12-31T23:00:00%2B00:00", "?" + "&".join(["park_code=P1"] * 201),
     "?" + "x" * 500 + "=1", "?key=1", "?id__gt=0", "?batch__by=x", "?capital_cny.min=nan"],
)  # fmt: skip
def test_forged_addresses_are_refused_in_words(client: Client, query: str) -> None:
    answer = client.get(f"/records/firms/{query}")
    assert answer.status_code == 400, query
    assert "应为" in answer.content.decode()


def test_a_page_beyond_the_last_says_so(client: Client) -> None:
    answer = client.get("/records/firms/?page=1000000000")
    assert answer.status_code == 200
    assert "没有第1,000,000,000页" in answer.content.decode()


def test_texts_are_never_markup(client: Client) -> None:
    evil = '"><script>alert(1)</script>'
    registers.upsert(
        "firms",
        [{"credit_code": "91510100MA6CGHXX0T", "name": evil, "main_product": evil}],
        by=evil,
    )
    page = client.get("/records/firms/", {"q": "script"}).content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;" in page
    page = client.get("/records/firms/", {"q": evil}).content.decode()
    assert "<script>alert" not in page


def test_the_past_is_listed_as_it_was(client: Client) -> None:
    before = timezone.now()
    code = FIRMS[0]["credit_code"]
    registers.edit("firms", code, {"name": "改名后的公司"}, 1, by="张三")
    registers.delete("firms", FIRMS[1]["credit_code"], by="张三", reason="重复")
    assert titles(client, "?q=改名后") == ["改名后的公司"]
    then = f"?vintage={quote(before.isoformat())}"
    assert titles(client, f"{then}&q=改名后") == []
    page = client.get(f"/records/firms/{then}").content.decode()
    assert f"企业{len(FIRMS)}条" in page
    assert "不含其后的变更" in page
    assert f"企业{len(FIRMS) - 1}条" in client.get("/records/firms/").content.decode()


def test_before_anything_was_recorded(client: Client) -> None:
    page = client.get("/records/firms/?vintage=1999-12-31").content.decode()
    assert "之前没有任何记录入账" in page
    assert titles(client, "?vintage=1999-12-31") == []


def test_names_stand_beside_codes(client: Client) -> None:
    page = client.get("/records/firms/?area_code=A1").content.decode()
    assert next(a["name"] for a in AREAS if a["area_code"] == "A1") in page
    assert next(p["name"] for p in PARKS if p["park_code"] == "P1") in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_of_the_filtered_rows_imports_again_unchanged(
    client: Client, tmp_path: Path, kind: str
) -> None:
    query = "?industry_code=35&sort=-capital_cny"
    answer = client.get(f"/records/firms/rows.{kind}{query}")
    path = tmp_path / f"rows.{kind}"
    path.write_bytes(b"".join(answer.streaming_content))  # type: ignore[attr-defined]
    checked = check(path, "firms")
    assert len(checked.rejected) == 0
    found = registers.compare("firms", checked.frame.select(checked.said))
    wanted = [row for row in FIRMS if row["industry_code"].startswith("35")]
    assert (found.new.height, found.changed.height) == (0, 0)
    assert found.unchanged == len(wanted) > 1
    assert "no-store" in answer["Cache-Control"]


def test_an_unknown_format_is_no_page(client: Client) -> None:
    assert client.get("/records/firms/rows.exe").status_code == 404


def test_a_series_is_listed_from_the_lake(client: Client, tmp_path: Path, settings) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    codes = [row["credit_code"] for row in FIRMS[:40]]
    months = ["2025-01", "2025-02", "2025-03"]
    frame = pl.DataFrame(
        {
            "credit_code": [code for code in codes for _ in months],
            "period": months * len(codes),
            "revenue_cny": [float(n) * 10_000 for n in range(len(codes) * 3)],
        }
    )
    path = tmp_path / "months.parquet"
    write_table(frame, table("firm_month"), path)
    accept(check(path, "firm_month"), by="统计局")
    page = client.get("/records/firm_month/?period=2025-02&sort=-revenue_cny").content.decode()
    assert "企业月报120条，符合条件的40条" in page
    assert page.index(">118<") < page.index(">115<")
    assert (
        "符合条件的40条"
        in client.get(f"/records/firm_month/?q={codes[0][:9]}&period.min=2025-03").content.decode()
    )


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/records/firms/").status_code == 405
