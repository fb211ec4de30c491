"""What must hold of evaluation whatever the figures."""

from __future__ import annotations

import sys
from dataclasses import replace
from datetime import date
from pathlib import Path

from hypothesis import assume, given, settings
from hypothesis import strategies as st

sys.path.insert(0, str(Path(__file__).parents[1] / "systems" / "targets"))

from sample_targets import figure, figures, package, target

from liantu.quantity.bound import Bound
from liantu.records.figures.observation import Observation
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.state import TargetState

FIRMS, GROWTH, GDP = "above_scale_firms", "above_scale_value_added_growth", "gdp_growth"
RANK = {"fails": 0, "cannot_tell": 1, "meets": 2}
YEARS = ("2021", "2022", "2023", "2024", "2025")

values = st.integers(1000, 9000)
rates = st.floats(-20, 30).map(lambda rate: round(rate, 1))
dates = st.sampled_from([date(year, 12, 31) for year in range(2021, 2027)])
aims = st.sampled_from(
    [
        target(figure=4500, baseline=3576),
        target(low=4500, comparator=">="),
        target(low=4500, comparator=">", baseline=3576),
        target(low=4200, high=4800, comparator="range", baseline=3576),
        target(figure=1000, form="additions", indicator="规上工业企业"),
    ]
)
AVERAGE = target(
    "b1.1a",
    "规上工业增加值增速",
    form="annual_average",
    low=7,
    high=9,
    comparator="range",
    unit="%",
)
RELATIVE = target(
    "c2.3-1", "规上工业增加值年均增速", form="relative", comparator=">=", low=1,
    unit="个百分点", reference="GDP增速",
)  # fmt: skip
BASE = target("b1.3x", figure=4500, baseline=3576)


def judged(aim: object, seen: list[Observation], as_of: date = date(2025, 12, 31)) -> TargetState:
    return evaluate(package(aim, BASE), seen, as_of)[0]  # type: ignore[arg-type]


def widened(one: Observation, below: float, above: float) -> Observation:
    bound = Bound(one.measured.low - below, one.measured.high + above)
    return replace(one, measured=bound, qualifier="about")


@given(aims, values, values, st.integers(0, 3000), dates)
@settings(max_examples=60, deadline=None)
def test_raising_a_figure_never_worsens_the_verdict(
    aim: object, early: int, late: int, more: int, as_of: date
) -> None:
    seen = [figure(FIRMS, "2023", early), figure(FIRMS, "2025", late)]
    raised = [seen[0], figure(FIRMS, "2025", late + more)]
    before, after = judged(aim, seen, as_of), judged(aim, raised, as_of)
    assert RANK[after.verdict] >= RANK[before.verdict]


@given(aims, values, st.integers(0, 2000), st.integers(0, 2000))
@settings(max_examples=60, deadline=None)
def test_width_never_turns_met_into_not_met(
    aim: object, value: int, below: int, above: int
) -> None:
    sharp = figure(FIRMS, "2025", value)
    wide = widened(sharp, below, above)
    found = {judged(aim, [sharp]).verdict, judged(aim, [wide]).verdict}
    assert found != {"meets", "fails"}


@given(st.lists(rates, min_size=5, max_size=5), st.integers(0, 4), st.floats(0, 20))
@settings(max_examples=60, deadline=None)
def test_faster_growth_never_worsens_an_average(
    yearly: list[float], which: int, more: float
) -> None:
    seen = figures(GROWTH, dict(zip(YEARS, yearly, strict=True)))
    faster = list(yearly)
    faster[which] = round(faster[which] + more, 1)
    gdp = figures(GDP, dict.fromkeys(YEARS, 5.0))
    for aim in (AVERAGE, RELATIVE):
        before = judged(aim, [*seen, *gdp])
        after = judged(aim, [*figures(GROWTH, dict(zip(YEARS, faster, strict=True))), *gdp])
        assert RANK[after.verdict] >= RANK[before.verdict]


@given(st.lists(rates, min_size=5, max_size=5), st.integers(0, 4), st.floats(0, 10))
@settings(max_examples=60, deadline=None)
def test_width_in_one_year_never_turns_an_average_around(
    yearly: list[float], which: int, width: float
) -> None:
    seen = list(figures(GROWTH, dict(zip(YEARS, yearly, strict=True))))
    wide = list(seen)
    wide[which] = widened(seen[which], width, width)
    assert {judged(AVERAGE, seen).verdict, judged(AVERAGE, wide).verdict} != {"meets", "fails"}


@given(st.sets(st.sampled_from(YEARS)), values, dates)
@settings(max_examples=40, deadline=None)
def test_a_state_never_contradicts_itself(known: set[str], value: int, as_of: date) -> None:
    seen = figures(FIRMS, dict.fromkeys(sorted(known), float(value)))
    found = judged(target(figure=4500, baseline=3576), list(seen), as_of)
    assert (found.light == "done") == (found.verdict == "meets")
    assert (found.light == "behind") >= (found.verdict == "fails")
    assert not found.final or found.verdict != "cannot_tell"
    if found.projection is not None:
        assert found.projection.low <= found.projection.mid <= found.projection.high
    assert found.path[0].low == 3576
    assert found.path[-1].low == 4500
    assume(found.attained is not None)
    assert all(one.period.end <= as_of for one in (p.observation for p in found.series))
