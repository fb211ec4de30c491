"""Styles and fonts of the Word file: named, so that a clerk changes a style and not a hundred
paragraphs, and built in where Word has one, so that the navigation pane shows the headings."""

from __future__ import annotations

from liantu.documents.page_rules import Font, PageRules, twips
from liantu.documents.word.markup import Element, fonts, half_points, node

INDENT = 200
"""First-line indent. [1/100 character]"""


def styles(rules: PageRules) -> Element:
    """The whole of ``word/styles.xml``."""
    root = node("w:styles")
    root.append(_defaults(rules))
    for style in _paragraph_styles(rules):
        root.append(style)
    for style in _other_styles():
        root.append(style)
    return root


def _defaults(rules: PageRules) -> Element:
    return node(
        "w:docDefaults",
        node(
            "w:rPrDefault",
            node(
                "w:rPr",
                fonts(rules.fonts.text.name, rules.fonts.latin.name),
                *_size(rules.sizes.text),
                node("w:lang", val="en-US", eastAsia="zh-CN", bidi="ar-SA"),
            ),
        ),
        node("w:pPrDefault"),
    )


def _paragraph_styles(rules: PageRules) -> list[Element]:
    return [*_text_styles(rules), *_table_styles(rules), *_margin_styles(rules)]


def _text_styles(rules: PageRules) -> list[Element]:
    """Text, headings of four levels, title, annex mark."""
    face, size, grid = rules.fonts, rules.sizes, rules.grid
    normal = _style("Normal", "Normal", None, default=True)
    pitch, both = _line(grid.exact_line_twips), node("w:jc", val="both")
    off = node("w:snapToGrid", val=0)
    normal.append(node("w:pPr", node("w:widowControl"), off, pitch, both))
    spaced = node("w:spacing", val=grid.character_twips)
    normal.append(node("w:rPr", fonts(face.text.name, face.latin.name), spaced, *_size(size.text)))
    result = [normal, _paragraph(rules, "BodyText", "Body Text", [_indent()])]
    for level, font in enumerate((face.heading1, face.heading2, face.text, face.text), start=1):
        properties = [node("w:keepNext"), _indent(), node("w:outlineLvl", val=level - 1)]
        result.append(
            _paragraph(rules, f"Heading{level}", f"heading {level}", properties, font=font)
        )
    centred = [node("w:keepNext"), *_tight(grid.title_line_twips), node("w:jc", val="center")]
    result.append(_paragraph(rules, "Title", "Title", centred, font=face.title, points=size.title))
    kept = [node("w:keepNext")]
    result.append(_paragraph(rules, "AnnexMark", "Annex Mark", kept, font=face.heading1))
    return result


def _table_styles(rules: PageRules) -> list[Element]:
    """Captions, notes, cells in two sizes."""
    face, size = rules.fonts, rules.sizes
    caption = [node("w:keepNext"), *_tight(400), node("w:jc", val="center")]
    note = [*_tight(300), node("w:jc", val="both")]
    result = [
        _paragraph(rules, "Caption", "caption", caption, font=face.heading1, points=size.caption),
        _paragraph(rules, "Note", "Note", note, points=size.note),
    ]
    for prefix, name, points, pitch in (
        ("Table", "Table", size.table, 290),
        ("Small", "Small Table", size.small_table, 250),
    ):
        head = [*_tight(pitch), node("w:jc", val="center")]
        result += [
            _paragraph(rules, f"{prefix}Text", f"{name} Text", _tight(pitch), points=points),
            _paragraph(
                rules, f"{prefix}Head", f"{name} Head", head, font=face.heading1, points=points
            ),
        ]
    return result


def _margin_styles(rules: PageRules) -> list[Element]:
    """Imprint, header, page number."""
    face, size = rules.fonts, rules.sizes
    imprint = [node("w:tabs", _right_tab(rules)), _line(420)]
    footer = [node("w:snapToGrid", val=0), _line(320)]
    return [
        _paragraph(rules, "Imprint", "Imprint", imprint, points=size.imprint),
        _paragraph(rules, "Header", "header", [_line(320)], points=size.note),
        _paragraph(
            rules,
            "Footer",
            "footer",
            footer,
            font=face.number,
            latin=face.number,
            points=size.page_number,
        ),
    ]


def _other_styles() -> list[Element]:
    mark = node("w:style", type="character", styleId="SourceMark")
    mark.append(node("w:name", val="Source Mark"))
    mark.append(node("w:qFormat"))
    mark.append(node("w:rPr", node("w:vertAlign", val="superscript")))
    table = node("w:style", type="table", default=1, styleId="TableNormal")
    table.append(node("w:name", val="Normal Table"))
    table.append(node("w:uiPriority", val=99))
    table.append(
        node(
            "w:tblPr",
            node("w:tblInd", w=0, type="dxa"),
            node(
                "w:tblCellMar",
                *(node(f"w:{side}", w=width, type="dxa") for side, width in _CELL_MARGIN),
            ),
        )
    )
    return [mark, table]


_CELL_MARGIN = (("top", 30), ("left", 70), ("bottom", 30), ("right", 70))


def _style(style_id: str, name: str, based_on: str | None, *, default: bool = False) -> Element:
    style = node("w:style", type="paragraph", styleId=style_id)
    if default:
        style = node("w:style", type="paragraph", default=1, styleId=style_id)
    style.append(node("w:name", val=name))
    if based_on:
        style.append(node("w:basedOn", val=based_on))
    style.append(node("w:qFormat"))
    return style


def _paragraph(
    rules: PageRules,
    style_id: str,
    name: str,
    properties: list[Element],
    *,
    font: Font | None = None,
    latin: Font | None = None,
    points: float | None = None,
) -> Element:
    style = _style(style_id, name, "Normal")
    style.append(node("w:pPr", *properties))
    run = node("w:rPr")
    if font is not None:
        run.append(fonts(font.name, (latin or rules.fonts.latin).name))
    if points is not None:
        run.extend([node("w:spacing", val=0), *_size(points)])
    if len(run):
        style.append(run)
    return style


def _indent() -> Element:
    # firstLine is what Word shows where it does not know characters: two of 15.79 pt.
    return node("w:ind", firstLineChars=INDENT, firstLine=632)


def _right_tab(rules: PageRules) -> Element:
    """At the right border of the text, one character in."""
    one_character = round(rules.sizes.imprint * 20)
    return node("w:tab", val="right", pos=twips(rules.page.text_width_mm) - one_character)


def _line(amount: int) -> Element:
    """A fixed pitch of lines. [twips]"""
    return node("w:spacing", before=0, after=0, line=amount, lineRule="exact")


def _tight(amount: int) -> list[Element]:
    """A pitch of its own: the page's grid does not hold here."""
    return [node("w:snapToGrid", val=0), _line(amount)]


def _size(points: float) -> list[Element]:
    return [node("w:sz", val=half_points(points)), node("w:szCs", val=half_points(points))]


def font_table(rules: PageRules) -> Element:
    """``word/fontTable.xml``: every font named, with the names to try where it is missing."""
    root = node("w:fonts")
    for font in rules.fonts.every():
        latin = font is rules.fonts.latin
        root.append(
            node(
                "w:font",
                node("w:altName", val=",".join(font.alternatives)),
                node("w:charset", val="00" if latin else "86"),
                node("w:family", val="roman" if font.pdf == "serif" else "modern"),
                node("w:pitch", val="variable" if latin else "fixed"),
                name=font.name,
            )
        )
    return root
