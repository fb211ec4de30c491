"""Tables that stay tables: editable, header repeated on each page, no row broken in two."""

from __future__ import annotations

import itertools

from docx.oxml.ns import qn

from liantu.documents.page_rules import PageRules
from liantu.documents.word.markup import Element, node
from liantu.documents.word.text import bookmark, paragraph, run, spelled
from liantu.systems.dispatch.paper import Align, Column, Row, Run, Table

OUTER, INNER = 8, 4
"""Widths of rules. [1/8 pt]"""
HEAD_SHADE, GROUP_SHADE = "F2F2F2", "F8F8F8"


def table(block: Table, rules: PageRules, *, text_width: int) -> Element:
    """``text_width`` is the width between the margins. [twips]"""
    widths = shares(block.columns, text_width)
    small = block.size == "small"
    element = node("w:tbl", _properties(text_width))
    element.append(node("w:tblGrid", *(node("w:gridCol", w=width) for width in widths)))
    element.append(_head(block.columns, widths, "SmallHead" if small else "TableHead"))
    style = "SmallText" if small else "TableText"
    together = _short(block, rules)
    for place, row in enumerate(block.rows, start=1):
        if row.group:
            element.append(_group(row, sum(widths), len(widths), rules, style))
        else:
            element.append(_row(row, block.columns, widths, rules, style, block.lists_sources))
        if together and place < len(block.rows):
            _keep_with_next(element[-1])
    return element


def _short(block: Table, rules: PageRules) -> bool:
    """Does the table stay on one page?"""
    length = sum(len(item.text) for row in block.rows for cell in row.cells for item in cell)
    few = len(block.rows) <= rules.tables.rows_together
    return few and length <= rules.tables.characters_together


def _keep_with_next(row: Element) -> None:
    for words in row.iter(qn("w:p")):
        if words.pPr.find(qn("w:keepNext")) is None:
            words.pPr.insert(1, node("w:keepNext"))


def shares(columns: tuple[Column, ...], text_width: int) -> list[int]:
    """Widths of the columns, filling ``text_width`` exactly. [twips]"""
    total = sum(column.width for column in columns)
    edges = [0]
    reached = 0.0
    for column in columns:
        reached += column.width
        edges.append(round(text_width * reached / total))
    return [right - left for left, right in itertools.pairwise(edges)]


def _properties(text_width: int) -> Element:
    sides = (
        ("top", OUTER),
        ("left", INNER),
        ("bottom", OUTER),
        ("right", INNER),
        ("insideH", INNER),
        ("insideV", INNER),
    )
    borders = (
        node(f"w:{side}", val="single", sz=width, space=0, color="000000") for side, width in sides
    )
    return node(
        "w:tblPr",
        node("w:tblW", w=text_width, type="dxa"),
        node("w:jc", val="center"),
        node("w:tblBorders", *borders),
        node("w:tblLayout", type="fixed"),
        node(
            "w:tblCellMar",
            node("w:left", w=70, type="dxa"),
            node("w:right", w=70, type="dxa"),
        ),
    )


def _head(columns: tuple[Column, ...], widths: list[int], style: str) -> Element:
    row = node("w:tr", node("w:trPr", node("w:cantSplit"), node("w:tblHeader")))
    for column, width in zip(columns, widths, strict=True):
        # A head keeps with the row below it, or it could end a page alone.
        words = paragraph(style, run(Run(text=column.title)), properties=[node("w:keepNext")])
        row.append(_cell(width, words, shade=HEAD_SHADE))
    return row


def _row(
    row: Row,
    columns: tuple[Column, ...],
    widths: list[int],
    rules: PageRules,
    style: str,
    sources: bool,
) -> Element:
    longest = max((sum(len(item.text) for item in cell) for cell in row.cells), default=0)
    properties = [] if longest > rules.tables.long_cell else [node("w:cantSplit")]
    element = node("w:tr", node("w:trPr", *properties))
    for place, (cell, column, width) in enumerate(zip(row.cells, columns, widths, strict=True)):
        children = spelled(cell, rules)
        if sources and place == 0:
            children = bookmark(int(cell[0].text), *children)
        words = paragraph(style, *children, properties=[_align(column.align)])
        element.append(_cell(width, words))
    return element


def _group(row: Row, width: int, span: int, rules: PageRules, style: str) -> Element:
    words = paragraph(style, *spelled(row.cells[0], rules), properties=[node("w:keepNext")])
    properties = node("w:trPr", node("w:cantSplit"))
    return node("w:tr", properties, _cell(width, words, shade=GROUP_SHADE, span=span))


def _cell(width: int, words: Element, *, shade: str = "", span: int = 1) -> Element:
    properties = node("w:tcPr", node("w:tcW", w=width, type="dxa"))
    if span > 1:
        properties.append(node("w:gridSpan", val=span))
    if shade:
        properties.append(node("w:shd", val="clear", color="auto", fill=shade))
    properties.append(node("w:vAlign", val="center"))
    return node("w:tc", properties, words)


def _align(align: Align) -> Element:
    return node("w:jc", val=align)
