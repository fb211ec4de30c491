"""Many small files of one period are read together, and say what they say one by one."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.errors import InvalidRecords
from liantu.records import lake
from liantu.records.accept import accept
from liantu.records.doors.check import check
from liantu.records.intake import withdraw
from liantu.records.lake import overlap

pytestmark = pytest.mark.django_db

HEAD = "园区代码,季度,从业人员（人）,企业户数（户）"


def brought(folder: Path, name: str, rows: dict[str, int], period: str) -> None:
    path = folder / f"{name}.csv"
    lines = [f"{park},{period},{head},1" for park, head in rows.items()]
    path.write_text("\n".join([HEAD, *lines]), encoding="utf-8")
    accept(check(path, "park_quarter"), by="x", again=True)


def state(vintage: str | None = None) -> dict[tuple[str, str], int]:
    rows = lake.read("park_quarter", vintage).select("park_code", "period", "employees").collect()
    assert rows.select("park_code", "period").is_unique().all()
    return {(park, period): head for park, period, head in rows.rows()}


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_files_and_withdrawals(seed: int, tmp_path: Path, monkeypatch: Any) -> None:
    dice = random.Random(seed)
    expected: dict[tuple[str, str], int] = {}
    monkeypatch.setattr(overlap, "SMALL", dice.choice([0, 2, 100]))
    monkeypatch.setattr(overlap, "TOGETHER", dice.choice([6, 1000]))
    monkeypatch.setattr(overlap, "MANY", dice.choice([2, 4]))
    for number in range(18):
        period = dice.choice(["2025Q1", "2025Q2"])
        if dice.random() < 0.25 and expected:
            key = dice.choice(sorted(expected))
            rows = pl.DataFrame([key], schema=["park_code", "period"], orient="row")
            withdraw("park_quarter", rows, by="x", reason="试")
            del expected[key]
        else:
            parks = dice.sample([f"P{n}" for n in range(6)], dice.randint(1, 5))
            rows_ = {park: 100 * number + n for n, park in enumerate(parks)}
            brought(tmp_path, f"f{number}", rows_, period)
            expected |= {(park, period): head for park, head in rows_.items()}
        assert state() == expected


def test_what_was_withdrawn_cannot_be_withdrawn_again(tmp_path: Path) -> None:
    brought(tmp_path, "a", {"P1": 1}, "2025Q1")
    brought(tmp_path, "b", {"P2": 2}, "2025Q1")
    rows = pl.DataFrame({"park_code": ["P1"], "period": ["2025Q1"]})
    withdraw("park_quarter", rows, by="x", reason="试")
    with pytest.raises(InvalidRecords):
        withdraw("park_quarter", rows, by="x", reason="试")


def test_two_hundred_files_of_a_period_are_one_run(tmp_path: Path) -> None:
    files = [overlap.LakeFile(pk=n, periods=["2025Q1"], rows=1, name=str(n)) for n in range(200)]
    big = overlap.LakeFile(pk=900, periods=["2025Q1"], rows=overlap.SMALL + 1, name="big")
    other = overlap.LakeFile(pk=901, periods=["2025Q2"], rows=1, name="other")
    assert [len(run) for run in overlap.runs([*files, other, big, *files])] == [200, 1, 1, 200]
