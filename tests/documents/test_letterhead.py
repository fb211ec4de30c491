"""The office's own letterhead: read from a file, unknown keys refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from liantu.documents.letterhead import VARIABLE, office_letterhead, read_letterhead
from liantu.errors import InvalidDeclaration, NotFound
from liantu.systems.dispatch.paper import Letterhead


def test_none_named_is_an_empty_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    assert office_letterhead() == Letterhead()


def test_file_named_in_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "head.yaml"
    path.write_text("issuer: 临江市经信局\nred_head: 临江市经信局文件\n", encoding="utf-8")
    monkeypatch.setenv(VARIABLE, str(path))
    assert office_letterhead() == Letterhead(issuer="临江市经信局", red_head="临江市经信局文件")


def test_empty_file_is_an_empty_letterhead(tmp_path: Path) -> None:
    path = tmp_path / "head.yaml"
    path.write_text("", encoding="utf-8")
    assert read_letterhead(path) == Letterhead()


@pytest.mark.parametrize("content", ["office: x\n", "- a\n", "issuer: [1\n"])
def test_wrong_content_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "head.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(InvalidDeclaration, match=r"head\.yaml"):
        read_letterhead(path)


def test_wrong_encoding_is_named(tmp_path: Path) -> None:
    path = tmp_path / "head.yaml"
    path.write_bytes("issuer: 临江市".encode("gb18030"))
    with pytest.raises(InvalidDeclaration, match="UTF-8"):
        read_letterhead(path)


def test_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="找不到版头文件"):
        read_letterhead(tmp_path / "none.yaml")
