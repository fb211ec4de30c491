"""Synthetic data are known for what they are, from the file to the single row."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from liantu.records import registers, synthetic
from liantu.records.accept import accept
from liantu.records.doors import check, write_table
from liantu.records.models import Batch
from liantu.records.synthetic import Extent
from liantu.records.tables.declared import table

HEAD = "园区代码,季度,从业人员（人）"
CHAINS = pl.DataFrame({"chain_id": ["a", "b"], "name": ["甲链", "乙链"]})


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path / "home"


def quarters(path: Path, *lines: str, title: str = "") -> Path:
    path.write_text("\n".join([*([title] if title else []), HEAD, *lines]), encoding="utf-8")
    return path


@pytest.mark.parametrize("suffix", ["csv", "xlsx", "parquet"])
def test_a_file_says_so_and_still_reads_back_unchanged(tmp_path: Path, suffix: str) -> None:
    declared = table("chains")
    for label in (True, False):
        path = tmp_path / f"{label}.{suffix}"
        write_table(CHAINS, declared, path, synthetic=label)
        checked = check(path, "chains")
        assert checked.synthetic is label
        assert checked.frame.select(CHAINS.columns).equals(CHAINS)
        assert not checked.rejected


def test_the_name_of_the_file_says_so(tmp_path: Path) -> None:
    assert check(quarters(tmp_path / "季报-模拟数据.csv", "P1,2025Q1,5"), "park_quarter").synthetic


def test_a_firm_whose_code_nobody_can_issue_gives_its_file_away(tmp_path: Path) -> None:
    path = tmp_path / "titles.csv"
    head = "统一社会信用代码,称号,认定日期"
    path.write_text(f"{head}\n91000000MA00000A1U,高新技术企业,2024-01-01", encoding="utf-8")
    assert check(path, "titles").synthetic
    path.write_text(f"{head}\n91000100000000001U,高新技术企业,2024-01-01", encoding="utf-8")
    assert not check(path, "titles").synthetic


def test_a_cell_below_the_header_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "chains.csv"
    path.write_text("产业链代码,产业链名称\na,模拟数据服务\n", encoding="utf-8")
    assert not check(path, "chains").synthetic


@pytest.mark.django_db
def test_batches_tables_and_rows_of_a_series_tell_it(tmp_path: Path) -> None:
    title = "模拟数据：合成样本"
    first = quarters(tmp_path / "a.csv", "P1,2025Q1,5", "P2,2025Q1,6", title=title)
    receipt = accept(check(first, "park_quarter"), by="样本")
    assert synthetic.of_batch(receipt.vintage)
    assert synthetic.of_table("park_quarter") is Extent.ALL
    real = accept(check(quarters(tmp_path / "b.csv", "P2,2025Q1,7"), "park_quarter"), by="园区")
    assert not synthetic.of_batch(real.vintage)
    assert synthetic.of_table("park_quarter") is Extent.SOME
    assert synthetic.of_table("park_quarter", receipt.vintage) is Extent.ALL
    rows = synthetic.rows("park_quarter").collect()
    assert dict(rows.select("park_code", "synthetic").rows()) == {"P1": True, "P2": False}
    before = synthetic.rows("park_quarter", receipt.vintage).collect()
    assert before["synthetic"].all()


@pytest.mark.django_db
def test_records_of_a_register_stay_what_they_are_when_edited(tmp_path: Path) -> None:
    path = tmp_path / "chains.csv"
    write_table(CHAINS, table("chains"), path, synthetic=True)
    accept(check(path, "chains"), by="样本")
    assert synthetic.of_table("chains") is Extent.ALL
    registers.upsert("chains", [{"chain_id": "c", "name": "丙链"}], by="链办")
    assert synthetic.of_table("chains") is Extent.SOME
    assert synthetic.of_tables(["chains", "parks"]) is Extent.SOME
    registers.edit("chains", "a", {"name": "甲新链"}, expected_version=1, by="链办")
    assert synthetic.records("chains", ["a", "b", "c"]) == {"a", "b"}


@pytest.mark.django_db
def test_nothing_is_synthetic_that_does_not_say_so(tmp_path: Path) -> None:
    accept(check(quarters(tmp_path / "b.csv", "P2,2025Q1,7"), "park_quarter"), by="园区")
    assert not Batch.objects.get().synthetic
    assert synthetic.of_table("park_quarter") is Extent.NONE
    assert synthetic.of_tables(["park_quarter", "chains"]) is Extent.NONE
