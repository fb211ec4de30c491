"""Growth against share, growth against level, increase against level: arithmetic by hand."""

from __future__ import annotations

import pytest


def _share(draft, baseline=23.8, target=26.0):
    return draft.target("工业占GDP比重", target, "%", baseline=baseline)


def _margin(draft, points=1.0, **more):
    return draft.target(
        "规上工业增加值增速",
        points,
        "个百分点",
        form="relative",
        comparator=">=",
        reference="GDP",
        clause="二（三）",
        **more,
    )


class TestGrowthAgainstShare:
    def test_one_point_above_gdp_does_not_carry_the_share(self, draft):
        share, margin = _share(draft), _margin(draft)
        [found] = draft.audit("growth_against_share")
        assert (found.items, found.severity) == ((margin, share), "high")
        # By hand: 23.8 × (1.07/1.06)^5 = 24.944; (26/23.8)^(1/5) = 1.017839; 1.06 × that = 1.0789.
        results = [line.result for line in found.arithmetic]
        assert results[:5] == ["1.009434", "24.94%", "1.017839", "7.89%", "1.89"]
        assert found.assumptions == {"gdp_growth": 0.06, "price_drift": 0.0}
        for figure in ("23.8%", "26%", "24.94%", "7.89%", "1.89个百分点"):
            assert figure in found.message
        # The answer hardly depends on the growth of GDP: shown at 4% and 8%.
        assert [line.expression for line in found.arithmetic[5:]] == ["GDP 4%", "GDP 8%"]

    def test_assumptions_are_adjustable(self, draft):
        _share(draft)
        _margin(draft)
        [found] = draft.audit(
            "growth_against_share", assumptions={"gdp_growth": 0.05, "price_drift": -0.005}
        )
        # 23.8 × (1.06 × 0.995 / 1.05)^5 = 24.337
        assert found.assumptions == {"gdp_growth": 0.05, "price_drift": -0.005}
        assert "24.34%" in found.message

    def test_prices_of_the_part_rising_faster_can_reconcile_the_two(self, draft):
        _share(draft)
        _margin(draft)
        assert not draft.audit("growth_against_share", assumptions={"price_drift": 0.01})

    def test_a_margin_that_suffices(self, draft):
        _share(draft)
        _margin(draft, points=2)
        assert not draft.audit("growth_against_share")

    def test_a_share_that_keeps(self, draft):
        _share(draft, baseline=24.9)
        _margin(draft)
        assert not draft.audit("growth_against_share")

    def test_a_band_beside_the_margin_is_weighed_too(self, draft):
        _share(draft)
        _margin(draft)
        band = draft.target("规上工业增加值增速", (7, 9), "%", form="annual_average")
        [found] = draft.audit("growth_against_share")
        assert band in found.items
        assert "只有取上段才够" in found.message
        assert found.arithmetic[-1].result == "24.94% / 27.36%"

    def test_a_margin_over_something_else_is_no_case(self, draft):
        _share(draft)
        draft.target(
            "工业增加值增速", 1, "个百分点", form="relative", comparator=">=", reference="全国工业"
        )
        assert not draft.audit("growth_against_share")

    def test_an_average_too_low_at_any_growth_of_gdp_tried(self, draft):
        _share(draft, baseline=20, target=26)
        draft.target("工业增加值", 6, "%", form="annual_average", clause="二")
        [found] = draft.audit("growth_against_share")
        assert found.rule == "share_not_reached"

    def test_an_average_that_depends_on_gdp_is_left_alone_unless_gdp_is_known(self, draft):
        _share(draft)
        draft.target("工业增加值", 7, "%", form="annual_average", clause="二")
        assert not draft.audit("growth_against_share")
        assert draft.audit("growth_against_share", assumptions={"gdp_growth": 0.07})
        draft.target("地区生产总值", 5, "%", form="annual_average", clause="二")
        assert not draft.audit("growth_against_share")

    def test_a_share_held_down_while_its_part_outruns_the_whole(self, draft):
        draft.target("地区生产总值", 6, "%", form="annual_average", clause="二")
        draft.target("工业增加值", 9, "%", form="annual_average", clause="二")
        draft.target("工业占GDP比重", 24, "%", comparator="<=", baseline=23.8)
        [found] = draft.audit("growth_against_share")
        assert (found.rule, found.severity) == ("share_overshot", "medium")

    def test_a_share_without_baseline_cannot_be_tested(self, draft):
        draft.target("工业占GDP比重", 26, "%")
        _margin(draft)
        assert not draft.audit("growth_against_share")

    def test_a_fact_serves_as_baseline(self, draft):
        draft.fact("工业占GDP比重", 23.8, "%")
        draft.target("工业占GDP比重", 26, "%")
        _margin(draft)
        assert draft.audit("growth_against_share")


