"""Rows that imports sent back, over all batches: by table, batch and kind of problem.

A row stays as it was found, for good. Published figures keep their problems as sentences,
declared tables as columns of :data:`liantu.records.doors.problems.SCHEMA`; both are read here
as one.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from liantu.errors import Message
from liantu.records import doors
from liantu.records.among import among
from liantu.records.figures.observations_file import Rejected
from liantu.records.models import Batch, RejectedRow
from liantu.records.models.batches import FIGURES
from liantu.records.settled import settled
from liantu.records.tables.declared import load_tables
from liantu.words import words

PUBLISHED = "figures"
"""Name of published figures where tables are chosen; they belong to no declared table."""


STATES = ("open", "mended")


@dataclass(frozen=True)
class Wanted:
    """Which rows are meant; what is empty narrows nothing."""

    table: str = ""
    """Id of a declared table, or :data:`PUBLISHED`."""
    batch: int = 0
    kind: str = ""
    """Code of a problem (:func:`kinds`)."""
    state: str = ""
    """One of :data:`STATES`: still waiting, or brought again by a later batch."""
    moment: datetime | None = None
    """Rows that had been sent back by then, and what waited then; now by default."""


@dataclass(frozen=True)
class Fault:
    """One thing wrong with a row. ``code`` is empty where only the sentence was kept."""

    column: str
    header: str
    code: str
    found: str
    expected: Message
    fix: Message

    @property
    def kind(self) -> Message:
        """What this kind of problem is called; empty where only the sentence was kept."""
        return kind_name(self.code) if self.code else Message("", "")


@dataclass(frozen=True)
class SentBack:
    """One row with its cells as found and what is wrong with them."""

    batch: Batch | None
    """None for a row of a file that is not imported yet."""
    row: int
    cells: dict[str, str]
    faults: tuple[Fault, ...]
    mended_in: int = 0
    """Batch that brought the row again, in order; 0 as long as it waits."""

    @property
    def marked(self) -> list[tuple[str, str, bool]]:
        """Header, cell, and whether something is said about it; blank cells are left out."""
        wrong = {_plain(fault.header) for fault in self.faults}
        return [
            (header, cell, _plain(header) in wrong)
            for header, cell in self.cells.items()
            if cell or _plain(header) in wrong
        ]


def _plain(header: str) -> str:
    """A header without its unit: a file may be written in another."""
    return header.split("（")[0]


def stored_table(name: str) -> str:
    """A table as batches name it."""
    return FIGURES if name == PUBLISHED else name


def wanted_rows(wanted: Wanted) -> QuerySet[RejectedRow]:
    """The rows meant, the latest batch first, in order of the file."""
    rows = RejectedRow.objects.select_related("batch", "mended_in")
    rows = rows.order_by("-batch_id", "row", "id")
    if wanted.moment is not None:
        rows = rows.filter(batch__accepted_at__lte=wanted.moment)
    if wanted.table:
        rows = rows.filter(batch__table=stored_table(wanted.table))
    if wanted.batch:
        rows = rows.filter(batch_id=wanted.batch)
    if wanted.kind:
        # Quotation marks within a text are escaped, so that no cell can look like a code.
        rows = rows.annotate(said=Cast("problems", TextField())).filter(
            said__contains=f'"code": "{wanted.kind}"'
        )
    if wanted.state:
        brought = settled_among(rows, wanted.moment)
        waiting = unmended(wanted.moment) & ~Q(pk__in=among(brought))
        rows = rows.filter(waiting if wanted.state == "open" else ~waiting)
    return rows


def unmended(moment: datetime | None) -> Q:
    """Rows that had not come back in a file of rows to mend, by a moment or by now."""
    waits = Q(mended_in__isnull=True)
    return waits if moment is None else waits | Q(mended_in__accepted_at__gt=moment)


def settled_among(
    rows: QuerySet[RejectedRow], moment: datetime | None = None
) -> dict[int, int]:  # fmt: skip
    """Rows whose key a later batch brought, in whatever file → that batch; by a moment."""
    return settled(list(rows.order_by().values_list("batch_id", flat=True).distinct()), moment)


def as_found(row: RejectedRow, settled_in: int = 0, moment: datetime | None = None) -> SentBack:
    """A row of the ledger, read; ``settled_in`` as :func:`settled_among` says, by a moment."""
    faults = tuple(_fault(said) for said in row.problems)
    back = row.mended_in
    mended = back.pk if back and (moment is None or back.accepted_at <= moment) else 0
    return SentBack(row.batch, row.row, row.cells, faults, mended or settled_in)


def as_checked(row: doors.RejectedRow) -> SentBack:
    """A row as a check sent it back, before anything is imported."""
    faults = tuple(
        Fault(p.column, p.header, p.code, p.found, p.expected, p.fix) for p in row.problems
    )
    return SentBack(None, row.row, row.cells, faults)


def as_read(row: Rejected) -> SentBack:
    """A row of published figures, before anything is imported."""
    faults = tuple(_fault((p.column, p.message.zh, p.message.en)) for p in row.problems)
    return SentBack(None, row.row, dict(row.cells), faults)


def _fault(said: Any) -> Fault:
    if isinstance(said, dict):
        return Fault(
            said["column"], said["header"], said["code"], said["found"],
            Message(said["expected_zh"], said["expected_en"]),
            Message(said["fix_zh"], said["fix_en"]),
        )  # fmt: skip
    column, zh, en = said
    return Fault(column, column, "", "", Message("", ""), Message(zh, en))


def kinds(wanted: Wanted) -> Counter[str]:
    """Code of problem → rows that have it, whatever kind is wanted."""
    asked = Wanted(wanted.table, wanted.batch, moment=wanted.moment)
    rows = wanted_rows(asked).order_by()
    counted: Counter[str] = Counter()
    for batch, accepted_at in rows.values_list("batch_id", "batch__accepted_at").distinct():
        counted.update(dict(_kinds_of(batch, accepted_at)))
    return counted


@lru_cache(maxsize=1024)
def _kinds_of(batch: int, accepted_at: datetime) -> tuple[tuple[str, int], ...]:
    """Rows of a batch never change, so neither do their kinds."""
    counted: Counter[str] = Counter()
    for problems in RejectedRow.objects.filter(batch_id=batch).values_list("problems", flat=True):
        counted.update({said["code"] for said in problems if isinstance(said, dict)})
    return tuple(counted.items())


def kind_name(code: str) -> Message:
    """What a kind of problem is called: by the words, or by the check of a table."""
    key = f"problem.{code}"
    if words().known(key):
        return Message(words().say(key, "zh"), words().say(key, "en"))
    for declared in load_tables().values():
        if code in declared.sentences:
            return declared.sentences[code]
    return Message(code, code)


def tables_with_rows(moment: datetime | None = None) -> list[str]:
    """Tables that rows were sent back from, by a moment or by now; :data:`PUBLISHED` last."""
    batches = Batch.objects.filter(rejected__gt=0)
    if moment is not None:
        batches = batches.filter(accepted_at__lte=moment)
    found = set(batches.values_list("table", flat=True).distinct())
    return [name for name in load_tables() if name in found] + (
        [PUBLISHED] if FIGURES in found else []
    )
