"""Finds the header of a grid and what each of its cells means.

A header may stand under title lines, span several rows with merged cells, carry units in
brackets, beside a stroke, in a row of their own or in a line “单位：万元” above it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping as MappingOf
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from liantu.errors import InvalidQuantity, LiantuError, Message, UnreadableInput
from liantu.quantity.unit import parse_unit
from liantu.records.doors.grid import ROW, Grid
from liantu.records.doors.mapping import Mapping, Match
from liantu.records.doors.marks import unmarked
from liantu.records.doors.rules import door_rules, fold, harmless_words
from liantu.records.tables.declared import Column, Table

_BRACKET = re.compile(r"^(.*)[(\[]([^()\[\]]*)[)\]]$")
_STROKE = re.compile(r"^(.+)[/,_:、-]([^/,_:、-]+)$")
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
        raise _no_header(path, table, best)
    _check_doubled(path, table, best)
    found = {match.column for match in best.matches}
    missing = [
        column
        for column in table.columns
        if column.required
        and column.name not in filled
        and found.isdisjoint({column.name, (instead or {}).get(column.name, column.name)})
    ]
    if missing:
        raise _missing(path, table, missing, best)
    _check_units(path, table, best.matches)
    return Header(best.last_row, tuple(best.matches), tuple(_remarks(table, best.matches)))


def likeliest_header(grid: Grid, table: Table, mapping: Mapping | None = None) -> Header:
    """As :func:`find_header`, whatever is wrong with it: for a person to look at and mend."""
    best = _likeliest(grid, table, mapping)
    return Header(best.last_row, tuple(best.matches), tuple(_remarks(table, best.matches)))


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
            if found and _is_unit(found[1]):
                return found[1]
    return None


# Matching -----------------------------------------------------------------------------------


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
    if len(folded) > 1 and _is_unit(folded[-1].strip("()[]")):
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
        if taken and (_is_unit(taken[2]) and unit is None):
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
def _is_unit(text: str) -> bool:
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


# What is wrong with a header -----------------------------------------------------------------


def _check_doubled(path: Path, table: Table, header: _Candidate) -> None:
    by_column: dict[str, list[str]] = {}
    for match in header.matches:
        if match.column:
            by_column.setdefault(match.column, []).append(match.header)
    doubled = {name: texts for name, texts in by_column.items() if len(texts) > 1}
    if doubled:
        zh = "；".join(f"{table[n].zh}：{'、'.join(texts)}" for n, texts in doubled.items())
        en = "; ".join(f"{n}: {', '.join(texts)}" for n, texts in doubled.items())
        raise UnreadableInput(
            f"{path.name} 的表头有多列指同一项（{zh}）。请删去多余的列，"
            "或保存列对应关系指明用哪一列。未导入任何数据。",
            f"Several headers of {path.name} mean one column ({en}). Delete those not meant, or"
            " keep a mapping that says which is. Nothing was imported.",
        )


def _check_units(path: Path, table: Table, matches: list[Match]) -> None:
    wrong: list[Message] = []
    for match in matches:
        if match.column and match.unit is not None and table[match.column].numeric:
            try:
                table[match.column].factor(match.unit)
            except LiantuError as error:
                wrong.append(error.message)
    if wrong:
        raise UnreadableInput(
            f"{path.name} 表头的单位不能用：" + " ".join(m.zh for m in wrong) + " 未导入任何数据。",
            f"Units in the header of {path.name} do not fit: "
            + " ".join(m.en for m in wrong)
            + " Nothing was imported.",
        )


def _no_header(path: Path, table: Table, best: _Candidate) -> UnreadableInput:
    found = "、".join("/".join(levels)[:20] for levels in best.texts[:8] if levels) or "（空）"
    expected = "、".join(column.header for column in table.columns[:6])
    return UnreadableInput(
        f"{path.name} 的前 {door_rules().limits.header_depth} 行没有“{table.zh}”的表头，"
        f"找到的是：{found}。应为 {expected} 等。请核对是否选对了表，或下载模板对照。",
        f"The first {door_rules().limits.header_depth} rows of {path.name} hold no header of"
        f" {table.en}; found: {found}. Expected the like of {expected}. Check the table chosen,"
        " or compare with the template.",
    )


def _missing(path: Path, table: Table, missing: list[Column], best: _Candidate) -> UnreadableInput:
    unknown = [match.header for match in best.matches if not match.column and match.header]
    zh = "、".join(column.zh for column in missing)
    en = ", ".join(f"{column.zh} ({column.name})" for column in missing)
    rest = "、".join(unknown[:10]) or "无"
    return UnreadableInput(
        f"{path.name} 缺少“{table.zh}”必需的列：{zh}。未能识别的列：{rest}。"
        "请补上这些列，保存列对应关系，或为整个文件填一个固定值。未导入任何数据。",
        f"{path.name} lacks columns that {table.en} needs: {en}. Headers not recognised: {rest}."
        " Add the columns, keep a mapping, or fill one value for the whole file. Nothing was"
        " imported.",
    )


def _remarks(table: Table, matches: list[Match]) -> list[Message]:
    remarks = []
    groups = {
        how: [match.header for match in matches if match.how == how and match.header]
        for how in ("unknown", "other", "rival")
    }
    said = {
        "unknown": ("未识别的列未导入", "Headers not recognised were left aside"),
        "other": (
            "累计、同比等口径不同的列未导入",
            "Headers of other figures (since January, growth …) were left aside",
        ),
        "rival": (
            "与主列同义的列未导入",
            "Headers that mean a column already found were left aside",
        ),
    }
    for how, headers in groups.items():
        if headers:
            shown = headers[:20]
            remarks.append(
                Message(
                    f"{said[how][0]}：{'、'.join(shown)}。", f"{said[how][1]}: {', '.join(shown)}."
                )
            )
    assumed = [
        table[match.column]
        for match in matches
        if match.how != "mapping"
        and match.column
        and table[match.column].numeric
        and table[match.column].shown_unit
        and table[match.column].shown_unit != table[match.column].unit
        and match.unit == table[match.column].shown_unit
        and not _names_unit(match.header)
    ]
    if assumed:
        remarks.append(
            Message(
                f"表头未写单位，按模板单位读取：{'、'.join(c.header for c in assumed)}。请核对。",
                "Headers without a unit were read in the unit of the template:"
                f" {', '.join(c.header for c in assumed)}. Check them.",
            )
        )
    return remarks


def _names_unit(header: str) -> bool:
    return any(unit is not None for _, unit in _readings(tuple(header.split("/")))) or any(
        unit is not None for _, unit in _peeled(fold(header), None)
    )
