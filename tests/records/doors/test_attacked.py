"""Files made to deceive a reader: what they hold is read as a person sees it, or refused."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import polars as pl
import pytest
import xlsxwriter

from liantu.errors import LiantuError, UnreadableInput
from liantu.records.doors import Checked, check, write_rejected

from .conftest import TODAY, Check, code

A, B = code(1), code(2)
HEADER = "统一社会信用代码,月份,营业收入（万元）"
Write = Callable[[Any, Any], None]


def sheet(
    tmp_path: Path, write: Write, xml: Callable[[bytes], bytes] = bytes, **options: Any
) -> Path:
    """A workbook of one sheet as ``write`` fills it, its XML changed afterwards."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True, **options}) as book:
        write(book, book.add_worksheet())
    path = tmp_path / "book.xlsx"
    with zipfile.ZipFile(memory) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            new.writestr(item, xml(data) if item.filename.endswith("sheet1.xml") else data)
    return path


def rows(*cells: list[Any]) -> Write:
    def write(_: Any, page: Any) -> None:
        page.write_row(0, 0, HEADER.split(","))
        for at, row in enumerate(cells, start=1):
            page.write_row(at, 0, row)

    return write


def codes(found: Checked) -> list[tuple[int, str]]:
    return [(row.row, problem.code) for row in found.rejected for problem in row.problems]


FAR = [
    '<c r = "XFD1048576"><v>1</v></c>',
    '<c\nr="XFD1048576"><v>1</v></c>',
    "<c r='XFD1048576'><v>1</v></c>",
    '<c s="0" r="XFD1048576"><v>1</v></c>',
    '<c t="str" r="&#88;FD1048576"><v></v></c>',
    '<y:c xmlns:y="y" r="XFD1048576"><v>1</v></y:c>',
    '<c r="XFD1048576" t="str"><v></v></c>',
    '<c r="XFD1048576"><y:v xmlns:y="y">1</y:v></c>',
    "<c><v>1</v></c>" * 600,
]


@pytest.mark.parametrize("far", FAR)
def test_a_cell_far_out_is_refused_however_it_is_written(tmp_path: Path, far: str) -> None:
    bomb = f'<row r="1048576">{far}</row></sheetData>'.encode()
    path = sheet(tmp_path, rows([A, "2025-03", 5]), lambda xml: xml.replace(b"</sheetData>", bomb))
    with pytest.raises(UnreadableInput):
        check(path, "firm_month", today=TODAY)


def test_cells_written_in_another_way_are_read(tmp_path: Path) -> None:
    """Prefixes, other quotation marks, cells without a place: rarely written, and no bombs."""
    for old, new in (
        (b'<c r="C2"', b"<c   r='C2'"),
        (b'<c r="C2"', b"<c"),
        (b"<v>5</v>", b"<!-- far --><v>5</v>"),
    ):
        path = sheet(tmp_path, rows([A, "2025-03", 5]), lambda xml, o=old, n=new: xml.replace(o, n))
        assert check(path, "firm_month", today=TODAY).frame["revenue_cny"].to_list() == [50_000]


def test_a_part_that_stands_twice_is_refused(tmp_path: Path) -> None:
    path = sheet(tmp_path, rows([A, "2025-03", 5]))
    with zipfile.ZipFile(path, "a") as book:
        book.writestr("xl/worksheets/SHEET1.xml", b"<worksheet/>")
    with pytest.raises(UnreadableInput, match="twice"):
        check(path, "firm_month", today=TODAY)


def test_another_archive_is_named(tmp_path: Path) -> None:
    inner = sheet(tmp_path, rows([A, "2025-03", 5])).read_bytes()
    path = tmp_path / "月报.zip"
    with zipfile.ZipFile(path, "w") as packed:
        packed.writestr("一月.xlsx", inner)
    with pytest.raises(UnreadableInput, match=r"一月\.xlsx"):
        check(path, "firm_month", today=TODAY)
    path.write_bytes(b"\x1f\x8b\x08" + b"\x00" * 40)
    with pytest.raises(UnreadableInput, match="gzip"):
        check(path, "firm_month", today=TODAY)


