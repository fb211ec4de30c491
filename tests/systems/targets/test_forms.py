"""Every form of target on made-up figures: verdict, light, pace, printed arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest
from sample_targets import figure, figures, package, target

from liantu.plan.package import Target
from liantu.records.figures.observation import Observation
from liantu.systems.targets.evaluate import evaluate
from liantu.systems.targets.state import TargetState

END = date(2025, 12, 31)
FIRMS, GROWTH, GDP = "above_scale_firms", "above_scale_value_added_growth", "gdp_growth"


def state(
    aim: Target, seen: Sequence[Observation] = (), as_of: date = END, *others: Target
) -> TargetState:
    return evaluate(package(aim, *others), seen, as_of)[0]


def firms(**fields: Any) -> Target:
    return target(**{"figure": 4500, "baseline": 3576, **fields})


# level ------------------------------------------------------------------------------------------


def test_level_met_by_its_own_year() -> None:
    found = state(firms(), [figure(FIRMS, "2025年末", 4600)])
    assert (found.light, found.verdict, found.final) == ("done", "meets", True)
    assert found.progress is not None
    assert found.progress.low == pytest.approx((4600 - 3576) / (4500 - 3576))
    assert "4,600户" in found.reason
    assert found.missing == ()


def test_level_short_of_it() -> None:
    found = state(firms(), [figure(FIRMS, "2025", 4400)])
    assert (found.light, found.verdict, found.final) == ("behind", "fails", True)


def test_over_5000_the_year_before_meets_4500_but_is_not_final() -> None:
    found = state(firms(), [figure(FIRMS, "2024", 5000, note="限定词:突破")])
    assert (found.light, found.verdict, found.final) == ("done", "meets", False)
    assert "early.attained" in found.rules
    assert "2025" in found.missing[0]
    assert found.attained is not None
    assert found.attained.low_open


def test_a_share_met_years_before_is_not_carried_over() -> None:
    share = target("b1", "工业增加值占GDP比重", figure=26, baseline=23.8, unit="%")
    found = state(share, [figure("industry_share_of_gdp", "2024", 26.5)])
    assert (found.light, found.verdict) == ("unknown", "cannot_tell")
    assert "曾达到" in found.reason


def test_a_count_that_cannot_fall_is_final_early() -> None:
    from liantu.systems.targets.binding import Declaration, PlanBindings

    given = PlanBindings.model_validate(
        {
            "plan": {"title": "x", "area": "临江市"},
            "source": {"title": "x", "trust": "editorial"},
            "bindings": [
                {"target": "b1.3", "monotone": True, "why": {"zh": "只增不减", "en": "never falls"}}
            ],
        }
    )
    assert isinstance(given.bindings[0], Declaration)
    seen = [figure(FIRMS, "2022", 4600)]
    found = evaluate(package(firms()), seen, END, bindings=given)[0]
    assert (found.verdict, found.final) == ("meets", True)


def test_headline_figure_far_below_fails_with_its_rule_named() -> None:
    trade = target("c9", "货物贸易", low=1.2, comparator=">", unit="万亿元")
    found = state(trade, [figure("goods_trade", "2025", 8500, note="“超”值")])
    assert (found.verdict, found.light) == ("fails", "behind")
    assert "headline.ceiling" in found.rules
    near = state(trade, [figure("goods_trade", "2025", 11000, note="“超”值")])
    assert near.verdict == "cannot_tell"


def test_about_a_figure_cannot_decide_a_target_within_its_width() -> None:
    share = target("b1", "工业增加值占GDP比重", low=26, comparator=">=", unit="%")
    found = state(share, [figure("industry_share_of_gdp", "2025", "26.0", note="限定词:约")])
    assert (found.verdict, found.final, found.light) == ("cannot_tell", False, "unknown")


def test_lower_is_better_for_a_ceiling() -> None:
    pue = target("c6", "设计电能使用效率值", high=1.3, comparator="<=", unit="",
                 subject="新建大型和超大型数据中心")  # fmt: skip
    assert state(pue, [figure("pue", "2025", 1.25)]).verdict == "meets"
    assert state(pue, [figure("pue", "2025", 1.35)]).verdict == "fails"


def test_pace_and_light_on_the_way() -> None:
    seen = [figure(FIRMS, "2022", 3900)]
    found = state(firms(), seen, date(2022, 12, 31))
    assert found.required is not None
    assert found.required.low == pytest.approx(3576 + 924 * 2 / 5)
    assert found.light == "watch"  # (3900-3576)/(2/5*924) = 0.877
    assert "+200户" in found.run_rate
    ahead = state(firms(), [figure(FIRMS, "2022", 4000)], date(2022, 12, 31))
    assert ahead.light == "normal"
    slow = state(firms(), [figure(FIRMS, "2022", 3700)], date(2022, 12, 31))
    assert slow.light == "behind"


def test_regression_shows_as_negative_progress() -> None:
    found = state(firms(), [figure(FIRMS, "2022", 3400)], date(2022, 12, 31))
    assert found.progress is not None
    assert found.progress.high < 0
    assert found.light == "behind"
    assert "倒退" in found.reason


def test_a_bound_that_straddles_two_classes_cannot_be_lit() -> None:
    seen = [figure(FIRMS, "2022", 3900, note="限定词:突破")]
    found = state(firms(), seen, date(2022, 12, 31))
    assert found.light == "unknown"


def test_stale_evidence_is_no_pace() -> None:
    seen = [figure(FIRMS, "2021", 3800)]
    assert state(firms(), seen, date(2022, 12, 31)).light == "normal"
    found = state(firms(), seen, date(2023, 12, 31))
    assert found.light == "unknown"
    assert "stale.evidence" in found.rules


def test_figures_after_the_date_asked_about_do_not_exist_yet() -> None:
    seen = [figure(FIRMS, "2021", 3800), figure(FIRMS, "2022", 4600)]
    assert state(firms(), seen, date(2022, 11, 30)).verdict == "cannot_tell"
    assert state(firms(), seen, date(2022, 12, 31)).verdict == "meets"


def test_another_scope_is_shown_and_never_decides() -> None:
    seen = [figure("park_above_scale_firms", "2025", 9000)]
    found = state(firms(), seen)
    assert (found.verdict, found.light) == ("cannot_tell", "unknown")
    aside = [point for point in found.series if not point.comparable]
    assert [point.observation.indicator for point in aside] == ["park_above_scale_firms"]
    assert aside[0].why_not
    assert "9,000" in found.reason


def test_another_area_is_not_even_shown() -> None:
    found = state(firms(), [figure(FIRMS, "2025", 9000, area="别处市")])
    assert found.series == ()


def test_forecasts_and_the_plans_own_figures_are_no_evidence() -> None:
    seen = [
        figure(FIRMS, "2025", 4900, note="预计数"),
        figure(FIRMS, "2024", 4800, trust="plan"),
    ]
    found = state(firms(), seen)
    assert found.verdict == "cannot_tell"
    assert {point.comparable for point in found.series} == {False}


def test_after_a_change_of_definition_figures_do_not_compare() -> None:
    seen = [figure(FIRMS, "2023", 4400), figure(FIRMS, "2025", 9000, note="统计口径扩大")]
    found = state(firms(), seen)
    assert found.verdict == "cannot_tell"
    assert [point.comparable for point in found.series] == [True, False]


def test_conflicting_sources_are_both_in_the_sentence() -> None:
    seen = [
        figure(FIRMS, "2025", 4600),
        figure(FIRMS, "2025", 4490, title="转载网", trust="repost"),
    ]
    found = state(firms(), seen)
    assert found.verdict == "meets"
    assert len(found.conflicts) == 1
    assert "4,600" in found.conflicts[0]
    assert "4,490" in found.conflicts[0]


def test_without_any_figure_it_says_what_is_missing() -> None:
    found = state(firms())
    assert (found.light, found.verdict, found.absence) == ("unknown", "cannot_tell", "not_reported")
    assert found.freshness == "never"
    assert len(found.missing) == 1
    early = state(firms(), (), date(2021, 3, 31))
    assert (early.absence, early.freshness) == ("not_due", "not_due")


def test_the_baseline_may_come_from_another_target_on_the_same_indicator() -> None:
    text = target("c8", "规上工业企业数量", low=4500, comparator=">=")
    seen = [figure(FIRMS, "2022", 4000)]
    found = evaluate(package(text, firms()), seen, date(2022, 12, 31))[0]
    assert found.progress is not None
    assert found.light == "normal"


# derived values -------------------------------------------------------------------------------


def test_a_ratio_is_computed_from_its_components_and_printed() -> None:
    margin = target("b5", "规上工业企业营业收入利润率", figure=6.8, baseline=6.3, unit="%")
    seen = [figure("above_scale_profit", "2025", 1190), figure("above_scale_revenue", "2025", 1.72)]
    found = state(margin, seen)
    assert found.attained is not None
    assert found.attained.low < 1190 / 17200 * 100 < found.attained.high
    assert found.verdict == "meets"
    assert any("1,190亿元 ÷ 1.72万亿元" in step.formula for step in found.steps)
    assert {one.observation.indicator for one in found.inputs if one.observation} == {
        "above_scale_profit", "above_scale_revenue",
    }  # fmt: skip


def test_a_published_ratio_is_checked_against_its_components() -> None:
    margin = target("b5", "规上工业企业营业收入利润率", figure=6.8, baseline=6.3, unit="%")
    seen = [
        figure("above_scale_profit", "2025", 1141.3),
        figure("above_scale_revenue", "2025", 1.73),
        figure("above_scale_margin", "2025", 6.6),
    ]
    found = state(margin, seen)
    assert found.attained is not None
    assert found.attained.is_exact
    assert any("一致" in step.result for step in found.steps)


def test_components_of_different_periods_make_no_ratio() -> None:
    margin = target("b5", "规上工业企业营业收入利润率", figure=6.8, baseline=6.3, unit="%")
    seen = [figure("above_scale_profit", "2025", 1190), figure("above_scale_revenue", "2024", 1.72)]
    assert state(margin, seen).attained is None


def test_a_known_part_is_a_lower_limit_of_a_sum() -> None:
    both = target("c2", "国家级制造业创新中心和国家级企业技术中心", figure=70)
    found = state(both, [figure("national_technology_centres", "2025", 71)])
    assert found.verdict == "meets"
    short = state(both, [figure("national_technology_centres", "2025", 69)])
    assert short.verdict == "cannot_tell"


def test_a_wider_series_limits_but_does_not_decide() -> None:
    share = target("b1", "工业增加值占GDP比重", figure=26, baseline=23.8, unit="%")
    seen = [
        *figures("secondary_share_of_gdp", {"2020": 30.6, "2022": 30.8, "2025": 27.9}),
        figure("industry_share_of_gdp", "2022", 24.3),
    ]
    found = state(share, seen)
    assert (found.verdict, found.light) == ("cannot_tell", "unknown")
    assert found.extra["points_to"] == "fails"
    assert "建筑业" in found.reason
    roomy = [*seen[:2], figure("secondary_share_of_gdp", "2025", 32.9), seen[3]]
    assert "points_to" not in state(share, roomy).extra


def test_even_the_whole_short_of_the_target_fails() -> None:
    share = target("b1", "工业增加值占GDP比重", figure=26, baseline=23.8, unit="%")
    found = state(share, [figure("secondary_share_of_gdp", "2025", 25.1)])
    assert (found.verdict, found.final, found.light) == ("fails", True, "behind")


# growth -----------------------------------------------------------------------------------------

AVERAGE = {"indicator": "规上工业增加值增速", "form": "annual_average", "unit": "%"}
FOUR = {"2022": 5.6, "2023": 4.1, "2024": 4.8, "2025": 7.0}


def average(low: float = 7, high: float = 9) -> Target:
    return target("b1.1a", low=low, high=high, comparator="range", **AVERAGE)


def test_average_growth_with_a_part_year_is_an_interval_and_fails() -> None:
    seen = [figure(GROWTH, "2021年1-11月", 11.6), *figures(GROWTH, FOUR)]
    found = state(average(), seen)
    assert (found.verdict, found.light, found.final) == ("fails", "behind", True)
    assert found.attained is not None
    assert 6.4 < found.attained.low < 6.6 < found.attained.high < 6.8
    assert "1—11月" in found.missing[0]
    assert any("11.6% ± 10×1÷12" in step.formula for step in found.steps)
    assert any("37.7" in step.result for step in found.steps)  # what December had to be


def test_average_growth_that_straddles_cannot_tell() -> None:
    seen = [figure(GROWTH, "2021年1-11月", 14.0), *figures(GROWTH, FOUR)]
    found = state(average(), seen)
    assert (found.verdict, found.light, found.final) == ("cannot_tell", "unknown", False)


def test_a_year_without_any_figure_says_what_it_would_have_to_be() -> None:
    found = state(average(), figures(GROWTH, FOUR))
    assert found.verdict == "cannot_tell"
    assert found.attained is None
    need = (1.07**5 / (1.056 * 1.041 * 1.048 * 1.07) - 1) * 100
    assert f"{need:.2f}%" in found.reason
    assert "2021年" in found.missing[0]


def test_average_growth_on_the_way_names_what_the_rest_needs() -> None:
    seen = figures(GROWTH, {"2021": 7.5, "2022": 5.0})
    found = state(average(), seen, date(2022, 12, 31))
    assert found.verdict == "cannot_tell"
    assert found.light == "watch"
    need = ((1.07**5 / (1.075 * 1.05)) ** (1 / 3) - 1) * 100
    assert f"{need:.2f}%" in found.run_rate


def test_an_average_published_as_such_comes_first() -> None:
    seen = [figure("above_scale_value_added_growth_average", "2021-2025", 7.2)]
    found = state(average(), seen)
    assert (found.verdict, found.final) == ("meets", True)
    other = [figure("above_scale_value_added_growth_average", "2016-2020", 7.5)]
    assert state(average(), other).verdict == "cannot_tell"


def test_growth_above_the_band_meets_and_says_so() -> None:
    seen = figures(GROWTH, dict.fromkeys(("2021", "2022", "2023", "2024", "2025"), 9.5))
    found = state(average(), seen)
    assert found.verdict == "meets"
    assert "高于上限" in found.reason


def relative() -> Target:
    return target(
        "c2.3-1", "规上工业增加值年均增速", form="relative", comparator=">=", low=1,
        unit="个百分点", reference="GDP增速",
    )  # fmt: skip


def test_relative_target_on_the_average_with_every_year_printed() -> None:
    seen = [
        *figures(GROWTH, {"2021": 11.4, **FOUR}),
        *figures(GDP, {"2021": 8.6, "2022": 2.8, "2023": 6.0, "2024": 5.7, "2025": 5.8}),
    ]
    found = state(relative(), seen)
    assert found.verdict == "fails"
    assert found.attained is not None
    assert found.attained.low == pytest.approx(0.786, abs=2e-3)
    gaps = [point.value.low for point in found.series]
    assert gaps == pytest.approx([2.8, 2.8, -1.9, -0.9, 1.2])
    assert "2021、2022、2025年达到" in found.reason
    assert "2023、2024年未达到" in found.reason


def test_relative_target_without_its_reference_cannot_tell() -> None:
    found = state(relative(), figures(GROWTH, {"2021": 11.4, **FOUR}))
    assert found.verdict == "cannot_tell"
    assert found.missing


# change on a baseline -------------------------------------------------------------------------


def test_increase_is_measured_on_the_baseline_of_the_same_indicator() -> None:
    rd = target("c2.3-5", "制造业企业R&D经费投入强度", form="increase", figure=25, unit="%")
    base = target("b1.8", "规上工业企业R&D经费投入强度", figure=1.5, baseline=1.2, unit="%")
    seen = [figure("above_scale_rd_intensity", "2025", 1.5)]
    found = evaluate(package(rd, base), seen, END)[0]
    assert found.verdict == "meets"
    assert found.attained is not None
    assert found.attained.low == pytest.approx(25)
    assert any("1.5% ÷ 1.2% − 1" in step.formula for step in found.steps)


def test_points_without_a_baseline_cannot_be_measured() -> None:
    aim = target("c2.3-3", "生产性服务业增加值占现代服务业比重", form="points", figure=2.2,
                 unit="个百分点")  # fmt: skip
    seen = [figure("producer_services_share", "2025", 51)]
    found = state(aim, seen)
    assert found.verdict == "cannot_tell"
    assert any("基期" in text for text in found.missing)
    with_base = [*seen, figure("producer_services_share", "2020", 48)]
    assert state(aim, with_base).verdict == "meets"


# counts over the period -----------------------------------------------------------------------


def entries(figure: float = 1000) -> Target:
    return target("c8-3", "规上工业企业", form="additions", figure=figure, unit="家")


def test_a_rise_of_the_stock_is_a_lower_limit_of_entries() -> None:
    seen = [figure(FIRMS, "2024", 5000, note="限定词:突破")]
    found = evaluate(package(entries(), firms()), seen, END)[0]
    assert (found.verdict, found.final, found.light) == ("meets", True, "done")
    assert found.attained is not None
    assert found.attained.low == 5000 - 3576
    assert "additions.gross" in found.rules
    small = evaluate(package(entries(), firms()), [figure(FIRMS, "2024", 4400)], END)[0]
    assert small.verdict == "cannot_tell"  # exits are unknown: entries may be more


def test_entries_add_up_and_years_lacking_leave_them_open() -> None:
    added = "above_scale_firms_added"
    some = figures(added, {"2021": 300, "2022": 250, "2024": 200})
    found = state(entries(), some)
    assert (found.verdict, found.absence) == ("cannot_tell", "not_reported")
    assert found.attained is not None
    assert found.attained.low == 750
    assert "2023、2025年" in found.reason
    every = figures(added, {"2021": 100, "2022": 100, "2023": 100, "2024": 100, "2025": 100})
    assert state(entries(), every).verdict == "fails"
    enough = figures(added, {"2021": 600, "2022": 500})
    early = state(entries(), enough, date(2022, 12, 31))
    assert (early.verdict, early.final) == ("meets", True)


def test_a_stock_too_small_to_have_seen_the_entries_points_to_not_met() -> None:
    titles = target("c8-4", "国家级专精特新“小巨人”企业", form="additions", figure=1000, unit="家",
                    scope=("国家级",))  # fmt: skip
    found = state(titles, [figure("national_little_giants", "2025年末", 410)])
    assert found.verdict == "cannot_tell"
    assert found.extra["points_to"] == "fails"
    assert "590" in found.reason


def test_a_count_a_year_is_judged_on_every_year() -> None:
    aim = target("c4-1", "补链项目", form="per_year", low=300, comparator=">=", unit="个")
    years = {"2021": 310, "2022": 305, "2023": 290, "2024": 400, "2025": 320}
    found = state(aim, figures("chain_gap_projects", years))
    assert (found.verdict, found.light) == ("fails", "behind")
    assert "2023年" in found.reason
    years["2023"] = 300
    assert state(aim, figures("chain_gap_projects", years)).verdict == "meets"
    del years["2023"]
    assert state(aim, figures("chain_gap_projects", years)).verdict == "cannot_tell"


# set elsewhere ----------------------------------------------------------------------------------


def test_assigned_target_waits_for_its_document() -> None:
    aim = target("b14", "单位工业增加值能耗下降", form="assigned", unit="%", nature="约束性",
                 reference="省政府")  # fmt: skip
    found = state(aim)
    assert (found.verdict, found.absence) == ("cannot_tell", "not_applicable")
    assert "省政府" in found.missing[0]
    assert "assigned.unbound" in found.rules


def test_binding_targets_have_their_own_classes() -> None:
    seen = [figure(FIRMS, "2022", 3920)]  # pace 0.93: watch for expected and binding targets
    as_of = date(2022, 12, 31)
    assert state(firms(), seen, as_of).light == "watch"
    binding = state(firms(nature="约束性"), seen, as_of)
    assert binding.light == "watch"
    assert "pace.binding" in binding.rules
    slower = [figure(FIRMS, "2022", 3880)]  # pace 0.82: behind for binding targets
    assert state(firms(), slower, as_of).light == "watch"
    assert state(firms(nature="约束性"), slower, as_of).light == "behind"
    nearly = [figure(FIRMS, "2022", 3936)]  # pace 0.97: normal for expected ones only
    assert state(firms(), nearly, as_of).light == "normal"
    assert state(firms(nature="约束性"), nearly, as_of).light == "watch"


def test_several_lower_limits_of_entries_the_highest_counts() -> None:
    seen = [
        figure("above_scale_firms_added", "2021", 300),
        figure(FIRMS, "2024", 5000, note="限定词:突破"),
    ]
    found = evaluate(package(entries(), firms()), seen, END)[0]
    assert found.verdict == "meets"
    assert found.attained is not None
    assert found.attained.low == 1424


def test_width_of_a_figure_is_carried_into_its_change() -> None:
    rd = target("c2.3-5", "制造业企业R&D经费投入强度", form="increase", figure=25, unit="%")
    base = target("b1.8", "规上工业企业R&D经费投入强度", figure=1.5, baseline=1.2, unit="%")
    seen = [figure("above_scale_rd_intensity", "2025", "1.5", note="限定词:约")]
    found = evaluate(package(rd, base), seen, END)[0]
    assert found.attained is not None
    assert found.attained.low < 25 < found.attained.high
    assert found.verdict == "cannot_tell"


def test_exits_that_the_stock_could_have_seen_point_nowhere() -> None:
    titles = target("c8-4", "国家级专精特新“小巨人”企业", form="additions", figure=500, unit="家",
                    scope=("国家级",))  # fmt: skip
    found = state(titles, [figure("national_little_giants", "2025年末", 410)])
    assert found.verdict == "cannot_tell"
    assert "points_to" not in found.extra


@pytest.mark.parametrize(
    ("comparator", "note", "verdict"),
    [
        (">", "", "fails"),  # exactly 1.2 is not above 1.2
        (">=", "", "meets"),
        (">", "限定词:突破", "meets"),  # over 1.2 is
    ],
)
def test_above_means_above(comparator: str, note: str, verdict: str) -> None:
    trade = target("c9", "货物贸易", low=1.2, comparator=comparator, unit="万亿元")
    assert state(trade, [figure("goods_trade", "2025", 12000, note=note)]).verdict == verdict


def test_one_months_growth_stands_for_no_year() -> None:
    seen = [*figures(GROWTH, FOUR), figure(GROWTH, "2021年12月", 9.4)]
    found = state(average(), seen)
    assert found.verdict == "cannot_tell"
    month = next(point for point in found.series if not point.comparable)
    assert "单月" in month.why_not
