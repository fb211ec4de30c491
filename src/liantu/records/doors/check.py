"""The door: a file in, rows of a declared table out, and what is wrong with the others.

:func:`check` changes nothing anywhere. What it returns can be shown, previewed against the rows
already known, sent back for mending, or accepted.
"""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl

from liantu.errors import Message, NothingToCompute, name_of
from liantu.records.doors.agreeing import judge_agreements
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.header import Header, find_header
from liantu.records.doors.judge import judge_columns, judge_references, judge_rows
from liantu.records.doors.mapping import Mapping
from liantu.records.doors.plausible import judge_plausible
from liantu.records.doors.problems import Log, RejectedRows
from liantu.records.doors.reading import read_grid
from liantu.records.doors.resolving import (
    HELD,
    Resolution,
    Resolver,
    resolvable,
    resolve_references,
)
from liantu.records.doors.rules import door_rules, fold
from liantu.records.doors.synthetic import says_synthetic
from liantu.records.doors.typed import read_column, whole
from liantu.records.doors.within import judge_within
from liantu.records.tables.declared import Column, Table, table

_TEXTS = ("text", "code", "reference")

Known = Callable[[pl.DataFrame], pl.DataFrame | None]
"""Rows of a file → the rows accepted so far that they are to be compared with."""
Registers = Callable[[pl.DataFrame], MappingOf[str, pl.DataFrame]]
"""Rows of a file → the registers that they refer to: table id → ``code`` and ``name``."""


@dataclass(frozen=True)
class AsRead:
    """What is known of a file before its rows are judged."""

    given: frozenset[str]
    """Columns it has."""
    unread: pl.DataFrame
    """``row`` and ``column`` of cells that could not be read."""
    own: pl.DataFrame
    """Columns that we wrote beside those of the table (:attr:`DoorRules.own_headers`), with
    :data:`ROW`."""


Mine = Callable[[pl.DataFrame, frozenset[str]], pl.Series]
"""Rows as read, and the columns the file has → (row,) ``yes``, ``no`` or ``waits``: may they be
written, or do they wait for the city?"""
Amend = Callable[[pl.DataFrame, AsRead], pl.DataFrame]
"""Rows as read → the rows with what is known to be wrong in them put right, to be judged."""


@dataclass(frozen=True)
class Checked:
    """What a file came to.

    ``frame`` holds the good rows with every column of the table; columns the file does not have
    are null there, and ``given`` names those it has: an absent column is not an empty one.
    ``numbers`` are the rows of the file that the rows of ``frame`` came from.
    """

    table: str
    frame: pl.DataFrame
    numbers: pl.Series
    given: tuple[str, ...]
    rejected: RejectedRows
    warnings: pl.DataFrame
    """Columns of :data:`liantu.records.doors.problems.SCHEMA`."""
    remarks: tuple[Message, ...]
    """About the file as a whole."""
    mapping: Mapping
    file_name: str = ""
    synthetic: bool = False
    """The file says that it holds synthetic data (模拟数据)."""
    held: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=HELD))
    """Rows whose name waits for a person, one a candidate (:data:`.resolving.HELD`)."""
    emptied: tuple[str, ...] = ()
    """Columns that are empty throughout because a correction emptied them, and say so."""
    additions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema={ROW: pl.UInt32()}))
    """Rows in order that are new to whoever brings them and wait for the city: the columns of the
    table, and :data:`ROW`."""

    @property
    def said(self) -> tuple[str, ...]:
        """Given columns with a value in some row.

        A column that is empty throughout says nothing (a template filled in part), and takes
        nothing away; an empty cell in a column that is filled elsewhere empties it.
        """
        key = table(self.table).key
        return tuple(
            name
            for name in self.given
            if name in key
            or name in self.emptied
            or self.frame[name].null_count() < self.frame.height
        )


