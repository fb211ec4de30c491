"""Series in memory: the state of one, sorted by key, from which a list is answered at once.

The lake is append-only, so that a state is named by the files it is read from and never goes
stale: a new batch, or another moment, is another state. The states asked for last are kept, up to
a budget of memory; what does not fit is answered from the files each time.

Only readers of all its rows are answered from here. Whoever reaches some rows only is answered
through :func:`liantu.records.lake.read`, which knows which.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt
import polars as pl

from liantu.records import access, lake
from liantu.records.lake.folder import lake_folder
from liantu.records.lake.publishing import visible
from liantu.records.lake.reading import read_until
from liantu.records.models import LakeFile
from liantu.records.moments import moment_of
from liantu.records.rolls.conditions import SEARCH, Condition, expression, is_searched, search_text
from liantu.records.tables.declared import Table

Positions = npt.NDArray[np.uint32]

BUDGET = 600 * 2**20
"""Memory that all states together may take. [B]"""
_A_CELL = 12
"""Memory of a cell on average, by which a state is judged before it is read. [B]"""
_FEW = 50_000
"""Rows that are sorted in less time than an order of all rows takes to make."""


@dataclass(frozen=True)
class SeriesQuestion:
    """Rows of a series that meet all conditions and hold every word.

    ``sort`` is a column, or empty for the order of keys; empty cells come last in both
    directions, and rows equal in it stand by key.
    """

    table: Table
    conditions: tuple[Condition, ...] = ()
    words: tuple[str, ...] = ()
    sort: str = ""
    descending: bool = False
    vintage: str | None = None
    moment: datetime | None = None
    """The moment of ``vintage``."""


@dataclass
class _State:
    """A state of a series: its rows by key, and orders of them as they were asked for.

    ``frame`` has the columns that any file has; the others are empty in every row.
    """

    table: Table
    frame: pl.DataFrame
    orders: dict[tuple[str, bool], Positions] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def size(self) -> int:
        """Memory taken. [B]"""
        return int(self.frame.estimated_size()) + 4 * self.frame.height * len(self.orders)

    def positions(self, question: SeriesQuestion) -> Positions:
        """Positions of the rows asked for, in the order asked for."""
        found = self._found(question)
        if question.sort not in self.frame.columns:  # none is asked for, or all cells are empty
            return np.flatnonzero(found).astype(np.uint32)
        wanted = (question.sort, question.descending)
        if wanted not in self.orders and np.count_nonzero(found) <= _FEW:
            at = np.flatnonzero(found).astype(np.uint32)
            return at[_order(self.frame[at], *wanted)]
        with self.lock:
            if wanted not in self.orders:
                self.orders[wanted] = _order(self.frame, *wanted)
        order = self.orders[wanted]
        return order[found[order]]

    def _found(self, question: SeriesQuestion) -> npt.NDArray[np.bool_]:
        if not question.conditions and not question.words:
            return np.ones(self.frame.height, dtype=np.bool_)
        with self.lock:
            if question.words and SEARCH not in self.frame.columns:
                texts = [column.name for column in self.table.columns if is_searched(column)]
                self.frame = self.frame.with_columns(search_text(self.table, texts))
        wanted = expression(question.conditions, question.words).fill_null(value=False)
        rows = self.frame.lazy().with_columns(self._empty())
        return rows.select(wanted.alias("_")).collect().to_series().to_numpy()

    def rows(self, at: Positions, columns: Sequence[str]) -> pl.DataFrame:
        """Rows at some positions."""
        return self.frame[at].with_columns(self._empty()).select(columns)

    def _empty(self) -> list[pl.Expr]:
        dtypes = self.table.dtypes
        left = [name for name in dtypes if name not in self.frame.columns]
        return [pl.lit(None, dtypes[name]).alias(name) for name in left]


def _order(frame: pl.DataFrame, name: str, descending: bool) -> Positions:
    """Positions by a column, rows equal in it as they stand; empty cells last."""
    rank = pl.int_range(pl.len())
    by = pl.arg_sort_by([name, rank], descending=[descending, False], nulls_last=True)
    return frame.select(by.alias("_")).to_series().to_numpy().astype(np.uint32)


_states: OrderedDict[tuple[str, ...], _State] = OrderedDict()
_guard, _reading = threading.Lock(), threading.Lock()


def page_of_series(
    question: SeriesQuestion, first: int, size: int, columns: Sequence[str]
) -> tuple[pl.DataFrame, int, int]:
    """Rows ``first`` to ``first + size`` of the answer, its rows in all, and rows of the series.

    Args:
        question: what is asked.
        first: counted from 0.
        size: rows of the page.
        columns: declared columns to give.
    """
    state = _state(question)
    if state is None:
        return _page_from_files(question, first, size, columns)
    at = state.positions(question)
    return state.rows(at[first : first + size], columns), len(at), state.frame.height


def rows_of_series(question: SeriesQuestion, step: int) -> Iterator[pl.DataFrame]:
    """All rows of the answer in order, ``step`` at a time, as the declared columns."""
    names = list(question.table.by_name)
    state = _state(question)
    if state is None:
        found = _sorted(question, _matching(question)).select(names).collect()
        yield from found.iter_slices(step)
        return
    at = state.positions(question)
    for start in range(0, len(at), step):
        yield state.rows(at[start : start + step], names)


_KEPT_COUNTS = 256
_counts: OrderedDict[tuple[str, ...], int] = OrderedDict()


def count_of_series(declared: Table, vintage: str | None = None) -> int:
    """Rows of a series that whoever acts reaches, as of a vintage.

    What all readers of everything are told of the same files is counted once.
    """
    files = visible(declared.id, moment_of(vintage))
    name = (str(lake_folder()), declared.id, *(file.name for file in files))
    whole = access.limit(declared) is None
    with _guard:
        if whole and name in _counts:
            return _counts[name]
    count = int(lake.read(declared, vintage).select(pl.len()).collect().item())
    if whole:
        with _guard:
            _counts[name] = count
            while len(_counts) > _KEPT_COUNTS:
                _counts.popitem(last=False)
    return count


def _state(question: SeriesQuestion) -> _State | None:
    """The state asked for; None where it is not for this reader, or too large to be kept."""
    files = visible(question.table.id, question.moment)
    limited = access.limit(question.table) is not None
    if limited or _estimate(question.table, files) > BUDGET:
        return None
    name = (str(lake_folder()), question.table.id, *(file.name for file in files))
    known = _kept(name)
    if known is None:
        with _reading:  # one at a time: a state is large, and others may wait for the same
            known = _kept(name) or _keep(name, _read(question, files))
    return known


def _read(question: SeriesQuestion, files: Sequence[LakeFile]) -> _State:
    held = _held(question.table, files)
    rows = read_until(question.table, question.moment).select(held).collect()
    return _State(question.table, rows.sort(list(question.table.key)))


def _held(table: Table, files: Sequence[LakeFile]) -> list[str]:
    """Declared columns that any of the files has, and the key."""
    written = {name for file in files for name in file.columns}
    return [name for name in table.by_name if name in written or name in table.key]


def _kept(name: tuple[str, ...]) -> _State | None:
    with _guard:
        if name in _states:
            _states.move_to_end(name)
        return _states.get(name)


def _keep(name: tuple[str, ...], state: _State) -> _State:
    """Keep a state; those that were asked for longest ago give way."""
    with _guard:
        _states[name] = state
        while len(_states) > 1 and sum(each.size for each in _states.values()) > BUDGET:
            _states.popitem(last=False)
    return state


def _estimate(table: Table, files: Sequence[LakeFile]) -> int:
    return sum(file.rows for file in files) * (len(_held(table, files)) + 1) * _A_CELL


# From the files ------------------------------------------------------------------------------


def _matching(question: SeriesQuestion) -> pl.LazyFrame:
    rows = lake.read(question.table, question.vintage)
    if question.words:
        texts = [column.name for column in question.table.columns if is_searched(column)]
        rows = rows.with_columns(search_text(question.table, texts))
    return rows.filter(expression(question.conditions, question.words))


def _sorted(question: SeriesQuestion, rows: pl.LazyFrame) -> pl.LazyFrame:
    key = list(question.table.key)
    if not question.sort:
        return rows.sort(key)
    flags = [question.descending, *(False for _ in key)]
    return rows.sort([question.sort, *key], descending=flags, nulls_last=True)


def _page_from_files(
    question: SeriesQuestion, first: int, size: int, columns: Sequence[str]
) -> tuple[pl.DataFrame, int, int]:
    matching = _matching(question)
    count, held, page = pl.collect_all(
        [
            matching.select(pl.len()),
            lake.read(question.table, question.vintage).select(pl.len()),
            _sorted(question, matching).slice(first, size).select(list(columns)),
        ]
    )
    return page, int(count.item()), int(held.item())
