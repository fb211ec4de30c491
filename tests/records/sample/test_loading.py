"""A city as files: where it is written, what every file says of itself, what is refused."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from liantu.errors import NotFound, UnreadableInput, UsageError
from liantu.records.sample import read_manifest, write_city

FACTS = {"source_documents", "industry_classes", "industry_concordance", "areas", "area_changes",
         "code_lists"}  # fmt: skip


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "city"


def test_only_an_empty_folder_is_written_into(home: Path) -> None:
    home.mkdir()
    (home / "mine.txt").write_text("kept", encoding="utf-8")
    with pytest.raises(UsageError, match="不是空的"):
        write_city(home, firms=200, seed=2, months=1)
    assert [path.name for path in home.iterdir()] == ["mine.txt"]


def test_a_folder_without_a_city_is_refused(home: Path) -> None:
    with pytest.raises(NotFound, match="没有模拟城市"):
        read_manifest(home)
    home.mkdir()
    (home / "sample.json").write_text("[]", encoding="utf-8")
    with pytest.raises(UnreadableInput, match="不可读"):
        read_manifest(home)


@pytest.mark.parametrize("months", [0, 73])
def test_months_out_of_range_are_refused(home: Path, months: int) -> None:
    with pytest.raises(UsageError, match="月数"):
        write_city(home, firms=200, seed=2, months=months)


def test_every_file_of_synthetic_rows_says_so(home: Path) -> None:
    manifest = write_city(home, firms=200, seed=2, months=1)
    for file in manifest.files:
        path = home / file.name
        if path.suffix == ".parquet":
            said = "模拟数据" in pl.read_parquet_metadata(path).values()
        elif path.suffix == ".csv":
            said = "模拟数据".encode() in path.read_bytes() or (
                "模拟数据".encode("gb18030") in path.read_bytes()
            )
        else:
            continue
        assert said is (file.table not in FACTS), file.name