def test_errors_and_impossible_dates_are_no_empty_cells(tmp_path: Path) -> None:
    def write(book: Any, page: Any) -> None:
        rows([A, "2025-03"], [B, "2025-03"], [code(3), "2025-03"], [code(4), "2025-03", 7])(
            book, page
        )
        page.write_number(3, 2, 3e9, book.add_format({"num_format": "yyyy-mm-dd"}))

    def spoil(xml: bytes) -> bytes:
        for row, error in ((b"2", b"#DIV/0!"), (b"3", b"#N/A")):
            at = xml.index(b"</row>", xml.index(b'<row r="' + row + b'"'))
            cell = b'<c r="C' + row + b'" t="e"><v>' + error + b"</v></c>"
            xml = xml[:at] + cell + xml[at:]
        return xml

    found = check(sheet(tmp_path, write, spoil), "firm_month", today=TODAY)
    assert codes(found) == [(2, "unread"), (4, "unread")]
    assert [row.problems[0].found for row in found.rejected] == ["#DIV/0!", "3000000000"]
    assert found.frame["revenue_cny"].to_list() == [None, 70_000]


def test_figures_shown_as_a_percentage_are_read_as_shown(tmp_path: Path) -> None:
    """0.125 under the format 0.0% and the header 占比（%） is an eighth, not an eighth of 1%."""

    def write(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["统一社会信用代码", "产品名称", "年份", "占营业收入比重（%）"])
        page.write_row(1, 0, [A, "泵", 2025])
        page.write_number(1, 3, 0.125, book.add_format({"num_format": "0.0%"}))
        page.write_row(2, 0, [A, "阀", 2025, 12.5])
        page.write_row(3, 0, [A, "轴", 2025, "12.5%"])
        page.write_row(4, 0, [A, "套", 2025])
        page.write_number(4, 3, 12.5, book.add_format({"num_format": '0.0"%"'}))

    found = check(sheet(tmp_path, write), "products", today=TODAY)
    assert found.frame["revenue_share"].to_list() == [0.125] * 4


@pytest.mark.parametrize("since_1904", [False, True])
def test_dates_of_either_calendar(tmp_path: Path, *, since_1904: bool) -> None:
    def write(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["项目代码", "节点", "计划完成日期"])
        page.write_row(1, 0, ["2501-510100-04-01-000001", "开工"])
        shown = book.add_format({"num_format": "yyyy-mm-dd"})
        page.write_datetime(1, 2, datetime(2025, 3, 31), shown)  # noqa: DTZ001 - a date cell

    path = sheet(tmp_path, write, date_1904=since_1904)
    found = check(path, "milestones", today=TODAY)
    assert date(2025, 3, 31) in found.frame.row(0)


def test_hidden_sheets_are_left_and_hidden_rows_are_told(tmp_path: Path) -> None:
    def write(book: Any, page: Any) -> None:
        page.write_row(0, 0, ["下拉选项"])
        shown = book.add_worksheet("数据")
        rows([A, "2025-03", 5], [B, "2025-03", 6])(book, shown)
        shown.set_row(2, None, None, {"hidden": True})
        shown.activate()
        page.hide()

    found = check(sheet(tmp_path, write), "firm_month", today=TODAY)
    assert found.frame.height == 2
    said = " ".join(remark.zh for remark in found.remarks)
    assert "Sheet1（隐藏）" in said
    assert "1 行隐藏" in said


@pytest.mark.parametrize(
    ("header", "cell"),
    [
        ("营业收入（元）", "1200万元"),
        ("营业收入（万元）", "1200万元"),
        ("营业收入（亿元）", "1200万元"),
    ],
)
def test_a_cell_that_says_its_unit_means_it(checked: Check, header: str, cell: str) -> None:
    found = checked(f"统一社会信用代码,月份,{header}\n{A},2025-03,{cell}\n")
    assert found.frame["revenue_cny"].to_list() == [12_000_000]


def test_figures_without_end_after_the_unit(checked: Check) -> None:
    found = checked(f"统一社会信用代码,月份,营业外收入,营业收入（万元）\n{A},2025-03,1,1e305\n")
    assert codes(found) == [(2, "not_number")]


