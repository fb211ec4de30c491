"""Parts of the pages that need no ledger."""

from __future__ import annotations

from datetime import date

import pytest

from liantu.indicators.loading import load
from liantu.indicators.time import span
from liantu.quantity.bound import Bound
from liantu.quantity.period import parse_period
from liantu.records.figures.observation import Observation, SourceRef
from liantu.systems.indicators.cover import cover_light
from liantu.systems.indicators.formula import parts
from liantu.systems.indicators.mapping import classes, level_of
from liantu.systems.indicators.present import Present, bases, drawn, opens_with, preferred
from liantu.systems.indicators.published import beside, of_span, published
from liantu.systems.indicators.series import change, place
from liantu.systems.indicators.wording import column_text, digits_of, figure_text, percent_text


def test_classes_hold_as_many_values_each_and_never_part_equal_ones() -> None:
    assert classes([1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0, 10.0]) == (
        (1, 2), (3, 4), (5, 6), (7, 8), (9, 10),
    )  # fmt: skip
    assert classes([3.0, 3.0, 3.0, 3.0, 7.0]) == ((3, 3), (7, 7))
    assert classes([]) == ()


def test_the_highest_class_is_the_darkest_however_few_there_are() -> None:
    bounds = classes([3.0, 3.0, 3.0, 3.0, 7.0])
    assert (level_of(3.0, bounds), level_of(7.0, bounds)) == (4, 5)


def test_the_light_of_coverage() -> None:
    assert [cover_light(share) for share in (1.0, 0.7, 0.1, None)] == [
        "normal", "watch", "behind", "unknown",
    ]  # fmt: skip


def test_what_is_not_whole_is_not_printed_as_whole() -> None:
    assert [percent_text(share) for share in (1, 0.9999, 0.5, 0)] == ["100%", "99.9%", "50%", "0%"]


def test_changes_bear_their_sign() -> None:
    assert figure_text(2.5, signed=True) == "+2.5"
    assert figure_text(-2.5, signed=True) == "−2.5"
    assert figure_text(0.0, signed=True) == "0"
    assert figure_text(-2.5) == "−2.5"


def test_a_column_has_one_precision() -> None:
    assert digits_of([1.0, None, 3.0]) == 0
    assert digits_of([1.5, 3.0]) == 2
    assert digits_of([1.5, 3000.0]) == 1
    assert [column_text(v, 2) for v in (3.0, -1.25, None)] == ["3.00", "−1.25", "—"]


def test_growth_changes_by_points_and_amounts_by_percent() -> None:
    measures = load().measures
    assert change(measures["revenue_growth"], 5.0, 3.0) == 2.0
    assert change(measures["above_scale_revenue"], 110.0, 100.0) == pytest.approx(10)
    assert change(measures["above_scale_profit"], 10.0, -5.0) is None


def test_formulas_name_their_columns_and_measures() -> None:
    declared = load()
    growth = declared.compiled["revenue_growth"]
    found = parts(declared, growth, growth.measure.formula, "zh")
    assert "".join(part.code for part in found) == growth.measure.formula
    assert [(p.kind, p.measure) for p in found if p.kind == "measure"] == [
        ("measure", "above_scale_revenue")
    ]
    for compiled in declared.compiled.values():
        for text in (compiled.measure.formula, compiled.measure.where):
            said = parts(declared, compiled, text, "en")
            assert "".join(part.code for part in said) == text


def test_derived_measures_come_from_measures_of_rows() -> None:
    declared = load()
    found = bases(declared, declared.compiled["revenue_growth"])
    assert {one.measure.of for one in found} == {"firm_year", "firm_month"}
    assert preferred(declared.compiled["revenue_growth"]) == "ytd"


@pytest.mark.parametrize(("last", "kind"), [(11, "ytd"), (12, "year")])
def test_months_to_december_are_the_year(last: int, kind: str) -> None:
    declared = load()
    compiled = declared.compiled["revenue_growth"]
    months = [(2025, month) for month in range(1, last + 1)]
    there = Present({"firm_month": months, "firm_year": [(2024, 12)]}, date(2026, 2, 1))
    assert opens_with(declared, compiled, there) == kind


def test_year_to_date_is_drawn_beside_the_same_months() -> None:
    spans = [span(f"{year}-{month:02}T") for year in (2023, 2024) for month in range(1, 13)]
    found = {one.code for one in drawn(spans, "ytd")}
    assert found == {f"{year}-{month}T" for year in (2023, 2024) for month in (10, 11, 12)}


def test_periods_stand_at_their_end() -> None:
    assert place(span("2025")) == 2025
    assert place(span("2025Q2")) == 2024.5


def figure(written: str, value: float, status: str = "final", area: str = "某市") -> Observation:
    return Observation(
        id=f"o{written}{value}", indicator="above_scale_revenue", name="营业收入", scope=(),
        area=area, period=parse_period(written), value=value, unit="亿元",
        measured=Bound.exact(value * 1e8), qualifier="exact", status=status,  # type: ignore[arg-type]
        source=SourceRef("公报", "", "official", ""), note="", row=2,
    )  # fmt: skip


def test_published_figures_stand_beside_the_same_period_in_the_same_unit() -> None:
    measure = load().measures["above_scale_revenue"]
    said = published(measure, "某市", (
        figure("2025年", 120.0), figure("2025年1-9月", 80.0), figure("2026年", 150.0, "target"),
        figure("2024年", 99.0, area="别市"),
    ))  # fmt: skip
    assert set(said) == {"2025", "2025-09T"}
    found = beside(measure, 126.0, of_span(said, span("2025-12T")))
    assert found is not None
    assert found.difference == pytest.approx(6)
    assert found.share == pytest.approx(0.05)
    assert beside(measure, 126.0, of_span(said, span("2024"))) is None
