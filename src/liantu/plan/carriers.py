"""Who carries an industry (firms, institutes) and where it is laid out (parks)."""

from __future__ import annotations

import re
from functools import cache

from liantu.plan.industries import Tree
from liantu.plan.lexicon import alternatives, industry_words
from liantu.plan.outline import Outline
from liantu.plan.package import Carrier, Industry, Layout
from liantu.plan.phrases import Phrase, listed, sentences, split, without_ends

_LONGEST = 28


@cache
def _framed() -> re.Pattern[str]:
    words = industry_words()
    tails = alternatives(words.list_tails)
    return re.compile(
        rf"(?:^|[，；])以(?P<list>[^，；]*?)(?P<tail>{tails})?(?:{alternatives(words.carried)})"
    )


@cache
def _relied() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(
        rf"(?:{alternatives(words.carried_by_reliance)})(?P<list>[^，；]*?)"
        rf"(?:{alternatives(words.reliance_ends)})"
        rf"|(?:{alternatives(words.carried_by_promotion)})(?P<firms>[^，；]*?)"
        rf"(?:{alternatives(words.promotion_ends)})"
    )


def read_carriers(outline: Outline, tree: Tree) -> list[Carrier]:
    """Firms and institutes named after 以…等为支撑 or 依托…等企业."""
    clean = outline.clean
    found: list[Carrier] = []
    counts: dict[str, int] = {}
    for start, end in _industry_spans(tree):
        for sentence in sentences(clean.text, [(start, end)]):
            industry = tree.at(sentence.start)
            for name in _carrier_names(sentence):
                industry = tree.at(name.start) or industry
                clause = outline.numbered_at(name.start)
                if industry is None or clause is None:
                    continue
                counts[industry.id] = counts.get(industry.id, 0) + 1
                source = clean.to_source(name.start, name.end)
                found.append(Carrier(
                    id=f"{industry.id}.c{counts[industry.id]}", clause=clause.clause,
                    start=source[0], end=source[1], industry=industry.id, name=name.text,
                    kind="institute" if _is_institute(name.text) else "firm",
                ))  # fmt: skip
    return found


def _industry_spans(tree: Tree) -> list[tuple[int, int]]:
    """Widest spans of the tree, none inside another."""
    spans: list[tuple[int, int]] = []
    for start, end, _ in sorted(tree.scopes, key=lambda scope: (scope[0], -scope[1])):
        if not spans or start >= spans[-1][1]:
            spans.append((start, end))
    return spans


def _carrier_names(sentence: Phrase) -> list[Phrase]:
    names: list[Phrase] = []
    for match in _framed().finditer(sentence.text):
        items = listed(sentence.cut(match.start("list"), match.end("list")), last="以及|及|和")
        named = [item for item in items if _is_name(item.text)]
        if len(named) == len(items) and (
            match.group("tail") or any(map(_is_institute, _texts(items)))
        ):
            names += items
    for match in _relied().finditer(sentence.text):
        group = "list" if match.group("list") is not None else "firms"
        items = listed(sentence.cut(match.start(group), match.end(group)), last="以及|及|和")
        if all(_is_name(item.text) for item in items):
            names += items
    return names


def _texts(items: list[Phrase]) -> list[str]:
    return [item.text for item in items]


def _is_institute(name: str) -> bool:
    words = industry_words()
    return name.endswith(words.institutes) and name not in words.unnamed_bodies


def _is_name(text: str) -> bool:
    words = industry_words()
    if not 2 <= len(text) <= _LONGEST or re.search(r"[“”《》，。的\d]", text):
        return False
    if _is_institute(text):
        return True
    if text in words.unnamed_bodies:
        return False
    for allowed in words.not_carriers_except:
        text = text.replace(allowed, "")
    return not any(word in text for word in words.not_carriers)


@cache
def _laid_out() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(
        rf"^(?P<industry>[^，；。]{{2,20}}?)(?:{alternatives(words.laid_out)})(?P<list>.+)$"
    )


@cache
def _laid_out_upon() -> re.Pattern[str]:
    words = industry_words()
    return re.compile(
        rf"^(?P<industry>[^，；。]{{2,20}}?)[，]?以(?P<list>[^，；]+?)"
        rf"(?:{alternatives(words.laid_out_upon)})"
    )


def read_layouts(outline: Outline, tree: Tree) -> list[Layout]:
    """Parks in which the plan lays an industry out; a name the tree lacks becomes a field."""
    clean = outline.clean
    found: list[Layout] = []
    counts: dict[str, int] = {}
    for start, end in _industry_spans(tree):
        for sentence in sentences(clean.text, [(start, end)]):
            clause = outline.numbered_at(sentence.start)
            industry, parks = _laid_out_in(outline, tree, sentence)
            if clause is None or industry is None:
                continue
            for park in parks:
                counts[industry.id] = counts.get(industry.id, 0) + 1
                source = clean.to_source(park.start, park.end)
                found.append(Layout(
                    id=f"{industry.id}.l{counts[industry.id]}", clause=clause.clause,
                    start=source[0], end=source[1], industry=industry.id, park=park.text,
                ))  # fmt: skip
    return found


def _laid_out_in(
    outline: Outline, tree: Tree, sentence: Phrase
) -> tuple[Industry | None, list[Phrase]]:
    """The node a sentence lays out, and in which parks."""
    match = _laid_out().match(sentence.text) or _laid_out_upon().match(sentence.text)
    if match:
        parks = _parks(sentence.cut(match.start("list"), match.end("list")))
        name = sentence.cut(match.start("industry"), match.end("industry"))
        return (_laid_out_node(outline, tree, name) if parks else None), parks
    clause = outline.at(sentence.start)
    if clause is None or clause.title not in industry_words().layout_aspects:
        return None, []
    relied = re.search(
        rf"(?:^|，)(?:{alternatives(industry_words().laid_out_relying)})(?P<list>[^，；]+)",
        sentence.text,
    )
    parks = _parks(sentence.cut(relied.start("list"), relied.end("list"))) if relied else []
    return tree.at(sentence.start), parks


def _laid_out_node(outline: Outline, tree: Tree, name: Phrase) -> Industry | None:
    """Node the sentence lays out; one named here for the first time is added as a field."""
    holder = tree.at(name.start)
    name = without_ends(name, ("产业", "领域", "重点", "主要"))
    node = tree.named(name.text, within=holder) or tree.named(name.text)
    if node or holder is None:
        return node
    clause = outline.numbered_at(name.start)
    if clause is None or len(name.text) > 14:
        return None
    return tree.add("field", holder.group, name, clause, holder, "")


def _parks(body: Phrase) -> list[Phrase]:
    words = industry_words()
    body = split(body, "，,")[0]
    tail = re.search(rf"(?:{alternatives(words.layout_tails)})$", body.text)
    body = body.cut(0, tail.start()) if tail else body
    items = [part for item in listed(body, last="") for part in _joined_parks(item)]
    if not any(item.text.endswith(words.park_ends) for item in items):
        return []
    return [item for item in items if 2 <= len(item.text) <= _LONGEST and "“" not in item.text]


def _joined_parks(item: Phrase) -> list[Phrase]:
    """A和B as two parks, where both end as parks do."""
    ends = tuple(end for end in industry_words().park_ends if len(end) > 1)
    for match in re.finditer("以及|和|及|与", item.text):
        left, right = item.cut(0, match.start()), item.cut(match.end())
        if left.text.endswith(ends) and right.text.endswith(ends):
            return [left, *_joined_parks(right)]
    return [item]
