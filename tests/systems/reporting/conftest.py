"""A small city that files: three districts, four firms each, two months of returns, two parks."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from liantu.records import registers
from liantu.records.accept import Receipt, accept
from liantu.records.doors.check import check
from liantu.records.identity.credit_code import check_character

DISTRICTS = {"A1": "东区", "A2": "西区", "A3": "南区"}
HEAD = "统一社会信用代码,月份,营业收入（万元）,从业人员（人）"


def code_of(number: int) -> str:
    """A valid credit code."""
    body = f"91510100{number:09d}"
    return body + check_character(body)


FIRMS = {code_of(10 * at + n): area for at, area in enumerate(DISTRICTS) for n in range(4)}
"""Code → district."""


def fill_registers() -> None:
    """Areas, firms and parks."""
    since = date(2000, 1, 1)
    city = {"area_code": "A", "valid_from": since, "name": "甲市", "level": "city"}
    registers.upsert(
        "areas",
        [city] + [
            {"area_code": code, "valid_from": since, "name": name, "level": "district",
             "parent_code": "A"}
            for code, name in DISTRICTS.items()
        ],
        by="民政局",
    )  # fmt: skip
    registers.upsert(
        "firms",
        [
            {"credit_code": code, "name": f"企业{code[-4:]}", "area_code": area, "state": "open",
             "kind": "legal", "above_scale": True, "established_on": date(2010, 1, 1)}
            for code, area in FIRMS.items()
        ],
        by="统计局",
    )  # fmt: skip
    registers.upsert(
        "parks",
        [
            {"park_code": f"P{n}", "system_version": "2021", "name": f"{n}号园区",
             "area_code": area, "valid_from": since}
            for n, area in enumerate(("A1", "A1", "A2"), start=1)
        ],
        by="园区办",
    )  # fmt: skip


@pytest.fixture
def city(db: None) -> None:
    """The city's registers."""
    fill_registers()


Bring = Callable[..., Receipt]


def brought(folder: Path, district: str, month: str, revenue: Any = 5000, head: int = 100,
            table: str = "firm_month") -> Receipt:  # fmt: skip
    """A file of one district's firms for a month, through the door."""
    lines = [f"{code},{month},{revenue},{head}" for code, area in FIRMS.items() if area == district]
    path = folder / f"{district}-{month}-{revenue}.csv"
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    return accept(check(path, table), by=DISTRICTS[district])


@pytest.fixture
def bring(city: None, tmp_path: Path) -> Bring:
    """Brings a district's month."""

    def one(district: str, month: str, **more: Any) -> Receipt:
        return brought(tmp_path, district, month, **more)

    return one
