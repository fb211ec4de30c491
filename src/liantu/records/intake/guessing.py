"""Which declared table a file holds, told by its headers, its periods and its name.

A guess is a proposal with its reason. Where two tables fit alike nothing is chosen: whoever
brings the file says which it is.
"""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from liantu.errors import Message, NotFound, UnreadableInput, UsageError
from liantu.records.doors import corrections as corrections_file
from liantu.records.doors.check import names_of
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.header import Header, likeliest_header
from liantu.records.doors.mapping import Mapping
from liantu.records.doors.reading import read_heads
from liantu.records.doors.rules import fold
from liantu.records.doors.typed import one_period
from liantu.records.figures.rules import observation_rules
from liantu.records.intake.mappings import mappings, with_matches
from liantu.records.intake.naming import filled, matched
from liantu.records.tables.declared import Table, load_tables

OBSERVATIONS = "observations"
"""Published figures, which have a door of their own."""
CORRECTIONS = "corrections"
_LEAST = 0.35
_APART = 0.04
"""By how much the best guess must be better than the next to be taken."""
_MOST = 5


@dataclass(frozen=True)
class Guess:
    """One table that a sheet may hold. ``score`` runs 0–1; ``sheet`` is empty without sheets."""

    table: str
    sheet: str
    score: float
    missing: tuple[str, ...]
    """Required columns that the header lacks: to be filled or matched by hand."""
    reason: Message

    @property
    def ready(self) -> bool:
        """Can it be imported as it is?"""
        return not self.missing


def guess(
    path: Path,
    *,
    source: str = "",
    fill: MappingOf[str, str] | None = None,
    match: MappingOf[str, str] | None = None,
) -> tuple[Guess, ...]:
    """Tables that a file may hold, best first; for a workbook, of every sheet.

    Args:
        source: office whose kept mappings are known to apply.
        fill: columns that the whole file has one value of; tables that have them are meant.
        match: headers of the file, and what they are said to mean; likewise.

    Raises:
        NotFound, UnreadableInput: the file cannot be read as a table at all.
    """
    known = {kept.mapping.table: kept.mapping for kept in mappings(source)} if source else {}
    mappings_of = {
        declared.id: _with_said(declared, known.get(declared.id), fill or {}, match or {})
        for declared in load_tables().values()
    }
    found: list[Guess] = []
    for sheet, grid in read_heads(path):
        guesses = [g for g in (_observations(sheet, grid), _corrections(sheet, grid)) if g]
        for declared in load_tables().values():
            mapping = mappings_of[declared.id]
            one = mapping and _judge(path, sheet, grid, declared, mapping)
            if one:
                guesses.append(one)
        guesses.sort(key=lambda g: (-g.score, g.table))
        found += guesses[:_MOST]
    found.sort(key=lambda g: -g.score)
    return tuple(found)


def _with_said(
    declared: Table,
    kept: Mapping | None,
    fill: MappingOf[str, str],
    match: MappingOf[str, str],
) -> Mapping | None:
    """The mapping with what was said now; None for a table that has not what was spoken of."""
    try:
        said = matched(declared, match.items())
        given = filled(declared, {**(kept.fill if kept else {}), **fill})
    except NotFound:
        return None
    period = given.get(declared.period or "")
    if period is not None and not isinstance(one_period(period, declared.grain or "year"), str):
        return None
    whole = with_matches(kept, said)
    return Mapping(declared.id, whole.matches, whole.source, given)


def settled(path: Path, guesses: tuple[Guess, ...]) -> tuple[Guess, ...]:
    """The guess to act on for each sheet that holds something we know, in order of the sheets.

    Raises:
        UnreadableInput: no sheet fits any table.
        UsageError: two tables fit a sheet alike.
    """
    if not guesses:
        raise UnreadableInput(
            f"{path.name} 的表头与任何数据表都不符。请用 --table 指明数据表，"
            "或用 liantu data tables 查看全部，用 liantu data template 取模板对照。",
            f"The header of {path.name} fits no table. Name one with --table; see liantu data"
            " tables, and compare with the template (liantu data template).",
        )
    chosen = []
    for sheet in dict.fromkeys(g.sheet for g in guesses):
        mine = [g for g in guesses if g.sheet == sheet]
        best, near = mine[0], [g for g in mine[1:] if mine[0].score - g.score < _APART]
        if near:
            options = [best, *near]
            where = f"工作表“{sheet}”" if sheet else path.name
            raise UsageError(
                f"{where} 可能是 {'、'.join(_shown(g) for g in options)}，不能确定。"
                "请用 --table 指明。",
                f"{sheet or path.name} may be {', '.join(g.table for g in options)}. Say which"
                " with --table.",
            )
        chosen.append(best)
    return tuple(chosen)


