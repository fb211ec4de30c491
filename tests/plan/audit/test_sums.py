"""A whole and its parts by the industry tree."""

from __future__ import annotations

import pytest

FLOORS = {"甲": 1.5, "乙": 1.0, "丙": 0.8, "丁": 0.65}


def _pillars(draft, whole, *, comparator=">", parts=FLOORS, part_comparator=">"):
    draft.group("支柱产业", *(f"{name}类" for name in FLOORS))
    draft.target(
        "集群规模", whole, "万亿", comparator=comparator, subject="支柱产业", clause="三（一）"
    )
    for name, value in parts.items():
        draft.target(
            "营业收入", value, "万亿元", comparator=part_comparator, subject=f"{name}类产业"
        )


def test_floors_that_do_not_reach_the_whole(draft):
    _pillars(draft, 4)
    [found] = draft.audit("parts_do_not_sum")
    assert (found.rule, found.severity) == ("parts_fall_short", "medium")
    assert len(found.items) == 5
    lines = [(line.expression, line.result) for line in found.arithmetic]
    assert lines == [("1.5 + 1 + 0.8 + 0.65", "3.95万亿"), ("4 − 3.95", "0.05万亿")]
    assert "合计只有3.95万亿，差0.05万亿" in found.message
    assert "规模" in found.message
    assert "营业收入" in found.message


def test_floors_that_reach_the_whole_are_consistent(draft):
    _pillars(draft, 3.95)
    assert not draft.audit("parts_do_not_sum")


def test_floors_above_the_floor_of_the_whole_are_consistent(draft):
    _pillars(draft, 3)
    assert not draft.audit("parts_do_not_sum")


def test_exact_parts_that_miss_an_exact_whole_contradict(draft):
    _pillars(draft, 4, comparator="=", part_comparator="=")
    [found] = draft.audit("parts_do_not_sum")
    assert (found.rule, found.severity) == ("parts_contradict", "high")


def test_some_of_the_parts_say_nothing_about_the_whole(draft):
    _pillars(draft, 4, parts={"甲": 1.5, "乙": 1.0})
    assert not draft.audit("parts_do_not_sum")


def test_some_of_the_parts_above_an_exact_whole_contradict(draft):
    _pillars(draft, 2, comparator="=", parts={"甲": 1.5, "乙": 1.0})
    [found] = draft.audit("parts_do_not_sum")
    assert found.rule == "parts_contradict"


def test_parts_in_another_measure_are_not_added_up(draft):
    draft.group("支柱产业", "甲", "乙")
    draft.target("增加值", 1000, "亿元", subject="支柱产业")
    draft.target("营业收入", 300, "亿元", subject="甲产业")
    draft.target("营业收入", 300, "亿元", subject="乙产业")
    assert not draft.audit("parts_do_not_sum")


def test_parts_of_another_year_are_not_added_up(draft):
    draft.group("支柱产业", "甲", "乙")
    draft.target("营业收入", 1000, "亿元", subject="支柱产业")
    draft.target("营业收入", 300, "亿元", subject="甲产业", year=2023)
    draft.target("营业收入", 300, "亿元", subject="乙产业", year=2023)
    assert not draft.audit("parts_do_not_sum")


@pytest.mark.parametrize("unit", ["%", "家"])
def test_counts_and_shares_are_not_sizes(draft, unit):
    draft.group("支柱产业", "甲", "乙")
    draft.target("规模", 100, unit, subject="支柱产业")
    draft.target("规模", 30, unit, subject="甲产业")
    draft.target("规模", 30, unit, subject="乙产业")
    assert not draft.audit("parts_do_not_sum")
