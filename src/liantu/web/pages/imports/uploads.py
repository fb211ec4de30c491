"""Files on their way in: one folder each, under a random name that is the only way to it.

``<LIANTU_HOME>/uploads/<token>/`` holds ``file/<name>`` as it came, ``state.json`` and the results
of the last check. State is written beside and moved into place; a process that dies leaves the
state before or after. Folders untouched for longer than declared are removed when the next file
comes.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import secrets
import shutil
import tempfile
import time
import unicodedata
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any

from django.conf import settings

from liantu.errors import NotFound, unwritable
from liantu.records import access
from liantu.records.doors import Mapping, Match
from liantu.web.pages.imports.rules import upload_rules

TOKEN = r"[A-Za-z0-9_-]{32}"  # noqa: S105 - the form of a token, not one
_TOKEN_BYTES = 24
_STATE = "state.json"
_LOCK = ".lock"
_INCOMING = ".incoming"


@dataclass(frozen=True)
class State:
    """What the steps of one import have settled so far."""

    file_name: str
    size: int
    table: str = ""
    sheet: str = ""
    source: str = ""
    matches: tuple[Match, ...] = ()
    """Headers that a person matched otherwise than the door."""
    fill: dict[str, str] = field(default_factory=dict)
    result: dict[str, Any] = field(default_factory=dict)
    """Summary of the last check (:mod:`.checking`); empty before it."""
    redone: bool = False
    """The check was repeated because the records had changed since it was shown."""
    trouble: tuple[str, str] | None = None
    """Why the last check could not be made, in both languages."""
    owner: str = ""
    """Account that uploaded it: nobody else is shown it."""
    done: dict[str, int] = field(default_factory=dict)
    """Check that was accepted → the batch it became; sheets of a workbook come one by one."""

    @property
    def mapping(self) -> Mapping | None:
        """Headers as a person matched them."""
        return Mapping(self.table, self.matches, self.source) if self.matches else None


@dataclass(frozen=True)
class Upload:
    """One file on its way in, with its state."""

    token: str
    folder: Path
    state: State

    @property
    def path(self) -> Path:
        """The file itself, under its own name."""
        return self.folder / "file" / self.state.file_name


def uploads_folder() -> Path:
    """Where files on their way lie; need not exist yet."""
    return Path(settings.HOME) / "uploads"


def incoming_folder() -> Path:
    """Where bytes are written while a browser still sends them.

    Raises:
        StorageFailed: it cannot be made.
    """
    folder = uploads_folder() / _INCOMING
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unwritable(folder.parent, error) from error
    return folder


def keep(received: Path, name: str, size: int) -> Upload:
    """Give a received file its folder; the file is moved, not copied.

    Raises:
        Refused: whoever acts brings no files.
        StorageFailed: the folder cannot be written; nothing is left behind.
    """
    access.require("import", "file", "plan")
    sweep(size)
    token = secrets.token_urlsafe(_TOKEN_BYTES)
    folder = uploads_folder() / token
    upload = Upload(token, folder, State(plain_name(name), size, owner=_me()))
    try:
        upload.path.parent.mkdir(parents=True, mode=0o700)
        folder.chmod(0o700)
        (folder / _LOCK).touch(mode=0o600)
        received.replace(upload.path)
        _write(upload)
    except OSError as error:
        shutil.rmtree(folder, ignore_errors=True)
        raise unwritable(uploads_folder(), error) from error
    return upload


def find(token: str) -> Upload:
    """The file under a token.

    Raises:
        NotFound: there is none, it is somebody else's, or it has expired; who asks is not told
            which.
    """
    folder = uploads_folder() / token
    try:
        text = (folder / _STATE).read_text(encoding="utf-8")
        data = json.loads(text)
        data["matches"] = tuple(Match(**match) for match in data["matches"])
        data["trouble"] = tuple(data["trouble"]) if data["trouble"] else None
        upload = Upload(token, folder, State(**data))
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise gone() from error
    # Whoever has the shell holds the folder itself.
    if access.current().user_id is not None and upload.state.owner != _me():
        raise gone()
    if _age(folder) > upload_rules().keep_hours * 3600:
        _remove_unused(folder)
        raise gone()
    return upload


def _me() -> str:
    """The account that acts, however it may be called tomorrow."""
    actor = access.current()
    return str(actor.user_id) if actor.user_id is not None else f"shell {actor.name}"


def is_token(text: str) -> bool:
    """Could a text be the name of a file on its way?"""
    return re.fullmatch(TOKEN, text) is not None


def gone() -> NotFound:
    """What is said of a token under which nothing lies."""
    hours = f"{upload_rules().keep_hours:g}"
    return NotFound(
        f"没有这份待导入的文件：它可能已取消，或已超过 {hours} 小时未处理而清除。"
        "没有任何数据入库。请重新上传。",
        f"There is no such file on its way: it was cancelled, or lay untouched for more than"
        f" {hours} hours and was removed. Nothing was imported. Upload it again.",
    )


def settle(upload: Upload, **changes: Any) -> Upload:
    """Write what a step settled.

    Raises:
        StorageFailed: the state cannot be written; the one before stands.
        NotFound: the upload was removed meanwhile.
    """
    settled = replace(upload, state=replace(upload.state, **changes))
    try:
        _write(settled)
    except FileNotFoundError as error:
        raise gone() from error
    except OSError as error:
        raise unwritable(upload.folder, error) from error
    return settled


def _write(upload: Upload) -> None:
    handle, beside = tempfile.mkstemp(dir=upload.folder, prefix=".state-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(upload.state), file, ensure_ascii=False)
        Path(beside).replace(upload.folder / _STATE)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def finish(upload: Upload) -> None:
    """Remove the file; what became of it stays known until it expires."""
    for folder in (upload.path.parent, *upload.folder.glob("result-*")):
        shutil.rmtree(folder, ignore_errors=True)


def discard(upload: Upload) -> None:
    """Remove a file and all that was found in it."""
    shutil.rmtree(upload.folder, ignore_errors=True)


@contextmanager
def alone(upload: Upload) -> Iterator[Upload]:
    """Be the only one to work on an upload; yields it as it is now."""
    try:
        handle = os.open(upload.folder / _LOCK, os.O_RDWR | os.O_CREAT, 0o600)
    except FileNotFoundError as error:
        raise gone() from error
    except OSError as error:
        raise unwritable(upload.folder, error) from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield find(upload.token)
    finally:
        os.close(handle)  # frees the lock


def sweep(coming: int = 0) -> int:
    """Remove what has expired, and the oldest beyond what is kept; returns how many.

    A folder that somebody is at work on stays.

    Args:
        coming: size of the file that room is made for. [byte]
    """
    rules = upload_rules()
    room = rules.most_mb * 1024 * 1024 - coming
    removed = 0
    for at, folder in enumerate(sorted(_folders(), key=_age)):
        room -= _size(folder)
        if at >= rules.most - 1 or room < 0 or _age(folder) > rules.keep_hours * 3600:
            removed += _remove_unused(folder)
    for left in uploads_folder().glob(f"{_INCOMING}/*"):
        if _age(left) > rules.keep_hours * 3600:
            left.unlink(missing_ok=True)
    return removed


def _remove_unused(folder: Path) -> bool:
    """Remove a folder unless somebody is at work on it; was it removed?"""
    try:
        handle = os.open(folder / _LOCK, os.O_RDONLY)
    except FileNotFoundError:  # nobody can be
        shutil.rmtree(folder, ignore_errors=True)
        return True
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    else:
        shutil.rmtree(folder, ignore_errors=True)
        return True
    finally:
        os.close(handle)  # frees the lock


def _size(folder: Path) -> int:
    """Bytes of all files in a folder; those that are going count nothing."""
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(at, name).stat().st_size
    return total


def _folders() -> list[Path]:
    named = re.compile(TOKEN)
    try:
        return [path for path in uploads_folder().iterdir() if named.fullmatch(path.name)]
    except FileNotFoundError:
        return []


def _age(path: Path) -> float:
    """Seconds since the last step; a folder that is going is as old as can be."""
    try:
        state = path / _STATE
        return time.time() - (state if state.exists() else path).stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def plain_name(name: str) -> str:
    """A file name that is only a name: no folders, no control characters, not too long."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(letter for letter in last if unicodedata.category(letter)[0] != "C")
    kept = re.sub(r'[<>:"|?*]', "_", kept).strip(" .")
    stem, dot, ending = kept.rpartition(".")
    stem, ending = (stem, f".{ending[:10]}") if dot else (kept, "")
    room = upload_rules().name_bytes - len(ending.encode())
    return (stem.encode()[:room].decode("utf-8", "ignore").strip() or "file") + ending
