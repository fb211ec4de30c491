"""What programs write: the version seen, calls that run once, files as they were shown."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from tests.web.registers.data import code

from liantu.records import registers
from liantu.records.models import AuditEntry, Batch, RememberedCall

from .conftest import ROOT, Make, Program, problem_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers_filled")]
FIRMS = "/registers/firms/records"
PARKS = "/registers/parks/records"
NEW = {"values": {"park_code": "P9", "system_version": "2021", "name": "新园", "built_mu": 12.5}}


def body_of(found: HttpResponse) -> Any:
    return json.loads(found.content)


# One record -------------------------------------------------------------------------------------


def test_a_record_is_added_edited_deleted_and_restored(program: Program) -> None:
    made = program.call("POST", PARKS, NEW | {"reason": "新设"})
    assert made.status_code == 201
    where, tag = made.headers["Location"], made.headers["ETag"]
    assert body_of(made)["values"]["built_mu"] == 12.5
    assert tag.startswith('"1-')
    edited = program.call(
        "PATCH", where, {"values": {"name": "新新园", "built_mu": None}}, if_match=tag
    )
    assert edited.status_code == 200
    assert edited.headers["ETag"].startswith('"2-')
    assert body_of(edited)["values"]["name"] == "新新园"
    assert body_of(edited)["values"]["built_mu"] is None
    gone = program.call("DELETE", f"{where}?reason=误设", if_match=edited.headers["ETag"])
    assert gone.status_code == 204
    assert gone.content == b""
    problem_of(program.get(where), 404)
    back = program.call("POST", f"{where}/restore", {"reason": "并非误设"}, if_match='"3"')
    assert back.status_code == 200
    assert body_of(back)["version"] == 4
    history = program.json(f"{where}/history")["items"]
    assert [one["action"] for one in history] == ["新增", "修改", "删除", "恢复"]
    assert all("令牌 lt_" in one["by"] for one in history)
    acts = list(AuditEntry.objects.filter(kind="parks").values_list("action", flat=True))
    assert set(acts) >= {"added", "edited", "deleted", "restored"}


def test_two_records_are_merged_as_they_were_compared(program: Program) -> None:
    keep, drop = code(3), code(4)
    body = {"drop": drop, "drop_version": 1, "reason": "同一企业"}
    registers.edit("firms", drop, {"name": "改过名"}, 1, "李四")
    said = problem_of(program.call("POST", f"{FIRMS}/{keep}/merge", body, if_match='"1"'), 412)
    assert "李四" in said["detail"]
    done = program.call("POST", f"{FIRMS}/{keep}/merge", body | {"drop_version": 2}, if_match='"1"')
    assert done.status_code == 200
    assert body_of(done)["version"] == 2
    assert program.json(f"{FIRMS}/{drop}")["key"] == keep


def test_whoever_comes_second_is_told_who_changed_what(program: Program) -> None:
    path = f"{FIRMS}/{code(3)}"
    tag = program.get(path).headers["ETag"]
    registers.edit("firms", code(3), {"name": "先到有限公司"}, 1, "李四", "改名")
    found = program.call("PATCH", path, {"values": {"name": "后到有限公司"}}, if_match=tag)
    said = problem_of(found, 412)
    assert "李四" in said["detail"]
    assert "先到有限公司" in said["detail"]
    assert program.json(path)["values"]["name"] == "先到有限公司"


def test_a_change_names_the_version_it_saw(program: Program) -> None:
    path = f"{FIRMS}/{code(3)}"
    body = {"values": {"name": "新名有限公司"}}
    problem_of(program.call("PATCH", path, body), 428)
    for wrong in ("1", "*", '"x"', '"0x1"', '"1", "2"', '"99999999999"', ""):
        problem_of(program.call("PATCH", path, body, if_match=wrong), 400)
    problem_of(program.call("PATCH", path, body, if_match='"2"'), 412)
    assert program.json(path)["version"] == 1
    for right in ('"1"', 'W/"1-0a"'):
        assert program.call("PATCH", path, body, if_match=right).status_code in (200, 412)


@pytest.mark.parametrize(
    "values",
    [{}, {"none": 1}, {"capital_cny": "many"}, {"capital_cny": -1}, {"capital_cny": True},
     {"capital_cny": 1e400}, {"name": 5}, {"name": None}, {"name": ["a"]}, {"state": "none"},
     {"established_on": "2999-01-01"}, {"established_on": 20200101}, {"above_scale": "也许"},
     {"name": "a\x00b"}, {"name": "\ud800"}, {"credit_code": code(5)}],
)  # fmt: skip
def test_what_the_register_cannot_hold_is_refused(program: Program, values: Any) -> None:
    path = f"{FIRMS}/{code(3)}"
    found = program.call("PATCH", path, {"values": values}, if_match='"1"')
    assert found.status_code in (400, 422), found.content.decode()
    problem_of(found, found.status_code)
    assert program.json(path)["version"] == 1


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"null", b'"a"', b"{}", b'{"values": []}',
     b'{"values": {"name": "a"}, "x": 1}',
     b'{"values": {"name": "a"}, "reason": "' + b"x" * 2000 + b'"}',
     b"\xff\xfe", b'{"values":NaN}'],
)  # fmt: skip
def test_bodies_that_are_none_are_refused(program: Program, body: bytes) -> None:
    found = program.client.generic(
        "PATCH", f"{ROOT}{FIRMS}/{code(3)}", body, content_type="application/json",
        HTTP_AUTHORIZATION=f"Bearer {program.secret}", HTTP_IF_MATCH='"1"',
    )  # fmt: skip
    assert found.status_code in (400, 422)
    problem_of(found, found.status_code)  # type: ignore[arg-type]


def test_a_record_that_is_there_is_not_added(program: Program) -> None:
    assert program.call("POST", PARKS, NEW).status_code == 201
    said = problem_of(program.call("POST", PARKS, NEW), 409)
    assert "P9" in said["detail"]
    assert len(registers.history("parks", ("P9", "2021"))) == 1


def test_who_may_not_write_writes_nothing(programs: Make) -> None:
    path, before = f"{FIRMS}/{code(3)}", AuditEntry.objects.filter(kind="firms").count()
    reader = programs("reader")
    narrowed = programs("planner", capabilities=["read"])
    for one in (reader, narrowed):
        for method, address, body in (
            ("PATCH", path, {"values": {"name": "a"}}),
            ("DELETE", f"{path}?reason=a", None),
            ("POST", f"{path}/restore", {}),
            ("POST", f"{path}/merge", {"drop": code(4), "drop_version": 1, "reason": "a"}),
            ("POST", PARKS, NEW),
            ("POST", "/imports", None),
            ("POST", "/imports/" + "a" * 32 + "/commit", {"fingerprint": "0" * 64}),
        ):
            problem_of(one.call(method, address, body, if_match='"1"'), 403)
    assert AuditEntry.objects.filter(kind="firms").count() == before


# Idempotency ------------------------------------------------------------------------------------


def test_a_call_sent_again_is_run_once(program: Program) -> None:
    first = program.call("POST", PARKS, NEW, idempotency_key="a-1")
    again = program.call("POST", PARKS, NEW, idempotency_key="a-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert again.headers["Idempotency-Replayed"] == "true"
    assert first.headers["ETag"] == again.headers["ETag"]
    assert first.headers["Location"] == again.headers["Location"]
    assert len(registers.history("parks", ("P9", "2021"))) == 1


def test_a_key_is_for_one_request_of_one_account(program: Program, programs: Make) -> None:
    assert program.call("POST", PARKS, NEW, idempotency_key="a-1").status_code == 201
    other = {"values": NEW["values"] | {"park_code": "P8"}}
    problem_of(program.call("POST", PARKS, other, idempotency_key="a-1"), 422)
    somebody = programs("planner")
    assert somebody.call("POST", PARKS, other, idempotency_key="a-1").status_code == 201


def test_what_failed_may_run_again(program: Program) -> None:
    path, body = f"{FIRMS}/{code(3)}", {"values": {"name": "新名有限公司"}}
    problem_of(program.call("PATCH", path, body, if_match='"7"', idempotency_key="k"), 412)
    assert not RememberedCall.objects.exists()
    assert program.call("PATCH", path, body, if_match='"1"', idempotency_key="k").status_code == 200


def test_a_call_at_work_is_told_so_until_it_was_cut_off(program: Program) -> None:
    from datetime import timedelta

    from django.utils import timezone

    token, file = upload(program, ROWS, idempotency_key="k"), ROWS
    RememberedCall.objects.update(status=None)
    at_work = send(program, file, idempotency_key="k")
    problem_of(at_work, 409)
    assert at_work.headers["Retry-After"]
    RememberedCall.objects.update(began_at=timezone.now() - timedelta(hours=1))
    assert upload(program, file, idempotency_key="k") != token


@pytest.mark.parametrize("key", ["", "a" * 201, "键"])
def test_keys_are_short_and_visible(program: Program, key: str) -> None:
    problem_of(program.call("POST", PARKS, NEW, idempotency_key=key), 400)


# Files ------------------------------------------------------------------------------------------

ROWS = "园区代码,季度,从业人员（人）\nP1,2025Q1,12\nP2,2025Q1,很多\n"


def send(program: Program, content: str, query: str = "", **headers: str) -> HttpResponse:
    file = SimpleUploadedFile("a.csv", content.encode())
    given = {f"HTTP_{name.upper()}": value for name, value in headers.items()}
    return program.client.post(  # type: ignore[return-value]
        f"{ROOT}/imports{query}", {"file": file},
        HTTP_AUTHORIZATION=f"Bearer {program.secret}", **given,
    )  # fmt: skip


def upload(program: Program, content: str, **headers: str) -> str:
    made = send(program, content, **headers)
    assert made.status_code == 201, made.content.decode()
    return str(body_of(made)["token"])


def test_a_file_is_checked_looked_at_and_accepted_once(program: Program) -> None:
    found = body_of(send(program, ROWS))
    assert found["table"] == "park_quarter"
    assert found["checked"]
    assert (found["counts"]["new"], found["counts"]["sent_back"]) == (1, 1)
    (problem,) = program.json(f"{found['href']}/rows?part=problems")["items"]
    assert problem["found"] == "很多"
    assert problem["expected_zh"]
    assert program.json(f"{found['href']}/rows?part=new")["count"] == 1
    body = {"fingerprint": found["fingerprint"], "reason": "季报"}
    done = program.call("POST", f"{found['href']}/commit", body)
    assert done.status_code == 201
    batch = Batch.objects.get(table="park_quarter")
    assert body_of(done)["id"] == batch.pk
    assert "令牌 lt_" in batch.by
    assert batch.reason == "季报"
    again = program.call("POST", f"{found['href']}/commit", body)
    assert body_of(again)["id"] == batch.pk
    assert Batch.objects.filter(table="park_quarter").count() == 1
    assert program.json("/series/park_quarter/rows")["items"][0]["values"]["employees"] == 12


def test_a_file_whose_records_changed_meanwhile_is_looked_at_again(program: Program) -> None:
    one, two = body_of(send(program, ROWS)), body_of(send(program, ROWS.replace("12", "13")))
    first = {"fingerprint": one["fingerprint"]}
    assert program.call("POST", f"{one['href']}/commit", first).status_code == 201
    stale = {"fingerprint": two["fingerprint"]}
    problem_of(program.call("POST", f"{two['href']}/commit", stale), 409)
    anew = program.json(two["href"])
    assert anew["counts"]["changed"] == 1
    assert anew["fingerprint"] != two["fingerprint"]
    done = program.call("POST", f"{two['href']}/commit", {"fingerprint": anew["fingerprint"]})
    assert done.status_code == 201


def test_a_file_may_be_taken_back(program: Program) -> None:
    token = upload(program, ROWS)
    assert program.call("DELETE", f"/imports/{token}").status_code == 204
    problem_of(program.get(f"/imports/{token}"), 404)
    commit = {"fingerprint": "0" * 64}
    problem_of(program.call("POST", f"/imports/{token}/commit", commit), 404)


@pytest.mark.parametrize("content", ["", "nothing here", "a,b\n1,2\n", "\x00\x01\x02"])
def test_files_that_are_no_tables_are_refused(program: Program, content: str) -> None:
    found = send(program, content)
    assert found.status_code in (400, 404, 422), found.content.decode()
    problem_of(found, found.status_code)
    nothing = program.client.post(
        f"{ROOT}/imports", {}, HTTP_AUTHORIZATION=f"Bearer {program.secret}"
    )
    problem_of(nothing, 400)  # type: ignore[arg-type]
    problem_of(send(program, ROWS, "?table_id=none"), 404)
