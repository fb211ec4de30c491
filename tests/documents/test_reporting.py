"""The whole job: from the ledger to files, twice the same, the second with differences."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from sample_boards import AREA, package, target

from liantu.documents import report
from liantu.errors import NotFound, NothingToCompute, UsageError
from liantu.records.ledger import import_observations, load_plan, vintages
from liantu.systems.dispatch import ledger
from liantu.systems.dispatch.issue import issue
from liantu.systems.dispatch.models import FrozenEdition

pytestmark = pytest.mark.django_db

HEAD = "indicator,area,period,value,unit,source_title,source_url,note,trust\n"
FIRST = (
    f"规上工业企业数量,{AREA},2020年末,3576,户,plan text,plan text,,plan\n"
    f"规上工业企业数量,{AREA},2024年末,4300,户,{AREA}统计公报(2025-03-01),,,official\n"
    f"规上工业企业营业收入利润率,{AREA},2025年1-10月,6.1,%,{AREA}日报(2025-12-01),,,press\n"
)
SECOND = f"规上工业企业数量,{AREA},2025年末,4712,户,{AREA}统计公报(2026-03-01),,,official\n"


@pytest.fixture
def city(tmp_path: Path) -> Path:
    """A ledger with a small plan and its first figures."""
    targets = (
        target("b1.1", "规上工业企业数量", number="1", category="规模效益", low=4500, high=4500,
               baseline=3576, baseline_year=2020),
        target("c4.1-1", "智能工厂", low=50, unit="家", comparator=">="),
    )  # fmt: skip
    load_plan(package(targets))
    bring(tmp_path, "first.csv", FIRST)
    return tmp_path


def bring(folder: Path, name: str, rows: str) -> None:
    path = folder / name
    path.write_text(HEAD + rows, encoding="utf-8")
    assert import_observations(path, by="test").accepted


def test_writes_a_frozen_edition(city: Path) -> None:
    paths = report("quarterly", "2025Q4", city / "out")
    assert [path.suffix for path in paths] == [".docx", ".pdf", ".xlsx"]
    made = ledger.read("quarterly", 1)
    assert (made.period, made.plan.area) == ("2025Q4", AREA)
    assert made.vintage_label.startswith("第")
    assert made.vintage_label.endswith("入库）")


def test_asked_again_it_is_the_same_edition_byte_for_byte(city: Path) -> None:
    first = [path.read_bytes() for path in report("final", "2025Q4", city / "a")]
    second = [path.read_bytes() for path in report("final", "2025", city / "b")]
    assert first == second
    assert FrozenEdition.objects.count() == 1


def test_second_edition_shows_what_changed(city: Path) -> None:
    report("quarterly", "2025Q3", city)
    bring(city, "second.csv", SECOND)
    report("quarterly", "2025Q4", city)
    second = ledger.read("quarterly", 2)
    assert second.previous is not None
    assert (second.previous.number, second.previous.period_label) == (1, "2025年第三季度")
    added = [c for c in second.changes if c.kind == "figure_added"]
    assert [(c.name, c.after) for c in added] == [("规上工业企业数量（2025年末）", "4,712户")]
    turned = {c.target: (c.before, c.after) for c in second.changes if c.kind == "light"}
    assert turned["b1.1"][1] == "已完成"


def test_earlier_vintage_can_be_reported_again(city: Path) -> None:
    bring(city, "second.csv", SECOND)
    old = vintages()[0].id
    report("quarterly", "2025Q4", city, vintage=old)
    made = ledger.read("quarterly", 1)
    assert made.vintage == old
    assert "4712" not in made.canonical()


def test_edition_to_compare_with_can_be_named(city: Path) -> None:
    report("quarterly", "2025Q2", city)
    report("quarterly", "2025Q3", city)
    bring(city, "second.csv", SECOND)
    report("quarterly", "2025Q4", city, previous=1)
    third = ledger.read("quarterly", 3)
    assert third.previous is not None
    assert third.previous.period_label == "2025年第二季度"
    with pytest.raises(NotFound, match="第9期"):
        report("quarterly", "2025Q4", city, previous=9)


def test_nothing_is_frozen_where_nothing_can_be_written(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = city / "taken"
    taken.write_text("x")
    with pytest.raises(UsageError, match="无法写入"):
        report("quarterly", "2025Q4", taken)

    def fails(*_: object, **__: object) -> list[Path]:
        raise RuntimeError("layout failed")

    monkeypatch.setattr("liantu.documents.reporting.render", fails)
    with pytest.raises(RuntimeError):
        report("quarterly", "2025Q4", city / "out")
    assert not FrozenEdition.objects.exists()


@pytest.mark.parametrize("period", ["2025Q5", "Q4", "2031Q1"])
def test_periods_that_cannot_be_leave_nothing(city: Path, period: str) -> None:
    with pytest.raises(UsageError):
        report("quarterly", period, city / "out")
    assert not FrozenEdition.objects.exists()


def test_period_still_to_come(city: Path) -> None:
    with pytest.raises(UsageError, match="尚未结束"):
        issue("quarterly", "2025Q4", now=datetime(2025, 11, 30, tzinfo=UTC))


def test_ledger_without_a_plan(tmp_path: Path) -> None:
    with pytest.raises(NothingToCompute):
        report("final", "2025", tmp_path)


def test_period_that_no_figure_reaches(tmp_path: Path) -> None:
    load_plan(package((target("b1.1", "规上工业企业数量", low=4500, high=4500),)))
    bring(tmp_path, "old.csv", f"规上工业企业数量,{AREA},2022年末,4000,户,{AREA}公报,,,press\n")
    with pytest.raises(NothingToCompute, match="最晚的数据截至2022-12-31"):
        report("quarterly", "2025Q4", tmp_path / "out")
