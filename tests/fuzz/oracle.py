"""What must hold for whatever file is brought to a door.

It is read, or refused in both languages; no other error, no waiting without end, no memory
without bound; every row is taken, sent back or counted as left aside; and what is sent back,
written to a file and checked again, is wrong in the same way.
"""

from __future__ import annotations

import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from liantu.errors import LiantuError
from liantu.records.doors import Checked, check, write_rejected

SECONDS = 120
"""Longest a small file may take, on a machine however busy."""
_ASIDE = re.compile(r"^(\d+) 个(?:合计行|表下注释行|示例行)未导入")
_CHANGED = {"formula", "unread"}
_OF_THE_WHOLE_FILE = {"duplicate", "conflict", "cut_off", "shifted"}
"""Problems that a row has among the others of its file, not by itself."""


@contextmanager
def in_time(seconds: int = SECONDS) -> Iterator[None]:
    """Fails what does not end."""

    def late(*_: object) -> None:
        raise AssertionError(f"not done after {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def judged(path: Path, table: str, **options: Any) -> Checked | None:
    """Check a file; None where it was refused, in words."""
    try:
        with in_time():
            found = check(path, table, **options)
    except LiantuError as error:
        told(error)
        return None
    _whole(found)
    return found


def told(error: LiantuError) -> None:
    """A refusal speaks both languages, in characters that can be written."""
    assert error.message.zh, error
    assert error.message.en, error
    assert error.message.zh != error.message.en
    str(error).encode()


def _whole(found: Checked) -> None:
    """Good rows and rows sent back are told apart, and each of the latter says why."""
    assert found.frame.height == len(found.numbers)
    bad = {row.row for row in found.rejected}
    assert not bad & set(found.numbers)
    for row in found.rejected:
        assert row.problems
        for problem in row.problems:
            assert problem.expected.zh, problem
            assert problem.expected.en, problem
            assert problem.fix.zh, problem
            assert problem.fix.en, problem
    for name, values in zip(found.frame.columns, found.frame, strict=True):
        if values.dtype.is_float():
            assert values.is_finite().all(), name


def left_aside(found: Checked) -> int:
    """Totals, notes and examples, as the remarks count them."""
    matches = (_ASIDE.match(remark.zh) for remark in found.remarks)
    return sum(int(match[1]) for match in matches if match)


def wrong_again(found: Checked, table: str, path: Path, **options: Any) -> None:
    """Rows sent back, unmended: each is wrong as it was."""
    if not len(found.rejected):
        return
    write_rejected(found.rejected, path)
    again = judged(path, table, **options)
    own = _by_itself(found)
    if again is None:
        # Nothing but totals, blanks and rows of other files may be left of a file.
        assert not own
        return
    numbers = list(found.rejected.cells["_row"])
    back = _by_itself(again)
    for at, row in enumerate(numbers, start=2):
        # A formula is disarmed by a mark in front, an error or a date that no calendar has is
        # sent back as its text: the cell is no longer what it was.
        disarmed = {column for column, code in own.get(row, set()) if code in _CHANGED}
        expected = {said for said in own.get(row, set()) if said[0] not in disarmed}
        assert {said for said in back.get(at, set()) if said[0] not in disarmed} == expected


def _by_itself(found: Checked) -> dict[int, set[tuple[str, str]]]:
    said: dict[int, set[tuple[str, str]]] = {}
    for row in found.rejected:
        problems = {(p.column, p.code) for p in row.problems if p.code not in _OF_THE_WHOLE_FILE}
        if problems:
            said[row.row] = problems
    return said
