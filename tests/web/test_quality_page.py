"""The page of data quality: one sentence, heat tables with their classes, the rows behind them."""

from __future__ import annotations

import io
import re
from datetime import date
from pathlib import Path
from typing import Any

import fastexcel
import polars as pl
import pytest
from django.test import Client

from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.doors import check
from liantu.records.identity import credit_code
from liantu.records.quality.report import forget

pytestmark = pytest.mark.django_db

MONTHS = [f"2025-{n:02}" for n in range(1, 13)] + ["2026-01", "2026-02"]
PAGE = "/records/quality/"


def code(number: int) -> str:
    organisation = f"{number:08d}"
    body = f"91990100{organisation}{credit_code.organisation_check_character(organisation)}"
    return body + credit_code.check_character(body)


@pytest.fixture
def city(settings: Any, tmp_path: Path) -> None:
    """Two districts; firm 2 leaves a month out, 3 mistakes a unit, 4 never files."""
    settings.HOME = tmp_path / "home"
    forget()
    since = date(2000, 1, 1)
    registers.upsert(
        "areas",
        [{"area_code": code_, "valid_from": since, "name": name, "level": "district"}
         for code_, name in (("990102", "东区"), ("990103", "<西>区"))],
        by="测试",
    )  # fmt: skip
    registers.upsert(
        "firms",
        [{"credit_code": code(n), "name": f"第{n}<b>厂", "above_scale": True,
          "established_on": since, "area_code": "990103" if n > 2 else "990102"}
         for n in range(1, 5)],
        by="测试",
    )  # fmt: skip
    rows = [
        {"统一社会信用代码": code(n), "月份": period, "从业人员（人）": 100,
         "营业收入（元）": 1e11 if (n, period) == (3, "2025-06") else 1e7}
        for n in (1, 2, 3) for period in MONTHS if (n, period) != (2, "2025-03")
    ]  # fmt: skip
    path = tmp_path / "months.parquet"
    pl.DataFrame(rows).write_parquet(path)
    accept(check(path, "firm_month"), by="测试")


def text(client: Client, address: str = PAGE) -> str:
    response = client.get(address)
    assert response.status_code == 200, response.content.decode()
    return response.content.decode()


DUE = {"as_of": "2026-03-20"}


def address(**query: str) -> str:
    return PAGE + "?" + "&".join(f"{name}={value}" for name, value in {**DUE, **query}.items())


def test_the_first_screen_says_it_in_one_sentence(client: Client, city: None) -> None:
    page = text(client, address())
    (said,) = re.findall(r"<h1>(.*?)</h1>", page)
    assert said == (
        "截至2026年3月20日到期的56份报表中，缺15份（26.8%），迟报0份；"
        "所存47条记录中，2条存疑。缺得最多的是&lt;西&gt;区的企业月报，14份。"
    )
    assert "<b>厂" not in page


def test_a_cell_carries_its_figure_its_class_and_its_rows(client: Client, city: None) -> None:
    page = text(client, address(table="firm_month", list="missing", until="2025-12"))
    cell = re.search(
        r'<td class="(c\d)" title="东区 2025-03：1 / 2"[^>]*><a href="([^"]+)">1</a>', page
    )
    assert cell
    assert cell[1] == "c4"
    assert "district=990102&amp;period=2025-03" in cell[2]
    assert ">&gt; 20%</i>" in page
    rows = text(client, cell[2].replace("&amp;", "&").split("#")[0])
    body = rows[rows.index('id="rows"') :]
    assert body.count("<tr>") == 2
    assert code(2) in body
    assert "2025-04-18" in body


def test_earlier_periods_are_a_link_away(client: Client, city: None) -> None:
    page = text(client, address(table="firm_month", list="missing"))
    assert "until=2025-03" in page
    assert ">2025-02<" not in page.split('id="rows"')[0]
    assert ">2025-02<" in text(client, address(table="firm_month", until="2025-03"))


def test_doubtful_rows_say_what_was_found_and_what_to_do(client: Client, city: None) -> None:
    page = text(client, address(table="firm_month", list="wrong"))
    assert "疑为单位误用" in page
    client.cookies["liantu_language"] = "en"
    english = text(client, address(table="firm_month", list="wrong"))
    assert "Unit slip suspected" in english
    assert "Of 56 returns due by 2026-03-20, 15 (26.8%) are missing" in english


def test_the_past_and_another_due_day_are_in_the_address(client: Client, city: None) -> None:
    assert "台账中还没有可核对的记录" in text(client, PAGE + "?vintage=2020-01-01")
    assert "截至2025年4月1日到期的" in text(client, PAGE + "?as_of=2025-04-01")


def test_rows_to_take_away(client: Client, city: None) -> None:
    query = "?as_of=2026-03-20&table=firm_month&list=missing&district=990103"
    response = client.get(f"{PAGE}rows.csv{query}")
    assert response.headers["Content-Type"].startswith("text/csv")
    told = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert told[0] == "表,代码,名称,区县,期间,应报日期,逾期天数,情形"
    assert len(told) == 15
    assert told[1].startswith(f"企业月报,{code(4)},第4<b>厂,<西>区,2025-01,2025-02-18,")
    book = b"".join(client.get(f"{PAGE}rows.xlsx{query}").streaming_content)
    sheet = fastexcel.read_excel(io.BytesIO(book).getvalue()).load_sheet(0).to_polars()
    assert sheet.height == 14
    assert sheet["情形"].unique().to_list() == ["从未报送"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("table=nothing", 400),
        ("list=nothing", 400),
        ("page=0", 400),
        ("page=x", 400),
        ("as_of=yesterday", 400),
        ("as_of=9999-12-31", 400),
        ("vintage=9999-12-31T23:00:00%2B00:00", 400),
        ("vintage=99999", 404),
        ("table=firm_month&page=999", 200),
        ("table=firms&district=%27%3B--&period=%F0%9F%92%A3", 200),
        ("table=parks&list=late", 200),
        ("table=firm_month&until=9999-99", 200),
    ],
)  # fmt: skip
def test_odd_addresses(client: Client, city: None, query: str, status: int) -> None:
    assert client.get(f"{PAGE}?{query}").status_code == status


def test_the_page_is_nobody_elses_and_asked_anew(client: Client, city: None) -> None:
    assert client.get(PAGE)["Cache-Control"] == "private, no-store"


def test_other_files_are_not_there(client: Client, city: None) -> None:
    assert client.get(f"{PAGE}rows.exe").status_code == 404


def test_an_empty_ledger_has_a_page(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path
    forget()
    assert "台账中还没有可核对的记录" in text(client)
