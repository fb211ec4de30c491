"""Writing a package whatever the disk, the path or a sudden end do to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from liantu.errors import StorageFailed
from liantu.plan import store
from liantu.plan.compiler import compile_text
from liantu.plan.package import PlanPackage
from liantu.plan.store import read_package, write_package

from .sample_plans import sample

FOREVER = """
import sys
from liantu.plan.store import read_package, write_package
package = read_package(sys.argv[1])
print("begins", flush=True)
while True:
    write_package(package, sys.argv[1])
"""


@pytest.fixture(scope="module")
def package() -> PlanPackage:
    return compile_text(sample("yunzhou"))


@pytest.mark.parametrize("below", ["file/sub", "x" * 300, "file/sub/deeper"])
def test_a_place_that_cannot_be_written_is_named(
    package: PlanPackage, tmp_path: Path, below: str
) -> None:
    (tmp_path / "file").write_text("kept", encoding="utf-8")
    with pytest.raises(StorageFailed, match="无法写入") as caught:
        write_package(package, tmp_path / below)
    assert len(caught.value.message.zh) < 400, "a long path is shortened"
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_a_full_disk_leaves_the_older_package_and_nothing_else(
    package: PlanPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = write_package(package, tmp_path / "plan")
    before = {path.name: path.read_bytes() for path in out.iterdir()}

    def full(path: Path, text: str) -> None:
        path.write_text(text[:1000], encoding="utf-8")
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(store, "_write", full)
    with pytest.raises(StorageFailed, match="No space left"):
        write_package(package, out)
    assert {path.name: path.read_bytes() for path in out.iterdir()} == before
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


def test_a_symbolic_link_stays_one(package: PlanPackage, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    for _ in range(2):
        write_package(package, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    assert read_package(tmp_path / "real") == package
    assert sorted(path.name for path in tmp_path.iterdir()) == ["link", "real"]


def test_without_an_exchange_the_folder_is_replaced_all_the_same(
    package: PlanPackage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_exchanged", lambda fresh, directory: False)
    out = write_package(package, tmp_path / "plan")
    (out / store.TARGETS_FILE).write_text("older", encoding="utf-8")
    write_package(package, out)
    assert (out / store.TARGETS_FILE).read_text(encoding="utf-8") == store.targets_csv(package)
    assert [path.name for path in tmp_path.iterdir()] == ["plan"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux exchanges folders in one step")
def test_a_killed_writer_leaves_a_whole_package(package: PlanPackage, tmp_path: Path) -> None:
    out = write_package(package, tmp_path / "plan")
    for pause in (0.0, 0.01, 0.023, 0.05):
        writer = subprocess.Popen(
            [sys.executable, "-c", FOREVER, str(out)], stdout=subprocess.PIPE, text=True
        )
        assert writer.stdout is not None
        assert writer.stdout.readline() == "begins\n"
        for _ in range(20):
            assert (out / store.PLAN_FILE).is_file(), "no moment is without a package"
        time.sleep(pause)
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        assert read_package(out) == package
        assert (out / store.TARGETS_FILE).read_text(encoding="utf-8") == store.targets_csv(package)