@pytest.mark.parametrize("mark", ["\u200b", "\u202e", "\ufeff", "\u00ad", "\u2066"])
def test_marks_that_nobody_sees_make_no_other_code(checked: Check, mark: str) -> None:
    head = "园区代码,季度,从业人员（人）"
    found = checked(f"{head}\nP{mark}1,2025{mark}Q1,5\nP1,2025Q1,5\n", "park_quarter")
    assert found.frame.select("park_code", "period").rows() == [("P1", "2025Q1")]
    assert codes(found) == [(3, "duplicate")]


def test_a_name_that_is_turned_around_is_shown_for_what_it_is(checked: Check) -> None:
    found = checked("产业链代码,产业链名称\nc1,集成\u202e电路\n", "chains")
    (row,) = found.rejected
    assert row.problems[0].found == "集成\\u202e电路"


def test_days_in_parquet_are_those_of_its_own_clock(tmp_path: Path) -> None:
    path = tmp_path / "zones.parquet"
    midnight = datetime(2025, 3, 31, tzinfo=ZoneInfo("Asia/Shanghai"))
    pl.DataFrame(
        {"securities_code": ["1234"], "name": ["甲"], "listed_on": [midnight]}
    ).write_parquet(path)
    assert check(path, "listed_firms", today=TODAY).frame["listed_on"].to_list() == [
        date(2025, 3, 31)
    ]
    shown = pl.DataFrame(
        {"securities_code": ["1234"], "name": [b"\xff"], "listed_on": [datetime.now(UTC)]}
    )
    shown.write_parquet(path)
    with pytest.raises(UnreadableInput, match="name"):
        check(path, "listed_firms", today=TODAY)


def test_a_parquet_file_that_unpacks_too_large(tmp_path: Path) -> None:
    path = tmp_path / "bomb.parquet"
    texts = pl.Series([f"{n}" + "0" * 4_000_000 for n in range(150)])
    pl.DataFrame({"credit_code": texts}).write_parquet(path, compression="zstd", statistics=False)
    assert path.stat().st_size < 1_000_000
    with pytest.raises(UnreadableInput, match="解压后超过"):
        check(path, "firm_month", today=TODAY)


