"""Periods: the stretch of time, or the moment, that a figure is about.

``parse_period`` reads the ways in which Chinese statistics write one (2025年, 2025年上半年,
前三季度, 2025年1-5月, 2020年末, 2016-2020, “十三五”时期 …). The meaning is a first and a last
day; the words are kept beside it. Two periods of one meaning are equal however written:
2025年1-6月 is 2025年上半年. A bracketed remark (2022年末(2023-02报告)) is kept and does not
change the meaning, except that it may name the year of the data (2025榜(2024营收)).
"""

from __future__ import annotations

import calendar
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Literal

from liantu.errors import InvalidPeriod

Kind = Literal["year", "half", "quarter", "month", "ytd", "span", "moment"]

FIRST_YEAR = 1900
LAST_YEAR = 2100
"""Years outside are taken for slips of the pen: no plan or statistic here reaches them."""

_LETTER: dict[Kind, str] = {
    "year": "Y",
    "half": "H",
    "quarter": "Q",
    "month": "M",
    "ytd": "T",
    "span": "S",
    "moment": "P",
}
_KIND: dict[str, Kind] = {letter: kind for kind, letter in _LETTER.items()}
_MONTHS: dict[Kind, int] = {"year": 12, "half": 6, "quarter": 3, "month": 1}
_ORDINALS = {
    **{str(n): n for n in range(100)},
    **{f"0{n}": n for n in range(10)},
    **{word: n for n, word in enumerate("一二三四五六七八九十", start=1)},
    "十一": 11,
    "十二": 12,
    "十三": 13,
    "十四": 14,
    "十五": 15,
    "十六": 16,
    "两": 2,
}


@dataclass(frozen=True)
class Period:
    """From ``start`` to ``end``, both days included; a moment has both alike.

    ``written`` and ``remark`` do not take part in equality: they are how it was said.
    """

    kind: Kind
    start: date
    end: date
    written: str = field(default="", compare=False)
    remark: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        if not self._well_formed():
            raise _nonsense(
                self.written or f"{self.kind} {self.start}–{self.end}",
                "起止日期与期间种类不符",
                "first and last day do not fit the kind of period",
            )

    def _well_formed(self) -> bool:
        if self.kind == "moment":
            return self.start == self.end
        whole = self.start.day == 1 and self.end == _month_end(self.end.year, self.end.month)
        return whole and self.start < self.end and self.kind == _narrowest(self.start, self.end)

    # What it covers -----------------------------------------------------------------------

    @property
    def year(self) -> int:
        """Calendar year of its last day."""
        return self.end.year

    @property
    def months(self) -> int:
        """Length in whole months; 0 for a moment."""
        if self.kind == "moment":
            return 0
        return (self.end.year - self.start.year) * 12 + self.end.month - self.start.month + 1

    @property
    def ends_year(self) -> bool:
        """Does it end with a calendar year? A stock at its end is then a year-end stock."""
        return (self.end.month, self.end.day) == (12, 31)

    def covers_year(self, year: int) -> bool:
        """Does it speak of the whole of ``year``, or of the last day of that year?"""
        if self.kind == "moment":
            return self.end == date(year, 12, 31)
        return self.start <= date(year, 1, 1) and self.end >= date(year, 12, 31)

    def contains(self, other: Period) -> bool:
        """Does every day of ``other`` lie within this period?"""
        return self.start <= other.start and other.end <= self.end

    # How it is written --------------------------------------------------------------------

    @property
    def code(self) -> str:
        """ASCII, sorts by last day, and :func:`parse_period` reads it back."""
        tail = self.start.isoformat() if self.kind == "span" else ""
        return f"{self.end.isoformat()}.{_LETTER[self.kind]}{tail}"

    @property
    def label(self) -> str:
        """Chinese, canonical; :func:`parse_period` reads it back to the same meaning."""
        first, last = self.start, self.end
        year = f"{last.year}年"
        if self.kind == "year":
            return year
        if self.kind == "half":
            return f"{year}{'上' if last.month == 6 else '下'}半年"
        if self.kind == "quarter":
            return f"{year}{'一二三四'[last.month // 3 - 1]}季度"
        if self.kind == "month":
            return f"{year}{last.month}月"
        if self.kind == "ytd":
            return f"{year}前三季度" if last.month == 9 else f"{year}1—{last.month}月"
        if self.kind == "moment":
            return self._moment_label()
        if self.ends_year and first.month == 1:
            return f"{first.year}—{last.year}年"
        if first.year == last.year:
            return f"{year}{first.month}—{last.month}月"
        return f"{first.year}年{first.month}月—{last.year}年{last.month}月"

    def _moment_label(self) -> str:
        day = self.end
        if self.ends_year:
            return f"{day.year}年末"
        if day == _month_end(day.year, day.month):
            return f"{day.year}年{day.month}月末"
        return f"{day.year}年{day.month}月{day.day}日"

    @property
    def label_en(self) -> str:
        """English, for pages switched to English."""
        last = self.end
        if self.kind == "moment":
            return f"end of {last.year}" if self.ends_year else f"{last:%d %b %Y}"
        if self.kind == "year":
            return str(last.year)
        if self.kind == "half":
            return f"{last.year} H{last.month // 6}"
        if self.kind == "quarter":
            return f"{last.year} Q{last.month // 3}"
        if self.kind == "month":
            return f"{last:%b %Y}"
        if self.start.year == last.year:
            return f"{self.start:%b}–{last:%b %Y}"
        if self.ends_year and self.start.month == 1:
            return f"{self.start.year}–{last.year}"
        return f"{self.start:%b %Y} – {last:%b %Y}"

    def __str__(self) -> str:
        return self.written or self.label

    def __lt__(self, other: Period) -> bool:
        return self.code < other.code


