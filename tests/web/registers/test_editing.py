"""Editing on pages: nothing is lost, nothing overwritten, everybody is told what to do."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from liantu.records import registers
from liantu.records.identity.credit_code import check_character

from .data import FIRMS, code, fill

pytestmark = pytest.mark.django_db
FIRST, SECOND = FIRMS[1]["credit_code"], FIRMS[2]["credit_code"]


@pytest.fixture(autouse=True)
def _filled(db: None) -> None:
    fill()


def address(name: str, key: str = FIRST) -> str:
    return reverse(name, args=("firms", key))


def form(client: Client, key: str = FIRST) -> dict[str, str]:
    """The form as a browser would send it back untouched."""
    context = client.get(address("record-edit", key)).context
    sent = {field.name: field.text for field in context["fields"]}
    return {**sent, "expected_version": str(context["version"]), "reason": "来函"}


def version(key: str = FIRST) -> int:
    return registers.history("firms", key)[-1].version


def test_an_untouched_form_changes_nothing(client: Client) -> None:
    answer = client.post(address("record-edit"), form(client))
    assert answer.status_code == 302
    assert answer["Location"] == address("record")
    assert version() == 1


def test_a_change_is_saved_with_author_and_reason_in_the_unit_of_the_field(client: Client) -> None:
    sent = {**form(client), "cell.capital_cny": "1,234.5", "cell.address": "  一路  1 号 "}
    client.post(address("record-edit"), sent)
    change = registers.history("firms", FIRST)[-1]
    assert (change.version, change.by, change.reason) == (2, "administrator", "来函")
    assert change.values["capital_cny"] == 12_345_000
    assert change.values["address"] == "一路  1 号"
    assert set(change.changes) == {"capital_cny", "address"}


def test_the_account_signs_whatever_name_a_form_gives(client: Client) -> None:
    sent = {**form(client), "cell.address": "二路", "by": "规划处"}
    assert client.post(address("record-edit"), sent).status_code == 302
    assert registers.history("firms", FIRST)[-1].by == "administrator"
    assert client.get(address("record-edit", SECOND)).context["by"] == "administrator"


@pytest.mark.parametrize(
    ("cell", "text", "said"),
    [
        ("capital_cny", "许多", "不是数字"),
        ("capital_cny", "-5", "注册资本"),
        ("established_on", "2999-01-01", "成立日期"),
        ("name", "", "企业名称"),
        ("state", "wild", "经营状态"),
        ("securities_code", "!!", "证券代码"),
        ("longitude", "181", "经度"),
        ("address", "x" * 5000, "地址"),
        ("area_code", "ZZZ", "所在地区"),
    ],
)
def test_errors_say_why_beside_the_field_and_keep_what_was_entered(
    client: Client, cell: str, text: str, said: str
) -> None:
    sent = {**form(client), f"cell.{cell}": text, "cell.main_product": "留住我"}
    answer = client.post(address("record-edit"), sent)
    if answer.status_code == 302:  # only a warning: never in the way
        assert cell == "area_code"
        return
    assert answer.status_code == 400
    field = next(f for f in answer.context["fields"] if f.column.name == cell)
    assert field.errors
    assert field.text == text
    assert "留住我" in answer.content.decode()
    assert version() == 1


def test_warnings_never_block(client: Client) -> None:
    sent = {**form(client), "cell.kind": "site"}
    answer = client.post(address("record-edit"), sent)
    assert answer.status_code == 302
    assert "产业活动单位未填所属法人" in client.get(answer["Location"]).content.decode()


def test_the_second_of_two_is_told_and_nothing_is_overwritten(
    client: Client, accounts: Callable[..., User]
) -> None:
    first, second = form(client), form(client)
    other = Client()
    other.force_login(accounts("甲某"))
    other.post(address("record-edit"), {**first, "cell.name": "甲改名公司"})
    sent = {**second, "cell.name": "乙改名公司", "cell.address": "乙路"}
    answer = client.post(address("record-edit"), sent)
    assert answer.status_code == 409
    text = answer.content.decode()
    assert "甲某" in text
    assert "甲改名公司" in text
    assert registers.find("firms", FIRST).name == "甲改名公司"
    fields = {field.column.name: field for field in answer.context["fields"]}
    assert fields["name"].text == "乙改名公司"
    assert (fields["name"].theirs, fields["name"].their_author) == ("甲改名公司", "甲某")
    assert fields["address"].text == "乙路"
    assert fields["address"].theirs is None
    again = {field.name: field.text for field in answer.context["fields"]}
    again |= {"expected_version": str(answer.context["version"])}
    assert client.post(address("record-edit"), again).status_code == 302
    assert registers.find("firms", FIRST).name == "乙改名公司"
    assert [change.by for change in registers.history("firms", FIRST)][1:] == [
        "甲某",
        "administrator",
    ]


def test_cells_the_second_did_not_touch_take_what_the_first_saved(client: Client) -> None:
    first, second = form(client), form(client)
    client.post(address("record-edit"), {**first, "cell.address": "甲路"})
    answer = client.post(address("record-edit"), {**second, "cell.name": "乙改名公司"})
    fields = {field.column.name: field for field in answer.context["fields"]}
    assert fields["address"].text == "甲路"


def test_an_edit_of_a_record_deleted_meanwhile_is_told(client: Client) -> None:
    sent = {**form(client), "cell.name": "丙"}
    registers.delete("firms", FIRST, by="王五", reason="误录")
    answer = client.post(address("record-edit"), sent)
    assert answer.status_code == 400
    assert "王五" in answer.content.decode()


@pytest.mark.parametrize("expected", ["", "x", "-1", "99", "１", "1" * 30])
def test_a_forged_version_is_refused(client: Client, expected: str) -> None:
    sent = {**form(client), "expected_version": expected, "cell.name": "丙"}
    assert client.post(address("record-edit"), sent).status_code == 400
    assert version() == 1


def test_key_columns_and_unknown_cells_are_not_written(client: Client) -> None:
    sent = {**form(client), "cell.deleted": "true", "cell.by": "x", "version": "7"}
    client.post(address("record-edit"), sent)
    assert version() == 1


def test_a_new_record(client: Client) -> None:
    fresh = code(9_000)
    sent: dict[str, Any] = {
        "cell.credit_code": fresh,
        "cell.name": "新公司",
        "cell.above_scale": "是",
        "by": "张三",
    }
    answer = client.post("/records/firms/new/", sent)
    assert answer.status_code == 302
    assert registers.find("firms", fresh).above_scale is True
    again = client.post("/records/firms/new/", {**sent, "cell.name": "覆盖"})
    assert again.status_code == 409
    assert registers.find("firms", fresh).name == "新公司"


def test_a_new_record_needs_a_right_key(client: Client) -> None:
    wrong = FIRST[:-1] + ("0" if FIRST[-1] != "0" else "1")
    answer = client.post("/records/firms/new/", {"cell.credit_code": wrong, "cell.name": "x",
                                                 "by": "张三"})  # fmt: skip
    assert answer.status_code == 400
    assert check_character(wrong[:-1]) == FIRST[-1]
    assert not registers.at("firms").filter(key=wrong).exists()


def test_a_deleted_key_is_not_taken_again(client: Client) -> None:
    registers.delete("firms", FIRST, by="王五", reason="误录")
    answer = client.post("/records/firms/new/", {"cell.credit_code": FIRST, "cell.name": "x",
                                                 "by": "张三"})  # fmt: skip
    assert answer.status_code == 409
    assert "历史页恢复" in answer.content.decode()


def test_leaving_a_field_is_answered_with_errors_and_warnings(client: Client) -> None:
    sent = {**form(client), "key": FIRST, "cell.capital_cny": "x", "cell.kind": "site"}
    found = client.post("/records/firms/check/", sent).json()
    assert "capital_cny" in found["errors"]
    assert "parent_code" in found["warnings"]
    assert version() == 1
    assert client.get("/records/firms/check/").status_code == 405


def test_delete_asks_for_a_reason_and_restore_brings_it_back(client: Client) -> None:
    seen = {"expected_version": "1", "by": "张三"}
    assert client.post(address("record-delete"), {**seen, "reason": " "}).status_code == 400
    assert version() == 1
    answer = client.post(address("record-delete"), {**seen, "reason": "误录"})
    assert answer["Location"] == address("record-history")
    assert not registers.at("firms").filter(key=FIRST).exists()
    client.post(address("record-restore"), {"expected_version": "2", "by": "李", "reason": "没误"})
    assert registers.find("firms", FIRST).version == 3


def test_delete_of_a_record_changed_meanwhile_is_told(client: Client) -> None:
    registers.edit("firms", FIRST, {"name": "丁"}, 1, by="李四")
    sent = {"expected_version": "1", "by": "张三", "reason": "误录"}
    answer = client.post(address("record-delete"), sent)
    assert answer.status_code == 409
    assert "李四" in answer.content.decode()
    assert registers.at("firms").filter(key=FIRST).exists()


def test_history_shows_before_and_after_and_restores_a_version(client: Client) -> None:
    registers.edit("firms", FIRST, {"name": "丁公司", "capital_cny": 5e6}, 1, "李四", "变更登记")
    text = client.get(address("record-history")).content.decode()
    assert FIRMS[1]["name"] in text
    assert "丁公司" in text
    assert "500 万元" in text
    assert "变更登记" in text
    answer = client.post(address("record-restore"), {"expected_version": "2", "version": "1",
                                                     "by": "张三", "reason": "改错了"})  # fmt: skip
    assert answer.status_code == 302
    assert registers.find("firms", FIRST).name == FIRMS[1]["name"]
    assert client.get(address("record-restore") + "?version=77").status_code == 400


def test_merge_compares_then_keeps_both_keys(client: Client) -> None:
    registers.edit("firms", FIRST, {"address": None, "former_names": None}, 1, by="李")
    registers.edit("firms", SECOND, {"former_names": "旧名"}, 1, by="李")
    page = client.get("/records/firms/merge/", {"keep": FIRST, "drop": SECOND})
    pairs = {pair.column.name: pair for pair in page.context["pairs"]}
    assert pairs["former_names"].filled
    assert pairs["former_names"].result == "旧名"
    assert pairs["name"].differs
    assert not pairs["ownership"].differs
    versions = {"keep_version": str(page.context["kept"].latest.version),
                "drop_version": str(page.context["dropped"].latest.version)}  # fmt: skip
    sent = {"keep": FIRST, "drop": SECOND, "by": "张三", "reason": "同一企业", **versions}
    assert client.post("/records/firms/merge/", {**sent, "reason": ""}).status_code == 400
    assert client.post("/records/firms/merge/", {**sent, "keep_version": "x"}).status_code == 400
    stale = client.post("/records/firms/merge/", {**sent, "drop_version": "1"})
    assert stale.status_code == 409
    assert f"{SECOND} 已由 李 修改" in stale.content.decode()
    assert stale.context["dropped"].latest.version == 2
    answer = client.post("/records/firms/merge/", sent)
    assert answer["Location"] == address("record")
    assert registers.find("firms", SECOND).key == FIRST
    assert registers.find("firms", FIRST).former_names == "旧名"


@pytest.mark.parametrize(
    ("keep", "drop", "status"), [("nothing", "x", 404), (FIRST, FIRST, 400), ("", FIRST, 200)]
)
def test_merging_the_wrong_two_is_refused(
    client: Client, keep: str, drop: str, status: int
) -> None:
    assert client.get("/records/firms/merge/", {"keep": keep, "drop": drop}).status_code == status


def test_every_register_has_a_form(client: Client) -> None:
    from liantu.records.tables.declared import load_tables

    for each in load_tables().values():
        answer = client.get(f"/records/{each.id}/new/")
        assert answer.status_code == (200 if each.kind == "register" else 404), each.id


def test_forms_carry_a_token_and_refuse_without_it(client: Client) -> None:
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = client.cookies
    assert 'name="csrfmiddlewaretoken"' in strict.get(address("record-edit")).content.decode()
    assert strict.post(address("record-edit"), {"by": "x"}).status_code == 403
    assert strict.post("/records/firms/check/", {}).status_code == 403


@pytest.mark.parametrize("name", ["record-edit", "record-delete", "record-restore"])
def test_other_methods_are_refused(client: Client, name: str) -> None:
    assert client.put(address(name)).status_code == 405
    assert client.delete(address(name)).status_code == 405


def test_null_characters_in_a_form_do_no_harm(client: Client) -> None:
    sent = {**form(client), "reason": "来\x00函", "cell.address": "一\x00路"}
    assert client.post(address("record-edit"), sent).status_code == 400
    assert client.post(address("record-edit"), {**sent, "cell.address": "一路"}).status_code == 302
    assert registers.history("firms", FIRST)[-1].reason == "来函"
    asked = client.post("/records/firms/check/", {"key": "\x00", "cell.name": "\x00"})
    assert asked.status_code == 404
