"""The spreadsheet: reads back as data, runs no formula, same bytes."""

from __future__ import annotations

import re
import zipfile
from io import BytesIO

import fastexcel
import polars
from sample_boards import board, edition, hostile, many

from liantu.documents.sheet import sheet


def frame(content: bytes, name: str) -> polars.DataFrame:
    return fastexcel.read_excel(content).load_sheet(name).to_polars()


def test_sheets() -> None:
    names = fastexcel.read_excel(sheet(edition("final"))).sheet_names
    assert names == ["目标总表", "计算过程", "来源", "冲突", "规划矛盾", "所用数据", "说明"]


def test_targets_read_back_as_they_were() -> None:
    made = edition("final")
    rows = frame(sheet(made), "目标总表").to_dicts()
    assert [row["编号"] for row in rows] == [line.id for line in made.targets]
    for row, line in zip(rows, made.targets, strict=True):
        assert row["目标下限"] == line.low
        assert row["目标上限"] == line.high
        assert row["单位"] == line.unit
        assert row["目标年"] == line.year
        assert row["判定依据"] == line.reason
        assert row["评估值下限"] == (line.attained.low if line.attained else None)


def test_every_source_and_observation_is_there() -> None:
    made = edition("final")
    assert frame(sheet(made), "来源")["来源"].to_list() == [one.title for one in made.sources]
    assert frame(sheet(made), "所用数据")["数值"].to_list() == [
        one.value for one in made.observations
    ]


def test_arithmetic_conflicts_and_contradictions() -> None:
    content = sheet(edition("final"))
    assert "(4712 − 3576) ÷ (4500 − 3576)" in frame(content, "计算过程")["算式或期间"].to_list()
    assert frame(content, "冲突")["类型"].to_list() == ["来源冲突", "未采用数据"]
    assert frame(content, "规划矛盾").shape[0] == 2


def test_differences_have_a_sheet_of_their_own() -> None:
    before = edition("quarterly", many(3))
    names = fastexcel.read_excel(sheet(edition("quarterly", many(5), before))).sheet_names
    assert "较上期变化" in names


def test_no_cell_is_a_formula_and_risky_text_is_quoted() -> None:
    content = sheet(hostile())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        for name in archive.namelist():
            if name.startswith("xl/worksheets/sheet"):
                assert b"<f>" not in archive.read(name)
        styles = archive.read("xl/styles.xml").decode()
        strings = archive.read("xl/sharedStrings.xml").decode()
        page = archive.read("xl/worksheets/sheet1.xml").decode()
    assert 'quotePrefix="1"' in styles
    cells = re.findall(r"<cellXfs.*?</cellXfs>", styles, re.DOTALL)[0]
    quoted = {
        str(n)
        for n, x in enumerate(re.findall(r"<xf .*?(?:/>|</xf>)", cells))
        if "quotePrefix" in x
    }
    texts = re.findall(r"<si><t[^>]*>(.*?)</t></si>", strings, re.DOTALL)
    risky = {str(n) for n, one in enumerate(texts) if one.startswith("=")}
    assert risky
    for style, number in re.findall(r'<c r="\w+" s="(\d+)" t="s"><v>(\d+)</v>', page):
        if number in risky:
            assert style in quoted


def test_risky_text_reads_back_unchanged() -> None:
    rows = frame(sheet(hostile()), "目标总表").to_dicts()
    assert rows[0]["判定依据"].startswith("=cmd|' /c calc'!A1；#eval")


def test_head_is_frozen_and_repeated_in_print() -> None:
    with zipfile.ZipFile(BytesIO(sheet(edition("final")))) as archive:
        page = archive.read("xl/worksheets/sheet1.xml").decode()
        book = archive.read("xl/workbook.xml").decode()
    assert 'ySplit="1"' in page
    assert "_xlnm.Print_Titles" in book


def test_synthetic_data_are_labelled_in_every_row_and_in_print() -> None:
    content = sheet(edition("final", board(synthetic=True)))
    for name in fastexcel.read_excel(content).sheet_names:
        assert all("模拟数据" in cell for cell in frame(content, name)["数据性质"].to_list())
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert "模拟数据" in archive.read("xl/worksheets/sheet1.xml").decode()


def test_same_edition_same_bytes() -> None:
    made = edition("quarterly")
    assert sheet(made) == sheet(made)
