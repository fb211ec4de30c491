"""Puts the parts of a Word file together."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO

import docx
from docx.document import Document
from docx.opc.oxml import serialize_part_xml
from docx.opc.packuri import PackURI

from liantu.documents.archive import settled
from liantu.documents.chart import draw
from liantu.documents.page_rules import PageRules, page_rules, twips
from liantu.documents.word import front, page
from liantu.documents.word.markup import Element, node
from liantu.documents.word.picture import picture
from liantu.documents.word.style import font_table, styles
from liantu.documents.word.table import table
from liantu.documents.word.text import body, heading, paragraph, run
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Annex, Block, Heading, Paragraph, Run, Table
from liantu.systems.dispatch.wording import Wording


def word(edition: Edition) -> bytes:
    """The edition as .docx; the same edition gives the same bytes."""
    writer = _Writer(edition)
    writer.write()
    written = BytesIO()
    writer.document.save(written)
    return settled(written.getvalue())


class _Writer:
    """One document under way: what has been written, and what parts it needs."""

    def __init__(self, edition: Edition) -> None:
        self.edition = edition
        self.paper = edition.paper
        self.rules: PageRules = page_rules()
        self.words = Wording(edition.kind)
        self.document: Document = docx.Document()
        self.body: Element = self.document.element.body
        self.pictures = 0
        self._prepare()
        self.upright = self._furniture(across=False)
        self.across = self._furniture(across=True)

    def _prepare(self) -> None:
        """Empty the template; our own styles and fonts in place of its."""
        for child in list(self.body):
            self.body.remove(child)
        part = self.document.part
        part._styles_part._element = styles(self.rules)
        page.settings(self.document)
        package = part.package
        for other in list(package.iter_parts()):
            if other.partname == "/word/fontTable.xml":
                other._blob = serialize_part_xml(font_table(self.rules))
        _drop(package, "/docProps/thumbnail.jpeg")
        self._properties()

    def _properties(self) -> None:
        core = self.document.core_properties
        made: datetime = self.edition.created_at
        core.title = "".join(self.paper.title)
        core.author = core.last_modified_by = self.paper.signed
        core.subject = self.edition.summary_en
        core.comments = self.edition.summary
        core.keywords = f"sha256:{self.edition.sha256}"
        core.created = core.modified = made.replace(tzinfo=None, microsecond=0)
        core.revision = 1
        core.language = "zh-CN"

    def _furniture(self, *, across: bool) -> list[page.Reference]:
        """Headers and footers, for odd and for even pages."""
        references: list[page.Reference] = []
        sides: tuple[page.Side, page.Side] = ("default", "even")
        for side in sides:
            header, relation = self.document.part.add_header_part()  # type: ignore[no-untyped-call]
            _fill(header, [page.label(self.paper.synthetic_label, self.rules)])
            references.append(("header", side, relation))
            footer, relation = self.document.part.add_footer_part()  # type: ignore[no-untyped-call]
            content = (
                page.number_across(side, self.rules) if across else [page.number(side, self.rules)]
            )
            _fill(footer, content)
            references.append(("footer", side, relation))
        return references

    def write(self) -> None:
        """Front, text, list of annexes, signature, annexes, imprint."""
        add = self.body.extend
        add(front.front(self.paper, self.rules))
        for block in self.paper.blocks:
            add(self._block(block, across=False))
        add(front.list_of_annexes(self.paper, self.words.word("annex")))
        add(front.signature(self.paper))
        across = False
        for number, annex in enumerate(self.paper.annexes, start=1):
            turned = annex.landscape != across
            if turned:
                self._end_section(across)
                across = annex.landscape
            add(self._annex(number, annex, new_page=not turned))
        if across:
            self._end_section(across)
        # The imprint hangs on the last paragraph: Word sets it at the foot of the last page.
        imprint_words = {key: self.words.word(key) for key in ("copies_to", "printed_on")}
        add(front.imprint(self.paper, imprint_words, self._width(across=False)))
        self.body.append(_hairline())
        self.body.append(page.section(self.rules, landscape=False, references=self.upright))

    def _end_section(self, across: bool) -> None:
        references = self.across if across else self.upright
        end = _hairline()
        end.pPr.append(page.section(self.rules, landscape=across, references=references))
        self.body.append(end)

    def _annex(self, number: int, annex: Annex, *, new_page: bool) -> list[Element]:
        single = len(self.paper.annexes) == 1
        mark = self.words.word("annex") + ("" if single else str(number))
        breaks = [node("w:pageBreakBefore")] if new_page else []
        title = paragraph(
            "Title", run(Run(text=annex.title)), properties=[node("w:outlineLvl", val=0)]
        )
        elements = [
            paragraph("AnnexMark", run(Run(text=mark)), properties=breaks),
            paragraph("BodyText", properties=[node("w:keepNext")]),
            title,
        ]
        for block in annex.blocks:
            elements += self._block(block, across=annex.landscape)
        return elements

    def _block(self, block: Block, *, across: bool) -> list[Element]:
        if isinstance(block, Heading):
            return [heading(block)]
        if isinstance(block, Paragraph):
            return [body(block, self.rules)]
        if isinstance(block, Table):
            caption = paragraph("Caption", run(Run(text=block.caption)))
            made = table(block, self.rules, text_width=self._width(across=across))
            return [*([caption] if block.caption else []), made, _hairline(120)]
        self.pictures += 1
        symbols = {light: self.words.word(f"symbol.{light}") for light in LIGHTS}
        drawn = draw(block, self.rules, symbols, self.edition.created_at.date())
        caption = paragraph(
            "Caption", run(Run(text=block.caption)), properties=[node("w:keepNext", val=0)]
        )
        return [picture(self.document, drawn, self.pictures, block.alt), caption]

    def _width(self, *, across: bool) -> int:
        rules = self.rules.page
        return twips(rules.text_height_mm if across else rules.text_width_mm)


LIGHTS = ("done", "normal", "watch", "behind", "unknown")


def _fill(part: object, content: list[Element]) -> None:
    element = part.element  # type: ignore[attr-defined]
    for child in list(element):
        element.remove(child)
    element.extend(content)


def _hairline(height: int = 20) -> Element:
    """A paragraph of next to no height: what Word asks for after a table or a section."""
    spacing = node("w:spacing", before=0, after=0, line=height, lineRule="exact")
    small = node("w:rPr", node("w:sz", val=2))
    return node("w:p", node("w:pPr", node("w:snapToGrid", val=0), spacing, small))


def _drop(package: object, name: str) -> None:
    """Take a part of the template out of the package."""
    for key, relation in list(package.rels.items()):  # type: ignore[attr-defined]
        if not relation.is_external and relation.target_part.partname == PackURI(name):
            del package.rels[key]  # type: ignore[attr-defined]
