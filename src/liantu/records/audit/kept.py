"""What is kept outside the database: the key of the seals, the head of the chain, anchors.

Whoever can write the database alone can neither make a seal nor cut the end of the chain
unnoticed. Whoever can write both the database and this folder can: against them stand only anchors
that were carried away (printed, sent to another machine's log). ``LIANTU_AUDIT_FOLDER`` puts the
folder where the keeper of the database cannot write.
"""

from __future__ import annotations

import fcntl
import hashlib
import logging
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings

from liantu.errors import StorageFailed, unwritable

_KEY, _HEAD, _ANCHORS, _LOCK = "audit.key", "head", "anchors.txt", "lock"
_KEY_BYTES = 32
_LOG = logging.getLogger("liantu.audit")


@dataclass(frozen=True)
class Anchor:
    """A point of the chain as it was seen: entry ``number`` had ``digest``."""

    number: int
    digest: str

    def __str__(self) -> str:
        return f"{self.number}:{self.digest}"


def folder() -> Path:
    """``LIANTU_AUDIT_FOLDER``, else ``audit/`` in the home."""
    named = getattr(settings, "AUDIT_FOLDER", None)
    return Path(named) if named else Path(settings.HOME) / "audit"


def key() -> bytes:
    """The key of the seals, made on first use (mode 600).

    Raises:
        StorageFailed: it cannot be read or made, or is none.
    """
    path = folder() / _KEY
    try:
        if not path.exists():
            _make(path)
        found = bytes.fromhex(path.read_text(encoding="ascii").strip())
    except OSError as error:
        raise unwritable(path, error) from error
    except ValueError:
        found = b""
    if len(found) != _KEY_BYTES:
        raise StorageFailed(
            f"审计密钥文件 {path} 不是 64 位十六进制数。请从保管处恢复原密钥；"
            "不要新建，否则已有记录的签章无法核对。",
            f"The audit key {path} is not 64 hexadecimal digits. Restore the key from where it is"
            " kept; do not make another, for the seals so far could not be checked.",
        )
    return found


def key_name(of: bytes) -> str:
    """A name by which two keys are told apart without showing them."""
    return hashlib.sha256(b"liantu audit key " + of).hexdigest()[:12]


def _make(path: Path) -> None:
    """Written whole, then linked into place: two processes at once agree on one key."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".key-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(_KEY_BYTES) + "\n")
    try:
        os.link(written, path)
    except FileExistsError:
        _LOG.debug("another process was first; its key is the key")
    finally:
        Path(written).unlink()


def head() -> Anchor | None:
    """The latest entry that was seen committed; None where nothing was yet."""
    return read_anchor(_text(folder() / _HEAD))


def advance(to: Anchor, day: str) -> None:
    """Remember the head; the first of a day also becomes an anchor.

    Called after the commit: processes may come in any order, the later entry stays.
    """
    with _alone():
        seen = head()
        if seen is not None and seen.number >= to.number:
            return
        _write(folder() / _HEAD, f"{to}\n")
        latest = anchors()
        if not latest or latest[-1][0] != day:
            _append(to, day)


def restart(at: Anchor | None) -> None:
    """Let the head stand where a restored ledger ends, be it before the one seen."""
    with _alone():
        _write(folder() / _HEAD, f"{at}\n" if at else "")


def anchor(at: Anchor, day: str) -> None:
    """Write an anchor down, and tell it to the log, which may stand on another machine."""
    with _alone():
        _append(at, day)


def anchors() -> list[tuple[str, Anchor]]:
    """Day and anchor, oldest first, as they were written down."""
    found = []
    for line in _text(folder() / _ANCHORS).splitlines():
        day, _, rest = line.partition(" ")
        one = read_anchor(rest)
        if one is not None:
            found.append((day, one))
    return found


def read_anchor(text: str) -> Anchor | None:
    """``number:digest`` as printed; None where the text is nothing of the kind."""
    number, _, digest = text.strip().partition(":")
    if not number.isdecimal() or len(digest) != len(hashlib.sha256().hexdigest()):
        return None
    return Anchor(int(number), digest)


def _append(to: Anchor, day: str) -> None:
    with (folder() / _ANCHORS).open("a", encoding="ascii") as file:
        file.write(f"{day} {to}\n")
    _LOG.info("audit anchor %s", to)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except FileNotFoundError:
        return ""


def _write(path: Path, text: str) -> None:
    handle, written = tempfile.mkstemp(dir=path.parent, prefix=".head-")
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
    Path(written).replace(path)


@contextmanager
def _alone() -> Iterator[None]:
    folder().mkdir(parents=True, exist_ok=True, mode=0o700)
    with (folder() / _LOCK).open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
