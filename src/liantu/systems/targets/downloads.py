"""Files behind the tables: what goes out comes in again unchanged."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

import xlsxwriter
from django.http import Http404, HttpResponse

from liantu.plan.package import PlanPackage
from liantu.plan.store import targets_csv
from liantu.records.figures.observation import Observation
from liantu.records.figures.observations_file import neutral, write_observations
from liantu.systems.language import language
from liantu.systems.targets.summary import Watched
from liantu.systems.targets.wording import amount, target_text
from liantu.words import words

TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_UTF8_MARK = b"\xef\xbb\xbf"
"""At the start of a file it makes spreadsheet programs read Chinese as UTF-8. Only the file
that people read bears it: the one that imports again is byte for byte what compiling writes."""
_FIGURES = ("start", "end", "baseline", "baseline_year", "low", "high", "year")
_STATE_COLUMNS = (
    "id", "clause", "name", "target", "unit", "year", "nature", "attained", "required",
    "light", "verdict", "freshness", "reason",
)  # fmt: skip


def targets_file(package: PlanPackage, kind: str) -> HttpResponse:
    """``targets.csv`` of the package as compiled, or the same table as a sheet."""
    text = targets_csv(package)
    if _checked(kind) == "csv":
        return _attached(text.encode(), "targets.csv")
    heads, *rows = csv.reader(io.StringIO(text))
    numeric = [head in _FIGURES for head in heads]
    cells = [
        [_figure(cell) if is_figure else cell for cell, is_figure in zip(row, numeric, strict=True)]
        for row in rows
    ]
    return _attached(_sheet(heads, cells), "targets.xlsx")


def _figure(cell: str) -> float | str:
    return float(cell) if cell else ""


def states_file(rows: Sequence[Watched], as_of: date, kind: str) -> HttpResponse:
    """Target and state as the list shows them; words, not codes, for it is read by people."""
    heads = [words().say(f"column.{name}", language()) for name in _STATE_COLUMNS]
    return _attached(
        _table(heads, [_state_row(row) for row in rows], kind),
        f"states-{as_of.isoformat()}.{_checked(kind)}",
    )


def _state_row(row: Watched) -> list[Any]:
    target, state = row.target, row.state
    say, chosen = words().say, language()
    return [
        target.id,
        target.clause,
        f"{target.subject}·{target.indicator}",
        target_text(target, chosen),
        target.unit,
        target.year,
        target.nature,
        amount(state.attained, "").zh if state.attained else "",
        amount(state.required, "").zh if state.required else "",
        say(f"light.{state.light}", chosen),
        say(f"verdict.{state.verdict}", chosen),
        say(f"freshness.{state.freshness}", chosen),
        state.reason_en if chosen == "en" else state.reason,
    ]


def observations_file(observations: Sequence[Observation], name: str, kind: str) -> HttpResponse:
    """Observations in the format of the import."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{name}.{_checked(kind)}"
        write_observations(observations, path)
        return _attached(path.read_bytes(), path.name)


def _checked(kind: str) -> str:
    if kind not in TYPES:
        raise Http404(kind)
    return kind


def _table(heads: Sequence[str], rows: Sequence[Sequence[Any]], kind: str) -> bytes:
    if _checked(kind) == "csv":
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow(heads)
        writer.writerows([[neutral(value) for value in row] for row in rows])
        return _UTF8_MARK + text.getvalue().encode()
    return _sheet(heads, rows)


def _sheet(heads: Sequence[str], rows: Sequence[Sequence[Any]]) -> bytes:
    memory = io.BytesIO()
    # Strings stay strings: a cell that starts with = is text, never a formula or a link.
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        sheet = book.add_worksheet()
        sheet.freeze_panes(1, 0)
        for index, row in enumerate([list(heads), *map(list, rows)]):
            sheet.write_row(index, 0, ["" if value is None else value for value in row])
    return memory.getvalue()


def _attached(content: bytes, name: str) -> HttpResponse:
    """A response saved under ``name``; names are made here, never from the address."""
    kind = name.rsplit(".", 1)[-1]
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
