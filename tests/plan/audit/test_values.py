"""One thing stated twice: different figures, comparators, forms, baselines, joint counts."""

from __future__ import annotations

import pytest


class TestDifferentValues:
    def test_two_figures_for_one_indicator_are_a_contradiction(self, draft):
        one = draft.target("市级以上研发平台", 70, "家")
        other = draft.target("市级及以上研发平台数量", 80, "家", clause="专栏12", comparator=">=")
        [found] = draft.audit("different_values")
        assert found.severity == "high"
        assert found.items == (one, other)
        assert "专栏1为70家" in found.message
        assert "专栏12为80家以上" in found.message
        assert "2025年" in found.message
        assert "at least 80" in found.message_en
        [line] = found.arithmetic
        assert (line.expression, line.result) == ("80 − 70", "10家")

    @pytest.mark.parametrize(
        ("value", "unit", "more"),
        [
            (70, "家", {}),
            (70, "户", {}),
            (70, "家", {"year": 2023}),
            (70, "家", {"form": "additions"}),
            (70, "家", {"subject": "临港新区"}),
        ],
    )
    def test_restatements_and_other_years_forms_subjects_do_not_contradict(
        self, draft, value, unit, more
    ):
        draft.target("研发平台", 70 if not more else 90, "家")
        draft.target("研发平台数量", value, unit, clause="二", **more)
        assert not draft.audit("different_values")

    def test_the_same_amount_in_another_unit_is_the_same(self, draft):
        draft.target("货物贸易额", 1.2, "万亿元")
        draft.target("货物贸易额", 12000, "亿元", clause="九")
        assert not draft.audit("different_values", "comparator_mismatch")

    def test_a_rounder_restatement_is_the_same(self, draft):
        draft.target("货物贸易额", 1.2, "万亿元")
        draft.target("货物贸易额", 12034, "亿元", clause="九")
        assert not draft.audit("different_values")
        draft.target("货物贸易额", 12600, "亿元", clause="十")
        assert draft.audit("different_values")

    def test_registers_of_different_level_are_different_series(self, draft):
        draft.target("国家级企业技术中心", 70, "户")
        draft.target("省级企业技术中心", 300, "户", clause="七")
        assert not draft.audit("different_values")

    def test_a_count_without_qualifier_may_exceed_the_qualified_one(self, draft):
        draft.target("国家级企业技术中心", 70, "户")
        draft.target("企业技术中心", 300, "户", clause="七")
        assert not draft.audit("different_values")

    def test_a_count_without_qualifier_may_not_be_smaller(self, draft):
        draft.target("国家级企业技术中心", 70, "户")
        draft.target("企业技术中心", 60, "户", clause="七")
        [found] = draft.audit("different_values")
        assert (found.rule, found.severity) == ("different_values_scope", "medium")

    def test_a_weaker_aim_that_can_hold_beside_is_of_low_weight(self, draft):
        draft.target("智慧园区", 20, "个", comparator=">=")
        draft.target("智慧园区", 30, "个", clause="十")
        [found] = draft.audit("different_values")
        assert (found.rule, found.severity) == ("different_values_weaker", "low")

    def test_a_stretch_aim_beside_the_plain_one_is_no_contradiction(self, draft):
        draft.target("工业销售规模", 9000, "亿元", clause="二")
        draft.target("工业销售规模", 10000, "亿元", comparator=">=", aspirational=True, clause="二")
        [found] = draft.audit("different_values")
        assert (found.rule, found.severity) == ("different_values_tiers", "low")
        assert "提出两档：9000亿元、力争10000亿元" in found.message

    def test_a_stretch_aim_is_no_rival_of_the_table_that_gives_the_plain_one(self, draft):
        draft.target("工业销售规模", 9000, "亿元", number="2", baseline=6068)
        draft.target("工业销售规模", 9000, "亿元", clause="二")
        draft.target("工业销售规模", 10000, "亿元", comparator=">=", aspirational=True, clause="二")
        [found] = draft.audit("different_values")
        assert found.rule == "different_values_tiers"

    def test_two_figures_inside_one_clause_of_prose_may_speak_of_two_things(self, draft):
        draft.target("智慧园区", 20, "个", clause="十")
        draft.target("智慧园区", 30, "个", clause="十")
        [found] = draft.audit("different_values")
        assert (found.rule, found.severity) == ("different_values_near", "low")

    @pytest.mark.parametrize("name", ["营业收入", "项目", "产业规模", "平台"])
    def test_names_too_general_are_not_compared(self, draft, name):
        draft.target(name, 100, "亿元")
        draft.target(name, 500, "亿元", clause="三")
        assert not draft.audit("different_values")

    def test_figures_of_different_dimension_are_not_compared(self, draft):
        draft.target("标准厂房", 20, "个")
        draft.target("标准厂房", 986, "万平方米", clause="十")
        assert not draft.audit("different_values")