class TestGrowthAgainstLevel:
    def test_a_level_that_the_growth_does_not_make(self, draft):
        level = draft.target("高新技术企业数量", 12000, "户", baseline=6120)
        growth = draft.target("高新技术企业数量", 10, "%", form="annual_average", clause="七")
        [found] = draft.audit("growth_against_level")
        assert found.items == (level, growth)
        assert found.severity == "medium"
        # (12000/6120)^(1/5) − 1 = 14.42%
        assert found.arithmetic[0].result == "14.42%"
        assert "年均14.42%" in found.message

    @pytest.mark.parametrize("growth", [14.4, 14, 14.42])
    def test_a_growth_that_makes_the_level(self, draft, growth):
        draft.target("高新技术企业数量", 12000, "户", baseline=6120)
        draft.target("高新技术企业数量", growth, "%", form="annual_average", clause="七")
        assert not draft.audit("growth_against_level")

    def test_a_growth_above_a_floor_is_fine(self, draft):
        draft.target("高新技术企业数量", 12000, "户", comparator=">=", baseline=6120)
        draft.target("高新技术企业数量", 20, "%", form="annual_average", clause="七")
        assert not draft.audit("growth_against_level")

    def test_amounts_may_differ_by_prices(self, draft):
        draft.target("工业增加值", 8000, "亿元", baseline=5000)
        draft.target("工业增加值", 7, "%", form="annual_average", clause="二")
        [found] = draft.audit("growth_against_level")
        assert found.severity == "low"
        assert "现价" in found.message


class TestIncreaseAgainstLevel:
    def test_one_fifth_more_than_the_baseline_is_exactly_the_level(self, draft):
        draft.target("规上工业企业R&D经费投入强度", 1.5, "%", baseline=1.2)
        draft.target("制造业企业研发经费投入强度", 25, "%", form="increase", clause="二（三）")
        draft.target("规上工业企业研发投入强度", 25, "%", form="increase", clause="七")
        assert not draft.audit("increase_against_level", "different_values", "form_mismatch")

    def test_an_increase_that_makes_another_level(self, draft):
        level = draft.target("规上工业企业R&D经费投入强度", 1.5, "%", baseline=1.2)
        more = draft.target("规上工业企业研发投入强度", 40, "%", form="increase", clause="七")
        [found] = draft.audit("increase_against_level")
        assert (found.items, found.severity) == ((more, level), "high")
        assert found.arithmetic[0].expression == "1.2 × (1 + 40%)"
        assert found.arithmetic[0].result == "1.68%"

    def test_another_sector_is_held_against_it_with_a_caveat(self, draft):
        draft.target("规上工业企业R&D经费投入强度", 1.5, "%", baseline=1.2)
        draft.target("制造业企业研发经费投入强度", 40, "%", form="increase", clause="二（三）")
        [found] = draft.audit("increase_against_level")
        assert found.severity == "medium"
        assert found.message.endswith("两处口径写法不同，此处按同一口径比较。")

    def test_another_register_is_not_held_against_it(self, draft):
        draft.target("国家级企业技术中心", 70, "户", baseline=54)
        draft.target("省级企业技术中心", 40, "%", form="increase", clause="二（三）")
        assert not draft.audit("increase_against_level")

    def test_points_to_a_level_without_known_baseline_imply_one(self, draft):
        draft.target("生产性服务业占服务业比重", 2.2, "个百分点", form="points", clause="二")
        draft.target("生产性服务业占服务业比重", 50, "%", comparator=">=", clause="二")
        assert not draft.audit("increase_against_level", "no_baseline")

    def test_points_that_make_another_level(self, draft):
        draft.target("生产性服务业占服务业比重", 5, "个百分点", form="points", clause="二")
        draft.target("生产性服务业占服务业比重", 50, "%", baseline=47.8)
        [found] = draft.audit("increase_against_level")
        assert found.arithmetic[0].expression == "47.8 + 5"
        assert found.arithmetic[0].result == "52.8%"

    def test_points_that_fit(self, draft):
        draft.target("生产性服务业占服务业比重", 2.2, "个百分点", form="points", clause="二")
        draft.target("生产性服务业占服务业比重", 50, "%", baseline=47.8)
        assert not draft.audit("increase_against_level")
