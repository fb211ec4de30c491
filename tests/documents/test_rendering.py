"""Files come all or none; the whole job freezes only what it could write."""

from __future__ import annotations

from pathlib import Path

import pytest
from sample_boards import edition

from liantu.documents import rendering
from liantu.documents.rendering import render, rendered
from liantu.errors import UsageError


def test_writes_three_files_named_by_edition(tmp_path: Path) -> None:
    paths = render(edition("quarterly"), tmp_path / "new" / "folder")
    assert [path.name for path in paths] == [
        "quarterly-2025Q4-no1.docx",
        "quarterly-2025Q4-no1.pdf",
        "quarterly-2025Q4-no1.xlsx",
    ]
    assert sorted(p.name for p in (tmp_path / "new" / "folder").iterdir()) == sorted(
        path.name for path in paths
    )


def test_rendering_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    made = edition("final")
    first = [path.read_bytes() for path in render(made, tmp_path / "a")]
    second = [path.read_bytes() for path in render(made, tmp_path / "b")]
    assert first == second


def test_folder_that_is_a_file_is_refused(tmp_path: Path) -> None:
    taken = tmp_path / "taken"
    taken.write_text("x")
    with pytest.raises(UsageError, match="无法写入"):
        render(edition("final"), taken)


def test_nothing_is_written_where_one_file_fails(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_: object) -> bytes:
        raise RuntimeError("layout failed")

    monkeypatch.setitem(rendering.WRITERS, "xlsx", fails)
    with pytest.raises(RuntimeError):
        render(edition("final"), tmp_path)
    assert not list(tmp_path.iterdir())


def test_a_failed_rename_leaves_the_former_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = edition("final")
    former = render(made, tmp_path)[0].read_bytes()

    def refuses(*_: object) -> Path:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "replace", refuses)
    with pytest.raises(UsageError, match="关闭正在打开的同名文件"):
        render(made, tmp_path)
    assert (tmp_path / "final-2025-no1.docx").read_bytes() == former
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(".")]


def test_one_file_for_a_download() -> None:
    assert rendered(edition("final"), "pdf").startswith(b"%PDF")
    with pytest.raises(UsageError, match="odt"):
        rendered(edition("final"), "odt")
