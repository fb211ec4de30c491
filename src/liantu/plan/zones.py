"""Zones of the spatial layout: name, function, members, what each develops."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.lexicon import alternatives, zone_words
from liantu.plan.outline import Outline
from liantu.plan.package import Clause, Zone
from liantu.plan.phrases import Phrase, clauses, listed, split, without_heads

_QUOTED = re.compile(r"“([^”]{2,16})”(?:功能|定位|引领)?")
_MEMBERS = re.compile(
    r"(?:^|，)[^，；。]{0,8}?以(?P<list>[^，；。]{2,60}?)(?:等)?为(?:主|重点|核心|支撑|载体)"
)
_GROUPED = re.compile(r"^(?P<list>[^，；。]+?、[^，；。]+?)等(?P<zone>[^，；。、]{2,10})$")
_NOT_FOCUS = re.compile(r"“|^(?:一批|适|更)|型$")
_LONGEST = 24


@cache
def _opening() -> re.Pattern[str]:
    words = zone_words()
    return re.compile(
        rf"^(?:——)?“?(?P<name>[^，。；：、“”]{{1,14}}?(?:{alternatives(words.ends)}))”?[。：，]?"
        rf"(?=(?:{alternatives(words.follows)}))"
    )


@cache
def _named_opening() -> re.Pattern[str]:
    """One of 一核两带: the name stands alone before a stop."""
    return re.compile(
        r"^(?:——)?“?(?P<name>[一二三四五六七八九十两多][^，。；：、“”]{0,6}?(?:核|带|轴|圈|极|翼|区|园|廊|城|组团|板块))”?"
        r"(?P<rest>[^，。；：]{0,8})[。：，]"
    )


@cache
def _focus() -> re.Pattern[str]:
    words = zone_words()
    return re.compile(rf"(?:{alternatives(words.focus)})(?P<list>[^，；。]*)")


@cache
def _purpose() -> re.Pattern[str]:
    verbs = alternatives(zone_words().function)
    return re.compile(rf"^(?:{verbs})(?:成为|为)?(?P<what>(?!以[^的]*$)[^，。；]{{2,60}})$")


def read_zones(outline: Outline) -> list[Zone]:
    """Zones in the clauses whose headings speak of the spatial layout."""
    zones: list[Zone] = []
    for clause in outline.clauses:
        if clause.kind in ("entry", "paragraph") or not _is_spatial(clause):
            continue
        if any(_is_spatial(child) for child in outline.children(clause)):
            continue
        zones += _zones_of(outline, clause, len([z for z in zones if z.parent is None]))
    return zones


def _is_spatial(clause: Clause) -> bool:
    return any(word in clause.title for word in zone_words().headings)


def _zones_of(outline: Outline, clause: Clause, before: int) -> list[Zone]:
    text = outline.clean.text
    found: list[Zone] = []
    top = before
    for start, end in outline.own(clause):
        for paragraph in split(Phrase(text[start:end], start), ""):
            head = _zone_name(paragraph)
            if head is None:
                continue
            top += 1
            zone_id = f"z{top}"
            found.append(_zone(outline, clause, zone_id, None, head, paragraph))
            for number, (name, part) in enumerate(_parts(paragraph, head), start=1):
                found.append(_zone(outline, clause, f"{zone_id}.{number}", zone_id, name, part))
    return found


def _zone_name(phrase: Phrase) -> Phrase | None:
    match = _named_opening().match(phrase.text) or _opening().match(phrase.text)
    if match is None or match.group("name").startswith(zone_words().not_names):
        return None
    return phrase.cut(match.start("name"), match.end("name"))


def _parts(paragraph: Phrase, head: Phrase) -> list[tuple[Phrase, Phrase]]:
    """Zones inside a zone: (name, the part of the sentence that speaks about it)."""
    found: list[tuple[Phrase, Phrase]] = []
    for part in split(paragraph, "。；"):
        pieces = clauses(part)
        for i, piece in enumerate(pieces):
            name = _part_name(piece, part, i == 0)
            if name is not None and name.start != head.start:
                found.append((name, part.cut(piece.start - part.start)))
                break
    return found


def _part_name(piece: Phrase, part: Phrase, first: bool) -> Phrase | None:
    grouped = _GROUPED.match(piece.text)
    if grouped and grouped.group("zone").endswith(zone_words().ends):
        return piece.cut(grouped.start("zone"))
    rest = Phrase(part.text[piece.start - part.start :], piece.start)
    match = _opening().match(rest.text)
    if match is None or match.group("name").startswith(zone_words().not_names):
        return None
    return rest.cut(match.start("name"), match.end("name"))


def _zone(
    outline: Outline, clause: Clause, zone_id: str, parent: str | None, name: Phrase, part: Phrase
) -> Zone:
    start, end = outline.clean.to_source(name.start, part.end)
    return Zone(
        id=zone_id, clause=clause.clause, start=start, end=end, name=name.text, parent=parent,
        function=_function(part), members=_members(part), focus=_focus_of(part),
    )  # fmt: skip


def _function(part: Phrase) -> str:
    """What the zone is for: the first quoted words, else what it is to be built into."""
    quoted = _QUOTED.search(part.text, 0, 60)
    if quoted:
        return quoted.group(1)
    for sentence in split(part, "。；"):
        for piece in clauses(sentence):
            match = _purpose().match(piece.text)
            what = match.group("what").rsplit("的", 1)[-1] if match else ""
            if 2 <= len(what) <= _LONGEST:
                return what
    return ""


def _members(part: Phrase) -> tuple[str, ...]:
    first = clauses(part)[0]
    grouped = _GROUPED.match(first.text)
    if grouped and grouped.group("zone").endswith(zone_words().ends):
        return tuple(n.text for n in listed(first.cut(0, grouped.end("list"))))
    for match in _MEMBERS.finditer(split(part, "。；")[0].text):
        names = listed(part.cut(match.start("list"), match.end("list")), last="和|及")
        if all(n.text.endswith(zone_words().ends) for n in names):
            return tuple(n.text for n in names)
    return ()


def _focus_of(part: Phrase) -> tuple[str, ...]:
    """Industries listed after 重点发展 and the like, in order, each once."""
    names: dict[str, None] = {}
    for sentence in split(part, "。；"):
        for piece in clauses(sentence):
            match = _focus().search(piece.text)
            if not match:
                continue
            stop = re.search(r"等", match.group("list"))
            end = match.start("list") + stop.start() if stop else match.end("list")
            items = listed(piece.cut(match.start("list"), end), last="和|及")
            if len(items) > 1:
                for item in items:
                    cut = without_heads(item, zone_words().focus)
                    if 2 <= len(cut.text) <= 14 and not _NOT_FOCUS.search(cut.text):
                        names.setdefault(cut.text)
    return tuple(names)