@pytest.mark.parametrize("name", ["pipe", "folder", "/dev/zero", "loop", "a\x00b", "長" * 300])
def test_what_is_no_file_is_not_waited_for(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    if name == "pipe":
        os.mkfifo(path)
    elif name == "folder":
        path.mkdir()
    elif name == "loop":
        path.symlink_to(path)
    with pytest.raises(LiantuError) as refused:
        check(path, "firms")
    assert refused.value.message.zh
    assert refused.value.message.en


def test_lines_without_end_are_refused_before_there_is_room_for_them(checked: Check) -> None:
    with pytest.raises(UnreadableInput, match="分批"):
        checked(HEADER.encode() + b"\n" * 6_000_000)


def test_rows_that_a_stray_quotation_mark_swallows(checked: Check) -> None:
    """Two marks pair up across rows; the row between must not vanish."""
    with pytest.raises(UnreadableInput, match=r"第 [2-4] 行"):
        checked(f'{HEADER},企业名称\n{A},2025-03,1,"甲\n{B},2025-03,2,"乙\n')


def test_dates_with_a_time_of_day(checked: Check) -> None:
    head = "证券代码,证券简称,上市日期"
    times = ("2024-03-31 08:15:22", "2024/3/31 8:05", "2024-03-31T00:00:00Z", "2024-03-31")
    lines = "".join(f"{1000 + at},甲,{said}\n" for at, said in enumerate(times))
    found = checked(f"{head}\n{lines}", "listed_firms")
    assert found.frame["listed_on"].to_list() == [date(2024, 3, 31)] * 4


def test_rows_sent_back_are_no_lines_of_a_header(checked: Check, tmp_path: Path) -> None:
    """A row without its key, right below the header, once looked like a second line of it."""
    found = checked("备注,季度,园区代码\nx,2025Q1,P1\n无键,,\n又无键,,\n", "park_quarter")
    back = tmp_path / "back.csv"
    write_rejected(found.rejected, back)
    assert len(check(back, "park_quarter", today=TODAY).rejected) == len(found.rejected) == 2


def test_rows_sent_back_hold_no_nul(tmp_path: Path) -> None:
    path = tmp_path / "nul.parquet"
    pl.DataFrame({"园区代码": ["P\x001"], "季度": ["2025Q1"]}).write_parquet(path)
    back = tmp_path / "back.csv"
    write_rejected(check(path, "park_quarter", today=TODAY).rejected, back)
    assert codes(check(back, "park_quarter", today=TODAY)) == [(2, "too_long")]
    pl.DataFrame({"园区代码": [""], "季度": ["2025Q1"], "\x00": ["x"]}).write_parquet(path)
    write_rejected(check(path, "park_quarter", today=TODAY).rejected, back)
    assert codes(check(back, "park_quarter", today=TODAY)) == [(2, "missing")]


def test_a_date_beyond_all_calendars_is_told(tmp_path: Path) -> None:
    def write(book: Any, page: Any) -> None:
        rows([A, "2025-03"])(book, page)
        page.write_number(1, 2, -1e15, book.add_format({"num_format": "yyyy-mm-dd"}))

    with pytest.raises(UnreadableInput, match="out of bounds"):
        check(sheet(tmp_path, write), "firm_month", today=TODAY)


@pytest.mark.parametrize("rows", ["P1,2025Q1,5\n", ""])
def test_names_of_files_in_the_encoding_of_windows(tmp_path: Path, rows: str) -> None:
    path = tmp_path / os.fsdecode("园区月报丂.csv".encode("gb18030"))
    path.write_text(f"园区代码,季度,从业人员（人）\n{rows}", encoding="utf-8")
    try:
        said = check(path, "park_quarter", today=TODAY).file_name
    except LiantuError as refused:
        said = refused.message.zh
    assert "园区月报丂.csv" in said
    assert said.encode()


@pytest.mark.parametrize("dash", ["-", "--", "—"])
@pytest.mark.parametrize("kind", ["csv", "xlsx"])
def test_a_key_of_a_dash_is_missing_again_when_it_was_sent_back(
    tmp_path: Path, dash: str, kind: str
) -> None:
    path = tmp_path / "parks.csv"
    path.write_text(
        f"园区代码,体系版本,园区名称,所在地区代码\n{dash},2021,东园,990101\n", encoding="utf-8"
    )
    found = check(path, "parks", today=TODAY)
    back = tmp_path / f"back.{kind}"
    write_rejected(found.rejected, back)
    again = check(back, "parks", today=TODAY)
    for each in (found, again):
        assert each.frame.height == 0
        assert [(p.column, p.code) for row in each.rejected for p in row.problems] == [
            ("park_code", "missing")
        ]


def test_a_row_with_faults_of_every_length_goes_back(tmp_path: Path) -> None:
    path = tmp_path / "any.csv"
    header = "月份,形象进度（%）,投资项目统一代码,名称,甲"
    path.write_bytes(f"{header}\r\n5801733253330250.0,-22.8962".encode("gb18030"))
    found = check(path, "project_month", today=TODAY)
    back = tmp_path / "back.csv"
    write_rejected(found.rejected, back)
    assert back.read_text(encoding="utf-8").count("应为") == len(found.rejected.problems)


@pytest.mark.parametrize("ends", [("", ","), (",", ""), (",", ","), (",,", ","), (" , ", ",,,")])
def test_separators_at_the_end_of_a_line_say_nothing(tmp_path: Path, ends: tuple[str, str]) -> None:
    path = tmp_path / "any.csv"
    rows = "".join(f"{code(n)},2025-01,{n}{ends[1]}\n" for n in (1, 2, 3))
    path.write_text(f"{HEADER}{ends[0]}\n{rows}", encoding="utf-8")
    found = check(path, "firm_month", today=TODAY)
    assert (found.frame.height, len(found.rejected)) == (3, 0)
    assert found.frame["revenue_cny"].to_list() == [10_000.0, 20_000.0, 30_000.0]
