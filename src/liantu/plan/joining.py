"""Which physical lines belong to one paragraph.

A sentence that stops without punctuation goes on in the next line; where punctuation
alone cannot tell, the width of the lines around decides.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter

from liantu.plan.lines import (
    FULL_STOP,
    PUNCTUATION,
    TERMINAL,
    Line,
    display_width,
    ends_here,
    heading_style,
    is_cell,
    is_table_row,
    is_unfinished_prose,
)

_SLACK = 3
"""Columns by which a full line may fall short of the width it was set to."""
_INDENT = 3
"""Columns from which blank before a line counts as a paragraph's indent."""
_LEAD = re.compile(r"[^，。；：、\d]{4,18}。(?=.{4})")
"""A short sentence that opens a paragraph as its heading."""
_PAIRS = (("“", "”"), ("（", "）"), ("《", "》"), ("「", "」"), ("『", "』"))
_CLOSING = re.compile("[”）》」』]")
_QUOTES = "“”‘’"
"""Marks set one column wide in some type and two in other."""
_MOST = 0.75
"""Share of the width that a line before a long word may still fill."""
_WIDEST_INDENT = 8
"""Columns beyond which blank before a line means that it is centred."""
_HEADINGS = ("part", "chapter", "section", "han", "han_round", "arabic", "box", "table")


