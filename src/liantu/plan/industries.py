"""The industry tree of a plan: group, industry, field, segment, product or technology."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cache

from liantu.plan.boxes import orders
from liantu.plan.layout import CleanText
from liantu.plan.lexicon import alternatives, industry_words
from liantu.plan.outline import Outline
from liantu.plan.package import Clause, Industry, IndustryGroup, IndustryLevel
from liantu.plan.phrases import Phrase, clauses, listed, sentences, split, without_ends
from liantu.plan.products import name_of, products
from liantu.plan.segments import segments

_DASHED_TITLE = re.compile(r"(?:——|──|--|[●•◆■▲★▪◇□○])\s*")


@dataclass
class Tree:
    """Industry nodes in the order of the text, found again by name or by place."""

    clean: CleanText
    nodes: list[Industry] = field(default_factory=list)
    scopes: list[tuple[int, int, Industry]] = field(default_factory=list)
    """Clean spans that speak about a node, wider ones first."""
    _counts: dict[str, int] = field(default_factory=dict)
    _children: dict[str, list[Industry]] = field(default_factory=dict)
    _narrowest: tuple[list[int], list[Industry | None]] | None = None

    def add(
        self, level: IndustryLevel, group: IndustryGroup, name: Phrase, clause: Clause,
        parent: Industry | None, mark: str = "",
    ) -> Industry:  # fmt: skip
        """Append a node named by ``name``; the id counts nodes of one kind below a parent."""
        prefix = f"{parent.id}.{mark}" if parent else group
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        node_id = f"{prefix}{self._counts[prefix]}" if parent else self._group_id(group)
        start, end = self.clean.to_source(name.start, name.end)
        node = Industry(
            id=node_id, clause=clause.clause, start=start, end=end, level=level, group=group,
            name=name.text, parent=parent.id if parent else None,
        )  # fmt: skip
        self.nodes.append(node)
        if parent:
            self._children.setdefault(parent.id, []).append(node)
        return node

    def _group_id(self, group: IndustryGroup) -> str:
        count = self._counts[group]
        return group if count == 1 else f"{group}-{count}"

    def covers(self, start: int, end: int, node: Industry) -> None:
        """Say that the clean span speaks about ``node``."""
        self.scopes.append((start, end, node))
        self._narrowest = None

    def at(self, position: int) -> Industry | None:
        """Narrowest node that the text at a clean offset speaks about, the deeper of two alike."""
        if self._narrowest is None:
            self._narrowest = _narrowest(self.scopes)
        begins, nodes = self._narrowest
        run = bisect_right(begins, position) - 1
        return nodes[run] if run >= 0 else None

    def children(self, parent: Industry) -> list[Industry]:
        return self._children.get(parent.id, [])

    def named(self, name: str, *, within: Industry | None = None) -> Industry | None:
        """Node of industry, field or segment level whose name is ``name`` or differs in its end."""
        key = _key(name)
        for node in self.nodes:
            if node.level in ("group", "product") or _key(node.name) != key:
                continue
            if within is None or node.id == within.id or node.id.startswith(f"{within.id}."):
                return node
        return None


def _narrowest(
    scopes: list[tuple[int, int, Industry]],
) -> tuple[list[int], list[Industry | None]]:
    """Offsets at which the narrowest scope changes, and the node from each of them on."""
    begins: list[int] = []
    nodes: list[Industry | None] = []
    open_scopes: list[tuple[int, int, Industry]] = []
    opening = sorted(enumerate(scopes), key=lambda item: (item[1][0], -item[1][1], item[0]))
    edges = sorted({edge for start, end, _ in scopes for edge in (start, end)})
    following = 0
    for edge in edges:
        open_scopes = [scope for scope in open_scopes if scope[1] > edge]
        while following < len(opening) and opening[following][1][0] == edge:
            open_scopes.append(opening[following][1])
            following += 1
        inner = min(reversed(open_scopes), key=lambda s: s[1] - s[0], default=None)
        begins.append(edge)
        nodes.append(inner[2] if inner else None)
    return begins, nodes


@cache
def _ends() -> re.Pattern[str]:
    return re.compile(rf"(?:{alternatives(industry_words().industry_ends)})+$")


def _key(name: str) -> str:
    return _ends().sub("", name) or name


def read_industries(clean: CleanText, outline: Outline) -> Tree:
    """Build the tree from the sections whose headings name a group of industries."""
    tree = Tree(clean)
    for clause, group, word in _group_clauses(outline):
        start, end = outline.span(clause)
        at = clean.text.find(word, start, end)
        node = tree.add("group", group, Phrase(word, at), clause, None)
        tree.covers(start, end, node)
        _below_group(tree, outline, clause, node)
    return tree


def _group_clauses(outline: Outline) -> list[tuple[Clause, IndustryGroup, str]]:
    """Innermost clauses whose headings name a group and that hold items, boxes or a list."""
    found: list[tuple[Clause, IndustryGroup, str]] = []
    for clause in outline.clauses:
        if clause.kind not in ("chapter", "section", "item"):
            continue
        for group, words in industry_words().groups.items():
            word = _group_word(clause.title, words.words)
            weak = "" if word else _group_word(clause.title, words.weak)
            if weak and clause.kind != "item" and _headed_industries(outline, clause):
                word = weak
            if word and _lists_industries(outline, clause):
                found.append((clause, group, word))
                break
    parents = {clause.parent for clause, _, _ in found}
    return [item for item in found if item[0].id not in parents]


def _group_word(title: str, words: tuple[str, ...]) -> str:
    """The word by which a heading names a group: 发展支柱产业，… but not 优势产业生态."""
    follows = alternatives(industry_words().group_follows)
    for word in words:
        if re.search(rf"{word}(?=$|[，、：:“”（(和与及]|{follows})", title):
            return word
    return ""


def _lists_industries(outline: Outline, clause: Clause) -> bool:
    kinds = {child.kind for child in outline.children(clause)}
    if kinds & {"item", "section", "box", "entry"}:
        return True
    return bool(_headed_industries(outline, clause) or _listed_industries(outline, clause))


def _headed_industries(outline: Outline, clause: Clause) -> list[Clause]:
    """Sections and items below a clause, else paragraphs headed by a name (汽车产业。…)."""
    children = outline.children(clause)
    below = [c for c in children if c.kind in ("section", "item")]
    if below or any(c.kind in ("box", "entry") for c in children):
        return below
    leads = [c for c in children if c.kind == "paragraph" and not orders(c.title)]
    return [c for c in _fields_among(leads) if "，" not in c.title]


def _below_group(tree: Tree, outline: Outline, clause: Clause, group: Industry) -> None:
    items = _headed_industries(outline, clause)
    boxes = [c for c in outline.children(clause) if c.kind == "box"]
    entries = [e for c in (*boxes, clause) for e in outline.children(c) if e.kind == "entry"]
    for item in items:
        name = name_of(_title_phrase(tree.clean, outline, item))
        industry = tree.add("industry", group.group, name, item, group, "")
        tree.covers(*outline.span(item), industry)
        _fields_of_item(tree, outline, item, industry)
    if items:
        return
    names = _listed_industries(outline, clause)
    pairs = [(entry, _title_phrase(tree.clean, outline, entry)) for entry in entries]
    if not pairs:
        for name in names:
            tree.add("industry", group.group, name, clause, group, "")
        return
    for entry, title in pairs:
        name = _same_name(title, names) or title
        industry = tree.add("industry", group.group, name, _holder(clause, entry, name), group, "")
        tree.covers(*outline.span(entry), industry)
        _field(tree, outline, entry, industry)


def _holder(clause: Clause, entry: Clause, name: Phrase) -> Clause:
    """A name taken from the section's own list belongs to the section, not to the box."""
    return entry if entry.title == name.text and name.start >= entry.start else clause


