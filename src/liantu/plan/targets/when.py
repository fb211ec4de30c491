"""Times named in a sentence: which years it aims at, tells of, or compares with."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from liantu.quantity.numeral import parse_number

Role = Literal["aim", "past", "base"]

_DIGIT = "〇○零一二三四五六七八九"
NTH = r"(?:二十|十)[一二三四五六七八九]?"
_COMPARED = r"(?:较|比|相比于?|相较于?|与|同|对比|高于|低于|以|在|由|从)"
_AFTER = r"(?:相比|的?基础上|为基[数期年]|不变价|价格|年价|可比价)"
TIME = re.compile(
    rf"(?P<cue>{_COMPARED}|到|至|截至|截止到?|自)?“?"
    rf"(?:(?P<y>(?:19|20)\d\d)年?(?:[-—–~至到](?P<y2>20\d\d))?年(?P<tail>底|末|初|前|以前|之前|中|度)?"
    rf"|(?P<han>[二][{_DIGIT}]{{3}})年(?:底|末)?"
    rf"|“?(?P<n>{NTH})五(?:[”」]|(?=时期|期间|末|规划|以来|期末))(?:时期|期间|期末|末|规划期?|以来|初)?(?:末|内)?"
    rf"|(?P<span>未来五年|今后五年|五年内|规划期内?|规划期末|期末))(?P<after>{_AFTER})?"
)
_TIMES = re.compile(r"的\d+(?:\.\d+)?倍")
_BASE_CUES = frozenset(
    {"较", "比", "相比", "相比于", "相较", "相较于", "对比", "高于", "低于", "以", "由", "从"}
)


@dataclass(frozen=True, slots=True)
class PlanYears:
    """Years of the plan: first, last, and the far horizon where the text names one."""

    start: int
    end: int
    horizon: int | None = None

    @property
    def base(self) -> int:
        """The year before the plan begins, on which its baselines stand."""
        return self.start - 1


@dataclass(frozen=True, slots=True)
class When:
    """One time named in a text; offsets half-open. ``first`` is set for a span of years."""

    start: int
    end: int
    year: int
    role: Role
    first: int | None = None


def find_times(text: str, years: PlanYears, *, background: bool = False) -> list[When]:
    """Times of ``text`` in order. In background clauses the plan's first years are past too."""
    last_past = years.start + 1 if background else years.base
    return [_when(text, match, years, last_past) for match in TIME.finditer(text)]


def _when(text: str, match: re.Match[str], years: PlanYears, last_past: int) -> When:
    first, year = _years(match, years)
    times = _TIMES.match(text, match.end())
    role: Role = "past" if year <= last_past else "aim"
    cue = match["cue"] or ""
    compared = cue in _BASE_CUES or (cue in ("与", "同", "在") and match["after"])
    if (compared or match["after"] or times) and year <= max(years.start, last_past):
        role = "base"
    return When(match.start(), match.end(), year, role, first)


def plan_end(ordinal: str) -> int:
    """Last year of the n-th five-year plan: 十四 → 2025."""
    return 1985 + 5 * (int(parse_number(ordinal)) - 6)


def _years(match: re.Match[str], years: PlanYears) -> tuple[int | None, int]:
    if match["y"]:
        last = int(match["y2"] or match["y"])
        return (int(match["y"]) if match["y2"] else None), last
    if match["han"]:
        return None, int(parse_number(match["han"]))
    if match["n"]:
        last = plan_end(match["n"])
        return (None if match[0].endswith("末") else last - 4), last
    return years.start, years.end
