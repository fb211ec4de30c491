"""Plants the declared defects in files about to be written, and keeps the answers.

What is planted where is declared in ``catalog/sample/defects.yaml``. An answer says in which row
and column of which file, what stands there, what was right, and what a door must say of it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
import polars as pl

from liantu.declarations import Declared, Source, read_declared
from liantu.errors import UnreadableInput
from liantu.records.doors.rules import door_rules
from liantu.records.doors.writing import write_whole
from liantu.records.sample.calibration import FOLDER
from liantu.records.sample.deliveries import Batch
from liantu.records.sample.dice import dice
from liantu.records.sample.manifest import note
from liantu.records.sample.spoiling import SPOIL, Spoiled, unit_factor
from liantu.records.sample.writing import Sheet

Finding = Literal["error", "warning", "read", "left_aside"]
ANSWERS = "answers.json"
AGAINST_PAST = frozenset({"slip", "jump"})
"""Found by comparison with the periods before; planted in the last period of a file only, so that
the period after does not jump back."""
_ONE_IN = 4
"""A file has at most one planted row of a kind in so many."""


class Defect(Declared):
    """One kind of defect in one table; ``column`` and ``other`` say where."""

    table: str
    file: str = ""
    """Beginning of the file's name; any file of the table by default."""
    how: str
    column: str = ""
    other: str = ""
    count: int
    finding: Finding
    code: str = ""
    zh: str
    en: str


class Defects(Declared):
    """``defects.yaml``."""

    source: Source
    defects: tuple[Defect, ...]


@cache
def defects() -> tuple[Defect, ...]:
    """All defects, as declared."""
    return read_declared(Defects, FOLDER / "defects.yaml").defects


@dataclass(frozen=True)
class Answer:
    """One planted defect. ``row`` is the number a spreadsheet shows, ``right`` what was meant."""

    file: str
    table: str
    row: int
    column: str
    kind: str
    finding: Finding
    code: str
    written: str
    right: str
    zh: str
    en: str


@dataclass
class Planter:
    """Spoils files and keeps what was right: answers, and rows to be delivered once more."""

    seed: int
    spared: Mapping[str, frozenset[str]]
    """Table → first keys of rows that others refer to before they are mended."""
    bounded: frozenset[str]
    """Areas that have a boundary: only there a shape can be seen to lie elsewhere."""
    answers: list[Answer] = field(default_factory=list)
    mended: list[tuple[Batch, pl.DataFrame]] = field(default_factory=list)
    """Files with the right rows of those that were spoilt in them."""

    def plant(self, sheet: Sheet, wanted: Sequence[Defect]) -> None:
        """Plant defects in one file."""
        generator = dice(self.seed, f"defects {sheet.batch.name}")
        used: set[int] = set()
        wrong: set[int] = set()
        for defect in wanted:
            for row in self._rows(sheet, defect, generator, used):
                for one in SPOIL[defect.how](sheet, row, defect, generator, used):
                    self.answers.append(_answer(sheet, defect, one))
                    used.add(one.row)
                    if defect.finding in ("error", "warning") and defect.how != "duplicate":
                        wrong.add(one.row)
        right = sorted(row for row in wrong if row < sheet.batch.rows.height)
        if right:
            self.mended.append((sheet.batch, sheet.batch.rows[right]))

    def note_renamed(self, sheet: Sheet, old_names: Mapping[str, str]) -> None:
        """Rows that give a known firm another name: no defect, but a person should look.

        Args:
            old_names: credit code → name that the register has so far.
        """
        codes = sheet.batch.rows["credit_code"]
        for row, code in enumerate(codes):
            if code in old_names:
                self.answers.append(
                    Answer(
                        sheet.batch.name, sheet.batch.table, sheet.row_number(row), "name",
                        "renamed", "warning", "other_name", sheet.cell(row, "name"),
                        old_names[code], "企业更名", "a firm took another name",
                    )
                )  # fmt: skip

    def _rows(
        self, sheet: Sheet, defect: Defect, generator: np.random.Generator, used: set[int]
    ) -> list[int]:
        """Rows that can carry a defect: filled in, not spoilt yet, not referred to by others."""
        rows = sheet.batch.rows
        able = pl.Series([True] * rows.height)
        for name in filter(None, (defect.column, defect.other)):
            able &= rows[name].is_not_null()
            if sheet.table[name].numeric:
                able &= rows[name] > 0
        if defect.finding == "error":
            able &= ~rows[sheet.table.key[0]].is_in(list(self.spared.get(sheet.batch.table, ())))
        if defect.how == "grouped":
            able &= rows[defect.column] >= 1000 * unit_factor(sheet, defect.column)
        if defect.how == "elsewhere":
            able &= rows["area_code"].is_in(list(self.bounded))
        if defect.how in AGAINST_PAST:
            enough = rows["period"].n_unique() >= door_rules().history_least
            able &= (rows["period"] == rows["period"].max()) & enough
        found = [row for row in able.arg_true().to_list() if row not in used]
        count = min(defect.count, len(found) // _ONE_IN)
        return sorted(generator.choice(found, count, replace=False).tolist()) if count else []


def _answer(sheet: Sheet, defect: Defect, one: Spoiled) -> Answer:
    return Answer(
        sheet.batch.name, sheet.batch.table, sheet.row_number(one.row), one.column, defect.how,
        defect.finding, defect.code, one.written, one.right, defect.zh, defect.en,
    )  # fmt: skip


def write_answers(answers: Sequence[Answer], folder: Path) -> None:
    """Write the answers beside the deliveries."""
    listed = [asdict(answer) for answer in answers]
    text = json.dumps({"note": note(), "answers": listed}, ensure_ascii=False, indent=1)
    write_whole(folder / ANSWERS, text.encode())


def read_answers(folder: Path) -> list[Answer]:
    """Read what :func:`write_answers` wrote.

    Raises:
        UnreadableInput: it is damaged or not there.
    """
    try:
        listed = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))["answers"]
        return [Answer(**answer) for answer in listed]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise UnreadableInput(
            f"{ANSWERS} 不可读（{error}）。请重新生成模拟城市。",
            f"{ANSWERS} cannot be read ({error}). Make the sample city again.",
        ) from error