# Constructors -------------------------------------------------------------------------------


def year(y: int) -> Period:
    """The calendar year ``y``."""
    return Period("year", date(y, 1, 1), date(y, 12, 31))


def year_end(y: int) -> Period:
    """The moment at the end of ``y``."""
    return Period("moment", date(y, 12, 31), date(y, 12, 31))


def moment(day: date) -> Period:
    """One day, as a moment at which a stock is counted."""
    return Period("moment", day, day)


def months(first_year: int, first: int, last_year: int, last: int) -> Period:
    """From a month to a month, both included, as the narrowest kind that says it."""
    start, end = _month_start(first_year, first), _month_end(last_year, last)
    if start > end:
        raise _nonsense(
            f"{first_year}-{first}…{last_year}-{last}", "起点晚于终点", "it ends before it starts"
        )
    return Period(_narrowest(start, end), start, end)


def _narrowest(start: date, end: date) -> Kind:
    """The kind that says a run of whole months most plainly, so that each has one meaning."""
    if start.year != end.year:
        return "span"
    length = end.month - start.month + 1
    for kind, size in _MONTHS.items():
        if length == size and (start.month - 1) % size == 0:
            return kind
    return "ytd" if start.month == 1 else "span"


# Parsing ------------------------------------------------------------------------------------

_LONGEST = 80
"""Characters read; no period with its remark is longer, and a longer text is nonsense."""


def parse_period(text: str) -> Period:
    """Read a period as written; the words are kept in ``written`` and ``remark``.

    Raises:
        InvalidPeriod: the text says no period, or one that cannot be (13月, 2020-2016).
    """
    folded = _fold(text[:_LONGEST])
    body, remark = _split_remark(folded)
    body, remark = _data_year(body, remark)
    if len(text) > _LONGEST:
        raise _nonsense(text[:_LONGEST] + "…", "过长", "it is too long")
    for pattern, build in _FORMS:
        found = re.fullmatch(pattern, body)
        if found:
            try:
                meant = build(found)
            except (InvalidPeriod, KeyError, ValueError) as error:
                raise _nonsense(
                    text,
                    "年份、月份、季度或日期超出范围，或起点晚于终点",
                    "year, month, quarter or day out of range, or it ends before it starts",
                ) from error
            if "累计" in remark and meant.kind in ("month", "quarter", "half"):
                meant = months(meant.year, 1, meant.year, meant.end.month)
            return Period(meant.kind, meant.start, meant.end, text.strip(), remark)
    raise _nonsense(text, "不是可识别的期间写法", "it is no known way to write a period")


