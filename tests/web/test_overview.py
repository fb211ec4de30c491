"""The first page says what the board says."""

from __future__ import annotations

from collections import Counter
from datetime import date

import pytest
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.systems.targets.board import board
from liantu.web.templatetags.shell import manifest

pytestmark = pytest.mark.django_db


def test_sentence_counts_what_the_board_holds(client: Client, city: PlanPackage) -> None:
    page = client.get("/?as_of=2025-12-31").content.decode()
    counts = Counter(state.light for state in board(date(2025, 12, 31)).states)
    assert f"{len(city.targets)}项目标中" in page
    assert f"{counts['done']}项已完成" in page
    assert f"{counts['unknown']}项无法判断" in page


def test_every_target_has_one_mark_and_every_mark_its_words(
    client: Client, city: PlanPackage
) -> None:
    page = client.get("/").content.decode()
    strips = page.split('class="marks"')[1:]
    links = sum(strip.split("</div>")[0].count("<a href") for strip in strips)
    labels = sum(strip.split("</div>")[0].count("aria-label=") for strip in strips)
    assert links == labels == len(city.targets)


def test_headline_is_the_indicator_table(client: Client, city: PlanPackage) -> None:
    page = client.get("/").content.decode()
    numbered = [target for target in city.targets if target.number]
    assert f"指标体系（{len(numbered)}项）" in page
    assert page.count('class="spark"') == sum(
        1 for target in numbered if target.indicator != "工业投资年均增速"
    )


def test_what_turned_is_told_against_the_quarter_before(client: Client, city: PlanPackage) -> None:
    """The year's figures are of 2025-12-31: between Q3 and Q4 something must have turned."""
    now, before = board(date(2025, 12, 31)), board(date(2025, 9, 30))
    changed = sum(a.light != b.light for a, b in zip(now.states, before.states, strict=True))
    assert changed > 0
    page = client.get("/?as_of=2025-12-31").content.decode()
    assert f"本季变化（{changed}项）" in page


def test_the_date_in_the_address_is_the_date_of_the_page(client: Client, city: PlanPackage) -> None:
    page = client.get("/?as_of=2023-06-30").content.decode()
    assert "截至2023年6月30日" in page
    assert "规划期已满" not in page
    assert "as_of=2023-06-30" in page.split('class="tabs"')[1].split("</nav>")[0]


def test_default_date_is_at_most_the_plan_s_last_day(client: Client, city: PlanPackage) -> None:
    assert "截至2025年12月31日" in client.get("/").content.decode()


def test_english(english: Client, city: PlanPackage) -> None:
    page = english.get("/").content.decode()
    assert f"of {len(city.targets)} targets" in page
    assert "cannot tell" in page
    assert "项已完成" not in page


def test_projector_shows_the_same_sentence(client: Client, city: PlanPackage) -> None:
    sentence = client.get("/").content.decode().split("<h1>")[1].split("</h1>")[0]
    assert sentence in client.get("/screen/").content.decode()


@pytest.mark.parametrize("text", ["2025-13-01", "yesterday", "2025-12-31'--", "<b>"])
def test_no_date_is_a_400_in_both_languages(client: Client, city: PlanPackage, text: str) -> None:
    response = client.get("/", {"as_of": text})
    page = response.content.decode()
    assert response.status_code == 400
    assert "不是日期" in page
    assert "not a date" in page
    assert "<b>" not in page.split('<main id="main">')[1]


def test_unknown_vintage_is_a_404_in_both_languages(client: Client, city: PlanPackage) -> None:
    response = client.get("/?vintage=999")
    assert response.status_code == 404
    assert "没有数据版次" in response.content.decode()
    assert "no vintage" in response.content.decode()


@pytest.mark.usefixtures("db")
def test_empty_ledger_says_what_to_do(client: Client) -> None:
    response = client.get("/")
    assert response.status_code == 404
    assert "liantu plan load" in response.content.decode()


@pytest.mark.usefixtures("city")
def test_page_links_the_built_front_end(client: Client) -> None:
    page = client.get("/").content.decode()
    for built in (manifest()["src/main.ts"]["file"], *manifest()["src/main.ts"]["css"]):
        assert f"/static/liantu/build/{built}" in page
