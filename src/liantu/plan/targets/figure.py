"""Figures in running text: where each stands, its ends, unit and words of comparison.

A figure is found by its form alone; whether it is an aim, a fact or a name's part is decided
in :mod:`liantu.plan.targets.sentence`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from liantu.quantity.comparator import Comparator, compare
from liantu.quantity.numeral import parse_number
from liantu.quantity.unit import COUNT, PERCENT, PLAIN, POINTS, Unit, find_unit, parse_unit

Style = Literal["arabic", "chinese", "class", "doubling"]

_NUMBER = r"\d{1,15}(?:,\d{3}){0,5}(?:\.\d{1,9})?(?!\d)"
_DASH = r"\s?(?:[-—–－~～至到]{1,2})\s?"
_ARABIC = re.compile(rf"(?<![\dA-Za-z.,\-/№—–~]){_NUMBER}")
_SECOND = re.compile(rf"{_DASH}({_NUMBER})")
_CHINESE_LARGE = re.compile(
    r"(?<![第\d.一二三四五六七八九十百千万亿])"
    r"(?:[一二两三四五六七八九]?[十百千]|[一二两三四五六七八九])?(?:万亿|亿|(?<=[十百千])万亿?)元?级?"
)
_CHINESE_COUNT = re.compile(
    r"(?<![第之\d一二两三四五六七八九十百千万亿“])"
    r"(?P<n>[两二三四五六七八九]?十[一二三四五六七八九]?|[两三四五六七八九]|[一二两三四五六七八九]?[百千])"
    r"(?:[至到](?P<m>[三四五六七八九]?十|[三四五六七八九]))?(?P<u>个|家|户|座|条|项|所)(?!百分点|方面|人|月)"
)
_FRACTION = re.compile(
    r"(?<!百)(?P<d>[三四五六七八九十])分之(?P<n>[一二两三四五六七八九])|(?<=超过|达到|接近)一半"
)
_PERCENT = re.compile(
    r"百分之(\d{1,3}(?:\.\d{1,4})?(?!\d)|百|[一二三四五六七八九]?十?[一二三四五六七八九]?(?:点[零一二三四五六七八九]{1,4})?)"
)
_DOUBLING = re.compile(r"翻([一两二三])?番|(?<=实现)倍增(?!计划|行动|工程)")
_MASKED = re.compile(r"《[^》]*》|“[^“”]{0,24}”")
_NAME_BEFORE = re.compile(
    r"(?:第|前|每|每个|专栏|表|图|附件|No\.?|编号|GB/T|GB|ISO|[A-Za-z]|国道|省道|高速|TOP|Top|＃|#|\+)$"
)
_NAME_AFTER = re.compile(r"[A-Za-z+×xX*/:：]|[-—–][A-Za-z\d]|\.\d|强|号|国道|版|后|大|月|点")
_LIST_JOIN = re.compile(r"[、和与及]|以及")
_YEAR = re.compile(r"\d{4}年")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure; offsets into the text that was scanned, half-open.

    ``start``/``end`` hold number and unit, ``outer_start``/``outer_end`` the words of
    comparison as well.
    """

    start: int
    end: int
    low: float
    high: float | None
    unit: Unit
    style: Style
    comparator: Comparator
    outer_start: int
    outer_end: int

    @property
    def ranged(self) -> bool:
        return self.high is not None

    @property
    def counts(self) -> bool:
        """Does it count things (50家, 16万个)?"""
        return self.unit.dimension == COUNT and self.style != "class" and bool(self.symbol)

    @property
    def symbol(self) -> str:
        """The unit without its magnitudes."""
        return self.unit.written.lstrip("十百千万亿")

    @property
    def is_share(self) -> bool:
        return self.unit.dimension == PERCENT

    @property
    def is_points(self) -> bool:
        return self.unit.dimension == POINTS


def find_figures(text: str) -> list[Figure]:
    """Figures of ``text`` in order; dates, ranks, names with digits are left out."""
    masked = _MASKED.sub(_blank_if_name, text)
    found = [f for m in _ARABIC.finditer(masked) if (f := _arabic(masked, m))]
    taken = _drop_inside(found)
    for pattern, build in (
        (_CHINESE_LARGE, _size_class),
        (_PERCENT, _chinese_percent),
        (_FRACTION, _fraction),
        (_DOUBLING, _doubling),
        (_CHINESE_COUNT, _chinese_count),
    ):
        for match in pattern.finditer(masked):
            figure = build(masked, match)
            if figure and not _covered(taken, figure):
                taken.append(figure)
    return _share_units(text, sorted(taken, key=lambda f: f.start))


def _blank_if_name(match: re.Match[str]) -> str:
    """Blank out digits of titles and quoted names; keep the length."""
    return re.sub(r"[\d一二两三四五六七八九十百千万亿]", "□", match[0])


def _drop_inside(figures: list[Figure]) -> list[Figure]:
    """The second end of a range was scanned as a number of its own: drop it."""
    kept: list[Figure] = []
    for figure in figures:
        if not kept or figure.start >= kept[-1].end:
            kept.append(figure)
    return kept


def _share_units(text: str, figures: list[Figure]) -> list[Figure]:
    """提高3.3和1.9个百分点: the unit after the last figure of a list belongs to all."""
    for i in range(len(figures) - 2, -1, -1):
        figure, following = figures[i], figures[i + 1]
        joined = _LIST_JOIN.fullmatch(text, figure.outer_end, following.outer_start)
        if joined and figure.unit.dimension == PLAIN and figure.style == "arabic":
            figures[i] = replace(figure, unit=following.unit)
    return figures


