"""What programs read: the same rows as pages, as of the same moments, told by problems alike."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import polars as pl
import pytest
from django.test import Client
from django.utils import timezone
from tests.web.registers.data import FIRMS, code

from liantu.plan.package import PlanPackage
from liantu.records import intake, registers
from liantu.records.accept import accept
from liantu.records.doors import check
from liantu.records.figures.observations_file import read_observations
from liantu.records.ledger import observations
from liantu.records.tables.declared import load_tables, table
from liantu.web.pages.registers.rows import slice_of

from .conftest import Program, problem_of

pytestmark = pytest.mark.django_db
FIRM_LIST = "/registers/firms/records"


def keys(program: Program, query: str = "") -> list[str]:
    return [row["key"] for row in program.json(f"{FIRM_LIST}{query}")["items"]]


def page_titles(client: Client, query: str) -> list[str]:
    page = client.get(f"/records/firms/{query}").content.decode()
    return re.findall(r'<th scope="row"><a href="[^"]*">([^<]*)</a>', page)


# Tables -----------------------------------------------------------------------------------------


def test_every_table_is_declared_with_the_unit_of_its_figures(program: Program) -> None:
    listed = program.json("/tables?limit=500")
    assert [one["id"] for one in listed["items"]] == list(load_tables())
    capital = {one["name"]: one for one in program.json("/tables/firms")["columns"]}["capital_cny"]
    assert (capital["unit"], capital["zh"]) == ("元", table("firms")["capital_cny"].zh)
    problem_of(program.get("/tables/none"), 404)


# Lists ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    ["", "?state=open", "?park_code=~", "?q=轴承", "?sort=-established_on", "?area_code=A0",
     "?established_on.max=2005-01-01&sort=name", "?q=齿轮&state=closed&sort=-name"],
)  # fmt: skip
def test_a_list_is_the_list_of_the_page(
    program: Program, registers_filled: None, client: Client, query: str
) -> None:
    joined = f"{query}{'&' if query else '?'}limit=50"
    found = program.json(FIRM_LIST + joined)
    assert [row["values"]["name"] for row in found["items"]] == page_titles(client, query)
    assert found["held"] == len(FIRMS)
    assert not found["synthetic"]


def test_figures_are_asked_and_answered_in_the_stored_unit(
    program: Program, registers_filled: None
) -> None:
    found = program.json(f"{FIRM_LIST}?capital_cny.min=5000000&limit=500")
    wanted = {f["credit_code"]: f["capital_cny"] for f in FIRMS if (f["capital_cny"] or 0) >= 5e6}
    assert {r["key"]: r["values"]["capital_cny"] for r in found["items"]} == wanted


def test_pages_neither_overlap_nor_leave_gaps(program: Program, registers_filled: None) -> None:
    path, seen = f"{FIRM_LIST}?sort=capital_cny&limit=37", []
    while path:
        found = program.get(path)
        body = json.loads(found.content)
        seen += [row["key"] for row in body["items"]]
        following = body["next"]
        assert (following is not None) == ('rel="next"' in found.headers.get("Link", ""))
        path = following
    assert len(seen) == len(set(seen)) == len(FIRMS)


@pytest.mark.parametrize(
    "query",
    ["?limit=0", "?limit=501", "?limit=x", "?limit=1.5", "?offset=-1", "?offset=99999999999999999",
     "?none=1", "?page=2", "?density=dense", "?sort=none", "?sort=id", "?columns=none",
     "?capital_cny.min=x", "?capital_cny.most=1", "?state=none", "?name=x", "?as_of=x",
     "?vintage=1999-99-99", "?limit=1&limit=2", "?q=" + "x" * 101, "?q=%00", "?state=%00"],
)  # fmt: skip
def test_what_is_not_understood_is_named(
    program: Program, registers_filled: None, query: str
) -> None:
    problem_of(program.get(FIRM_LIST + query), 400)


@pytest.mark.parametrize(
    "path",
    ["/registers/none/records", "/registers/firm_month/records", "/series/firms/rows",
     "/registers/firms/records/none", "/registers/firms/records/none/history",
     "/series/firm_month/rows/x", "/series/firm_month/rows/x|2025-01",
     "/series/firm_month/rows/x|y",
     "/registers/firms/records/" + "9" * 400, "/targets/none", "/plan/clauses/none", "/batches/99",
     "/editions/quarterly/9", "/editions/none/9", "/imports/none", "/geojson/firms", "/none",
     FIRM_LIST + "?vintage=99"],
)  # fmt: skip
def test_what_is_not_there_is_404(
    program: Program, registers_filled: None, city: PlanPackage, path: str
) -> None:
    problem_of(program.get(path), 404)


def test_an_unknown_parameter_is_an_error_everywhere(
    program: Program, registers_filled: None, city: PlanPackage
) -> None:
    from liantu.web.api.document import document

    for path, methods in document()["paths"].items():
        if "get" not in methods or "{" in path:
            continue
        problem_of(program.get(f"{path}?nonsense=1"), 400)


# One record -------------------------------------------------------------------------------------


def test_a_record_says_all_its_cells_and_where_they_came_from(
    program: Program, registers_filled: None
) -> None:
    found = program.json(f"{FIRM_LIST}/{code(7)}")
    stored = next(one for one in FIRMS if one["credit_code"] == code(7))
    assert found["key"] == code(7)
    assert found["version"] == 1
    assert found["values"]["established_on"] == stored["established_on"].isoformat()
    assert {n: v for n, v in found["values"].items() if n in stored and n != "established_on"} == {
        n: v for n, v in stored.items() if n != "established_on"
    }
    assert "统计局" in found["told_zh"]


def test_the_past_of_records_is_that_of_pages(
    program: Program, registers_filled: None, client: Client
) -> None:
    before = (timezone.localdate() - timedelta(days=1)).isoformat()
    registers.edit("firms", code(3), {"name": "新名有限公司"}, 1, "统计局")
    today = timezone.localtime().isoformat()
    for name in ("as_of", "vintage"):
        problem_of(program.get(f"{FIRM_LIST}/{code(3)}?{name}={before}"), 404)
        assert keys(program, f"?{name}={before}") == []
        assert page_titles(client, f"?{name}={before}") == []
        found = program.json(f"{FIRM_LIST}?{name}={quote(today)}&q=新名")
        assert [row["key"] for row in found["items"]] == [code(3)]
    # Where both are named the earlier counts, as on pages.
    assert keys(program, f"?as_of={before}&vintage={quote(today)}") == []


def test_a_history_is_paged_and_says_who_changed_what(
    program: Program, registers_filled: None
) -> None:
    registers.edit("firms", code(3), {"name": "新名有限公司"}, 1, "李四", "改名")
    found = program.json(f"{FIRM_LIST}/{code(3)}/history?limit=1&offset=1")
    assert found["count"] == 2
    (change,) = found["items"]
    assert (change["by"], change["reason"], change["version"]) == ("李四", "改名", 2)
    assert change["changes"]["name"]["after"] == "新名有限公司"


def test_keys_of_several_columns_and_odd_characters_have_one_address(program: Program) -> None:
    odd = {"park_code": "P-1", "system_version": "2021|a/b\\c", "name": "怪"}
    key = registers.add("parks", odd, "试")
    (row,) = program.json("/registers/parks/records")["items"]
    assert row["key"] == key
    assert program.json(row["href"])["values"]["system_version"] == "2021|a/b\\c"
    assert program.json(f"{row['href']}/history")["count"] == 1


# Series -----------------------------------------------------------------------------------------


@pytest.fixture
def months(registers_filled: None, tmp_path: Path) -> None:
    rows = [f"{code(n)},2025-0{m},{n * 10 + m}" for n in range(1, 6) for m in (1, 2)]
    path = tmp_path / "a.csv"
    path.write_text("统一社会信用代码,月份,营业收入（万元）\n" + "\n".join(rows), encoding="utf-8")
    assert accept(check(path, "firm_month"), "统计局").rejected == 0


def test_series_are_listed_read_and_told(program: Program, months: None) -> None:
    found = program.json("/series/firm_month/rows?sort=-revenue_cny&limit=3")
    assert [row["values"]["revenue_cny"] for row in found["items"]] == [520000, 510000, 420000]
    row = program.json(found["items"][0]["href"])
    assert row["key"] == f"{code(5)}|2025-02"
    assert row["version"] is None
    assert row["batch"]
    history = program.json(found["items"][0]["href"] + "/history")
    assert history["count"] == 1
    assert history["items"][0]["by"] == "统计局"
    filtered = program.json(f"/series/firm_month/rows?credit_code={code(2)}&period.min=2025-02")
    assert [one["key"] for one in filtered["items"]] == [f"{code(2)}|2025-02"]


# Figures ----------------------------------------------------------------------------------------


def test_sdmx_csv_goes_out_and_comes_in_unchanged(
    program: Program, city: PlanPackage, tmp_path: Path
) -> None:
    found = program.get("/observations/sdmx.csv")
    assert found.headers["Content-Type"].startswith("application/vnd.sdmx.data+csv")
    path = tmp_path / "observations.sdmx.csv"
    path.write_bytes(found.content)
    read = read_observations(path)
    assert not read.rejected
    plain = [{**vars(one), "row": 0} for one in observations()]
    assert [{**vars(one), "row": 0} for one in read.observations] == plain
    frame = pl.read_csv(path, infer_schema_length=0)
    assert frame.columns[:3] == ["STRUCTURE", "STRUCTURE_ID", "ACTION"]
    keyed = ["FREQ", "REF_AREA", "INDICATOR", "OBS_SOURCE", "TIME_PERIOD"]
    assert not frame.select(keyed).is_duplicated().any()
    assert program.json("/observations?limit=500")["count"] == frame.height


def test_figures_are_filtered_as_on_the_page_of_sources(
    program: Program, city: PlanPackage, client: Client
) -> None:
    for query in ("mapping=mapped", "mapping=unmapped", "trust=press", "q=产值"):
        count = program.json(f"/observations?{query}")["count"]
        page = client.get(f"/sources/?{query}")
        assert page.context["count"] == count
    problem_of(program.get("/observations?trust=none"), 400)


# Outlines ---------------------------------------------------------------------------------------

SQUARE = {"type": "Polygon", "coordinates": [[[104, 30], [104.1, 30], [104.1, 30.1], [104, 30]]]}


def test_geojson_goes_out_and_comes_in_unchanged(
    program: Program, registers_filled: None, tmp_path: Path
) -> None:
    drawn = json.dumps(SQUARE, separators=(",", ":"))
    registers.edit(
        "areas",
        "A1|2000-01-01",
        {"boundary": drawn},
        1,
        "规自局",
    )
    for table_id in ("areas", "parks", "parcels"):
        found = program.get(f"/geojson/{table_id}")
        assert found.headers["Content-Type"] == "application/geo+json"
        whole = json.loads(found.content)
        assert len(whole["features"]) == registers.at(table_id).count()
        if not whole["features"]:
            continue
        path = tmp_path / f"{table_id}.geojson"
        path.write_bytes(found.content)
        prepared = intake.prepare(path, table_id)
        assert len(prepared.checked.rejected) == 0, list(prepared.checked.rejected)
        counts = prepared.preview.counts
        assert (counts["new"], counts["changed"]) == (0, 0), counts
    found = program.get("/geojson/areas?level=district")
    features = json.loads(found.content)["features"]
    assert [one["geometry"] is not None for one in features] == [True, False]


# Targets, plan, papers ---------------------------------------------------------------------------


def test_targets_are_those_of_the_page_on_the_same_day(
    program: Program, city: PlanPackage, client: Client
) -> None:
    for query in ("?as_of=2025-12-31", "?as_of=2023-12-31", "?light=unknown", "?sort=-year", ""):
        page = client.get(f"/targets/{query}")
        rows = page.context["rows"]
        found = program.json(f"/targets{query}{'&' if query else '?'}limit=500")
        assert [one["target"]["id"] for one in found["items"]] == [row.target.id for row in rows]
        assert [one["state"]["light"] for one in found["items"]] == [r.state.light for r in rows]
        assert found["as_of"] == page.context["moment"].as_of.isoformat()
    one = program.json(f"{found['items'][0]['href']}?as_of=2025-12-31")
    assert one["state"]["detail"]["steps"] is not None
    assert one["vintage"] == found["vintage"]
    problem_of(program.get("/targets?as_of=x"), 400)
    problem_of(program.get("/targets?light=x"), 400)


def test_clauses_are_read_with_their_text(
    program: Program, city: PlanPackage, plan_words: str
) -> None:
    plan = program.json("/plan")
    listed = program.json("/plan/clauses?limit=500")
    assert listed["count"] == plan["counts"]["clauses"] == len(city.clauses)
    one = program.json(listed["items"][1]["href"])
    assert one["text"] == plan_words[one["start"] : one["end"]]
    assert program.json("/plan/findings?limit=1")["limit"] == 1


def test_without_a_plan_there_is_none(program: Program) -> None:
    for path in ("/plan", "/targets", "/plan/clauses"):
        problem_of(program.get(path), 404)


# Batches and quality -----------------------------------------------------------------------------


def test_batches_and_rows_sent_back(
    program: Program, registers_filled: None, tmp_path: Path
) -> None:
    path = tmp_path / "b.csv"
    path.write_text(
        "园区代码,季度,从业人员（人）\nP1,2025Q1,12\nP9,2025Q1,很多\n", encoding="utf-8"
    )
    receipt = accept(check(path, "park_quarter"), "统计局")
    assert receipt.rejected == 1
    (batch,) = program.json("/batches?table=park_quarter")["items"]
    assert (batch["accepted"], batch["rejected"], batch["by"]) == (1, 1, "统计局")
    (row,) = program.json(f"{batch['href']}/rejected")["items"]
    assert row["cells"]["园区代码"] == "P9"
    assert row["faults"]
    assert row["mended_in"] is None
    assert row["faults"][0]["expected"]["zh"]
    assert program.json("/batches?as_of=2000-01-01")["count"] == 0
    problem_of(program.get("/batches?table=none"), 400)


def test_quality_is_that_of_the_page(
    program: Program, registers_filled: None, client: Client
) -> None:
    found = program.json("/quality?as_of=2025-12-31")
    page = client.get("/records/quality/?as_of=2025-12-31")
    assert found["sentence_zh"] in page.content.decode().replace("&quot;", '"')
    counts = {one["table"]: one["counts"] for one in found["items"]}
    assert counts["firms"]["records"] == len(FIRMS)
    rows = program.json("/quality/rows?list=wrong&table=firms&limit=2&as_of=2025-12-31")
    assert rows["name"] == "wrong"
    assert len(rows["items"]) <= 2
    problem_of(program.get("/quality/rows?list=none"), 400)


# Conditional requests ----------------------------------------------------------------------------


def test_what_has_not_changed_is_304(program: Program, registers_filled: None) -> None:
    for path in (FIRM_LIST, f"{FIRM_LIST}/{code(3)}", "/tables", "/geojson/areas"):
        first = program.get(path)
        tag = first.headers["ETag"]
        assert re.fullmatch(r'"[0-9a-f-]+"', tag)
        assert first.headers["Cache-Control"] == "private, no-cache"
        again = program.get(path, if_none_match=tag)
        assert again.status_code == 304
        assert again.content == b""
        assert again.headers["ETag"] == tag
        assert program.get(path, if_none_match='"other"').status_code == 200
    before = program.get(f"{FIRM_LIST}/{code(3)}").headers["ETag"]
    registers.edit("firms", code(3), {"name": "新名"}, 1, "统计局")
    after = program.get(f"{FIRM_LIST}/{code(3)}", if_none_match=before)
    assert after.status_code == 200
    assert after.headers["ETag"].startswith('"2-')


def test_head_is_answered_and_other_methods_are_named(
    program: Program, registers_filled: None
) -> None:
    found = program.call("HEAD", FIRM_LIST)
    assert found.status_code == 200
    assert found.headers["ETag"]
    refused = program.call("PUT", FIRM_LIST)
    problem_of(refused, 405)
    assert "GET" in refused.headers["Allow"]


def test_slices_start_where_they_are_asked_to(registers_filled: None) -> None:
    from django.http import QueryDict

    from liantu.web.pages.registers.asked import read_asked
    from liantu.web.pages.registers.rows import sortable

    asked = read_asked(table("firms"), QueryDict("sort=credit_code"), sortable(table("firms")))
    found: list[Any] = slice_of(asked, 13, 4).rows
    assert [row["key"] for row in found] == sorted(f["credit_code"] for f in FIRMS)[13:17]