def _same_name(title: Phrase, names: list[Phrase]) -> Phrase | None:
    key = _key(title.text)
    return next((name for name in names if _key(name.text) == key), None)


def _fields_of_item(tree: Tree, outline: Outline, item: Clause, industry: Industry) -> None:
    boxes = [child for child in outline.children(item) if child.kind == "box"]
    holders = [*boxes, item]
    entries = [e for holder in holders for e in outline.children(holder) if e.kind == "entry"]
    below = [c for c in outline.children(item) if c.kind in ("section", "item")]
    leads = [c for c in outline.children(item) if c.kind == "paragraph"]
    entries, below, leads = map(_fields_among, (entries, below, leads))
    for clause in entries or below or leads:
        _field(tree, outline, clause, industry)
    if not (entries or below or leads):
        for name in _focus_list(tree.clean, outline, item):
            tree.add("field", industry.group, name, item, industry, "")


def _fields_among(clauses: list[Clause]) -> list[Clause]:
    """Clauses that name fields; 发展目标, 空间布局 and the like name aspects."""
    aspects = industry_words().aspects
    return [clause for clause in clauses if clause.title not in aspects]


def _field(tree: Tree, outline: Outline, clause: Clause, industry: Industry) -> None:
    title = name_of(_title_phrase(tree.clean, outline, clause))
    node = tree.add("field", industry.group, title, clause, industry, "")
    tree.covers(*outline.span(clause), node)
    start, end = outline.body(clause)
    body = Phrase(tree.clean.text[start:end], start)
    position = body.start
    owner = node
    for name, begin, stop in segments(body):
        _products(tree, clause, owner, position, begin)
        segment = tree.add("segment", industry.group, name, clause, node, "s")
        tree.covers(begin, stop, segment)
        _products(tree, clause, segment, max(begin, name.end), stop)
        owner, position = node, stop
    _products(tree, clause, owner, position, body.end)