def _shown(one: Guess) -> str:
    return (
        f"{load_tables()[one.table].zh}（{one.table}）" if one.table in load_tables() else one.table
    )


def _judge(
    path: Path, sheet: str, grid: Grid, declared: Table, mapping: Mapping
) -> Guess | None:  # fmt: skip
    """How well a sheet fits a table; None where it does not."""
    header = likeliest_header(grid, declared, mapping)
    columns = {match.column for match in header.matches if match.column}
    told = [match for match in header.matches if match.header and match.how != "own"]
    required = [column.name for column in declared.columns if column.required]
    missing = [name for name in required if name not in columns | set(mapping.fill)]
    if not columns or not told or len(missing) > len(required) / 2:
        return None
    period = declared.period
    periods = _periods(grid, header, declared)
    if period is not None and periods == 0:
        return None
    named = _is_named(path, sheet, declared)
    share = len(columns) / len(told)
    score = (
        0.45 * share
        + 0.3 * (1 - len(missing) / len(required))
        + 0.15 * min(len(columns) / len(declared.columns), 1)
        + 0.1 * named
    )
    if score < _LEAST or (len(columns) < 2 and not named):
        return None
    return Guess(
        declared.id, sheet, round(score, 4), tuple(missing),
        _reason(declared, len(columns), len(told), missing, named=named),
    )  # fmt: skip


def _periods(grid: Grid, header: Header, declared: Table) -> float | None:
    """Share of the first periods that are of the table's grain; None where there are none."""
    at = header.positions.get(declared.period or "")
    if at is None or declared.grain is None:
        return None
    grain = declared.grain
    cells = grid.cells.filter(pl.col(ROW) > header.last_row)[str(at)].cast(pl.String)
    said = [cell for cell in cells.drop_nulls().head(30) if cell.strip()]
    if not said:
        return None
    return sum(isinstance(one_period(cell, grain), str) for cell in said) / len(said)


def _is_named(path: Path, sheet: str, declared: Table) -> bool:
    """Is the sheet or the file named after the table?"""
    names = {fold(name) for name in names_of(declared)}
    return fold(sheet) in names or any(name in fold(path.stem) for name in names)


def _reason(
    declared: Table, found: int, told: int, missing: list[str], *, named: bool
) -> Message:  # fmt: skip
    lacks_zh = f"，缺少 {'、'.join(declared[name].zh for name in missing)}" if missing else ""
    lacks_en = f", lacks {', '.join(missing)}" if missing else ""
    return Message(
        f"{told} 个表头中识别 {found} 个{'，名称相符' if named else ''}{lacks_zh}",
        f"{found} of {told} headers recognised{', named so' if named else ''}{lacks_en}",
    )


def _observations(sheet: str, grid: Grid) -> Guess | None:
    """A file of published figures has nine columns of its own."""
    rules = observation_rules()
    known = {fold(said): column for column, names in rules.columns.items()
             for said in (column, *names)}  # fmt: skip
    headers = [fold(cell) for cell in _first_row(grid) if cell.strip()]
    found = {known[cell] for cell in headers if cell in known}
    missing = [column for column in rules.columns if column not in found]
    if len(missing) > 2 or not {"indicator", "value"} <= found:
        return None
    others = [cell for cell in headers if cell not in known and cell not in rules.ignored_columns]
    score = round(len(found) / (len(rules.columns) + len(others)), 4)
    return Guess(
        OBSERVATIONS, sheet, score, tuple(missing),
        Message("表头是公布数据的列", "its header is that of published figures"),
    )  # fmt: skip


def _corrections(sheet: str, grid: Grid) -> Guess | None:
    if {*corrections_file.COLUMNS} <= {cell.strip() for cell in _first_row(grid)}:
        said = Message("表头是更正文件的列", "its header is that of a file of corrections")
        return Guess(CORRECTIONS, sheet, 1.0, (), said)
    return None


def _first_row(grid: Grid) -> list[str]:
    if grid.names is not None:
        return list(grid.names)
    for row in grid.cells.drop(ROW).head(5).rows():
        if any(cell and str(cell).strip() for cell in row):
            return ["" if cell is None else str(cell) for cell in row]
    return []
