"""Numbers as Chinese texts write them."""

from __future__ import annotations

import pytest

from liantu.errors import InvalidQuantity
from liantu.quantity.numeral import parse_number


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("4500", 4500),
        ("4,500", 4500),
        ("1,234,567.5", 1234567.5),
        ("４５００", 4500),
        ("1 487.7", 1487.7),
        ("1.1万", 11000),
        ("0.29亿", 29_000_000),
        ("4万亿", 4e12),
        ("1亿2000万", 120_000_000),
        ("3万5千", 35_000),
        ("2千万", 20_000_000),
        ("两千三百", 2300),
        ("一百零五", 105),
        ("十六", 16),
        ("二十", 20),
        ("三点五万", 35_000),
        ("二〇二五", 2025),
        ("二十万亿", 2e13),
        ("百亿", 1e10),
        ("万亿", 1e12),
        ("五百亿", 5e10),
        ("叁佰", 300),
        ("-3.2", -3.2),
        ("－3.2", -3.2),
        ("负七", -7),
        ("零", 0),
        ("0", 0),
    ],
)
def test_reads(written: str, value: float) -> None:
    assert parse_number(written) == value


@pytest.mark.parametrize(
    "written",
    [
        "",
        " ",
        "-",
        "abc",
        "7-9",
        "1..2",
        "1.",
        "十百",
        "万千万亿三",
        "5家",
        "1,23",
        "9" * 200,
        "点五",
    ],
)
def test_refuses_what_is_no_number(written: str) -> None:
    with pytest.raises(InvalidQuantity) as caught:
        parse_number(written)
    assert written[:10] in caught.value.message.zh
    assert "Expected" in caught.value.message.en
