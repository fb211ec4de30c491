"""A made-up city of two districts whose indicators are reckoned by hand."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from django.contrib.auth.models import User
from django.test import Client

from liantu.records import access, registers
from liantu.records.accept import accept
from liantu.records.doors import check
from liantu.records.identity import credit_code
from liantu.systems.indicators import held

MONTHS = [f"{year}-{month:02}" for year in (2024, 2025) for month in range(1, 13)]
SINCE = date(2000, 1, 1)


def code(number: int) -> str:
    organisation = f"{number:08d}"
    body = f"91990100{organisation}{credit_code.organisation_check_character(organisation)}"
    return body + credit_code.check_character(body)


def revenue(number: int, period: str) -> float:
    """Firm 1 makes 100 million yuan a month, firm 2 twice that …; 10% more in 2025."""
    return number * 1e8 * (1.1 if period.startswith("2025") else 1.0)


def bring(folder: Path, table: str, rows: list[dict[str, Any]], *, label: str = "") -> None:
    """Accept rows through the door; ``label`` is written above the header."""
    path = folder / f"{table}-{abs(hash(str(rows))) % 10**9}.csv"
    text = pl.DataFrame(rows).write_csv()
    path.write_text(f"{label}\n{text}" if label else text, encoding="utf-8")
    accept(check(path, table), by="测试")


@pytest.fixture
def home(db: None, settings: Any, tmp_path: Path) -> Path:
    settings.HOME = tmp_path / "home"
    held.forget()
    return tmp_path


@pytest.fixture
def places(home: Path) -> Path:
    """Two districts with boundaries, four firms: 1 and 2 in the east, 3 and 4 in the west."""
    square = '{{"type":"Polygon","coordinates":[[[{0},30],[{1},30],[{1},31],[{0},31],[{0},30]]]}}'
    registers.upsert(
        "areas",
        [{"area_code": key, "valid_from": SINCE, "name": name, "level": "district",
          "boundary": square.format(west, west + 1)}
         for key, name, west in (("990102", "东区", 104), ("990103", "=<西>区", 103))],
        by="测试",
    )  # fmt: skip
    registers.upsert(
        "firms",
        [{"credit_code": code(n), "name": f"第{n}厂", "above_scale": True, "state": "open",
          "established_on": SINCE, "area_code": "990102" if n < 3 else "990103"}
         for n in range(1, 5)],
        by="测试",
    )  # fmt: skip
    return home


def months(firms: tuple[int, ...] = (1, 2, 3, 4)) -> list[dict[str, Any]]:
    """Monthly returns; firm 3 left October 2025 out."""
    return [
        {"统一社会信用代码": code(n), "月份": period, "营业收入（元）": revenue(n, period),
         "利润总额（元）": revenue(n, period) / 10}
        for n in firms for period in MONTHS if (n, period) != (3, "2025-10")
    ]  # fmt: skip


@pytest.fixture
def returns(places: Path) -> Path:
    """The monthly returns of all firms came in."""
    bring(places, "firm_month", months())
    return places


People = Callable[..., Client]


@pytest.fixture
def people(db: None) -> People:
    """Signs somebody in who holds a role in a scope."""

    def sign_in(role: str = "administrator", scope: str = "city") -> Client:
        user = User(username=f"{role}-{scope}".replace(":", "-"))
        user.set_unusable_password()
        user.save()
        access.grant(user, role, access.scope_of(scope))
        client = Client()
        client.force_login(user)
        return client

    return sign_in
