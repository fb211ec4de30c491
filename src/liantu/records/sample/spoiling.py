"""The ways in which cells and rows are spoilt: one function a way, on texts as written."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from liantu.records.doors.rules import door_rules
from liantu.records.identity.credit_code import ALPHABET
from liantu.records.sample.codes import credit_codes
from liantu.records.sample.writing import Sheet, unit_of

_FULL_WIDTH = str.maketrans("0123456789.", "０１２３４５６７８９．")
_NOWHERE = 31**6 - 1
"""Number of a firm that no sample has."""


@dataclass(frozen=True)
class Spoiled:
    """A cell or row as it is now, and what was right."""

    row: int
    column: str
    written: str
    right: str


class Where(Protocol):
    """The columns that a defect concerns."""

    @property
    def column(self) -> str:
        """The column that is spoilt."""

    @property
    def other(self) -> str:
        """The column that it is compared with."""


Dice = np.random.Generator
Way = Callable[[Sheet, int, Where, Dice, set[int]], list[Spoiled]]


def _cell(change: Callable[[str, Sheet, int, Where], str]) -> Way:
    """A way that changes one cell."""

    def spoil(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
        right = sheet.cell(row, at.column)
        written = change(right, sheet, row, at)
        sheet.cells[row, at.column] = written
        return [Spoiled(row, at.column, written, right)]

    return spoil


def _figure(text: str) -> float:
    return float(text)


def _said(value: float) -> str:
    return f"{round(value, 6):f}".rstrip("0").rstrip(".")


def _larger(text: str, sheet: Sheet, row: int, at: Where) -> str:
    """Half as much again as the column that it is a part of, in its own unit."""
    stored = _figure(sheet.cell(row, at.other)) * unit_factor(sheet, at.other)
    if sheet.table[at.column].type == "integer":
        return str(round(stored * 1.5) + 1)
    return _said(stored * 1.5 / unit_factor(sheet, at.column))


def unit_factor(sheet: Sheet, name: str) -> float:
    """One of the office's units of a column in the stored unit."""
    column = sheet.table[name]
    unit = unit_of(column, sheet.batch.spec)
    return column.factor(unit) if unit else 1.0


def _check_digit(text: str, *_: object) -> str:
    return text[:-1] + ALPHABET[(ALPHABET.index(text[-1]) + 7) % len(ALPHABET)]


def _shifted_year(text: str, year: int) -> str:
    """The same day in another year, the 28th at most."""
    moved = re.sub(r"\d{4}", str(year), text, count=1)
    return re.sub(r"(29|30|31)(日?)$", r"28\2", moved)


def _elsewhere(text: str, *_: object) -> str:
    """Three degrees further east."""
    return re.sub(r"\[(\d+\.\d+),", lambda found: f"[{float(found[1]) + 3:.7f},", text)


def _percent(text: str, *_: object) -> str:
    return f"{text}%"


def _with_unit(text: str, sheet: Sheet, _row: int, at: Where) -> str:
    return f"{text}{unit_of(sheet.table[at.column], sheet.batch.spec)}"


def _grouped(text: str, *_: object) -> str:
    whole, point, rest = text.partition(".")
    return f"{int(whole):,}{point}{rest}"


# Whole rows --------------------------------------------------------------------------------------


def _append(sheet: Sheet, cells: dict[str, str]) -> int:
    sheet.appended.append(cells)
    return sheet.texts.height + len(sheet.appended) - 1


