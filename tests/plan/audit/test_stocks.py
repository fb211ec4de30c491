"""Baselines at the target, entries and stocks, works begun and finished, size classes."""

from __future__ import annotations

import pytest


class TestBaselineAtTarget:
    def test_a_fact_on_the_threshold(self, draft):
        fact = draft.fact("累计建成高品质科创空间", 1000, "万平方米")
        target = draft.target(
            "建成面积", 1000, "万平方米", comparator=">", subject="高品质科创空间", clause="专栏15"
        )
        [found] = draft.audit("baseline_at_target")
        assert (found.items, found.severity) == ((target, fact), "medium")
        assert "2020年已达1000万平方米（第一部分（一））" in found.message
        assert "恰在门槛上" in found.message
        assert found.arithmetic[0].expression == "1000 ÷ 1000"

    @pytest.mark.parametrize(
        ("baseline", "value", "comparator", "expected"),
        [
            (70, 70, "=", "不作任何新增"),
            (70, 70, ">=", "不作任何新增"),
            (75, 70, ">=", "已超过目标"),
            (1.2, 1.3, "<=", "已超过目标"),
            (1.3, 1.3, "<", "恰在门槛上"),
        ],
    )
    def test_table_rows_already_reached(self, draft, baseline, value, comparator, expected):
        draft.target("某类平台", value, "个", comparator=comparator, baseline=baseline)
        [found] = draft.audit("baseline_at_target")
        assert expected in found.message

    @pytest.mark.parametrize(
        ("baseline", "value", "comparator", "more"),
        [
            (54, 70, "=", {}),
            (54, 70, ">", {}),
            (1.4, 1.3, "<=", {}),
            (30, 20, "=", {}),  # may be an aim to reduce
            (7, 7, "=", {"form": "annual_average"}),  # a growth, not a state
        ],
    )
    def test_a_way_remains(self, draft, baseline, value, comparator, more):
        draft.target("某类平台", value, "个", comparator=comparator, baseline=baseline, **more)
        assert not draft.audit("baseline_at_target")

    @pytest.mark.parametrize(
        ("name", "value", "unit", "more"),
        [
            ("新增科创空间", 1000, "万平方米", {}),  # entries of the last period
            ("科创空间", 1000, "个", {}),  # another dimension
            ("科创空间", 1000, "万平方米", {"year": 2012}),  # long ago
            ("标准厂房", 1000, "万平方米", {}),
        ],
    )
    def test_facts_about_something_else(self, draft, name, value, unit, more):
        draft.fact(name, value, unit, **more)
        draft.target("科创空间", 1000, "万平方米", comparator=">")
        assert not draft.audit("baseline_at_target")

    def test_the_baseline_of_the_table_serves_the_prose(self, draft):
        draft.target("某类平台", 70, "个", baseline=70)
        draft.target("某类平台数量", 70, "个", clause="二")
        assert len(draft.audit("baseline_at_target")) == 1


class TestGrossAgainstNet:
    def test_entries_above_the_net_change(self, draft):
        level = draft.target("规上工业企业数量", 4500, "个", baseline=3576)
        one = draft.target("规上企业", 1000, "家", form="additions", clause="八")
        two = draft.target("规上企业", 1000, "家", form="additions", clause="专栏13")
        [found] = draft.audit("gross_against_net")
        assert (found.items, found.severity) == ((level, one, two), "medium")
        assert [(s.expression, s.result) for s in found.arithmetic] == [
            ("4500 − 3576", "924个"),
            ("1000 − 924", "76个"),
        ]
        assert "退出不超过76个" in found.message
        assert "第八部分、专栏13提出新增1000家" in found.message

    def test_entries_below_the_net_change_contradict(self, draft):
        draft.target("规上工业企业数量", 4500, "个", baseline=3576)
        draft.target("新增规上工业企业", 800, "家", form="additions", clause="八")
        [found] = draft.audit("gross_against_net")
        assert (found.rule, found.severity) == ("gross_below_net", "high")
        assert found.arithmetic[1].result == "124个"

    @pytest.mark.parametrize(
        ("entries", "comparator", "name"),
        [
            (924, "=", "规上工业企业"),
            (800, ">=", "规上工业企业"),
            (1000, "=", "高新技术企业"),
        ],
    )
    def test_entries_that_fit(self, draft, entries, comparator, name):
        draft.target("规上工业企业数量", 4500, "个", baseline=3576)
        draft.target(name, entries, "家", form="additions", comparator=comparator, clause="八")
        assert not draft.audit("gross_against_net")

    def test_net_additions_are_said_to_be_net(self, draft):
        draft.target("规上工业企业数量", 4500, "个", baseline=3576)
        draft.target("净增规上工业企业", 924, "家", form="additions", clause="八")
        assert not draft.audit("gross_against_net")


