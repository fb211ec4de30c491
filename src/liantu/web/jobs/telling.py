"""How far a job is, and the wish that it stop: two small files beside the ledger.

A job may hold a transaction of the ledger open while it works. SQLite lets nobody else write then,
so neither what it has done nor that somebody wants it stopped could be said there.
``<home>/jobs/<id>/`` also holds the files that a job made.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from django.conf import settings

from liantu.errors import unwritable
from liantu.records.lake.folder import write_whole
from liantu.words import Language, words

_PROGRESS, _STOP, _FILES = "progress.json", "stop", "files"


@dataclass(frozen=True)
class Far:
    """How far a job is: ``done`` of ``total`` steps, and what it does now."""

    done: int = 0
    total: int = 0
    step: str = ""
    """Its words are ``jobs.step.<step>``."""

    def said(self, language: Language) -> str:
        """What it does now, in words."""
        return words().say(f"jobs.step.{self.step}", language) if self.step else ""


class Stopped(Exception):
    """Somebody asked that the job stop; raised between its steps."""


def folder_of(job: UUID) -> Path:
    """Folder of a job, which need not exist."""
    return Path(settings.HOME) / "jobs" / str(job)


def files_of(job: UUID) -> Path:
    """Folder for what a job makes, there now.

    Raises:
        StorageFailed: it cannot be made.
    """
    folder = folder_of(job) / _FILES
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise unwritable(folder, error) from error
    return folder


def file_of(job: UUID, name: str) -> Path | None:
    """A file that a job made; None where it made none of that name."""
    folder = folder_of(job) / _FILES
    return next((path for path in folder.glob("*") if path.name == name), None)


class Progress:
    """What a job tells while it works, and where it stops when asked to."""

    def __init__(self, job: UUID, total: int) -> None:
        self._job, self._total, self._done = job, total, -1

    def step(self, name: str) -> None:
        """The next step begins.

        Raises:
            Stopped: somebody asked for it.
        """
        if is_stopped(self._job):
            raise Stopped
        self._done += 1
        told = {"done": self._done, "total": self._total, "step": name}
        files_of(self._job)
        write_whole(folder_of(self._job) / _PROGRESS, json.dumps(told).encode())


def far(job: UUID) -> Far:
    """How far a job was when it last said so."""
    try:
        return Far(**json.loads((folder_of(job) / _PROGRESS).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return Far()


def ask_to_stop(job: UUID) -> None:
    """Let the job stop at its next step.

    Raises:
        StorageFailed: that cannot be written.
    """
    files_of(job)
    write_whole(folder_of(job) / _STOP, b"")


def is_stopped(job: UUID) -> bool:
    """Was it asked to stop?"""
    return (folder_of(job) / _STOP).exists()


def forget(job: UUID) -> None:
    """Nothing is being done any more; the files made stay."""
    for name in (_PROGRESS, _STOP):
        with suppress(OSError):
            (folder_of(job) / name).unlink(missing_ok=True)


def remove(job: UUID) -> None:
    """Remove all of it, files too."""
    shutil.rmtree(folder_of(job), ignore_errors=True)
