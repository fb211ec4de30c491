"""What stands around the text of an official paper: head, title, signature, imprint."""

from __future__ import annotations

from liantu.documents.page_rules import PageRules
from liantu.documents.word.markup import Element, fonts, half_points, node, words
from liantu.documents.word.text import paragraph, run
from liantu.systems.dispatch.paper import Paper, Run

CHARACTER = 100
"""Word counts indents in hundredths of a character."""


def front(paper: Paper, rules: PageRules) -> list[Element]:
    """Red head where there is one, title, subtitle, addressees."""
    elements = _red_head(paper, rules)
    elements.append(paragraph("BodyText"))
    elements += [paragraph("Title", run(Run(text=line))) for line in paper.title]
    if paper.subtitle:
        elements.append(
            paragraph(
                "Normal",
                _faced(paper.subtitle, rules.fonts.heading2.name, rules),
                properties=[node("w:jc", val="center")],
            )
        )
    elements.append(paragraph("BodyText"))
    if paper.letterhead.recipients:
        elements.append(paragraph("Normal", run(Run(text=f"{paper.letterhead.recipients}："))))
    return elements


def _red_head(paper: Paper, rules: PageRules) -> list[Element]:
    head = paper.letterhead
    if not head.red_head:
        return []
    red = rules.colours["red_head"]
    name = node(
        "w:r",
        node(
            "w:rPr",
            fonts(rules.fonts.title.name, rules.fonts.title.name),
            node("w:color", val=red),
            node("w:sz", val=half_points(rules.red_head_size(head.red_head))),
        ),
        words("w:t", head.red_head),
    )
    centred = node("w:jc", val="center")
    spacing = node("w:spacing", before=1000, after=580, line=1000, lineRule="exact")
    line = node("w:pBdr", node("w:bottom", val="single", sz=18, space=8, color=red))
    return [
        paragraph("Normal", name, properties=[spacing, centred]),
        paragraph(
            "Normal",
            run(Run(text=head.document_number or " ")),
            properties=[line, node("w:jc", val="center")],
        ),
    ]


def list_of_annexes(paper: Paper, mark: str) -> list[Element]:
    """附件：1. … one line each, the names aligned, no full stop."""
    elements: list[Element] = []
    if not paper.annexes:
        return elements
    elements.append(paragraph("BodyText"))
    single = len(paper.annexes) == 1
    for number, annex in enumerate(paper.annexes, start=1):
        order = "" if single else f"{number}. "
        lead = f"{mark}：" if number == 1 else "　" * (len(mark) + 1)
        hanging = node("w:ind", leftChars=200, left=632)
        elements.append(
            paragraph(
                "Normal",
                run(Run(text=f"{lead}{order}{annex.title}")),
                properties=[node("w:keepNext"), hanging],
            )
        )
    return elements


def signature(paper: Paper) -> list[Element]:
    """The issuer centred over the date; the date four characters in from the right."""
    issuer, date = width(paper.signed), width(paper.dated)
    date_indent = 4.0
    issuer_indent = date_indent + (date - issuer) / 2
    if issuer_indent < 2:
        date_indent, issuer_indent = 2 + (issuer - date) / 2, 2.0
    return [
        paragraph("BodyText", properties=[node("w:keepNext")]),
        _right(paper.signed, issuer_indent, keep=True),
        _right(paper.dated, date_indent, keep=False),
    ]


def width(line: str) -> float:
    """Width in Chinese characters: Latin letters and digits count half."""
    return sum(0.5 if ord(letter) < 0x2000 else 1 for letter in line)


def _right(line: str, indent: float, *, keep: bool) -> Element:
    properties = [node("w:keepNext")] if keep else []
    properties.append(
        node("w:ind", rightChars=round(indent * CHARACTER), right=round(indent * 316))
    )
    properties.append(node("w:jc", val="right"))
    return paragraph("Normal", run(Run(text=line)), properties=properties)


def imprint(paper: Paper, words_of: dict[str, str], text_width: int) -> list[Element]:
    """版记: copies, printing office and date between rules, at the foot of the last page.

    One line is a framed paragraph; two are a floating table, which alone draws the inner rule
    in every program, and which a clerk extends by a row.
    """
    date = f"{paper.dated}{words_of['printed_on']}"
    printed = (paper.printed_by, date)
    copies = paper.letterhead.copies_to
    if not copies:
        return [_framed(*printed, text_width)]
    return [_floating((f"{words_of['copies_to']}：{copies}。", ""), printed, text_width)]


OUTER_RULE, INNER_RULE = 8, 6
"""Rules of the imprint: 0.35 mm outside, 0.25 mm between. [1/8 pt]"""


def _rules(tag: str, **sides: int) -> Element:
    lines = (
        node(f"w:{side}", val="single", sz=width, space=1 if tag == "w:pBdr" else 0, color="000000")
        for side, width in sides.items()
    )
    return node(tag, *lines)


def _framed(left: str, right: str, text_width: int) -> Element:
    frame = node(
        "w:framePr",
        w=text_width,
        hSpace=0,
        wrap="around",
        vAnchor="margin",
        hAnchor="margin",
        xAlign="center",
        yAlign="bottom",
    )
    return _imprint_line(left, right, [frame, _rules("w:pBdr", top=OUTER_RULE, bottom=OUTER_RULE)])


def _floating(copies: tuple[str, str], printed: tuple[str, str], text_width: int) -> Element:
    place = node(
        "w:tblpPr",
        leftFromText=0,
        rightFromText=0,
        vertAnchor="margin",
        horzAnchor="margin",
        tblpXSpec="center",
        tblpYSpec="bottom",
    )
    properties = node(
        "w:tblPr",
        place,
        node("w:tblW", w=text_width, type="dxa"),
        _rules("w:tblBorders", top=OUTER_RULE, bottom=OUTER_RULE, insideH=INNER_RULE),
        node("w:tblLayout", type="fixed"),
        node("w:tblCellMar", node("w:left", w=0, type="dxa"), node("w:right", w=0, type="dxa")),
    )
    rows = (
        node(
            "w:tr",
            node("w:trPr", node("w:cantSplit")),
            node(
                "w:tc",
                node("w:tcPr", node("w:tcW", w=text_width, type="dxa")),
                _imprint_line(*line, []),
            ),
        )
        for line in (copies, printed)
    )
    return node("w:tbl", properties, node("w:tblGrid", node("w:gridCol", w=text_width)), *rows)


def _imprint_line(left: str, right: str, properties: list[Element]) -> Element:
    one_in = node("w:ind", leftChars=100, left=280, rightChars=100, right=280)
    children = [run(Run(text=left))]
    if right:
        children += [node("w:r", node("w:tab")), run(Run(text=right))]
    return paragraph("Imprint", *children, properties=[*properties, one_in])


def _faced(line: str, face: str, rules: PageRules) -> Element:
    return node("w:r", node("w:rPr", fonts(face, rules.fonts.latin.name)), words("w:t", line))