class TestWorks:
    def _facts(self, draft, started, completed, total=None, **more):
        if total:
            draft.fact("累计实施亿元以上工业项目", total, "个", span_start=2016)
        draft.fact("亿元以上工业项目开工", started, "个", span_start=2016)
        draft.fact("亿元以上工业项目竣工", completed, "个", span_start=2016, **more)
        draft.target("研发平台", 3, "个")

    def test_more_finished_than_begun(self, draft):
        self._facts(draft, 740, 772, 914)
        [found] = draft.audit("completions_above_starts")
        assert [(s.expression, s.result) for s in found.arithmetic] == [
            ("772 − 740", "32个"),
            ("914 − 740", "174个"),
            ("914 − 772", "142个"),
        ]
        assert "竣工比开工多32个" in found.message
        assert "2016–2020" in found.message

    def test_without_a_total_only_the_difference_is_said(self, draft):
        self._facts(draft, 740, 772)
        [found] = draft.audit("completions_above_starts")
        assert len(found.arithmetic) == 1

    def test_fewer_finished_than_begun(self, draft):
        self._facts(draft, 772, 740)
        assert not draft.audit("completions_above_starts")

    def test_another_year(self, draft):
        self._facts(draft, 740, 772, year=2015)
        assert not draft.audit("completions_above_starts")


class TestNesting:
    def test_classes_side_by_side(self, draft):
        for name, count in (("千亿", 5), ("五百亿", 5), ("百亿级", 20)):
            draft.target(f"{name}工业企业", count, "户", clause="专栏13")
        elsewhere = draft.target("营业收入超百亿的企业数量", 20, "户")
        [found] = draft.audit("nesting_unsaid")
        assert elsewhere in found.items
        assert [(s.expression, s.result) for s in found.arithmetic] == [
            ("20", "20户"),
            ("5 + 5 + 20", "30户"),
        ]
        assert "专栏1另称“营业收入超百亿的企业数量”20户" in found.message

    def test_parks(self, draft):
        draft.target("千亿级产业园区", 4, "个", clause="十")
        draft.target("500亿级产业园区", 6, "个", clause="十")
        [found] = draft.audit("nesting_unsaid")
        assert "共6个" in found.message
        assert "共10个" in found.message

    def test_fewer_in_the_lower_class_cannot_hold_the_higher(self, draft):
        draft.target("千亿级产业集群", 10, "个", comparator=">=", clause="三")
        draft.target("五百亿级产业集群", 3, "个", comparator=">=", clause="三")
        assert not draft.audit("nesting_unsaid")

    @pytest.mark.parametrize(
        ("other", "clause"),
        [("百亿级产业集群", "专栏13"), ("百亿级企业", "四")],
    )
    def test_other_things_or_clauses_do_not_nest(self, draft, other, clause):
        draft.target("千亿级企业", 5, "户", clause="专栏13")
        draft.target(other, 20, "个", clause=clause)
        assert not draft.audit("nesting_unsaid")
