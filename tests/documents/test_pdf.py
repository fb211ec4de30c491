"""The PDF: archival, tagged, every page numbered, text as text, same bytes."""

from __future__ import annotations

import re
from io import BytesIO
from itertools import pairwise

import pdfplumber
import pytest
from sample_boards import board, edition, hostile, many

from liantu.documents.pdf import pdf
from liantu.documents.typesetting import FONTS_VARIABLE
from liantu.errors import NotFound
from liantu.systems.dispatch.paper import Letterhead


def pages(content: bytes) -> list[str]:
    """Words of each page, all blanks taken out."""
    with pdfplumber.open(BytesIO(content)) as document:
        return [re.sub(r"\s", "", page.extract_text() or "") for page in document.pages]


def test_is_pdf_a_and_tagged() -> None:
    content = pdf(edition("final"))
    assert content.startswith(b"%PDF-1.7")
    assert b"pdfaid:part" in content
    assert b"/StructTreeRoot" in content
    assert b"/MarkInfo" in content


def test_same_edition_same_bytes() -> None:
    made = edition("quarterly")
    assert pdf(made) == pdf(made)


def test_pages_are_a4_upright_or_across_and_numbered() -> None:
    content = pdf(edition("final"))
    with pdfplumber.open(BytesIO(content)) as document:
        sizes = {(round(page.width), round(page.height)) for page in document.pages}
    assert sizes == {(595, 842), (842, 595)}
    for number, said in enumerate(pages(content), start=1):
        assert f"—{number}—" in said or f"{number}" in said


def test_says_what_the_edition_says() -> None:
    made = edition("final")
    said = "".join(pages(pdf(made)))
    assert re.sub(r"\s", "", "".join(made.paper.title)) in said
    for line in made.targets:
        assert line.name in said
    for source in made.sources:
        assert re.sub(r"\s", "", source.title) in said


def test_body_holds_22_lines_of_28_characters() -> None:
    content = pdf(edition("final", many(60)))
    with pdfplumber.open(BytesIO(content)) as document:
        page = document.pages[1]
        body = [c for c in page.chars if round(c["size"]) == 16 and c["top"] > 100]
        lines = sorted({round(c["top"]) for c in body})
        left = min(c["x0"] for c in body)
        # Punctuation at a line's end is set half as wide; its box still counts in full.
        right = max(c["x1"] for c in body if c["text"].isalnum())
    assert left == pytest.approx(28 / 25.4 * 72, abs=1)
    assert right <= (210 - 26) / 25.4 * 72 + 1
    gaps = {b - a for a, b in pairwise(lines) if b - a < 40}
    assert gaps <= {28, 29, 30}


def test_hostile_text_is_never_run_as_markup() -> None:
    said = "".join(pages(pdf(hostile())))
    assert '#eval("1")' in said
    assert "*粗*" in said
    assert "<w:p/>" in said
    assert "$x$" in said


def test_synthetic_data_are_labelled_on_every_page() -> None:
    for said in pages(pdf(edition("final", board(synthetic=True)))):
        assert "模拟数据" in said


def test_red_head_and_addressees() -> None:
    head = Letterhead(red_head="临江市规划调度", document_number="〔2026〕1号", recipients="各区县")
    first = pages(pdf(edition("quarterly", letterhead=head)))[0]
    assert "临江市规划调度" in first
    assert "〔2026〕1号" in first
    assert "各区县：" in first


def test_office_may_bring_its_own_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FONTS_VARIABLE, "/nowhere/fonts")
    with pytest.raises(NotFound, match="字体目录不存在"):
        pdf(edition("final"))
