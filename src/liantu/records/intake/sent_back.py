"""Rows sent back: written as a file to mend, known again when they return.

The first column of such a file names the batch and the row (``7#12``, which no spreadsheet takes
for a date); when the file comes in again, those rows are marked as returned and wait no longer.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import xlsxwriter
from django.db.models import Count

from liantu.errors import Message, NotFound, NothingToCompute
from liantu.records import ledger
from liantu.records.accept import sent_back
from liantu.records.doors.check import Checked
from liantu.records.doors.grid import ROW
from liantu.records.doors.matching import match_headers
from liantu.records.doors.problems import RejectedRows
from liantu.records.doors.rules import door_rules
from liantu.records.doors.writing import rejected_texts, write_texts, write_whole
from liantu.records.models import Batch, RejectedRow
from liantu.records.moments import moment_of, refuse_later
from liantu.records.quarantine import Wanted, wanted_rows
from liantu.records.tables.declared import Column, table

_CHUNK = 500
_WIDE = 60


@dataclass(frozen=True)
class Waiting:
    """A batch with rows that were sent back and have not returned."""

    batch: int
    table: str
    file_name: str
    rows: int


def waiting(as_of: str | None = None) -> list[Waiting]:
    """Batches with rows that wait to be mended, oldest first; ``table`` empty: figures.

    A row waits until it comes back mended, or a later batch brings its key.

    Args:
        as_of: a batch, or an ISO day or time: what waited then; now by default.

    Raises:
        NotFound, UsageError: ``as_of`` names no batch, or is no date.
    """
    moment = moment_of(as_of)
    rows = wanted_rows(Wanted(state="open", moment=moment)).order_by("batch_id")
    found = rows.values_list("batch_id", "batch__table", "batch__file_name")
    counted = found.annotate(Count("pk"))
    return [Waiting(batch, table_id, name, count) for batch, table_id, name, count in counted]


def write_sent_back(
    path: Path, batch: str | None = None, as_of: str | None = None
) -> tuple[Batch, int]:
    """Write rows sent back as csv or xlsx, with what is wrong with each; the batch and how many.

    The xlsx marks the cells concerned, with the reason beside them, and offers the choices of
    coded columns. Mended, the file imports again as it is. Rows that have come back are left out,
    unless all have.

    Args:
        batch: number of the batch; by default the latest with rows that wait.
        as_of: as :func:`waiting`: the latest with rows that waited then.

    Raises:
        NothingToCompute: no row waits, or none was sent back in that batch.
        NotFound: no such batch, or none yet at ``as_of``.
    """
    chosen = _chosen(batch, as_of)
    if not chosen.table:
        return chosen, ledger.write_rejected(path, str(chosen.pk))
    rejected = _waiting_of(chosen, as_of)
    if not len(rejected):
        raise NothingToCompute(
            f"批次 {chosen.pk}（{chosen.file_name}）没有退回的行。",
            f"No row of batch {chosen.pk} ({chosen.file_name}) was sent back.",
        )
    texts = rejected_texts(rejected).with_columns(
        pl.format("{}#{}", pl.lit(chosen.pk), pl.col(door_rules().row_header)).alias(
            door_rules().row_header
        )
    )
    if path.suffix.lower() == ".xlsx":
        write_whole(path, _workbook(texts, rejected, chosen.table))
    else:
        write_texts(texts, path, "", frozenset())
    return chosen, len(rejected)


def _waiting_of(batch: Batch, as_of: str | None) -> RejectedRows:
    """The rows of a batch that still wait; all of them where none does."""
    rejected = sent_back(str(batch.pk))
    asked = Wanted(batch=batch.pk, state="open", moment=moment_of(as_of))
    rows = list(wanted_rows(asked).values_list("row", flat=True))
    if not rows or not len(rejected):
        return rejected
    waits = pl.col(ROW).is_in(rows)
    return RejectedRows(rejected.cells.filter(waits), rejected.problems)


def _chosen(batch: str | None, as_of: str | None) -> Batch:
    if batch is None:
        latest = waiting(as_of)
        if not latest:
            raise NothingToCompute("没有等待改正的退回行。", "No rows wait to be mended.")
        return Batch.objects.get(pk=latest[-1].batch)
    found = Batch.objects.filter(pk=int(batch)).first() if batch.isdecimal() else None
    if found is None:
        raise NotFound(
            f"没有批次“{batch}”。请用 liantu data vintages 查看。",
            f"There is no batch {batch!r}. See liantu data vintages.",
        )
    refuse_later(found, as_of)
    return found


# The workbook ---------------------------------------------------------------------------------


def _workbook(texts: pl.DataFrame, rejected: RejectedRows, table_id: str) -> bytes:
    declared = table(table_id)
    names = texts.columns
    matches = match_headers(declared, [(name,) for name in names])
    columns = {m.column: at for at, m in enumerate(matches) if m.column}
    wrong = _marks(rejected, columns)
    memory = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(memory, options) as book:
        page = book.add_worksheet(declared.zh[:31])
        lists = book.add_worksheet(door_rules().lists_sheet)
        lists.hide()
        head = book.add_format({"bold": True, "bg_color": "#E7E6E6", "text_wrap": True,
                                "valign": "top"})  # fmt: skip
        bad = book.add_format({"bg_color": "#F8CBAD", "num_format": "@", "valign": "top"})
        plain = book.add_format({"num_format": "@", "valign": "top"})
        own = book.add_format({"font_color": "#7F7F7F", "text_wrap": True, "valign": "top"})
        page.freeze_panes(1, 1)
        for at, name in enumerate(names):
            page.write_string(0, at, name, head)
            mine = at in (0, len(names) - 1)
            page.set_column(at, at, _width(texts[name], name), own if mine else plain)
        for row, cells in enumerate(texts.iter_rows(), start=1):
            for at, cell in enumerate(cells):
                _write(page, row, at, cell, wrong.get((row, at)), bad)
        for column, at in columns.items():
            _choices(page, lists, at, declared[column], texts.height)
    return memory.getvalue()


def _write(page: Any, row: int, at: int, cell: str | None, note: str | None, bad: Any) -> None:
    if note is None:
        if cell is not None:
            page.write_string(row, at, cell)
        return
    page.write_string(row, at, cell or "", bad) if cell else page.write_blank(row, at, None, bad)
    page.write_comment(row, at, note, {"x_scale": 2})


def _marks(rejected: RejectedRows, columns: dict[str, int]) -> dict[tuple[int, int], str]:
    """Row and position of cells that are wrong → what was expected and the next step."""
    places = {row: at for at, row in enumerate(rejected.cells[ROW], start=1)}
    said: dict[tuple[int, int], str] = {}
    for problem in rejected.problems.iter_rows(named=True):
        at = columns.get(problem["column"])
        if at is not None:
            note = f"应为{problem['expected_zh']}。{problem['fix_zh']}。"
            place = (places[problem["row"]], at)
            said[place] = f"{said[place]}\n{note}" if place in said else note
    return said


def _choices(page: Any, lists: Any, at: int, column: Column, rows: int) -> None:
    options = [choice.zh for choice in column.choices]
    if column.type == "boolean":
        options = ["是", "否"]
    if not options:
        return
    for row, option in enumerate(options):
        lists.write_string(row, at, option)
    letter = xlsxwriter.utility.xl_col_to_name(at, col_abs=True)
    sheet = door_rules().lists_sheet
    page.data_validation(
        1, at, rows, at,
        {"validate": "list", "source": f"={sheet}!{letter}$1:{letter}${len(options)}",
         "error_type": "warning"},
    )  # fmt: skip


def _width(cells: pl.Series, name: str) -> float:
    longest = max([len(name) * 2, *(len(cell) for cell in cells.drop_nulls().head(200))])
    return float(min(max(longest + 2, 10), _WIDE))


# Rows that return -----------------------------------------------------------------------------


def rows_returned(own: pl.DataFrame) -> pl.DataFrame:
    """``batch`` and ``row`` of the rows of a file that had been sent back."""
    header = door_rules().row_header
    if header not in own.columns:
        return pl.DataFrame(schema={"batch": pl.Int64(), "row": pl.Int64()})
    place = own[header].cast(pl.String).str.extract_groups(r"^\s*(?<batch>\d{1,9})#(?<row>\d{1,9})")
    return place.struct.unnest().cast(pl.Int64).drop_nulls()


def said_of(returned: pl.DataFrame, checked: Checked) -> list[Message]:
    """That a file brings mended rows."""
    if returned.is_empty():
        return []
    batches = returned["batch"].unique().sort()
    listed = "、".join(str(batch) for batch in batches)
    good, bad = checked.frame.height, len(checked.rejected)
    return [
        Message(
            f"这是批次 {listed} 退回行的改正稿：{good} 行通过检查，{bad} 行仍有问题。",
            f"Rows sent back in batch {listed}, mended: {good} pass now, {bad} do not yet.",
        )
    ]


def mark_returned(returned: pl.DataFrame, batch: Batch) -> None:
    """Note that rows came back in this batch; those still wrong wait in it from now on."""
    for (origin,), rows in returned.partition_by("batch", as_dict=True).items():
        numbers = rows["row"].to_list()
        for start in range(0, len(numbers), _CHUNK):
            RejectedRow.objects.filter(
                batch_id=origin, batch__table=batch.table, row__in=numbers[start : start + _CHUNK]
            ).update(mended_in=batch)
