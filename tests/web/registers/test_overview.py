"""The page of all tables."""

from __future__ import annotations

import pytest
from django.test import Client

from liantu.records import registers
from liantu.records.tables.declared import load_tables

pytestmark = pytest.mark.django_db


def test_every_declared_table_is_listed_even_without_a_plan(client: Client) -> None:
    page = client.get("/records/").content.decode()
    assert "台账中还没有数据" in page
    assert not [table.id for table in load_tables().values() if table.zh not in page]


def test_rows_are_counted_as_of_the_vintage(client: Client) -> None:
    rows = [{"chain_id": f"c{n}", "name": f"链{n}"} for n in range(1234)]
    registers.upsert("chains", rows, by="规划处")
    assert "1,234" in client.get("/records/").content.decode()
    assert client.get("/records/")["Cache-Control"] == "private, no-store"
    before = client.get("/records/?vintage=2001-01-01").content.decode()
    assert "1,234" not in before
    assert "台账中还没有数据" in before


def test_an_unknown_vintage_is_named(client: Client) -> None:
    answer = client.get("/records/?vintage=999999")
    assert answer.status_code == 404
    assert "999999" in answer.content.decode()


def test_only_reading_is_allowed(client: Client) -> None:
    assert client.post("/records/").status_code == 405
