"""The lake's folder: where it is, whose it is, and who is at work in it.

``<LIANTU_HOME>/lake/<table>/<uuid>.parquet``. One lock serves all writers: it is held from the
first byte written to the ledger's commit, so that a file without a ledger row is either the
work of whoever holds the lock or left over from a crash. The system frees it when its holder
dies. A lake belongs to one ledger; another one is refused before it can take files for orphans.
"""

from __future__ import annotations

import fcntl
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connection, transaction

from liantu.errors import StorageFailed
from liantu.records.models.lake import LakeIdentity
from liantu.records.moments import take_turn

PATIENCE = 600.0
"""How long an import waits for the one before it. [s]"""
_POLL = 0.02
_LOCK = ".lock"
_OWNER = ".ledger"


def lake_folder() -> Path:
    """Folder of the lake, which need not exist yet."""
    return Path(settings.HOME) / "lake"


@contextmanager
def alone(folder: Path | None = None, *, patience: float = PATIENCE) -> Iterator[Path]:
    """Be the only writer of the lake; yields its folder.

    Not inside a transaction of the ledger: what the lock guards, and the mark of a new lake, have
    to be committed before it is freed.

    Raises:
        StorageFailed: somebody else kept at it for longer than ``patience`` seconds, the folder
            cannot be written, or it belongs to another ledger.
    """
    folder = folder or lake_folder()
    with locked(folder, patience=patience):
        _settle()
        _claim(folder)
        yield folder


@contextmanager
def locked(folder: Path, *, patience: float = PATIENCE) -> Iterator[None]:
    """Hold the lock of the lake without asking whose it is; for who changes the ledger itself.

    Raises:
        StorageFailed: somebody else kept at it for longer than ``patience`` seconds, or the
            folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o640)
    except OSError as error:
        raise unwritable(folder, error) from error
    try:
        _wait(handle, patience)
        yield
    finally:
        os.close(handle)  # frees the lock


def _wait(handle: int, patience: float) -> None:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError as error:
            if time.monotonic() >= deadline:
                raise StorageFailed(
                    f"另一项导入正在进行，已等候 {patience:.0f} 秒。请稍后再试；未作任何改动。",
                    f"Another import is under way; waited {patience:.0f} s. Try again later;"
                    " nothing was changed.",
                ) from error
            time.sleep(_POLL)


def _settle() -> None:
    """Wait until the server is through with acceptances whose process died.

    A process killed just after it sent its commit has freed the lock, and PostgreSQL may still be
    about to carry the commit out: its file would be taken for an orphan.
    """
    if connection.vendor == "postgresql":
        with transaction.atomic():
            take_turn()


def _claim(folder: Path) -> None:
    """Write the ledger's mark into a new lake; refuse the lake of another ledger."""
    identity, _ = LakeIdentity.objects.get_or_create(pk=1)
    mark = folder / _OWNER
    try:
        found = mark.read_text(encoding="ascii").strip()
    except FileNotFoundError:
        write_whole(mark, f"{identity.uuid}\n".encode())
        return
    if found != str(identity.uuid):
        raise StorageFailed(
            f"数据目录 {folder} 属于另一个台账（{found[:8]}，本台账为 {str(identity.uuid)[:8]}）。"
            "请检查 LIANTU_HOME 与 LIANTU_DATABASE_URL 是否配套，或换一个空目录。",
            f"Folder {folder} is the lake of another ledger ({found[:8]}; this one is"
            f" {str(identity.uuid)[:8]}). Check that LIANTU_HOME and LIANTU_DATABASE_URL belong"
            " together, or use an empty folder.",
        )


def write_whole(path: Path, content: bytes) -> None:
    """Write a small file so that it is there whole or not at all, also after a power cut."""
    temporary = path.with_name(f".{uuid.uuid4().hex}.part")
    try:
        with temporary.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise unwritable(path, error) from error


def sync_folder(folder: Path) -> None:
    """Bring a folder's entries to disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def unwritable(path: Path, error: Exception) -> StorageFailed:
    """The error of a file that could not be written, with the system's own reason."""
    why = getattr(error, "strerror", None) or str(error).splitlines()[0][:200]
    return StorageFailed(
        f"无法写入 {path}：{why}。未作任何改动。请腾出磁盘空间或检查权限后重试。",
        f"{path} cannot be written: {why}. Nothing was changed. Free disk space or check the"
        " permissions, then try again.",
    )
