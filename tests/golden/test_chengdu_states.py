"""The first plan on the published figures, against what an expert wrote down by hand."""

from __future__ import annotations

import csv
from datetime import date
from pathlib import Path

import pytest

from liantu.plan.compiler import compile_text
from liantu.plan.package import PlanPackage
from liantu.records.figures.observation import Observation
from liantu.records.figures.observations_file import read_observations
from liantu.systems.targets.board import make_board
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.explain import explain
from liantu.systems.targets.rules import rule_by_id
from liantu.systems.targets.state import TargetState

GOLDEN = Path(__file__).parent / "chengdu_states_2025.csv"
END = date(2025, 12, 31)


@pytest.fixture(scope="module")
def package(plan_text: str) -> PlanPackage:
    return compile_text(plan_text)


@pytest.fixture(scope="module")
def observations(shared: Path) -> tuple[Observation, ...]:
    path = shared / "data" / "observations" / "observations.csv"
    return tuple(read_observations(path).observations)


@pytest.fixture(scope="module")
def states(package: PlanPackage, observations: tuple[Observation, ...]) -> dict[str, TargetState]:
    return {one.target_id: one for one in evaluate(package, observations, END)}


def _rows() -> list[dict[str, str]]:
    with GOLDEN.open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row["id"])
def test_an_experts_ruling(row: dict[str, str], states: dict[str, TargetState]) -> None:
    found = states[row["id"]]
    ruled = (found.verdict, str(found.final).lower(), found.light)
    assert ruled == (row["verdict"], row["final"], row["light"]), found.reason


def test_every_row_of_the_indicator_table_is_ruled_on(package: PlanPackage) -> None:
    table = {target.id for target in package.targets if target.number}
    assert len(table) == 20
    assert table <= {row["id"] for row in _rows()}


def test_every_target_has_a_state_that_explains_itself(
    package: PlanPackage, states: dict[str, TargetState]
) -> None:
    assert [target.id for target in package.targets] == list(states)
    for target in package.targets:
        found = states[target.id]
        assert found.reason, target.id
        assert found.reason_en, target.id
        assert found.final is False or found.verdict != "cannot_tell", target.id
        assert (found.light == "done") == (found.verdict == "meets"), target.id
        if found.verdict == "cannot_tell":
            assert found.missing, target.id
        for rule in found.rules:
            assert rule_by_id(rule).source.title
        for language in ("zh", "en"):
            sections = explain(found, target, language)  # type: ignore[arg-type]
            assert len(sections) == 7
            assert all(section.lines for section in sections)
            assert not any("{" in line for section in sections for line in section.lines)


def test_figures_that_decide_are_inputs_with_their_sources(
    states: dict[str, TargetState],
) -> None:
    for found in states.values():
        if found.verdict == "cannot_tell":
            continue
        observed = [one for one in found.inputs if one.observation is not None]
        assert observed, found.target_id
        assert all(one.observation and one.observation.area == "成都市" for one in observed)
        barred = {point.observation.id for point in found.series if not point.comparable}
        assert not barred & {one.observation.id for one in observed if one.observation}


def test_the_average_of_value_added_growth(states: dict[str, TargetState]) -> None:
    found = states["b1.1a"].attained
    assert found is not None
    assert 6.42 < found.low < 6.44
    assert 6.74 < found.high < 6.75


def test_the_profit_margin_of_2022_is_checked_against_profit_and_revenue(
    states: dict[str, TargetState],
) -> None:
    lines = [f"{step.formula} = {step.result}" for step in states["b1.5"].steps]
    assert any("1,141.3亿元 ÷ 1.73万亿元" in line and "一致" in line for line in lines)


def test_industry_share_is_pointed_at_by_the_secondary_sector(
    states: dict[str, TargetState],
) -> None:
    found = states["b1.1b"]
    assert found.extra["points_to"] == "fails"
    assert "whole.industry_in_secondary" in found.rules
    assert found.attained is not None
    assert found.attained.high == 24.3


def test_a_board_of_an_earlier_date_knows_nothing_of_later_years(
    package: PlanPackage, observations: tuple[Observation, ...]
) -> None:
    as_of = date(2023, 6, 30)
    for found in evaluate(package, observations, as_of):
        for one in found.inputs:
            assert one.observation is None or one.observation.period.end <= as_of
        for point in found.series:
            assert point.observation.period.end <= as_of
        assert "2025年1—11月" not in found.reason


def test_evaluating_twice_gives_the_same(
    package: PlanPackage, observations: tuple[Observation, ...]
) -> None:
    again = evaluate(package, tuple(reversed(observations)), END)
    assert again == evaluate(package, observations, END)


def test_a_board_holds_states_and_findings(
    package: PlanPackage, observations: tuple[Observation, ...]
) -> None:
    board = make_board(package, observations, END)
    assert len(board.states) == len(package.targets)
    assert board.findings
    assert board.state("b1.3") is not None
    assert board.state("nowhere") is None
