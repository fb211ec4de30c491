"""Archives that are damaged, foreign, newer or made to do harm are refused, in words, untouched."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.records.backup.conftest import Home

from liantu.errors import LiantuError, NotFound, UnreadableInput
from liantu.records.backup import verify
from liantu.records.backup.archive import unpack

pytestmark = pytest.mark.sqlite_only("an archive is the same whatever it was made from")

Members = dict[str, bytes]


@pytest.fixture(scope="module")
def archive(new_home: Callable[[str], Home]) -> Path:
    """A sound backup of a small ledger."""
    home = new_home("sqlite")
    assert home.run("data", "vintages").returncode == 0
    return home.backup(home.folder.parent / "sound.zip")


@pytest.fixture
def members(archive: Path) -> Members:
    with zipfile.ZipFile(archive) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def packed(members: Members, path: Path, **changed: Any) -> Path:
    """The members as an archive whose list of contents has been changed, its checksum right."""
    if changed:
        known = json.loads(members["manifest.json"])
        members["manifest.json"] = json.dumps({**known, **changed}).encode()
    sealed(members)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, content in members.items():
            out.writestr(name, content)
    return path


def sealed(members: Members) -> None:
    digest = hashlib.sha256(members["manifest.json"]).hexdigest()
    members["manifest.sha256"] = digest.encode()


def listed(members: Members, name: str, content: bytes) -> None:
    """One member more, with its right size and checksum in the list."""
    members[name] = content
    known = json.loads(members["manifest.json"])
    known["members"][name] = {
        "size": len(content), "sha256": hashlib.sha256(content).hexdigest()
    }  # fmt: skip
    members["manifest.json"] = json.dumps(known).encode()


def refused(path: Path, *words: str) -> None:
    """Both ways of reading it refuse, in both languages, and write nothing outside."""
    into = path.parent / "into"
    into.mkdir(exist_ok=True)
    before = {p for p in path.parent.rglob("*") if into not in p.parents}
    for read in (lambda: verify(path), lambda: unpack(path, into)):
        with pytest.raises(UnreadableInput) as caught:
            read()
        assert caught.value.exit_code == 3
        assert all(word in caught.value.message.en for word in words), caught.value.message.en
        assert "备份" in caught.value.message.zh
    assert {p for p in path.parent.rglob("*") if into not in p.parents} == before


def test_a_sound_archive_is_sound(archive: Path, members: Members, tmp_path: Path) -> None:
    assert verify(archive).manifest.batches == 1
    assert verify(packed(members, tmp_path / "again.zip")).manifest.rows > 100


def test_any_byte_changed_is_found(archive: Path, tmp_path: Path) -> None:
    """Each byte flipped in turn over the whole of a sample of places, the list's own too."""
    content = archive.read_bytes()
    path = tmp_path / "flipped.zip"
    sound = {
        name: zipfile.ZipFile(archive).read(name) for name in zipfile.ZipFile(archive).namelist()
    }
    for place in range(0, len(content), len(content) // 150):
        path.write_bytes(content[:place] + bytes([content[place] ^ 0x10]) + content[place + 1 :])
        try:
            verify(path)
        except UnreadableInput:
            continue
        # What may change unnoticed is dress: dates, permissions of entries. Never a content.
        with zipfile.ZipFile(path) as opened:
            assert {name: opened.read(name) for name in opened.namelist()} == sound


@pytest.mark.parametrize("share", [0, 0.1, 0.5, 0.9, 0.999])
def test_cut_off(archive: Path, tmp_path: Path, share: float) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(archive.read_bytes()[: int(archive.stat().st_size * share)])
    refused(path, "cut off")


def test_foreign(members: Members, tmp_path: Path) -> None:
    path = tmp_path / "foreign.zip"
    with zipfile.ZipFile(path, "w") as out:
        out.writestr("readme.txt", "hello")
    refused(path, "no backup of this program")
    refused(packed({**members, "manifest.json": b'{"format": "x"}'}, path), "list of contents")
    refused(packed({**members, "manifest.json": b"\xff\x00"}, path), "list of contents")
    with pytest.raises(NotFound):
        verify(tmp_path / "none.zip")


def test_newer(members: Members, tmp_path: Path) -> None:
    known = json.loads(members["manifest.json"])
    path = packed(dict(members), tmp_path / "format.zip", format_version=2, unheard_of=1)
    refused(path, "format 2", "Upgrade")
    later = {**known["migrations"], "records": [*known["migrations"]["records"], "9999_later"]}
    refused(
        packed(dict(members), tmp_path / "later.zip", migrations=later),
        "records.9999_later", "Upgrade",
    )  # fmt: skip


@pytest.mark.parametrize(
    "name",
    ["../evil", "/etc/evil", "lake/../../evil.parquet", "lake\\..\\evil", "C:evil",
     "papers/a/../../evil", "papers/./evil", "papers/.a/b", "papers/a/b\x00c", "papers/a/b/c",
     "ledger/../x.jsonl", "ledger.sqlite3", "secret.key/x", "lake/.ledger", "lake/firms/a.parquet",
     "papers/a/\u202egnp.docx"],
)  # fmt: skip
def test_names_that_lead_elsewhere(members: Members, tmp_path: Path, name: str) -> None:
    listed(members, name, b"evil")
    refused(packed(members, tmp_path / "evil.zip"), "cannot be trusted")


def test_members_that_are_not_as_listed(members: Members, tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    refused(packed({**members, "papers/a/b.docx": b"x"}, path), "not in the list")
    lost = {name: content for name, content in members.items() if not name.startswith("lake/")}
    refused(packed(lost, path), "missing")
    name = next(name for name in members if name.startswith("lake/"))
    refused(packed({**members, name: members[name][:-1] + b"?"}, path), "checksum")
    refused(packed({**members, name: members[name][:-1]}, path), "size")
    packed(members, path)
    with zipfile.ZipFile(path, "a") as out, pytest.warns(UserWarning, match="Duplicate"):
        out.writestr(name, b"again")
    refused(path, "twice")


def test_bombs(members: Members, tmp_path: Path) -> None:
    listed(members, "papers/a/b.docx", b"\0" * 50_000_000)
    refused(packed(members, tmp_path / "bomb.zip"), "times its size")


def test_a_list_of_contents_that_would_fill_the_memory(members: Members, tmp_path: Path) -> None:
    members["manifest.json"] += b" " * (65 * 1024 * 1024)
    refused(packed(members, tmp_path / "list.zip"), "too large")


def test_packed_in_another_way(members: Members, tmp_path: Path) -> None:
    sealed(members)
    path = tmp_path / "lzma.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_LZMA) as out:
        for name, content in members.items():
            out.writestr(name, content)
    refused(path, "packed in another way")


def test_a_nested_archive_is_no_backup(archive: Path, tmp_path: Path) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as out:
        out.write(archive, "sound.zip")
    path = tmp_path / "nested.zip"
    path.write_bytes(buffer.getvalue())
    refused(path, "no backup of this program")


def test_every_refusal_is_an_error_of_ours(archive: Path, tmp_path: Path) -> None:
    """Whatever the bytes: words, never a traceback."""
    content = bytearray(archive.read_bytes())
    for seed in range(60):
        path = tmp_path / "any.zip"
        spoiled = bytearray(content)
        for place in range(seed * 7, len(spoiled), 997 + seed):
            spoiled[place] = (spoiled[place] + seed + 1) % 256
        path.write_bytes(spoiled)
        try:
            verify(path)
        except LiantuError:
            continue
        # Bytes that say nothing of the content (a time of day in a header) may be any.
        assert _members(path) == _members(archive)


def _members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as found:
        return {name: found.read(name) for name in found.namelist()}
