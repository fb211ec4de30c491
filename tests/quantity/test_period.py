"""Periods: the ways in which statistics write them, and the nonsense that must be refused."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from liantu.errors import InvalidPeriod
from liantu.quantity.period import Period, moment, months, parse_period, year, year_end

MEANINGS = {
    "2025": year(2025),
    "2025年": year(2025),
    "２０２５年度": year(2025),
    "2025年全年": year(2025),
    "2025年1-12月": year(2025),
    "2025年一季度": months(2025, 1, 2025, 3),
    "2025年第四季度": months(2025, 10, 2025, 12),
    "2025Q4": months(2025, 10, 2025, 12),
    "2025-Q1": months(2025, 1, 2025, 3),
    "2025年上半年": months(2025, 1, 2025, 6),
    "2025年1—6月": months(2025, 1, 2025, 6),
    "2025年下半年": months(2025, 7, 2025, 12),
    "2025年前三季度": months(2025, 1, 2025, 9),
    "2025年1至9月": months(2025, 1, 2025, 9),
    "2025年1-5月": months(2025, 1, 2025, 5),
    "2025年1月～5月": months(2025, 1, 2025, 5),
    "2025年前5个月": months(2025, 1, 2025, 5),
    "2025年前十一个月": months(2025, 1, 2025, 11),
    "2025年5月": months(2025, 5, 2025, 5),
    "2025年十二月": months(2025, 12, 2025, 12),
    "2025-05": months(2025, 5, 2025, 5),
    "2020年12月(当月)": months(2020, 12, 2020, 12),
    "2020年12月(累计)": year(2020),
    "2025年5-8月": months(2025, 5, 2025, 8),
    "2016-2020": months(2016, 1, 2020, 12),
    "2016—2020年": months(2016, 1, 2020, 12),
    "“十三五”时期": months(2016, 1, 2020, 12),
    "“十五五”": months(2026, 1, 2030, 12),
    "2020年末": year_end(2020),
    "2020年底": year_end(2020),
    "“十三五”末": year_end(2020),
    "截至2020年底": year_end(2020),
    "2025年6月末": moment(date(2025, 6, 30)),
    "截至2025年6月": moment(date(2025, 6, 30)),
    "2025年3月15日": moment(date(2025, 3, 15)),
    "2025-03-15": moment(date(2025, 3, 15)),
    "2019-07前": moment(date(2019, 6, 30)),
    "2023年7月前": moment(date(2023, 6, 30)),
    "2025年末（2026-02-24会议）": year_end(2025),
    "2022年末(2023-02报告)": year_end(2022),
    "2022(第七批)": year(2022),
    "2022年度认定(2023-02)": year(2022),
    "2025榜(2024营收)": year(2024),
    "2025榜": year(2025),
    "2021(2022年文)": year(2021),
}

NONSENSE = [
    "",
    "去年",
    "25年",
    "2025年13月",
    "2025年0月",
    "2025-13",
    "2025年五季度",
    "2025Q5",
    "2025年1-13月",
    "2025年8-5月",
    "2025年前五季度",
    "2020-2016",
    "2025年2月30日",
    "2024-25",
    "0025",
    "9999年",
    "3025",
    "一五时期",
    "2025.6",
    "2025年中",
    "2025年1-5",
    "nan",
    "2025年" * 50,
    "截止" * 500,
]


@pytest.mark.parametrize(("written", "meant"), MEANINGS.items(), ids=list(MEANINGS))
def test_meaning(written: str, meant: Period) -> None:
    period = parse_period(written)
    assert period == meant
    assert period.written == written


@pytest.mark.parametrize("written", NONSENSE, ids=[text[:12] or "empty" for text in NONSENSE])
def test_nonsense_is_refused(written: str) -> None:
    with pytest.raises(InvalidPeriod) as caught:
        parse_period(written)
    assert written[:10] in caught.value.message.zh
    assert "Expected" in caught.value.message.en


def test_remark_is_kept_beside_the_meaning() -> None:
    assert parse_period("2022(第七批)").remark == "第七批"
    assert parse_period("2025榜(2024营收)").remark == "2025榜(2024营收)"
    assert parse_period("2022年度认定(2023-02)").remark == "2022年度认定(2023-02)"


def test_kinds() -> None:
    kinds = {text: parse_period(text).kind for text in MEANINGS}
    assert kinds["2025年1-5月"] == kinds["2025年前三季度"] == "ytd"
    assert kinds["2025年1—6月"] == "half"
    assert kinds["2025年5-8月"] == kinds["2016-2020"] == "span"
    assert kinds["2020年末"] == "moment"


def test_covers_year() -> None:
    assert year(2025).covers_year(2025)
    assert not year(2025).covers_year(2024)
    assert year_end(2025).covers_year(2025)
    assert months(2016, 1, 2020, 12).covers_year(2018)
    assert not parse_period("2025年1-11月").covers_year(2025)
    assert not parse_period("2025年12月").covers_year(2025)


def test_a_kind_that_its_days_contradict_cannot_be_built() -> None:
    with pytest.raises(InvalidPeriod):
        Period("quarter", date(2025, 2, 1), date(2025, 4, 30))
    with pytest.raises(InvalidPeriod):
        Period("span", date(2025, 1, 1), date(2025, 12, 31))
    with pytest.raises(InvalidPeriod):
        Period("year", date(2025, 1, 1), date(2025, 12, 30))


def test_every_period_of_the_real_figures_is_read(shared: Path) -> None:
    for name in ("observations.csv", "other_targets.csv"):
        with (shared / "data" / "observations" / name).open(encoding="utf-8-sig") as handle:
            rows = list(csv.DictReader(handle))
        assert rows
        for row in rows:
            assert parse_period(row["period"]).year in range(2013, 2028), row["period"]
