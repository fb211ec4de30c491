"""The list of targets, one target, and the files behind them."""

from __future__ import annotations

import csv
import html
import io
import json
import re
from datetime import date
from pathlib import Path

import fastexcel
import pytest
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.plan.store import TARGET_COLUMNS, targets_csv
from liantu.records.figures.observations_file import read_observations
from liantu.records.ledger import load_plan, observations
from liantu.systems.targets.board import board

pytestmark = pytest.mark.django_db
MARK = "\ufeff"


def rows_of(page: str) -> int:
    return page.count("<tr data-href")


def test_list_holds_every_target(client: Client, city: PlanPackage) -> None:
    assert rows_of(client.get("/targets/").content.decode()) == len(city.targets)


@pytest.mark.parametrize("light", ["done", "unknown"])
def test_filter_by_light(client: Client, city: PlanPackage, light: str) -> None:
    wanted = sum(state.light == light for state in board(date(2025, 12, 31)).states)
    assert wanted > 0
    assert rows_of(client.get(f"/targets/?light={light}").content.decode()) == wanted


def test_search_narrows_and_is_escaped(client: Client, city: PlanPackage) -> None:
    page = client.get("/targets/", {"q": "绿色工厂"}).content.decode()
    assert rows_of(page) == 1
    attack = '"><script>alert(1)</script>'
    page = client.get("/targets/", {"q": attack}).content.decode()
    assert "<script>alert" not in page
    assert rows_of(page) == 0


def test_sort_turns_round_and_keeps_filters(client: Client, city: PlanPackage) -> None:
    forward = client.get("/targets/?sort=name&light=unknown").content.decode()
    backward = client.get("/targets/?sort=-name&light=unknown").content.decode()
    names = re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', forward)
    assert names == list(
        reversed(re.findall(r'<th scope="row"><a href="[^"]+">([^<]+)</a>', backward))
    )
    assert names == sorted(names)
    assert "light=unknown&amp;sort=-name" in forward


@pytest.mark.parametrize(
    "query", ["light=green", "sort=drop", "columns=secret", "sort=-", "as_of=x"]
)
def test_unknown_parameter_is_a_400(client: Client, city: PlanPackage, query: str) -> None:
    assert client.get(f"/targets/?{query}").status_code == 400


def test_columns_come_from_the_address(client: Client, city: PlanPackage) -> None:
    page = client.get("/targets/?columns=id,light").content.decode()
    head = page.split("<thead>")[1].split("</thead>")[0]
    shown = re.findall(r'data-col="(\w+)"(?![^>]*hidden)', head)
    assert shown == ["id", "light"]


def test_targets_file_is_what_compiling_writes(client: Client, city: PlanPackage) -> None:
    sent = client.get("/targets/file/targets.csv").content.decode()
    assert sent == targets_csv(city)
    assert next(csv.reader(io.StringIO(sent))) == list(TARGET_COLUMNS)


def test_targets_sheet_holds_the_same_cells(client: Client, city: PlanPackage) -> None:
    sheet = fastexcel.read_excel(client.get("/targets/file/targets.xlsx").content).load_sheet(0)
    frame = sheet.to_polars()
    assert frame.columns == list(TARGET_COLUMNS)
    assert frame["id"].to_list() == [target.id for target in city.targets]
    assert frame["low"].to_list() == [target.low for target in city.targets]


def test_states_file_follows_the_filter(client: Client, city: PlanPackage) -> None:
    whole = client.get("/targets/file/states.csv").content.decode()
    some = client.get("/targets/file/states.csv?light=unknown").content.decode()
    assert whole.startswith(MARK)
    assert len(list(csv.reader(io.StringIO(whole)))) == len(city.targets) + 1
    assert 1 < len(list(csv.reader(io.StringIO(some)))) < len(city.targets)


