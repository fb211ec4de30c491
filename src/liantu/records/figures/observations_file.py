"""The door for figures: a file of observations in, the same file out.

CSV (UTF-8, UTF-16, GB18030) and xlsx with the nine columns of :data:`COLUMNS`, in any order, and
SDMX-CSV as :mod:`liantu.records.figures.sdmx` writes it.
Every row is checked in every column. Good rows become observations; bad rows come back with
line, column, what was found, what was expected and the next step. What
:func:`write_observations` writes, :func:`read_observations` reads back unchanged.
"""

from __future__ import annotations

import csv
import io
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import xlsxwriter

from liantu.errors import Message, NothingToCompute, UnreadableInput, UsageError, unwritable
from liantu.records.figures.breaks import with_breaks
from liantu.records.figures.cells import Problem, neutral
from liantu.records.figures.interpret import COLUMNS, Cells, cells_of, fingerprint, interpret
from liantu.records.figures.observation import Observation
from liantu.records.figures.rules import observation_rules
from liantu.records.figures.sdmx import as_written
from liantu.records.figures.table import TextRow, TextTable, read_table

__all__ = ["COLUMNS", "Import", "Rejected", "Remark", "neutral", "read_observations",
           "write_observations", "write_rejected_rows"]  # fmt: skip

_NAMED = 9
"""Wrong columns named in a message; a file of another kind may have thousands."""


@dataclass(frozen=True)
class Rejected:
    """A row that cannot be imported as it stands, with everything that is wrong with it."""

    row: int
    line: int
    cells: Cells
    problems: tuple[Problem, ...]

    @property
    def message(self) -> Message:
        """All problems of the row in one sentence a language, line first."""
        return Message(
            f"{_place_zh(self.row, self.line)}：" + " ".join(p.message.zh for p in self.problems),
            f"{_place_en(self.row, self.line)}: " + " ".join(p.message.en for p in self.problems),
        )


@dataclass(frozen=True)
class Remark:
    """Something a person should look at; the row was imported. ``row`` 0: the whole file."""

    row: int
    column: str
    message: Message


@dataclass(frozen=True)
class Import:
    """What a file came to."""

    observations: tuple[Observation, ...]
    rejected: tuple[Rejected, ...]
    warnings: tuple[Remark, ...]


def read_observations(path: Path) -> Import:
    """Read a file of observations.

    Raises:
        UnreadableInput: the file is no table, or its header is not that of observations.
        NothingToCompute: a header and no rows.
    """
    table = as_written(read_table(path))
    order = _columns(path, table.header)
    if not table.rows:
        raise NothingToCompute(
            f"{path.name} 只有表头，没有数据行。请补充数据后重新导入。",
            f"{path.name} holds a header and no rows. Add figures and import again.",
        )
    return _import(table, order)


def _import(table: TextTable, order: dict[str, int]) -> Import:
    good: list[Observation] = []
    bad: list[Rejected] = []
    remarks = [Remark(0, "", Message(zh, en)) for zh, en in table.remarks]
    seen: dict[str, int] = {}
    for row in table.rows:
        cells = {c: row.cells[at] if at < len(row.cells) else "" for c, at in order.items()}
        shape = _shape(row, len(table.header), order)
        read = interpret(cells, row.row) if not shape else None
        if read is None or read.observation is None:
            problems = shape or (read.problems if read else ())
            bad.append(Rejected(row.row, row.line, cells, problems))
            continue
        mark = fingerprint(read.observation)
        if mark in seen:
            bad.append(Rejected(row.row, row.line, cells, (_twice(seen[mark]),)))
            continue
        seen[mark] = row.row
        good.append(read.observation)
        for warning in read.warnings:
            place = _place_zh(row.row, row.line), _place_en(row.row, row.line)
            message = Message(
                f"{place[0]}：{warning.message.zh}", f"{place[1]}: {warning.message.en}"
            )
            remarks.append(Remark(row.row, warning.column, message))
    return Import(with_breaks(good), tuple(bad), tuple(remarks))


def _columns(path: Path, header: Sequence[str]) -> dict[str, int]:
    """Position of each column; missing, unknown and doubled ones are reported together."""
    rules = observation_rules()
    known = {said: column for column in COLUMNS for said in (column, *rules.columns[column])}
    order: dict[str, int] = {}
    unknown, doubled = [], []
    for at, cell in enumerate(header):
        said = cell.strip().lower()
        column = known.get(said)
        if column in order:
            doubled.append(said)
        elif column:
            order[column] = at
        elif said and said not in rules.ignored_columns:
            unknown.append(cell.strip()[:40])
    missing = [column for column in COLUMNS if column not in order]
    if missing or unknown or doubled:
        raise _wrong_header(path, missing, unknown, doubled)
    return order


