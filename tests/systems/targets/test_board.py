"""The board over a real ledger: one computation for each plan, vintage and date."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from sample_targets import package, target

from liantu.errors import NotFound, NothingToCompute, UsageError
from liantu.records import ledger
from liantu.records.figures.interpret import COLUMNS
from liantu.systems.targets.board import board

pytestmark = pytest.mark.django_db

END = date(2025, 12, 31)
HEAD = ",".join(COLUMNS)


def bring(tmp_path: Path, name: str, line: str) -> str:
    path = tmp_path / name
    path.write_text(f"{HEAD}\n{line}\n", encoding="utf-8")
    return ledger.import_observations(path, by="测试").vintage


def test_without_a_plan_there_is_no_board() -> None:
    with pytest.raises(NothingToCompute):
        board(END)


@pytest.mark.parametrize("day", [date(1, 1, 1), date(1899, 12, 31), date(2101, 1, 1)])
def test_a_date_out_of_range_is_refused_in_words(day: date) -> None:
    with pytest.raises(UsageError, match=str(day)):
        board(day)


def test_a_board_of_an_older_vintage_does_not_know_the_newer_figure(tmp_path: Path) -> None:
    ledger.load_plan(package(target(figure=4500, baseline=3576)))
    assert board(END).vintage == ""
    row = "规上工业企业数量,临江市,{},{},户,临江日报({}),https://example.org/{},,press"
    first = bring(tmp_path, "a.csv", row.format(2023, 4200, "2024-02-01", "a"))
    second = bring(tmp_path, "b.csv", row.format("2025年末", 4600, "2026-02-01", "b"))
    assert board(END).vintage == second
    assert board(END).states[0].verdict == "meets"
    assert board(END, first).states[0].verdict == "cannot_tell"
    assert board(END, first).vintage == first
    assert board(date(2025, 9, 30)).states[0].verdict == "cannot_tell"
    with pytest.raises(NotFound):
        board(END, "99999")


def test_a_board_is_made_once(tmp_path: Path) -> None:
    ledger.load_plan(package(target(figure=4500, baseline=3576)))
    bring(
        tmp_path,
        "a.csv",
        "规上工业企业数量,临江市,2023,4200,户,临江日报(2024-02-01),https://example.org/a,,press",
    )
    assert board(END) is board(END)
    assert board(END) is not board(date(2025, 9, 30))
