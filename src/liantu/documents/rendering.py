"""Lays an edition out as files: all of them, or none."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path

from liantu.documents.pdf import pdf
from liantu.documents.sheet import sheet
from liantu.documents.word import word
from liantu.errors import UsageError
from liantu.systems.dispatch.edition import Edition

WRITERS: dict[str, Callable[[Edition], bytes]] = {"docx": word, "pdf": pdf, "xlsx": sheet}
"""Kinds of file and who writes them; each gives the same bytes for the same edition."""


OnStep = Callable[[str], None]
"""Told what comes next: ``evaluate``, then the ending of each file."""


def no_report(step: str) -> None:
    """Nobody is watching."""


def render(edition: Edition, out_dir: Path, *, on_step: OnStep = no_report) -> list[Path]:
    """Write the edition's files into ``out_dir``, which is made where it is missing.

    Everything is laid out before the first file is touched, and each file is put in place by
    renaming, so that a reader sees the former file or the new one, never half of one.

    Raises:
        UsageError: the folder cannot be made or written into.
    """
    contents = {}
    for ending, write in WRITERS.items():
        on_step(ending)
        contents[ending] = write(edition)
    check_folder(out_dir)
    written = []
    for ending, content in contents.items():
        path = out_dir / f"{edition.name}.{ending}"
        _put(path, content)
        written.append(path)
    return written


def rendered(edition: Edition, ending: str) -> bytes:
    """One file of the edition, for a download.

    Raises:
        UsageError: no writer makes such files.
    """
    if ending not in WRITERS:
        raise UsageError(
            f"没有“{ending[:20]}”格式。可选：{'、'.join(WRITERS)}。",
            f"There is no format {ending[:20]!r}. Choose one of {', '.join(WRITERS)}.",
        )
    return WRITERS[ending](edition)


def check_folder(folder: Path) -> None:
    """Make sure that files can be put into ``folder``.

    Raises:
        UsageError: it is a file, cannot be made, or cannot be written into.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".liantu-"):
            pass
    except OSError as error:
        raise _unwritable(folder, error) from error


def _put(path: Path, content: bytes) -> None:
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
        temporary = Path(name)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            temporary.chmod(0o644)
            temporary.replace(path)
        except BaseException:
            temporary.unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _unwritable(path, error) from error


def _unwritable(path: Path, error: OSError) -> UsageError:
    return UsageError(
        f"无法写入 {path}：{error.strerror or error}。"
        "请换一个有写权限的目录，或关闭正在打开的同名文件。",
        f"Cannot write {path}: {error.strerror or error}. Choose a folder you may write into, or"
        " close the file where it is open.",
    )
