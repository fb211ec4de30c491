"""New records of a district by page, file and program: one answer; the city decides on its page."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from tests.web.api.conftest import program_of
from tests.web.registers.data import FIRMS, code, fill

from liantu.records import audit, registers
from liantu.records.models import Addition, AuditEntry
from liantu.web.pages.registers.form import PREFIX

OTHERS = next(firm["credit_code"] for firm in FIRMS if firm["area_code"] == "A2")
NOBODYS = code(99_998)
BAD = "<script>alert(1)</script>"


@pytest.fixture
def city(db: None) -> None:
    fill()


@pytest.fixture
def east(accounts: Any) -> Client:
    client = Client()
    client.force_login(accounts("east", "district", "district:A1"))
    return client


@pytest.fixture
def desk(accounts: Any) -> Client:
    client = Client()
    client.force_login(accounts("desk", "desk"))
    return client


def plain(content: bytes, key: str) -> str:
    """What is said, but for the code, the numbers of additions, and what no two answers share."""
    text = content.decode().replace(key, "…")
    text = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", text)
    own = r"用时[\d.]+秒|lt_[\w-]+|additions/\d+|第\d+项|(?<=\"id\":)\d+|\d\d:\d\d(:[\d.+:]+)?"
    return re.sub(own, "…", text)


def by_page(client: Client, key: str) -> list[str]:
    form = {"credit_code": key, "name": "新厂", "area_code": "A1"}
    sent = client.post("/records/firms/new/", {PREFIX + name: v for name, v in form.items()})
    assert sent.status_code == 302, sent.content.decode()
    asked = Addition.objects.get(key=key)
    pages = [client.get(f"/imports/additions/{asked.pk}/"), client.get(f"/records/firms/{key}/")]
    assert [page.status_code for page in pages] == [200, 404]
    return [sent["Location"], plain(pages[0].content, key)]


def by_program(client: Client, key: str) -> list[str]:
    body = {"values": {"credit_code": key, "name": "新厂", "area_code": "A1"}, "reason": "新设"}
    program = program_of(User.objects.get(pk=client.session["_auth_user_id"]))
    found = program.call("POST", "/registers/firms/records", body)
    assert found.status_code == 202, found.content.decode()
    assert found.headers["Location"] == f"/api/v1/additions/{Addition.objects.get(key=key).pk}"
    seen = program.json(found.headers["Location"])
    assert (seen["key"], seen["state"]) == (key, "waiting")
    assert program.json("/additions?table=firms&state=waiting")["count"] >= 1
    return [plain(found.content, key)]


def by_file(client: Client, key: str) -> list[str]:
    content = f"统一社会信用代码,企业名称,所在地区代码\n{key},新厂,A1\n".encode()
    sent = client.post("/imports/new/", {"file": SimpleUploadedFile("u.csv", content)})
    token = sent["Location"].split("/")[2]
    client.post(f"/imports/{token}/table/", {"table": "firms|", "source": "", "go": "check"})
    shown = client.get(f"/imports/{token}/check/")
    assert "转市级核定" in shown.content.decode()
    said = plain(shown.content, key).replace(token, "…")
    return [re.sub(r"[0-9a-f]{32,64}", "…", said)]


@pytest.mark.parametrize("door", [by_page, by_program, by_file])
def test_the_answer_tells_not_whether_others_hold_the_code(
    city: None, east: Client, door: Any
) -> None:
    assert door(east, OTHERS) == door(east, NOBODYS)
    assert registers.find("firms", OTHERS).area_code == "A2"


def test_the_city_decides_on_its_page(city: None, east: Client, desk: Client) -> None:
    for key in (OTHERS, NOBODYS, code(99_997)):
        by_page(east, key)
    asked = {one.key: one for one in Addition.objects.all()}
    listed = desk.get("/imports/additions/").content.decode()
    assert "3条新增待市级核定" in listed
    other = desk.get(f"/imports/additions/{asked[OTHERS].pk}/").content.decode()
    assert "名录中已有这个代码" in other
    assert registers.find("firms", OTHERS).name in other
    fresh = desk.get(f"/imports/additions/{asked[NOBODYS].pk}/").content.decode()
    assert "名录中没有这个代码" in fresh
    form = {"version": "1", "verdict": "admit", "reason": ""}
    assert east.post(f"/imports/additions/{asked[NOBODYS].pk}/", form).status_code == 403
    assert east.post("/imports/additions/admit/", {"number": asked[NOBODYS].pk}).status_code == 403
    numbers = {"number": [str(one.pk) for one in asked.values()]}
    assert desk.post("/imports/additions/admit/", numbers).status_code == 302
    assert desk.post("/imports/additions/admit/", {}).status_code == 400
    assert east.get(f"/records/firms/{NOBODYS}/").status_code == 200
    assert east.get(f"/records/firms/{OTHERS}/").status_code == 404
    where = f"/imports/additions/{asked[OTHERS].pk}/"
    for wrong in ({"verdict": "x"}, {"version": ""}, {"version": "7"}, {"reason": "长" * 2001},
                  {"verdict": "refuse"}):  # fmt: skip
        assert desk.post(where, form | wrong).status_code == 422, wrong
    assert desk.post(where, form | {"verdict": "refuse", "reason": BAD}).status_code == 302
    seen = east.get(where).content.decode()
    assert "不予核定" in seen
    assert BAD not in seen
    assert "&lt;script&gt;" in seen
    told = [audit.details_of(e) for e in AuditEntry.objects.filter(action="addition_decided")]
    assert sorted(one["verdict"] for one in told) == ["admitted", "admitted", "refused"]


def test_what_a_form_adds_for_the_city_is_there_at_once(city: None, desk: Client) -> None:
    form = {"credit_code": NOBODYS, "name": "新厂", "area_code": "A1"}
    sent = desk.post("/records/firms/new/", {PREFIX + name: v for name, v in form.items()})
    assert sent["Location"] == f"/records/firms/{NOBODYS}/"
    assert not Addition.objects.exists()
