"""What the cells of a header mean: their columns and units.

A cell may carry its unit in brackets, beside a stroke or in a row of its own, and words that
change nothing (“本期”, “合计”); names and aliases come from the declaration of the table.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from liantu.errors import InvalidQuantity
from liantu.quantity.unit import parse_unit
from liantu.records.doors.mapping import Match
from liantu.records.doors.marks import unmarked
from liantu.records.doors.rules import door_rules, fold, harmless_words
from liantu.records.tables.declared import Column, Table

_BRACKET = re.compile(r"^(.*)[(\[]([^()\[\]]*)[)\]]$")
_STROKE = re.compile(r"^(.+)[/,_:、-]([^/,_:、-]+)$")


def match_headers(
    table: Table,
    texts: Sequence[tuple[str, ...]],
    known: Sequence[Match] = (),
    *,
    default: str | None = None,
    typed: bool = False,
) -> list[Match]:
    """What each header means. ``default`` is the unit of amounts that name none."""
    kept = {fold(match.header): match for match in known}
    names = _vocabulary(table)
    matches = []
    for levels in (tuple(map(unmarked, said)) for said in texts):
        written = "".join(levels) if len(levels) < 2 else "/".join(levels)
        saved = kept.get(fold(written)) or kept.get(fold("".join(levels)))
        if saved:
            unit = saved.unit or _unit_said(table, saved.column, levels, default)
            matches.append(Match(written, saved.column, unit, "mapping"))
            continue
        matches.append(_match(table, levels, written, names, default))
    return _without_rivals(matches)


def _vocabulary(table: Table) -> dict[str, tuple[Column, str]]:
    """Folded text → column, and whether that text is its name or an alias."""
    words: dict[str, tuple[Column, str]] = {}
    for column in table.columns:
        for alias in column.aliases:
            words[fold(alias)] = (column, "alias")
    for column in table.columns:
        words[fold(column.zh)] = (column, "name")
        words[fold(column.name)] = (column, "name")
    return words


def _match(
    table: Table,
    levels: tuple[str, ...],
    written: str,
    names: dict[str, tuple[Column, str]],
    default: str | None,
) -> Match:
    for label, unit in _readings(levels):
        found = names.get(label)
        if found is None:
            continue
        column, how = found
        if not column.numeric:
            return Match(written, column.name, None, how)
        if unit is None:
            unit = _unit_unsaid(column, label, default)
        return Match(written, column.name, unit, how)
    if fold(written) in map(fold, door_rules().own_headers):
        return Match(written, "", None, "own")
    other = any(word in fold(written) for word in door_rules().other_figures)
    return Match(written, "", None, "other" if other else "unknown")


def _unit_said(table: Table, name: str, levels: tuple[str, ...], default: str | None) -> str | None:
    """Unit of a header matched by hand without one: its own, the line above, the template's."""
    if not (name and levels and table[name].numeric):
        return None
    readings = _readings(levels)
    said = next((unit for _, unit in readings if unit), None)
    return said or _unit_unsaid(table[name], readings[0][0], default)


def _unit_unsaid(column: Column, label: str, default: str | None) -> str:
    """Our own names mean the unit stored; other headers the line above, else the unit shown."""
    if label == fold(column.name):
        return column.unit
    if default and column.type == "money":
        return default
    return column.written_unit


@lru_cache(maxsize=1 << 14)
def _readings(levels: tuple[str, ...]) -> tuple[tuple[str, str | None], ...]:
    """Ways to read a header: its label without unit and harmless words, and the unit."""
    if not levels:
        return ()
    folded = [fold(level) for level in levels]
    unit: str | None = None
    if len(folded) > 1 and is_unit(folded[-1].strip("()[]")):
        unit = folded.pop().strip("()[]")
    readings = list(_peeled("".join(folded), unit))
    others = door_rules().other_figures
    above = "".join(folded[:-1])
    if len(folded) > 1 and not any(word in above for word in others):
        readings += _peeled(folded[-1], unit)
    return tuple(readings)


def _peeled(label: str, unit: str | None) -> list[tuple[str, str | None]]:
    """The label whole, then with its brackets, units and harmless words taken off."""
    readings = [(label, unit)]
    harmless = harmless_words()
    for _ in range(4):
        found = _BRACKET.match(label)
        stroke = None if found else _STROKE.match(label)
        taken = found or stroke
        if taken and (is_unit(taken[2]) and unit is None):
            label, unit = taken[1], taken[2]
        elif taken and taken[2] in harmless:
            label = taken[1]
        else:
            shorter = next((label.removesuffix(w) for w in harmless if label.endswith(w)), "")
            shorter = shorter or next(
                (label.removeprefix(w) for w in harmless if label.startswith(w)), ""
            )
            if not shorter:
                break
            label = shorter
        readings.append((label, unit))
    return readings


@lru_cache(maxsize=1 << 14)
def is_unit(text: str) -> bool:
    """Is the text a unit in which amounts are measured?"""
    try:
        return bool(text) and parse_unit(text).dimension not in ("plain", "time", "grade")
    except InvalidQuantity:
        return False


def _without_rivals(matches: list[Match]) -> list[Match]:
    """A column named by its own name leaves the aliases beside it aside."""
    order = {"mapping": 0, "name": 1, "alias": 2}
    best: dict[str, int] = {}
    for match in matches:
        if match.column:
            rank = order[match.how]
            best[match.column] = min(best.get(match.column, rank), rank)
    return [
        Match(match.header, "", None, "rival")
        if match.column and order[match.how] > best[match.column]
        else match
        for match in matches
    ]


def names_unit(header: str) -> bool:
    """Does a header say its unit?"""
    return any(unit is not None for _, unit in _readings(tuple(header.split("/")))) or any(
        unit is not None for _, unit in _peeled(fold(header), None)
    )
