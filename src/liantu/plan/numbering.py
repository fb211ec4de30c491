"""Numbers of headings: their value, and how they stand in a label."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.lexicon import alternatives, outline_words
from liantu.plan.lines import CHINESE_DIGITS

_NUMBER = re.compile(rf"[{CHINESE_DIGITS}]+|\d+")
_CIRCLED = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳"
_DIGIT_VALUE = {char: value for value, char in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
}


def heading_number(text: str) -> int:
    """Value of the first numeral of a heading: 十二 → 12, 3 → 3, ② → 2; 0 if there is none."""
    if text[:1] in _CIRCLED:
        return _CIRCLED.index(text[0]) + 1
    found = _NUMBER.search(text)
    if not found:
        return 0
    numeral = found.group()
    if numeral.isdigit() and numeral.isascii():
        return int(numeral)
    if "十" not in numeral and "百" not in numeral:
        return int("".join(str(_DIGIT_VALUE[char]) for char in numeral))
    total = unit = 0
    for char in numeral:
        if char in "十百":
            total += (unit or 1) * (10 if char == "十" else 100)
            unit = 0
        else:
            unit = _DIGIT_VALUE[char]
    return total + unit


def printed_number(mark: str, style: str) -> str:
    """The mark as it stands in a label: ``二``, ``（三）``, ``1``, ``第一章``."""
    compact = re.sub(r"\s", "", mark)
    if style in ("han", "arabic"):
        return compact.rstrip("、.")
    if style in ("han_round", "arabic_round"):
        return compact.replace("(", "（").replace(")", "）")
    return compact


@cache
def _box_mark() -> re.Pattern[str]:
    words = alternatives((*outline_words().box, *outline_words().caption))
    return re.compile(
        rf"[【\[]?(?P<word>{words})\s*(?P<number>\d+(?:[-.]\d+)?|[{CHINESE_DIGITS}]+)\s*[】\]]?"
    )


def box_number(text: str) -> tuple[str, str, int]:
    """(label, id, length of the mark): ``专栏 3 …`` is ``专栏3`` and ``b3``, ``表1 …`` ``t1``."""
    match = _box_mark().match(text)
    if match is None:
        return text, "b0", 0
    number = match.group("number")
    value = re.sub(r"[-.]", ".", number) if number[0].isdigit() else str(heading_number(number))
    letter = "b" if match.group("word") in outline_words().box else "t"
    return f"{match.group('word')}{number}", f"{letter}{value}", match.end()
