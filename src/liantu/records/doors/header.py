"""Finds the header of a grid; what its cells mean is told by :mod:`.matching`.

A header may stand under title lines, span several rows with merged cells, carry units in
brackets, beside a stroke, in a row of their own or in a line “单位：万元” above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from liantu.errors import Message
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.header_faults import (
    check_doubled,
    check_units,
    lacking,
    no_header,
    remarks_on,
)
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.doors.matching import is_unit, match_headers
from liantu.records.doors.rules import door_rules, fold
from liantu.records.tables.declared import Table

_LEVELS = 3
"""Rows that a header may span."""


@dataclass(frozen=True)
class Header:
    """Where the header ends and what its cells mean; ``last_row`` as in :data:`ROW`."""

    last_row: int
    matches: tuple[Match, ...]
    remarks: tuple[Message, ...] = ()

    @property
    def positions(self) -> dict[str, int]:
        """Column → position in the grid."""
        return {match.column: at for at, match in enumerate(self.matches) if match.column}


@dataclass
class _Candidate:
    last_row: int
    texts: list[tuple[str, ...]]
    matches: list[Match] = field(default_factory=list)

    levels: int = 1
    closed: bool = True
    """Is what stands below it a row of data, not a further row of the header?"""

    @property
    def found(self) -> int:
        """Columns found, less those found twice: a title carried over its columns finds many."""
        named = [match.column for match in self.matches if match.column]
        return 2 * len(set(named)) - len(named)

    @property
    def rank(self) -> tuple[int, bool, int]:
        return self.found, self.closed, -self.levels


def find_header(
    path: Path,
    grid: Grid,
    table: Table,
    mapping: Mapping | None = None,
    instead: MappingOf[str, str] | None = None,
) -> Header:
    """The header that knows most columns of ``table``.

    Args:
        instead: required column → column that can stand in for it.

    Raises:
        UnreadableInput: no header, a column twice, a key column missing, an unknown unit.
    """
    best = _likeliest(grid, table, mapping)
    filled = frozenset(mapping.fill) if mapping else frozenset()
    if not any(match.column for match in best.matches):
        raise no_header(path, table, best.texts)
    check_doubled(path, table, best.matches)
    found = {match.column for match in best.matches}
    missing = [
        column
        for column in table.columns
        if column.required
        and column.name not in filled
        and found.isdisjoint({column.name, (instead or {}).get(column.name, column.name)})
    ]
    if missing:
        raise lacking(path, table, missing, best.matches)
    check_units(path, table, best.matches)
    return Header(best.last_row, tuple(best.matches), tuple(remarks_on(table, best.matches)))


def likeliest_header(grid: Grid, table: Table, mapping: Mapping | None = None) -> Header:
    """As :func:`find_header`, whatever is wrong with it: for a person to look at and mend."""
    best = _likeliest(grid, table, mapping)
    return Header(best.last_row, tuple(best.matches), tuple(remarks_on(table, best.matches)))


def _likeliest(grid: Grid, table: Table, mapping: Mapping | None) -> _Candidate:
    known = mapping.matches if mapping else ()
    if grid.names is None:
        return _best(grid, table, known)
    best = _Candidate(0, [(name,) for name in grid.names])
    best.matches = match_headers(table, best.texts, known, typed=True)
    return best


def _best(grid: Grid, table: Table, known: Sequence[Match]) -> _Candidate:
    """Every start and depth is tried; more columns found win, then the shorter header."""
    depth = door_rules().limits.header_depth
    head = grid.cells.head(depth + _LEVELS)
    numbers = head[ROW].to_list()
    rows = [["" if cell is None else str(cell) for cell in row] for row in head.drop(ROW).rows()]
    best = _Candidate(0, [])
    for start in range(min(depth, len(rows))):
        for levels in range(1, _LEVELS + 1):
            if start + levels > len(rows):
                break
            chosen = rows[start : start + levels]
            if levels > 1 and (not any(map(str.strip, chosen[-1])) or _is_ours(chosen[0])):
                break
            texts = _stacked(chosen, grid, numbers[start : start + levels])
            candidate = _Candidate(numbers[start + levels - 1], texts, levels=levels)
            default = _unit_above(rows[:start])
            candidate.matches = match_headers(table, texts, known, default=default)
            candidate.closed = _is_closed(candidate, table, rows[start + levels :])
            if not best.texts or candidate.rank > best.rank:
                best = candidate
    return best


def _is_ours(row: list[str]) -> bool:
    """The header of a file of rows sent back: one row, whatever stands below it."""
    rules = door_rules()
    said = {fold(cell) for cell in row if cell.strip()}
    return {fold(rules.row_header), fold(rules.problem_header)} <= said


def _is_closed(candidate: _Candidate, table: Table, below: list[list[str]]) -> bool:
    """A row with cells, but none under the key, still belongs to the header."""
    keys = [at for at, match in enumerate(candidate.matches) if match.column in table.key]
    following = next((row for row in below if any(cell.strip() for cell in row)), None)
    if following is None or not keys:
        return True
    return any(following[at].strip() for at in keys)


def _stacked(rows: list[list[str]], grid: Grid, numbers: list[int]) -> list[tuple[str, ...]]:
    """Texts of each column from top to bottom; a merged text stands in all its cells."""
    filled = [list(row) for row in rows]
    if len(rows) > 1:
        for first, left, last, right in grid.merged:
            for level, number in enumerate(numbers):
                if first <= number <= last and number == first:
                    said = rows[level][left] if left < len(rows[level]) else ""
                    for at in range(left, min(right + 1, len(rows[level]))):
                        filled[level][at] = said
        if not grid.merged:
            for row in filled[:-1]:
                _carry(row, filled[-1])
    return [
        tuple(cell.strip() for cell in column if cell.strip())
        for column in zip(*filled, strict=True)
    ]


def _carry(upper: list[str], lower: list[str]) -> None:
    """In a csv a merged header is one text and blanks: it is carried over the blanks."""
    said = ""
    for at, cell in enumerate(upper):
        if cell.strip():
            said = cell
        elif lower[at].strip():
            upper[at] = said


def _unit_above(rows: list[list[str]]) -> str | None:
    """Unit of a line “单位：万元” above the header."""
    for row in rows:
        for cell in row:
            found = re.search(r"(?:%s):([^,;()]+)" % "|".join(door_rules().unit_lines), fold(cell))  # noqa: UP031
            if found and is_unit(found[1]):
                return found[1]
    return None
