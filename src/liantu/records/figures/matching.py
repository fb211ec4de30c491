"""Binds written indicator names to the catalogue, or says why a name is not bound.

Spelling is undone by :mod:`liantu.plan.naming`; what is left is compared on four counts, all
of which must agree: the thing measured, the coverage (规上/全口径, 国家级/省级 …), remarks in
brackets, and stock or gross entries. A name that leaves a coverage unsaid is not bound: the
answer lists what it might be.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from liantu.errors import InvalidDeclaration, InvalidQuantity
from liantu.plan.naming import IndicatorName, compare_scopes, fold, is_whole_area, read_name
from liantu.quantity.unit import Unit, parse_unit, unit_catalogue
from liantu.records.figures.areas import without_area
from liantu.records.figures.indicator import Confusion, Indicator
from liantu.records.figures.rules import observation_rules

Why = Literal[
    "unknown",
    "scope_unsaid",
    "scope_differs",
    "remark",
    "entries",
    "stock",
    "unit",
    "subject",
    "confusion",
]

_ENTRIES = ("additions", "per_year")
_YEARLY = ("annual_average", "relative", "increase", "points")
_LEVELS = ("", "level", *_ENTRIES)


@dataclass(frozen=True)
class Match:
    """A name bound to an indicator."""

    id: str
    indicator: Indicator

    def __bool__(self) -> bool:
        return True


@dataclass(frozen=True)
class NoMatch:
    """A name not bound: why, in words, and what comes nearest."""

    why: Why
    reason: str
    reason_en: str
    candidates: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return False


@dataclass(frozen=True)
class Reading:
    """A name taken apart: base name, scope terms and marks from its brackets."""

    base: str
    scope: tuple[str, ...] = ()
    marks: frozenset[str] = frozenset()
    """Bracketed remarks that make another series of it (榜单, 两年平均 …), and 年均."""
    entries: bool = False
    status: str = ""
    """``target`` or ``preliminary`` where a bracket says so."""


@dataclass(frozen=True)
class _Entry:
    id: str
    name: str
    scope: tuple[tuple[str, str], ...]
    marks: frozenset[str]
    entries: bool


@lru_cache(maxsize=65536)
def read_brackets(name: str) -> Reading:
    """Take the closing bracket off a name and read each remark in it by the declared rules."""
    rules = observation_rules()
    text = fold(name)
    found = re.fullmatch(r"(.+)\(([^()]+)\)", text)
    base = found[1] if found else text
    marks: set[str] = {"年均"} if re.search(rules.average_pattern, base) else set()
    if not found:
        return Reading(text, marks=frozenset(marks))
    scope: list[str] = []
    entries, status = False, ""
    for remark in re.split(r"[,、;]", found[2]):
        rule = next((r for r in rules.brackets if re.fullmatch(r.pattern, remark)), None)
        if rule is None:
            marks.add(remark)
            continue
        entries = entries or rule.entries
        status = rule.status or status
        scope += [rule.scope] if rule.scope else []
        marks |= {rule.mark} if rule.mark else set()
    return Reading(base, tuple(scope), frozenset(marks), entries, status)


class NameIndex:
    """All names of all indicators, by comparable key."""

    def __init__(self, indicators: Mapping[str, Indicator]) -> None:
        self._indicators = dict(indicators)
        self._entries: dict[str, list[_Entry]] = {}
        self._names: dict[str, str] = {}
        for indicator in indicators.values():
            for name in (indicator.zh, *indicator.aliases):
                self._add(indicator, name)
        self._refuse_shared_names()
        self.match = lru_cache(maxsize=65536)(self._match)

    def _add(self, indicator: Indicator, name: str) -> None:
        reading = read_brackets(name)
        for unit in {"", parse_unit(indicator.unit).base}:
            read = read_name(reading.base, scope=reading.scope, unit=unit)
            entry = _Entry(
                indicator.id, name, read.scope, reading.marks, read.gross or reading.entries
            )
            same = self._entries.setdefault(read.key, [])
            if not any(_twins(entry, other) and entry.id == other.id for other in same):
                same.append(entry)
        self._names.setdefault(fold(name), indicator.id)

    def _refuse_shared_names(self) -> None:
        faults = [
            f"“{one.name}” ({one.id}) = “{other.name}” ({other.id})"
            for entries in self._entries.values()
            for at, one in enumerate(entries)
            for other in entries[at + 1 :]
            if one.id != other.id and _twins(one, other)
        ]
        if faults:
            listed = "; ".join(faults)
            raise InvalidDeclaration(
                f"指标目录中不同指标使用了同一名称：{listed}。请改用能区分的名称。",
                f"Different indicators of the catalogue share a name: {listed}. Tell them apart.",
            )

    def _match(
        self,
        name: str,
        scope: tuple[str, ...] = (),
        subject: str = "",
        *,
        form: str = "",
        unit: str = "",
        area: str = "",
    ) -> Match | NoMatch:
        reading = read_brackets(without_area(name, area))
        base = _unit(unit)
        read = self._read(reading, scope, subject, area, base)
        entries = self._entries.get(read.key, [])
        if not entries:
            return self._unknown(name, subject, area)
        marks = reading.marks - {"年均"} if form in _YEARLY else reading.marks
        wants_entries = reading.entries or read.gross or form in _ENTRIES
        chosen = _agreeing(name, entries, read.scope, marks)
        if isinstance(chosen, NoMatch):
            return chosen
        bound = self._stock_or_entries(name, chosen, wants_entries)
        if isinstance(bound, NoMatch):
            return bound
        for confusion in bound.not_aliases:
            if fold(confusion.name) == fold(name):
                return _confused(name, bound, confusion)
        if base is not None and form in _LEVELS and not _same_dimension(base, bound):
            return _other_unit(name, unit, bound)
        return Match(bound.id, bound)

    def _read(
        self,
        reading: Reading,
        scope: tuple[str, ...],
        subject: str,
        area: str,
        unit: Unit | None,
    ) -> IndicatorName:
        """The name with its subject; again with the unit's help where the plain key is unknown."""
        stated = (*reading.scope, *scope)
        plain = read_name(reading.base, subject=subject, scope=stated, area=area)
        if plain.key in self._entries or unit is None:
            return plain
        return read_name(reading.base, subject=subject, scope=stated, area=area, unit=unit.base)

    def _stock_or_entries(
        self, name: str, chosen: tuple[_Entry, ...], wants_entries: bool
    ) -> Indicator | NoMatch:
        for entry in chosen:
            if entry.entries == wants_entries:
                return self._indicators[entry.id]
        indicator = self._indicators[chosen[0].id]
        if wants_entries and indicator.at_moment:
            added = [i for i in self._indicators.values() if i.additions_of == indicator.id]
            return added[0] if added else _no_entries(name, indicator)
        if not wants_entries and indicator.additions_of:
            return _only_entries(name, indicator)
        return indicator

    def _unknown(self, name: str, subject: str, area: str) -> NoMatch:
        near = self.nearest(name if is_whole_area(subject, area) else subject + name)
        listed = "、".join(self._indicators[i].zh for i in near)
        if not is_whole_area(subject, area):
            return NoMatch(
                "subject",
                f"指标目录中没有“{subject}”的“{name}”；不以全域指标代替。"
                + (f"相近的有：{listed}。" if near else ""),
                f"The catalogue has no {name!r} of {subject!r}; the whole area's is not put in"
                f" its place. Nearest: {', '.join(near) or 'none'}.",
                near,
            )
        return NoMatch(
            "unknown",
            f"指标目录中没有“{name}”。" + (f"相近的有：{listed}。" if near else ""),
            f"The catalogue has no {name!r}. Nearest: {', '.join(near) or 'none'}.",
            near,
        )

    def nearest(self, name: str, count: int = 3) -> tuple[str, ...]:
        """Ids of the indicators whose names look most like ``name``."""
        close = difflib.get_close_matches(
            fold(name), self._names, n=count * 3, cutoff=observation_rules().nearest_cutoff
        )
        return tuple(dict.fromkeys(self._names[found] for found in close))[:count]


