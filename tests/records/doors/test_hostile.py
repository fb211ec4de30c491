"""Files that are broken, or made to break the reader: refused with a reason, or read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import polars as pl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from liantu.errors import LiantuError, NotFound, UnreadableInput
from liantu.records.doors import check
from liantu.records.doors.rules import door_rules

from .conftest import TODAY, Check, code

A, B = code(1), code(2)
HEADER = "统一社会信用代码,月份,营业收入（万元）"


def workbook(**parts: str | bytes) -> bytes:
    """A valid workbook with some of its parts exchanged."""
    memory = io.BytesIO()
    with xlsxwriter.Workbook(memory, {"in_memory": True}) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, HEADER.split(","))
        page.write_row(1, 0, [A, "2025-03", 5])
    out = io.BytesIO()
    with zipfile.ZipFile(memory) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for item in old.infolist():
            data = old.read(item)
            change = parts.get(Path(item.filename).stem)
            if callable(change):
                data = change(data)
            new.writestr(item.filename, data)
    return out.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"   \n\n",
        b"\x89PNG\r\n\x1a\n\x00\x00",
        bytes(range(256)),
        b"PK\x03\x04" + b"\x00" * 40,
        b"PAR1" + b"\x00" * 100 + b"PAR1",
        b"\xd0\xcf\x11\xe0" + b"\x00" * 100,
        b"\xff\xfe\x00",
        f'{HEADER}\n"{A},2025-03,5\n'.encode(),
        f"{','.join(['甲'] * 10_000)}\n".encode(),
    ],
)
def test_what_is_no_table_is_refused(checked: Check, data: bytes) -> None:
    with pytest.raises(UnreadableInput):
        checked(data)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        check(tmp_path / "nowhere.csv", "firms")
    with pytest.raises(UnreadableInput):
        check(tmp_path, "firms")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "gb18030"])
@pytest.mark.parametrize("separator", [",", "\t", ";"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_encodings_separators_line_ends(
    checked: Check, encoding: str, separator: str, end: str
) -> None:
    text = f"{HEADER}\n{A},2025-03,5\n".replace(",", separator).replace("\n", end)
    found = checked(text.encode(encoding))
    assert found.frame["revenue_cny"].to_list() == [50_000]


def test_a_file_cut_off_in_a_row(checked: Check) -> None:
    whole = f"{HEADER},从业人员\n{A},2025-03,5,10\n{B},2025-03,512,10"
    assert checked(whole).frame.height == 2
    found = checked(whole[:-4])
    assert [row.problems[0].code for row in found.rejected] == ["cut_off"]


def test_cells_too_many(checked: Check) -> None:
    found = checked(f"{HEADER}\n{A},2025-03,5\n{B},2025-03,1,234,5\n")
    assert [(row.row, row.problems[0].code) for row in found.rejected] == [(3, "shifted")]


def test_bombs_are_refused_before_they_are_unpacked(
    checked: Check, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits = door_rules().limits.model_copy(update={"largest_mb": 1})
    rules = door_rules().model_copy(update={"limits": limits})
    monkeypatch.setattr("liantu.records.doors.workbook_parts.door_rules", lambda: rules)
    bomb = workbook(sheet1=lambda xml: xml + b" " * (3 << 20))
    assert len(bomb) < 100_000
    with pytest.raises(UnreadableInput, match="解压后超过"):
        checked(bomb)


def test_entities_are_refused(checked: Check) -> None:
    entity = b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>'
    bomb = workbook(sheet1=lambda xml: xml.replace(b"?>", b"?>" + entity, 1))
    with pytest.raises(UnreadableInput, match="实体"):
        checked(bomb)


def test_one_cell_far_out_is_refused(checked: Check) -> None:
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    bomb = workbook(sheet1=lambda xml: xml.replace(b"</sheetData>", far))
    with pytest.raises(UnreadableInput, match="1048576"):
        checked(bomb)


def test_workbooks_cut_off_anywhere(checked: Check) -> None:
    whole = workbook()
    assert checked(whole).frame.height == 1
    for end in range(0, len(whole) - 1, 251):
        with pytest.raises(UnreadableInput):
            checked(whole[:end])


def test_a_sheet_that_begins_further_right(tmp_path: Path) -> None:
    path = tmp_path / "right.xlsx"
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet()
        page.write_row(3, 2, HEADER.split(","))
        page.write_row(4, 2, [A, "2025-03", 5.12345678901234])
        page.write_row(5, 2, [B, "2025-03"])
        page.write_formula(5, 4, "=1+1", None, 2)
    found = check(path, "firm_month", today=TODAY)
    assert found.frame["credit_code"].to_list() == [A]
    assert found.frame["revenue_cny"].to_list() == [51234.567890]
    assert [(row.row, row.problems[0].code) for row in found.rejected] == [(6, "formula")]


def test_parquet_with_nested_columns(tmp_path: Path) -> None:
    path = tmp_path / "nested.parquet"
    pl.DataFrame({"credit_code": [[A]], "period": ["2025-03"]}).write_parquet(path)
    with pytest.raises(UnreadableInput, match="嵌套"):
        check(path, "firm_month")


def test_figures_without_end_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "wild.parquet"
    pl.DataFrame(
        {"credit_code": [A, B], "period": ["2025-03"] * 2, "revenue_cny": [float("inf"), 1.0]}
    ).write_parquet(path)
    found = check(path, "firm_month", today=TODAY)
    assert [row.problems[0].code for row in found.rejected] == ["not_number"]


CELLS = st.one_of(
    st.text(max_size=12),
    st.sampled_from([A, B, "2025-03", "5", "-1", "=1+1", "合计", "示例", "", '"', "1e308", "nan"]),
)
FUZZ = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@FUZZ
@given(rows=st.lists(st.lists(CELLS, max_size=6), max_size=8))
def test_any_cells_under_the_header_are_read_or_sent_back(
    checked: Check, rows: list[list[str]]
) -> None:
    def quoted(cell: str) -> str:
        return '"' + cell.replace('"', '""').replace("\x00", "").replace("\ud800", "") + '"'

    text = HEADER + "\n" + "".join(",".join(map(quoted, row)) + "\n" for row in rows)
    try:
        found = checked(text.encode("utf-8", "ignore"))
    except LiantuError:
        return
    assert found.frame.height + len(found.rejected) <= len(rows)
    assert found.frame["revenue_cny"].is_finite().all()
    assert all(row.problems for row in found.rejected)


@FUZZ
@given(data=st.binary(max_size=400))
@example(b'"')
@example(b"PK\x03\x04")
@example(b"PAR1PAR1")
@example("统一社会信用代码".encode())
def test_any_bytes_are_refused_by_name(checked: Check, data: bytes) -> None:
    with pytest.raises(LiantuError):
        checked(data)


@FUZZ
@given(at=st.integers(min_value=0), put=st.binary(min_size=1, max_size=8))
def test_workbooks_with_any_bytes_changed(checked: Check, at: int, put: bytes) -> None:
    whole = bytearray(workbook())
    start = at % len(whole)
    whole[start : start + len(put)] = put
    try:
        found = checked(bytes(whole))
    except LiantuError:
        return
    assert found.frame.height + len(found.rejected) == 1