def check(
    path: Path,
    table_id: str,
    mapping: Mapping | None = None,
    *,
    sheet: str = "",
    fill: MappingOf[str, str] | None = None,
    current: pl.DataFrame | Known | None = None,
    registers: MappingOf[str, pl.DataFrame] | Registers | None = None,
    amend: Amend | None = None,
    resolver: Resolver | None = None,
    mine: Mine | None = None,
    today: date | None = None,
) -> Checked:
    """Read a csv, xlsx or parquet file as rows of a declared table.

    Args:
        mapping: headers of this source as matched before.
        sheet: sheet of a workbook; by default the one named like the table, else the first.
        fill: column → text, for columns that the whole file has one value of.
        current: rows accepted so far, or what gives them, to find jumps and unit slips.
        registers: table id → ``code`` and ``name`` to compare with, or what gives them.
        amend: puts right what is known to be wrong in the source.
        resolver: tells which record a row without a usable code means by its name.
        mine: tells which rows whoever brings the file may write, and which wait; None: all.
        today: day after which dates lie in the future; default: now.

    Raises:
        NotFound, UnreadableInput, NothingToCompute: no file, no table that fits, or no rows in it.
    """
    declared, log = table(table_id), Log()
    mapping = _with_fill(mapping, declared, fill or {})
    grid, header, body, remarks = _read(path, declared, mapping, sheet, resolver)
    frame = _values(body, header, declared, mapping, log, typed=grid.names is not None)
    given = frozenset(header.positions) | frozenset(mapping.fill)
    _judge_format(grid, header, declared, body, log)
    resolution = resolve_references(frame, declared, given, resolver, log)
    given |= resolution.filled
    read = AsRead(given, log.frames()[0].select("row", "column"), _own(body, header))
    emptied = _amended(resolution, amend, read)
    _judge_values(resolution, declared, given, today or _today(), registers or {}, current, log)
    waiting = _judge_mine(resolution.frame, declared, given, mine, log)
    errors, warnings = log.frames()
    good, additions, bad = _parted(resolution.frame, body, errors, waiting)
    cells = _under_headers(bad, header, declared, mapping, resolution.filled)
    return Checked(
        table=declared.id,
        frame=good.drop(ROW),
        numbers=good[ROW],
        given=tuple(name for name in declared.by_name if name in given),
        rejected=RejectedRows(cells, errors),
        warnings=warnings,
        remarks=(*remarks, *resolution.remarks, *_said_of(additions)),
        mapping=Mapping(declared.id, header.matches, mapping.source, mapping.fill),
        file_name=name_of(path),
        held=resolution.held,
        synthetic=says_synthetic(path, grid, header.last_row, declared, resolution.frame),
        emptied=emptied,
        additions=additions,
    )


def _read(
    path: Path, declared: Table, mapping: Mapping, sheet: str, resolver: Resolver | None
) -> tuple[Grid, Header, pl.DataFrame, list[Message]]:
    """The file, its header, the rows of data below it, and what is to be said of them."""
    grid = read_grid(path, (sheet,) if sheet else names_of(declared))
    instead = {code: named.name for code, named in resolvable(declared, resolver).items()}
    header = find_header(path, grid, declared, mapping, instead)
    body, left = _body(grid, header)
    if not body.height:
        raise _no_rows(path)
    return grid, header, body, [*grid.remarks, *header.remarks, *left]


def _judge_mine(
    frame: pl.DataFrame, declared: Table, given: frozenset[str], mine: Mine | None, log: Log
) -> pl.Series:
    """Notes rows that whoever brings the file may not write; numbers of those that wait."""
    if mine is None:
        return frame[ROW].clear()
    may = mine(frame.drop(ROW), given)
    others = frame.filter(may == "no")
    parts = [pl.col(name).cast(pl.String) for name in declared.key]
    joined = pl.concat_str(parts, separator=" ", ignore_nulls=True)
    log.add("out_of_scope", None, others[ROW], others.select(joined.alias("_")).to_series())
    return frame.filter(may == "waits")[ROW]


def _said_of(additions: pl.DataFrame) -> list[Message]:
    if additions.is_empty():
        return []
    said = door_rules().resolution.additions
    return [Message(said.zh.format(count=additions.height), said.en.format(count=additions.height))]


def _amended(rows: Resolution, amend: Amend | None, read: AsRead) -> tuple[str, ...]:
    """Puts right what is known to be wrong; columns that are empty throughout since then."""
    if amend is None:
        return ()
    before, rows.frame = rows.frame, amend(rows.frame, read)
    return tuple(n for n in read.given if _is_empty(rows.frame[n]) and not _is_empty(before[n]))


