"""Runs and paragraphs of a paper as Word's elements."""

from __future__ import annotations

from collections.abc import Iterable

from liantu.documents.page_rules import PageRules
from liantu.documents.word.markup import Element, node, words
from liantu.systems.dispatch.paper import Heading, Paragraph, Run, Text

SOURCE_BOOKMARK = "source_{number}"
"""Bookmark of a line of the source list; a source mark in the text links to it."""


def paragraph(style: str, *children: Element, properties: Iterable[Element] = ()) -> Element:
    """A paragraph of a named style; ``properties`` override the style's."""
    return node("w:p", node("w:pPr", node("w:pStyle", val=style), *properties), *children)


def heading(block: Heading) -> Element:
    """Mark and words in one paragraph, as the standard writes them."""
    children = [run(Run(text=block.mark)), *(part for item in block.runs for part in runs(item))]
    return paragraph(f"Heading{block.level}", *children)


def body(block: Paragraph, rules: PageRules) -> Element:
    """A paragraph of text or a note under a table."""
    style = {"body": "BodyText", "note": "Note"}[block.style]
    return paragraph(style, *spelled(block.runs, rules))


def spelled(text: Text, rules: PageRules) -> list[Element]:
    """All elements of some runs, source marks included."""
    return [part for item in text for part in runs(item, rules)]


def runs(item: Run, rules: PageRules | None = None) -> list[Element]:
    """One run, followed by its source marks."""
    colour = rules.colours[item.light] if rules and item.light else ""
    return [run(item, colour), *marks(item.cites)]


def run(item: Run, colour: str = "") -> Element:
    """Text in the paragraph's fonts; the hint makes quotation marks full width."""
    properties = node("w:rPr", node("w:rFonts", hint="eastAsia"))
    if item.bold:
        properties.append(node("w:b"))
    if colour:
        properties.append(node("w:color", val=colour))
    lines = [words("w:t", line) for line in item.text.split("\n")]
    parts = [part for line in lines for part in (node("w:br"), line)][1:]
    return node("w:r", properties, *parts)


def marks(cites: tuple[int, ...]) -> list[Element]:
    """[1][3], each a link to its line in the source list."""
    return [
        node(
            "w:hyperlink",
            node(
                "w:r",
                node("w:rPr", node("w:rStyle", val="SourceMark")),
                words("w:t", f"[{number}]"),
            ),
            anchor=SOURCE_BOOKMARK.format(number=number),
        )
        for number in cites
    ]


def bookmark(number: int, *children: Element) -> list[Element]:
    """The children as the place that source mark ``number`` links to."""
    name = SOURCE_BOOKMARK.format(number=number)
    return [
        node("w:bookmarkStart", id=number, name=name),
        *children,
        node("w:bookmarkEnd", id=number),
    ]


def field(instruction: str, shown: str, properties: Element | None = None) -> list[Element]:
    """A field such as the page number, with the words shown until Word has counted."""

    def part(*children: Element) -> Element:
        element = node("w:r")
        if properties is not None:
            element.append(_copy(properties))
        element.extend(children)
        return element

    return [
        part(node("w:fldChar", fldCharType="begin")),
        part(words("w:instrText", f" {instruction} ")),
        part(node("w:fldChar", fldCharType="separate")),
        part(words("w:t", shown)),
        part(node("w:fldChar", fldCharType="end")),
    ]


def _copy(element: Element) -> Element:
    from copy import deepcopy

    return deepcopy(element)