def _twins(one: _Entry, other: _Entry) -> bool:
    return (one.scope, one.marks, one.entries) == (other.scope, other.marks, other.entries)


def _agreeing(
    name: str,
    entries: list[_Entry],
    scope: tuple[tuple[str, str], ...],
    marks: frozenset[str],
) -> tuple[_Entry, ...] | NoMatch:
    """The entries that agree in remark and scope, or what stands in the way."""
    candidates = tuple(dict.fromkeys(entry.id for entry in entries))
    marked = [entry for entry in entries if entry.marks == marks]
    if not marked:
        return _remark(name, marks, candidates)
    same = tuple(e for e in marked if compare_scopes(e.scope, scope) == "same")
    if same:
        return same
    candidates = tuple(dict.fromkeys(entry.id for entry in marked))
    unsaid = any(compare_scopes(e.scope, scope) == "scope_unsaid" for e in marked)
    options = "、".join(dict.fromkeys(entry.name for entry in marked))
    said = "、".join(term for _, term in scope) or "未说明"
    if unsaid:
        return NoMatch(
            "scope_unsaid",
            f"“{name}”的口径说得不全（{said}），可能是：{options}。须先明确口径，不自动套用。",
            f"{name!r} leaves its coverage open ({said}); it may be {', '.join(candidates)}."
            " State the coverage; none is assumed.",
            candidates,
        )
    return NoMatch(
        "scope_differs",
        f"“{name}”的口径（{said}）与目录中的 {options} 不同，不可代用。",
        f"The coverage of {name!r} ({said}) differs from that of {', '.join(candidates)}.",
        candidates,
    )


