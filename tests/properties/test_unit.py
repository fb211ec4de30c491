"""Units: what is written and what it is worth never part."""

from __future__ import annotations

from contextlib import suppress
from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from liantu.errors import InvalidQuantity
from liantu.quantity.unit import find_unit, parse_unit, unit_catalogue

SYMBOLS = sorted(
    symbol
    for group in unit_catalogue().units
    for symbols in group.symbols.values()
    for symbol in symbols
)
MAGNITUDES = sorted(unit_catalogue().magnitudes)
COUNTED = ("元", "个", "家", "吨", "平方米", "千瓦时", "瓦", "公里")
values = st.floats(-1e9, 1e9, allow_nan=False, allow_subnormal=False)


@given(st.sampled_from(COUNTED), st.sampled_from(MAGNITUDES), values)
def test_a_magnitude_multiplies_the_unit_after_it(
    symbol: str, magnitude: str, value: float
) -> None:
    plain, scaled = parse_unit(symbol), parse_unit(magnitude + symbol)
    assert scaled.base == plain.base
    assert isclose(scaled.factor, plain.factor * unit_catalogue().magnitudes[magnitude])
    assert isclose(
        scaled.to_base(value), plain.to_base(value) * unit_catalogue().magnitudes[magnitude]
    )


@given(st.sampled_from(SYMBOLS), values)
def test_to_base_and_back(symbol: str, value: float) -> None:
    unit = parse_unit(symbol)
    assert isclose(unit.from_base(unit.to_base(value)), value, rel_tol=1e-12)


@given(st.integers(0, 10**6))
def test_a_trillion_is_ten_thousand_hundred_millions(number: int) -> None:
    assert parse_unit("万亿元").to_base(number) == parse_unit("亿元").to_base(number * 10_000)


@given(st.sampled_from(SYMBOLS), st.sampled_from(COUNTED), values)
def test_a_ratio_divides(above: str, below: str, value: float) -> None:
    if "/" in above:
        return
    ratio = parse_unit(f"{above}/{below}")
    expected = parse_unit(above).factor / parse_unit(below).factor
    assert isclose(ratio.factor, expected)


@given(st.sampled_from(SYMBOLS), st.sampled_from(["", "，", "。", "以上", "的企业"]))
def test_the_scanner_finds_what_the_parser_reads(symbol: str, after: str) -> None:
    text = symbol + after
    assert text[: find_unit(text, 0)].startswith(symbol)


@given(st.text(max_size=40))
def test_any_text_is_a_unit_or_a_clear_refusal(text: str) -> None:
    with suppress(InvalidQuantity):
        assert parse_unit(text).factor > 0
