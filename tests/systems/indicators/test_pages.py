"""Pages of indicators: the list and one indicator, against figures reckoned by hand."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.systems.indicators.conftest import MONTHS, SINCE, People, bring, code, months

from liantu.records import registers
from liantu.records.doors.writing import synthetic_title

pytestmark = pytest.mark.django_db
ONE = "/indicators/above_scale_revenue/"


def text_of(page: bytes) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.decode()))


def test_the_list_tells_values_gaps_and_what_is_needed(returns: Path, people: People) -> None:
    page = text_of(people().get("/indicators/").content)
    assert re.search(r"\d+项指标中，\d+项已由台账记录算出最新数值", page)
    # 12 months of 1.1 × (1 + 2 + 3 + 4) × 1 亿元, less firm 3's October.
    assert "规上工业企业营业收入 128.7 亿元 2025年" in page
    assert "待提供" in page
    assert "统计部门" in page


def test_an_empty_ledger_says_so(home: Path, people: People) -> None:
    page = text_of(people().get("/indicators/").content)
    assert "台账中还没有可计算的记录" in page
    assert "模拟数据" not in page


def test_the_list_is_narrowed_by_the_address(returns: Path, people: People) -> None:
    client = people()
    found = text_of(client.get("/indicators/?q=above_scale_revenue").content)
    assert "规上工业企业营业收入" in found
    assert "总产值" not in found
    assert "没有符合条件的指标" in text_of(client.get("/indicators/?q=无此指标").content)
    needed = text_of(client.get("/indicators/?state=needs").content)
    assert "规上工业增加值增速" in needed
    assert "128.7" not in needed


def test_one_indicator_in_ten_seconds(returns: Path, people: People) -> None:
    client = people()
    page = client.get(ONE).content.decode()
    text = text_of(page.encode())
    # 2024: 120 亿元. 128.7 / 120 = 1.0725
    assert "2025年规上工业企业营业收入128.7亿元，较上年同期+7.25%。" in text
    # 47 of 48 returns
    assert "97.9%" in text
    assert "4 / 应报4户" in text
    base = text_of(client.get("/indicators/revenue_monthly/").content)
    assert "求和 ( 营业收入 )" in base
    assert 'href="/records/firm_month/' in page


def test_districts_are_ranked_and_drawn(returns: Path, people: People) -> None:
    page = people().get(ONE + "?period=2025&by=district").content.decode()
    text = text_of(page.encode())
    # East: (1 + 2) × 1.1 × 12 = 39.6; west: (3 + 4) × 1.1 × 12 − 3.3 = 89.1
    assert re.search(r"1 =&lt;西&gt;区 89.10 .*2 东区 39.60", text)
    assert "<西>" not in page
    assert page.count("<title>") == 1 + 2  # the page's own, and one a district on the map
    assert 'class="area-5"' in page


def test_a_period_without_records_is_absent_not_nought(returns: Path, people: People) -> None:
    text = text_of(people().get(ONE + "?period=2019").content)
    assert "2019年：" in text
    assert "未" in text
    assert "0.00 亿元" not in text


def test_what_had_been_recorded_by_a_day(returns: Path, people: People) -> None:
    text = text_of(people().get(ONE + "?as_of=2001-01-01").content)
    assert "台账中还没有可计算的记录" in text


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/indicators/none/", 404),
        (ONE + "?by=weather", 400),
        (ONE + "?period=2025-13", 400),
        (ONE + "?kind=week", 400),
        (ONE + "?as_of=soon", 400),
        (ONE + "values.pdf", 404),
        (ONE + "values.csv?list=all", 400),
    ],
)
def test_addresses_that_ask_for_nothing_real(
    returns: Path, people: People, address: str, status: int
) -> None:
    assert people().get(address).status_code == status


def test_a_district_sees_its_own_group_and_the_city(returns: Path, people: People) -> None:
    registers.upsert(
        "firms",
        [{"credit_code": code(5), "name": "第5厂", "above_scale": True, "state": "open",
          "established_on": SINCE, "area_code": "990103"}],
        by="测试",
    )  # fmt: skip
    bring(returns, "firm_month", [
        {"统一社会信用代码": code(5), "月份": period, "营业收入（元）": 0.0} for period in MONTHS
    ])  # fmt: skip
    client = people("district", "district:990102")
    text = text_of(client.get(ONE + "?period=2025&by=district").content)
    assert "128.7" in text
    assert "39.6" in text
    assert "89.1" not in text
    assert "不公开" in text
    file = b"".join(client.get(ONE + "values.csv?list=groups&period=2025&by=district"))  # type: ignore[arg-type]
    assert "39.6" in file.decode()
    assert "89.1" not in file.decode()


def test_a_district_that_could_subtract_itself_is_not_told_the_city(
    returns: Path, people: People
) -> None:
    """Two firms are in the other district: the city less one's own would be theirs."""
    client = people("district", "district:990102")
    text = text_of(client.get(ONE + "?period=2025&by=district").content)
    assert "39.6" in text
    assert "128.7" not in text
    assert "89.1" not in text


