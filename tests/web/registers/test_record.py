"""One record: its cells and what belongs to it; awkward keys; deleted, merged and past records."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import polars as pl
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.doors.writing import write_table
from liantu.records.tables.declared import table

from .data import FIRMS, code, fill

pytestmark = pytest.mark.django_db
FIRST, SECOND = FIRMS[1]["credit_code"], FIRMS[2]["credit_code"]
SQUARE = {"type": "Polygon", "coordinates": [[[104, 30], [104.2, 30], [104.2, 30.2], [104, 30]]]}
PLOT = {
    "type": "Polygon",
    "coordinates": [[[104.15, 30.05], [104.152, 30.05], [104.152, 30.052], [104.15, 30.05]]],
}


@pytest.fixture(autouse=True)
def _filled(db: None) -> None:
    fill()


def page(client: Client, table_id: str, key: str, query: str = "") -> str:
    answer = client.get(reverse("record", args=(table_id, key)) + query)
    assert answer.status_code == 200, answer.content.decode()
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    return answer.content.decode()


def test_a_firm_shows_its_cells_with_units_meaning_and_origin(client: Client) -> None:
    text = page(client, "firms", FIRST)
    assert FIRMS[1]["name"] in text
    assert "万元" in text
    assert "GB 32100 十八位代码" in text
    assert "统计局" in text


def test_what_points_to_a_firm_stands_on_its_page(client: Client) -> None:
    names = {row["credit_code"]: row["name"] for row in FIRMS}
    registers.upsert(
        "products",
        [{"credit_code": FIRST, "product": "滚珠轴承", "year": 2024, "revenue_share": 0.6}],
        by="张",
    )
    registers.upsert(
        "supply_links",
        [{"supplier_code": FIRST, "supplier_name": names[FIRST], "buyer_code": SECOND,
          "buyer_name": names[SECOND], "product": "轴承座"}],
        by="张",
    )  # fmt: skip
    seller, buyer = page(client, "firms", FIRST), page(client, "firms", SECOND)
    assert "滚珠轴承" in seller
    assert "供方信用代码" in seller
    assert names[SECOND] in seller
    assert "需方信用代码" in buyer
    assert names[FIRST] in buyer


def test_figures_of_the_series_are_drawn_and_listed(
    client: Client, tmp_path: Path, settings
) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    frame = pl.DataFrame({"credit_code": [FIRST] * 3, "period": ["2025-01", "2025-02", "2025-04"],
                          "revenue_cny": [1e6, 2e6, 4e6], "tax_cny": [1e4, None, 3e4]})  # fmt: skip
    path = tmp_path / "months.parquet"
    write_table(frame, table("firm_month"), path)
    accept(check(path, "firm_month"), by="统计局")
    answer = client.get(reverse("record", args=("firms", FIRST)))
    chart = answer.context["series"][0].chart
    assert [point["value"] for point in chart["points"]] == [100, 200, 400]
    assert [round(point["year"], 3) for point in chart["points"]] == [2025.042, 2025.125, 2025.292]
    text = answer.content.decode()
    assert "2025-04" in text
    assert 'data-chart="chart-firm_month"' in text
    taxed = client.get(reverse("record", args=("firms", FIRST)) + "?measure=tax_cny")
    assert [p["value"] for p in taxed.context["series"][0].chart["points"]] == [1, 3]


def test_figures_of_a_merged_key_are_neither_added_nor_mixed(
    client: Client, tmp_path: Path, settings
) -> None:  # type: ignore[no-untyped-def]
    settings.HOME = tmp_path
    frame = pl.DataFrame(
        {"credit_code": [FIRST, FIRST, SECOND, SECOND], "revenue_cny": [1e6, 2e6, 7e6, 8e6],
         "period": ["2025-01", "2025-02", "2025-02", "2025-03"]}
    )  # fmt: skip
    path = tmp_path / "months.parquet"
    write_table(frame, table("firm_month"), path)
    accept(check(path, "firm_month"), by="统计局")
    registers.merge("firms", FIRST, SECOND, by="李四", reason="重复登记")
    item = client.get(reverse("record", args=("firms", FIRST))).context["series"][0]
    drawn = {point["period"]: point["value"] for point in item.chart["points"]}
    assert drawn == {"2025-01": 100, "2025-02": 200, "2025-03": 800}
    assert item.doubled == 1


def test_a_parcel_is_drawn_in_its_district(client: Client) -> None:
    registers.upsert(
        "areas",
        [{"area_code": "A9", "valid_from": date(2000, 1, 1), "name": "南区", "level": "district",
          "boundary": json.dumps(SQUARE)}],
        by="民政局",
    )  # fmt: skip
    plot = {"parcel_code": "A9-001", "area_code": "A9", "land_mu": 30.0, "use": "industrial"}
    registers.upsert("parcels", [{**plot, "boundary": json.dumps(PLOT)}], by="自然资源局")
    text = page(client, "parcels", "A9-001")
    assert text.count('<svg class="map"') == 2
    assert "审图号" in text
    assert "南区" in text


@pytest.mark.parametrize(
    "boundary",
    ['{"type": "Polygon", "coordinates": "x"}', '{"type":"Polygon","coordinates":[[]]}', "{",
     '{"type":"Polygon","coordinates":[[[1e9,0],[0,1],[1,1],[1e9,0]]]}',
     '{"type":"GeometryCollection","geometries":[{"type":"Point","coordinates":[104,30]}]}',
     '{"type":"Polygon","coordinates":[[[104,30],[104,30],[104,30],[104,30]]]}',
     '{"type":"Point","coordinates":[]}', '{"type":"Polygon","coordinates":[[[null,1]]]}'],
)  # fmt: skip
def test_a_damaged_boundary_is_said_and_breaks_nothing(client: Client, boundary: str) -> None:
    plot = {"parcel_code": "A1-001", "area_code": "A1", "land_mu": 30.0, "use": "industrial"}
    registers.upsert("parcels", [{**plot, "boundary": boundary}], by="自然资源局")
    assert "不是可绘制的图形" in page(client, "parcels", "A1-001")


def test_outlines_that_cross_themselves_are_drawn(client: Client) -> None:
    def bow(east: float, side: float) -> str:
        ring = [[0, 0], [1, 1], [1, 0], [0, 1], [0, 0]]
        corners = [[east + side * x, 30.05 + side * y, 500.0] for x, y in ring]
        return json.dumps({"type": "Polygon", "coordinates": [corners]})

    registers.upsert(
        "areas",
        [{"area_code": "A9", "valid_from": date(2000, 1, 1), "name": "南区", "level": "district",
          "boundary": bow(104.1, 0.1)}],
        by="民政局",
    )  # fmt: skip
    plots = [
        {"parcel_code": f"A9-{n}", "area_code": "A9", "land_mu": 30.0, "use": "industrial",
         "boundary": bow(104.15 + n / 1000, 0.002)}
        for n in range(3)
    ]  # fmt: skip
    plots[2]["boundary"] = str(plots[2]["boundary"]) + " " * 20_000  # left out, being huge
    registers.upsert("parcels", plots, by="自然资源局")
    answer = client.get(reverse("record", args=("parcels", "A9-0")))
    close = next(p for p in answer.context["map"].pictures if p.name == "close")
    assert [shape.kind for shape in close.shapes].count("other") == 1
    assert answer.content.decode().count('<svg class="map"') == 2


@pytest.mark.parametrize(
    "product",
    [
        "轴承/座",
        "100% 棉",
        '"引号"',
        "a'b",
        "..",
        "new",
        "<b>粗</b>",
        "a?b#c",
        "x" * 3900,
        "a|b\\c",
    ],
)  # fmt: skip
def test_awkward_keys_have_pages(client: Client, product: str) -> None:
    registers.upsert(
        "products", [{"credit_code": FIRST, "product": product, "year": 2024}], by="张"
    )
    key = registers.at("products").get().key
    for name in ("record", "record-edit", "record-history", "record-delete"):
        answer = client.get(reverse(name, args=("products", key)))
        assert answer.status_code == 200, (name, answer.content.decode())
        assert "<b>粗" not in answer.content.decode()
    listed = client.get("/records/products/").content.decode()
    assert reverse("record", args=("products", key)) in listed


def test_texts_are_never_markup(client: Client) -> None:
    evil = '</script><img src=x onerror=alert(1)>"'
    texts = {"name": evil, "former_names": evil, "address": evil, "main_product": evil}
    registers.edit("firms", FIRST, texts, 1, by=evil, reason=evil)
    for name in ("record", "record-edit", "record-history", "record-delete"):
        text = client.get(reverse(name, args=("firms", FIRST))).content.decode()
        assert "<img src=x" not in text, name
    merging = client.get(reverse("record-merge", args=("firms",)), {"keep": FIRST, "drop": SECOND})
    assert "<img src=x" not in merging.content.decode()
    asked = client.get("/records/firms/merge/", {"keep": evil, "drop": evil}).content.decode()
    assert "<img src=x" not in asked


def test_a_merged_key_leads_to_the_record_kept_and_says_so(client: Client) -> None:
    registers.merge("firms", FIRST, SECOND, by="李四", reason="重复登记")
    answer = client.get(reverse("record", args=("firms", SECOND)))
    assert answer.status_code == 302
    text = client.get(answer["Location"]).content.decode()
    assert "并入本条" in text
    assert "重复登记" in text
    assert SECOND in text
    forged = client.get(reverse("record", args=("firms", FIRST)), {"from": FIRMS[5]["credit_code"]})
    assert forged.context["came_from"] is None


def test_a_deleted_record_says_who_and_why_and_is_not_edited(client: Client) -> None:
    registers.delete("firms", FIRST, by="王五", reason="误录")
    text = page(client, "firms", FIRST)
    assert "王五" in text
    assert "误录" in text
    assert client.get(reverse("record-edit", args=("firms", FIRST))).status_code == 400


def test_the_past_is_shown_as_it_was_and_cannot_be_edited(client: Client) -> None:
    before = timezone.now()
    registers.edit("firms", FIRST, {"name": "新名公司"}, 1, by="张三")
    then = client.get(reverse("record", args=("firms", FIRST)), {"vintage": before.isoformat()})
    text = then.content.decode()
    assert FIRMS[1]["name"] in text
    assert "新名公司" not in text
    assert reverse("record-edit", args=("firms", FIRST)) not in text


def test_before_it_was_filed_there_is_no_record_and_the_page_says_since_when(
    client: Client,
) -> None:
    answer = client.get(reverse("record", args=("firms", FIRST)), {"vintage": "2001-01-01"})
    assert answer.status_code == 404
    assert "最早由 统计局" in answer.content.decode()


def test_codes_of_parks_and_areas_lead_to_their_latest_record(client: Client) -> None:
    answer = client.get("/records/parks/code/P1/")
    assert answer["Location"] == reverse("record", args=("parks", "P1|2021"))
    assert client.get("/records/parks/code/nothing/").status_code == 404


def test_warnings_of_a_record_are_shown_in_the_words_of_its_checks(client: Client) -> None:
    registers.upsert(
        "firms", [{"credit_code": FIRST, "name": "甲", "kind": "site", "state": "open"}], by="张"
    )
    assert "产业活动单位未填所属法人（" in page(client, "firms", FIRST)


def test_unknown_records_are_named(client: Client) -> None:
    answer = client.get("/records/firms/nothing/")
    assert answer.status_code == 404
    assert "nothing" in answer.content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    for name in ("record", "record-history"):
        assert client.post(reverse(name, args=("firms", FIRST))).status_code == 405


@pytest.mark.parametrize(
    "address",
    ["/records/firms/~0~/", "/records/firms/~0~/edit/", "/records/firms/merge/?keep=%00&drop=a",
     "/records/firms/?area_code=%00", "/records/firms/?q=%00", "/records/firms/?vintage=%00",
     "/records/parks/code/~0~/", "/records/firms/?sort=%00", "/records/firms/rows.csv?q=%00"],
)  # fmt: skip
def test_null_characters_are_refused_before_the_database_is(client: Client, address: str) -> None:
    assert client.get(address).status_code in (400, 404)


def test_all_rows_of_a_record_with_many_merged_keys_are_a_link_away(client: Client) -> None:
    others = [code(10_000 + n) for n in range(230)]
    registers.upsert("firms", [{"credit_code": one, "name": f"旧{one}"} for one in others], by="张")
    rows = [{"credit_code": one, "product": "轴承", "year": 2024} for one in (FIRST, *others)]
    registers.upsert("products", rows, by="张")
    registers.upsert("products", [{**rows[0], "credit_code": SECOND}], by="张")
    for one in others:
        registers.merge("firms", FIRST, one, by="张", reason="同一企业")

    (group,) = (g for g in client.get(reverse("record", args=("firms", FIRST))).context["groups"]
                if g.table.id == "products")  # fmt: skip
    assert group.count == 231
    assert len(group.every) < 200
    listed = client.get(group.every)
    assert listed.status_code == 200
    assert listed.context["count"] == 231


def test_a_code_that_is_whole_is_that_record_alone(client: Client) -> None:
    registers.upsert("chains", [{"chain_id": c, "name": c} for c in ("ic", "ic2")], by="张")
    rows = [
        {"credit_code": FIRST, "product": c, "year": 2024, "chain_id": c} for c in ("ic", "ic2")
    ]
    registers.upsert("products", rows, by="张")
    assert client.get("/records/products/?chain_id=ic").context["count"] == 1
    assert client.get("/records/products/?chain_id=i").context["count"] == 2
