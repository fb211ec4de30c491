"""What a plan leaves out, gathered so that a planner reads a line for each kind."""

from __future__ import annotations

import pytest


class TestNoBaseline:
    def test_rows_of_the_table_in_one_finding(self, draft):
        one = draft.target("成熟度达标企业占比", 60, "%", number="17")
        two = draft.target("工具普及率", 89, "%", number="19")
        draft.target("工具使用率", 89, "%", number="20", baseline=76.4)
        [found] = draft.audit("no_baseline")
        assert (found.items, found.severity) == ((one, two), "medium")
        assert "17 成熟度达标企业占比" in found.message

    def test_prose_in_one_finding_of_low_weight(self, draft):
        draft.target("充电桩", 16, "万个", clause="五")
        draft.target("加氢站", 30, "座", clause="六")
        [found] = draft.audit("no_baseline")
        assert found.severity == "low"
        assert "2项" in found.message

    def test_long_lists_are_cut_in_the_sentence_and_whole_in_the_items(self, draft):
        for number in range(30):
            draft.target(f"第{number}类设施", 5, "座", clause="五")
        [found] = draft.audit("no_baseline")
        assert len(found.items) == 30
        assert "第12类设施" not in found.message
        assert "等" in found.message

    @pytest.mark.parametrize("form", ["additions", "per_year", "points", "relative"])
    def test_forms_that_start_at_nought_need_none(self, draft, form):
        draft.target("补链项目", 300, "个", form=form, clause="四")
        assert not draft.audit("no_baseline")

    def test_a_fact_is_a_baseline(self, draft):
        draft.fact("百亿企业", 14, "家")
        draft.target("百亿级工业企业", 20, "户", clause="八")
        assert not draft.audit("no_baseline")


class TestUnits:
    def test_a_magnitude_in_place_of_a_unit(self, draft):
        draft.target("集群规模", 4, "万亿", subject="支柱产业", comparator=">")
        [found] = draft.audit("no_unit")
        assert "支柱产业集群规模超过4万亿" in found.message

    def test_a_ratio_needs_none(self, draft):
        draft.target("设计电能使用效率值", 1.3, "", subject="数据中心", comparator="<=")
        draft.target("研发平台", 3, "个")
        assert not draft.audit("no_unit")

    def test_a_bare_figure(self, draft):
        draft.target("研发平台", 3, "")
        assert draft.audit("no_unit")


class TestOwnersAndSources:
    def test_targets_without_owner_are_counted(self, draft):
        draft.target("研发平台", 3, "个", owner="市经信局")
        draft.target("充电桩", 3, "个")
        [found] = draft.audit("no_owner")
        assert found.items == ("t2",)
        assert "2项目标中有1项" in found.message

    def test_no_finding_where_every_target_has_an_owner(self, draft):
        draft.target("研发平台", 3, "个", owner="市经信局")
        assert not draft.audit("no_owner")

    def test_sources_are_asked_of_the_callers_catalogue(self, draft):
        draft.target("研发平台", 3, "个", scope=("国家级",))
        draft.target("充电桩", 3, "个")
        asked = []

        def knows(name: str, scope: tuple[str, ...]) -> bool:
            asked.append((name, scope))
            return name == "研发平台"

        [found] = draft.audit("no_data_source", known_indicators=knows)
        assert found.items == ("t2",)
        assert ("研发平台", ("国家级",)) in asked
        assert not draft.audit("no_data_source")
        assert not draft.audit("no_data_source", known_indicators=lambda name, scope: True)


class TestSetElsewhere:
    def test_one_finding_for_each_document(self, draft):
        for name in ("单位工业增加值能耗下降", "固废综合利用率提高"):
            draft.target(
                name, None, "%", form="assigned", nature="约束性", reference="省政府", number="14"
            )
        draft.target("耕地保有量", None, "亩", form="assigned", nature="约束性", reference="国务院")
        one, two = draft.audit("set_elsewhere")
        assert len(one.items) == 2
        assert "2项约束性目标" in one.message
        assert "由省政府下达" in one.message
        assert "binding" in one.message_en
        assert two.items == ("t3",)

    def test_a_binding_target_with_a_figure_is_set_here(self, draft):
        draft.target("单位能耗下降", 14, "%", nature="约束性")
        assert not draft.audit("set_elsewhere")


