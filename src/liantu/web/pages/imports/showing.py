"""Cells as people read them: figures in the unit of the template, choices in words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from liantu.errors import Message
from liantu.records.quarantine import kind_name
from liantu.records.tables.declared import Column, Table
from liantu.systems.language import language
from liantu.systems.targets.wording import number
from liantu.web.pages.imports.checking import NAME
from liantu.words import words

_MOST_DECIMALS = 4


@dataclass(frozen=True)
class Difference:
    """One cell before and after."""

    column: Column
    before: str
    after: str
    exact_before: str
    exact_after: str
    change: str
    """Relative change of a figure, with its sign; empty where there is none."""


@dataclass(frozen=True)
class Changed:
    """One record with the cells of it that change."""

    key: str
    name: str
    cells: list[Difference]


@dataclass(frozen=True)
class Grid:
    """Rows of a table with the columns that say something in them."""

    columns: list[Column]
    rows: list[list[str]]


@dataclass(frozen=True)
class Warned:
    """One thing to look at, with the record that it is about."""

    row: int
    key: str
    name: str
    kind: Message
    header: str
    found: str
    expected: Message
    fix: Message


def cell(column: Column, value: Any, decimals: int | None = None) -> str:
    """A value as stored, written out; an empty cell says so.

    Args:
        decimals: of a figure; by default as many as say something.
    """
    if value is None or value == "":
        return words().say("imports.empty_cell", language())
    if column.numeric:
        figure = _written(column, value)
        if decimals is None:
            return number(figure)
        return f"{figure:,.{decimals}f}".replace("-", "−")
    if column.type == "boolean":
        return words().say(f"imports.{str(value).lower()}", language())
    if column.choices:
        found = next((choice for choice in column.choices if choice.code == value), None)
        if found is not None:
            return found.en if language() == "en" else found.zh
    return str(value)


def _written(column: Column, value: Any) -> float:
    """A figure in the unit that people write it in."""
    return float(value) / column.factor(column.written_unit)


def _decimals(column: Column, values: Iterable[Any]) -> int | None:
    """As many decimals down a column as its figures need, at most four."""
    if not column.numeric:
        return None
    figures = [_written(column, value) for value in values if value not in (None, "")]
    texts = [f"{figure:.{_MOST_DECIMALS}f}".rstrip("0") for figure in figures]
    return max((len(text.partition(".")[2]) for text in texts), default=0)


def key_of(table: Table, row: Mapping[str, Any]) -> str:
    """The key of a row in one text."""
    return " ".join(str(row[name]) for name in table.key if row[name] is not None)


def grid(columns: Iterable[Column], rows: Sequence[Mapping[str, Any]]) -> Grid:
    """Rows with their cells written out; columns that are empty in all of them are left out."""
    shown = [c for c in columns if any(row[c.name] is not None for row in rows)]
    decimals = {c.name: _decimals(c, (row[c.name] for row in rows)) for c in shown}
    return Grid(
        shown,
        [
            ["" if row[c.name] is None else cell(c, row[c.name], decimals[c.name]) for c in shown]
            for row in rows
        ],
    )


def changed(table: Table, rows: Sequence[dict[str, Any]]) -> list[Changed]:
    """Differences of a preview, record by record."""
    found: list[Changed] = []
    for row in rows:
        key = key_of(table, row)
        if not found or found[-1].key != key:
            found.append(Changed(key, row[NAME] or "", []))
        found[-1].cells.append(_difference(table[row["column"]], row["before"], row["after"]))
    return found


def _difference(column: Column, before: str | None, after: str | None) -> Difference:
    decimals = _decimals(column, (before, after))
    return Difference(
        column=column,
        before=cell(column, before, decimals),
        after=cell(column, after, decimals),
        exact_before=_exact(column, before),
        exact_after=_exact(column, after),
        change=_change(before, after) if column.numeric else "",
    )


def _exact(column: Column, value: str | None) -> str:
    return f"{value}{column.unit}" if value is not None and column.numeric else ""


def _change(before: str | None, after: str | None) -> str:
    if before is None or after is None or float(before) == 0:
        return ""
    share = (float(after) / float(before) - 1) * 100
    sign = "+" if share >= 0 else "−"
    return f"{sign}{abs(share):,.1f}%"


def warning(row: dict[str, Any]) -> Warned:
    """One row of the warnings of a check."""
    return Warned(
        row=row["row"],
        key=row["_key"] or "",
        name=row[NAME] or "",
        kind=kind_name(row["code"]),
        header=row["header"],
        found=row["found"],
        expected=Message(row["expected_zh"], row["expected_en"]),
        fix=Message(row["fix_zh"], row["fix_en"]),
    )
