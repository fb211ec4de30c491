"""Rows of a list: of a register from its roll and the ledger, of a series from the lake."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from liantu.records import lake, rolls
from liantu.records.registers import register_of
from liantu.records.registers.storage import frame_of
from liantu.records.rolls.conditions import is_searched, search_text
from liantu.records.tables.declared import Table
from liantu.web.pages.registers.asked import Asked

_CHUNK = 900
"""Rows fetched by one question to the ledger; the oldest SQLite in use allows 999 values."""


@dataclass(frozen=True)
class Rows:
    """One page of rows, each with its declared cells and, of a register, its ``key``."""

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
    first = (asked.page - 1) * size
    if asked.table.kind == "series":
        return _series_page(asked, first, size)
    page = rolls.answer(question(asked), first, size)
    frame = _of_ids(asked.table, page.ids, ["key", *asked.table.by_name])
    return Rows(frame.to_dicts(), page.count, page.held)


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
        found = _sorted(asked, _matching(asked)).select(list(asked.table.by_name)).collect()
        yield from found.iter_slices(50_000)
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


def _matching(asked: Asked) -> pl.LazyFrame:
    rows = lake.read(asked.table, asked.vintage)
    if asked.words:
        texts = [column.name for column in asked.table.columns if is_searched(column)]
        rows = rows.with_columns(search_text(asked.table, texts))
    return rows.filter(rolls.expression(asked.conditions, asked.words))


def _sorted(asked: Asked, rows: pl.LazyFrame) -> pl.LazyFrame:
    key = list(asked.table.key)
    if not asked.sort:
        return rows.sort(key)
    flags = [asked.descending, *(False for _ in key)]
    return rows.sort([asked.sort_column, *key], descending=flags, nulls_last=True)


def _series_page(asked: Asked, first: int, size: int) -> Rows:
    matching = _matching(asked)
    count, held, page = pl.collect_all(
        [
            matching.select(pl.len()),
            lake.read(asked.table, asked.vintage).select(pl.len()),
            _sorted(asked, matching).slice(first, size).select(list(asked.table.by_name)),
        ]
    )
    return Rows(page.to_dicts(), int(count.item()), int(held.item()))
