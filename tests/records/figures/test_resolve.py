"""Choice among figures, conflicts, confirmations, series breaks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from liantu.records.figures.breaks import with_breaks
from liantu.records.figures.interpret import COLUMNS, interpret
from liantu.records.figures.observation import Observation, Resolved
from liantu.records.figures.observations_file import read_observations
from liantu.records.figures.resolve import reference_period, resolve

BASE = {
    "indicator": "地区生产总值",
    "area": "甲市",
    "period": "2021",
    "value": "100",
    "unit": "亿元",
    "source_title": "甲报(2022-01-10)",
    "source_url": "",
    "note": "",
    "trust": "press",
}


def figure(row: int = 2, **said: Any) -> Observation:
    cells = {column: str({**BASE, **said}[column]) for column in COLUMNS}
    read = interpret(cells, row)
    assert read.observation is not None, read.problems
    return read.observation


def one(*observations: Observation) -> Resolved:
    resolved = resolve(observations)
    assert len(resolved) == 1
    return resolved[0]


def test_trust_comes_first() -> None:
    found = one(
        figure(2, value="101", trust="repost"),
        figure(3, value="100", trust="official"),
        figure(4, value="102", trust="press"),
    )
    assert found.chosen.row == 3
    assert [o.row for o in found.others] == [4, 2]
    assert found.conflict
    assert found.rule


def test_exact_before_rounded_and_rounded_is_no_conflict() -> None:
    found = one(
        figure(2, value="1.99", unit="万亿元", note="约数", source_title="乙(2022-02-01)"),
        figure(3, value="19916.98", note="初核数"),
    )
    assert found.chosen.row == 3
    assert not found.conflict
    assert [o.row for o in found.confirmed_by] == [2]


def test_final_before_preliminary_then_later_then_row() -> None:
    found = one(
        figure(2, value="100", note="初核数"),
        figure(3, value="100.5", source_title="乙(2023-05)"),
    )
    assert found.chosen.row == 3
    later = one(figure(2), figure(3, source_title="乙(2022-12-30)"), figure(4, source_title="丙"))
    assert later.chosen.row == 3
    assert [o.row for o in later.others] == [2, 4]
    same = one(figure(3, value="7"), figure(2, value="8"))
    assert same.chosen.row == 2


def test_rounding_decides_conflict() -> None:
    assert not one(figure(2, value="17716.7"), figure(3, value="17716.67", trust="repost")).conflict
    assert one(figure(2, value="17716.7"), figure(3, value="17716.8", trust="repost")).conflict is (
        False
    )
    assert one(figure(2, value="17716.7"), figure(3, value="17716.9", trust="repost")).conflict
    assert not one(
        figure(2, value="5012"), figure(3, value="5000", note="限定词:突破", trust="repost")
    ).conflict
    assert one(
        figure(2, value="4990"), figure(3, value="5000", note="限定词:突破", trust="repost")
    ).conflict


def test_the_plan_is_a_baseline_and_confirms_nothing() -> None:
    plan = {"trust": "plan", "source_title": "plan text", "source_url": "plan text"}
    found = one(figure(2, **plan), figure(3, trust="待核实"))
    assert found.chosen.row == 3
    assert found.confirmed_by == ()
    alone = one(figure(2, **plan))
    assert alone.chosen.status == "plan"
    assert one(figure(2, value="90", **plan), figure(3)).conflict


def test_one_source_twice_is_no_second_confirmation() -> None:
    found = one(figure(2), figure(3, note="再次"))
    assert found.confirmed_by == ()


def test_targets_and_unmapped_names_are_left_out() -> None:
    assert resolve([figure(note="目标"), figure(indicator="快乐指数", unit="")]) == []


def test_year_and_its_end_are_one_period() -> None:
    stock = {"indicator": "规上工业企业数量", "unit": "家"}
    found = one(
        figure(2, period="2024", **stock),
        figure(3, period="2024年末", source_title="乙", **stock),
    )
    assert len(found.others) == 1
    assert reference_period(found.chosen.period).label == "2024年"
    assert len(resolve([figure(period="2024"), figure(period="2024年12月")])) == 2


def test_break_after_an_older_definition() -> None:
    series = with_breaks(
        [
            figure(2, period="2017", note="四经普前口径"),
            figure(3, period="2018", note="初核/四经普前口径"),
            figure(4, period="2018年上半年", source_title="甲(2018-07-23)"),
            figure(5, period="2019"),
            figure(6, period="2019", source_title="乙"),
            figure(7, period="2020"),
            figure(8, period="2019", area="乙市"),
        ]
    )
    assert [o.row for o in series if o.break_before] == [5, 6]
    assert [o.row for o in series if o.definition] == [2, 3, 4]
    assert "四经普前口径" in series[3].break_before


def test_what_was_published_before_the_revision_is_of_the_older_definition() -> None:
    series = with_breaks(
        [
            figure(2, period="2017", note="四经普前口径"),
            figure(3, period="2018年前三季度", source_title="甲(2018-10-29)"),
            figure(4, period="2018", source_title="甲"),
        ]
    )
    assert [bool(o.definition) for o in series] == [True, True, False]
    assert [o.row for o in series if o.break_before] == [4]


def test_the_real_figures(shared: Path) -> None:
    read = read_observations(shared / "data" / "observations" / "observations.csv")
    resolved = resolve(read.observations)
    conflicts = [(r.chosen.indicator, r.chosen.period.label) for r in resolved if r.conflict]
    assert conflicts == [("national_little_giants_added", "2023年")]
    by_key = {(r.chosen.indicator, r.chosen.area, r.chosen.period.label): r for r in resolved}
    city = next(o.area for o in read.observations if o.row == 2)
    growth = by_key["above_scale_value_added_growth", city, "2025年"]
    assert growth.chosen.value == 7.0
    assert len(growth.confirmed_by) == 2
    assert by_key["gdp", city, "2021年"].chosen.value == 19916.98
    assert sum(len(r.others) + 1 for r in resolved) == sum(
        bool(o.indicator) for o in read.observations
    )