def _fold(text: str) -> str:
    """Full-width to half-width, one kind of dash, no blanks, no quotation marks."""
    folded = unicodedata.normalize("NFKC", text)
    folded = re.sub(r"[—–−‐‑‒―~至到]+", "-", folded)
    return re.sub(r"[\s“”\"'‘’「」]+", "", folded)


def _split_remark(folded: str) -> tuple[str, str]:
    found = re.fullmatch(r"([^()\[\]〔〕]+)[(\[〔](.*)[)\]〕]", folded)
    return (found[1], found[2]) if found else (folded, "")


def _data_year(body: str, remark: str) -> tuple[str, str]:
    """Words of an event drop into the remark; a list of year X on the figures of Y is of Y."""
    found = re.fullmatch(r"(\d{4})年?度?(榜单?|认定|公示|入选|发布)", body)
    if not found:
        return body, remark
    said = f"{body}({remark})" if remark else body
    data_year = re.match(r"(\d{4})(?![-\d])", remark)
    return (data_year[1] if data_year and "榜" in found[2] else found[1]), said


def _nonsense(text: str, zh: str, en: str) -> InvalidPeriod:
    return InvalidPeriod(
        f"期间“{text}”{zh}。应为：2025、2025年上半年、2025年一季度、2025年前三季度、2025年5月、"
        "2025年1-5月、2025年末、2016-2020 之类。请改正后重新导入。",
        f"Period “{text}”: {en}. Expected the like of 2025, 2025年上半年, 2025年一季度,"
        " 2025年前三季度, 2025年5月, 2025年1-5月, 2025年末, 2016-2020. Mend it and import again.",
    )


def _year(text: str) -> int:
    value = int(text)
    if not FIRST_YEAR <= value <= LAST_YEAR:
        raise ValueError(f"year {value}")
    return value


def _month_start(y: int, m: int) -> date:
    return date(y, m, 1)


def _month_end(y: int, m: int) -> date:
    return date(y, m, calendar.monthrange(y, m)[1])


Found = re.Match[str]


def _one_year(found: Found) -> Period:
    return year(_year(found["y"]))


def _one_month(found: Found) -> Period:
    y, m = _year(found["y"]), _ORDINALS[found["m"]]
    return months(y, m, y, m)


def _to_month(found: Found) -> Period:
    """``1-5月`` and ``5-8月``."""
    y = _year(found["y"])
    return months(y, _ORDINALS[found["a"]], y, _ORDINALS[found["b"]])


def _first_months(found: Found) -> Period:
    y = _year(found["y"])
    return months(y, 1, y, _ORDINALS[found["n"]])


def _first_quarters(found: Found) -> Period:
    y = _year(found["y"])
    return months(y, 1, y, 3 * _ORDINALS[found["n"]])


def _quarter(found: Found) -> Period:
    y, q = _year(found["y"]), _ORDINALS[found["q"]]
    return months(y, 3 * q - 2, y, 3 * q)


def _half(found: Found) -> Period:
    y = _year(found["y"])
    return months(y, 1, y, 6) if found["h"] in "上1" else months(y, 7, y, 12)


def _year_end(found: Found) -> Period:
    return year_end(_year(found["y"]))


def _day(found: Found) -> Period:
    return moment(date(_year(found["y"]), int(found["m"]), int(found["d"])))


def _end_of(found: Found) -> Period:
    return moment(parse_period(found["p"]).end)


