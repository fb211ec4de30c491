"""Rows of a list: of a register from its roll and the ledger, of a series from its state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from liantu.records import rolls
from liantu.records.registers import register_of
from liantu.records.registers.storage import frame_of
from liantu.records.tables.declared import Table
from liantu.web.pages.registers.asked import Asked

_CHUNK = 900
"""Rows fetched by one question to the ledger; the oldest SQLite in use allows 999 values."""
_STEP = 50_000
"""Rows of a series that are written at a time."""


@dataclass(frozen=True)
class Rows:
    """One page of rows, each with its declared cells; of a register with ``key``, ``version``."""

    rows: list[dict[str, Any]]
    count: int
    held: int


def sortable(table: Table) -> list[str]:
    """Columns by which a list can be sorted."""
    if table.kind == "register":
        return rolls.sortable_columns(register_of(table.id))
    return [column.name for column in table.columns if column.type not in ("text", "geometry")]


def page_of(asked: Asked, size: int) -> Rows:
    """The page asked for; beyond the last one there are no rows."""
    return slice_of(asked, (asked.page - 1) * size, size)


def slice_of(asked: Asked, first: int, size: int) -> Rows:
    """Rows ``first`` to ``first + size`` of the answer, counted from 0."""
    if asked.table.kind == "series":
        names = list(asked.table.by_name)
        page, count, held = rolls.page_of_series(_series(asked), first, size, names)
        return Rows(page.to_dicts(), count, held)
    answer = rolls.answer(question(asked), first, size)
    frame = _of_ids(asked.table, answer.ids, ["key", "version", *asked.table.by_name])
    return Rows(frame.to_dicts(), answer.count, answer.held)


def question(asked: Asked) -> rolls.Question:
    """The same for a register's roll."""
    return rolls.Question(
        asked.table.id,
        asked.conditions,
        asked.words,
        asked.sort_column or "key",
        asked.descending,
        asked.moment,
    )


def every(asked: Asked) -> Iterator[pl.DataFrame]:
    """All rows of the answer in order, piece by piece, as the declared columns."""
    if asked.table.kind == "series":
        yield from rolls.rows_of_series(_series(asked), _STEP)
        return
    ids = rolls.ids_of(question(asked))
    for start in range(0, len(ids), _CHUNK):
        yield _of_ids(asked.table, ids[start : start + _CHUNK], list(asked.table.by_name))


def _of_ids(table: Table, ids: Any, columns: list[str]) -> pl.DataFrame:
    reg = register_of(table.id)
    wanted = pl.DataFrame({"id": list(ids)}, schema={"id": pl.Int64()})
    rows = reg.model.versions.filter(pk__in=list(ids)).order_by()
    found = frame_of(rows, ["id", *columns])
    return wanted.join(found, on="id", how="left", maintain_order="left").drop("id")


def _series(asked: Asked) -> rolls.SeriesQuestion:
    return rolls.SeriesQuestion(
        asked.table,
        asked.conditions,
        asked.words,
        asked.sort_column,
        asked.descending,
        asked.vintage,
        asked.moment,
    )
