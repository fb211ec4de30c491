"""Every error a user can meet, in one file.

An error names the object, what was found, what was expected and the next step,
in Chinese first and English second. Rooms raise these and nothing else for bad input;
``liantu.cli`` maps each class to the exit code it carries.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

_LONGEST_PATH = 200
_SURROGATES = re.compile("[\ud800-\udfff]")


def readable(text: str) -> str:
    """A text that can be shown and stored, whatever the name of the file that it quotes.

    Archives made on Chinese Windows give names in GB18030; on other systems Python keeps bytes
    that are no UTF-8 as lone surrogates, which neither a terminal nor a database takes.
    """
    return _SURROGATES.sub("\ufffd", text)


def name_of(path: Path) -> str:
    """The name of a file as whoever named it reads it, see :func:`readable`."""
    if not _SURROGATES.search(path.name):
        return path.name
    return readable(os.fsencode(path.name).decode("gb18030", "replace"))


@dataclass(frozen=True)
class Message:
    """One sentence for the user, in both languages."""

    zh: str
    en: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "zh", readable(self.zh))
        object.__setattr__(self, "en", readable(self.en))

    def __str__(self) -> str:
        return f"{self.zh}\n{self.en}"


class LiantuError(Exception):
    """Root of the tree. ``exit_code`` is what the command line returns."""

    exit_code = 1

    def __init__(self, zh: str, en: str) -> None:
        self.message = Message(zh, en)
        super().__init__(str(self.message))


class UsageError(LiantuError):
    """The command was called with arguments that do not fit together."""

    exit_code = 2


class UnreadableInput(LiantuError):
    """A file could not be read as what it was given for (empty, scanned, wrong kind)."""

    exit_code = 3


class InvalidRecords(LiantuError):
    """Rows of an import failed their checks; ``problems`` holds one message a row."""

    exit_code = 4

    def __init__(self, zh: str, en: str, problems: Sequence[Message] = ()) -> None:
        super().__init__(zh, en)
        self.problems = tuple(problems)


class InvalidPeriod(InvalidRecords):
    """A text given as a period (year, quarter, month …) says no period that can be meant."""


class InvalidQuantity(InvalidRecords):
    """A text given as a number or unit is none that can be read."""


class InvalidDeclaration(LiantuError):
    """A catalogue file is wrong: unknown key, missing source, value out of range."""

    exit_code = 5


class NotFound(LiantuError):
    """A named target, plan, edition or file does not exist."""

    exit_code = 6


class NoSuchColumn(NotFound, KeyError):
    """A table has no column of that name; a ``KeyError`` too, as with any mapping.

    Templates look a name up as a key before they take it for an attribute.
    """

    __str__ = LiantuError.__str__


class NothingToCompute(LiantuError):
    """The input was read, but holds nothing the command can work on (no targets, no figures)."""

    exit_code = 7


class StorageFailed(LiantuError):
    """Files could not be written or are not as written: disk full, no permission, damage."""

    exit_code = 8


class BrokenChain(StorageFailed):
    """The audit log is not as it was written: an entry changed, gone, or sealed by another key."""


def unwritable(path: Path | str, error: OSError) -> StorageFailed:
    """What to raise where ``path`` could not be written, with the system's own reason."""
    why = error.strerror or str(error)
    return StorageFailed(
        f"无法写入 {_short(path)}：{why}。原有文件未改动。"
        "请腾出磁盘空间，或换一个有写权限的位置，或关闭正打开该文件的程序后重试。",
        f"{_short(path)} cannot be written: {why}. What was there is unchanged. Free disk space,"
        " choose a place you may write into, or close the program that has it open; then try"
        " again.",
    )


def _short(path: Path | str) -> str:
    text = str(path)
    return text if len(text) <= _LONGEST_PATH else f"{text[:_LONGEST_PATH]}…"


class Busy(LiantuError):
    """As much is being computed as may be at a time; the same question is answered later."""

    exit_code = 10


class StaleEdit(LiantuError):
    """Someone else changed the record after it was opened; nothing was overwritten.

    The message names who changed what; ``expected`` and ``found`` are versions of the record.
    """

    exit_code = 9

    def __init__(self, zh: str, en: str, *, expected: int, found: int) -> None:
        super().__init__(zh, en)
        self.expected = expected
        self.found = found


class SignInNeeded(LiantuError):
    """Nobody is signed in: nothing is read or changed on behalf of nobody."""

    exit_code = 11


class Refused(LiantuError):
    """Whoever acts may not do this: their roles do not include it, or not within this scope."""

    exit_code = 12


class Locked(LiantuError):
    """What was to be changed stands accepted and is locked; nothing was changed."""

    exit_code = 13
