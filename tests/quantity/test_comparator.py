"""Words of comparison around a figure."""

from __future__ import annotations

import pytest

from liantu.errors import InvalidQuantity
from liantu.quantity.comparator import aspires, compare, ends, with_aim


@pytest.mark.parametrize(
    ("before", "after", "comparator"),
    [
        ("营业收入达到", "", "="),
        ("累计建成", "家", "="),
        ("达到", "以上", ">="),
        ("占比超过", "", ">"),
        ("突破", "，", ">"),
        ("产值超", "", ">"),
        ("不低于", "", ">="),
        ("不超过", "", "<="),
        ("控制在", "以内", "<="),
        ("降至", "以下", "<="),
        ("低于", "", "<"),
        ("低于", "以下", "<"),
        ("稳定在", "左右", "~"),
        ("约", "", "~"),
        ("近", "", "~"),
        ("不低于", "左右", "~"),
        ("突破", "以上", ">"),
        ("约", "以上", ">="),
        ("建成", "余", ">"),
    ],
)
def test_reads(before: str, after: str, comparator: str) -> None:
    assert compare(before, after).comparator == comparator


def test_tells_how_much_of_the_text_the_words_take() -> None:
    said = compare("力争不低于", "以上，")
    assert (said.before, said.after) == (3, 2)


def test_a_range_stays_a_range() -> None:
    assert compare("保持在", "左右", ranged=True).comparator == "range"


@pytest.mark.parametrize(
    ("comparator", "low", "high", "kept"),
    [
        ("=", 5.0, None, (5.0, 5.0)),
        ("~", 5.0, None, (5.0, 5.0)),
        (">=", 5.0, None, (5.0, None)),
        (">", 5.0, None, (5.0, None)),
        ("<=", 5.0, None, (None, 5.0)),
        ("<", 5.0, None, (None, 5.0)),
        ("range", 7.0, 9.0, (7.0, 9.0)),
    ],
)
def test_ends(
    comparator: str, low: float, high: float | None, kept: tuple[float | None, float | None]
) -> None:
    assert ends(comparator, low, high) == kept  # type: ignore[arg-type]


@pytest.mark.parametrize("high", [None, 3.0])
def test_a_range_needs_two_ends_in_order(high: float | None) -> None:
    with pytest.raises(InvalidQuantity):
        ends("range", 7.0, high)


def test_an_aim_makes_a_plain_figure_a_floor() -> None:
    assert aspires("力争到2025年建成")
    assert not aspires("到2025年建成")
    assert with_aim("=") == ">="
    assert with_aim(">") == ">"
    assert with_aim("~") == "~"
