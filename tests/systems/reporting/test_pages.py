"""Pages of the cycles: every one answers to who may see it, and does what the steps do."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from liantu.records import access
from liantu.records.tables.declared import table
from liantu.systems.reporting.forms import columns_to_fill, form_workbook
from liantu.systems.reporting.models import Cycle, Erratum, Sheet
from liantu.systems.reporting.opening import open_cycle
from liantu.systems.reporting.own_returns import own_returns
from liantu.systems.reporting.steps import cycle_named, sheet_named, take

from .conftest import DISTRICTS, FIRMS, HEAD, Bring

pytestmark = pytest.mark.django_db

MONTH = "2026-10"
FIRM = next(iter(FIRMS))


def browser(role: str, scope: str = "city", name: str = "") -> Client:
    made = User.objects.create(username=name or f"{role}-{scope}")
    access.grant(made, role, access.scope_of(scope))
    client = Client()
    client.force_login(made)
    return client


def sheet(unit: str) -> Sheet:
    return sheet_named(cycle_named("firm_month", MONTH), unit)


@pytest.fixture
def month(bring: Bring) -> Bring:
    for district in DISTRICTS:
        bring(district, "2026-09")
    open_cycle("firm_month", MONTH, by="规划处")
    return bring


def page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.content.decode()[:500])
    return answer.content.decode()


def test_one_row_is_typed_checked_and_kept(month: Bring) -> None:
    client = browser("district", "district:A1")
    number = sheet("A1").pk
    said = page(client, f"/cycles/sheet/{number}/?row={FIRM}")
    assert "本期 2026-10" in said
    assert "5000" in said  # the month before stands beside it
    cells = {f"c-{column.name}": "" for column in columns_to_fill(table("firm_month"))}
    cells |= {"c-revenue_cny": "5000000", "c-employees": "100", "code": FIRM, "seen": "0"}
    assert client.post(f"/cycles/sheet/{number}/draft/", cells).status_code == 302
    said = page(client, f"/cycles/sheet/{number}/?row={FIRM}")
    assert 'value="5000000"' in said
    assert "light-watch" in said  # a jump, or the wrong unit
    again = client.post(f"/cycles/sheet/{number}/draft/", cells, follow=True)
    assert "已由他人改动" in again.content.decode()


def test_a_workbook_is_taken_in_and_a_wrong_one_says_why(month: Bring) -> None:
    client = browser("district", "district:A1")
    number = sheet("A1").pk
    answer = client.get(f"/cycles/sheet/{number}/form.xlsx")
    assert answer.content[:2] == b"PK"
    lines = [f"{code},{MONTH},5000,100" for code, area in FIRMS.items() if area == "A1"]
    good = SimpleUploadedFile("a.csv", "\n".join([HEAD, *lines]).encode())
    client.post(f"/cycles/sheet/{number}/upload/", {"file": good})
    assert "已入库 4 行" in page(client, f"/cycles/sheet/{number}/")
    bad = SimpleUploadedFile("b.csv", f"{HEAD}\n{FIRM},{MONTH},很多,1".encode())
    said = client.post(f"/cycles/sheet/{number}/upload/", {"file": bad}, follow=True)
    assert "很多" in said.content.decode()
    none = client.post(f"/cycles/sheet/{number}/upload/", follow=True)
    assert "没有选择文件" in none.content.decode()
    assert form_workbook(sheet("A1"))[:2] == b"PK"


def test_a_month_on_pages_alone(month: Bring) -> None:
    city, east = browser("planner"), browser("district", "district:A1")
    for district in DISTRICTS:
        month(district, MONTH)
    east.post(f"/cycles/sheet/{sheet('A1').pk}/step/file/")
    for district in ("A2", "A3"):
        take(sheet(district), "file", by=district)
    assert "已报待接收 3 张" in page(city, "/cycles/")
    for district in DISTRICTS:
        city.post(f"/cycles/sheet/{sheet(district).pk}/step/accept/", {"next": "cycle"})
    top = sheet("city").pk
    for step in ("file", "accept", "evaluate", "publish"):
        city.post(f"/cycles/sheet/{top}/step/{step}/")
    assert sheet("city").state == "published"
    asked = {"code": FIRM, "column": "从业人员（人）", "value": "120", "reason": "漏计"}
    east.post(f"/cycles/sheet/{sheet('A1').pk}/correction/", asked)
    request = Erratum.objects.get()
    assert "漏计" in page(city, f"/cycles/firm_month/{MONTH}/")
    city.post(f"/cycles/correction/{request.pk}/", {"grant": "1"})
    auditor = browser("auditor")
    for address in (f"/cycles/firm_month/{MONTH}/", f"/cycles/sheet/{sheet('A1').pk}/"):
        said = page(auditor, address)
        assert "勘误（1 处）" in said
        assert "<del>100</del> → <ins>120</ins>" in said
    english = browser("reader", name="english")
    english.cookies["liantu_language"] = "en"
    assert "Errata (1)" in page(english, f"/cycles/firm_month/{MONTH}/")


def test_pages_keep_to_ones_scope(month: Bring) -> None:
    west = browser("district", "district:A2")
    said = page(west, f"/cycles/firm_month/{MONTH}/")
    assert "西区" in said
    assert "东区" not in said
    east = sheet("A1").pk
    assert west.get(f"/cycles/sheet/{east}/").status_code == 404
    assert west.get(f"/cycles/sheet/{east}/form.xlsx").status_code == 404
    assert west.post(f"/cycles/sheet/{east}/step/file/", {"reason": "x"}).status_code == 404
    own = sheet("A2").pk
    assert west.post(f"/cycles/sheet/{own}/step/waive/", {"reason": "x"}).status_code == 403
    assert west.post("/cycles/open/").status_code == 403
    firm = browser("firm", f"firm:{FIRM}")
    assert firm.get(f"/cycles/firm_month/{MONTH}/").status_code == 404
    assert Client().get("/cycles/").status_code in (302, 401)
    assert Sheet.objects.get(pk=east).state == "open"


def test_what_is_not_there_is_said(month: Bring) -> None:
    client = browser("planner")
    for address in ("/cycles/sheet/999/", "/cycles/weather/2026-10/", "/cycles/firm_month/x/"):
        assert client.get(address).status_code == 404
    assert client.get(f"/cycles/sheet/{sheet('A1').pk}/step/file/").status_code == 405


def test_periods_are_opened_and_duties_counted_in_the_frame(city: None) -> None:
    client = browser("planner")
    assert client.post("/cycles/open/").status_code == 302
    assert Cycle.objects.exists()
    east = browser("district", "district:A1")
    assert 'class="badge"' in page(east, "/cycles/")
    assert "我的任务" in page(east, "/cycles/duties/")


def test_a_feed_needs_its_secret_and_nothing_else(month: Bring) -> None:
    east = browser("district", "district:A1")
    shown = east.post("/cycles/duties/feed/", follow=True).content.decode()
    address = (
        shown.split('class="feed-address">')[1].split("<")[0].removeprefix("http://testserver")
    )
    answer = Client().get(address)
    assert answer["Content-Type"].startswith("text/calendar")
    assert io.BytesIO(answer.content).readline() == b"BEGIN:VCALENDAR\r\n"
    assert "feed-address" not in page(east, "/cycles/duties/")
    assert Client().get("/cycles/feed/guess.ics").status_code == 404
    east.post("/cycles/duties/feed/", {"end": "1"})
    assert Client().get(address).status_code == 404


def test_a_name_from_a_register_is_text_on_every_page(month: Bring, tmp_path: Path) -> None:
    Sheet.objects.filter(unit="A1").update(unit_name="<script>alert(1)</script>")
    client = browser("planner")
    for address in ("/cycles/", f"/cycles/firm_month/{MONTH}/", f"/cycles/sheet/{sheet('A1').pk}/"):
        assert "<script>alert" not in page(client, address)


def test_a_firm_sees_its_own_returns_and_no_sheet(month: Bring) -> None:
    """What is due of it, and whether it is there; the district's sheet does not exist for it."""
    client = browser("firm", f"firm:{FIRM}")
    said = page(client, "/cycles/")
    assert "本企业有1项报送：已报0项，待报1项" in said
    assert "0/1" in said
    assert "/imports/template/firm_month.xlsx" in said
    assert client.get("/imports/template/firm_month.xlsx").status_code == 200
    missing, other = (
        client.get("/cycles/sheet/999999/"),
        client.get(f"/cycles/sheet/{sheet('A1').pk}/"),
    )
    assert (missing.status_code, other.status_code) == (404, 404)
    # Whose it is is not told.
    assert "没有编号为" in other.content.decode()
    assert DISTRICTS["A1"] not in other.content.decode()
    assert DISTRICTS["A1"] not in missing.content.decode()
    content = f"信用代码,月份,营业收入（万元）\n{FIRM},{MONTH},5000\n".encode()
    sent = client.post("/imports/new/", {"file": SimpleUploadedFile("own.csv", content)})
    token = sent["Location"].split("/")[2]
    client.post(f"/imports/{token}/table/", {"table": "firm_month|", "source": "", "go": "check"})
    mark = re.search(
        r'name="fingerprint" value="([^"]+)"', page(client, f"/imports/{token}/check/")
    )
    assert mark is not None
    client.post(f"/imports/{token}/commit/", {"fingerprint": mark[1]})
    assert "已报1项，待报0项" in page(client, "/cycles/")
    for unit in DISTRICTS:
        take(sheet(unit), "file", by=unit, reason="补")
    take(sheet("A1"), "accept", by="市局")
    assert "已接收，锁定" in page(client, "/cycles/")
    other_firm = next(code for code, area in FIRMS.items() if area == "A2")
    assert "已报0项，待报1项" in page(browser("firm", f"firm:{other_firm}"), "/cycles/")
    assert "本企业" not in page(browser("district", "district:A1"), "/cycles/")


def test_a_firms_returns_are_found_without_reading_what_others_typed(month: Bring) -> None:
    firm = User.objects.create(username="a firm")
    access.grant(firm, "firm", access.scope_of(f"firm:{FIRM}"))
    with access.acting(access.actor_of(firm)), CaptureQueriesContext(connection) as asked:
        found = own_returns()
    assert [(one.due, one.filed, one.locked) for one in found] == [(1, 0, False)]
    of_sheets = [one["sql"] for one in asked if "reporting_sheet" in one["sql"]]
    assert of_sheets
    assert not [sql for sql in of_sheets if '"drafts"' in sql]
