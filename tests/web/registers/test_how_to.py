"""The addresses that the how-to names are answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from liantu.records.accept import accept
from liantu.records.doors.check import check

from .data import code, fill

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "look-up-and-edit-records.md"
ADDRESSES = [
    found.replace("…", "A1")
    for found in re.findall(r"`(?:/records/firms/)?(\?[^`]+)`", HOW_TO.read_text(encoding="utf-8"))
]


@pytest.mark.django_db
def test_addresses_of_the_how_to_are_answered(client: Client, tmp_path: Path) -> None:
    fill()
    path = tmp_path / "months.csv"
    path.write_text(f"credit_code,period,revenue_cny\n{code(1)},2025-01,1\n", encoding="utf-8")
    batch = accept(check(path, "firm_month"), by="统计局").vintage  # the how-to's own is 12
    assert len(ADDRESSES) >= 7
    asked = {query: query.replace("vintage=12", f"vintage={batch}") for query in ADDRESSES}
    wrong = {query: client.get(f"/records/firms/{there}").status_code
             for query, there in asked.items()}  # fmt: skip
    assert {query: status for query, status in wrong.items() if status != 200} == {}
