"""A plan's title, area and period, read from its text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cache

from liantu.plan.layout import CleanText
from liantu.plan.lexicon import alternatives, meta_words

_HAN = "一二三四五六七八九"
_ORDINAL = re.compile(
    r"“?(?P<tens>二?十)(?P<ones>[一二三四五六七八九])五”?|第(?P<long>[二三四五六七八九十]{1,3})个五年"
)
_FIRST_PLAN_START = 1953
"""First year of the first five-year plan; three years lay between the second and the third."""
_PERIOD = re.compile(
    r"规划(?:期限?|时间|年限)[^。]{0,12}?(?P<start>20\d\d)年?\s*[至到—–~-]+\s*(?P<end>20\d\d)年?"
)
_TITLE_YEARS = re.compile(r"[（(]?(?P<start>20\d\d)年?\s*[至到—–~-]+\s*(?P<end>20\d\d)年?[)）]?")
_HORIZON = re.compile(r"(?:展望|远景|愿景)[^。；]{0,12}?(?P<year>20\d\d|二〇\w\w)年?")
_HORIZON_LAST = re.compile(r"(?P<year>20\d\d)年?远景目标")
_FRONT = 1500
"""Characters at the head of the text among which a title is looked for."""


@dataclass(frozen=True)
class Heading:
    """What a plan says about itself."""

    title: str
    area: str
    start_year: int
    end_year: int
    horizon_year: int | None


def read_heading(clean: CleanText, title: str | None = None) -> Heading:
    """Title (the given one wins), area, first and last year, and the year of the outlook.

    Years are 0 where the text names neither a span of years nor a five-year plan.
    """
    printed = title or _title(clean.text)
    area = _area(printed, clean.text)
    ordinal = _ordinal(printed) or _ordinal(clean.text)
    start, end = _years(printed, clean.text, ordinal)
    return Heading(
        printed or _composed(area, ordinal, clean.text), area, start, end, _horizon(clean.text, end)
    )


def _title(text: str) -> str:
    """The first short line that ends as titles do; lines above it that lead up to it join it."""
    words = meta_words()
    end = re.compile(rf"(?:{alternatives(words.titles)})(?:[（(][^（）()]*[)）])?$")
    lines = text[:_FRONT].split("\n")[:12]
    for i, line in enumerate(lines):
        bare = line.strip("《》 ")
        if end.search(bare) and len(bare) <= 50 and not re.search(r"[，。；]", bare):
            above = lines[i - 1].strip("《》 ") if i else ""
            leads_up = (
                bool(above) and len(above) <= 30 and not re.search(r"[，。；：]|通知$", above)
            )
            joined = leads_up and (len(bare) <= 14 or bare.startswith(("第", "“")))
            return above + bare if joined else bare
    return ""


def _composed(area: str, ordinal: int, text: str) -> str:
    """A title for a text without one: area, period, and the theme of the plans it cites."""
    if not ordinal:
        return area
    themes = Counter(re.findall(r"《[^《》]{0,12}“[^”]{2,4}”([^《》]{2,16}规划)》", text))
    theme = themes.most_common(1)[0][0] if themes else "规划"
    return f"{area}“{_spoken(ordinal)}”{theme}"


def _spoken(ordinal: int) -> str:
    return f"{'二' if ordinal > 20 else ''}十{_HAN[ordinal % 10 - 1]}五"


def _ordinal(text: str) -> int:
    """Which five-year plan the text is about: the one it names most often."""
    counts: Counter[int] = Counter()
    for match in _ORDINAL.finditer(text):
        if match.group("ones"):
            tens = 20 if match.group("tens") == "二十" else 10
            counts[tens + _HAN.index(match.group("ones")) + 1] += 1
        else:
            counts[_number(match.group("long"))] += 1
    return max(counts, key=lambda n: (counts[n], n)) if counts else 0


def _number(numeral: str) -> int:
    tens, _, ones = numeral.partition("十")
    if "十" not in numeral:
        return _HAN.index(numeral) + 1 if numeral in _HAN else 0
    return (_HAN.index(tens) + 1 if tens else 1) * 10 + (_HAN.index(ones) + 1 if ones else 0)


def _years(title: str, text: str, ordinal: int) -> tuple[int, int]:
    """Years as the plan states them; else those of the five-year plan it names."""
    stated = _PERIOD.search(text) or _TITLE_YEARS.search(title)
    if stated and int(stated.group("start")) < int(stated.group("end")):
        return int(stated.group("start")), int(stated.group("end"))
    if not ordinal:
        return 0, 0
    start = _FIRST_PLAN_START + 5 * (ordinal - 1) + (3 if ordinal > 2 else 0)
    return start, start + 4


def _horizon(text: str, end: int) -> int | None:
    for pattern in (_HORIZON, _HORIZON_LAST):
        for match in pattern.finditer(text):
            year = match.group("year")
            value = int(year) if year.isdigit() else _chinese_year(year)
            if value > end:
                return value
    return None


def _chinese_year(text: str) -> int:
    digits = {char: i for i, char in enumerate("〇一二三四五六七八九")}
    return int("".join(str(digits.get(char, 0)) for char in text))


@cache
def _area_name() -> re.Pattern[str]:
    return re.compile(
        rf"[\u4e00-\u9fff]{{1,9}}?(?:{alternatives(meta_words().areas)})(?![省市县区盟圈])"
    )


def _area(title: str, text: str) -> str:
    """The area the title begins with, else the place that the text names most often."""
    match = _area_name().match(title.strip("《“"))
    if match and not _is_common(match.group()):
        return match.group()
    names: Counter[str] = Counter()
    for found in re.finditer(
        r"(?:^|[《（(\n“”，。、\d])([\u4e00-\u9fff]{2,7}?[省市县州盟])(?=[\u4e00-\u9fff])(?![省市县区盟圈级内外属直])",
        text,
    ):
        if not _is_common(found.group(1)):
            names[found.group(1)] += 1
    ranked = {name: text.count(_stem(name)) for name in names}
    best = max(ranked, key=lambda name: (ranked[name], names[name]), default="")
    return best if best and ranked[best] >= meta_words().least_mentions else ""


def _stem(name: str) -> str:
    return name[:-1] if len(name) > 2 else name


def _is_common(name: str) -> bool:
    words = meta_words()
    return (
        len(name) < 2 or name.endswith(words.not_areas) or name.startswith(("全", "各", "我", "本"))
    )
