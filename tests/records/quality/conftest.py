"""A small city in the ledger: two districts, a dozen firms, a year of monthly returns."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path
from typing import Any
from unittest import mock

import polars as pl
import pytest
from django.utils import timezone

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors import check, write_table
from liantu.records.identity import credit_code
from liantu.records.quality.report import forget
from liantu.records.tables.declared import table

EAST, WEST, CITY = "990102", "990103", "990100"


def square(west: float, south: float, size: float = 0.2) -> str:
    """A square as GeoJSON."""
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def code(number: int) -> str:
    """A credit code that holds."""
    organisation = f"{number:08d}"
    body = f"91990100{organisation}{credit_code.organisation_check_character(organisation)}"
    return body + credit_code.check_character(body)


def firm(number: int, **more: Any) -> dict[str, Any]:
    """One above-scale firm of the eastern district."""
    plain = {
        "credit_code": code(number),
        "name": f"甲市第{number}机械有限公司",
        "kind": "legal",
        "established_on": date(2010, 1, 1),
        "state": "open",
        "area_code": EAST,
        "above_scale": True,
    }
    return {**plain, **more}


def month(number: int, period: str, **more: Any) -> dict[str, Any]:
    """One plausible monthly return."""
    plain = {
        "credit_code": code(number),
        "period": period,
        "revenue_cny": 10_000_000.0,
        "output_cny": 10_500_000.0,
        "tax_cny": 300_000.0,
        "employees": 100,
        "electricity_kwh": 200_000.0,
    }
    return {**plain, **more}


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path / "home"
    forget()
    return tmp_path / "home"


@pytest.fixture
def areas(db: None) -> None:
    """A city of two districts, drawn as two squares side by side."""
    since = date(2000, 1, 1)
    rows = [
        {"area_code": CITY, "valid_from": since, "name": "甲市", "level": "city"},
        {"area_code": EAST, "valid_from": since, "name": "东区", "level": "district",
         "parent_code": CITY, "boundary": square(100.0, 30.0)},
        {"area_code": WEST, "valid_from": since, "name": "西区", "level": "district",
         "parent_code": CITY, "boundary": square(99.8, 30.0)},
        {"area_code": "990102001", "valid_from": since, "name": "东镇", "level": "town",
         "parent_code": EAST},
    ]  # fmt: skip
    register("areas", rows)


def _at(day: date, minute: int) -> datetime:
    return datetime.combine(day, time(9, minute), timezone.get_current_timezone())


def register(table_id: str, rows: list[dict[str, Any]], on: date = date(2024, 12, 1)) -> None:
    """Enters records on a given day."""
    at = _at(on, 0)
    with mock.patch.object(timezone, "now", return_value=at):
        registers.upsert(table_id, rows, by="测试")


Bring = Callable[..., str]


@pytest.fixture
def bring(areas: None, tmp_path: Path) -> Bring:
    """Takes rows of a series in on a given day, through the door; the batch comes back."""
    number = 0

    def rows_in(table_id: str, rows: list[dict[str, Any]], on: date, **how: Any) -> str:
        nonlocal number
        number += 1
        path = tmp_path / f"{table_id}-{number}.parquet"
        declared = table(table_id)
        columns = list(dict.fromkeys(name for row in rows for name in row))
        frame = pl.DataFrame(rows, schema={n: declared[n].dtype for n in columns})
        write_table(frame, declared, path)
        at = _at(on, number)
        with mock.patch.object(timezone, "now", return_value=at):
            checked = check(path, table_id, today=on)
            assert not checked.rejected, checked.rejected[0].message
            return accept(checked, by="测试", **how).vintage

    return rows_in
