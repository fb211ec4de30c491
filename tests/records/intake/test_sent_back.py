"""Rows sent back come as a file to mend, and are known when they return."""

from __future__ import annotations

import io
import sqlite3
import zipfile
from pathlib import Path

import fastexcel
import polars as pl
import pytest
from django.db import connection

from liantu.errors import NotFound, NothingToCompute
from liantu.records import intake, lake, ledger
from liantu.records.models import RejectedRow

from .conftest import TODAY, Bring, Write, code

pytestmark = pytest.mark.django_db

A, B, C = code(1), code(2), code(3)
HEAD = "纳税人识别号,户名,税款所属期,入库税收,备注\n"
ROWS = f"{A},甲,2025-03,12,=cmd\n{B},乙,2025-13,7,x\n{C},丙,2025-03,一百,y\n"


def tax() -> dict[str, float]:
    return dict(lake.read("firm_month").collect().select("credit_code", "tax_cny").iter_rows())


@pytest.mark.parametrize("kind", [".csv", ".xlsx"])
def test_mended_rows_come_in_and_wait_no_longer(kind: str, bring: Bring, tmp_path: Path) -> None:
    first = bring(HEAD + ROWS)
    assert first.rejected == 2
    (waits,) = intake.waiting()
    assert (waits.batch, waits.table, waits.rows) == (int(first.vintage), "firm_month", 2)
    path = tmp_path / f"mend{kind}"
    batch, count = intake.write_sent_back(path)
    assert (str(batch.pk), count) == (first.vintage, 2)
    _mend(path, {"2025-13": "2025-12"})  # one of the two
    prepared = intake.prepare(path, today=TODAY)
    assert any("改正稿：1 行通过检查，1 行仍有问题" in remark.zh for remark in prepared.remarks)
    second = intake.commit(prepared, by="甲")
    assert (second.new, second.rejected) == (1, 1)
    # What is still wrong waits in the batch that it came back in.
    assert [(w.batch, w.rows) for w in intake.waiting()] == [(int(second.vintage), 1)]
    before = f"{tmp_path}/before{kind}"
    assert intake.write_sent_back(Path(before), first.vintage)[1] == 2, "all have come back: all"
    intake.write_sent_back(path)
    _mend(path, {"一百": "100"})
    intake.commit(intake.prepare(path, today=TODAY), by="甲")
    assert intake.waiting() == []
    assert tax() == {A: 120_000, B: 70_000, C: 1_000_000}
    with pytest.raises(NothingToCompute):
        intake.write_sent_back(path)


def _mend(path: Path, cells: dict[str, str]) -> None:
    """As a person would: other cells in their places, saved in the same kind of file."""
    if path.suffix == ".csv":
        text = path.read_text(encoding="utf-8-sig")
        for wrong, right in cells.items():
            text = text.replace(f",{wrong},", f",{right},")
        path.write_text(text, encoding="utf-8-sig")
        return
    book = fastexcel.read_excel(path)
    sheet = book.sheet_names[0]
    frame = book.load_sheet(sheet, dtypes="string").to_polars()
    frame = frame.with_columns(pl.all().replace(cells))
    frame.write_excel(path, worksheet=sheet)


def test_the_workbook_marks_cells_and_offers_choices(bring: Bring, tmp_path: Path) -> None:
    bring(f"统一社会信用代码,企业名称,企业规模\n{A},甲,巨大\n", "firms")
    path = tmp_path / "mend.xlsx"
    intake.write_sent_back(path)
    with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        comments = archive.read("xl/comments1.xml").decode()
    assert "dataValidation" in sheet
    assert "大型" in comments
    head = fastexcel.read_excel(path).load_sheet(0, header_row=None).to_polars().row(0)
    assert head[0] == "原行号"
    assert head[-1] == "问题说明"


def test_figures_published_come_back_too(write: Write, tmp_path: Path) -> None:
    head = "indicator,area,period,value,unit,source_title,source_url,note,trust\n"
    ledger.import_observations(
        write(head + "工业投资增速,甲市,2023,七,%,甲报,,,press\n", "figures.csv"), by=""
    )
    (waits,) = intake.waiting()
    assert (waits.table, waits.rows) == ("", 1)
    batch, count = intake.write_sent_back(tmp_path / "mend.csv")
    assert (batch.table, count) == ("", 1)


def test_a_batch_without_such_rows_says_so(bring: Bring, tmp_path: Path) -> None:
    receipt = bring("产业链代码,产业链名称\nc1,集成电路\n", "chains")
    with pytest.raises(NothingToCompute, match=receipt.vintage):
        intake.write_sent_back(tmp_path / "x.csv", receipt.vintage)
    with pytest.raises(NotFound, match="999"):
        intake.write_sent_back(tmp_path / "x.csv", "999")


def test_a_forged_number_marks_nothing_of_another_table(bring: Bring) -> None:
    first = bring(HEAD + ROWS)
    bring(f"原行号,产业链代码,产业链名称\n{first.vintage}#3,c1,集成电路\n", "chains")
    assert RejectedRow.objects.filter(mended_in__isnull=True).count() == 2


def test_only_rows_that_wait_are_written(bring: Bring, tmp_path: Path) -> None:
    first = bring(HEAD + ROWS)
    bring(HEAD + f"{C},丙,2025-03,100,y\n")
    assert intake.write_sent_back(tmp_path / "mend.csv", first.vintage)[1] == 1
    text = (tmp_path / "mend.csv").read_text(encoding="utf-8-sig")
    assert f"{first.vintage}#3" in text
    assert f"{first.vintage}#4" not in text
    assert intake.write_sent_back(tmp_path / "then.csv", first.vintage, first.vintage)[1] == 2


@pytest.mark.parametrize("table", ["firm_month", "chains"])
def test_more_rows_than_a_query_takes_parameters_are_settled(table: str, bring: Bring) -> None:
    """A whole export is sent back and comes again; the limit is lowered to make that quick."""
    head, wrong, right = {
        "firm_month": ("统一社会信用代码,月份,营业收入（万元）", "{a},2025-03,x", "{a},2025-03,5"),
        "chains": ("产业链代码,产业链名称", "c{n},", "c{n},链{n}"),
    }[table]
    rows = [{"a": code(n), "n": n} for n in range(60)]
    first = bring("\n".join([head, *(wrong.format(**row) for row in rows)]), table)
    assert first.rejected == 60
    bring("\n".join([head, *(right.format(**row) for row in rows)]), table)
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        kept = connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 40)
    try:
        assert intake.waiting() == []
        assert [w.rows for w in intake.waiting(first.vintage)] == [60]
    finally:
        if connection.vendor == "sqlite":
            connection.connection.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, kept)
