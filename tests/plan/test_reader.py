"""Files of three kinds become text, and everything else a message that says what to do."""

from __future__ import annotations

import contextlib
import random
import re
import zipfile
from pathlib import Path

import docx
import pytest
import typst
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from liantu.errors import NotFound, UnreadableInput
from liantu.plan import reader
from liantu.plan.layout import clean
from liantu.plan.reader import MAX_BYTES, read_source
from liantu.plan.word import chinese_number

from .sample_plans import INDICATORS, TABLE_MARK, sample, write_docx, write_pdf

TEXT = "一、发展目标\n到2025年，规上工业增加值达到26%以上。\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_text_in_every_usual_encoding(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(TEXT.encode(encoding))
    read = read_source(path)
    assert (read.text, read.kind) == (TEXT, "txt")


def test_gb18030_keeps_rare_characters(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("䶮州市𠮷区规划。".encode("gb18030"))
    assert read_source(path).text == "䶮州市𠮷区规划。"


def message(path: Path) -> str:
    with pytest.raises(UnreadableInput) as caught:
        read_source(path)
    assert caught.value.message.zh
    assert caught.value.message.en
    return str(caught.value)


def test_wrong_encoding_names_byte_and_position(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes("规划".encode() + b"\xff\xff" + "目标".encode())
    said = message(path)
    assert "plan.txt" in said
    assert "第 6 字节" in said
    assert "0xFF" in said


@pytest.mark.parametrize("content", [b"", b"\xef\xbb\xbf", b" \r\n\t\x0c \n"])
def test_a_file_without_text_is_called_empty(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes(content)
    assert "是空的" in message(path)


def test_a_directory_and_a_missing_file(tmp_path: Path) -> None:
    assert "文件夹" in message(tmp_path)
    with pytest.raises(NotFound, match="不存在"):
        read_source(tmp_path / "no.txt")


def test_binary_content_is_named(tmp_path: Path) -> None:
    junk = tmp_path / "plan.txt"
    junk.write_bytes(b"abc\x00\x01def")
    assert "0x00" in message(junk)
    picture = tmp_path / "scan.txt"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(40))
    assert "图片" in message(picture)
    word = tmp_path / "word.txt"
    word.write_bytes(write_docx(tmp_path / "a.docx").read_bytes())
    assert ".docx" in message(word)


def test_other_kinds_and_oversized_files_are_refused(tmp_path: Path) -> None:
    sheet = tmp_path / "plan.xlsx"
    sheet.write_bytes(b"PK\x03\x04")
    assert ".xlsx" in message(sheet)
    large = tmp_path / "large.txt"
    with large.open("wb") as file:
        file.truncate(MAX_BYTES + 1)
    assert f"{MAX_BYTES:,}" in message(large)


def test_word_keeps_paragraphs_and_tables_in_order(tmp_path: Path) -> None:
    lines = read_source(write_docx(tmp_path / "plan.docx")).text.split("\n")
    header = lines.index("\t".join(INDICATORS[0]))
    assert lines[header - 2].startswith("专栏1")
    assert lines[header + 1] == "规模\t规上工业总产值（亿元）\t1700\t2600\t预期性"
    assert lines[header + len(INDICATORS) + 1] == "三、主要任务"


def test_word_merged_cells_are_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=1, cols=3)
    table.cell(0, 0).merge(table.cell(0, 1)).text = "合 并"
    table.cell(0, 2).text = "26"
    path = tmp_path / "merged.docx"
    document.save(str(path))
    assert read_source(path).text.strip() == "合并\t26"


def test_word_automatic_numbers_are_printed(tmp_path: Path) -> None:
    document = docx.Document()
    numbering = document.part.numbering_part.element
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="91">'
        '<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCountingThousand"/>'
        '<w:lvlText w:val="%1、"/></w:lvl>'
        '<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/>'
        '<w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(f'<w:num {nsdecls("w")} w:numId="91"><w:abstractNumId w:val="91"/></w:num>')
    )
    headings = ((0, "总体要求"), (1, "指导思想"), (1, "主要目标"), (0, "任务"), (1, "创新"))
    for level, text in headings:
        properties = document.add_paragraph(text)._p.get_or_add_pPr()
        properties.append(
            parse_xml(
                f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="91"/></w:numPr>'
            )
        )
    path = tmp_path / "numbered.docx"
    document.save(str(path))
    assert read_source(path).text.split("\n") == [
        "一、总体要求", "（一）指导思想", "（二）主要目标", "二、任务", "（一）创新",
    ]  # fmt: skip


def test_word_text_frames_are_read_once(tmp_path: Path) -> None:
    document = docx.Document()
    run = document.add_paragraph("正文").add_run()
    frame = (
        "<w:txbxContent><w:p><w:r><w:t>专栏1 平台</w:t></w:r></w:p>"
        "<w:p><w:r><w:t>——实验室。</w:t></w:r></w:p></w:txbxContent>"
    )
    compatible = "http://schemas.openxmlformats.org/markup-compatibility/2006"
    run._r.append(
        parse_xml(
            f'<mc:AlternateContent {nsdecls("w")} xmlns:mc="{compatible}">'
            f"<mc:Choice>{frame}</mc:Choice><mc:Fallback>{frame}</mc:Fallback>"
            "</mc:AlternateContent>"
        )
    )
    path = tmp_path / "framed.docx"
    document.save(str(path))
    assert read_source(path).text.split("\n") == ["正文", "专栏1 平台", "——实验室。"]


