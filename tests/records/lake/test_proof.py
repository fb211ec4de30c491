"""Ledger and lake agree, or it is said where they do not."""

from __future__ import annotations

import uuid
from pathlib import Path

import polars as pl
import pytest

from liantu.errors import StorageFailed
from liantu.records import lake
from liantu.records.lake.folder import alone
from liantu.records.lake.proof import Report
from liantu.records.models import Batch, LakeFile, LakeIdentity

from .conftest import FIRM_MONTH, Bring, rows

A = "91510100000000000A"
JAN = "2025-01"


def kinds(report: Report) -> list[str]:
    return [defect.kind for defect in report.defects]


def test_a_sound_lake(bring: Bring) -> None:
    bring(rows((A, JAN, 1)))
    bring(rows((A, JAN, None)), mode="withdraw")
    report = lake.check()
    assert report.sound
    assert (report.files, report.rows) == (2, 2)
    assert "一致" in report.summary.zh


def test_orphans_are_named_and_removed_and_nothing_else_is(bring: Bring, home: Path) -> None:
    bring(rows((A, JAN, 1)))
    staged = lake.stage(FIRM_MONTH, rows((A, JAN, 2)))
    cut = staged.path.with_name(".cut.part")
    cut.write_bytes(b"half a file")
    notes = home / "lake" / "notes.txt"
    notes.write_text("kept", encoding="utf-8")
    report = lake.check()
    assert kinds(report) == ["orphan", "orphan"]
    assert not report.sound
    assert staged.path.exists()
    fixed = lake.check(fix=True)
    assert fixed.sound
    assert [defect.removed for defect in fixed.defects] == [True, True]
    assert not staged.path.exists()
    assert not cut.exists()
    assert notes.exists()
    assert lake.check().defects == ()
    assert lake.read("firm_month").collect().height == 1


def test_damage_is_named_and_never_repaired_by_removal(bring: Bring, home: Path) -> None:
    for value in (1, 2, 3):
        bring(rows((A, JAN, value)))
    missing, damaged, swapped = (home / "lake" / file.name for file in LakeFile.objects.all())
    missing.unlink()
    content = bytearray(damaged.read_bytes())
    content[len(content) // 2] ^= 1
    damaged.write_bytes(content)
    swapped.write_bytes(swapped.read_bytes()[:-1])
    report = lake.check(fix=True)
    assert kinds(report) == ["missing", "damaged", "damaged"]
    assert not report.sound
    assert "备份" in report.defects[0].message.zh
    assert damaged.exists()


def test_numbers_that_do_not_agree(bring: Bring) -> None:
    bring(rows((A, JAN, 1)))
    LakeFile.objects.update(rows=2)
    assert kinds(lake.check()) == ["miscounted", "miscounted"]
    Batch.objects.update(accepted=2)
    assert kinds(lake.check()) == ["miscounted"]


def test_the_lake_of_another_ledger_is_not_touched(bring: Bring) -> None:
    staged = lake.stage(FIRM_MONTH, rows((A, JAN, 1)))
    lake.check()
    LakeIdentity.objects.update(uuid=uuid.uuid4())
    for _ in range(2):
        with pytest.raises(StorageFailed, match="another ledger"):
            lake.check(fix=True)
    assert staged.path.exists()


def test_one_writer_at_a_time(db: None) -> None:
    with alone(), pytest.raises(StorageFailed, match="另一项导入"), alone(patience=0.05):
        pass
    with alone(patience=0.05):
        pass


def test_a_folder_that_cannot_be_written(db: None, home: Path) -> None:
    (home / "lake").write_text("a file in its place", encoding="utf-8")
    with pytest.raises(StorageFailed, match="无法写入"):
        lake.check()


def test_rows_come_back_as_they_went_in(bring: Bring) -> None:
    frame = rows((A, JAN, 0.1 + 0.2), (A, "2025-02", -0.0), (A, "2025-03", 1e300))
    bring(frame)
    back = lake.read("firm_month").select(frame.columns).collect()
    assert back.equals(frame)
    assert isinstance(lake.read("firm_month"), pl.LazyFrame)