class TestJointCounts:
    def test_a_joint_count_below_its_parts_is_a_contradiction(self, draft):
        joint = draft.target("国家级创新中心和国家级企业技术中心", 70, "户", clause="二（三）")
        table = draft.target("国家级企业技术中心", 70, "户", baseline=54)
        box = draft.target("国家级企业技术中心", 80, "家", comparator=">=", clause="专栏12")
        rest = draft.target("国家级创新中心", 2, "家", comparator=">=", clause="专栏12")
        [found] = draft.audit("different_values")
        assert (found.rule, found.severity) == ("joint_count", "high")
        assert set(found.items) == {joint, table, box, rest}
        assert "70+2=72户" in found.message
        assert "80+2=82户" in found.message
        lines = [(line.expression, line.result) for line in found.arithmetic]
        assert ("80 + 2", "82户") in lines
        assert ("80 − 70", "10户") in lines

    def test_parts_that_make_the_joint_count_are_consistent(self, draft):
        draft.target("国家级创新中心和国家级企业技术中心", 72, "户", clause="二（三）")
        draft.target("国家级企业技术中心", 70, "户")
        draft.target("国家级创新中心", 2, "家", clause="专栏12")
        assert not draft.audit("different_values")

    def test_a_joint_floor_above_the_floors_of_its_parts_is_consistent(self, draft):
        draft.target("智能工厂和数字化车间", 100, "个", comparator=">=")
        draft.target("智能工厂", 30, "个", comparator=">=", clause="五")
        assert not draft.audit("different_values")

    def test_one_part_alone_may_exceed_the_joint_count(self, draft):
        draft.target("智能工厂和数字化车间", 100, "个")
        draft.target("智能工厂", 130, "个", clause="五")
        [found] = draft.audit("different_values")
        assert found.rule == "joint_count"

    def test_one_reading_that_holds_is_enough(self, draft):
        """Where one of the clauses makes the joint count, the quarrel is between the clauses."""
        draft.target("智能工厂和数字化车间", 130, "个")
        draft.target("智能工厂", 30, "个", clause="五")
        draft.target("智能工厂", 50, "个", clause="专栏10")
        draft.target("数字化车间", 100, "个", clause="五")
        [found] = draft.audit("different_values")
        assert found.rule == "different_values"


class TestContained:
    def test_a_register_larger_than_the_one_it_lies_in(self, draft):
        narrow = draft.target("国家级创新中心", 20, "个")
        wide = draft.target("省级及以上创新中心", 14, "个", clause="七")
        [found] = draft.audit("narrow_exceeds_wide")
        assert found.items == (narrow, wide)
        assert found.arithmetic[0].expression == "20 − 14"

    def test_a_register_inside_a_larger_one_is_fine(self, draft):
        draft.target("国家级创新中心", 2, "个")
        draft.target("省级及以上创新中心", 14, "个", clause="七")
        assert not draft.audit("different_values")


class TestYearlyAndTotal:
    def test_years_that_do_not_make_the_total(self, draft):
        draft.target("新增高新技术企业", 300, "家", form="per_year")
        draft.target("新增高新技术企业", 1000, "家", form="additions", clause="八")
        [found] = draft.audit("per_year_against_total")
        assert found.arithmetic[0].expression == "300家 × 5"
        assert "1500家" in found.message

    def test_years_that_make_the_total(self, draft):
        draft.target("新增高新技术企业", 200, "家", form="per_year")
        draft.target("新增高新技术企业", 1000, "家", form="additions", clause="八")
        assert not draft.audit("different_values")


