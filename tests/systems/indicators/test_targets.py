"""Targets of the plan read what the records come to, and say so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from tests.systems.indicators.conftest import People, bring, code, months
from tests.systems.indicators.test_pages import text_of

from liantu.plan.package import Measured, Meta, PlanPackage, Target
from liantu.records import ledger
from liantu.records.doors.writing import synthetic_title
from liantu.records.figures.interpret import COLUMNS
from liantu.systems.targets import from_records
from liantu.systems.targets.board import board

pytestmark = pytest.mark.django_db
END = date(2025, 12, 31)


@pytest.fixture
def plan(places: Path) -> Path:
    """A plan that wants 125 hundred million yuan of revenue by 2025."""
    from_records.forget()
    meta = Meta(
        title="某市规划", area="某市", start_year=2021, end_year=2025, horizon_year=None,
        source_sha256="0" * 64, source_chars=1, compiler="test",
    )  # fmt: skip
    aim = Target(
        id="b1", clause="专栏1", start=0, end=1, subject="全市", indicator="规上工业企业营业收入",
        form="level", comparator=">=", low=125, high=None, unit="亿元", year=2025, baseline=100,
        baseline_year=2020, measured=Measured(unit="元", low=125e8, high=None, baseline=100e8),
    )  # fmt: skip
    ledger.load_plan(PlanPackage(meta=meta, clauses=(), targets=(aim,)))
    return places


def publish(folder: Path, value: float) -> None:
    path = folder / "figures.csv"
    row = f"规上工业企业营业收入,某市,2025年,{value},亿元,某市统计公报(2026-03-01),,,press"
    path.write_text(f"{','.join(COLUMNS)}\n{row}\n", encoding="utf-8")
    ledger.import_observations(path, by="测试")


def test_records_decide_where_nothing_was_published(plan: Path, people: People) -> None:
    assert board(END).states[0].verdict == "cannot_tell"
    bring(plan, "firm_month", months())
    from_records.forget()
    assert board(END).states[0].verdict == "meets"
    text = text_of(people().get("/targets/b1/?as_of=2025-12-31").content)
    assert "记录算出" in text
    assert "128.7" in text
    assert "用于判定" in text


def test_published_figures_decide_and_the_difference_stands_beside(
    plan: Path, people: People
) -> None:
    bring(plan, "firm_month", months())
    publish(plan, 120)
    from_records.forget()
    assert board(END).states[0].verdict == "fails"
    client = people()
    text = text_of(client.get("/targets/b1/?as_of=2025-12-31").content)
    assert "仅作对照" in text
    assert "+8.7" in text
    one = text_of(client.get("/indicators/above_scale_revenue/?period=2025").content)
    assert re.search(r"算出数减公布数 \+8.7 亿元 ?（\+7.25%）", one), one[200:900]


def test_synthetic_records_never_decide(plan: Path, people: People) -> None:
    bring(plan, "firm_month", months(), label=synthetic_title())
    from_records.forget()
    assert board(END).states[0].verdict == "cannot_tell"
    text = text_of(people().get("/targets/b1/?as_of=2025-12-31").content)
    assert "模拟数据，不用" in text


def test_thin_records_never_decide(plan: Path) -> None:
    bring(plan, "firm_month", [row for row in months() if row["统一社会信用代码"] != code(4)])
    from_records.forget()
    assert board(END).states[0].verdict == "cannot_tell"
