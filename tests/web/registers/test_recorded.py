"""``as_of`` on every page of records: the state recorded by then, said in words."""

from __future__ import annotations

import re
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from liantu.plan.package import PlanPackage
from liantu.records import registers

from .data import FIRMS, fill

pytestmark = pytest.mark.django_db
FIRST = FIRMS[1]["credit_code"]
OWN, HISTORY = (reverse(name, args=("firms", FIRST)) for name in ("record", "record-history"))
PAGES = {
    "list": "/records/firms/",
    "record": OWN,
    "history": HISTORY,
    "file": reverse("register-file", args=("firms", "csv")),
}


@pytest.fixture
def before(db: None) -> datetime:
    """A moment after the firms were filed and before one of them was renamed."""
    fill()
    moment = timezone.now()
    registers.edit("firms", FIRST, {"name": "新名公司"}, 1, by="张三")
    return moment


def text(client: Client, address: str, **query: str) -> str:
    answer = client.get(address, query)
    assert answer.status_code == 200, answer.content.decode()
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return bytes(body).decode("utf-8-sig")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("name", ["as_of", "vintage"])
def test_every_page_shows_what_had_been_recorded(
    client: Client, before: datetime, page: str, name: str
) -> None:
    then = text(client, PAGES[page], **{name: before.isoformat()})
    assert FIRMS[1]["name"] in then
    assert "新名公司" not in then
    assert "新名公司" in text(client, PAGES[page])
    assert "新名公司" in text(client, PAGES[page], as_of=timezone.localdate().isoformat())
    if page != "file":
        assert "不含其后的变更" in then
        assert "回到当前" in then


def test_of_two_moments_the_earlier_counts(client: Client, before: datetime) -> None:
    later = timezone.now().isoformat()
    for query in ({"as_of": later, "vintage": before.isoformat()},
                  {"as_of": before.isoformat(), "vintage": later}):  # fmt: skip
        assert "新名公司" not in text(client, OWN, **query)


def test_before_anything_was_recorded(client: Client, before: datetime) -> None:
    page = text(client, "/records/firms/", as_of="2001-01-01")
    assert "之前没有任何记录入账" in page
    assert "台账中还没有数据" in text(client, "/records/", as_of="2001-01-01")
    assert client.get(OWN, {"as_of": "2001-01-01"}).status_code == 404
    assert client.get(HISTORY, {"as_of": "2001-01-01"}).status_code == 404
    assert client.get("/records/firms/", {"as_of": "someday"}).status_code == 400


def chosen(page: str) -> str:
    """What the header says of its day, and what is chosen there."""
    label = re.search(r'<label class="no-print" for="as_of">(.*?)</label>', page)
    options = re.search(r'<select id="as_of".*?</select>', page, re.DOTALL)
    assert label
    assert options
    marked = re.search(r"<option[^>]*selected>(.*?)<", options[0])
    first = re.search(r"<option[^>]*>(.*?)<", options[0])
    assert first
    return f"{label[1]} {marked[1] if marked else first[1]}"


def test_the_header_says_what_its_day_means(
    client: Client, before: datetime, city: PlanPackage
) -> None:
    assert chosen(text(client, "/records/firms/")) == "台账截至 现在"
    assert chosen(text(client, "/records/quality/")) == "应报截至 今天"
    assert chosen(text(client, "/targets/")).startswith("评价基准日 ")
    asked = chosen(text(client, "/records/firms/", as_of="2023-12-31"))
    assert asked.startswith("台账截至 2023")
    for page in ("imports", "imports-rejected", "imports-review", "imports-memory"):
        assert chosen(text(client, reverse(page))) == "台账截至 现在"
    assert 'id="as_of"' not in text(client, reverse("imports-new"))


def test_a_day_is_carried_only_where_it_means_the_same(
    client: Client, before: datetime, city: PlanPackage
) -> None:
    day = "as_of=2023-12-31"
    page = text(client, "/targets/", as_of="2023-12-31")
    assert f'href="/plan/?{day}"' in page
    assert 'href="/records/"' in page
    page = text(client, "/records/firms/", as_of="2023-12-31")
    assert f'href="/records/?{day}"' in page
    assert 'href="/records/quality/"' in page
    assert 'href="/targets/"' in page
