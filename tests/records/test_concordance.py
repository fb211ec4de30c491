"""Candidates for the concordance: what two lists of classes prove, and nothing more."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.errors import NothingToCompute, UsageError
from liantu.records import registers
from liantu.records.accept import accept
from liantu.records.concordance import candidates
from liantu.records.doors.check import check
from liantu.records.doors.writing import write_table
from liantu.records.industries import industry_on, load_editions
from liantu.records.tables.declared import table

from .test_industries import AFTER

pytestmark = pytest.mark.django_db
LISTS = {
    "2011": [("3811", "发电机制造"), ("3820", "变压器制造"), ("3899", "其他电工制造"),
             ("3901", "计算机制造"), ("3902", "终端制造"), ("3903", "终端制造"),
             ("3904", "导航制造")],
    "2017": [("3811", "发电机制造"), ("3821", "变压器制造"), ("3898", "其他电工制造"),
             ("3901", "服务器制造"), ("3905", "终端制造"), ("3906", "导航制造"),
             ("3907", "导航制造")],
}  # fmt: skip


def register(lists: dict[str, list[tuple[str, str]]]) -> None:
    rows = [
        {"industry_code": code, "edition": edition, "name": name, "level": len(code)}
        for edition, classes in lists.items() for code, name in classes
    ]  # fmt: skip
    registers.upsert("industry_classes", rows, by="统计")


def test_same_code_and_name_same_name_and_nothing_else() -> None:
    register(LISTS)
    found = candidates("2011", "2017")
    told = found.rows.select("from_code", "to_code", "basis", "trust").rows()
    assert told == [
        ("3811", "3811", "same_code_and_name", "derived"),
        ("3820", "3821", "same_name", "derived"),
        ("3899", "3898", "same_name", "unverified"),
    ]
    # A name that stands twice in either edition leads nowhere, nor does a code of another name.
    assert found.left.select("code", "now").rows() == [
        ("3901", "服务器制造"), ("3902", None), ("3903", None), ("3904", None),
    ]  # fmt: skip


def test_what_is_filed_is_not_derived_again() -> None:
    register(LISTS)
    first = candidates("2011", "2017")
    registers.upsert("industry_concordance", first.rows.head(2), by="统计")
    again = candidates("2011", "2017")
    assert again.filed == 2
    assert again.rows["from_code"].to_list() == ["3899"]
    assert again.left.equals(first.left)


def test_candidates_import_and_lead_from_one_edition_to_the_other(tmp_path: Path) -> None:
    register(LISTS)
    path = tmp_path / "candidates.csv"
    write_table(candidates("2011", "2017").rows, table("industry_concordance"), path)
    checked = check(path, "industry_concordance")
    assert not len(checked.rejected)
    accept(checked, by="统计")
    (moved,) = industry_on("3820", "2011", AFTER).classes
    assert (moved.code, moved.basis, moved.trust) == ("3821", "concordance", "derived")
    assert industry_on("3904", "2011", AFTER).missing is not None


def test_what_cannot_be_compared_is_said() -> None:
    with pytest.raises(NothingToCompute, match="2011"):
        candidates("2011", "2017")
    for editions in (("2017", "2011"), ("2011", "2011"), ("2002", "2017")):
        with pytest.raises(UsageError):
            candidates(*editions)


def test_the_standards_own_lists(shared: Path) -> None:
    """1,094 classes of 2011: 718 stand, 211 moved, of 165 the lists prove nothing."""
    for edition in ("2011", "2017"):
        path = shared / "data" / "classification" / f"gbt4754_{edition}.csv"
        accept(check(path, "industry_classes", fill={"edition": edition}), by="统计")
    found = candidates("2011", "2017")
    classes = found.rows.filter(pl.col("from_code").str.len_chars() == 4)
    assert dict(classes.group_by("basis").len().rows()) == {
        "same_code_and_name": 718, "same_name": 211,
    }  # fmt: skip
    assert found.left.filter(level=4).height == 165
    assert classes.filter(from_code="3660")["to_code"].to_list() == ["3670"]
    assert found.left.filter(code="3610").height == 1
    residual = classes.filter(pl.col("from_name").str.contains("其他"))
    assert residual["trust"].unique().to_list() == ["unverified"]
    assert load_editions().residual


def test_the_command_writes_candidates_and_what_is_left(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from liantu.cli.main import main

    register(LISTS)
    out, left = tmp_path / "out.csv", tmp_path / "left.csv"
    with pytest.raises(SystemExit) as stop:
        main(["data", "concordance", "--out", str(out), "--left", str(left), "--format", "csv"])
    assert stop.value.code == 0
    printed = capsys.readouterr().out
    assert "同名异码,推算,1,1" in printed
    assert "nothing follows,待核实,4,4" in printed
    assert "3821" in out.read_text(encoding="utf-8")
    assert "服务器制造" in left.read_text(encoding="utf-8")
