"""Units as Chinese texts write them."""

from __future__ import annotations

import pytest

from liantu.errors import InvalidQuantity
from liantu.quantity.unit import find_unit, parse_unit, unit_catalogue


@pytest.mark.parametrize(
    ("written", "dimension", "base", "factor"),
    [
        ("元", "money", "元", 1),
        ("亿元", "money", "元", 1e8),
        ("万亿元", "money", "元", 1e12),
        ("千万元", "money", "元", 1e7),
        ("亿美元", "money_usd", "美元", 1e8),
        ("家", "count", "1", 1),
        ("万个", "count", "1", 1e4),
        ("万亿", "count", "1", 1e12),
        ("%", "percent", "%", 1),
        ("％", "percent", "%", 1),
        ("（%）", "percent", "%", 1),
        ("‰", "percent", "%", 0.1),
        ("个百分点", "points", "个百分点", 1),
        ("公里", "length", "米", 1000),
        ("千米", "length", "米", 1000),
        ("万平方米", "area", "平方米", 1e4),
        ("㎡", "area", "平方米", 1),
        ("公顷", "area", "平方米", 1e4),
        ("万千瓦", "power", "瓦", 1e7),
        ("兆瓦", "power", "瓦", 1e6),
        ("万千伏安", "apparent_power", "伏安", 1e7),
        ("亿千瓦时", "energy", "瓦时", 1e11),
        ("万吨标准煤", "coal_equivalent", "吨标准煤", 1e4),
        ("万吨", "mass", "克", 1e10),
        ("万元/人", "money/count", "元/人", 1e4),
        ("件/万人", "count/count", "件/人", 1e-4),
        ("个/10万人", "count/count", "个/人", 1e-5),
        ("吨标准煤/万元", "coal_equivalent/money", "吨标准煤/元", 1e-4),
        ("亿元/平方公里", "money/area", "元/平方米", 100),
        ("亿元/年", "money/time", "元/年", 1e8),
        ("台（套）", "count", "1", 1),
        ("", "plain", "", 1),
    ],
)
def test_reads(written: str, dimension: str, base: str, factor: float) -> None:
    unit = parse_unit(written)
    assert (unit.dimension, unit.base, unit.factor) == (dimension, base, factor)


def test_mu_is_exactly_two_thousand_thirds() -> None:
    assert parse_unit("亩").to_base(3) == 2000.0
    assert parse_unit("万亩").to_base(3) == 20_000_000.0


def test_base_values_are_rounded_once() -> None:
    assert parse_unit("万亿元").to_base(1.1) == 1_100_000_000_000.0
    assert parse_unit("亿元").to_base(0.07) == 7_000_000.0
    assert parse_unit("亿元").from_base(parse_unit("万亿元").to_base(1.1)) == 11_000.0


@pytest.mark.parametrize("written", ["布库", "元每", "万/", "/人", "元/布库", "万" * 300 + "布"])
def test_refuses_what_is_no_unit(written: str) -> None:
    with pytest.raises(InvalidQuantity) as caught:
        parse_unit(written)
    assert written[:6] in caught.value.message.zh
    assert "units.yaml" in caught.value.message.en


@pytest.mark.parametrize(
    ("text", "unit"),
    [
        ("万亿元，", "万亿元"),
        ("个百分点", "个百分点"),
        ("个以上", "个"),
        ("万千瓦的", "万千瓦"),
        ("件/万人", "件/万人"),
        ("万亿级", "万亿级"),
        ("强企业", ""),
        ("GWh", "GWh"),
        ("Gxyz", ""),
        ("", ""),
    ],
)
def test_finds_the_longest_unit(text: str, unit: str) -> None:
    assert text[: find_unit(text, 0)] == unit


def test_every_symbol_of_the_catalogue_is_read_as_its_dimension() -> None:
    for group in unit_catalogue().units:
        for symbols in group.symbols.values():
            for symbol in symbols:
                assert parse_unit(symbol).dimension == group.dimension, symbol


def test_no_symbol_is_declared_twice() -> None:
    seen: dict[str, str] = {}
    for group in unit_catalogue().units:
        for factor, symbols in group.symbols.items():
            for symbol in symbols:
                assert seen.setdefault(symbol, factor) == factor, symbol
                assert symbols.count(symbol) == 1, symbol
