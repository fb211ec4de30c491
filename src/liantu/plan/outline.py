"""The outline of a plan: chapters, sections, items, boxes, entries, headed paragraphs.

Numbering styles nest by the order in which they are met, so that 一、（一）1. and
第一章 第一节 一、 are read alike.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property

from liantu.plan.boxes import BoxWatch
from liantu.plan.layout import CleanText, Paragraph
from liantu.plan.lexicon import outline_words
from liantu.plan.lines import (
    FULL_STOP,
    HEADING,
    PUNCTUATION,
    TERMINAL,
    heading_style,
    is_cell,
    is_table_row,
)
from liantu.plan.numbering import box_number, heading_number, printed_number
from liantu.plan.package import Clause, ClauseKind

_RANK = {style: rank for rank, style in enumerate(HEADING)}
_LEAD = re.compile(
    r"(?:[一二三四五六七八九]是)?(?P<title>(?!到|截至|其中)[^。；：\d]{4,24})。(?=.{6})", re.DOTALL
)
_ENTRY = re.compile(
    r"(?:——|──|--|[●•◆■▲★▪◇□○]|0\d|\d{1,2}\s?[.、]|[（(]\d{1,2}[)）]|[①-⑳])\s*"
    r"(?P<title>[^。：:\n]{1,40})[。：:]?"
)
_ENTRY_STYLES = frozenset({"entry", "bullet", "arabic", "arabic_round", "circled"})
_ALONE = re.compile(r"(?P<title>[^，。；：、\d]{4,20}(?:、[^，。；：\d]{2,12})*)[。：]$")
"""A box's entry headed by a line of its own."""
_SENTENCE_END = re.compile(r"[。！？；]")
_LONGEST_HEADING = 70


@dataclass
class _Node:
    """A clause being built, in clean offsets."""

    id: str
    label: str
    kind: ClauseKind
    title: str
    start: int
    heading_end: int
    end: int
    parent: _Node | None
    style: str = ""
    number: int = 0
    counts: dict[str, int] = field(default_factory=dict)

    def next_id(self, mark: str) -> str:
        self.counts[mark] = self.counts.get(mark, 0) + 1
        return f"{self.id}.{mark}{self.counts[mark]}"


@dataclass(frozen=True)
class Outline:
    """Clauses in text order with SOURCE offsets, and where each lies in the clean text."""

    clauses: tuple[Clause, ...]
    spans: tuple[tuple[int, int, int], ...]
    """(start, heading_end, end) of each clause in the clean text, in the same order."""
    clean: CleanText = field(repr=False)

    @cached_property
    def _index(self) -> dict[str, int]:
        return {clause.id: i for i, clause in enumerate(self.clauses)}

    @cached_property
    def _children(self) -> dict[str, list[Clause]]:
        children: dict[str, list[Clause]] = {}
        for clause in self.clauses:
            if clause.parent is not None:
                children.setdefault(clause.parent, []).append(clause)
        return children

    @cached_property
    def _starts(self) -> list[int]:
        return [span[0] for span in self.spans]

    def clause(self, clause_id: str) -> Clause:
        return self.clauses[self._index[clause_id]]

    def span(self, clause: Clause) -> tuple[int, int]:
        """Clean span of the whole clause, heading included."""
        start, _, end = self.spans[self._index[clause.id]]
        return start, end

    def body(self, clause: Clause) -> tuple[int, int]:
        """Clean span of the clause after its heading, clauses below it included."""
        _, heading_end, end = self.spans[self._index[clause.id]]
        return heading_end, end

    def body_text(self, clause: Clause) -> str:
        start, end = self.body(clause)
        return self.clean.text[start:end]

    def children(self, clause: Clause) -> list[Clause]:
        return self._children.get(clause.id, [])

    def own(self, clause: Clause) -> list[tuple[int, int]]:
        """Clean spans of the clause's body outside its boxes, sections and items."""
        position, end = self.body(clause)
        spans = []
        for child in self.children(clause):
            if child.kind in ("entry", "paragraph"):
                continue
            start, stop = self.span(child)
            if start > position:
                spans.append((position, start))
            position = max(position, stop)
        if position < end:
            spans.append((position, end))
        return spans

    def at(self, position: int) -> Clause | None:
        """Innermost clause that holds a clean offset."""
        for i in range(bisect_right(self._starts, position) - 1, -1, -1):
            if self.spans[i][2] > position:
                return self.clauses[i]
        return None

    def numbered_at(self, position: int) -> Clause | None:
        """Innermost chapter, section, item or box that holds a clean offset."""
        clause = self.at(position)
        while clause is not None and clause.kind in ("entry", "paragraph"):
            clause = self.clause(clause.parent) if clause.parent else None
        return clause