def _duplicate(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    copy = sheet.row(row)
    used.add(row)
    key = sheet.table.key[0]
    return [Spoiled(_append(sheet, copy), key, copy[key], "")]


def _conflict(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    """A second row of the same key with another figure: neither can be taken."""
    copy = sheet.row(row)
    right = copy[at.column]
    copy[at.column] = _said(_figure(right) * 1.1 + 1)
    added = _append(sheet, copy)
    return [
        Spoiled(row, at.column, right, right), Spoiled(added, at.column, copy[at.column], right)
    ]  # fmt: skip


def _swap(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    """The names of two rows change places, under codes that stay."""
    column = at.column
    names = sheet.texts[column]
    free = [n for n in range(sheet.texts.height) if n not in used and names[n] != names[row]]
    second = int(generator.choice(free))
    ours, theirs = sheet.cell(row, column), sheet.cell(second, column)
    sheet.cells[row, column], sheet.cells[second, column] = theirs, ours
    return [Spoiled(row, column, theirs, ours), Spoiled(second, column, ours, theirs)]


def _to_itself(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    """The buyer's code and name are the supplier's."""
    right = sheet.cell(row, at.column)
    named = {column.names: column.name for column in sheet.table.columns if column.names}
    for here, there in ((at.column, at.other), (named[at.column], named[at.other])):
        sheet.cells[row, here] = sheet.cell(row, there)
    return [Spoiled(row, at.column, sheet.cell(row, at.column), right)]


def _total(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    cells = dict.fromkeys(sheet.texts.columns, "")
    first = sheet.texts.columns[0]
    cells[first] = door_rules().totals[0]
    for name in sheet.texts.columns:
        if sheet.table[name].type == "money":
            cells[name] = _said(float(sheet.batch.rows[name].sum()) / unit_factor(sheet, name))
    return [Spoiled(_append(sheet, cells), first, cells[first], "")]


def _note(sheet: Sheet, row: int, at: Where, generator: Dice, used: set[int]) -> list[Spoiled]:
    cells = dict.fromkeys(sheet.texts.columns, "")
    first = sheet.texts.columns[0]
    cells[first] = f"{door_rules().footnotes[0]}：数据截至报出日，以最终核定为准。"
    return [Spoiled(_append(sheet, cells), first, cells[first], "")]


SPOIL: dict[str, Way] = {
    "check_digit": _cell(_check_digit),
    "cut": _cell(lambda text, *_: text[:-1]),
    "missing": _cell(lambda text, *_: ""),
    "negative": _cell(lambda text, *_: f"-{text}"),
    "text_for_number": _cell(lambda text, *_: f"约{text}左右"),
    "full_width": _cell(lambda text, *_: text.translate(_FULL_WIDTH)),
    "grouped": _cell(_grouped),
    "with_unit": _cell(_with_unit),
    "percent": _cell(_percent),
    "too_much": _cell(lambda text, *_: _said(_figure(text) + 100)),
    "slip": _cell(lambda text, *_: _said(_figure(text) * 10_000)),
    "jump": _cell(lambda text, *_: _said(_figure(text) * 30)),
    "larger": _cell(_larger),
    "nobody": _cell(lambda text, *_: "0"),
    "future": _cell(lambda text, *_: _shifted_year(text, 2099)),
    "ended_early": _cell(lambda text, *_: _shifted_year(text, 1901)),
    "bad_date": _cell(lambda text, *_: re.sub(r"(\d{4})(\D)\d+(\D)\d+", r"\1\g<2>13\g<3>45", text)),
    "bad_choice": _cell(lambda text, *_: "其它情形（未归类）"),
    "bad_code": _cell(lambda text, *_: f"{text}号"),
    "bad_geometry": _cell(lambda text, *_: "见附图"),
    "elsewhere": _cell(_elsewhere),
    "since_january": _cell(lambda text, *_: f"{text[:4]}年1-2月"),
    "unknown_firm": _cell(lambda text, *_: credit_codes(np.array([_NOWHERE]), text[8:10])[0]),
    "unknown_area": _cell(lambda text, *_: "999999"),
    "unknown_office": _cell(lambda text, *_: "XXX"),
    "duplicate": _duplicate,
    "conflict": _conflict,
    "swap": _swap,
    "to_itself": _to_itself,
    "total": _total,
    "note": _note,
}
"""Way → function."""
