"""The audit log on its page: objects in words and led to, nothing left out."""

from __future__ import annotations

import pytest
from django.test import Client

from liantu.records import audit, registers

pytestmark = pytest.mark.django_db


def test_a_record_edited_is_named_and_led_to(client: Client) -> None:
    registers.add("chains", {"chain_id": "ic", "name": "集成电路"}, by="规划处", reason="新立")
    page = client.get("/audit/").content.decode()
    assert '产业链 <a href="/records/chains/ic/history/">ic</a>' in page
    assert "新增记录" in page
    assert "版本 1" in page
    assert client.get("/records/chains/ic/history/").status_code == 200


def test_details_are_words_and_empty_ones_are_left_out(client: Client) -> None:
    audit.note(
        audit.Act.IMPORTED, kind="firm_month", key="7",
        details={"rows": 15840, "sent_back": 6, "sha256": "a1" * 32, "last_told": False},
    )  # fmt: skip
    page = client.get("/audit/").content.decode()
    assert '企业月报 <a href="/imports/batch/7/">批次7</a>' in page
    assert "行数 15,840 · 退回 6 · 摘要 a1a1a1a1a1a1…" in page
    assert "此后一段时间" not in page


def test_what_has_no_words_is_shown_as_it_is(client: Client) -> None:
    audit.note(audit.Act.REFUSED, kind="<b>", key="/x/<script>", details={"odd": "<i>"})
    page = client.get("/audit/").content.decode()
    assert "&lt;b&gt; /x/&lt;script&gt;" in page
    assert "odd &lt;i&gt;" in page


def test_a_role_given_reads_as_a_sentence(client: Client) -> None:
    audit.note(
        audit.Act.GRANTED, kind="account", key="zhang",
        details={"role": "planner", "scope_kind": "city", "scope_key": ""},
    )  # fmt: skip
    assert "角色 规划处 · 范围 全市" in client.get("/audit/").content.decode()
    client.cookies["liantu_language"] = "en"
    assert "scope the whole city" in client.get("/audit/").content.decode()
