"""What goes wrong while a backup is made or restored: nothing is left behind, words say why."""

from __future__ import annotations

import os
import resource
import subprocess
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.records.backup.conftest import Home
from tests.records.backup.test_bad_archives import listed, packed

pytestmark = pytest.mark.sqlite_only("the ledger of these homes is SQLite's")

NewHome = Callable[[str], Home]


@pytest.fixture(scope="module")
def home(new_home: NewHome) -> Home:
    made = new_home("sqlite")
    assert made.run("migrate").returncode == 0
    return made


@pytest.fixture
def archive(home: Home, tmp_path: Path) -> Path:
    return home.backup(tmp_path / "saved" / "a.zip")


def told(done: subprocess.CompletedProcess[str], code: int, zh: str, en: str) -> None:
    assert done.returncode == code, done.stderr
    assert zh in done.stderr
    assert en in done.stderr
    assert "Traceback" not in done.stderr


def test_a_full_disk_leaves_no_half_archive(home: Home, tmp_path: Path) -> None:
    def small() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (70_000, 70_000))

    done = subprocess.run(
        ["liantu", "backup", str(tmp_path / "full")],
        env=home.environment, capture_output=True, text=True, check=False, preexec_fn=small,
    )  # fmt: skip
    told(done, 8, "无法写入", "cannot be written")
    assert list((tmp_path / "full").iterdir()) == []


def test_a_backup_never_overwrites(home: Home, archive: Path) -> None:
    before = archive.read_bytes()
    told(home.run("backup", str(archive)), 2, "已存在", "exists")
    assert archive.read_bytes() == before


def test_a_folder_that_cannot_be_written(home: Home, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    told(home.run("backup", str(tmp_path / "file" / "below")), 8, "无法写入", "cannot be written")


def test_the_newest_are_kept(home: Home, tmp_path: Path) -> None:
    old = [tmp_path / f"liantu-20250101-00000{n}.zip" for n in range(3)]
    for path in [*old, tmp_path / "by-hand.zip"]:
        path.touch()
    made = home.backup(tmp_path, "--keep", "2")
    assert sorted(tmp_path.glob("*.zip")) == sorted([tmp_path / "by-hand.zip", old[2], made])


@pytest.mark.long
def test_a_lake_that_lost_a_file_is_not_saved_as_if_it_were_whole(
    home: Home, archive: Path, tmp_path: Path, new_home: NewHome
) -> None:
    target = new_home("sqlite")
    assert target.run("restore", str(archive)).returncode == 0
    (lost,) = target.folder.glob("lake/*/*.parquet")
    content = lost.read_bytes()
    lost.unlink()
    told(target.run("backup", str(tmp_path / "b")), 8, "不存在", "is missing")
    lost.write_bytes(content[:-1] + b"?")
    told(target.run("backup", str(tmp_path / "b")), 8, "与入库时不同", "not as it was accepted")
    assert list((tmp_path / "b").iterdir()) == []
    # The backup mends what the disk lost.
    assert target.run("restore", str(archive), "--replace").returncode == 0
    assert lost.read_bytes() == content
    assert target.run("data", "check").returncode == 0


@pytest.mark.long
def test_an_archive_whose_ledger_and_lake_do_not_agree(
    home: Home, archive: Path, tmp_path: Path, new_home: NewHome
) -> None:
    """Right checksums, wrong content: found when it is built, before anything is changed."""
    with zipfile.ZipFile(archive) as opened:
        members = {name: opened.read(name) for name in opened.namelist()}
    target = new_home("sqlite")
    name = "ledger/records_lakefile.jsonl"
    listed(members, name, members[name].replace(b"observations/", b"observations/0"))
    torn = packed(members, tmp_path / "torn.zip")
    told(target.run("restore", str(torn)), 8, "不符", "do not agree")
    name = "ledger/records_batch.jsonl"
    listed(members, name, b'[1, "not a row"]\n')
    broken = packed(members, tmp_path / "broken.zip")
    told(target.run("restore", str(broken)), 3, "无法识别", "not understood")
    assert not list(target.folder.glob(".restore-*"))
    assert not list(target.folder.glob("lake/*/*.parquet"))
    done = target.run("restore", str(archive))
    assert done.returncode == 0, "nothing of the two is in the way" + done.stderr


def test_somebody_at_work_is_not_disturbed(
    home: Home, archive: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An import holds the lake: the restore waits, and says so when it does not end."""
    import fcntl

    from liantu.records.backup import limits
    from liantu.records.lake.folder import locked

    assert limits.backup_rules().lock_seconds >= 10
    with (home.folder / "lake" / ".lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        from liantu.errors import StorageFailed

        with (
            pytest.raises(StorageFailed, match="Another import is under way"),
            locked(home.folder / "lake", patience=0.1),
        ):
            raise AssertionError("the lock was given twice")
    assert os.access(archive, os.R_OK)