class TestScope:
    @pytest.mark.parametrize(
        "name", ["专精特新“小巨人”企业", "单项冠军企业", "独角兽企业", "智能工厂", "绿色工厂"]
    )
    def test_titles_without_level(self, draft, name):
        draft.target(name, 100, "家", form="additions", clause="八")
        draft.target(name, 100, "家", form="additions", clause="专栏13")
        [found] = draft.audit("scope_unsaid")
        assert len(found.items) == 2
        assert "第八部分、专栏13" in found.message

    @pytest.mark.parametrize(
        "name", ["国家级专精特新“小巨人”企业", "省级智能工厂", "规上工业企业数量", "充电桩"]
    )
    def test_titles_with_level_and_things_that_need_none(self, draft, name):
        draft.target(name, 100, "家")
        assert not draft.audit("scope_unsaid")

    def test_above_scale_firms_of_which_sector(self, draft):
        draft.target("规上企业", 1000, "家", form="additions")
        [found] = draft.audit("scope_unsaid")
        assert "规上工业企业" in found.message

    def test_one_indicator_under_two_wordings_of_scope(self, draft):
        draft.target("规上工业企业研发投入强度", 1.5, "%", baseline=1.2)
        draft.target("企业研发投入强度", 1.5, "%", clause="二")
        [found] = draft.audit("scope_restated")
        assert found.items == ("t1", "t2")

    def test_two_registers_are_not_one_indicator(self, draft):
        draft.target("国家级企业技术中心", 70, "户")
        draft.target("省级企业技术中心", 300, "户")
        assert not draft.audit("scope_restated")


class TestTable:
    def test_growth_of_one_year_beside_an_average(self, draft):
        draft.target("工业投资增速", 7, "%", form="annual_average", baseline=2.9, number="2")
        [found] = draft.audit("baseline_not_comparable")
        assert "2 工业投资增速（2020年2.9%，目标年均7%）" in found.message

    def test_a_level_and_its_baseline_compare(self, draft):
        draft.target("利润率", 6.8, "%", baseline=6.3, number="5")
        assert not draft.audit("baseline_not_comparable")

    def test_two_series_under_one_number(self, draft):
        draft.target("工业增加值增速", 7, "%", form="annual_average", number="1a")
        draft.target("工业占GDP比重", 26, "%", baseline=23, number="1b")
        draft.target("利润率", 6.8, "%", baseline=6.3, number="2")
        [found] = draft.audit("shared_number")
        assert "2个编号实有3个序列" in found.message
        assert not draft.audit("table_numbering")

    def test_numbers_missing_or_repeated(self, draft):
        for number in ("1", "2", "2", "5"):
            draft.target(f"指标{number}", 3, "个", baseline=1, number=number)
        [found] = draft.audit("table_numbering")
        assert "编号2重复" in found.message
        assert "缺编号3、4" in found.message

    def test_numbers_in_order(self, draft):
        for number in ("1", "2", "3"):
            draft.target(f"指标{number}", 3, "个", baseline=1, number=number)
        assert not draft.audit("table_numbering", "shared_number")

    def test_a_row_with_level_and_growth_is_one_row(self, draft):
        draft.target("工业总产值", 3, "万亿元", baseline=2.28, number="1")
        draft.target("工业总产值", 6, "%", form="annual_average", baseline=2.28, number="1")
        assert not draft.audit(
            "table_numbering", "shared_number", "no_baseline", "baseline_not_comparable"
        )

    def test_two_tables_are_numbered_apart(self, draft):
        for clause in ("专栏1", "专栏2"):
            for number in ("1", "2"):
                draft.target(f"{clause}指标{number}", 3, "个", number=number, clause=clause)
        assert not draft.audit("table_numbering", "shared_number")
