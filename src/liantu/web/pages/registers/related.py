"""What points to a record: rows of other registers, figures of the series.

Read from the declarations: every column that refers to a register makes a group on the page of
the record it refers to. Rows filed under a key that was merged into the record belong to it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import polars as pl
from django.urls import reverse
from django.utils.safestring import SafeString

from liantu.records import lake, registers, rolls
from liantu.records.registers import register_of
from liantu.records.registers.storage import frame_of
from liantu.records.tables.declared import Column, Table
from liantu.systems.language import language
from liantu.web.pages.registers.cells import (
    cell,
    decimals,
    figure,
    header_unit,
    names_for,
    number_text,
    title_of,
)
from liantu.web.pages.registers.found import Found
from liantu.web.pages.registers.shown import ordered_tables, shown_of
from liantu.words import words

_ROWS = 8
_COLUMNS = 5
_PERIODS = 60
_MEASURES = 8


@dataclass(frozen=True)
class Group:
    """Rows of one register that refer to the record by one column."""

    table: Table
    column: Column
    only: bool
    """Does the table refer here by this column only, so that it need not be named?"""
    count: int
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, str, tuple[tuple[bool, str | SafeString], ...]], ...]
    """Title, address, cells with whether they are figures."""
    every: str
    """Address of the list that shows all of them."""


def groups(found: Found) -> list[Group]:
    """Groups that have rows, in the order of the declared tables."""
    code = str(found.values[found.reg.table.key[0]])
    codes = _codes(found, code)
    made = []
    for table in ordered_tables():
        pointing = [c for c, target in table.references if target == found.reg.table.id]
        if table.kind == "register":
            made += [_group(found, table, column, codes, len(pointing) == 1) for column in pointing]
    return [group for group in made if group.count]


def _codes(found: Found, code: str) -> tuple[str, ...]:
    if len(found.reg.table.key) > 1:
        return (code,)
    return registers.keys_of(found.reg.table.id, found.key, found.vintage)


def _group(found: Found, table: Table, column: Column, codes: Sequence[str], only: bool) -> Group:
    moment = found.moment
    question = rolls.Question(table.id, (rolls.OneOf(column.name, tuple(codes)),), moment=moment)
    page = rolls.answer(question, 0, _ROWS)
    columns = _columns(table, column)
    rows = _rows(table, page.ids)
    names = names_for(columns, rows, found.vintage)
    lines = tuple(
        (
            _other_title(table, column, columns, row),
            reverse("record", args=(table.id, row["key"])) + _tail(found),
            tuple(
                (c.numeric, cell(c, row[c.name], names, decimals(c, (r[c.name] for r in rows))))
                for c in columns
            ),
        )
        for row in rows
    )
    pairs = [(column.name, found.key if len(codes) > 1 else codes[0])]
    if found.vintage:
        pairs.append(("vintage", found.vintage))
    every = f"{reverse('register', args=(table.id,))}?{urlencode(pairs)}"
    return Group(table, column, only, page.count, columns, lines, every)


def _tail(found: Found) -> str:
    return f"?{urlencode({'vintage': found.vintage})}" if found.vintage else ""


def _rows(table: Table, ids: Sequence[int]) -> list[dict[str, Any]]:
    reg = register_of(table.id)
    wanted = pl.DataFrame({"id": list(ids)}, schema={"id": pl.Int64()})
    rows = frame_of(
        reg.model.versions.filter(pk__in=list(ids)).order_by(), ["id", "key", *reg.columns]
    )
    return wanted.join(rows, on="id", how="left", maintain_order="left").to_dicts()


def _columns(table: Table, column: Column) -> tuple[Column, ...]:
    """The first columns of the list, without what every row of the group shares."""
    shown = shown_of(table)
    own = {column.name, *(c.name for c in table.columns if c.names == column.name)}
    return tuple(
        table[name] for name in shown.shown if name not in own and name not in shown.title
    )[:_COLUMNS]


def _other_title(
    table: Table, column: Column, columns: Sequence[Column], row: dict[str, Any]
) -> str:
    """Title of a row without the names that the page or a column of the group says already."""
    said = {column.name, *(c.name for c in columns)}
    title = shown_of(table).title
    parts = [n for n in title if table[n].names not in said] or title
    return title_of(table, {n: row[n] for n in parts}, str(row["key"]))


@dataclass(frozen=True)
class Series:
    """Figures of one series about the record, by period, the newest first."""

    table: Table
    columns: tuple[Column, ...]
    lines: tuple[tuple[str, tuple[str, ...]], ...]
    count: int
    chart: dict[str, Any] | None
    measure: Column | None
    measures: tuple[Column, ...]
    alt: str
    every: str
    doubled: int
    """Rows of periods in which a key merged into the record filed as well; they are left out."""

    @property
    def id(self) -> str:
        """Where it stands on the page."""
        return self.table.id

    @property
    def chart_id(self) -> str:
        """Where the front end finds its figures."""
        return f"chart-{self.table.id}"


def series(found: Found, measure: str) -> list[Series]:
    """Every series that has rows about the record.

    Args:
        measure: which figure to draw, by name of its column; the first that is filled where a
            series does not have it.
    """
    made = []
    codes = _codes(found, str(found.values[found.reg.table.key[0]]))
    for table in ordered_tables():
        if table.kind != "series" or len(table.entity) != 1:
            continue
        entity = table[table.entity[0]]
        if entity.references != found.reg.table.id:
            continue
        rows = (
            lake.read(table, found.vintage).filter(pl.col(entity.name).is_in(list(codes))).collect()
        )
        if rows.height:
            made.append(_series(found, table, rows, measure))
    return made


def _series(found: Found, table: Table, rows: pl.DataFrame, measure: str) -> Series:
    period = str(table.period)
    filed = rows.height
    rows = _one_a_period(found, table, rows)
    filled = [c for c in table.columns if c.numeric and rows[c.name].null_count() < rows.height]
    first = [c for c in filled if c.name in shown_of(table).shown]
    columns = tuple((first + [c for c in filled if c not in first])[:_MEASURES])
    chosen = next((c for c in columns if c.name == measure), columns[0] if columns else None)
    recent = rows.tail(_PERIODS)
    places = {c.name: decimals(c, recent[c.name]) for c in columns}
    lines = tuple(
        (
            str(row[period]),
            tuple(
                "—" if row[c.name] is None else number_text(c, row[c.name], places[c.name])
                for c in columns
            ),
        )
        for row in reversed(recent.to_dicts())
    )
    code = str(found.values[found.reg.table.key[0]])
    pairs = {table.entity[0]: code, **({"vintage": found.vintage} if found.vintage else {})}
    every = f"{reverse('register', args=(table.id,))}?{urlencode(pairs)}"
    chart = _chart(table, recent, chosen, found) if chosen is not None else None
    alt = _alt(table, chosen, chart) if chosen is not None and chart else ""
    doubled = filed - rows.height
    return Series(table, columns, lines, rows.height, chart, chosen, columns, alt, every, doubled)


def _one_a_period(found: Found, table: Table, rows: pl.DataFrame) -> pl.DataFrame:
    """The row of each period: the record's own, else one filed under a key merged into it.

    Two units that turned out to be one may both have filed a month: whether the figures are the
    same or parts of a whole nobody can tell here, so they are neither added nor drawn as one line.
    """
    own = pl.col(table.entity[0]) == str(found.values[found.reg.table.key[0]])
    period = str(table.period)
    ordered = rows.sort(pl.col(period), ~own, pl.col(table.entity[0]))
    return ordered.unique(period, keep="first", maintain_order=True)


_STEPS = {"month": 1 / 12, "quarter": 1 / 4, "year": 1.0}


def _chart(table: Table, rows: pl.DataFrame, column: Column, found: Found) -> dict[str, Any] | None:
    """JSON-able record that the front end draws, in the form of a target's trend."""
    assert table.grain is not None
    points = [
        _point(table, column, str(row[str(table.period)]), row[column.name])
        for row in rows.to_dicts()
        if row[column.name] is not None
    ]
    if not points:
        return None
    years = [point["year"] for point in points]
    return {
        "name": f"{found.title}-{column.name}",
        "unit": header_unit(column),
        "first": int(min(years)),
        "last": int(max(years)) + (0 if table.grain == "year" else 1),
        "step": _STEPS[table.grain],
        "points": points,
        "path": [],
        "goal": None,
        "projection": None,
        "breaks": [],
        "words": dict.fromkeys(("actual", "path", "goal", "projection"), ""),
    }


def _point(table: Table, column: Column, period: str, value: float) -> dict[str, Any]:
    shown = figure(column, value)
    return {
        "year": _year(period),
        "period": period,
        "value": shown,
        "low": shown,
        "high": shown,
        "text": number_text(column, value, decimals(column, [value])),
        "comparable": True,
        "joined": True,
        "note": "",
        "source": table.en if language() == "en" else table.zh,
    }


def _year(period: str) -> float:
    """Where a period stands on the axis of years: a month or quarter at its middle."""
    year = int(period[:4])
    if "Q" in period:
        return year + (int(period[5:]) - 0.5) / 4
    if "-" in period:
        return year + (int(period[5:]) - 0.5) / 12
    return float(year)


def _alt(table: Table, column: Column, chart: dict[str, Any]) -> str:
    points = chart["points"]
    return words().say(
        "record.chart_alt",
        language(),
        name=column.en if language() == "en" else column.zh,
        unit=chart["unit"],
        first=f"{points[0]['period']} {points[0]['text']}",
        last=f"{points[-1]['period']} {points[-1]['text']}",
        count=len(points),
    )
