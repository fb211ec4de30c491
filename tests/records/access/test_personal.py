"""Personal data: masked for who may not see them, and told neither by a search nor by an order."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.errors import Refused
from liantu.records import access, intake, registers, rolls
from liantu.records.access import Actor, Grant, Scope, acting
from liantu.records.access.personal import masked
from liantu.records.models import Person
from liantu.records.registers.register import register_of
from liantu.records.rolls.roll import kept_columns
from liantu.records.tables.declared import load_tables

pytestmark = pytest.mark.django_db

PHONE = "13812345678"
READER, AUDITOR = (Actor(role, (Grant(role),)) for role in ("reader", "auditor"))
FIRM = Actor("firm", (Grant("firm", Scope("firm", "9100")),))
"""Sees what it files itself; telephones of officials it does not file."""


@pytest.fixture
def people() -> None:
    registers.upsert(
        "people",
        [{"person_id": "a", "name": "张三", "phone": PHONE},
         {"person_id": "b", "name": "李四", "phone": "02887654321"},
         {"person_id": "c", "name": "王五", "phone": None}],
        by="x",
    )  # fmt: skip
    registers.edit("people", "a", {"office": "科长"}, 1, by="x")


def test_masks() -> None:
    assert masked(PHONE, "phone") == "138******78"
    assert masked("110101199003071234", "identity") == "110" + "*" * 15
    assert masked("张三", "name") == "张***"
    assert masked("12", "phone") == "***"
    assert masked(None, "phone") is None
    assert masked("", "phone") == ""


@pytest.mark.parametrize("who", [READER, AUDITOR, FIRM])
def test_no_reading_tells_them(people: None, tmp_path: Path, who: Actor) -> None:
    table = load_tables()["people"]
    with acting(who):
        told = [
            str(registers.read("people").to_dicts()),
            registers.find("people", "a").phone,
            str(registers.history("people", "a")),
            str([row.phone for row in Person.versions.all()]),
            str(intake.record_of("people", ["a"])),
            str(access.mask(table, pl.DataFrame({"phone": [PHONE]})).to_dicts()),
        ]
        if access.allowed("export"):
            intake.export("people", tmp_path / "p.csv")
            told.append((tmp_path / "p.csv").read_text(encoding="utf-8"))
    for text in told:
        assert PHONE not in text
        assert "138******78" in text
    assert PHONE in str(registers.read("people").to_dicts())


def test_a_search_does_not_look_into_them(people: None) -> None:
    for word, found in ((PHONE[3:9], 1), ("张三", 1)):
        question = rolls.Question("people", words=(word,))
        assert rolls.answer(question, 0, 9).count == found
        with acting(READER):
            assert rolls.answer(question, 0, 9).count == (word == "张三")


def test_nobody_filters_or_sorts_by_what_they_may_not_see(
    people: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Texts are no filters today; were the column one, it would be refused."""
    assert "phone" not in kept_columns(register_of("people"))
    with acting(READER):
        for question in (
            rolls.Question("people", (rolls.Empty("phone"),)),
            rolls.Question("people", sort="phone"),
        ):
            for door in (rolls.ids_of, lambda q: rolls.answer(q, 0, 9)):
                with pytest.raises(Refused):
                    door(question)


def test_who_writes_sees_what_they_write() -> None:
    """Else a mask would be written back in place of what it hides."""
    for name, role in access.load_roles().roles.items():
        assert not role.writes or "personal" in role.may, name
