"""Standing mechanisms: 链长制, 六个一 with its parts, 周报告/月通报/季调度 …"""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.lexicon import MechanismKind, MechanismRule, alternatives, mechanism_words
from liantu.plan.measures import gives_orders
from liantu.plan.outline import Outline
from liantu.plan.package import Mechanism
from liantu.plan.phrases import Phrase, listed

_SENTENCE = re.compile(r"[^。；\n]*")


@cache
def _rules() -> list[tuple[MechanismRule, list[re.Pattern[str]]]]:
    return [
        (rule, [re.compile(pattern) for pattern in rule.patterns])
        for rule in mechanism_words().mechanisms
    ]


@cache
def _cycles() -> re.Pattern[str]:
    words = alternatives(mechanism_words().cycles)
    return re.compile(rf"“?(?:{words})(?:”?[、，和及]?“?(?:{words}))*”?")


def read_mechanisms(outline: Outline) -> list[Mechanism]:
    """Each mechanism where it is named first; parts are taken from whichever mention has them."""
    text = outline.clean.text
    found: list[tuple[int, int, str, MechanismKind, tuple[str, ...]]] = []
    for rule, patterns in _rules():
        mentions = [m for p in patterns for m in p.finditer(text)]
        if not mentions:
            continue
        mentions.sort(key=lambda m: (not _group(m), not _ordered(outline, m), m.start()))
        best = mentions[0]
        parts = _group(best) or _apart(rule, text)
        found.append((best.start(), best.end(), rule.name, rule.kind, parts))
    found += _several_ones(text) + _reporting(text)
    found.sort(key=lambda item: item[:2])
    return [_mechanism(outline, number, *item) for number, item in enumerate(found, start=1)]


def _mechanism(
    outline: Outline, number: int, start: int, end: int, name: str, kind: MechanismKind,
    parts: tuple[str, ...],
) -> Mechanism:  # fmt: skip
    clause = outline.numbered_at(start)
    source = outline.clean.to_source(start, end)
    return Mechanism(
        id=f"x{number}", clause=clause.clause if clause else "", start=source[0], end=source[1],
        name=name, kind=kind, parts=parts,
    )  # fmt: skip


def _ordered(outline: Outline, match: re.Match[str]) -> bool:
    """Does the mention stand where the plan gives orders, not where it looks back?"""
    clause = outline.numbered_at(match.start())
    return clause is not None and gives_orders(outline, clause)


def _apart(rule: MechanismRule, text: str) -> tuple[str, ...]:
    if not rule.part_pattern:
        return ()
    return tuple(dict.fromkeys(re.findall(rule.part_pattern, text)))


def _group(match: re.Match[str]) -> tuple[str, ...]:
    parts = match.groupdict().get("parts")
    if not parts:
        return ()
    if "+" in parts:
        return tuple(part.strip() for part in parts.split("+"))
    items = listed(Phrase(parts, 0), last="和|及|与") or [Phrase(parts, 0)]
    return tuple(item.text for item in items)


def _several_ones(text: str) -> list[tuple[int, int, str, MechanismKind, tuple[str, ...]]]:
    """六个一 and its kin; parts are the 1个… of the same sentence."""
    words = mechanism_words()
    found: dict[str, tuple[int, int, str, MechanismKind, tuple[str, ...]]] = {}
    for match in re.finditer(words.several_ones, text):
        begin = max(text.rfind(mark, 0, match.start()) for mark in "。；\n") + 1
        sentence = _SENTENCE.match(text, begin)
        span = sentence.group() if sentence else ""
        parts = tuple(m.group("part") for m in re.finditer(words.one_part, span))
        name = match.group("name")
        if name not in found or len(parts) > len(found[name][4]):
            start = begin + span.find(match.group())
            found[name] = (start, start + len(match.group()), name, "ledger", parts)
    return list(found.values())


def _reporting(text: str) -> list[tuple[int, int, str, MechanismKind, tuple[str, ...]]]:
    """Reporting cycles named in a row make one mechanism, its parts the cycles."""
    matches = list(_cycles().finditer(text))
    if not matches:
        return []
    best = max(matches, key=lambda m: len(m.group()))
    parts = tuple(re.findall(alternatives(mechanism_words().cycles), best.group()))
    return [(best.start(), best.end(), "、".join(parts), "cycle", parts)]
