"""What notes and titles say: qualifiers, status, breaks, caveats, dates."""

from __future__ import annotations

import math

import pytest

from liantu.quantity.bound import Bound
from liantu.quantity.unit import parse_unit
from liantu.records.figures.notes import last_digit, measured, published, read_note, rounding
from liantu.records.figures.rules import observation_rules

INF = math.inf


@pytest.mark.parametrize(
    ("note", "written", "unit", "bound", "qualifier"),
    [
        ("", "5000", "家", Bound(5000, 5000), "exact"),
        ("限定词:突破", "5000", "家", Bound(5000, INF, low_open=True, high_open=True), "at_least"),
        ("“超”值", "8500", "亿元", Bound(8500e8, INF, low_open=True, high_open=True), "at_least"),
        ("限定词：以上", "12", "%", Bound(12, INF), "at_least"),
        ("限定词:不超过", "1.3", "", Bound(-INF, 1.3), "at_most"),
        ("限定词:余", "130", "家", Bound(130, 140, low_open=True), "about"),
        ("限定词:近", "6000", "亿元", Bound(5500e8, 6000e8, high_open=True), "about"),
        ("限定词:左右;预计数", "8.8", "%", Bound(8.712, 8.888), "about"),
        ("约数", "1.70", "万亿元", Bound(1.695e12, 1.705e12), "about"),
        ("约数", "1.7", "万亿元", Bound(1.65e12, 1.75e12), "about"),
    ],
)
def test_qualifier(note: str, written: str, unit: str, bound: Bound, qualifier: str) -> None:
    found, said = measured(written, parse_unit(unit), read_note(note).qualifier)
    assert said == qualifier
    assert found.low == pytest.approx(bound.low)
    assert found.high == pytest.approx(bound.high)


def test_over_5000_meets_4500_and_about_26_cannot_decide_26() -> None:
    over, _ = measured("5000", parse_unit("家"), read_note("限定词:突破").qualifier)
    about, _ = measured("26", parse_unit("%"), read_note("限定词:约").qualifier)
    assert over.at_least(4500) == "meets"
    assert over.at_least(5000, strict=True) == "meets"
    assert about.at_least(26) == "cannot_tell"


@pytest.mark.parametrize(
    ("note", "bracket", "trust", "status"),
    [
        ("", "", "press", "final"),
        ("初核数", "", "press", "preliminary"),
        ("初核/四经普前口径", "", "press", "preliminary"),
        ("限定词:预计", "", "press", "forecast"),
        ("限定词:以上;预计数", "", "press", "forecast"),
        ("", "preliminary", "press", "preliminary"),
        ("与公示86家冲突(公示 vs 最终公告)", "", "press", "final"),
        ("规划2025目标10个以上", "", "press", "final"),
        ("2025年目标值,不是观测值", "", "press", "target"),
        ("", "target", "press", "target"),
        ("规划基期", "", "plan", "plan"),
    ],
)
def test_status(note: str, bracket: str, trust: str, status: str) -> None:
    assert read_note(note, bracket, trust).status == status


def test_breaks_and_caveats() -> None:
    assert read_note("四经普前口径").definition == "四经普前口径"
    assert read_note("状态:初核;口径:四经普前").definition == "四经普前口径"
    assert read_note("2020年托管后口径缩小").break_before == "2020年托管后口径缩小"
    assert read_note("甲口径(乙/丙)与丁不同").caveat == "甲口径(乙/丙)与丁不同"
    assert read_note("增加值口径,不可直接比较").caveat == "不可直接比较"
    assert not read_note("全口径外贸").caveat


def test_an_unknown_qualifier_is_told_and_not_guessed() -> None:
    reading = read_note("限定词:3示范企业+1产品")
    assert reading.qualifier is None
    assert reading.unknown_word == "3示范企业+1产品"


@pytest.mark.parametrize(
    ("title", "date"),
    [
        ("某报道(某报 2023-07-14)", "2023-07-14"),
        ("规划(2023—2035年)(征求意见稿)(2023-11-16)", "2023-11-16"),
        ("某市经济运行(某报/某站 2021-01)", "2021-01"),
        ("某会议(2020,转载)", "2020"),
        ("某回看(某新闻 2020)", "2020"),
        ("2026年某市政府工作报告(某报转载)", "2026"),
        ("某市概况", ""),
        ("编号 2023-77-99", ""),
        ("2014年各市生产总值(转述)", ""),
    ],
)
def test_published(title: str, date: str) -> None:
    assert published(title) == date


def test_last_digit_and_rounding() -> None:
    assert last_digit("1.70") * 100 == 1
    assert last_digit("5000") == 1
    assert last_digit("5000", significant=True) == 1000
    assert last_digit("0", significant=True) == 1
    assert rounding("1.7", parse_unit("万亿元")) == pytest.approx(5e10)


def test_every_order_names_every_word() -> None:
    rules = observation_rules()
    assert set(rules.trust_words.values()) <= set(rules.trust_order)
    assert set(rules.precision_order) == {"exact", "about", "at_least", "at_most"}
    words = [word for rule in rules.qualifiers for word in rule.words]
    assert len(words) == len(set(words))
