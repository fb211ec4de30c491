"""Published figures in the lake: visible with their batch, proven like every other file."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.db import transaction

from liantu.errors import StorageFailed, UsageError
from liantu.records import lake, ledger
from liantu.records.figures.interpret import COLUMNS
from liantu.records.figures.kept import stage_figures, unknown_of
from liantu.records.figures.observations_file import read_observations
from liantu.records.lake.folder import lake_folder
from liantu.records.models import Batch, LakeFile
from liantu.records.tables.declared import figures_table, load_tables

pytestmark = pytest.mark.django_db


def file(tmp_path: Path, name: str, *values: str) -> Path:
    rows = [f"工业投资,甲市,{2010 + n},{value},亿元,甲报,,,press" for n, value in enumerate(values)]
    path = tmp_path / name
    path.write_text("\n".join([",".join(COLUMNS), *rows]), encoding="utf-8")
    return path


def test_cells_lie_in_the_lake_as_written_in_the_order_of_the_file(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", "1.70", "3", "2"), by="")
    ledger.import_observations(file(tmp_path, "b.csv", "9", "3", "8"), by="")
    kept = lake.read("observations").collect()
    assert kept.columns == list(figures_table().by_name)
    assert kept["value"].to_list() == ["1.70", "3", "2", "9", "8"]
    assert kept["row"].to_list() == [2, 3, 4, 2, 4]


def test_figures_are_asked_in_sql_as_of_a_vintage(tmp_path: Path) -> None:
    first = ledger.import_observations(file(tmp_path, "a.csv", "1", "2"), by="")
    ledger.import_observations(file(tmp_path, "b.csv", "7", "2", "3"), by="")
    query = "SELECT period, count(*) FROM observations GROUP BY 1 ORDER BY 1"
    assert lake.sql(query).rows() == [("2010", 2), ("2011", 1), ("2012", 1)]
    assert lake.sql(query, first.vintage).rows() == [("2010", 1), ("2011", 1)]


def test_a_crash_before_the_commit_leaves_an_orphan_and_no_figure(tmp_path: Path) -> None:
    read = read_observations(file(tmp_path, "a.csv", "1"))
    (staged,) = stage_figures(unknown_of(read.observations), lake_folder())
    assert ledger.observations() == ()
    report = lake.check(fix=True)
    assert [(defect.kind, defect.name) for defect in report.defects] == [("orphan", staged.name)]
    assert report.sound
    assert ledger.import_observations(tmp_path / "a.csv", by="").accepted == 1


def test_only_known_figures_leave_a_batch_and_no_file(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", "1", "2"), by="")
    again = ledger.import_observations(file(tmp_path, "b.csv", "1"), by="")
    assert (again.accepted, again.duplicates) == (0, 1)
    assert (Batch.objects.count(), LakeFile.objects.count()) == (2, 1)
    assert lake.check().sound


def test_a_damaged_file_is_told_by_the_check_and_by_whoever_reads(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", "1", "2"), by="")
    path = lake_folder() / LakeFile.objects.get().name
    path.write_bytes(path.read_bytes()[:-100])
    assert [defect.kind for defect in lake.check(fix=True).open] == ["damaged"]
    with pytest.raises(StorageFailed, match="liantu data check"):
        ledger.observations()
    path.unlink()
    assert [defect.kind for defect in lake.check(fix=True).open] == ["missing"]
    with pytest.raises(StorageFailed, match="liantu data check"):
        ledger.observations()


def test_a_batch_without_its_figures_is_told(tmp_path: Path) -> None:
    ledger.import_observations(file(tmp_path, "a.csv", "1", "2"), by="")
    Batch.objects.update(accepted=3)
    assert [defect.kind for defect in lake.check().defects] == ["miscounted"]


def test_a_full_disk_is_told_and_nothing_is_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("polars.DataFrame.write_parquet", full)
    with pytest.raises(StorageFailed, match="No space left"):
        ledger.import_observations(file(tmp_path, "a.csv", "1"), by="")
    monkeypatch.undo()
    assert not Batch.objects.exists()
    assert lake.check().defects == ()


def test_no_door_of_tables_serves_figures(tmp_path: Path) -> None:
    assert figures_table().id not in load_tables()
    with pytest.raises(UsageError), transaction.atomic():
        lake.stage(load_tables()["firms"], unknown_of(()))