def _remark(name: str, marks: frozenset[str], candidates: tuple[str, ...]) -> NoMatch:
    said = "、".join(sorted(marks))
    if said:
        return NoMatch(
            "remark",
            f"“{name}”的限定“{said}”未在目录中登记，不能当作不带限定的同名指标使用。",
            f"The remark {said!r} of {name!r} is not in the catalogue: it is not taken for the"
            " indicator without it.",
            candidates,
        )
    return NoMatch(
        "scope_unsaid",
        f"“{name}”未说明限定（榜单、范围等），不能确定是目录中的哪一个。",
        f"{name!r} does not say which of {', '.join(candidates)} it is.",
        candidates,
    )


def _confused(name: str, indicator: Indicator, confusion: Confusion) -> NoMatch:
    return NoMatch(
        "confusion",
        f"“{name}”不是“{indicator.zh}”：{confusion.why}。",
        f"{name!r} is not {indicator.id}: {confusion.why_en}.",
        (indicator.id,),
    )


def _no_entries(name: str, stock: Indicator) -> NoMatch:
    return NoMatch(
        "entries",
        f"“{name}”是新增数（流量），目录中只有存量“{stock.zh}”，不可代用。",
        f"{name!r} counts entries (a flow); the catalogue has only the stock {stock.id}.",
        (stock.id,),
    )


def _only_entries(name: str, entries: Indicator) -> NoMatch:
    return NoMatch(
        "stock",
        f"“{name}”是存量，目录中只有新增数“{entries.zh}”，不可代用。",
        f"{name!r} is a stock; the catalogue has only its entries, {entries.id}.",
        (entries.id,),
    )


def _unit(written: str) -> Unit | None:
    if not written:
        return None
    try:
        return parse_unit(written)
    except InvalidQuantity:
        return None  # reported where the unit itself is checked; it cannot help to match


def _same_dimension(unit: Unit, indicator: Indicator) -> bool:
    expected = parse_unit(indicator.unit).dimension
    if unit.written in unit_catalogue().magnitudes:
        return True  # 4 万亿: the text leaves out what is counted
    return unit.dimension == expected or {unit.dimension, expected} == {"percent", "points"}


def _other_unit(name: str, unit: str, indicator: Indicator) -> NoMatch:
    return NoMatch(
        "unit",
        f"“{name}”的单位“{unit}”与指标“{indicator.zh}”的单位“{indicator.unit}”不是同一量纲。",
        f"The unit {unit!r} of {name!r} is of another dimension than {indicator.unit!r} of"
        f" {indicator.id}.",
        (indicator.id,),
    )
