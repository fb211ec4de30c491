"""A file of corrections: csv or xlsx with six columns, taken whole or not at all."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from pathlib import Path

from liantu.errors import InvalidRecords, Message, NothingToCompute, UnreadableInput
from liantu.records.doors.corrections import COLUMNS, Correction, problem_of
from liantu.records.doors.marks import CONTROL
from liantu.records.doors.rules import door_rules
from liantu.records.figures.table import TextRow, read_table

_SHOWN = 200
"""Characters of a wrong header repeated in a message."""


def read_corrections(path: Path) -> tuple[Correction, ...]:
    """Read a file of corrections; the key is a JSON list, or one text where it has one column.

    Raises:
        NotFound, UnreadableInput: no file, no table, or another header than
            :data:`~liantu.records.doors.corrections.COLUMNS` (in any order).
        NothingToCompute: a header and no rows.
        InvalidRecords: shifted cells, formulas, corrections without reason, of unknown tables or
            columns, with values that cannot stand there; all are named, and none is taken.
    """
    table = read_table(path)
    order = _order(path, table.header)
    if not table.rows:
        raise NothingToCompute(
            f"{path.name} 只有表头，没有更正。请补充后重新导入。",
            f"{path.name} holds a header and no corrections. Add them and read it again.",
        )
    read = [(row, *_read(row, order, len(table.header))) for row in table.rows]
    problems = [
        Message(f"第 {row.row} 行：{problem.zh}", f"Row {row.row}: {problem.en}")
        for row, _, problem in read
        if problem is not None
    ]
    if problems:
        raise InvalidRecords(
            "更正未执行：\n" + "\n".join(problem.zh for problem in problems),
            "No correction was made:\n" + "\n".join(problem.en for problem in problems),
            problems,
        )
    return tuple(correction for _, correction, _ in read if correction is not None)


def _order(path: Path, header: Sequence[str]) -> dict[str, int]:
    said = [cell.strip() for cell in header]
    while said and not said[-1]:
        said.pop()
    if sorted(said) != sorted(COLUMNS):
        found = ",".join(said)[:_SHOWN]
        raise UnreadableInput(
            f"{path.name} 的表头应为 {','.join(COLUMNS)}，是 {found}。请改正表头后重新导入。",
            f"The header of {path.name} must be {','.join(COLUMNS)}, found {found}. Mend it and"
            " read the file again.",
        )
    return {name: said.index(name) for name in COLUMNS}


def _read(
    row: TextRow, order: dict[str, int], width: int
) -> tuple[Correction | None, Message | None]:
    if len(row.cells) < width or any(cell.strip() for cell in row.cells[width:]):
        return None, Message(
            f"有 {len(row.cells)} 个单元格，应为 {width} 个，多为文字中的逗号未加引号。请改正。",
            f"{len(row.cells)} cells, expected {width}: mostly a comma in a text without quotation"
            " marks. Mend it.",
        )
    cells = {name: row.cells[at] for name, at in order.items()}
    for name, at in order.items():
        problem = _unfit(name, cells[name], at in row.formulas)
        if problem:
            return None, problem
    key = _key(cells["key"])
    if key is None:
        return None, Message(
            'key 应为文字，或由文字组成的 JSON 列表，如 ["9151…","2025"]。请改正。',
            'key must be a text, or a JSON list of texts such as ["9151…","2025"]. Mend it.',
        )
    correction = Correction(
        cells["table"].strip(), key, cells["column"].strip(), cells["expect"], cells["value"],
        cells["reason"].strip(),
    )  # fmt: skip
    return correction, problem_of(correction)


def _unfit(name: str, text: str, formula: bool) -> Message | None:
    limit = door_rules().limits.text
    if formula:
        return Message(
            f"{name} 是公式单元格。请“选择性粘贴—数值”。",
            f"{name} is a formula cell. Paste values.",
        )
    if len(text) > limit or re.search(CONTROL, text):
        return Message(
            f"{name} 应不超过 {limit} 字，无换行以外的控制字符。请核对该行。",
            f"{name} must have at most {limit} characters and no control characters. Check the"
            " row.",
        )
    return None


def _key(text: str) -> tuple[str, ...] | None:
    """Texts of the key; None where it is meant as a list and is none of texts and figures."""
    if not text.startswith("["):
        return (text,)
    try:
        parts = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not all(isinstance(part, str | int) and not isinstance(part, bool) for part in parts):
        return None
    said = tuple(str(part) for part in parts)
    # Half of a pair of surrogates can be written in JSON and nowhere else.
    return None if any(re.search(f"{CONTROL}|[\ud800-\udfff]", part) for part in said) else said
