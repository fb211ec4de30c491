"""What lies outside a program's scope is as if it did not exist; personal columns are masked."""

from __future__ import annotations

import json

import pytest
from tests.web.registers.data import FIRMS, code

from liantu.records import registers

from .conftest import Make, Program, problem_of

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("registers_filled")]
MINE = [f["credit_code"] for f in FIRMS if f["area_code"] == "A1"]
OTHERS = [f["credit_code"] for f in FIRMS if f["area_code"] == "A2"]
NOBODYS = code(99_999)


def said_of(program: Program, method: str, key: str, tail: str = "", body: object = None) -> str:
    """What is said of a key, without the key."""
    found = program.call(method, f"/registers/firms/records/{key}{tail}", body, if_match='"1"')
    said = problem_of(found, 404)
    return json.dumps(said, ensure_ascii=False).replace(key, "…")


def test_records_of_others_are_records_that_do_not_exist(programs: Make) -> None:
    program = programs("district", "district:A1")
    for method, tail, body in (
        ("GET", "", None),
        ("GET", "/history", None),
        ("PATCH", "", {"values": {"name": "改"}}),
        ("DELETE", "?reason=a", None),
    ):
        assert said_of(program, method, OTHERS[0], tail, body) == said_of(
            program, method, NOBODYS, tail, body
        )
    assert len(registers.history("firms", OTHERS[0])) == 1


def test_lists_count_only_what_is_ones_own(programs: Make) -> None:
    program = programs("district", "district:A1")
    found = program.json("/registers/firms/records?limit=500")
    assert (found["count"], found["held"]) == (len(MINE), len(MINE))
    assert {row["key"] for row in found["items"]} == set(MINE)
    assert program.json("/registers/firms/records?area_code=A2")["count"] == 0


def test_a_narrowed_token_sees_what_its_scope_sees(programs: Make) -> None:
    narrowed = programs("planner", scopes=["district:A1"])
    assert narrowed.json("/registers/firms/records")["count"] == len(MINE)
    problem_of(narrowed.get(f"/registers/firms/records/{OTHERS[0]}"), 404)
    whole = programs("reader")
    assert whole.json("/registers/firms/records")["count"] == len(FIRMS)


def test_personal_columns_are_masked_for_who_needs_them_not(programs: Make) -> None:
    phone = "13800138000"
    registers.add("people", {"person_id": "R1", "name": "王五", "phone": phone}, "人事")
    sees, does_not = programs("planner"), programs("reader")
    path = "/registers/people/records"
    assert sees.json(path)["items"][0]["values"]["phone"] == phone
    without = programs("planner", name="b", capabilities=["read"])
    for program in (does_not, without):
        for address in (path, f"{path}/R1", f"{path}/R1/history"):
            assert phone not in program.get(address).content.decode()