class TestComparators:
    def test_exactly_the_figure_meets_one_clause_and_misses_the_other(self, draft):
        draft.target("研发工具普及率", 60, "%")
        draft.target("研发工具普及率", 60, "%", comparator=">", clause="二（三）")
        [found] = draft.audit("comparator_mismatch")
        assert (found.rule, found.severity) == ("comparator_strict", "low")
        assert "超过60%" in found.message
        assert "按专栏1算完成，按第二部分（三）算未完成" in found.message

    def test_an_aim_beside_a_floor(self, draft):
        draft.target("工业占GDP比重", 26, "%")
        draft.target("工业规模占GDP比重", 26, "%", comparator=">=", clause="二（三）")
        [found] = draft.audit("comparator_mismatch")
        assert found.rule == "comparator_soft"
        assert "26%以上" in found.message

    def test_softer_wording_is_no_other_aim(self, draft):
        draft.target("百亿级企业", 20, "户")
        draft.target("百亿级企业", 20, "户", comparator=">=", aspirational=True, clause="专栏13")
        assert not draft.audit("comparator_mismatch", "different_values")


class TestForms:
    def test_a_margin_over_gdp_beside_an_average(self, draft):
        one = draft.target(
            "规上工业增加值增速", 1, "个百分点", form="relative", comparator=">=",
            reference="GDP", clause="二（三）",
        )  # fmt: skip
        other = draft.target("规模以上工业增加值", (7, 9), "%", form="annual_average")
        [found] = draft.audit("form_mismatch")
        assert (found.items, found.severity) == ((one, other), "medium")
        assert [(s.expression, s.result) for s in found.arithmetic] == [
            ("7 – 9 − 1", "6–8%"),
            ("6% + 1", "7%"),
        ]
        assert found.assumptions == {"gdp_growth": 0.06}
        assert "高于GDP增速1个百分点" in found.message

    def test_the_callers_assumption_is_used_and_printed(self, draft):
        draft.target(
            "工业增加值增速", 1, "个百分点", form="relative", comparator=">=", reference="GDP"
        )
        draft.target("工业增加值", 7, "%", form="annual_average", clause="二")
        [found] = draft.audit("form_mismatch", assumptions={"gdp_growth": 0.055})
        assert found.assumptions == {"gdp_growth": 0.055}
        assert "6.5%" in found.message

    def test_the_plans_own_growth_of_gdp_goes_before_the_default(self, draft):
        draft.target("地区生产总值", 7, "%", form="annual_average")
        draft.target(
            "工业增加值增速", 1, "个百分点", form="relative", comparator=">=", reference="GDP增速"
        )
        draft.target("工业增加值", 8, "%", form="annual_average", clause="二")
        [found] = draft.audit("form_mismatch")
        assert found.assumptions == {"gdp_growth": 0.07}
        [given] = draft.audit("form_mismatch", assumptions={"gdp_growth": 0.05})
        assert given.assumptions == {"gdp_growth": 0.05}

    def test_one_form_restated_is_fine(self, draft):
        draft.target("工业投资增速", 7, "%", form="annual_average")
        draft.target("工业投资", 7, "%", form="annual_average", clause="二")
        assert not draft.audit("form_mismatch", "different_values")

    def test_a_year_s_growth_beside_an_average(self, draft):
        draft.target("工业投资增速", 7, "%", form="annual_average")
        draft.target("工业投资增速", 8, "%", clause="二")
        [found] = draft.audit("form_mismatch")
        assert (found.rule, found.severity) == ("form_other", "low")


class TestBaselines:
    def test_a_fact_that_differs_from_the_table(self, draft):
        table = draft.target("高新技术企业数量", 12000, "户", baseline=6120)
        fact = draft.fact("高新技术企业", 6200, "家")
        [found] = draft.audit("baseline_differs")
        assert found.items == (table, fact)
        assert found.arithmetic[0].expression == "6200 − 6120"
        assert "2020年" in found.message

    @pytest.mark.parametrize(
        ("value", "more"),
        [
            (6120, {}),
            (6000, {"comparator": ">="}),
            (900, {"span_start": 2016}),
            (4149, {"year": 2019}),
        ],
    )
    def test_facts_that_agree_or_speak_of_something_else(self, draft, value, more):
        draft.target("高新技术企业数量", 12000, "户", baseline=6120)
        draft.fact("高新技术企业", value, "家", **more)
        assert not draft.audit("baseline_differs")

    def test_a_rounder_fact_agrees(self, draft):
        draft.target("工业占GDP比重", 26, "%", baseline=23.8)
        draft.fact("工业占GDP比重", 24, "%")
        assert not draft.audit("baseline_differs")