def test_files_hold_no_formula(returns: Path, people: People) -> None:
    sent = people().get(ONE + "values.csv?list=groups&period=2025&by=district")
    text = b"".join(sent).decode()  # type: ignore[arg-type]
    assert "'=<西>区" in text
    assert ",=<西>区" not in text
    assert "模拟数据" not in text


def test_synthetic_figures_say_so_everywhere(places: Path, people: People) -> None:
    bring(places, "firm_month", months(), label=synthetic_title())
    client = people()
    assert "模拟数据" in text_of(client.get("/indicators/").content)
    assert "模拟数据" in text_of(client.get(ONE).content)
    file = b"".join(client.get(ONE + "values.csv")).decode()  # type: ignore[arg-type]
    assert file.lstrip("\ufeff").startswith("模拟数据") or "模拟数据" in file.splitlines()[0]


def test_values_follow_what_is_recorded(returns: Path, people: People) -> None:
    client = people()
    assert "128.7" in text_of(client.get(ONE).content)
    late = {"统一社会信用代码": code(3), "月份": "2025-10", "营业收入（元）": 3.3e8}
    bring(returns, "firm_month", [late])
    assert "132 亿元" in text_of(client.get(ONE).content)


def test_a_needed_indicator_says_from_whom(returns: Path, people: People) -> None:
    text = text_of(people().get("/indicators/above_scale_value_added_growth/").content)
    assert "须由统计部门提供" in text


def test_faults_of_own_measures_leave_the_packaged_ones(home: Path, people: People) -> None:
    own = home / "home" / "measures"
    own.mkdir(parents=True)
    (own / "mine.yaml").write_text("measures: [{id: x}]\n", encoding="utf-8")
    text = text_of(people().get("/indicators/").content)
    assert "mine.yaml" in text
    assert "规上工业企业营业收入" in text


def test_a_value_walks_back_to_its_records(returns: Path, people: People) -> None:
    client = people()
    base = "/indicators/revenue_monthly/?period=2025-10&by=district&group="
    west = text_of(client.get(base + "990103").content)
    # Firm 3 left October out.
    assert "第4厂 2025-10 4.40" in west or "第4厂 2025-10 44,000" in west
    assert "第3厂" not in west
    assert "第1厂" not in west
    derived = client.get(ONE + "?period=2025&by=district&group=990103").content.decode()
    assert "/indicators/revenue_monthly/?period=2025&amp;by=district&amp;group=990103" in derived


def test_records_of_others_are_not_shown(returns: Path, people: People) -> None:
    client = people("district", "district:990102")
    base = "/indicators/revenue_monthly/?period=2025-10&by=district&group="
    assert "没有您有权查看的记录" in text_of(client.get(base + "990103").content)
    assert "第1厂" in text_of(client.get(base + "990102").content)
    whole = text_of(client.get("/indicators/revenue_monthly/?period=2025-10&records=1").content)
    assert "第2厂" in whole
    assert "第4厂" not in whole
