"""What holds for the whole site: headers, language, errors, words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from django.conf import settings
from django.test import Client

from liantu.errors import LiantuError
from liantu.plan.package import PlanPackage
from liantu.systems.targets import moment
from liantu.systems.targets.board import Board, board
from liantu.web.pages import overview

pytestmark = pytest.mark.django_db
PAGES = (
    "/", "/screen/", "/targets/", "/targets/b1.2/", "/plan/", "/plan/c2/", "/plan/findings/",
    "/sources/", "/sources/conflicts/", "/documents/", "/methods/",
    "/imports/", "/imports/new/", "/imports/rejected/", "/imports/memory/?table=firm_month",
    "/imports/review/",
)  # fmt: skip


@pytest.mark.parametrize("path", PAGES)
@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_no_page_needs_anything_inline_or_from_outside(
    client: Client, city: PlanPackage, path: str, language: str
) -> None:
    client.cookies["liantu_language"] = language
    response = client.get(path)
    page = response.content.decode()
    assert response.status_code == 200
    assert not re.search(r"<style|\sstyle=|\son\w+=|javascript:", page)
    for tag in re.findall(r"<script\b[^>]*>", page):
        assert 'type="application/json"' in tag or 'src="/static/' in tag
    for address in re.findall(
        r'<(?:link|script|img|source|iframe)\b[^>]*?(?:href|src)="([^"]*)"', page
    ):
        assert address.startswith("/static/"), address


@pytest.mark.parametrize("path", PAGES)
def test_headings_language_and_title(client: Client, city: PlanPackage, path: str) -> None:
    page = client.get(path).content.decode()
    assert '<html lang="zh-Hans">' in page
    assert page.count("<h1") == 1
    assert re.search(r"<title>[^<]+ · 链图</title>", page)
    assert len(re.findall(r'\bid="([^"]+)"', page)) == len(set(re.findall(r'\bid="([^"]+)"', page)))


def test_made_up_figures_say_so_on_every_page(
    client: Client, city: PlanPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "模拟数据" not in client.get("/").content.decode()

    def made_up(as_of: date, vintage: str | None = None) -> Board:
        return replace(board(as_of, vintage), synthetic=True)

    monkeypatch.setattr(moment, "board", made_up)
    for path in PAGES:
        assert '<p class="ribbon" role="status">模拟数据' in client.get(path).content.decode(), path


def test_headers(client: Client, city: PlanPackage) -> None:
    headers = client.get("/").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert "Cookie" in headers["Vary"]


def test_unknown_host_is_refused(client: Client) -> None:
    assert client.get("/healthz", headers={"host": "evil.example"}).status_code == 400


def test_language_is_remembered_and_the_page_kept(client: Client, city: PlanPackage) -> None:
    response = client.post("/language/", {"language": "en", "next": "/targets/?light=done"})
    assert response.status_code == 302
    assert response["Location"] == "/targets/?light=done"
    page = client.get("/targets/?light=done")
    assert '<html lang="en">' in page.content.decode()
    assert page.headers["Content-Language"] == "en"


@pytest.mark.parametrize(
    "target",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", ""],
)
def test_language_switch_leads_nowhere_else(client: Client, target: str) -> None:
    response = client.post("/language/", {"language": "en", "next": target})
    assert response["Location"] == "/"


def test_language_must_be_one_that_exists(client: Client) -> None:
    assert client.post("/language/", {"language": "fr", "next": "/"}).status_code == 400
    assert client.get("/language/").status_code == 405


def test_language_needs_the_page_s_token(city: PlanPackage) -> None:
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/language/", {"language": "en", "next": "/"})
    assert response.status_code == 403
    assert "凭证" in response.content.decode()


def test_the_browser_s_wish_does_not_change_the_language(client: Client, city: PlanPackage) -> None:
    page = client.get("/", headers={"accept-language": "en-GB"}).content.decode()
    assert '<html lang="zh-Hans">' in page


def test_an_unknown_language_cookie_is_chinese(client: Client, city: PlanPackage) -> None:
    client.cookies["liantu_language"] = "../../etc"
    assert '<html lang="zh-Hans">' in client.get("/").content.decode()


def test_health(client: Client) -> None:
    assert client.get("/healthz").json()["status"] == "ok"


def test_404_is_in_both_languages(client: Client, city: PlanPackage) -> None:
    response = client.get("/nowhere/")
    page = response.content.decode()
    assert response.status_code == 404
    assert "没有这个页面" in page
    assert "There is no such page" in page


def test_500_tells_nothing_of_the_inside(
    client: Client, city: PlanPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ValueError("secret detail")

    client.raise_request_exception = False
    monkeypatch.setattr(overview, "_context", broken)
    response = client.get("/")
    page = response.content.decode()
    assert response.status_code == 500
    assert "服务器处理时出错" in page
    assert "The server failed" in page
    assert "secret detail" not in page


def test_an_error_for_the_user_is_shown_as_it_is(
    client: Client, city: PlanPackage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LiantuError("第3行不对。", "Line 3 is wrong.")

    monkeypatch.setattr(overview, "_context", broken)
    response = client.get("/")
    assert response.status_code == 500
    assert "第3行不对。" in response.content.decode()


def test_debug_is_off() -> None:
    assert settings.DEBUG is False
    assert not settings.SECRET_KEY.startswith("django-insecure")
