"""Every figure, whatever became of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.records.figures.observations_file import read_observations
from liantu.records.ledger import import_observations, observations
from liantu.web.pages.sources import PAGE

pytestmark = pytest.mark.django_db


def rows_of(page: str) -> int:
    return page.split("<tbody>")[1].split("</tbody>")[0].count("<tr id=")


def test_mapped_and_unmapped_are_both_shown(client: Client, city: PlanPackage) -> None:
    every = observations()
    unmapped = [item for item in every if not item.indicator]
    page = client.get("/sources/").content.decode()
    assert rows_of(page) == len(every)
    assert f"{len(every)}条数据" in page
    assert "云上幸福指数" in page
    only = client.get("/sources/?mapping=unmapped").content.decode()
    assert rows_of(only) == len(unmapped) == 1


def test_search_finds_by_id_and_by_name(client: Client, city: PlanPackage) -> None:
    item = observations()[0]
    assert rows_of(client.get("/sources/", {"q": item.id}).content.decode()) == 1
    assert rows_of(client.get("/sources/", {"q": "高新技术企业 2023"}).content.decode()) == 1


def test_conflicts_name_the_choice(client: Client, city: PlanPackage) -> None:
    page = client.get("/sources/conflicts/").content.decode()
    body = page.split("<tbody>")[1]
    assert "610" in body
    assert "590" in body
    assert body.index("选用") < body.index("未选")


@pytest.mark.usefixtures("rejected_row")
def test_rejected_rows_stand_with_those_of_all_imports(client: Client) -> None:
    link = "/imports/rejected/?table=figures"
    assert link in client.get("/sources/").content.decode()
    assert client.get("/sources/rejected/")["Location"] == link
    page = client.get(link).content.decode()
    assert "1行退回，1行待改正" in page
    assert "not a number" in page


@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_export_imports_again_unchanged(
    client: Client, city: PlanPackage, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / f"out.{kind}"
    path.write_bytes(client.get(f"/sources/file/observations.{kind}").content)
    read = read_observations(path)
    assert not read.rejected

    def content(items: object) -> list[object]:
        return [
            (o.name, o.area, o.period, o.value, o.unit, o.qualifier, o.note, o.source)
            for o in items  # type: ignore[attr-defined]
        ]

    assert content(read.observations) == content(observations())
    again = import_observations(path, by="规划处")
    assert (again.accepted, again.rejected) == (0, 0)


def test_a_long_ledger_is_paged(client: Client, city: PlanPackage, tmp_path: Path) -> None:
    head = "indicator,area,period,value,unit,source_title,source_url,note,trust"
    rows = [f"云上指数{n},云溪市,2024年,{n},分,云溪日报,,,press" for n in range(PAGE + 5)]
    path = tmp_path / "many.csv"
    path.write_text("\n".join([head, *rows, ""]), encoding="utf-8")
    import_observations(path, by="")
    total = len(observations())
    first = client.get("/sources/").content.decode()
    second = client.get("/sources/?page=2").content.decode()
    assert rows_of(first) == PAGE
    assert rows_of(second) == total - PAGE
    assert 'rel="next"' in first
    assert 'rel="next"' not in second


@pytest.mark.parametrize("query", ["page=0", "page=x", "mapping=all", "trust=high", "page=-1"])
def test_unknown_parameter_is_a_400(client: Client, city: PlanPackage, query: str) -> None:
    assert client.get(f"/sources/?{query}").status_code == 400


def test_an_earlier_vintage_hides_later_batches(
    client: Client, city: PlanPackage, tmp_path: Path
) -> None:
    before = len(observations())
    path = tmp_path / "late.csv"
    path.write_text(
        "indicator,area,period,value,unit,source_title,source_url,note,trust\n"
        "迟到的指数,云溪市,2024年,5,分,云溪日报,,,press\n",
        encoding="utf-8",
    )
    first = client.get("/api/v1/targets").json()["vintage"]
    import_observations(path, by="")
    assert rows_of(client.get("/sources/").content.decode()) == before + 1
    page = client.get(f"/sources/?vintage={first}").content.decode()
    assert rows_of(page) == before
    assert f"vintage={first}" in page.split('class="tabs"')[1].split("</nav>")[0]
