"""A series is answered from memory as from its files: any question, any moment, any reader."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest
from django.utils import timezone

from liantu.records import access, intake, rolls
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.identity.credit_code import check_character
from liantu.records.moments import moment_of
from liantu.records.rolls import Empty, OneOf, SeriesQuestion, StartsWith, Within, series
from liantu.records.tables.declared import table

pytestmark = pytest.mark.django_db
MONTH = table("firm_month")
NAMES = list(MONTH.by_name)
CODES = [b + check_character(b) for b in (f"9151010{n % 2}{n:09d}" for n in range(9))]
QUESTIONS = [
    SeriesQuestion(MONTH),
    SeriesQuestion(MONTH, sort="revenue_cny"),
    SeriesQuestion(MONTH, sort="revenue_cny", descending=True),
    SeriesQuestion(MONTH, sort="credit_code", descending=True),
    SeriesQuestion(MONTH, sort="gas_m3", descending=True),
    SeriesQuestion(MONTH, (OneOf("period", ("2025-02",)),), sort="tax_cny"),
    SeriesQuestion(
        MONTH, (Within("revenue_cny", 2e6, None), StartsWith("credit_code", "91510101"))
    ),
    SeriesQuestion(MONTH, (Empty("tax_cny"),), sort="revenue_cny"),
    SeriesQuestion(MONTH, (Empty("gas_m3"),)),
    SeriesQuestion(MONTH, (Within("gas_m3", 1.0, None),)),
    SeriesQuestion(MONTH, (), ("机械",), sort="revenue_cny", descending=True),
    SeriesQuestion(MONTH, (), ("3号", "机械"), sort="revenue_cny"),
]


def bring(path: Path, months: list[str], base: int) -> None:
    rows = [
        {"统一社会信用代码": code, "月份": month, "企业名称": f"模拟机械{n}号厂" if n % 2 else None,
         "营业收入（元）": float(base + n % 4 * 1_000_000),
         "税收（元）": None if n % 3 else float(n)}
        for month in months for n, code in enumerate(CODES)
    ]  # fmt: skip
    pl.DataFrame(rows, infer_schema_length=None).write_parquet(path)
    accept(check(path, "firm_month"), by="测试")


@pytest.fixture
def before(tmp_path: Path) -> str:
    """Months, some of them revised, one row withdrawn; the moment before that."""
    series._states.clear()
    bring(tmp_path / "a.parquet", ["2025-01", "2025-02"], 1_000_000)
    bring(tmp_path / "b.parquet", ["2025-03"], 2_000_000)
    moment = timezone.now().isoformat()
    bring(tmp_path / "c.parquet", ["2025-02"], 5_000_000)
    intake.withdraw(
        "firm_month", intake.keys_frame(MONTH, [(CODES[4], "2025-03")]), by="张", reason="报错"
    )
    return moment


@pytest.mark.parametrize("question", QUESTIONS, ids=range(len(QUESTIONS)))
def test_memory_says_what_the_files_say(question: SeriesQuestion, before: str) -> None:
    for vintage in (None, before):
        asked = SeriesQuestion(
            MONTH, question.conditions, question.words, question.sort, question.descending,
            vintage, moment_of(vintage),
        )  # fmt: skip
        for first, size in ((0, 5), (4, 50), (900, 5)):
            page, count, held = rolls.page_of_series(asked, first, size, NAMES)
            from_files = series._page_from_files(asked, first, size, NAMES)
            assert page.equals(from_files[0])
            assert (count, held) == from_files[1:]
        assert held == (26 if vintage is None else 27)
        every = pl.concat([pl.DataFrame(schema=MONTH.dtypes), *rolls.rows_of_series(asked, 4)])
        assert every.equals(series._page_from_files(asked, 0, 999, NAMES)[0])


def test_only_readers_of_the_whole_city_are_answered_from_memory(before: str) -> None:
    district = access.Scope("district", "510104")
    with access.acting(access.Actor("区县", (access.Grant("district", district),))):
        assert series._state(SeriesQuestion(MONTH)) is None
    assert not series._states
    assert series._state(SeriesQuestion(MONTH)) is not None


def test_a_new_batch_is_a_new_state_and_old_ones_give_way(
    before: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = series._state(SeriesQuestion(MONTH))
    assert first is series._state(SeriesQuestion(MONTH))
    assert first is not None
    monkeypatch.setattr(series, "BUDGET", first.size * 3 // 2)
    monkeypatch.setattr(series, "_A_CELL", 0)
    bring(tmp_path / "d.parquet", ["2025-04"], 3_000_000)
    page, count, _ = rolls.page_of_series(SeriesQuestion(MONTH), 0, 100, NAMES)
    assert count == 35
    assert page.height == 35
    assert len(series._states) == 1
    monkeypatch.setattr(series, "_A_CELL", 10**9)
    assert series._state(SeriesQuestion(MONTH)) is None
    assert rolls.page_of_series(SeriesQuestion(MONTH), 0, 100, NAMES)[1] == 35
