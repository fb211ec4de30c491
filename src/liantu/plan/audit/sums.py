"""A whole and its parts, by the industry tree: do the parts make the whole?"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from liantu.plan.audit.rules import Phrase, finding, step, word
from liantu.plan.audit.saying import clause_label, figure, listed, number, quantity, title
from liantu.plan.audit.statements import Plan, Statement
from liantu.plan.finding import Finding
from liantu.plan.naming import fold
from liantu.plan.package import Industry

_COUNTED = re.compile(r"^[一二三四五六七八九十\d]+[大个条类]")
_ENDS = re.compile(r"(?:产业|行业|集群|领域|业)+$")
_ROUNDING = 1e-9
"""Relative: sums of printed figures are compared as such, not as binary fractions."""


@dataclass(frozen=True)
class _Size:
    """A statement on how large one industry is to be."""

    statement: Statement
    entity: str
    measure: str
    loose: bool

    @property
    def low(self) -> float:
        return self.statement.floor

    @property
    def high(self) -> float:
        return self.statement.ceiling


def parts_and_whole(plan: Plan) -> Iterator[Finding]:
    """Sizes of the children of one industry node against the size of the node itself."""
    sizes = _sizes(plan)
    if not sizes:
        return
    children: dict[str, list[Industry]] = defaultdict(list)
    for node in plan.package.industries:
        if node.parent is not None and node.level != "product":
            children[node.parent].append(node)
    for node in plan.package.industries:
        below = children.get(node.id, [])
        if len(below) < 2:
            continue
        for whole in _first_by_year(_of_entities(sizes, _names_of(plan, node))):
            parts = [_part(sizes, child, whole) for child in below]
            stated = [part for part in parts if part is not None]
            if len(stated) > 1 and _one_measure(stated, whole):
                yield from _judge(whole, stated, complete=len(stated) == len(below))


def _judge(whole: _Size, parts: Sequence[_Size], *, complete: bool) -> Iterator[Finding]:
    low = sum(max(part.low, 0.0) for part in parts)
    high = sum(part.high for part in parts) if complete else math.inf
    if low > whole.high * (1 + _ROUNDING) or high < whole.low * (1 - _ROUNDING):
        yield _finding("parts_contradict", whole, parts, low if low > whole.high else high)
    elif complete and low < whole.low * (1 - _ROUNDING):
        yield _finding("parts_fall_short", whole, parts, low)


def _finding(rule: str, whole: _Size, parts: Sequence[_Size], total: float) -> Finding:
    said = listed([_named(part) for part in parts])
    of_whole, value = whole.statement, figure(whole.statement)
    target = of_whole.floor if math.isfinite(of_whole.floor) else of_whole.ceiling
    gap, summed = quantity(abs(target - total), of_whole), quantity(total, of_whole)
    exact = next((part.measure for part in parts if not part.loose), parts[0].measure)
    loose = (
        word("loose_measure", measure=exact)
        if whole.loose and not all(part.loose for part in parts)
        else Phrase(zh="", en="")
    )
    place = clause_label(of_whole.clause)
    expression = " + ".join(number(_floor_of(part) / of_whole.scale) for part in parts)
    left, right = sorted((target / of_whole.scale, total / of_whole.scale), reverse=True)
    return finding(
        rule,
        (of_whole.id, *(part.statement.id for part in parts)),
        steps=(
            step("parts_sum", expression, summed.zh),
            step("gap", f"{number(left)} − {number(right)}", gap.zh),
        ),
        clause=place,
        whole=title(of_whole),
        value=value,
        count=str(len(parts)),
        parts=said,
        sum=summed,
        gap=gap,
        loose=loose,
    )


def _named(part: _Size) -> Phrase:
    value = quantity(_floor_of(part), part.statement)
    return Phrase(zh=f"{part.entity}{value.zh}", en=f"{part.entity} {value.en}")


def _floor_of(part: _Size) -> float:
    return part.low if math.isfinite(part.low) else part.high


def _sizes(plan: Plan) -> list[_Size]:
    """Level targets in money whose name ends in a measure of size."""
    words = plan.rules.size_measures
    ends = sorted((*words.exact, *words.loose), key=len, reverse=True)
    found = []
    for item in plan.targets:
        if item.family != "level" or not item.stated or not is_money(plan, item):
            continue
        whole = fold(title(item))
        measure = next((end for end in ends if whole.endswith(end)), "")
        entity = _stem(whole[: len(whole) - len(measure)]) if measure else ""
        if entity:
            found.append(_Size(item, entity, measure, measure in words.loose))
    return found


def is_money(plan: Plan, item: Statement) -> bool:
    """Yuan, or a bare magnitude (4万亿) that leaves 元 to the reader."""
    return item.base_unit == "元" or item.unit.strip() in plan.rules.magnitudes


def _stem(name: str) -> str:
    """五大支柱产业 → 支柱, 电子信息产业 → 电子信息."""
    bare = _COUNTED.sub("", re.sub(r"^全[市省区县]", "", name))
    return _ENDS.sub("", bare) or bare


def _names_of(plan: Plan, node: Industry) -> set[str]:
    names = {_stem(fold(node.name))}
    if node.level == "group":
        names |= {_stem(name) for name in plan.rules.group_names.get(node.group, ())}
    return names


def _of_entities(sizes: Sequence[_Size], names: set[str]) -> list[_Size]:
    return [size for size in sizes if size.entity in names]


def _first_by_year(sizes: Sequence[_Size]) -> list[_Size]:
    first: dict[tuple[int | None, str], _Size] = {}
    for size in sizes:
        first.setdefault((size.statement.year, size.measure), size)
    return list(first.values())


def _part(sizes: Sequence[_Size], child: Industry, whole: _Size) -> _Size | None:
    """The child's size in the whole's year, in the whole's measure if it is stated."""
    mine = [
        size
        for size in _of_entities(sizes, {_stem(fold(child.name))})
        if size.statement.year == whole.statement.year
    ]
    mine.sort(key=lambda size: (size.measure != whole.measure, size.loose))
    return mine[0] if mine else None


def _one_measure(parts: Sequence[_Size], whole: _Size) -> bool:
    """All counted alike; a loose word (规模) may stand for any one exact measure."""
    exact = {size.measure for size in (*parts, whole) if not size.loose}
    return len(exact) <= 1
