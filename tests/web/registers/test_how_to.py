"""The addresses that the how-to names are answered."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.test import Client

from .data import fill

HOW_TO = Path(__file__).parents[3] / "docs" / "how-to" / "look-up-and-edit-records.md"
ADDRESSES = [
    found.replace("…", "A1")
    for found in re.findall(r"`(?:/records/firms/)?(\?[^`]+)`", HOW_TO.read_text(encoding="utf-8"))
]


@pytest.mark.django_db
def test_addresses_of_the_how_to_are_answered(client: Client) -> None:
    fill()
    assert len(ADDRESSES) >= 7
    wrong = {query: client.get(f"/records/firms/{query}").status_code for query in ADDRESSES}
    assert {query: status for query, status in wrong.items() if status != 200} == {}