def _before(found: Found) -> Period:
    """``2019年7月前``: the state up to the day before."""
    return moment(parse_period(found["p"]).start - timedelta(days=1))


def _years(found: Found) -> Period:
    a, b = _year(found["a"]), _year(found["b"])
    return months(a, 1, b, 12)


def _months_apart(found: Found) -> Period:
    return months(
        _year(found["a"]), _ORDINALS[found["m"]], _year(found["b"]), _ORDINALS[found["n"]]
    )


def _five_years(number: int) -> tuple[int, int]:
    """Years of the n-th five-year plan; from the sixth (1981) on they follow on one another."""
    if number < 6:
        raise ValueError("five-year plans before the sixth did not all run five years")
    first = 1981 + 5 * (number - 6)
    return first, first + 4


def _plan_period(found: Found) -> Period:
    first, last = _five_years(_ORDINALS[found["n"]])
    return months(first, 1, last, 12)


def _plan_end(found: Found) -> Period:
    return year_end(_five_years(_ORDINALS[found["n"]])[1])


def _code(found: Found) -> Period:
    kind, end = _KIND[found["k"]], date.fromisoformat(found["e"])
    if kind == "span":
        return Period(kind, date.fromisoformat(found["s"] or ""), end)
    if kind == "moment":
        return moment(end)
    length = end.month if kind == "ytd" else _MONTHS[kind]
    return Period(kind, _month_start(end.year, end.month - length + 1), end)


_Y = r"(?P<y>\d{4})"
_N = r"[一二三四五六七八九十]{1,2}|两|\d{1,2}"
_M = rf"(?P<m>{_N})"
_CODE = r"(?P<e>\d{4}-\d\d-\d\d)\.(?P<k>[YHQMTSP])(?P<s>\d{4}-\d\d-\d\d)?"

_FORMS: tuple[tuple[str, Callable[[Found], Period]], ...] = (
    (rf"{_Y}(年度?|年?全年)?", _one_year),
    (rf"{_Y}年?[末底]", _year_end),
    (rf"{_Y}年{_M}月份?", _one_month),
    (rf"{_Y}-(?P<m>\d{{1,2}})", _one_month),
    (rf"{_Y}年(?P<a>{_N})月?-(?P<b>{_N})月份?", _to_month),
    (rf"{_Y}年?前(?P<n>{_N})个?月", _first_months),
    (rf"{_Y}年?前(?P<n>{_N})个?季度", _first_quarters),
    (rf"{_Y}年?第?(?P<q>{_N})季度", _quarter),
    (rf"{_Y}年?-?[Qq](?P<q>\d)", _quarter),
    (rf"{_Y}年?(?P<h>[上下])半年", _half),
    (rf"{_Y}年?-?[Hh](?P<h>[12])", _half),
    (r"(?P<a>\d{4})年?-(?P<b>\d{4})年?", _years),
    (rf"(?P<a>\d{{4}})年(?P<m>{_N})月-(?P<b>\d{{4}})年(?P<n>{_N})月", _months_apart),
    (r"(?P<a>\d{4})-(?P<m>\d{1,2})-(?P<b>\d{4})-(?P<n>\d{1,2})", _months_apart),
    (rf"{_Y}年(?P<m>\d{{1,2}})月(?P<d>\d{{1,2}})日", _day),
    (rf"{_Y}[-/](?P<m>\d{{1,2}})[-/](?P<d>\d{{1,2}})", _day),
    (rf"(?P<n>{_N})五(时期|期间)?", _plan_period),
    (rf"(?P<n>{_N})五[期]?末", _plan_end),
    (_CODE, _code),
    (rf"(截-|截止)?(?P<p>{_Y}年.+[月季度年])[末底]", _end_of),
    (r"(截-|截止)(?P<p>.+)", _end_of),
    (r"(?P<p>\d{4}(年|-\d{1,2}|年.{1,2}月))以?前", _before),
)
