"""The plan reader and the audit's findings."""

from __future__ import annotations

import html
import re
from datetime import date

import pytest
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.records.ledger import load_plan
from liantu.systems.targets.board import board, findings_of

pytestmark = pytest.mark.django_db


def test_every_clause_has_its_page(client: Client, city: PlanPackage) -> None:
    for clause in city.clauses:
        response = client.get(f"/plan/{clause.id}/")
        assert response.status_code == 200, clause.id
        assert clause.title in html.unescape(response.content.decode())


def test_outline_links_every_chapter_section_and_box(client: Client, city: PlanPackage) -> None:
    page = client.get("/plan/").content.decode()
    for clause in city.clauses:
        if clause.kind not in ("entry", "paragraph"):
            assert f'href="/plan/{clause.id}/"' in page


def test_targets_are_marked_where_the_text_says_them(client: Client, city: PlanPackage) -> None:
    page = client.get("/plan/c3/").content.decode()
    marks = re.findall(
        r'<mark class="light-\w+" id="([^"]+)"><a href="([^"]+)"[^>]*>([^<]*)</a>', page
    )
    inside = [target for target in city.targets if target.id.startswith("c3")]
    assert {mark[0] for mark in marks} == {target.id for target in inside}
    for name, link, words in marks:
        assert link == f"/targets/{name}/"
        assert any(figure in words for figure in ("150家", "30家", "40家", "92%以上"))


def test_text_is_whole_and_in_order(client: Client, city: PlanPackage) -> None:
    page = client.get("/plan/c3/").content.decode()
    text = page.split('<div class="text">')[1].split("</div>")[0]
    plain = html.unescape(re.sub(r"<[^>]+>|\s", "", text))
    assert plain == (
        "三、重点任务（一）壮大企业到2025年，新增规上企业150家，培育国家级专精特新“小巨人”企业30家。"
        "（二）绿色转型到2025年，建成省级及以上绿色工厂40家，工业固体废物综合利用率达到92%以上。"
    )


def test_without_text_the_reader_lists_what_was_read(
    client: Client, db: None, package: PlanPackage
) -> None:
    load_plan(package)
    page = client.get("/plan/c3/").content.decode()
    assert '<div class="text">' not in page
    assert "台账中没有规划原文" in page
    assert 'href="/targets/c3.2-1/"' in page


def test_unknown_clause_is_a_404(client: Client, city: PlanPackage) -> None:
    assert client.get("/plan/c99/").status_code == 404


def test_findings_and_targets_link_both_ways(client: Client, city: PlanPackage) -> None:
    found = board(date(2025, 12, 31)).findings
    page = client.get("/plan/findings/").content.decode()
    assert f"{len(found)}处矛盾或缺项" in page
    ids = {target.id for target in city.targets}
    for number, finding in enumerate(found, start=1):
        article = page.split(f'id="f{number}"')[1].split("</article>")[0]
        assert html.escape(finding.message, quote=False) in html.unescape(article).replace(
            "&", "&amp;"
        ) or finding.message in html.unescape(article)
        for step in finding.arithmetic:
            assert step.result in html.unescape(article)
        for item in set(finding.items) & ids:
            assert f'href="/targets/{item}/"' in article
            back = client.get(f"/targets/{item}/").content.decode()
            assert f'href="/plan/findings/#f{number}"' in back


def test_assumptions_in_the_address_are_computed_with(client: Client, city: PlanPackage) -> None:
    page = client.get("/plan/findings/?gdp_growth=3").content.decode()
    again = findings_of(city, {"gdp_growth": 0.03})
    assert "假设已调整" in page
    for finding in again:
        for step in finding.arithmetic:
            assert step.expression in html.unescape(page)


@pytest.mark.parametrize("value", ["fast", "900", "nan", "1e400"])
def test_a_wrong_assumption_is_a_400(client: Client, city: PlanPackage, value: str) -> None:
    response = client.get("/plan/findings/", {"gdp_growth": value})
    assert response.status_code == 400
    assert "gdp_growth" in response.content.decode()


def test_an_item_stands_once_under_its_own_clause(
    client: Client, db: None, package: PlanPackage
) -> None:
    """Paragraphs bear the label of the chapter above: labels must not be what assigns items."""
    load_plan(package)
    page = html.unescape(client.get("/plan/c3/").content.decode())
    for measure in package.measures:
        assert page.count(f"{measure.verb}{measure.object}") <= 1
    for target in package.targets:
        if target.id.startswith("c3"):
            assert page.count(f'<tr class="item" id="{target.id}">') == 1
