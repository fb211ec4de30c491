"""What no room foresaw, turned into a message: storage that fails, and faults of our own."""

from __future__ import annotations

import sys
import tempfile
import traceback

from liantu.errors import LiantuError, StorageFailed


def as_message(error: Exception) -> LiantuError:
    """The error as one for the user; details of a fault are kept in a file for its mender."""
    if isinstance(error, LiantuError):
        return error
    if _of_the_ledger(error):
        return StorageFailed(
            f"台账读写失败：{_first_line(error)}。未作任何改动。"
            "请检查磁盘空间和权限；如另有导入正在进行，请待其结束后重试。",
            f"The ledger could not be read or written: {_first_line(error)}. Nothing was changed."
            " Check disk space and permissions; where another import is running, try again when"
            " it has ended.",
        )
    if isinstance(error, OSError):
        named = f" {error.filename}" if error.filename else ""
        why = error.strerror or _first_line(error)
        return StorageFailed(
            f"文件读写失败{named}：{why}。请检查路径、权限和磁盘空间后重试。",
            f"A file could not be read or written{named}: {why}. Check path, permissions and disk"
            " space, then try again.",
        )
    return _fault(error)


def _of_the_ledger(error: Exception) -> bool:
    """Django is loaded by the commands that need it, not by all."""
    database = sys.modules.get("django.db")
    return database is not None and isinstance(error, database.DatabaseError)


def _fault(error: Exception) -> LiantuError:
    kept = _kept(error)
    zh = f"详情记在 {kept}，请连同所用文件交给维护人员。" if kept else "请交给维护人员。"
    en = f"Details are in {kept}; give them" if kept else "Give it"
    return LiantuError(
        f"程序出错（{type(error).__name__}：{_first_line(error)}）。{zh}",
        f"A fault of the program ({type(error).__name__}: {_first_line(error)})."
        f" {en} to its maintainers, with the file it was given.",
    )


def _kept(error: Exception) -> str:
    """Where the traceback was written; empty where not even that can be written."""
    try:
        with tempfile.NamedTemporaryFile(
            "w", prefix="liantu-fault-", suffix=".txt", encoding="utf-8", delete=False
        ) as file:
            file.writelines(traceback.format_exception(error))
            return file.name
    except OSError:
        traceback.print_exception(error)
        return ""


def _first_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__