@pytest.mark.parametrize(("value", "written"), [(1, "一"), (10, "十"), (12, "十二"), (40, "四十")])
def test_chinese_numbers(value: int, written: str) -> None:
    assert chinese_number(value) == written


def test_broken_word_files(tmp_path: Path) -> None:
    junk = tmp_path / "junk.docx"
    junk.write_bytes(b"not a zip")
    assert "已损坏" in message(junk)
    old = tmp_path / "old.docx"
    old.write_bytes(b"\xd0\xcf\x11\xe0" + bytes(600))
    assert "旧版" in message(old)
    empty = tmp_path / "empty.docx"
    with zipfile.ZipFile(empty, "w") as archive:
        archive.writestr("readme.txt", "no document in here")
    assert "另存为" in message(empty)
    cut = tmp_path / "cut.docx"
    cut.write_bytes(write_docx(tmp_path / "whole.docx").read_bytes()[:2000])
    assert "已损坏" in message(cut)


def test_a_printed_pdf_reads_like_the_word_file(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    from_pdf = read_source(
        write_pdf(tmp_path / "plan.pdf"), on_page=lambda done, of: told.append((done, of))
    )
    assert told == [(n, len(told)) for n in range(1, len(told) + 1)]
    from_word = read_source(write_docx(tmp_path / "plan.docx"))
    assert from_pdf.kind == "pdf"
    assert clean(from_pdf.text).text == clean(from_word.text).text
    assert sample("linhe").count(TABLE_MARK) == 1


def test_a_scanned_pdf_asks_for_recognition(tmp_path: Path) -> None:
    path = tmp_path / "scan.pdf"
    path.write_bytes(typst.compile(b"#rect(width: 5cm, height: 5cm, fill: gray)\n#pagebreak()\n"))
    said = message(path)
    assert "OCR" in said
    assert "没有文字" in said


def test_a_broken_pdf(tmp_path: Path) -> None:
    path = tmp_path / "cut.pdf"
    path.write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    assert "PDF" in message(path)


def test_an_encrypted_pdf_asks_for_an_open_copy(tmp_path: Path) -> None:
    secret = "00" * 32
    path = tmp_path / "locked.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
        b"3 0 obj\n<</Filter/Standard/V 1/R 2/P -4/O<" + secret.encode() + b">/U<"
        + secret.encode() + b">>>\nendobj\n"
        b"trailer\n<</Root 1 0 R/Encrypt 3 0 R/ID[<00><00>]/Size 4>>\n%%EOF\n"
    )  # fmt: skip
    assert "已加密" in message(path)


@pytest.mark.parametrize("encoding", ["utf-32", "utf-32-le", "utf-16-le"])
def test_other_encodings_of_unicode(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes((TEXT * 30).encode(encoding))
    if encoding == "utf-32":
        assert read_source(path).text == TEXT * 30
    else:
        assert re.search("UTF-16|控制码 0x00", message(path))


def test_marked_utf_16_may_hold_no_control_codes(tmp_path: Path) -> None:
    path = tmp_path / "plan.txt"
    path.write_bytes((TEXT + "\0" + TEXT).encode("utf-16"))
    assert "控制码 0x00" in message(path)


def zipped(path: Path, parts: dict[str, bytes]) -> Path:
    """A Word file with some of its parts replaced."""
    source = write_docx(path.with_name("whole.docx"))
    with zipfile.ZipFile(source) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in whole.namelist():
            new.writestr(name, parts.get(name, whole.read(name)))
    return path


def test_a_word_file_damaged_inside(tmp_path: Path) -> None:
    data = bytearray(write_docx(tmp_path / "whole.docx").read_bytes())
    for at in range(200, len(data) - 3000, 97):
        data[at] ^= 0x55
    path = tmp_path / "plan.docx"
    path.write_bytes(data)
    assert "已损坏" in message(path)


def test_a_word_file_that_unpacks_without_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reader, "MAX_UNPACKED", 4 * 1024 * 1024)
    path = zipped(tmp_path / "plan.docx", {"word/document.xml": b"<w/>" + b" " * 8_000_000})
    assert "解压后超过 4 MB" in message(path)


def test_entities_of_a_word_file_reach_no_other_file(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret words", encoding="utf-8")
    whole = zipfile.ZipFile(write_docx(tmp_path / "whole.docx")).read("word/document.xml").decode()
    body = whole[whole.index("<w:document") :].replace("<w:t>", "<w:t>&x;", 1)
    declared = f'<!DOCTYPE w [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>{body}'
    path = zipped(tmp_path / "plan.docx", {"word/document.xml": declared.encode()})
    assert "secret words" not in read_source(path).text


def test_whatever_a_damaged_pdf_does_to_its_reader_is_told_in_words(tmp_path: Path) -> None:
    whole = write_pdf(tmp_path / "whole.pdf").read_bytes()
    path = tmp_path / "plan.pdf"
    chance = random.Random(7)
    for _ in range(6):
        data = bytearray(whole)
        for _ in range(40):
            data[chance.randrange(len(data))] = chance.randrange(256)
        path.write_bytes(data[: chance.randrange(len(data) // 2, len(data))])
        with contextlib.suppress(UnreadableInput):
            assert read_source(path).text.strip()