def _covered(taken: list[Figure], figure: Figure) -> bool:
    return any(f.start < figure.end and figure.start < f.end for f in taken)


def _arabic(text: str, match: re.Match[str]) -> Figure | None:
    if _NAME_BEFORE.search(text, max(0, match.start() - 6), match.start()):
        return None
    first, at = match[0], match.end()
    if text.startswith(" ", at) and find_unit(text, at + 1) > at + 1:
        at += 1
    if at < len(text) and _YEAR.match(text, match.start()) and len(first) == 4:
        return None
    inner = find_unit(text, at)
    second = _SECOND.match(text, inner)
    if second and not _starts_year(text, second.start(1)):
        ranged = _ranged(text, match, inner, second)
        if ranged:
            return ranged
    return _finish(text, match.start(), inner, first, None, text[at:inner])


def _starts_year(text: str, at: int) -> bool:
    return _YEAR.match(text, at) is not None


def _ranged(text: str, match: re.Match[str], inner: int, second: re.Match[str]) -> Figure | None:
    """``7-9``, ``7%-9%``, ``1000万—1500万吨``: both ends in the unit of the second."""
    end = find_unit(text, second.end())
    first_unit, last_unit = text[match.end() : inner].strip(), text[second.end() : end]
    low, high = parse_number(match[0]), parse_number(second[1])
    if first_unit and first_unit != last_unit:
        if not last_unit.startswith(first_unit):
            return None
        last_unit = last_unit if len(last_unit) > len(first_unit) else first_unit
    if low >= high or (not first_unit and re.match(r"[到至]", text[inner:]) and not last_unit):
        return None
    return _finish(text, match.start(), end, match[0], second[1], last_unit)


def _finish(
    text: str, start: int, end: int, first: str, second: str | None, written: str
) -> Figure | None:
    style: Style = "arabic"
    if "亿" in written and (written.endswith("级") or text.startswith("级", end)):
        style, end = "class", end + (not written.endswith("级"))
        written = written.rstrip("级")
    unit = parse_unit(written)
    if not written and _NAME_AFTER.match(text, end):
        return None
    return _with_words(
        text,
        Figure(
            start,
            end,
            parse_number(first),
            parse_number(second) if second else None,
            unit,
            style,
            "=",
            start,
            end,
        ),
    )


def _with_words(text: str, figure: Figure) -> Figure:
    """Read the words of comparison around the figure."""
    before, after = text[max(0, figure.start - 8) : figure.start], text[figure.end :]
    said = compare(before, after[:4], ranged=figure.ranged)
    comparator = said.comparator
    if figure.style == "class" and comparator == "=":
        comparator = ">="
    return replace(
        figure,
        comparator=comparator,
        outer_start=figure.start - said.before,
        outer_end=figure.end + said.after,
    )


@lru_cache(maxsize=1024)
def _large(word: str) -> tuple[float, str]:
    """五百亿 → (500, 亿); 万亿 → (1, 万亿); 两千亿元 → (2000, 亿元)."""
    body = word.rstrip("级")
    money = "元" if body.endswith("元") else ""
    body = body.rstrip("元")
    unit = "万亿" if body.endswith("万亿") else "亿"
    number = body[: -len(unit)]
    return (parse_number(number) if number else 1.0), unit + money


def _size_class(text: str, match: re.Match[str]) -> Figure | None:
    word = match[0]
    bare = word.rstrip("级").rstrip("元")
    if bare in ("亿", "万"):
        return None
    number, written = _large(word)
    after = text[match.end() : match.end() + 1]
    style: Style = "class" if word.endswith("级") else "chinese"
    if style == "chinese" and after in ("像", "次"):
        return None
    figure = Figure(
        match.start(), match.end(), number, None, parse_unit(written), style, "=",
        match.start(), match.end(),
    )  # fmt: skip
    return _with_words(text, figure)


def _chinese_percent(text: str, match: re.Match[str]) -> Figure | None:
    if not match[1] or match[1].startswith("点"):
        return None
    figure = Figure(
        match.start(), match.end(), parse_number(match[1]), None, parse_unit("%"), "chinese",
        "=", match.start(), match.end(),
    )  # fmt: skip
    return _with_words(text, figure)


def _fraction(text: str, match: re.Match[str]) -> Figure | None:
    """三分之一 as per cent, to the hundredth."""
    part, whole = match["n"] or "一", match["d"] or "二"
    share = round(100 * parse_number(part) / parse_number(whole), 2)
    figure = Figure(
        match.start(), match.end(), share, None, parse_unit("%"), "chinese", "=",
        match.start(), match.end(),
    )  # fmt: skip
    return _with_words(text, figure)


def _doubling(text: str, match: re.Match[str]) -> Figure | None:
    """翻一番 is an increase of 100%, 翻两番 of 300%."""
    times = {"一": 1, "两": 2, "二": 2, "三": 3}.get(match[1] or "一", 1)
    figure = Figure(
        match.start(), match.end(), 100.0 * (2**times - 1), None, parse_unit("%"), "doubling",
        "=", match.start(), match.end(),
    )  # fmt: skip
    return _with_words(text, figure)


def _chinese_count(text: str, match: re.Match[str]) -> Figure | None:
    high = parse_number(match["m"]) if match["m"] else None
    low = parse_number(match["n"])
    if high is not None and high <= low:
        return None
    figure = Figure(
        match.start(), match.end(), low, high, parse_unit(match["u"]), "chinese", "=",
        match.start(), match.end(),
    )  # fmt: skip
    return _with_words(text, figure)
