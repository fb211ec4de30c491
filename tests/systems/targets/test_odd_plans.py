"""Plans and figures that are odd in one way each: no target may break the others."""

from __future__ import annotations

from datetime import date

import pytest
from sample_targets import figure, figures, package, target

from liantu.systems.targets.evaluate import evaluate

END = date(2025, 12, 31)
GROWTH = "above_scale_value_added_growth"
YEARS = ("2021", "2022", "2023", "2024", "2025")


def test_a_unit_nobody_knows_is_said_not_guessed() -> None:
    odd = target("b1.3").model_copy(update={"unit": "坨", "low": 1.0, "high": 1.0})
    found = evaluate(
        package(odd, target("b1.4", figure=1)), [figure("above_scale_firms", "2025", 9)], END
    )
    assert [one.verdict for one in found] == ["cannot_tell", "meets"]
    assert "坨" in found[0].reason


def test_a_target_without_a_figure_waits_for_one() -> None:
    found = evaluate(package(target("b1.3")), [figure("above_scale_firms", "2025", 9)], END)[0]
    assert found.verdict == "cannot_tell"
    assert found.missing


def test_a_baseline_in_the_target_year_is_no_way_to_go() -> None:
    aim = target(figure=4500, baseline=3576).model_copy(update={"baseline_year": 2025})
    found = evaluate(package(aim), [figure("above_scale_firms", "2025", 4600)], END)[0]
    assert found.verdict == "meets"
    assert found.progress is None


def test_a_baseline_at_the_target_has_no_pace_but_a_verdict() -> None:
    aim = target(low=1000, comparator=">=", baseline=1000)
    found = evaluate(package(aim), [figure("above_scale_firms", "2025", 1000)], END)[0]
    assert (found.verdict, found.progress) == ("meets", None)


@pytest.mark.parametrize(("rate", "verdict"), [(1.5, "meets"), (2.5, "fails")])
def test_an_average_that_may_not_be_exceeded(rate: float, verdict: str) -> None:
    aim = target(
        "c1", "规上工业增加值增速", form="annual_average", high=2, comparator="<=", unit="%"
    )
    found = evaluate(package(aim), figures(GROWTH, dict.fromkeys(YEARS, rate)), END)[0]
    assert found.verdict == verdict
    assert any("≤ 2%" in step.formula for step in found.steps)


def test_an_average_that_may_not_be_exceeded_on_the_way() -> None:
    aim = target(
        "c1", "规上工业增加值增速", form="annual_average", high=2, comparator="<=", unit="%"
    )
    seen = figures(GROWTH, {"2021": 3.0})
    found = evaluate(package(aim), seen, date(2021, 12, 31))[0]
    assert "不得高于" in found.run_rate
    gaps = evaluate(package(aim), seen, END)[0]
    assert "不高于" in gaps.reason


def test_figures_of_a_fallen_index_do_not_break_the_average() -> None:
    aim = target(
        "c1", "规上工业增加值增速", form="annual_average", low=7, comparator=">=", unit="%"
    )
    found = evaluate(package(aim), [figure(GROWTH, "2021", -100)], END)[0]
    assert found.verdict == "cannot_tell"


def test_an_empty_plan_and_no_figures() -> None:
    assert evaluate(package(), [], END) == []


def test_many_dates_before_within_and_after_the_period() -> None:
    aims = [
        target(figure=4500, baseline=3576),
        target("a", "规上工业增加值增速", form="annual_average", low=7, comparator=">=", unit="%"),
        target("b", "规上工业企业", form="additions", figure=1000, unit="家"),
        target("c", "补链项目", form="per_year", low=300, comparator=">=", unit="个"),
        target("d", "规上工业增加值年均增速", form="relative", low=1, comparator=">=",
               unit="个百分点", reference="GDP增速"),
    ]  # fmt: skip
    seen = [
        *figures(
            "above_scale_firms", {"2020": 3576, "2022": 4000, "2023年7月": 4100, "2027": 5000}
        ),
        *figures(GROWTH, {"2021年一季度": 9, "2021年1-11月": 8, "2022": 5, "2026": 7}),
        *figures("gdp_growth", {"2021": 8, "2022": 3}),
        *figures("chain_gap_projects", {"2021": 310, "2022年上半年": 100}),
    ]
    for year in range(2019, 2029):
        for month, day in ((3, 31), (6, 30), (12, 31)):
            for found in evaluate(package(*aims), seen, date(year, month, day)):
                assert found.reason
                assert found.verdict in ("meets", "fails", "cannot_tell")
