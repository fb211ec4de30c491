"""Whose indicator a statement is about, and on what coverage."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

from liantu.plan.outline import Outline
from liantu.plan.package import Clause
from liantu.plan.targets.lexicon import alternatives, target_words
from liantu.plan.targets.when import PlanYears, find_times

_LEAD = re.compile(
    r"(?:——|[（(]?[一二三四五六七八九十\d]+[）).、]\s?)?(?P<topic>[^，。：；、\d“”]{2,14}?(?:产业|行业|领域|集群|园区))"
    r"(?=聚焦|重点|布局|以|加快|坚持|围绕|瞄准|力争|要|将|发展|，|达|突破|实现|营业收入|产值|规模|主营|方面)"
)
_INDUSTRY = re.compile(r"(?P<subject>[^，。]{2,12}?(?:产业|行业|集群|园区|产业链))(?P<rest>.+)")
_TITLE = re.compile(r"^(?:[（(]?[一二三四五六七八九十\d]+[）).、])?\s*(?P<t>[^，。：；]{2,12})$")
_LOCAL = ("全市", "全省", "全区", "全县", "全州", "全域", "我市", "我省", "我区", "我县")
_FEW = 3


@dataclass(frozen=True, slots=True)
class Kind:
    """What kind of text a clause is."""

    background: bool
    default_year: int | None


def whole_area(text: str) -> tuple[str, bool]:
    """The plan's word for its whole area (全市, 全省 …), and whether that is the nation."""
    counts = {word: text.count(word) for word in _LOCAL}
    best = max(counts, key=lambda word: counts[word])
    if counts[best] >= _FEW:
        return best, False
    nation = text.count("全国") + text.count("我国")
    if nation >= _FEW and counts[best] == 0:
        return "全国", True
    return (best if counts[best] else ""), False


class Clauses:
    """What the headings say of the text under them; answers are kept per clause."""

    def __init__(self, outline: Outline, years: PlanYears) -> None:
        self.outline = outline
        self.years = years
        self._kinds: dict[str, Kind] = {}
        self._topics: dict[str, str] = {}

    def kind(self, clause: Clause | None) -> Kind:
        """Background or aims, by the nearest heading that decides."""
        if clause is None:
            return Kind(False, None)
        if clause.id not in self._kinds:
            self._kinds[clause.id] = self._read_kind(clause)
        return self._kinds[clause.id]

    def _read_kind(self, clause: Clause) -> Kind:
        parent = self.outline.clause(clause.parent) if clause.parent else None
        above = self.kind(parent)
        year = self._year(clause.title) or above.default_year
        if clause.kind == "preface":
            return Kind(clause.id.startswith("preface"), year)
        decided = None if clause.kind in ("entry", "paragraph") else _decides(clause.title)
        return Kind(above.background if decided is None else decided, year)

    def _year(self, title: str) -> int | None:
        named = [t for t in find_times(title, self.years) if t.role == "aim"]
        return named[-1].year if named and named[-1].year != self.years.end else None

    def topic(self, clause: Clause | None) -> str:
        """Industry that an item's or entry's heading names, as the clause itself calls it."""
        if clause is None:
            return ""
        if clause.id not in self._topics:
            self._topics[clause.id] = self._read_topic(clause)
        return self._topics[clause.id]

    def _read_topic(self, clause: Clause | None) -> str:
        while clause is not None and clause.kind in ("item", "entry", "paragraph", "section"):
            found = _TITLE.match(clause.title)
            if found and not re.search(_doing(), found["t"]):
                return self._industry(clause, found["t"])
            if clause.kind in ("section", "item"):
                return ""
            clause = self.outline.clause(clause.parent) if clause.parent else None
        return ""

    def _industry(self, clause: Clause, title: str) -> str:
        """电子信息 as its own clause calls it: 电子信息产业."""
        if title.endswith(target_words().topic):
            return title
        named = f"{title}产业"
        return named if named in self.outline.body_text(clause) else title


@cache
def _doing() -> str:
    """Verbs and abstract ends: a heading that holds one names no industry."""
    return (
        "加快|推动|推进|提升|增强|强化|构建|打造|优化|完善|培育|发展目标|总体|目标|任务|坚持|实施|保障|稳步|显著|不断|"
        "突出|聚焦|建设|促进|深化|工程|行动|基础|现状|回顾|环境|背景|问题|挑战|机遇|进展|成效|形势|原则|思路|要求|布局|措施|明显|持续|能力|水平|体系|机制"
    )


def _decides(title: str) -> bool | None:
    """True: background. False: aims. None: the heading does not tell."""
    words = target_words()
    bare = re.sub(r"[“”]?(?:二?十[一二三四五六七八九]?五)[“”]?(?:时期|期间|规划)?", "", title)
    if re.match(alternatives(words.background_not), bare):
        return False
    if re.search(alternatives(words.background), title) and "，" not in title:
        return True
    if re.search(alternatives(words.aims), title):
        return False
    return None


def lead_topic(paragraph: str) -> str:
    """The industry a paragraph opens with: 电子信息产业聚焦 …"""
    found = _LEAD.match(paragraph)
    return found["topic"] if found else ""


def split_subject(name: str, topic: str, whole: str) -> tuple[str, str]:
    """``(subject, indicator)``: an industry named in front, or the topic of a bare 营业收入."""
    generic = target_words().generic
    if name in generic:
        return (topic or whole), name
    found = _INDUSTRY.fullmatch(name)
    if found and found["rest"] in target_words().industrial:
        return found["subject"], found["rest"]
    return whole, name


@cache
def _scopes() -> re.Pattern[str]:
    return re.compile(alternatives(target_words().scope))


def scope_of(name: str, group: str = "") -> tuple[str, ...]:
    """Qualifiers of coverage named in the indicator (规上, 国家级 …), in order, once each.

    Of a shared heading (全口径工业增加值) only a coverage that the name leaves open counts.
    """
    found = [_canonical(word) for word in _scopes().findall(name)]
    coverage = {"规上", "全口径", "全行业", "全社会", "限上"}
    if group and not coverage & set(found):
        found += [w for w in map(_canonical, _scopes().findall(group)) if w in coverage]
    return tuple(dict.fromkeys(found))


def _canonical(word: str) -> str:
    return {"规模以上": "规上", "省级以上": "省级及以上", "市级以上": "市级及以上"}.get(word, word)