def test_a_formula_is_text_in_every_download(
    client: Client, db: None, package: PlanPackage
) -> None:
    poisoned = package.targets[0].model_copy(update={"indicator": "=cmd|'/c calc'!A1"})
    load_plan(package.model_copy(update={"targets": (poisoned, *package.targets[1:])}))
    for name in ("targets.csv", "states.csv"):
        sent = client.get(f"/targets/file/{name}").content.decode()
        cells = [cell for row in csv.reader(io.StringIO(sent)) for cell in row]
        assert any("=cmd" in cell for cell in cells)
        # The comparator of a target is a lone "=": no formula, and part of the format.
        assert not any(cell.startswith("=") and cell != "=" for cell in cells)
    book = client.get("/targets/file/states.xlsx").content
    assert b"<f>" not in book


@pytest.mark.parametrize("kind", ["exe", "csv.bak", "py"])
def test_no_other_kind_of_file(client: Client, city: PlanPackage, kind: str) -> None:
    assert client.get(f"/targets/file/targets.{kind}").status_code == 404


def test_every_target_has_its_page_in_both_languages(client: Client, city: PlanPackage) -> None:
    for language in ("zh-hans", "en"):
        client.cookies["liantu_language"] = language
        for target in city.targets:
            response = client.get(f"/targets/{target.id}/")
            assert response.status_code == 200, target.id
            assert target.id in response.content.decode()


def test_page_shows_figure_target_light_reason_and_steps(client: Client, city: PlanPackage) -> None:
    state = board(date(2025, 12, 31)).state("b1.2")
    assert state is not None
    page = html.unescape(client.get("/targets/b1.2/").content.decode())
    assert '<dd class="large">640' in page
    assert "620" in page
    assert state.reason in page
    for step in state.steps:
        assert step.formula in page
    for one in state.inputs:
        assert one.observation is None or one.observation.source.title in page


def test_chart_is_drawn_from_the_state(client: Client, city: PlanPackage) -> None:
    state = board(date(2025, 12, 31)).state("b1.2")
    assert state is not None
    page = client.get("/targets/b1.2/").content.decode()
    block = page.split('<script id="trend-data" type="application/json">')[1].split("</script>")[0]
    trend = json.loads(block)
    assert [point["value"] for point in trend["points"]] == [
        point.value.mid for point in state.series
    ]
    assert [point["low"] for point in trend["path"]] == [point.low for point in state.path]
    assert trend["goal"]["low"] == 620
    described = page.split('role="img" aria-label="')[1].split('"')[0]
    assert "640" in described
    assert "620" in described


def test_quotation_needs_the_text(client: Client, city: PlanPackage, plan_words: str) -> None:
    target = next(item for item in city.targets if item.id == "c3.2-1")
    assert (
        plan_words[target.start : target.end]
        in client.get(f"/targets/{target.id}/").content.decode()
    )


def test_without_the_text_the_place_is_given(
    client: Client, db: None, package: PlanPackage
) -> None:
    load_plan(package)
    target = package.targets[0]
    page = client.get(f"/targets/{target.id}/").content.decode()
    assert "<blockquote>" not in page
    assert f"第{target.start}至{target.end}字" in page


@pytest.mark.parametrize("name", ["nothing", "..", "b1.2'--", "%00", "..%2f..%2fsettings"])
def test_unknown_target_is_a_404(client: Client, city: PlanPackage, name: str) -> None:
    assert client.get(f"/targets/{name}/").status_code == 404


def test_series_file_imports_again(client: Client, city: PlanPackage, tmp_path: Path) -> None:
    for kind in ("csv", "xlsx"):
        path = tmp_path / f"series.{kind}"
        path.write_bytes(client.get(f"/targets/b1.2/series.{kind}").content)
        read = read_observations(path)
        assert not read.rejected
        known = {(o.name, o.period, o.value, o.unit, o.source) for o in observations()}
        assert {(o.name, o.period, o.value, o.unit, o.source) for o in read.observations} <= known
        assert read.observations


def test_api_gives_the_states(client: Client, city: PlanPackage) -> None:
    found = client.get("/api/v1/targets?as_of=2025-12-31&limit=500").json()
    assert found["as_of"] == "2025-12-31"
    assert [row["target"]["id"] for row in found["items"]] == [t.id for t in city.targets]
    one = client.get("/api/v1/targets/b1.2").json()
    assert one["state"]["light"] == board(date(2025, 12, 31)).state("b1.2").light  # type: ignore[union-attr]
    assert client.get("/api/v1/targets/none").status_code == 404
