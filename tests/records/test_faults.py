"""What happens around an import: a clock set back, a folder without permission, a folder gone,
a disk that is full. The state is the one before or the one after, and a person is told why."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from liantu.errors import LiantuError, StorageFailed
from liantu.records import lake, registers
from liantu.records.accept import accept
from liantu.records.doors import Checked, check
from liantu.records.models import Batch

pytestmark = pytest.mark.django_db
NOBODY = 65_534


@pytest.fixture(autouse=True)
def home(settings: Any, tmp_path: Path) -> Path:
    """Home of the program for this test."""
    settings.HOME = tmp_path / "home"
    return tmp_path / "home"


@pytest.fixture
def quarters(tmp_path: Path) -> Callable[..., Checked]:
    def run(employees: int, rows: int = 1) -> Checked:
        path = tmp_path / f"{employees}.csv"
        lines = "".join(f"P{n},2025Q1,{employees + n},{n * n}\n" for n in range(rows))
        path.write_text(f"园区代码,季度,从业人员（人）,企业户数（户）\n{lines}", encoding="utf-8")
        return check(path, "park_quarter")

    return run


def state(vintage: str | None = None) -> list[int]:
    return list(lake.read("park_quarter", vintage).collect()["employees"])


def test_a_clock_set_back_never_sets_a_vintage_back(
    quarters: Callable[..., Checked], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = accept(quarters(1), by="")
    long_ago = datetime(2001, 1, 1, tzinfo=UTC)
    for hours in (0, -5, -3, -9):
        monkeypatch.setattr(timezone, "now", lambda at=hours: long_ago + timedelta(hours=at))
        accept(quarters(100 + hours), by="")
        path = tmp_path / "chains.csv"
        path.write_text(f"产业链代码,产业链名称\nc1,名{hours}\n", encoding="utf-8")
        accept(check(path, "chains"), by="")
    moments = list(Batch.objects.order_by("pk").values_list("accepted_at", flat=True))
    assert len(moments) == 9
    assert all(before < after for before, after in pairwise(moments))
    assert state() == [91]
    assert state(first.vintage) == [1]
    versions = registers.history("chains", "c1")
    assert [change.values["name"] for change in sorted(versions, key=lambda c: c.version)] == [
        "名0", "名-5", "名-3", "名-9",
    ]  # fmt: skip
    assert lake.check().sound


@contextmanager
def without_rights(folder: Path) -> Iterator[None]:
    """Nothing may be written below ``folder``; the superuser, who may everything, steps down."""
    folder.chmod(0o555)
    superuser = os.geteuid() == 0
    if superuser:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if superuser:
            os.seteuid(0)
        folder.chmod(0o755)


@pytest.mark.parametrize("below", ["", "lake", "lake/park_quarter"])
def test_a_folder_without_permission(
    quarters: Callable[..., Checked], settings: Any, below: str
) -> None:
    with tempfile.TemporaryDirectory() as place:
        # pytest's own folders may be entered by their owner only.
        Path(place).chmod(0o755)
        settings.HOME = Path(place) / "home"
        settings.HOME.mkdir()
        if below:
            accept(quarters(1), by="")
        before = Batch.objects.count()
        fresh = quarters(2)
        with without_rights(settings.HOME / below), pytest.raises(StorageFailed) as refused:
            accept(fresh, by="")
        assert "未作任何改动" in refused.value.message.zh
        assert Batch.objects.count() == before
        assert lake.check().sound
        accept(fresh, by="")
        assert state() == [2]


def test_a_lake_that_is_gone_is_told_and_mended_from_the_files(
    quarters: Callable[..., Checked], home: Path
) -> None:
    accept(quarters(1, rows=3), by="")
    shutil.rmtree(home / "lake")
    with pytest.raises(LiantuError) as refused:
        state()
    assert "备份" in refused.value.message.zh or "check" in refused.value.message.zh
    report = lake.check()
    assert not report.sound
    assert [defect.kind for defect in report.defects] == ["missing"]


def test_a_lake_that_goes_while_rows_are_written(
    quarters: Callable[..., Checked], home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept(quarters(1), by="")
    before = Batch.objects.count()

    def gone(*args: Any, **more: Any) -> Any:
        shutil.rmtree(home / "lake" / "park_quarter")
        raise FileNotFoundError(2, "No such file or directory")

    monkeypatch.setattr("liantu.records.lake.staging.os.fsync", gone)
    with pytest.raises(StorageFailed):
        accept(quarters(2), by="")
    assert Batch.objects.count() == before


def may_mount() -> bool:
    """Does this process hold the right to mount (CAP_SYS_ADMIN, the 22nd of Linux)?"""
    held = re.search(r"^CapEff:\s*([0-9a-f]+)$", Path("/proc/self/status").read_text(), re.M)
    return held is not None and bool(int(held[1], 16) >> 21 & 1)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of one megabyte; only the superuser of a whole machine may make one.

    Who may and fails has found a fault of this test; who may not is told so.
    """
    place = tmp_path / "disk"
    place.mkdir()
    made = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=1m", "none", str(place)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    if made.returncode:
        reason = f"no small disk can be mounted here: {made.stderr.strip()}"
        if os.environ.get("CI") == "true" and may_mount():
            pytest.fail(reason)
        pytest.skip(reason)
    yield place
    subprocess.run(["umount", str(place)], check=True)


def stuffed(disk: Path) -> Path:
    """A file that leaves no room on a disk."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"\0" * 4096):
            pass
    return ballast


def test_a_disk_that_is_full(
    quarters: Callable[..., Checked], small_disk: Path, settings: Any
) -> None:
    settings.HOME = small_disk
    accept(quarters(1), by="")
    ballast = small_disk / "ballast"
    ballast.write_bytes(b"\x00" * 900_000)
    large = quarters(7, rows=60_000)
    with pytest.raises(StorageFailed, match="无法写入"):
        accept(large, by="")
    assert Batch.objects.count() == 1
    assert lake.check().sound
    assert stat.S_ISREG(ballast.stat().st_mode)
    ballast.unlink()
    accept(large, by="")
    assert len(state()) == 60_000
