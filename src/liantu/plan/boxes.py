"""Where a box ends and running text resumes, read from how its paragraphs are set."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from liantu.plan.layout import CleanText, Paragraph
from liantu.plan.lexicon import alternatives, measure_words
from liantu.plan.lines import FULL_STOP

_REMARK = re.compile(r"[（(]?(?:注|备注|说明|[*＊①②])")
"""What stands below a table and belongs to it."""
_RATIO = 1.2
"""Boxes are set in smaller type, so that their lines hold at least so many times more."""


@cache
def _order() -> re.Pattern[str]:
    words = measure_words()
    return re.compile(rf"(?:{alternatives(words.adverbs)})?(?:{alternatives(words.verbs)})")


def orders(title: str) -> bool:
    """Does a paragraph's heading order something (推进…, 打造…) rather than name something?"""
    return bool(_order().match(title))


class BoxWatch:
    """Follows the paragraphs of one open box."""

    def __init__(self, clean: CleanText) -> None:
        self.clean = clean
        widths = Counter[int]()
        for paragraph in clean.paragraphs:
            if paragraph.line_width:
                widths[paragraph.line_width // 6] += paragraph.end - paragraph.start
        self.body_width = widths.most_common(1)[0][0] * 6 + 3 if widths else 0
        self._at = {p.start: i for i, p in enumerate(clean.paragraphs)}
        self._reset()

    def _reset(self) -> None:
        self.entries = 0
        self.others = 0
        self.narrow = False
        self.around_orders = False
        self.inside_names = False
        self.table = False

    def open(
        self, paragraph: Paragraph, headings_before: list[str], *, table: bool = False
    ) -> None:
        """A box, or a captioned table, begins; paragraphs before it are headed so."""
        self._reset()
        self.table = table
        self.around_orders = any(orders(title) for title in headings_before)
        following = self.clean.paragraphs[self._at[paragraph.start] + 1 :][:6]
        set_over_lines = [p.line_width for p in following if p.line_width]
        self.narrow = bool(set_over_lines) and self._is_small_type(set_over_lines[0])

    def ends_before(
        self, paragraph: Paragraph, *, entry: bool, heading: str, alone: bool = False
    ) -> bool:
        """Does running text resume with ``paragraph``, headed by ``heading``?

        ``alone`` marks an entry's heading on a line of its own: its text is still to come.
        """
        ends = self._ends(paragraph, entry=entry, heading=heading)
        if self._is_first():
            self.inside_names = bool(heading) and not orders(heading)
        if entry:
            self.entries += 1
        if alone or not entry:
            self.others += 1
        return ends

    def _ends(self, paragraph: Paragraph, *, entry: bool, heading: str) -> bool:
        if self.table:
            text = self.clean.text[paragraph.start : paragraph.end]
            return bool(FULL_STOP.search(text)) and not _REMARK.match(text)
        if entry or self._is_first():
            return False
        if self.narrow:
            width = self._width_from(paragraph)
            return bool(width) and not self._is_small_type(width)
        if self.around_orders and self.inside_names and orders(heading):
            return True
        return bool(self.entries and not self.others)

    def _is_first(self) -> bool:
        return self.entries + self.others == 0

    def _is_small_type(self, width: int) -> bool:
        return self.body_width > 0 and width >= _RATIO * self.body_width

    def _width_from(self, paragraph: Paragraph) -> int:
        """Line width of the paragraph, or of the next one that is set over several lines."""
        at = self._at[paragraph.start]
        for following in self.clean.paragraphs[at : at + 4]:
            if following.line_width:
                return following.line_width
        return 0
