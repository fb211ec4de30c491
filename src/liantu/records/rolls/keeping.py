"""Keeps rolls in step with the database: made once, then followed version by version.

Versions are only added, each with a later moment than all before (``registers.storage``), so
that what is newer than a roll is one range of one index. Large rolls are also kept as a file in
``<LIANTU_HOME>/rolls``, so that a restarted server need not read a million rows again.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl
from django.conf import settings

from liantu.records import access
from liantu.records.registers import Register, register_of
from liantu.records.registers.storage import frame_of
from liantu.records.rolls.conditions import is_searched, search_text
from liantu.records.rolls.roll import (
    FROM,
    TO,
    Positions,
    Roll,
    arranged,
    kept_columns,
    microseconds,
    schema_of,
    with_newer,
)

_STEP = 100_000
"""Rows read at a time."""
_LARGE = 50_000
"""Rows from which a roll is kept as a file."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_rolls: dict[str, Roll] = {}
_locks: dict[str, threading.Lock] = {}
_guard = threading.Lock()


def roll_of(table_id: str) -> Roll:
    """The roll of a register as its database stands now.

    Raises:
        NotFound, UsageError: no such register.
    """
    reg = register_of(table_id)
    with _guard:
        lock = _locks.setdefault(table_id, threading.Lock())
    # A roll holds all rows and answers nobody: questions to it are limited to who asks.
    with lock, access.whole("rolls"):
        roll = _current(reg, _rolls.get(table_id))
        _rolls[table_id] = roll
        return roll


def _current(reg: Register, known: Roll | None) -> Roll:
    latest = _latest(reg)
    if known is not None and _is_ours(reg, known):
        if latest is None or known.witness is None or latest[1] <= known.witness[1]:
            return known
        return _followed(reg, known, latest)
    if latest is None:
        return Roll(reg, arranged([], reg), None)
    stored = _stored(reg)
    if stored is not None:
        return stored if latest == stored.witness else _followed(reg, stored, latest)
    frame = arranged(_read(reg, None, latest[1]), reg)
    return _store(Roll(reg, frame, latest))


def _followed(reg: Register, known: Roll, latest: tuple[int, int]) -> Roll:
    assert known.witness is not None
    newer = _read(reg, known.witness[1], latest[1])
    if sum(frame.height for frame in newer) < _LARGE:
        return with_newer(known, arranged(newer, reg), latest)
    grown = with_newer(known, arranged(newer, reg), latest)
    return _store(Roll(reg, grown.frame.sort("key", FROM), latest))


def _latest(reg: Register) -> tuple[int, int] | None:
    """Id and moment of a newest version."""
    row = reg.model.versions.order_by("-recorded_from").values_list("id", "recorded_from").first()
    return (row[0], microseconds(row[1])) if row else None


def _is_ours(reg: Register, roll: Roll) -> bool:
    """Is the database still the one that the roll was made from (none was put in its place)?"""
    if roll.witness is None:
        return _latest(reg) is None
    found = reg.model.versions.filter(pk=roll.witness[0]).values_list("recorded_from", flat=True)
    return [microseconds(moment) for moment in found] == [roll.witness[1]]


def _read(reg: Register, after: int | None, until: int) -> list[pl.DataFrame]:
    """Versions recorded after one moment and until another, piece by piece."""
    rows = reg.model.versions.filter(recorded_from__lte=_moment(until))
    if after is not None:
        rows = rows.filter(recorded_from__gt=_moment(after))
        return [_shaped(reg, frame_of(rows.order_by("id"), _fields(reg)), until)]
    pieces: list[pl.DataFrame] = []
    last = 0
    while True:
        piece = frame_of(rows.filter(pk__gt=last).order_by("pk")[:_STEP], _fields(reg))
        if piece.is_empty():
            return pieces
        pieces.append(_shaped(reg, piece, until))
        last = int(piece["id"][-1])


def _fields(reg: Register) -> list[str]:
    state = ["id", "key", "deleted", "recorded_from", "recorded_to"]
    searched = [column.name for column in reg.table.columns if is_searched(column)]
    return list(dict.fromkeys([*state, *kept_columns(reg), *searched]))


def _shaped(reg: Register, rows: pl.DataFrame, until: int) -> pl.DataFrame:
    """Rows as a roll has them; what ended after the roll's own moment has not ended for it."""
    ended = pl.col("recorded_to").dt.epoch("us")
    searched = [column.name for column in reg.table.columns if is_searched(column)]
    return rows.with_columns(
        pl.col("recorded_from").dt.epoch("us").alias(FROM),
        pl.when(ended <= until).then(ended).alias(TO),
        search_text(reg.table, searched),
        search_text(reg.table, searched, personal=True),
    ).select(pl.col(name).cast(kind) for name, kind in schema_of(reg).items())


def _moment(stamp: int) -> datetime:
    return _EPOCH + timedelta(microseconds=stamp)


# On disk ------------------------------------------------------------------------------------


def _folder() -> Path:
    return Path(settings.HOME) / "rolls"


def _stem(reg: Register) -> str:
    """Names the table and its columns: a changed declaration finds no old file."""
    said = f"{schema_of(reg)}{settings.DATABASES['default']['NAME']}"
    return f"{reg.table.id}-{hashlib.sha256(said.encode()).hexdigest()[:12]}"


def _store(roll: Roll) -> Roll:
    """Keep a large roll as a file; a disk that is full only costs the next start its time."""
    if roll.frame.height < _LARGE or roll.witness is None:
        return roll
    name = f"{_stem(roll.reg)}-{roll.witness[0]}-{roll.witness[1]}"
    folder = _folder()
    with suppress(OSError):
        folder.mkdir(parents=True, exist_ok=True)
        _write(folder / f"{name}.arrow", lambda path: roll.frame.write_ipc(path))
        for other in folder.glob(f"{roll.reg.table.id}-*"):
            if not other.name.startswith(name):
                other.unlink(missing_ok=True)
    return _with_memory(roll, name)


def _stored(reg: Register) -> Roll | None:
    """The roll kept on disk, if it was made from this database."""
    for path in sorted(_folder().glob(f"{_stem(reg)}-*.arrow")):
        *_, last, stamp = path.stem.split("-")
        witness = (int(last), int(stamp))
        with suppress(OSError, pl.exceptions.PolarsError):
            frame = pl.read_ipc(path)
            roll = Roll(reg, frame, witness)
            if frame.schema == pl.Schema(schema_of(reg)) and _is_ours(reg, roll):
                return _with_memory(roll, path.stem)
    return None


def _with_memory(roll: Roll, name: str) -> Roll:
    """The roll with its orders kept beside its file."""
    height = roll.frame.height

    def path(column: str) -> Path:
        return _folder() / f"{name}.{column}.npy"

    def recall(column: str) -> Positions | None:
        with suppress(OSError, ValueError):
            order: Positions = np.load(path(column), allow_pickle=False)
            if len(order) == height:
                return order
        return None

    def keep(column: str, order: Positions) -> None:
        # Only the order of the rows in the file can be used with it again.
        if len(order) == height:
            with suppress(OSError):
                _write(path(column), lambda beside: _save(beside, order))

    roll.recall, roll.keep = recall, keep
    return roll


def _save(path: Path, order: Positions) -> None:
    with path.open("wb") as file:
        np.save(file, order, allow_pickle=False)


def _write(path: Path, write: Callable[[Path], object]) -> None:
    """Write beside and rename: nobody reads half a file."""
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".roll-")
    os.close(handle)
    try:
        write(Path(beside))
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise
