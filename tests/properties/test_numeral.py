"""Numbers survive every way of writing them."""

from __future__ import annotations

from contextlib import suppress
from math import isfinite

from hypothesis import given
from hypothesis import strategies as st

from liantu.errors import InvalidQuantity
from liantu.quantity.numeral import parse_number

DIGITS = "零一二三四五六七八九"
FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")


def chinese(number: int) -> str:
    """Written by the rules of school, independently of the reader."""
    if number == 0:
        return "零"
    groups, text = [], ""
    while number:
        groups.append(number % 10_000)
        number //= 10_000
    for i in range(len(groups) - 1, -1, -1):
        if groups[i] == 0:
            continue
        if text and (groups[i] < 1000 or groups[i + 1] == 0):
            text += "零"
        text += below_ten_thousand(groups[i]) + ["", "万", "亿", "万亿"][i]
    return text


def below_ten_thousand(number: int) -> str:
    text, pending = "", False
    for scale, mark in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // scale % 10
        if digit:
            text += ("零" if pending and text else "") + DIGITS[digit] + mark
            pending = False
        else:
            pending = True
    return text


@given(st.integers(0, 99_999_999))
def test_chinese(number: int) -> None:
    assert parse_number(chinese(number)) == number


@given(st.integers(10, 19))
def test_chinese_teens_drop_their_one(number: int) -> None:
    assert parse_number(chinese(number).removeprefix("一")) == number


@given(st.integers(0, 10**15), st.integers(0, 4))
def test_arabic_grouped_full_width_and_spaced(whole: int, places: int) -> None:
    number = whole / 10**places
    plain = f"{number:.{places}f}"
    assert parse_number(plain) == float(plain)
    assert parse_number(f"{float(plain):,.{places}f}") == float(plain)
    assert parse_number(plain.translate(FULL_WIDTH)) == float(plain)
    assert parse_number(" ".join(plain)) == float(plain)


@given(
    st.decimals(0, 10_000, places=2, allow_nan=False, allow_infinity=False),
    st.sampled_from([("万", 10**4), ("亿", 10**8), ("万亿", 10**12)]),
)
def test_magnitudes_multiply_exactly(number: object, magnitude: tuple[str, int]) -> None:
    word, scale = magnitude
    assert parse_number(f"{number}{word}") == float(number * scale)  # type: ignore[operator]


@given(st.text(max_size=80))
def test_any_text_is_a_number_or_a_clear_refusal(text: str) -> None:
    with suppress(InvalidQuantity):
        assert isfinite(parse_number(text))
