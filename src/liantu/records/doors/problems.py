"""What the checks of a file found, kept in columns: one row a problem.

A problem names the row, the column with its header, what was found, what was expected and the
next step, in both languages. Errors keep their row out; warnings go beside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from string import Formatter
from typing import Any, overload

import polars as pl

from liantu.errors import Message
from liantu.records.doors.grid import ROW
from liantu.records.doors.marks import CONTROL, HIDDEN
from liantu.records.doors.rules import Severity, door_rules
from liantu.records.tables.declared import Column

SCHEMA: dict[str, pl.DataType] = {
    "row": pl.UInt32(),
    "column": pl.String(),
    "header": pl.String(),
    "code": pl.String(),
    "found": pl.String(),
    "expected_zh": pl.String(),
    "expected_en": pl.String(),
    "fix_zh": pl.String(),
    "fix_en": pl.String(),
}
"""Columns of a frame of problems."""
_SENTENCES = ("expected_zh", "expected_en", "fix_zh", "fix_en")


@dataclass
class Log:
    """Collects problems of a whole file at a time."""

    errors: list[pl.DataFrame] = field(default_factory=list)
    warnings: list[pl.DataFrame] = field(default_factory=list)

    def add(
        self,
        code: str,
        column: Column | None,
        rows: pl.Series,
        found: pl.Series | str,
        *,
        severity: Severity = "error",
        name: str = "",
        **figures: Any,
    ) -> None:
        """Note one kind of problem for ``rows``; ``name`` overrides the code shown."""
        if not len(rows):
            return
        words = door_rules().problems[code]
        shown = pl.lit(found) if isinstance(found, str) else found.cast(pl.String)
        frame = pl.DataFrame({"row": rows.cast(pl.UInt32)}).with_columns(
            column=pl.lit(column.name if column else ""),
            header=pl.lit(column.header if column else ""),
            code=pl.lit(name or code),
            found=_seen(_cut(shown.fill_null(""), code)) if isinstance(shown, pl.Series) else shown,
            expected_zh=pl.lit(words.expected_zh.format(**figures)),
            expected_en=pl.lit(words.expected_en.format(**figures)),
            fix_zh=pl.lit(words.fix_zh.format(**figures)),
            fix_en=pl.lit(words.fix_en.format(**figures)),
        )
        (self.errors if severity == "error" else self.warnings).append(frame)

    def each(
        self,
        code: str,
        column: Column,
        rows: pl.Series,
        found: pl.Series,
        said: pl.DataFrame,
        *,
        severity: Severity = "error",
    ) -> None:
        """Note one kind of problem for ``rows`` in words of their own.

        Args:
            said: (row,) one column of texts for each name in braces of the problem's sentences.
        """
        if not len(rows):
            return
        words = door_rules().problems[code]
        frame = (
            said.select(
                *(filled_in(getattr(words, name)).alias(name) for name in _SENTENCES),
            )
            .with_columns(
                row=rows.cast(pl.UInt32),
                column=pl.lit(column.name),
                header=pl.lit(column.header),
                code=pl.lit(code),
                found=_seen(_cut(found.fill_null(""), code)),
            )
            .select(list(SCHEMA))
        )
        (self.errors if severity == "error" else self.warnings).append(frame)

    def where(
        self, code: str, column: Column, mask: pl.Series, rows: pl.Series, found: pl.Series,
        **figures: Any,
    ) -> None:  # fmt: skip
        """Note a problem for the rows at which ``mask`` is true."""
        if mask.any():
            self.add(code, column, rows.filter(mask), found.filter(mask), **figures)

    def frames(self) -> tuple[pl.DataFrame, pl.DataFrame]:
        """Errors and warnings, in order of rows; a warning of a row sent back is dropped."""
        errors = _joined(self.errors)
        warnings = _joined(self.warnings)
        return errors, warnings.join(errors.select("row"), on="row", how="anti")


def _cut(texts: pl.Series, code: str) -> pl.Series:
    """As much of a text as a message repeats; one cut off ends in an ellipsis."""
    limits = door_rules().limits
    most = limits.several if code == "cross_check" else limits.shown
    long = texts.str.len_chars() > most
    return texts.zip_with(~long, texts.str.slice(0, most - 1) + "…") if long.any() else texts


def _seen(texts: pl.Series) -> pl.Series:
    """What a person could not see, written out: a hidden mark as ``\\u200b``."""
    unseen = f"{CONTROL}|{HIDDEN}"
    hidden = texts.str.contains(unseen)
    if not hidden.any():
        return texts
    shown = [
        re.sub(unseen, lambda mark: f"\\u{ord(mark[0]):04x}", text) for text in texts.filter(hidden)
    ]
    return texts.scatter(hidden.arg_true(), pl.Series(shown, dtype=pl.String))


def filled_in(sentence: str) -> pl.Expr:
    """A sentence with columns of texts for its names in braces; an empty cell says nothing."""
    parts = []
    for text, name, _, _ in Formatter().parse(sentence):
        parts.append(pl.lit(text))
        if name:
            parts.append(pl.col(name).cast(pl.String).fill_null(""))
    return pl.concat_str(parts)


def _joined(frames: list[pl.DataFrame]) -> pl.DataFrame:
    if not frames:
        return pl.DataFrame(schema=SCHEMA)
    joined = pl.concat(frames).select(pl.col(name).cast(kind) for name, kind in SCHEMA.items())
    # Columns in chunks of other lengths than their neighbours' cannot be put into one sentence.
    return joined.sort("row", maintain_order=True).rechunk()


@dataclass(frozen=True)
class Problem:
    """Something wrong with one cell; ``column`` is empty where the row as a whole is wrong."""

    column: str
    header: str
    code: str
    found: str
    expected: Message
    fix: Message

    @property
    def message(self) -> Message:
        """One sentence a language."""
        where_zh = f"{self.header} " if self.header else ""
        where_en = f"{self.column}: " if self.column else ""
        return Message(
            f"{where_zh}“{self.found}”，应为{self.expected.zh}。{self.fix.zh}。",
            f"{where_en}found “{self.found}”, expected {self.expected.en}. {self.fix.en}.",
        )


@dataclass(frozen=True)
class RejectedRow:
    """A row that cannot be imported, with its cells as found and all that is wrong with it."""

    row: int
    cells: dict[str, str]
    problems: tuple[Problem, ...]

    @property
    def message(self) -> Message:
        """All problems of the row, the row first."""
        return Message(
            f"第 {self.row} 行：" + " ".join(p.message.zh for p in self.problems),
            f"Row {self.row}: " + " ".join(p.message.en for p in self.problems),
        )


class RejectedRows(Sequence[RejectedRow]):
    """Rows sent back. ``cells`` and ``problems`` are frames; rows are built when asked for."""

    def __init__(self, cells: pl.DataFrame, problems: pl.DataFrame) -> None:
        self.cells = cells
        """Cells as found under their own headers, with :data:`ROW`."""
        self.problems = problems

    def __len__(self) -> int:
        return self.cells.height

    @overload
    def __getitem__(self, at: int) -> RejectedRow: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[RejectedRow, ...]: ...
    def __getitem__(self, at: int | slice) -> RejectedRow | tuple[RejectedRow, ...]:
        if isinstance(at, slice):
            return tuple(self[n] for n in range(*at.indices(len(self))))
        if not -len(self) <= at < len(self):
            raise IndexError(at)
        cells = self.cells.row(at, named=True)
        row = int(cells.pop(ROW))
        said = self.problems.filter(pl.col("row") == row)
        return _rejected(row, cells, said.iter_rows(named=True))

    def __iter__(self) -> Iterator[RejectedRow]:
        said = self.problems.partition_by("row", as_dict=True)
        for cells in self.cells.iter_rows(named=True):
            row = int(cells.pop(ROW))
            yield _rejected(row, cells, said[(row,)].iter_rows(named=True))


def _rejected(row: int, cells: dict[str, Any], said: Iterator[dict[str, Any]]) -> RejectedRow:
    problems = tuple(
        Problem(
            each["column"],
            each["header"],
            each["code"],
            each["found"],
            Message(each["expected_zh"], each["expected_en"]),
            Message(each["fix_zh"], each["fix_en"]),
        )
        for each in said
    )
    plain = {header: "" if cell is None else str(cell) for header, cell in cells.items()}
    return RejectedRow(row, plain, problems)
