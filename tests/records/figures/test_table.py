"""Tables that are damaged, or made to exhaust the machine, are refused with words."""

from __future__ import annotations

import zipfile
from datetime import datetime
from pathlib import Path

import pytest
import xlsxwriter

from liantu.errors import UnreadableInput
from liantu.records.figures.interpret import COLUMNS
from liantu.records.figures.observations_file import read_observations
from liantu.records.figures.table import read_table

GOOD = ["工业投资增速", "甲市", "2024", "7.5", "%", "甲报", "", "", "press"]


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "whole.xlsx"
    with xlsxwriter.Workbook(path) as written:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        sheet.write_row(1, 0, GOOD)
    return path


def changed(book: Path, part: str, old: bytes, new: bytes) -> Path:
    path = book.with_name("figures.xlsx")
    with zipfile.ZipFile(book) as whole, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as other:
        for name in whole.namelist():
            content = whole.read(name)
            other.writestr(name, content.replace(old, new) if name == part else content)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(UnreadableInput) as caught:
        read_table(path)
    assert path.name in caught.value.message.zh
    assert path.name in caught.value.message.en
    return str(caught.value)


SHEET = "xl/worksheets/sheet1.xml"


@pytest.mark.parametrize(
    ("cell", "said"),
    [(b"XFD1048576", "20000000 个单元格"), (b"ZZZZZZZ99999999999", "不是可读的 xlsx")],
)
def test_one_cell_far_out_takes_no_room(book: Path, cell: bytes, said: str) -> None:
    assert said in refusal(changed(book, SHEET, b'r="A2"', b'r="%s"' % cell))


def test_empty_cells_far_out_are_no_matter(book: Path) -> None:
    far = b'<c r="XFD1048576" s="0"/></row></sheetData>'
    found = read_table(changed(book, SHEET, b"</row></sheetData>", far))
    assert found.rows[0].cells == tuple(GOOD)


def test_sizes_that_lie(book: Path) -> None:
    data = bytearray(changed(book, SHEET, b"</worksheet>", b" " * 3_000_000).read_bytes())
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 24 : at + 28] = (1000).to_bytes(4, "little")
    path = book.with_name("figures.xlsx")
    path.write_bytes(data)
    assert "不是可读的 xlsx" in refusal(path)


def test_damage_inside(book: Path) -> None:
    data = bytearray(book.read_bytes())
    for at in range(60, len(data) - 1000, 53):
        data[at] ^= 0x5A
    path = book.with_name("figures.xlsx")
    path.write_bytes(data)
    assert "已损坏或已加密" in refusal(path)


def test_encrypted_parts(book: Path) -> None:
    data = bytearray(book.read_bytes())
    for mark, flags in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = -1
        while (at := data.find(mark, at + 1)) >= 0:
            data[at + flags] |= 1
    path = book.with_name("figures.xlsx")
    path.write_bytes(data)
    assert "不设口令" in refusal(path)


def test_a_nul_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes((",".join(COLUMNS) + "\n" + ",".join(GOOD)).encode() + b"\n\0,\n")
    said = refusal(path)
    assert "第 3 行含空字符" in said


def test_one_byte_of_no_encoding_is_named_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "figures.csv"
    path.write_bytes((",".join(COLUMNS) + "\n" + ",".join(GOOD) + "\n").encode("gb18030") + b"\xff")
    assert "第 3 行字节 0xFF" in refusal(path)


def test_what_a_spreadsheet_made_of_a_cell_is_told(tmp_path: Path) -> None:
    path = tmp_path / "figures.xlsx"
    with xlsxwriter.Workbook(path) as written:
        sheet = written.add_worksheet()
        sheet.write_row(0, 0, COLUMNS)
        for row in range(1, 4):
            sheet.write_row(row, 0, GOOD)
        sheet.write_number(1, 3, 0.125, written.add_format({"num_format": "0.0%"}))
        sheet.write_formula(2, 3, "=1/0", None, "#DIV/0!")
        day = written.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_datetime(3, 2, datetime(2025, 6, 1), day)  # noqa: DTZ001
    said = [str(row.message) for row in read_observations(path).rejected]
    assert ["12.5%" in said[0], "公式" in said[1], "改成的日期" in said[2]] == [True] * 3
