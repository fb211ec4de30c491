"""The spreadsheet annex: the paper's tables as data, to be sorted, filtered and read again.

One header row, frozen; numbers as numbers in the unit that their row names; every text written
as text. A text that a spreadsheet program could take for a formula is marked as quoted, so that
it stays text when the cell is edited, and reads back unchanged.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

import xlsxwriter

from liantu.documents.archive import settled
from liantu.documents.sheet_rows import SHEETS, Cell, Sheet
from liantu.systems.dispatch.edition import Edition
from liantu.systems.dispatch.paper import Table, text
from liantu.systems.dispatch.wording import Wording

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠", "'")
LONGEST = 32767
"""Characters that a cell can hold; the format's own limit."""
HEAD_HEIGHT = 30
LINE_HEIGHT, TALLEST = 14, 400
"""Of one line of text, and of a row at most. [pt]"""
WIDE = 0x2000
"""Letters from here on take two columns of type."""
PRINT_WIDTH = 230
"""Widths of columns that one printed page across holds legibly."""


def sheet(edition: Edition) -> bytes:
    """The edition as .xlsx; the same edition gives the same bytes."""
    wording = Wording(edition.kind)
    made = BytesIO()
    book = xlsxwriter.Workbook(
        made,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        },
    )
    book.set_properties(
        {
            "title": "".join(edition.paper.title),
            "author": edition.paper.signed,
            "subject": edition.summary_en,
            "comments": edition.summary,
            "created": edition.created_at.replace(tzinfo=None),
        }
    )
    styles = _Styles(book)
    if edition.targets:
        for one in SHEETS:
            rows = list(one.rows(edition, wording))
            if rows or one.always:
                _write(book, styles, one, rows, edition, wording)
    else:
        # A paper of reports, not of targets: its own tables, one a sheet.
        for number, made_table in enumerate(tables_of(edition), start=1):
            _write_table(book, styles, number, made_table, edition)
    book.close()
    return settled(made.getvalue())


@dataclass
class _Styles:
    """Cell formats of one workbook."""

    book: Any
    _made: dict[tuple[str, bool], Any] = field(default_factory=dict)

    def head(self) -> Any:
        return self.book.add_format(
            {
                "bold": True,
                "text_wrap": True,
                "valign": "vcenter",
                "align": "center",
                "bg_color": "#F2F2F2",
                "border": 1,
            }
        )

    def cell(self, kind: str, quoted: bool) -> Any:
        if (kind, quoted) not in self._made:
            properties: dict[str, Any] = {"valign": "top", "border": 1, "border_color": "#BFBFBF"}
            if kind == "text":
                properties |= {"text_wrap": True, "num_format": "@"}
            else:
                properties |= {
                    "align": "right",
                    "num_format": {"number": "#,##0.####"}.get(kind, "0"),
                }
            if quoted:
                properties["quote_prefix"] = True
            self._made[(kind, quoted)] = self.book.add_format(properties)
        return self._made[(kind, quoted)]


def _write(
    book: Any,
    styles: _Styles,
    one: Sheet,
    rows: Sequence[Sequence[Cell]],
    edition: Edition,
    wording: Wording,
) -> None:
    page = book.add_worksheet(wording.word(f"sheet.{one.key}"))
    label = edition.paper.synthetic_label
    columns = [*one.columns, "data_nature"] if label else list(one.columns)
    head = styles.head()
    for place, key in enumerate(columns):
        page.write_string(0, place, wording.word(f"field.{key}"), head)
    for line, cells in enumerate(rows, start=1):
        full = [*cells, label] if label else cells
        for place, cell in enumerate(full):
            _cell(page, styles, line, place, cell, one.plain_numbers)
    for place, width in enumerate(one.widths):
        page.set_column(place, place, width)
    if label:
        page.set_column(len(one.widths), len(one.widths), 16)
        page.set_header(f'&C&"-,Bold"&KB3261E{label}')
    page.set_row(0, HEAD_HEIGHT)
    for line, cells in enumerate(rows, start=1):
        page.set_row(line, _height(cells, one.widths))
    page.freeze_panes(1, one.frozen)
    if rows:
        page.autofilter(0, 0, len(rows), len(columns) - 1)
    page.repeat_rows(0)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(-(-round(sum(one.widths)) // PRINT_WIDTH), 0)
    page.repeat_columns(0, max(0, one.frozen - 1))
    page.set_footer("&C— &P —")


def _write_table(book: Any, styles: _Styles, number: int, shown: Table, edition: Edition) -> None:
    """A table of the paper as it is printed; figures as numbers, the same words in the header."""
    page = book.add_worksheet(f"{number}")
    label = edition.paper.synthetic_label
    page.write_string(0, 0, " ".join(part for part in (shown.caption, label) if part))
    for place, column in enumerate(shown.columns):
        page.write_string(1, place, column.title, styles.head())
        page.set_column(place, place, max(10.0, 0.6 * column.width))
    for line, row in enumerate(shown.rows, start=2):
        for place, cell in enumerate(row.cells):
            said = text(cell)
            number_or_text = figure_of(said) if shown.columns[place].align == "right" else said
            _cell(page, styles, line, place, number_or_text, False)
    page.freeze_panes(2, 1)
    page.set_landscape()
    page.set_paper(9)
    page.fit_to_pages(1, 0)


def tables_of(edition: Edition) -> list[Table]:
    """Every table of the paper, in order."""
    return [block for block in edition.paper.every_block() if isinstance(block, Table)]


def figure_of(said: str) -> Cell:
    """A printed figure as a number; what is none stays text."""
    try:
        return float(said.replace(",", "").replace("−", "-"))
    except ValueError:
        return said


def _height(cells: Sequence[Cell], widths: Sequence[float]) -> float:
    """Height of a row that shows its longest text; not every program works it out. [pt]"""
    lines = max(
        -(-sum(1 if ord(letter) < WIDE else 2 for letter in cell) // max(1, int(width)))
        for cell, width in zip([*cells, ""], [*widths, 1.0], strict=True)
        if isinstance(cell, str)
    )
    return float(min(TALLEST, LINE_HEIGHT * max(1, lines) + 2))


def _cell(page: Any, styles: _Styles, line: int, place: int, cell: Cell, plain: bool) -> None:
    if cell is None:
        page.write_blank(line, place, None, styles.cell("text", False))
    elif isinstance(cell, bool):
        page.write_boolean(line, place, cell, styles.cell("text", False))
    elif isinstance(cell, int):
        page.write_number(line, place, cell, styles.cell("whole", False))
    elif isinstance(cell, float):
        page.write_number(line, place, cell, styles.cell("whole" if plain else "number", False))
    else:
        quoted = cell.startswith(FORMULA_STARTS)
        page.write_string(line, place, cell[:LONGEST], styles.cell("text", quoted))