def _wrong_header(
    path: Path, missing: list[str], unknown: list[str], doubled: list[str]
) -> UnreadableInput:
    zh, en = [], []
    for words, names in (
        (("缺少列", "missing"), missing),
        (("多出列", "unknown"), unknown),
        (("重复列", "written twice"), doubled),
    ):
        if names:
            shown, many = names[:_NAMED], len(names) > _NAMED
            zh.append(f"{words[0]} {'、'.join(shown)}{f' 等 {len(names)} 列' if many else ''}")
            en.append(f"{words[1]}: {', '.join(shown)}{f' … ({len(names)})' if many else ''}")
    return UnreadableInput(
        f"{path.name} 第 1 行表头不符：{'；'.join(zh)}。应为 {','.join(COLUMNS)}（次序不限）。"
        "请改正表头后重新导入，未导入任何数据。",
        f"The header of {path.name} (line 1) does not fit: {'; '.join(en)}. Expected"
        f" {','.join(COLUMNS)} in any order. Mend the header; nothing was imported.",
    )


def _shape(row: TextRow, width: int, order: dict[str, int]) -> tuple[Problem, ...]:
    """Shifted cells and spreadsheet formulas."""
    problems = []
    extra = any(cell.strip() for cell in row.cells[width:])
    if extra or len(row.cells) < width:
        problems.append(
            Problem(
                "",
                Message(
                    f"该行有 {len(row.cells)} 个单元格，表头有 {width} 列：单元格错位，"
                    "多为文字中的逗号未加引号。请改正。",
                    f"The row has {len(row.cells)} cells, the header {width} columns: shifted"
                    " cells, mostly a comma in a text without quotation marks. Mend it.",
                ),
            )
        )
    for column, at in order.items():
        if at in row.formulas:
            problems.append(
                Problem(
                    column,
                    Message(
                        f"{column} 是公式单元格。应为数值或文字。请“选择性粘贴—数值”后重新导入。",
                        f"{column} is a formula cell. Expected a value. Paste values and import"
                        " again.",
                    ),
                )
            )
    return tuple(problems)


def _twice(first: int) -> Problem:
    return Problem(
        "",
        Message(
            f"与第 {first} 行完全相同，视为重复。请删去；如是另一来源，请写明来源。",
            f"Identical with row {first}: a duplicate. Delete it, or name its own source.",
        ),
    )


def _place_zh(row: int, line: int) -> str:
    return f"第 {row} 行" if row == line else f"第 {row} 行（文本第 {line} 行）"


def _place_en(row: int, line: int) -> str:
    return f"Row {row}" if row == line else f"Row {row} (line {line})"


# Writing ------------------------------------------------------------------------------------


def write_observations(observations: Iterable[Observation], path: Path) -> None:
    """Write observations in the format of the import, as ``.csv`` or ``.xlsx``.

    Raises:
        UsageError: another kind of file was asked for.
        StorageFailed: it cannot be written; a file that was there is unchanged.
    """
    _write(COLUMNS, [list(cells_of(o).values()) for o in observations], path)


def write_rejected_rows(rejected: Iterable[Rejected], path: Path) -> None:
    """Write bad rows with their problems; mended, the file imports again as it is."""
    rows = [
        [*(r.cells.get(column, "") for column in COLUMNS), str(r.row), str(r.message)]
        for r in rejected
    ]
    _write((*COLUMNS, "row", "problem"), rows, path)


def _write(header: Sequence[str], rows: Sequence[Sequence[str]], path: Path) -> None:
    """Write to a file beside and rename, so that no half file is ever seen."""
    kind = path.suffix.lower()
    if kind not in (".csv", ".xlsx"):
        raise UsageError(
            f"不能写出 {path.name}：应为 .csv 或 .xlsx。",
            f"Cannot write {path.name}: expected .csv or .xlsx.",
        )
    content = _csv(header, rows) if kind == ".csv" else _xlsx(header, rows)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _put(content, path)
    except OSError as error:
        raise unwritable(path, error) from error


def _put(content: bytes, path: Path) -> None:
    handle, beside = tempfile.mkstemp(dir=path.parent, prefix=".liantu-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(beside).chmod(0o644)
        Path(beside).replace(path)
    except BaseException:
        Path(beside).unlink(missing_ok=True)
        raise


def _csv(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(header)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    # The mark at the start is what makes spreadsheet programs read Chinese as UTF-8.
    return text.getvalue().encode("utf-8-sig")


def _xlsx(header: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    value = header.index("value")
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet("observations")
        sheet.freeze_panes(1, 0)
        for at, row in enumerate([header, *rows]):
            for column, cell in enumerate(row):
                if at and column == value and _is_figure(cell):
                    sheet.write_number(at, column, float(cell))
                elif cell:
                    # A string cell is never run; the mark keeps it safe if saved on as CSV.
                    sheet.write_string(at, column, neutral(cell))
    return memory.getvalue()


def _is_figure(cell: str) -> bool:
    """A figure that a number cell gives back letter for letter (1.70 would lose its zero)."""
    try:
        figure = float(cell)
    except ValueError:
        return False
    shortest = f"{figure:.0f}" if figure.is_integer() else repr(figure)
    return abs(figure) < 10**15 and shortest == cell
