"""Sections, page numbers and the label of synthetic data."""

from __future__ import annotations

from typing import Literal

from docx.document import Document
from docx.oxml.ns import qn

from liantu.documents.page_rules import Page, PageRules, twips
from liantu.documents.word.markup import Element, half_points, node, words
from liantu.documents.word.text import field, paragraph, run
from liantu.systems.dispatch.paper import Run

Side = Literal["default", "even"]
Reference = tuple[str, Side, str]
"""Header or footer, the pages it stands on, its relationship id."""

NUMBER_LINE = 320
"""Height of the line that holds a page number. [twips]"""
NUMBER_BOX = 1400
"""Length of the box of a page number set upright on a page across. [twips]"""


def section(rules: PageRules, *, landscape: bool, references: list[Reference]) -> Element:
    """Properties of a section. A page across is an upright one turned by 90°, head to the left
    border, so that its margins and its page number lie where those of the others lie."""
    page = rules.page
    top, right, bottom, left = page.top_mm, page.right_mm, page.bottom_mm, page.left_mm
    size: dict[str, int | str] = {"w": twips(page.width_mm), "h": twips(page.height_mm)}
    if landscape:
        top, right, bottom, left = page.left_mm, page.top_mm, page.right_mm, page.bottom_mm
        size = {"w": twips(page.height_mm), "h": twips(page.width_mm), "orient": "landscape"}
    element = node("w:sectPr")
    for kind, side, relation in references:
        reference = node(f"w:{kind}Reference", type=side)
        reference.set(qn("r:id"), relation)
        element.append(reference)
    element.append(node("w:type", val="nextPage"))
    element.append(node("w:pgSz", **size))
    element.append(
        node(
            "w:pgMar",
            top=twips(top),
            right=twips(right),
            bottom=twips(bottom),
            left=twips(left),
            header=twips(15 if landscape else 25),
            footer=twips(10) if landscape else _footer_distance(page),
            gutter=0,
        )
    )
    element.append(_grid(rules, landscape))
    return element


def _grid(rules: PageRules, landscape: bool) -> Element:
    if landscape:
        return node("w:docGrid", linePitch=rules.grid.line_pitch_twips)
    return node(
        "w:docGrid",
        type="linesAndChars",
        linePitch=rules.grid.line_pitch_twips,
        charSpace=rules.grid.character_space,
    )


def _footer_distance(page: Page) -> int:
    """From the paper's lower edge to the footer's, with the dash 7 mm below the text."""
    return twips(page.bottom_mm - page.number_below_text_mm) - NUMBER_LINE // 2


def settings(document: Document) -> None:
    """Odd and even pages differ; Word keeps to its present rules of layout."""
    element = document.settings.element
    for child in list(element):
        element.remove(child)
    element.append(node("w:zoom", percent=100))
    element.append(node("w:bordersDoNotSurroundHeader"))
    element.append(node("w:bordersDoNotSurroundFooter"))
    element.append(node("w:defaultTabStop", val=420))
    element.append(node("w:evenAndOddHeaders"))
    element.append(node("w:drawingGridVerticalSpacing", val=156))
    element.append(node("w:characterSpacingControl", val="compressPunctuation"))
    compat = node("w:compat", node("w:useFELayout"))
    uri = "http://schemas.microsoft.com/office/word"
    compat.append(node("w:compatSetting", name="compatibilityMode", uri=uri, val=15))
    element.append(compat)
    element.append(node("w:themeFontLang", val="en-US", eastAsia="zh-CN"))


def number(side: Side, rules: PageRules) -> Element:
    """— 1 —, one character in from the outer edge: right on odd pages, left on even ones."""
    edge = {"default": "right", "even": "left"}[side]
    indent = round(rules.sizes.page_number * 20)
    properties = [
        node("w:ind", **{f"{edge}Chars": 100, edge: indent}),
        node("w:jc", val=edge),
    ]
    return paragraph("Footer", *_numbered(), properties=properties)


def number_across(side: Side, rules: PageRules) -> list[Element]:
    """The same number on a page set across: turned, at the place it has on the others."""
    page = rules.page
    x = twips(page.bottom_mm - page.number_below_text_mm) - NUMBER_LINE // 2
    outer = rules.sizes.page_number * 20
    low = twips(page.width_mm - page.right_mm) - NUMBER_BOX - outer
    y = round(low if side == "default" else twips(page.left_mm) + outer)
    place = node(
        "w:tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="page",
        horzAnchor="page",
        tblpX=x,
        tblpY=y,
    )
    cell = node(
        "w:tc",
        node(
            "w:tcPr",
            node("w:tcW", w=NUMBER_LINE, type="dxa"),
            node("w:textDirection", val="tbRl"),
            node("w:vAlign", val="center"),
        ),
        paragraph(
            "Footer",
            *_numbered(),
            properties=[node("w:jc", val="right" if side == "default" else "left")],
        ),
    )
    box = node(
        "w:tbl",
        node(
            "w:tblPr",
            place,
            node("w:tblW", w=NUMBER_LINE, type="dxa"),
            node("w:tblLayout", type="fixed"),
            node("w:tblCellMar", node("w:left", w=0, type="dxa"), node("w:right", w=0, type="dxa")),
        ),
        node("w:tblGrid", node("w:gridCol", w=NUMBER_LINE)),
        node("w:tr", node("w:trPr", node("w:trHeight", val=NUMBER_BOX, hRule="exact")), cell),
    )
    return [box, paragraph("Footer")]


def _numbered() -> list[Element]:
    return [
        node("w:r", words("w:t", "— ")),
        *field("PAGE", "1"),
        node("w:r", words("w:t", " —")),
    ]


def label(words_of_label: str, rules: PageRules) -> Element:
    """The header of every page: empty, or the label of synthetic data."""
    if not words_of_label:
        return paragraph("Header")
    item = run(Run(text=words_of_label, bold=True), rules.colours["behind"])
    item.rPr.append(node("w:sz", val=half_points(rules.sizes.caption)))
    return paragraph("Header", item, properties=[node("w:jc", val="center")])
