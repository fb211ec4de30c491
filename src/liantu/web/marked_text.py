"""A clause's text with its targets marked, for the plan reader.

The layout of the printed page is undone (lines joined, page numbers gone); offsets of the
package, which speak of the source, are carried over to the text that is shown.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any

from liantu.plan.layout import CleanText, clean
from liantu.plan.package import Clause


@dataclass(frozen=True)
class Piece:
    """A stretch of text; ``rows`` are the targets it is evidence for, ``anchors`` those new."""

    text: str
    rows: tuple[Any, ...]
    anchors: tuple[str, ...]


@dataclass(frozen=True)
class Shown:
    """One paragraph: a heading, or running text."""

    pieces: tuple[Piece, ...]
    heading: Clause | None


@lru_cache(maxsize=4)
def _clean(text: str) -> CleanText:
    """Undoing the layout takes longer than showing it: kept for the plans being read."""
    return clean(text)


def marked(
    text: str, chosen: Clause, below: Sequence[Clause], rows: Mapping[str, Any]
) -> list[Shown]:
    """Paragraphs of ``chosen`` with the evidence of ``rows`` (target id → row) marked."""
    read = _clean(text)
    start, end = read.from_source(chosen.start, chosen.end)
    headings = {read.from_source(item.start, item.heading_end): item for item in below}
    spans = [(*read.from_source(row.target.start, row.target.end), row) for row in rows.values()]
    seen: set[str] = set()
    return [
        _paragraph(read, max(item.start, start), min(item.end, end), spans, headings, seen)
        for item in read.paragraphs
        if item.start < end and item.end > start
    ]


def _paragraph(
    read: CleanText,
    start: int,
    end: int,
    spans: Sequence[tuple[int, int, Any]],
    headings: Mapping[tuple[int, int], Clause],
    seen: set[str],
) -> Shown:
    inside = [span for span in spans if span[0] < end and span[1] > start]
    cuts = sorted(
        {start, end, *(min(max(edge, start), end) for span in inside for edge in span[:2])}
    )
    pieces = []
    for left, right in pairwise(cuts):
        rows = tuple(row for low, high, row in inside if low <= left and right <= high)
        anchors = tuple(row.target.id for row in rows if row.target.id not in seen)
        seen.update(anchors)
        pieces.append(Piece(read.text[left:right], rows, anchors))
    return Shown(tuple(pieces), _heading(start, end, headings))


def _heading(start: int, end: int, headings: Mapping[tuple[int, int], Clause]) -> Clause | None:
    """The clause whose heading this paragraph is, whole or nearly so."""
    for (low, high), item in headings.items():
        if low >= start and high <= end and (high - low) >= 0.9 * (end - start):
            return item
    return None