def outline(clean: CleanText) -> Outline:
    """Find every clause of a clean text."""
    builder = _Builder(clean)
    for paragraph in clean.paragraphs:
        builder.take(paragraph)
    builder.close(len(clean.text))
    builder.drop_lone_leads()
    spans = tuple((n.start, n.heading_end, n.end) for n in builder.nodes)
    return Outline(tuple(_clause(clean, node) for node in builder.nodes), spans, clean)


def _clause(clean: CleanText, node: _Node) -> Clause:
    start, end = clean.to_source(node.start, node.end)
    heading_end = clean.to_source(node.start, max(node.heading_end, node.start + 1))[1]
    return Clause(
        id=node.id,
        clause=node.label,
        start=start,
        end=end,
        kind=node.kind,
        title=node.title,
        parent=node.parent.id if node.parent else None,
        heading_end=heading_end,
    )


class _Builder:
    """Walks the paragraphs and keeps the stack of open clauses."""

    def __init__(self, clean: CleanText) -> None:
        self.clean = clean
        self.nodes: list[_Node] = []
        self.stack: list[_Node] = []
        """Open chapter, section, item … from outer to inner."""
        self.box: _Node | None = None
        self.entry: _Node | None = None
        self.watch = BoxWatch(clean)
        self.used: set[str] = set()
        self.last_end = 0

    def take(self, paragraph: Paragraph) -> None:
        text = self.clean.text[paragraph.start : paragraph.end]
        style = heading_style(text)
        if re.sub(r"\s", "", text) in outline_words().preface and not self._in_chapter():
            self._open_preface(paragraph, text)
        elif style == "box" or (style == "table" and self._heads_table(paragraph, text)):
            self._open_box(paragraph, text)
        elif style in _RANK and self._is_heading(style, text):
            self._open_numbered(paragraph, text, style)
        else:
            self._running_text(paragraph, text, style)
        self.last_end = paragraph.end

    def close(self, end: int) -> None:
        self._close_box(end)
        while self.stack:
            self.stack.pop().end = end

    def drop_lone_leads(self) -> None:
        """A first sentence with a comma is a heading only among others of its kind."""
        self.nodes = [
            node
            for node in self.nodes
            if node.kind != "paragraph"
            or "，" not in node.title
            or (node.parent is not None and node.parent.counts["p"] > 1)
        ]

    def _in_chapter(self) -> bool:
        return any(node.kind == "chapter" for node in self.nodes)

    def _is_heading(self, style: str, text: str) -> bool:
        """Numbered running text that is no heading: long, and stopped nowhere early."""
        first = _SENTENCE_END.split(text, maxsplit=1)[0]
        if len(first) > _LONGEST_HEADING:
            return False
        if style in ("arabic_round", "circled") and PUNCTUATION.search(text) is None:
            return len(text) <= _LONGEST_HEADING
        if style in ("part", "chapter", "section"):
            return not TERMINAL.search(text)
        number = heading_number(text)
        if self.box is not None and style in ("arabic", "arabic_round", "circled", "han_round"):
            return self._continues_outside(style, number)
        return number > 0

    def _continues_outside(self, style: str, number: int) -> bool:
        """Inside a box: does this number go on the count of the clauses around the box?"""
        for node in reversed(self.stack):
            if node.style == style:
                return number == node.number + 1
        return style != "arabic" and number == 1

    def _open_numbered(self, paragraph: Paragraph, text: str, style: str) -> None:
        self._close_box(paragraph.start)
        while self.stack and _RANK.get(self.stack[-1].style, -1) >= _RANK[style]:
            self.stack.pop().end = self.last_end
        self._close_unranked()
        parent = self.stack[-1] if self.stack else None
        number = heading_number(text)
        mark = self._mark(text, style)
        heading = self._heading_length(text)
        title = text[len(mark) : heading].strip(" 　。：:；\t")
        kind: ClauseKind = "chapter" if parent is None else "section"
        if parent is not None and (len(self.stack) >= 2 or style in ("arabic", "arabic_round")):
            kind = "item"
        label = (parent.label if parent else "") + printed_number(mark, style)
        node_id = f"{parent.id}.{number}" if parent else f"c{number}"
        self._push(_Node(
            self._unique(node_id), label, kind, title, paragraph.start,
            paragraph.start + heading, paragraph.end, parent, style, number,
        ))  # fmt: skip

    def _close_unranked(self) -> None:
        """A numbered chapter ends the preface."""
        while self.stack and self.stack[-1].style not in _RANK:
            self.stack.pop().end = self.last_end

    @staticmethod
    def _mark(text: str, style: str) -> str:
        found = HEADING[style].match(text)
        return found.group() if found else ""

    @staticmethod
    def _heading_length(text: str) -> int:
        """Length of the heading: the paragraph, or its first sentence where text runs on."""
        stop = re.search(r"[。；]", text)
        if stop and stop.end() < len(text):
            return stop.end()
        colon = re.search(r"[：:]", text)
        if not stop or not colon or colon.end() > 40:
            return len(text)
        return colon.end()

    def _open_preface(self, paragraph: Paragraph, text: str) -> None:
        self.close(self.last_end)
        title = re.sub(r"\s", "", text)
        self._push(_Node(
            self._unique("preface"), title, "preface", title, paragraph.start,
            paragraph.end, paragraph.end, None,
        ))  # fmt: skip

    def _open_box(self, paragraph: Paragraph, text: str) -> None:
        self._close_box(paragraph.start)
        printed, box_id, mark = box_number(text)
        heading = self._heading_length(text)
        title = text[mark:heading].strip(" 　：:。】")
        parent = self.stack[-1] if self.stack else None
        self.box = _Node(
            self._unique(box_id), printed, "box", title, paragraph.start,
            paragraph.start + heading, paragraph.end, parent,
        )  # fmt: skip
        self.nodes.append(self.box)
        before = [n.title for n in self.nodes if n.parent is parent and n.kind == "paragraph"]
        self.watch.open(paragraph, before, table=box_id.startswith("t"))

    def _heads_table(self, paragraph: Paragraph, text: str) -> bool:
        """Is this caption (表1 …) followed by cells, and not a mention in running text?"""
        if not text.startswith(("表", "附表")) or FULL_STOP.search(text):
            return False
        after = self.clean.text[paragraph.end + 1 : paragraph.end + 400].split("\n")[:3]
        return any(is_cell(line) or is_table_row(line) for line in after if line)

    def _running_text(self, paragraph: Paragraph, text: str, style: str) -> None:
        listed = self.box is not None and style in _ENTRY_STYLES and not is_table_row(text)
        alone = self.box is not None and bool(_ALONE.match(text)) and style == ""
        entry = style in ("entry", "bullet") or listed or alone
        lead = _LEAD.match(text)
        heading = lead.group("title") if lead and not entry else ""
        if self.box is not None and self.watch.ends_before(
            paragraph, entry=entry, heading=heading, alone=alone
        ):
            self._close_box(paragraph.start)
        if not self.stack and self.box is None:
            self._open_front(paragraph)
        holder = self.box or (self.stack[-1] if self.stack else None)
        if holder is None:
            return
        if self.entry is not None and (entry or self.box is None):
            self.entry = None
        if entry:
            self._open_entry(paragraph, text, holder)
        else:
            self._headed_paragraph(paragraph, text, holder)
        for node in (holder, self.entry):
            if node is not None:
                node.end = paragraph.end

    def _open_front(self, paragraph: Paragraph) -> None:
        """Text before the first heading: title page, foreword without a heading."""
        self._push(_Node(
            self._unique("front"), "文首", "preface", "文首", paragraph.start,
            paragraph.start, paragraph.end, None,
        ))  # fmt: skip

    def _open_entry(self, paragraph: Paragraph, text: str, holder: _Node) -> None:
        found = _ENTRY.match(text) or _ALONE.match(text)
        title = found.group("title").strip() if found else text[:40]
        length = found.end() if found else len(text)
        self.entry = _Node(
            self._unique(holder.next_id("e")), holder.label, "entry", title, paragraph.start,
            paragraph.start + length, paragraph.end, holder,
        )  # fmt: skip
        self.nodes.append(self.entry)

    def _headed_paragraph(self, paragraph: Paragraph, text: str, holder: _Node) -> None:
        found = _LEAD.match(text)
        if self.entry is not None or not found or holder.kind == "preface":
            return
        title = found.group("title")
        if title.count("，") > 2:
            return
        self.nodes.append(_Node(
            self._unique(holder.next_id("p")), holder.label, "paragraph", title,
            paragraph.start, paragraph.start + found.end(), paragraph.end, holder,
        ))  # fmt: skip

    def _push(self, node: _Node) -> None:
        self.nodes.append(node)
        self.stack.append(node)

    def _close_box(self, position: int) -> None:
        if self.box is not None:
            self.box.end = max(self.box.end, min(self.last_end, position))
        self.box, self.entry = None, None

    def _unique(self, wanted: str) -> str:
        """``wanted``, with ``x2``, ``x3`` … behind it where a plan repeats a number."""
        unique, repeat = wanted, 2
        while unique in self.used:
            unique, repeat = f"{wanted}x{repeat}", repeat + 1
        self.used.add(unique)
        return unique
