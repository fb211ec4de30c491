"""The list of papers and the files that can be taken away."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.conf import settings
from django.test import Client

from liantu.plan.package import PlanPackage
from liantu.systems.dispatch.issue import issue
from liantu.web import downloads

pytestmark = pytest.mark.django_db


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(settings, "HOME", tmp_path)
    return tmp_path


def test_no_paper_yet_says_how_to_make_one(client: Client, city: PlanPackage) -> None:
    assert "liantu report quarterly" in client.get("/documents/").content.decode()


def test_a_frozen_edition_is_listed_and_sent(client: Client, city: PlanPackage, home: Path) -> None:
    edition = issue("quarterly", "2025Q4")
    page = client.get("/documents/").content.decode()
    assert edition.summary in page
    for kind, start in (("docx", b"PK\x03\x04"), ("pdf", b"%PDF"), ("xlsx", b"PK\x03\x04")):
        address = f"/documents/quarterly/{edition.number}/paper.{kind}"
        assert address in page
        response = client.get(address)
        assert b"".join(response.streaming_content)[:4] == start  # type: ignore[attr-defined]
        assert response["Content-Type"] == downloads.FORMATS[kind]


def fetch(client: Client, address: str) -> bytes:
    """Read to the end: the client then closes the file as a server would."""
    response = client.get(address)
    assert response.status_code == 200
    return b"".join(response.streaming_content)  # type: ignore[attr-defined]


def test_an_edition_is_rendered_once_and_whole(
    client: Client, city: PlanPackage, home: Path
) -> None:
    edition = issue("quarterly", "2025Q4")
    address = f"/documents/quarterly/{edition.number}/paper.pdf"
    fetch(client, address)
    (folder,) = (home / "papers").iterdir()
    times = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    fetch(client, address)
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == times


def test_a_failed_rendering_leaves_nothing_behind(
    client: Client, city: PlanPackage, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def half(edition: object, folder: Path) -> None:
        (folder / "half.pdf").write_bytes(b"%PDF")
        raise OSError("disk full")

    edition = issue("quarterly", "2025Q4")
    monkeypatch.setattr("liantu.documents.render", half)
    client.raise_request_exception = False
    response = client.get(f"/documents/quarterly/{edition.number}/paper.pdf")
    assert response.status_code == 500
    assert list((home / "papers").iterdir()) == []


@pytest.mark.parametrize(
    "path",
    ["quarterly/99/paper.pdf", "secret/1/paper.pdf", "quarterly/1/paper.key",
     "quarterly/1/..%2f..%2fsecret.key", "quarterly/x/paper.pdf"],
)  # fmt: skip
def test_no_other_file_can_be_reached(client: Client, city: PlanPackage, path: str) -> None:
    assert client.get(f"/documents/{path}").status_code == 404
