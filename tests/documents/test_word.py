"""The Word file: measures of GB/T 9704, fonts by name, tables that stay tables, safe text."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from io import BytesIO

import docx
import pytest
from docx.oxml.ns import qn
from lxml import etree
from sample_boards import board, edition, hostile, many, sample_targets, state

from liantu.documents.page_rules import page_rules, twips
from liantu.documents.word import word
from liantu.systems.dispatch.paper import Letterhead, text

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str) -> etree._Element:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return etree.fromstring(archive.read(name))


def values(element: etree._Element, tag: str) -> dict[str, str]:
    found = element.find(f".//{W}{tag}")
    assert found is not None, tag
    return {key.removeprefix(W): value for key, value in found.attrib.items()}


def sections(content: bytes) -> list[etree._Element]:
    return list(part(content, "word/document.xml").iter(f"{W}sectPr"))


@pytest.fixture(scope="module")
def final() -> bytes:
    return word(edition("final", letterhead=Letterhead(copies_to="市委办公厅")))


def test_every_part_is_well_formed_xml(final: bytes) -> None:
    with zipfile.ZipFile(BytesIO(final)) as archive:
        for name in archive.namelist():
            if name.endswith((".xml", ".rels")):
                etree.fromstring(archive.read(name))


ORDERS = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr pBdr shd tabs"
    " snapToGrid spacing ind jc textDirection textAlignment outlineLvl rPr sectPr",
    "rPr": "rStyle rFonts b i color spacing kern sz szCs vertAlign lang",
    "tblPr": "tblStyle tblpPr tblW jc tblInd tblBorders shd tblLayout tblCellMar",
    "tcPr": "tcW gridSpan vMerge tcBorders shd noWrap tcMar textDirection vAlign",
    "sectPr": "headerReference footerReference type pgSz pgMar cols docGrid",
    "settings": "zoom bordersDoNotSurroundHeader bordersDoNotSurroundFooter defaultTabStop"
    " evenAndOddHeaders drawingGridVerticalSpacing characterSpacingControl compat themeFontLang",
    "style": "name basedOn next uiPriority qFormat pPr rPr tblPr",
    "tblBorders": "top left bottom right insideH insideV",
    "tblCellMar": "top left bottom right",
}
"""Order in which the schema of WordprocessingML wants children; Word refuses some others."""


def test_properties_stand_in_the_order_of_the_schema(final: bytes) -> None:
    with zipfile.ZipFile(BytesIO(final)) as archive:
        names = [n for n in archive.namelist() if re.match(r"word/[a-z]+\d*\.xml", n)]
        roots = [etree.fromstring(archive.read(n)) for n in names]
    seen = set()
    for root in roots:
        for element in root.iter():
            tag = str(element.tag).removeprefix(W)
            if tag not in ORDERS:
                continue
            wanted = ORDERS[tag].split()
            children = [str(child.tag).removeprefix(W) for child in element]
            if tag == "sectPr":
                children = [c for c in children if not c.endswith("Reference")]
            assert [c for c in wanted if c in children] == children, f"{tag}: {children}"
            seen.add(tag)
    assert seen == ORDERS.keys()


def test_page_is_a4_with_the_standards_borders(final: bytes) -> None:
    last = sections(final)[-1]
    assert values(last, "pgSz") == {"w": "11906", "h": "16838"}
    margins = values(last, "pgMar")
    wanted = {"top": 37, "bottom": 35, "left": 28, "right": 26}
    assert {side: int(margins[side]) for side in wanted} == {
        side: twips(mm) for side, mm in wanted.items()
    }


def test_grid_holds_22_lines_of_28_characters(final: bytes) -> None:
    last = sections(final)[-1]
    assert values(last, "docGrid") == {
        "type": "linesAndChars",
        "linePitch": "580",
        "charSpace": "-848",
    }
    rules = page_rules()
    height = twips(rules.page.text_height_mm)
    assert 22 * rules.grid.exact_line_twips <= height < 23 * rules.grid.exact_line_twips
    pitch = rules.sizes.text + rules.grid.character_space / 4096
    width = twips(rules.page.text_width_mm) / 20
    assert 28 * pitch == pytest.approx(width, abs=0.2)
    # Not by the grid, which programs keep to each in its own way: by the text's own spacing.
    own = rules.sizes.text + rules.grid.character_twips / 20
    assert 28 * own <= width < 29 * own
    styles = part(final, "word/styles.xml")
    normal = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == "Normal")
    assert values(normal, "snapToGrid") == {"val": "0"}


def test_a_page_across_is_an_upright_one_turned(final: bytes) -> None:
    across = next(s for s in sections(final) if values(s, "pgSz").get("orient") == "landscape")
    margins = values(across, "pgMar")
    assert int(margins["top"]) == twips(28)
    assert int(margins["right"]) == twips(37)
    assert int(margins["bottom"]) == twips(26)
    assert int(margins["left"]) == twips(35)


def test_fonts_are_named_with_fallbacks_and_not_bundled(final: bytes) -> None:
    table = part(final, "word/fontTable.xml")
    alternatives = {
        font.get(f"{W}name"): values(font, "altName")["val"] for font in table.iter(f"{W}font")
    }
    assert "仿宋" in alternatives["仿宋_GB2312"].split(",")
    assert "楷体" in alternatives["楷体_GB2312"].split(",")
    assert {"方正小标宋简体", "黑体", "宋体"} <= alternatives.keys()
    with zipfile.ZipFile(BytesIO(final)) as archive:
        assert not [n for n in archive.namelist() if n.endswith((".odttf", ".ttf", ".otf"))]


@pytest.mark.parametrize(
    ("style", "font", "half_points"),
    [
        ("Normal", "仿宋_GB2312", "32"),
        ("Title", "方正小标宋简体", "44"),
        ("Heading1", "黑体", None),
        ("Heading2", "楷体_GB2312", None),
        ("Heading3", "仿宋_GB2312", None),
        ("Footer", "宋体", "28"),
    ],
)
def test_styles(final: bytes, style: str, font: str, half_points: str | None) -> None:
    styles = part(final, "word/styles.xml")
    found = next(s for s in styles.iter(f"{W}style") if s.get(f"{W}styleId") == style)
    assert values(found, "rFonts")["eastAsia"] == font
    if half_points:
        assert values(found, "sz")["val"] == half_points


def test_text_stands_on_a_fixed_pitch_and_is_indented_two_characters(final: bytes) -> None:
    styles = {s.get(f"{W}styleId"): s for s in part(final, "word/styles.xml").iter(f"{W}style")}
    spacing = values(styles["Normal"], "spacing")
    assert (spacing["line"], spacing["lineRule"]) == ("579", "exact")
    assert values(styles["BodyText"], "ind")["firstLineChars"] == "200"


def test_page_number_right_on_odd_left_on_even_pages(final: bytes) -> None:
    settings = part(final, "word/settings.xml")
    assert settings.find(f"{W}evenAndOddHeaders") is not None
    references = {
        r.get(f"{W}type"): r.get(qn("r:id"))
        for r in sections(final)[-1].iter(f"{W}footerReference")
    }
    relations = {r.get("Id"): r.get("Target") for r in part(final, "word/_rels/document.xml.rels")}
    for side, edge in (("default", "right"), ("even", "left")):
        footer = part(final, f"word/{relations[references[side]]}")
        assert values(footer, "jc")["val"] == edge
        assert values(footer, "ind")[f"{edge}Chars"] == "100"
        assert "".join(footer.itertext()) == "—  PAGE 1 —"


def test_tables_repeat_their_head_and_fill_the_width(final: bytes) -> None:
    tables = docx.Document(BytesIO(final)).tables
    assert len(tables) > 8
    upright, across = twips(156), twips(225)
    for table in tables:
        if table._tbl.tblPr.find(qn("w:tblpPr")) is not None:
            continue  # the imprint, which has no head
        head = table.rows[0]._tr.trPr
        assert head.find(qn("w:tblHeader")) is not None
        widths = [int(c.get(qn("w:w"))) for c in table._tbl.tblGrid]
        assert sum(widths) in (upright, across)


def test_words_are_those_of_the_edition_and_nothing_else(final: bytes) -> None:
    made = edition("final", letterhead=Letterhead(copies_to="市委办公厅"))
    document = docx.Document(BytesIO(final))
    printed = [p.text for p in document.paragraphs] + [
        cell.text for table in document.tables for row in table.rows for cell in row.cells
    ]
    joined = "".join(printed)
    for run in made.paper.walk():
        assert run.text in joined
    known = numbers(run.text for run in made.paper.walk())
    known |= numbers(made.paper.title) | numbers([made.paper.subtitle, made.paper.dated])
    known |= numbers(
        block.caption for block in made.paper.every_block() if hasattr(block, "caption")
    )
    known |= {str(n) for n in range(1, 40)}  # marks of headings, annexes and sources
    assert numbers(printed) <= known


def numbers(texts: Iterator[str] | list[str] | tuple[str, ...]) -> set[str]:
    return {found for one in texts for found in re.findall(r"\d[\d,.]*\d|\d", one)}


def test_each_source_mark_leads_to_its_source(final: bytes) -> None:
    body = part(final, "word/document.xml")
    anchors = {link.get(f"{W}anchor") for link in body.iter(f"{W}hyperlink")}
    places = {mark.get(f"{W}name") for mark in body.iter(f"{W}bookmarkStart")}
    assert anchors
    assert anchors <= places


def test_chart_is_vector_with_a_picture_and_words(final: bytes) -> None:
    with zipfile.ZipFile(BytesIO(final)) as archive:
        media = [n for n in archive.namelist() if n.startswith("word/media/")]
        kinds = archive.read("[Content_Types].xml").decode()
        document = archive.read("word/document.xml").decode()
    assert len([n for n in media if n.endswith(".svg")]) == 2
    assert len([n for n in media if n.endswith(".png")]) == 2
    assert "image/svg+xml" in kinds
    assert "svgBlip" in document
    assert "规模效益：已达到1 未达到1" in document


def test_imprint_of_two_lines_is_a_table_at_the_foot_with_three_rules(final: bytes) -> None:
    body = part(final, "word/document.xml")
    tables = [t for t in body.iter(f"{W}tbl") if t.find(f"{W}tblPr/{W}tblpPr") is not None]
    (table,) = tables
    rows = ["".join(row.itertext()) for row in table.iter(f"{W}tr")]
    assert rows == ["抄送：市委办公厅。", "临江市（代拟稿）2026年1月15日印发"]
    assert values(table, "tblpPr")["tblpYSpec"] == "bottom"
    borders = table.find(f"{W}tblPr/{W}tblBorders")
    assert {str(b.tag).removeprefix(W): b.get(f"{W}sz") for b in borders} == {
        "top": "8",
        "bottom": "8",
        "insideH": "6",
    }


def test_imprint_of_one_line_is_framed_at_the_foot() -> None:
    body = part(word(edition("final")), "word/document.xml")
    (framed,) = [p for p in body.iter(f"{W}p") if p.find(f"{W}pPr/{W}framePr") is not None]
    assert "2026年1月15日印发" in "".join(framed.itertext())
    assert values(framed, "framePr")["yAlign"] == "bottom"


def test_red_head_only_where_the_office_gives_one() -> None:
    plain = part(word(edition("quarterly")), "word/document.xml")
    assert "C00000" not in etree.tostring(plain).decode()
    head = Letterhead(
        issuer="临江市经济和信息化局",
        red_head="临江市经济和信息化局文件",
        document_number="临经信〔2026〕3号",
        recipients="各区县人民政府",
    )
    body = part(word(edition("quarterly", letterhead=head)), "word/document.xml")
    said = "".join(body.itertext())
    assert "C00000" in etree.tostring(body).decode()
    for words in ("临江市经济和信息化局文件", "临经信〔2026〕3号", "各区县人民政府："):
        assert words in said
    assert "代拟稿" not in said


def test_issuer_is_never_invented() -> None:
    said = "".join(part(word(edition("final")), "word/document.xml").itertext())
    assert "临江市（代拟稿）" in said


def test_synthetic_data_are_labelled_in_every_header() -> None:
    made = word(edition("final", board(synthetic=True)))
    with zipfile.ZipFile(BytesIO(made)) as archive:
        headers = [n for n in archive.namelist() if re.fullmatch(r"word/header\d+\.xml", n)]
        said = ["".join(etree.fromstring(archive.read(n)).itertext()) for n in headers]
    assert len(said) == 4
    assert all("模拟数据" in one for one in said)
    referred = [s for s in sections(made) if len(s.findall(f"{W}headerReference")) == 2]
    assert len(referred) == len(sections(made))


def test_real_data_bear_no_such_label() -> None:
    made = word(edition("final"))
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert not any("模拟数据".encode() in archive.read(n) for n in archive.namelist())


def test_hostile_text_stays_text() -> None:
    content = word(hostile())
    document = docx.Document(BytesIO(content))
    said = "".join(c.text for t in document.tables for r in t.rows for c in r.cells)
    for one in ("=cmd|' /c calc'!A1", '#eval("1")', "<w:p/>", "*粗*", "{{7*7}}", "$x$"):
        assert one in said
    assert "\x00" not in said


def test_same_edition_same_bytes() -> None:
    made = edition("final")
    assert word(made) == word(made)


def test_no_time_but_the_editions_own() -> None:
    content = word(edition("final"))
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert {info.date_time for info in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        core = archive.read("docProps/core.xml").decode()
    assert core.count("2026-01-15T09:30:00Z") == 2
    assert "python-docx" not in core


def test_empty_board_and_200_targets_are_laid_out() -> None:
    bare = board(states=tuple(state(one.id) for one in sample_targets()), findings=())
    assert docx.Document(BytesIO(word(edition("quarterly", bare)))).tables
    large = docx.Document(BytesIO(word(edition("quarterly", many(200)))))
    full = next(t for t in large.tables if len(t.columns) == 10)
    assert len(full.rows) == 202
    assert text(edition("quarterly", many(200)).paper.blocks[0].runs) == "总体情况"


def test_red_head_stays_on_one_line() -> None:
    rules = page_rules()
    assert rules.red_head_size("临江市文件") == rules.sizes.red_head
    long = "临江市制造业高质量发展工作领导小组办公室文件"
    assert rules.red_head_size(long) * len(long) <= rules.page.text_width_mm / 25.4 * 72
    assert rules.red_head_size("") == rules.sizes.red_head
