"""Undoes the layout of a printed plan and remembers where every character came from."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field, replace

from liantu.plan.furniture import without_furniture
from liantu.plan.joining import Joiner
from liantu.plan.lines import INVISIBLE, Line, display_width, fold, physical_lines

_RUN = re.compile(rf"[^\s{INVISIBLE}]+")
_BOUND = "%‰℃~–+"
_AFTER_FIGURE = ("左右", "以上", "以下", "以内")
"""Words that belong to the figure before them, even in a cell."""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph of the clean text, half-open clean offsets."""

    start: int
    end: int
    line_width: int
    """Columns of its widest physical line where it was set over several, else 0."""
    indent: int
    """Columns of blank before its first line in the source."""
    blanks: int
    """Blank lines before it in the source."""


@dataclass(frozen=True)
class CleanText:
    """Text without layout; ``to_source`` and ``from_source`` translate offsets."""

    text: str
    paragraphs: tuple[Paragraph, ...]
    source_length: int
    _clean: tuple[int, ...] = field(repr=False)
    """Clean offset at which each copied run starts."""
    _source: tuple[int, ...] = field(repr=False)
    """Source offset at which each copied run starts."""

    def to_source(self, start: int, end: int) -> tuple[int, int]:
        """Source span of the clean span ``start``..``end`` (half-open, monotone)."""
        if not 0 <= start <= end <= len(self.text):
            raise ValueError(f"span {start}..{end} is not within 0..{len(self.text)}")
        if start == end:
            point = self._point(start)
            return point, point
        return self._point(start), self._point(end - 1) + 1

    def from_source(self, start: int, end: int) -> tuple[int, int]:
        """Smallest clean span that holds every kept character of a source span."""
        low, high = self._first_at_or_after(start), self._first_at_or_after(end)
        return low, max(low, high)

    def _point(self, position: int) -> int:
        if position >= len(self.text):
            return self._point(len(self.text) - 1) + 1 if self.text else 0
        run = bisect_right(self._clean, position) - 1
        return self._source[run] + position - self._clean[run]

    def _first_at_or_after(self, source: int) -> int:
        run = bisect_right(self._source, source) - 1
        if run < 0:
            return 0
        limit = self._clean[run + 1] if run + 1 < len(self._clean) else len(self.text)
        return min(self._clean[run] + source - self._source[run], limit)

    def paragraph_at(self, position: int) -> Paragraph | None:
        """Paragraph that holds a clean offset."""
        at = bisect_left([p.end for p in self.paragraphs], position)
        return self.paragraphs[at] if at < len(self.paragraphs) else None


_MOST_PASSES = 6


def clean(text: str) -> CleanText:
    """Join broken lines, drop page furniture, fold full-width forms, close up numbers.

    Paragraphs are separated by ``"\\n"``; cells of a table row keep one blank or tab between
    them. Every kept character is one character of ``text`` (full-width forms folded). Passes
    are repeated until nothing more is undone, so that cleaning a clean text changes nothing;
    a plan needs one pass and a second that confirms it.
    """
    done = _pass(text)
    for _ in range(_MOST_PASSES):
        again = _pass(done.text)
        if again.text == done.text:
            break
        done = _composed(done, again)
    return done


def _pass(text: str) -> CleanText:
    lines = without_furniture(physical_lines(text))
    joiner = Joiner(lines)
    writer = _Writer(text)
    for first, last in joiner.paragraphs():
        writer.paragraph(lines[first:last], table=joiner.row[first])
    return CleanText(
        "".join(writer.pieces),
        tuple(writer.paragraphs),
        len(text),
        tuple(writer.clean),
        tuple(writer.source_starts),
    )


def _composed(outer: CleanText, inner: CleanText) -> CleanText:
    """``inner`` was cleaned from ``outer.text``: its offsets as offsets of the first source."""
    clean_starts: list[int] = []
    source_starts: list[int] = []
    for run, start in enumerate(inner._clean):
        stop = inner._clean[run + 1] if run + 1 < len(inner._clean) else len(inner.text)
        middle = inner._source[run]
        while start < stop:
            clean_starts.append(start)
            source_starts.append(outer._point(middle))
            at = bisect_right(outer._clean, middle)
            room = (outer._clean[at] if at < len(outer._clean) else len(outer.text)) - middle
            step = max(1, min(room, stop - start))
            start, middle = start + step, middle + step
    paragraphs = tuple(_like(outer, inner, paragraph) for paragraph in inner.paragraphs)
    return CleanText(
        inner.text, paragraphs, outer.source_length, tuple(clean_starts), tuple(source_starts)
    )


def _like(outer: CleanText, inner: CleanText, paragraph: Paragraph) -> Paragraph:
    """The paragraph of the later pass, set as the one it begins in was set."""
    first = outer.paragraph_at(inner.to_source(paragraph.start, paragraph.end)[0] + 1)
    if first is None:
        return paragraph
    return replace(first, start=paragraph.start, end=paragraph.end)


class _Writer:
    """Copies runs of characters and keeps the offset of each."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.pieces: list[str] = []
        self.clean: list[int] = []
        self.source_starts: list[int] = []
        self.paragraphs: list[Paragraph] = []
        self.length = 0
        self.end = 0
        """Source offset after the last copied run."""

    def _copy(self, piece: str, start: int) -> None:
        self.clean.append(self.length)
        self.source_starts.append(start)
        self.pieces.append(piece)
        self.length += len(piece)

    def paragraph(self, lines: list[Line], *, table: bool) -> None:
        if self.length:
            self._copy("\n", self.end)
        begin = self.length
        previous = ""
        for line in lines:
            broken = bool(previous)
            for run in _RUN.finditer(self.source, line.start, line.end):
                piece = fold(run.group())
                if previous:
                    gap = self.source[self.end : run.start()]
                    mark = self._between(previous, piece, gap, broken=broken, table=table)
                    if mark == "\t":
                        self._tabs(gap)
                    elif mark:
                        self._copy(mark, self._blank_in(gap))
                self._copy(piece, run.start())
                previous, broken = piece, False
                self.end = run.end()
        width = max(display_width(line.text) for line in lines) if len(lines) > 1 else 0
        first = lines[0]
        self.paragraphs.append(Paragraph(begin, self.length, width, first.indent, first.blanks))

    def _tabs(self, gap: str) -> None:
        """Every tab of a gap, so that an empty cell keeps its place in the row."""
        for at, char in enumerate(gap):
            if char == "\t":
                self._copy("\t", self.end + at)

    def _blank_in(self, gap: str) -> int:
        """Source offset of the blank in a gap that stands for it in the clean text."""
        at = next(i for i, char in enumerate(gap) if char not in INVISIBLE)
        return self.end + at

    @staticmethod
    def _between(left: str, right: str, gap: str, *, broken: bool, table: bool) -> str:
        """What stands between two runs: a blank, a tab or nothing."""
        if not gap.strip(INVISIBLE):
            return ""
        a, b = left[-1], right[0]
        if table and "\t" in gap:
            return "\t"
        if table:
            return "" if a.isdigit() and right.startswith(_AFTER_FIGURE) else " "
        if a > "\u2000" or b > "\u2000" or a in _BOUND or b in _BOUND:
            return ""
        if broken and (not (a.isalpha() and b.isalpha())):
            return ""
        return " "