def _parted(
    frame: pl.DataFrame, body: pl.DataFrame, errors: pl.DataFrame, waiting: pl.Series
) -> tuple[pl.DataFrame, pl.DataFrame, pl.DataFrame]:
    """Typed rows that are good, those of them that wait, and the cells of the others as found."""
    bad = errors.select(pl.col("row").alias(ROW)).unique()
    good = frame.join(bad, on=ROW, how="anti", maintain_order="left") if bad.height else frame
    waits = pl.col(ROW).is_in(waiting.implode())
    back = body.join(bad, on=ROW, how="semi", maintain_order="left")
    return good.filter(~waits), good.filter(waits), back


def _judge_values(
    rows: Resolution, declared: Table, given: frozenset[str], today: date,
    registers: MappingOf[str, pl.DataFrame] | Registers, current: pl.DataFrame | Known | None,
    log: Log,
) -> None:  # fmt: skip
    before = current(rows.frame) if callable(current) else current
    judge_columns(rows.frame, declared, given, today, log)
    judge_rows(rows.frame, declared, given, log)
    known = registers(rows.frame) if callable(registers) else registers
    judge_references(rows.unnamed, declared, given, known, log)
    judge_agreements(rows.frame, declared, given, known, log)
    judge_within(rows.frame, declared, given, known, log)
    judge_plausible(rows.frame, declared, given, before, log)


def names_of(declared: Table) -> tuple[str, ...]:
    """Names by which a sheet or a file says that it holds a table."""
    return (declared.zh, declared.id, declared.en, *declared.aliases)


def _today() -> date:
    return datetime.now(UTC).astimezone().date()


def _no_rows(path: Path) -> NothingToCompute:
    return NothingToCompute(
        f"{name_of(path)} 只有表头，没有数据行。请补充数据后重新导入。",
        f"{name_of(path)} holds a header and no rows. Add figures and import again.",
    )


def _with_fill(mapping: Mapping | None, declared: Table, fill: MappingOf[str, str]) -> Mapping:
    known = mapping or Mapping(declared.id, ())
    for name in fill:
        declared[name]
    return Mapping(declared.id, known.matches, known.source, {**known.fill, **fill})


def _values(
    body: pl.DataFrame, header: Header, declared: Table, mapping: Mapping, log: Log, *, typed: bool
) -> pl.DataFrame:
    """Every column of the table, typed, with the number of its row."""
    rows = body[ROW]
    positions = header.positions
    columns = [rows]
    for column in declared.columns:
        if column.name in positions:
            at = positions[column.name]
            cells, unit = body[str(at)], header.matches[at].unit
        elif column.name in mapping.fill:
            cells, unit = pl.Series([mapping.fill[column.name]] * len(rows)), None
        else:
            columns.append(
                pl.Series(column.name, [None], dtype=column.dtype).new_from_index(0, len(rows))
            )
            continue
        values = read_column(cells, column, unit, declared.grain, rows, log, typed=typed)
        if column.type == "integer":
            values = whole(values, column, rows, log)
        columns.append(values.cast(column.dtype).rename(column.name))
    return pl.DataFrame(columns)


# Rows that are none ---------------------------------------------------------------------------


def _body(grid: Grid, header: Header) -> tuple[pl.DataFrame, list[Message]]:
    """Rows below the header without blanks, totals, notes and the example of a template."""
    body = grid.cells.filter(pl.col(ROW) > header.last_row) if grid.names is None else grid.cells
    texts = [name for name in body.columns if name != ROW and body[name].dtype == pl.String]
    if not texts:
        return body, []
    others = [name for name in body.columns if name != ROW and name not in texts]
    filled = [pl.col(name).str.strip_chars() != "" for name in texts]
    body = body.filter(pl.any_horizontal(*filled, *(pl.col(name).is_not_null() for name in others)))
    first = pl.coalesce(pl.when(pl.col(name) != "").then(pl.col(name)) for name in texts[:3])
    said = body.select(first.str.replace_all(r"\s", "")).to_series()
    rules = door_rules()
    said_before = said.str.slice(0, 12)
    total = said_before.str.strip_chars(":：").is_in(list(rules.totals))
    note = said_before.str.contains(f"^({'|'.join(rules.footnotes)})[:：]")
    example = said_before.str.starts_with(rules.example)
    remarks = [
        message
        for mask, zh, en in (
            (total, "合计行", "rows of totals"),
            (note, "表下注释行", "notes under the table"),
            (example, "示例行", "rows of the template's example"),
        )
        if (message := _left_aside(body, mask, zh, en))
    ]
    return body.filter(~(total | note | example).fill_null(False)), remarks


