"""Indicators for programs: JSON, SDMX-CSV, their structure; and the comparison page."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from xml.etree import ElementTree as Tree

import pytest
from tests.systems.indicators.conftest import People
from tests.systems.indicators.test_pages import text_of

from liantu.systems.indicators import sdmx

pytestmark = pytest.mark.django_db
VALUES = "/api/v1/indicators/above_scale_revenue/values"


def test_the_catalogue_is_listed_searched_and_paged(home: Path, people: People) -> None:
    client = people("reader")
    found = client.get("/api/v1/indicators?limit=2").json()
    assert found["count"] > 200
    assert len(found["items"]) == 2
    assert found["next"].endswith("offset=2")
    one = client.get("/api/v1/indicators?q=above_scale_revenue").json()["items"][0]
    assert one["id"] == "above_scale_revenue"
    assert client.get(one["href"]).json() == one
    assert client.get("/api/v1/indicators/none").status_code == 404


def test_values_by_group_and_period(returns: Path, people: People) -> None:
    client = people()
    found = client.get(VALUES + "?period=2024,2025&by=district").json()
    said = {(row["group"], row["period"]): row["value"] for row in found["items"]}
    assert said == {
        (None, "2024"): 120, (None, "2025"): pytest.approx(128.7),
        ("990102", "2024"): 36, ("990102", "2025"): pytest.approx(39.6),
        ("990103", "2024"): 84, ("990103", "2025"): pytest.approx(89.1),
    }  # fmt: skip
    page = client.get(VALUES + "?period=2024,2025&by=district&limit=1&offset=3").json()
    assert [(row["group"], row["period"]) for row in page["items"]] == [("990103", "2024")]
    assert page["count"] == 6


def test_the_same_values_are_sent_once(returns: Path, people: People) -> None:
    client = people()
    first = client.get(VALUES)
    again = client.get(VALUES, HTTP_IF_NONE_MATCH=first["ETag"])
    assert again.status_code == 304


def test_groups_of_others_are_withheld(returns: Path, people: People) -> None:
    found = people("district", "district:990102").get(VALUES + "?period=2025&by=district").json()
    said = {row["group"]: (row["value"], row["absence"], row["units"]) for row in found["items"]}
    assert said["990102"][0] == pytest.approx(39.6)
    assert said["990103"] == (None, "suppressed", None)


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("?by=weather", 400), ("?period=soon", 400), ("?as_of=soon", 400), ("?colour=red", 400),
        ("?period=2025-06T", 200), ("?as_of=2001-01-01", 200),
    ],
)  # fmt: skip
def test_parameters_are_checked(returns: Path, people: People, query: str, status: int) -> None:
    assert people().get(VALUES + query).status_code == status


def test_what_no_record_yields_says_so(home: Path, people: People) -> None:
    answer = people().get("/api/v1/indicators/above_scale_value_added_growth/values")
    assert answer.status_code in (404, 409, 422)
    assert "没有公式" in answer.json()["detail"]


def test_sdmx_values_are_of_the_declared_structure(returns: Path, people: People) -> None:
    client = people()
    text = client.get(VALUES + ".sdmx.csv?period=2025,2025Q4,2025-12T&by=district").content.decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 9
    year = next(row for row in rows if row["TIME_PERIOD"] == "2025" and row["GROUP"] == "990103")
    assert (year["FREQ"], year["REF_AREA"], year["BREAKDOWN"]) == ("A", "990103", "district")
    assert float(year["OBS_VALUE"]) == pytest.approx(89.1)
    assert {row["TIME_PERIOD"] for row in rows} == {"2025", "2025-Q4", "2025-12"}
    keys = {tuple(row[name] for name in (*sdmx.DIMENSIONS, sdmx.TIME)) for row in rows}
    assert len(keys) == len(rows)

    body = Tree.fromstring(client.get("/api/v1/indicators/structure.xml").content)
    space = {"s": "http://www.sdmx.org/resources/sdmxml/schemas/v2_1/structure"}
    dimensions = [one.get("id") for one in body.iterfind(".//s:Dimension", space)]
    attributes = [one.get("id") for one in body.iterfind(".//s:Attribute", space)]
    assert dimensions == list(sdmx.DIMENSIONS)
    assert set(rows[0]) == {"STRUCTURE", "STRUCTURE_ID", "ACTION", *dimensions, "TIME_PERIOD",
                            "OBS_VALUE", *attributes}  # fmt: skip
    codes = {
        lists.get("id"): {code.get("id") for code in lists.iterfind("s:Code", space)}
        for lists in body.iterfind(".//s:Codelist", space)
    }
    for row in rows:
        for name, known in codes.items():
            assert row[str(name).removeprefix("CL_")] in known


def test_several_are_compared_in_one_table(returns: Path, people: People) -> None:
    client = people()
    address = "?m=above_scale_revenue,above_scale_margin&period=2024,2025&by=district"
    text = text_of(client.get("/indicators/compare/" + address).content)
    # Profit is a tenth of revenue everywhere.
    assert re.search(r"全市 120.00 128.70 10 10", text)
    assert re.search(r"东区 36.00 39.60 10 10", text)
    file = b"".join(client.get("/indicators/compare/values.csv" + address)).decode()  # type: ignore[arg-type]
    rows = list(csv.DictReader(io.StringIO(file.lstrip("\ufeff"))))
    assert len(rows) == 12
    assert {row["期间"] for row in rows} == {"2024", "2025"}


def test_a_comparison_asks_for_what_it_lacks(returns: Path, people: People) -> None:
    client = people()
    assert "选二至6项指标" in text_of(client.get("/indicators/compare/").content)
    assert client.get("/indicators/compare/values.csv").status_code == 400
    assert client.get("/indicators/compare/?m=none").status_code == 404
    many = "&".join(f"m=m{n}" for n in range(7))
    assert client.get(f"/indicators/compare/?{many}").status_code == 400
    needed = "/indicators/compare/?m=above_scale_value_added_growth"
    assert client.get(needed).status_code == 400
