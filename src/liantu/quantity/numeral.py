"""Numbers as Chinese texts write them: Arabic, full-width, grouped, Chinese, with 万 and 亿.

``parse_number`` reads one written number and nothing else. The value is computed exactly and
rounded once, so that ``1.1万`` is 11000 and not 11000.000000000002.
"""

from __future__ import annotations

import re
import unicodedata
from fractions import Fraction

from liantu.errors import InvalidQuantity

_DIGITS = {
    **{character: value for value, character in enumerate("零一二三四五六七八九")},
    **{character: value for value, character in enumerate("〇壹贰叁肆伍陆柒捌玖")},
    "○": 0,
    "两": 2,
    "俩": 2,
}
_SMALL = {"十": 10, "百": 100, "千": 1000, "拾": 10, "佰": 100, "仟": 1000}
_LARGE = {"万": 10**4, "萬": 10**4, "亿": 10**8, "億": 10**8}

_ARABIC = re.compile(r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
_LONGEST = 64
"""Characters read; a longer text is no number, and must not cost time."""


def fold_number(text: str) -> str:
    """Full-width forms to half-width, blanks between digits and thin spaces removed."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def parse_number(text: str) -> float:
    """Value of one written number.

    Reads ``4,500``, ``４５００``, ``1 487.7``, ``1.2万``, ``4万亿``, ``1亿2000万``, ``两千三百``,
    ``三点五万``, ``二〇二五``, ``-3.2``. Units, ranges and signs of comparison are not read here.

    Raises:
        InvalidQuantity: the text is not one number.
    """
    return float(exact_number(text))


def exact_number(text: str) -> Fraction:
    """Like :func:`parse_number`, without rounding to binary."""
    folded = fold_number(text[: _LONGEST + 1])
    sign, body = (-1, folded[1:]) if folded[:1] in ("-", "−", "负") else (1, folded)
    if not body or len(text) > _LONGEST:
        raise _no_number(text)
    value = _value(body)
    if value is None:
        raise _no_number(text)
    return sign * value


def _value(body: str) -> Fraction | None:
    if all(c in _DIGITS for c in body) and len(body) > 1:
        return Fraction("".join(str(_DIGITS[c]) for c in body))
    total = Fraction(0)
    rest = body
    ceiling: int | None = None
    while rest:
        taken = _section(rest)
        if taken is None:
            return None
        value, length = taken
        scale, length = _scale(rest, length)
        if ceiling is not None and (scale >= ceiling or value * scale >= ceiling):
            return None
        total += value * scale
        rest, ceiling = rest[length:], scale
        if scale == 1 and rest:
            return None
    return total


def _section(text: str) -> tuple[Fraction, int] | None:
    """Number below 万 at the head of ``text``: Arabic with decimals, or Chinese."""
    found = _ARABIC.match(text)
    if found:
        return _arabic_section(text, found)
    return _chinese_section(text)


def _arabic_section(text: str, found: re.Match[str]) -> tuple[Fraction, int] | None:
    value, length = Fraction(found[0].replace(",", "")), found.end()
    while length < len(text) and text[length] in _SMALL:
        value *= _SMALL[text[length]]
        length += 1
    tail = _ARABIC.match(text, length)
    if length > found.end() and tail:
        return None
    return value, length


def _chinese_section(text: str) -> tuple[Fraction, int] | None:
    """三千五百, 一百零二, 十六, 三点五; a bare 百 or 千 counts once (百亿 = 100亿)."""
    total, digit, lowest, at = 0, -1, 10**5, 0
    while at < len(text):
        character = text[at]
        if character in _DIGITS:
            if digit > 0:
                return None
            digit = _DIGITS[character]
        elif character in _SMALL:
            scale = _SMALL[character]
            if scale >= lowest or digit == 0:
                return None
            total, lowest, digit = total + (1 if digit < 0 else digit) * scale, scale, -1
        else:
            break
        at += 1
    value = Fraction(total + max(digit, 0))
    if at < len(text) and text[at] == "点" and total + digit >= 0:
        return _decimals(text, at, value)
    if at == 0:
        # A bare 万 or 亿 counts once, as in 万亿.
        return (Fraction(1), 0) if text[0] in _LARGE else None
    return value, at


def _decimals(text: str, at: int, whole: Fraction) -> tuple[Fraction, int] | None:
    digits = ""
    while at + 1 < len(text) and text[at + 1] in _DIGITS:
        at += 1
        digits += str(_DIGITS[text[at]])
    if not digits:
        return None
    return whole + Fraction(int(digits), 10 ** len(digits)), at + 1


def _scale(text: str, at: int) -> tuple[int, int]:
    """Product of the 万 and 亿 that follow: 万亿 is 10**12."""
    scale = 1
    while at < len(text) and text[at] in _LARGE:
        scale *= _LARGE[text[at]]
        at += 1
    return scale, at


def _no_number(text: str) -> InvalidQuantity:
    shown = text[:_LONGEST]
    return InvalidQuantity(
        f"“{shown}”不是一个数。应为 4500、4,500、1.2万、4万亿、三千五百 之类，不带单位。"
        "请改正后重试。",
        f"“{shown}” is not a number. Expected the like of 4500, 4,500, 1.2万, 4万亿, 三千五百,"
        " without a unit. Mend it and try again.",
    )
