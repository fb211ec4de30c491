"""Projections: enough points or none, intervals in order, nothing decided by them."""

from __future__ import annotations

from datetime import date

from sample_targets import figure, figures, package, target

from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.state import TargetState

AS_OF = date(2023, 12, 31)
FIRMS = "above_scale_firms"


def project(*seen: object, **fields: object) -> TargetState:
    aim = target(**{"figure": 4500, "baseline": 3576, **fields})  # type: ignore[arg-type]
    return evaluate(package(aim), list(seen), AS_OF)[0]  # type: ignore[arg-type]


def test_three_yearly_figures_give_a_projection_with_its_interval() -> None:
    found = project(*figures(FIRMS, {"2022": 4000, "2023": 4200})).projection
    assert found is not None
    assert (found.year, found.points, found.coverage) == (2025, 3, 0.8)
    assert 0 < found.low < 4200 < found.mid < found.high
    assert found.mid < 4200 + 2 * (4200 - 3576) / 3  # the trend is damped


def test_two_figures_give_none_and_say_so() -> None:
    found = project(figure(FIRMS, "2023", 4200))
    assert found.projection is None
    assert "2个" in found.extra["no_projection"]


def test_a_projection_never_decides() -> None:
    found = project(*figures(FIRMS, {"2022": 5600, "2023": 4000}))
    assert found.projection is not None
    assert found.verdict == "cannot_tell"


def test_shares_stay_shares() -> None:
    found = project(
        *figures("digital_design_tools", {"2021": 85, "2022": 93, "2023": 98}),
        indicator="数字化研发设计工具普及率",
        unit="%",
        figure=99,
        baseline=76.4,
    ).projection
    assert found is not None
    assert 98 < found.mid < found.high < 100


def test_figures_of_another_definition_are_not_projected() -> None:
    seen = [
        figure(FIRMS, "2021", 3700),
        figure(FIRMS, "2022", 3800),
        figure(FIRMS, "2023", 9000, note="统计口径扩大"),
    ]
    found = project(*seen).projection
    assert found is not None
    assert found.points == 3
    assert found.high < 9000