class Joiner:
    """Groups lines into paragraphs; holds the widths that the whole text shows."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.style = [heading_style(line.text) for line in lines]
        self.row = [is_table_row(line.text) for line in lines]
        self.width = [display_width(line.text) for line in lines]
        self.evidence = [i for i in range(len(lines) - 1) if self._shows_width(i)]
        self.wrapped = bool(self.evidence)
        self.indents_tell = self._indents_tell()
        self.reach = [self._reach(i) for i in range(len(lines))]
        quotes = [sum(line.text.count(mark) for mark in _QUOTES) for line in lines]
        self.least_reach = [r - q for r, q in zip(self.reach, quotes, strict=True)]
        spaced = sum(1 for line in lines[1:] if line.blanks)
        self.blanks_tell = 0 < spaced <= 0.5 * len(lines)
        self.run_in = self._run_in_styles()

    def paragraphs(self) -> list[tuple[int, int]]:
        """Half-open ranges of line indices, one for each paragraph."""
        ranges: list[tuple[int, int]] = []
        first = 0
        punctuated = False
        for i in range(len(self.lines)):
            punctuated = punctuated or bool(PUNCTUATION.search(self.lines[i].text))
            if i + 1 < len(self.lines) and self._joins(first, i, punctuated):
                continue
            ranges.append((first, i + 1))
            first, punctuated = i + 1, False
        return ranges

    def _shows_width(self, i: int) -> bool:
        """Does line ``i`` certainly run on, so that its width is the width of the page?"""
        return (
            self.style[i] not in _HEADINGS
            and not self.row[i]
            and not self.row[i + 1]
            and not self.style[i + 1]
            and is_unfinished_prose(self.lines[i].text)
        )

    def _indents_tell(self) -> bool:
        """Are paragraphs indented and the lines that go on with them not?"""
        indented = sum(1 for line in self.lines if line.indent >= _INDENT)
        going_on = sum(1 for i in self.evidence if self.lines[i + 1].indent < _INDENT)
        return indented >= 3 and bool(self.evidence) and going_on >= 0.8 * len(self.evidence)

    def _indented(self, i: int) -> bool:
        """Does an indent show that line ``i`` begins a paragraph?"""
        return self.indents_tell and self.lines[i].indent >= _INDENT

    def _reach(self, i: int) -> int:
        """Columns from the margin to the end of the line."""
        indent = self.lines[i].indent
        return self.width[i] + (indent if self.indents_tell and indent <= _WIDEST_INDENT else 0)

    def _goes_on_unindented(self, first: int, i: int) -> bool:
        """An indented paragraph's full line, followed by one without indent."""
        return (
            self.indents_tell
            and self.lines[first].indent >= _INDENT
            and self.lines[i + 1].indent < _INDENT
            and not self.style[i + 1]
            and self.reach[i] >= _MOST * self._page_width(first, i)
        )

    def _run_in_styles(self) -> set[str]:
        """Numbering styles whose headings mostly open a paragraph instead of standing alone."""
        alone: Counter[str] = Counter()
        running: Counter[str] = Counter()
        for line, style, width in zip(self.lines, self.style, self.width, strict=True):
            if style not in _HEADINGS:
                continue
            if "。" in line.text or "；" in line.text or line.text.endswith("，"):
                running[style] += 1
            elif width < 40 and not TERMINAL.search(line.text):
                alone[style] += 1
        return {style for style in running if running[style] > alone[style]}

    def _page_width(self, first: int, i: int) -> int:
        """Width the lines around ``i`` were set to; zero where nothing shows it."""
        if not self.wrapped:
            return 0
        if i > first:
            return max(self.least_reach[first:i])
        at = bisect_left(self.evidence, i)
        near = self.evidence[max(0, at - 1) : at + 1]
        return max(self.least_reach[k] for k in near)

    def _joins(self, first: int, i: int, punctuated: bool) -> bool:
        """Does line ``i + 1`` go on with the paragraph that holds ``first``..``i``?"""
        text = self.lines[i].text
        if self.row[i] or self.row[i + 1]:
            return False
        if self._bracket_goes_on(first, i):
            return True
        if self.style[first] in _HEADINGS and not self._is_run_in(first, i):
            return self._heading_goes_on(first, i)
        if ends_here(text) or (i > first and self._is_remark(first, i)):
            return self._sentence_end_joins(first, i)
        if punctuated:
            return not self.style[i + 1] or self._accident(first, i)
        if self._goes_on_unindented(first, i):
            return True
        if self.style[i + 1] or self._indented(i + 1):
            return False
        width = self._following_width(i)
        return width > 0 and self.reach[i] >= width - _SLACK - 5 and self.width[i + 1] > 4

    def _bracket_goes_on(self, first: int, i: int) -> bool:
        """A bracket or quotation mark opened here is closed by the next line."""
        following = self.lines[i + 1].text
        if self.style[i + 1] or not _CLOSING.search(following):
            return False
        text = "".join(line.text for line in self.lines[first : i + 1])
        return any(
            text.count(opening) == text.count(closing) + 1
            and closing in following
            and opening not in following[: following.index(closing)]
            for opening, closing in _PAIRS
        )

    def _is_remark(self, first: int, i: int) -> bool:
        """Do the lines make up one remark in brackets?"""
        opens, ends = self.lines[first].text[:1], self.lines[i].text[-1:]
        if opens not in "（(" or ends not in "）)":
            return False
        return ends_here("".join(line.text for line in self.lines[first : i + 1]))

    def _accident(self, first: int, i: int) -> bool:
        """A sentence runs on and only happens to break before what looks like a number."""
        if self.style[i + 1] in ("entry", "bullet", "box", "part", "chapter", "section"):
            return False
        if not self.wrapped:
            return False
        full = self.reach[i] >= self._page_width(first, i) - _SLACK
        return full and not self._indented(i + 1)

    def _is_run_in(self, first: int, i: int) -> bool:
        text = "".join(line.text for line in self.lines[first : i + 1])
        if "。" in text[:-1]:
            return True
        return self.style[first] in self.run_in and not FULL_STOP.search(text)

    def _heading_goes_on(self, first: int, i: int) -> bool:
        """A heading set over two lines: the first full, the second short and unstopped."""
        following = self.lines[i + 1].text
        width = self._following_width(i)
        if self._goes_on_unindented(first, i) and not TERMINAL.search(self.lines[i].text):
            return True
        return (
            i == first
            and width > 0
            and not TERMINAL.search(self.lines[i].text)
            and self.reach[i] >= 0.8 * width
            and self.width[i + 1] <= 0.65 * width
            and not self.style[i + 1]
            and not self._indented(i + 1)
            and not PUNCTUATION.search(following)
            and not (i + 2 < len(self.lines) and is_cell(self.lines[i + 2].text))
        )

    def _following_width(self, i: int) -> int:
        at = bisect_left(self.evidence, i)
        if at >= len(self.evidence):
            return 0
        return self.least_reach[self.evidence[at]]

    def _sentence_end_joins(self, first: int, i: int) -> bool:
        """The line ends with a stop: does the paragraph end with it too?"""
        following = self.lines[i + 1]
        width = self._page_width(first, i)
        if not width or self.style[i + 1] or self.reach[i] < width - _SLACK:
            return False
        if self.indents_tell:
            return following.indent < _INDENT
        if self.blanks_tell and following.blanks:
            return False
        stopped = bool(FULL_STOP.search(self.lines[i].text))
        if stopped and _LEAD.match(following.text):
            return False
        if FULL_STOP.search(following.text):
            return self.width[i + 1] <= 0.6 * width or not stopped
        return self.width[i + 1] >= width - _SLACK