def _left_aside(body: pl.DataFrame, mask: pl.Series, zh: str, en: str) -> Message | None:
    rows = body[ROW].filter(mask.fill_null(False))
    if not len(rows):
        return None
    most = door_rules().limits.named_rows
    shown = "、".join(str(row) for row in rows.head(most)) + ("…" if len(rows) > most else "")
    return Message(
        f"{len(rows)} 个{zh}未导入（第 {shown} 行）。",
        f"{len(rows)} {en} left aside (row {shown}).",
    )


def _judge_format(grid: Grid, header: Header, declared: Table, body: pl.DataFrame,
                  log: Log) -> None:  # fmt: skip
    """Shifted rows, a file cut off, formula cells in columns that are imported."""
    named = [at for at, match in enumerate(header.matches) if match.header]
    width = max(named, default=-1) + 1
    beyond = [pl.col(str(at)) != "" for at in range(width, body.width - 1)]
    moved = pl.col(ROW).is_in(sorted(grid.shifted))
    if grid.separated and beyond:
        moved = moved | pl.any_horizontal(*beyond)
    for code, rule in (("shifted", moved), ("cut_off", pl.col(ROW) == (grid.cut_off or 0))):
        log.add(code, None, body.filter(rule)[ROW], "", limit=width)
    for name, at in header.positions.items():
        lost = {row: cells[at] for row, cells in grid.unread.items() if at in cells}
        here = body.filter(pl.col(ROW).is_in(sorted(lost)))[ROW]
        said = pl.Series([lost[row] for row in here], dtype=pl.String)
        words = door_rules()
        told = ~said.str.to_lowercase().is_in(list(words.absent))
        told &= ~said.str.to_uppercase().is_in(list(words.error_words))
        log.where("unread", declared[name], told, here, said)
    if grid.formulas:
        for name, at in header.positions.items():
            rows = {row for row, columns in grid.formulas.items() if at in columns}
            hit = body.filter(pl.col(ROW).is_in(sorted(rows)))
            log.add("formula", declared[name], hit[ROW], hit[str(at)])


def _is_empty(cells: pl.Series) -> bool:
    return cells.null_count() == len(cells)


def _own(body: pl.DataFrame, header: Header) -> pl.DataFrame:
    """Cells under headers of our own, by the words of the rules."""
    words = {fold(word): word for word in door_rules().own_headers}
    places = {
        words[fold(match.header)]: str(at)
        for at, match in enumerate(header.matches)
        if fold(match.header) in words
    }
    return body.select(ROW, **{word: pl.col(at) for word, at in places.items()})


def _under_headers(cells: pl.DataFrame, header: Header, declared: Table,
                   mapping: Mapping, absent: frozenset[str]) -> pl.DataFrame:  # fmt: skip
    """Cells as found under headers by which the file imports again.

    Columns ``absent`` from the file that a person may have to fill in are added, empty.
    """
    names: dict[str, str] = {ROW: ROW}
    own = {fold(word) for word in door_rules().own_headers}
    for at, match in enumerate(header.matches):
        if match.how == "own" or fold(match.header) in own:
            continue
        said = _header(declared[match.column], match.unit) if match.column else match.header
        said = said or f"列{at + 1}"
        names[str(at)] = said if said not in names.values() else f"{said}#{at + 1}"
    days = [
        str(at)
        for name, at in header.positions.items()
        if declared[name].type == "date" and isinstance(cells[str(at)].dtype, pl.Datetime)
    ]
    found = cells.with_columns(pl.col(days).dt.date()).select(list(names)).rename(names)
    filled = {
        declared[name].name: value
        for name, value in mapping.fill.items()
        if name not in header.positions
    }
    filled |= {declared[name].zh: "" for name in sorted(absent)}
    return found.with_columns(**{name: pl.lit(value) for name, value in filled.items()})


def _header(column: Column, unit: str | None) -> str:
    """Header that says the unit the cells were found in."""
    if not column.numeric:
        return column.zh
    if not unit:
        return column.name
    return f"{column.zh}（{unit}）"
