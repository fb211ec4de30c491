"""Printing: tables for people, JSON and CSV for programs, progress for the patient."""

from __future__ import annotations

import csv
import io
import json
import math
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date
from typing import Any, Literal, Protocol

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from liantu.errors import Message

MOST_LISTED = 30
"""Problems or remarks shown one by one; a file of another kind may have one in every row."""
Format = Literal["table", "json", "csv"]
Row = dict[str, Any]

format_option = click.option(
    "--format",
    "style",
    type=click.Choice(["table", "json", "csv"]),
    default="table",
    show_default=True,
    help="输出格式。Output format.",
)


def print_rows(
    rows: Sequence[Row],
    style: Format,
    columns: dict[str, str] | None = None,
    details: Sequence[Any] | Mapping[str, Any] | None = None,
) -> None:
    """Print ``rows``; ``columns`` picks and titles what a table shows, ``details`` is the JSON."""
    if style == "json":
        shown = _plain(details if details is not None else rows)
        click.echo(json.dumps(shown, ensure_ascii=False, indent=2, allow_nan=False))
    elif style == "csv":
        click.echo(as_csv(rows), nl=False)
    else:
        _print_table(rows, columns or {key: key for key in (rows[0] if rows else {})})


def listed(messages: Sequence[Message]) -> None:
    """Print messages to standard error, the first of them where there are many."""
    for message in messages[:MOST_LISTED]:
        click.echo(f"  · {message.zh}\n    {message.en}", err=True)
    more = len(messages) - MOST_LISTED
    if more > 0:
        click.echo(f"  · 另有 {more} 条，从略。\n    And {more} more.", err=True)


def _plain(value: Any) -> Any:
    """What JSON can carry: an open end of an interval becomes null, a date its ISO form."""
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_plain(item) for item in value]
    if isinstance(value, float) and math.isinf(value):
        return None
    return value.isoformat() if isinstance(value, date) else value


def as_csv(rows: Sequence[Row]) -> str:
    """CSV text whose text cells no spreadsheet will run as a formula."""
    buffer = io.StringIO()
    if rows:
        writer = csv.writer(buffer, lineterminator="\n")
        writer.writerow(rows[0])
        writer.writerows([_safe(value) for value in row.values()] for row in rows)
    return buffer.getvalue()


def _safe(value: Any) -> Any:
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return "" if value is None else value


def _print_table(rows: Sequence[Row], columns: dict[str, str]) -> None:
    table = Table(box=None, pad_edge=False, header_style="bold")
    numeric = {key for key in columns if rows and all(_is_number(row.get(key)) for row in rows)}
    for key, title in columns.items():
        table.add_column(title, justify="right" if key in numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(_cell(row.get(key)) for key in columns))
    console = Console(width=None if sys.stdout.isatty() else 160, markup=False, highlight=False)
    console.print(table)


def _is_number(value: Any) -> bool:
    return value is None or (isinstance(value, (int, float)) and not isinstance(value, bool))


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float):
        return f"{value:,.10g}"
    return str(value)


class Step(Protocol):
    """Names what is being done now, and by default counts what was done before as finished."""

    def __call__(self, description: str, advance: int = 1, /) -> None: ...


@contextmanager
def progress(total: int) -> Iterator[Step]:
    """A bar on standard error with a count; the yielded function names and advances a step.

    Shown only where someone looks (a terminal); a log or a pipe stays clean.
    """
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task("", total=total)
        first = True

        def step(description: str, advance: int = 1) -> None:
            nonlocal first
            bar.update(task, description=description, advance=0 if first else advance)
            first = False

        yield step
        bar.update(task, completed=total)
