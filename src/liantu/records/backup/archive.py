"""Reading an archive that may be damaged, foreign or made to do harm.

Nothing is written but where the caller says, under names that :mod:`.manifest` has allowed; no
more bytes are unpacked than the list of contents declares.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from liantu.errors import NotFound, UnreadableInput, unwritable
from liantu.records.backup import manifest as listed
from liantu.records.backup.limits import backup_rules
from liantu.records.backup.manifest import Manifest, Member, read_manifest
from liantu.records.backup.states import check_known

_READ = 1 << 20
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_ENCRYPTED = 0x1
_BROKEN = (
    zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, RuntimeError,
    ValueError,
)  # fmt: skip
"""What damaged bytes bring about; a place before the beginning of the file is an OSError."""


@dataclass(frozen=True)
class Verified:
    """An archive whose every byte is as it was written."""

    path: Path
    manifest: Manifest


def verify(path: Path) -> Verified:
    """Prove an archive: all members there, every checksum right, readable by this program.

    Raises:
        NotFound: there is no such file.
        UnreadableInput: damaged, cut off, foreign, of a newer program, or made to do harm.
    """
    with opened(path) as (archive, known):
        for name, member in known.members.items():
            for _ in content(archive, name, member, path.name):
                pass
    return Verified(path, known)


def unpack(path: Path, into: Path) -> Manifest:
    """Unpack an archive into a new folder, proving it on the way.

    Raises:
        NotFound, UnreadableInput: as :func:`verify`.
        StorageFailed: the folder cannot be written.
    """
    with opened(path) as (archive, known):
        try:
            for name, member in known.members.items():
                target = into / name
                target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
                with target.open("xb") as file:
                    for part in content(archive, name, member, path.name):
                        file.write(part)
        except OSError as error:
            raise unwritable(into, error) from error
    return known


@contextmanager
def opened(path: Path) -> Iterator[tuple[zipfile.ZipFile, Manifest]]:
    """The archive and its list of contents, both of which fit together and this program."""
    if not path.is_file():
        raise NotFound(
            f"找不到备份文件 {path}。请检查路径。", f"There is no backup {path}. Check the path."
        )
    try:
        archive = zipfile.ZipFile(path)
    except _BROKEN as error:
        raise _no_archive(path.name) from error
    with archive:
        entries = _entries(archive, path.name)
        raw = _head(archive, entries, path.name)
        known = read_manifest(raw, path.name)
        _compare(entries, known, path.name)
        check_known(known.migrations, f"备份 {path.name} ", f"Backup {path.name}")
        yield archive, known


def _entries(archive: zipfile.ZipFile, name: str) -> dict[str, zipfile.ZipInfo]:
    entries: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        if entry.filename in entries:
            raise _damaged(name, entry.filename, "重复出现", "stands in it twice")
        if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
            raise _damaged(name, entry.filename, "打包方式不认识", "is packed in another way")
        entries[entry.filename] = entry
    return entries


def _head(archive: zipfile.ZipFile, entries: dict[str, zipfile.ZipInfo], name: str) -> bytes:
    entry, said = entries.get(listed.MANIFEST), entries.get(listed.MANIFEST_HASH)
    if entry is None or said is None:
        raise _no_archive(name)
    most = backup_rules().manifest_mb * 1024 * 1024
    if entry.file_size > most or said.file_size > 100:
        raise _damaged(name, listed.MANIFEST, "过大", "is too large")
    try:
        with archive.open(entry) as file:
            raw = file.read(most + 1)
        with archive.open(said) as file:
            digest = file.read(100).decode("ascii").strip()
    except _BROKEN as error:
        raise _damaged(name, listed.MANIFEST, "无法解开", "cannot be unpacked") from error
    if hashlib.sha256(raw).hexdigest() != digest:
        raise _damaged(name, listed.MANIFEST, "校验和不符", "does not have its checksum")
    return raw


def _compare(entries: dict[str, zipfile.ZipInfo], known: Manifest, name: str) -> None:
    """Just the members that are listed, of the sizes that are listed, none of them a bomb."""
    there = set(entries) - {listed.MANIFEST, listed.MANIFEST_HASH}
    for missing in sorted(set(known.members) - there):
        raise _damaged(name, missing, "缺失", "is missing")
    for strange in sorted(there - set(known.members)):
        raise _damaged(name, strange, "不在清单中", "is not in the list of contents")
    rules = backup_rules()
    for member, expected in known.members.items():
        entry = entries[member]
        if entry.file_size != expected.size:
            raise _damaged(name, member, "大小与清单不符", "is not of the size listed")
        if expected.size > max(entry.compress_size * rules.most_ratio, rules.floor_bytes):
            raise UnreadableInput(
                f"备份 {name} 中 {member[:80]} 解开后是压缩大小的 {rules.most_ratio} 倍以上，"
                "不像真实数据，未解开。请改用由本系统生成的备份。",
                f"{member[:80]!r} of backup {name} unpacks to more than {rules.most_ratio} times"
                " its size, which no real data do. It was not unpacked. Take a backup made by this"
                " program.",
            )


def content(archive: zipfile.ZipFile, member: str, expected: Member, name: str) -> Iterator[bytes]:
    """A member in parts; never more than its size, and all of it right, or an error at the end."""
    digest, left = hashlib.sha256(), expected.size
    try:
        with archive.open(member) as file:
            while part := _some(file, left):
                digest.update(part)
                left -= len(part)
                yield part
    except _BROKEN as error:
        raise _damaged(name, member, "无法解开", "cannot be unpacked") from error
    if left != 0 or digest.hexdigest() != expected.sha256:
        raise _damaged(name, member, "校验和不符", "does not have its checksum")


def _some(file: IO[bytes], left: int) -> bytes:
    # One byte beyond what is listed shows that there is more; it is not handed on.
    part = file.read(min(_READ, left + 1))
    return part if len(part) <= left else b""


def _no_archive(name: str) -> UnreadableInput:
    return UnreadableInput(
        f"{name} 不是本系统的备份，或已截断、损坏。现有数据未改动。"
        "请指定由 liantu backup 生成的完整文件。",
        f"{name} is no backup of this program, or is cut off or damaged. What is there is"
        " unchanged. Name a whole file made by liantu backup.",
    )


def _damaged(name: str, member: str, zh: str, en: str) -> UnreadableInput:
    return UnreadableInput(
        f"备份 {name} 已损坏：{member[:80]} {zh}。现有数据未改动。请改用另一份备份。",
        f"Backup {name} is damaged: {member[:80]!r} {en}. What is there is unchanged. Take another"
        " backup.",
    )
