"""A clerk's own template: a Word document with names in double braces, filled from an edition.

``liantu report template`` writes one in the styles of GB/T 9704; the clerk changes words, fonts
and layout in Word or WPS and leaves the names. Filling computes nothing: every text comes from the
frozen edition. The template runs in a sandbox that knows the names below and nothing else.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.opc.exceptions import PackageNotFoundError
from docxtpl import DocxTemplate
from jinja2 import DictLoader, StrictUndefined, TemplateError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from liantu.documents.archive import settled
from liantu.documents.page_rules import page_rules
from liantu.documents.word import page
from liantu.documents.word.markup import node
from liantu.documents.word.style import styles
from liantu.errors import NotFound, UnreadableInput, UsageError, name_of
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Heading, Paragraph, Table, text

_LARGEST = 20 * 1024 * 1024
"""Bytes that a template may unpack to."""
NAMES = ("title", "subtitle", "recipients", "blocks", "tables", "signed", "dated", "number",
         "period", "vintage", "summary", "label", "copies_to", "printed_by")  # fmt: skip
"""Names that a template may use."""
_TABLE = ("table", "")


def write_template(path: Path) -> None:
    """Write the template that a clerk edits, in the styles of GB/T 9704."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(template())


def template() -> bytes:
    """Bytes of :func:`write_template`."""
    rules = page_rules()
    document = docx.Document()
    document.part._styles_part._element = styles(rules)
    page.settings(document)
    for child in list(document.element.body):
        document.element.body.remove(child)
    document.element.body.append(page.section(rules, landscape=False, references=[]))
    for style, words in (
        ("Normal", "{{ label }}"),
        ("Title", "{{ title }}"),
        ("Normal", "{{ subtitle }}"),
        ("Normal", "{%p if recipients %}"),
        ("Normal", "{{ recipients }}："),
        ("Normal", "{%p endif %}"),
        ("Normal", "{%p for block in blocks %}"),
        ("BodyText", "{{ block }}"),
        ("Normal", "{%p endfor %}"),
        ("Normal", "{%p for table in tables %}"),
        ("Caption", "{{ table.caption }}"),
        _TABLE,
        ("Normal", "{%p endfor %}"),
        ("Normal", "{{ signed }}"),
        ("Normal", "{{ dated }}"),
    ):
        if style == _TABLE[0]:
            _add_table(document)
            continue
        paragraph = document.add_paragraph(words)
        known = {each.style_id for each in document.styles}
        if style in known:
            paragraph.style = next(s for s in document.styles if s.style_id == style)
    written = BytesIO()
    document.save(written)
    return settled(written.getvalue())


def _add_table(document: Any) -> None:
    """A table whose columns and rows come from the edition."""
    rows = (
        ("{%tc for column in table.columns %}", "{{ column }}", "{%tc endfor %}"),
        ("{%tr for row in table.rows %}", "", ""),
        ("{%tc for cell in row %}", "{{ cell }}", "{%tc endfor %}"),
        ("{%tr endfor %}", "", ""),
    )
    made = document.add_table(rows=len(rows), cols=3)
    for line, cells in zip(made.rows, rows, strict=True):
        for cell, words in zip(line.cells, cells, strict=True):
            cell.text = words
    properties = made._tbl.tblPr
    borders = node("w:tblBorders", *(
        node(f"w:{side}", val="single", sz=4, space=0, color="auto")
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    ))  # fmt: skip
    properties.append(borders)


def fill_template(path: Path, edition: Edition) -> bytes:
    """The clerk's document with the edition's words in it; the same input, the same bytes.

    Raises:
        NotFound: there is no such file.
        UnreadableInput: it is no Word document.
        UsageError: it asks for a name that there is not, or is written wrongly.
    """
    _refuse_others(path)
    try:
        document = DocxTemplate(path)
        document.render(names_of(edition), _environment(), autoescape=True)
    except (PackageNotFoundError, zipfile.BadZipFile, KeyError) as error:
        raise _unreadable(path) from error
    except (TemplateError, ArithmeticError, TypeError, ValueError) as error:
        raise UsageError(
            f"模板 {name_of(path)} 无法填写：{error}。可用的名称为 {'、'.join(NAMES)}。",
            f"Template {name_of(path)} cannot be filled: {error}. Names: {', '.join(NAMES)}.",
        ) from error
    written = BytesIO()
    document.save(written)
    return settled(written.getvalue())


def names_of(edition: Edition) -> dict[str, Any]:
    """Everything that a template may name: texts, and lists of texts."""
    paper, head = edition.paper, edition.paper.letterhead
    blocks = [
        f"{block.mark}{text(block.runs)}" if isinstance(block, Heading) else text(block.runs)
        for block in paper.blocks
        if isinstance(block, Heading | Paragraph)
    ]
    tables = [
        {
            "caption": block.caption,
            "columns": [column.title for column in block.columns],
            "rows": [[text(cell) for cell in row.cells] for row in block.rows],
        }
        for block in paper.every_block()
        if isinstance(block, Table)
    ]
    return {
        "title": "".join(paper.title), "subtitle": paper.subtitle, "recipients": head.recipients,
        "blocks": blocks, "tables": tables, "signed": paper.signed, "dated": paper.dated,
        "number": str(edition.number or ""), "period": edition.period_label,
        "vintage": edition.vintage_label, "summary": edition.summary,
        "label": paper.synthetic_label, "copies_to": head.copies_to,
        "printed_by": paper.printed_by,
    }  # fmt: skip


def _environment() -> ImmutableSandboxedEnvironment:
    return ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=True, loader=DictLoader({})
    )


def _refuse_others(path: Path) -> None:
    if not path.is_file():
        raise NotFound(f"没有模板文件 {name_of(path)}。", f"There is no template {name_of(path)}.")
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
            whole = "word/document.xml" in archive.namelist()
    except zipfile.BadZipFile as error:
        raise _unreadable(path) from error
    if not whole or size > _LARGEST:
        raise _unreadable(path)


def _unreadable(path: Path) -> UnreadableInput:
    return UnreadableInput(
        f"{name_of(path)} 不是可用的 docx 模板。请用 liantu report template 导出一份再修改。",
        f"{name_of(path)} is no docx template. Write one with liantu report template and edit it.",
    )