def _products(tree: Tree, clause: Clause, owner: Industry, start: int, end: int) -> None:
    known = {node.name for node in tree.children(owner)}
    for sentence in sentences(tree.clean.text, [(start, end)]):
        for name in products(sentence):
            if name.text not in known and name.text != owner.name:
                known.add(name.text)
                tree.add("product", owner.group, name, clause, owner, "p")


def _title_phrase(clean: CleanText, outline: Outline, clause: Clause) -> Phrase:
    """The clause's title where it stands in the clean text."""
    start, end = outline.span(clause)
    at = clean.text.find(clause.title, start, end)
    return Phrase(clause.title, max(at, start))


def _listed_industries(outline: Outline, clause: Clause) -> list[Phrase]:
    """Industries that the section's own prose lists after 重点发展 and the like."""
    text = outline.clean.text
    found: list[Phrase] = []
    verb = re.compile(rf"(?:{alternatives(industry_words().develop)})")
    for sentence in sentences(text, outline.own(clause)):
        for part in clauses(sentence):
            match = verb.match(part.text) or verb.search(part.text)
            if not match:
                continue
            rest = part.cut(match.end())
            stop = re.search(r"等", rest.text)
            body = rest.cut(0, stop.start()) if stop else rest
            items = listed(body)
            if len(items) >= 3 or (found and stop) or part.text.startswith("大力发展"):
                found += [without_ends(name_of(item), ("等",)) for item in items]
    return [name for name in found if 2 <= len(name.text) <= 20]


def _focus_list(clean: CleanText, outline: Outline, item: Clause) -> list[Phrase]:
    """Fields an industry's prose focuses on: 聚焦A、B、C等领域."""
    pattern = re.compile(r"(?:聚焦|重点发展|围绕|主攻|重点布局)")
    for sentence in sentences(clean.text, outline.own(item)):
        for part in split(sentence, "，："):
            match = pattern.search(part.text)
            if not match:
                continue
            rest = part.cut(match.end())
            stop = re.search(r"等|[一二三四五六七八九十两\d]+大领域|领域", rest.text)
            names = listed(rest.cut(0, stop.start()) if stop else rest)
            if len(names) >= 2:
                return [n for n in names if 2 <= len(n.text) <= 16]
    return []
