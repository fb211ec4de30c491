"""A small made-up city: areas, parks, firms with valid credit codes."""

from __future__ import annotations

from datetime import date
from typing import Any

from liantu.records import registers
from liantu.records.identity.credit_code import check_character

AREAS = [
    {"area_code": "A0", "valid_from": date(2000, 1, 1), "name": "甲市", "level": "city"},
    {"area_code": "A1", "valid_from": date(2000, 1, 1), "name": "东区", "level": "district",
     "parent_code": "A0"},
    {"area_code": "A2", "valid_from": date(2000, 1, 1), "name": "西区", "level": "district",
     "parent_code": "A0"},
]  # fmt: skip
PARKS = [
    {"park_code": "P1", "system_version": "2021", "name": "装备园", "area_code": "A1"},
    {"park_code": "P2", "system_version": "2021", "name": "材料园", "area_code": "A2"},
]
_SIZES = ("large", "medium", "small", "micro")
_STATES = ("open", "open", "paused", "closed")
_MAKES = ("轴承", "齿轮", "电池")


def code(number: int) -> str:
    """A valid credit code."""
    body = f"91510100{number:09d}"
    return body + check_character(body)


def firm(number: int) -> dict[str, Any]:
    """One firm, its cells following from its number."""
    make = _MAKES[number % 3]
    return {
        "credit_code": code(number),
        "name": f"甲市{make}{number}号有限公司",
        "industry_code": f"{34 + number % 3}{number % 7}1",
        "state": _STATES[number % 4],
        "size": _SIZES[number * 7 % 4],
        "above_scale": number % 5 == 0,
        "area_code": f"A{1 + number % 2}",
        "park_code": None if number % 4 == 3 else f"P{1 + number % 2}",
        "capital_cny": None if number % 11 == 0 else float((number * 37) % 101 * 100_000),
        "established_on": date(2000 + number % 20, 1 + number % 12, 1),
        "main_product": f"{make}、部件{number}",
    }


FIRMS = [firm(number) for number in range(130)]


def fill() -> None:
    """Brings the city into the registers."""
    registers.upsert("areas", AREAS, by="民政局")
    registers.upsert("parks", PARKS, by="经信局")
    registers.upsert("firms", FIRMS, by="统计局")
