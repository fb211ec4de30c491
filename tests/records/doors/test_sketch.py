"""Headers as they are, for a person to match: nothing is refused that could be put right."""

from __future__ import annotations

from pathlib import Path

import pytest

from liantu.errors import UnreadableInput
from liantu.records.doors import Mapping, Match, sketch


def file(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "file.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_headers_matches_and_a_few_cells(tmp_path: Path) -> None:
    path = file(
        tmp_path,
        "某局导出\n信用代码,所属期,营收（万元）,电价档\nA,2025-01,1,\nB,2025-02,2,峰\nC,,3,谷\n",
    )
    found = sketch(path, "firm_month", samples=2)
    assert [(m.column, m.unit, m.how) for m in found.matches] == [
        ("credit_code", None, "alias"),
        ("period", None, "alias"),
        ("revenue_cny", "万元", "alias"),
        ("", None, "unknown"),
    ]
    assert found.samples == (("A", "B"), ("2025-01", "2025-02"), ("1", "2"), ("峰", "谷"))
    assert (found.header_row, found.rows, found.missing) == (2, 3, ())


def test_a_missing_key_column_is_named_and_not_an_error(tmp_path: Path) -> None:
    found = sketch(file(tmp_path, "信用代码,营收\nA,1\n"), "firm_month")
    assert [column.name for column in found.missing] == ["period"]


def test_headers_written_twice_are_named(tmp_path: Path) -> None:
    found = sketch(file(tmp_path, "信用代码,月份,营收,营收\nA,2025-01,1,2\n"), "firm_month")
    assert found.doubled == ("营收",)


def test_a_file_of_strange_headers_can_still_be_matched_by_hand(tmp_path: Path) -> None:
    path = file(tmp_path, "甲,乙,丙\nA,2025-01,1\n")
    assert [m.column for m in sketch(path, "firm_month").matches] == ["", "", ""]
    known = Mapping("firm_month", (Match("甲", "credit_code"), Match("乙", "period")))
    found = sketch(path, "firm_month", known)
    assert [(m.column, m.how) for m in found.matches][:2] == [
        ("credit_code", "mapping"),
        ("period", "mapping"),
    ]


def test_what_is_no_table_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "file.csv"
    path.write_bytes(b"\x00\x01\x02")
    with pytest.raises(UnreadableInput):
        sketch(path, "firm_month")
