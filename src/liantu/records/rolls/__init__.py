"""Rolls: the columns of a register by which it is filtered, sorted and searched, in memory.

A row store answers one question fast, the one its index was made for; a page of a register
asks any mixture of filters, a search for any piece of Chinese text, any order and an exact
count. Over columns held in memory each of these is a scan of milliseconds for a million rows,
the same on every database, for the present and for the past. The database stays the record:
a roll is made from it, follows it version by version, and may be thrown away at any time. A series
is answered from its state in memory (:mod:`.series`), made from the files of the lake.
"""

from __future__ import annotations

from liantu.records.rolls.conditions import (
    Condition,
    Empty,
    OneOf,
    StartsWith,
    Within,
    expression,
)
from liantu.records.rolls.keeping import roll_of
from liantu.records.rolls.question import Page, Question, answer, ids_of
from liantu.records.rolls.roll import Roll, kept_columns, sortable_columns
from liantu.records.rolls.series import (
    SeriesQuestion,
    count_of_series,
    page_of_series,
    rows_of_series,
)

__all__ = [
    "Condition",
    "Empty",
    "OneOf",
    "Page",
    "Question",
    "Roll",
    "SeriesQuestion",
    "StartsWith",
    "Within",
    "answer",
    "count_of_series",
    "expression",
    "ids_of",
    "kept_columns",
    "page_of_series",
    "roll_of",
    "rows_of_series",
    "sortable_columns",
]
